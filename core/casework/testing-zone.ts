import { createCalendarStore, prepareCalendar } from '@tingzhou/calendar'
import { at, newId, type Database } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { createDefinitionStore, deployDrawings, fireDue, type AnyHost } from '@tingzhou/process'
import type { CaseDeps } from './case-kind.ts'
import { runtimeOf } from './host.ts'

/**
 * A zone of its own with the built-in calendar, the drawings of the hosts, and a clock that only the test moves.
 * @param hostsOf  the cases that are played in it
 */
export async function caseZone(
  { db }: Pick<Database, 'db'>,
  start: EpochMs,
  hostsOf: (deps: CaseDeps) => readonly AnyHost[],
) {
  let now = start
  const zoneId = `zone-${newId().slice(-6)}`
  const deps: CaseDeps = {
    db,
    zoneId,
    clock: () => now,
    newId,
    calendar: createCalendarStore({ zoneId }),
    definitions: createDefinitionStore(zoneId),
  }
  const hosts = hostsOf(deps)
  await db.transaction().execute((tx) => prepareCalendar(tx, zoneId, now))
  await deployDrawings(deps, hosts)
  const nextDue = (to: EpochMs) =>
    db
      .selectFrom('process_timer')
      .select('due_at')
      .where('zone_id', '=', zoneId)
      .where('due_at', '<=', at(to) as never)
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst()
  /** Lets time pass; every timer that falls due on the way fires in its order. */
  const moveTo = async (to: EpochMs): Promise<void> => {
    for (let next = await nextDue(to); next; next = await nextDue(to)) {
      now = epochMs(Math.max(now, next.due_at))
      const report = await fireDue(db, runtimeOf(deps), hosts, now, (error) => {
        throw error
      })
      assert(report.fired > 0, 'a due timer fires')
    }
    now = epochMs(Math.max(now, to))
  }
  return {
    zoneId,
    deps,
    hosts,
    now: () => now,
    moveTo,
    /** Sets the clock without running what is due, as when the runner is late. */
    wait: (seconds: number) => void (now = epochMs(now + seconds * 1_000)),
  }
}
