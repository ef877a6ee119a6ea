import { epochMs, type Clock, type EpochMs } from '@tingzhou/kernel'
import { at, type Db } from '@tingzhou/db'
import type { DemoPhase, DemoStatus } from './contract.ts'
import './tables.ts'

/** Where the demo's time stands. The clock stands still between moves, so that a restart finds it where it was. */
export type DemoZone = {
  /** The zone's clock: moved by hand at first, real afterwards. */
  readonly clock: Clock
  readonly status: () => DemoStatus
  /**
   * Moves the clock forward, stopping on the way wherever `due` has something to fire.
   * @returns how many timers fired; 0 when the clock is real already or `to` is not later
   */
  readonly move: (to: EpochMs, due: DueWork) => Promise<number>
  /** Lets the clock be real from now on. */
  readonly release: (due: DueWork) => Promise<void>
  readonly report: (percent: number, phase: DemoPhase) => Promise<void>
}

/** What waits for its time. */
export type DueWork = { readonly runDue: (now?: EpochMs) => Promise<number> }

type DemoDeps = { readonly db: Db; readonly zoneId: string; readonly realClock: Clock }

const dayMs = 86_400_000
// Timers on the way fire at most so late: fine enough for due times in hours, coarse enough for weeks in a minute.
const strideMs = 3_600_000

/**
 * Opens the demo's row, made at the first start.
 * @param days  how far before the real time the history begins, 1 to 366
 * Source: own. Two statements.
 */
export async function openDemoZone(deps: DemoDeps, days: number): Promise<DemoZone> {
  const { db, zoneId, realClock } = deps
  const stored = await findOrBegin(deps, epochMs(realClock() - days * dayMs))
  let standing: EpochMs | null = stored.clock_at
  let liveSince: EpochMs | null = stored.live_at
  let { percent } = stored
  // The column holds what `report` wrote.
  let phase = stored.phase as DemoPhase
  let queue: Promise<unknown> = Promise.resolve()
  const clock: Clock = () => standing ?? realClock()
  const save = (clockAt: EpochMs | null) =>
    db
      .updateTable('demo_zone')
      .set({
        clock_at: clockAt === null ? null : at(clockAt),
        live_at: liveSince === null ? null : at(liveSince),
        percent,
        phase,
        updated_at: at(realClock()),
      })
      .where('zone_id', '=', zoneId)
      .execute()
  const move = async (to: EpochMs, due: DueWork): Promise<number> => {
    if (standing === null || to <= standing) return 0
    const real = realClock()
    const target = to < real ? to : real
    // Kept before anything fires: a server that is killed on the way starts no earlier than what it has written.
    await save(target)
    let fired = 0
    while (standing !== null && standing < target) {
      standing = epochMs(Math.min(target, standing + strideMs))
      fired += await due.runDue(standing)
    }
    if (target < real) return fired
    standing = null
    liveSince = real
    await save(null)
    return fired
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }
  return {
    clock,
    status: () => ({ phase, percent, live: standing === null, liveSince, clock: clock(), began: stored.began_at }),
    move: (to, due) => inTurn(() => move(to, due)),
    release: async (due) => {
      await inTurn(() => move(realClock(), due))
    },
    report: (newPercent, newPhase) =>
      inTurn(async () => {
        percent = newPercent
        phase = newPhase
        await save(standing)
      }),
  }
}

async function findOrBegin({ db, zoneId, realClock }: DemoDeps, began: EpochMs) {
  await db
    .insertInto('demo_zone')
    .values({
      zone_id: zoneId,
      began_at: at(began),
      clock_at: at(began),
      percent: 0,
      phase: 'waiting',
      updated_at: at(realClock()),
    })
    .onConflict((oc) => oc.doNothing())
    .execute()
  return db
    .selectFrom('demo_zone')
    .select(['began_at', 'clock_at', 'live_at', 'percent', 'phase'])
    .where('zone_id', '=', zoneId)
    .executeTakeFirstOrThrow()
}
