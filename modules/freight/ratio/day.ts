import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import { oncePerServer } from '@tingzhou/casework'
import { at, jsonb, newId, type CommandReused, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { epochMs, err, localDate, ok, type Result } from '@tingzhou/kernel'
import { clockwork, hasRole, type Actor } from '@tingzhou/parties'
import type { JobHandler } from '@tingzhou/timers'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { answered, runFreight } from '../room.ts'
import { reckon } from '../wave/reckon.ts'
import { readDay, type ReadDay } from './day-rows.ts'
import { dayJob, type DayOutcome } from './outcome.ts'
import './tables.ts'
import { daysBackMax, keepDays } from './words.ts'

type Deps = RequestContext['deps']
type Made = Result<{ readonly day: string }, FreightError | CommandReused>
type Wish = { readonly commandId: string; readonly day: string }

/** A day takes seconds; this is for a machine that does much else. */
const daySeconds = 300

/** One day at a time in a process: they are long, and nobody waits for many. */
const dayRunnerOf = oncePerServer(() => {
  let running: Promise<unknown> | null = null
  return {
    isBusy: () => running !== null,
    run: async <T>(work: () => Promise<T>): Promise<T> => {
      const begun = work()
      running = begun
      try {
        return await begun
      } finally {
        running = null
      }
    },
    settled: async (): Promise<void> => void (await running?.catch(() => undefined)),
  }
})

/** Waits for the day that is reckoned. */
export const daySettled = (deps: Deps): Promise<void> => dayRunnerOf(deps).settled()

/**
 * Reckons what a day's dispatch was and would have been, and keeps it in place of what was kept of that day. Read and reckoned outside
 * any transaction.
 * @returns the day; refused when it is not over, too long ago, or another is reckoned in this process
 */
export async function makeDay(deps: Deps, actor: Actor, wish: Wish): Promise<Made> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const before = await answered<{ day: string }>(deps, actor, 'make_dispatch_day', wish)
  return before ?? beginDay(deps, actor, wish)
}

/** The same for a command that nobody has sent before; begun when this returns. */
async function beginDay(deps: Deps, actor: Actor, wish: Wish): Promise<Made> {
  const fault = dayFault(wish.day, localDateOf(deps.clock()))
  if (fault) return err({ kind: 'field_refused', field: 'day', value: wish.day, rule: fault })
  const runner = dayRunnerOf(deps)
  if (runner.isBusy())
    return err({ kind: 'dispatch_day_under_way', field: 'day', value: wish.day, rule: 'dispatch_day_alone' })
  return runner.run(() => reckonDay(deps, actor, wish))
}

/** The rule that a day breaks, or null. Pure. O(1). */
function dayFault(day: string, today: string): string | null {
  if (day >= today) return 'day_over'
  return day < addDays(localDate(today), -daysBackMax) ? 'dispatch_day_range' : null
}

async function reckonDay(deps: Deps, actor: Actor, wish: Wish): Promise<Made> {
  const begun = performance.now()
  const read = await readDay(deps.db, deps.zoneId, wish.day)
  const outcome = await reckon(deps, dayJob, read.record, daySeconds)
  if (!outcome.ok) return err({ kind: 'dispatch_day_refused', field: 'day', value: wish.day, rule: outcome.error.rule })
  const tookMs = Math.round(performance.now() - begun)
  return runFreight(deps, actor, 'make_dispatch_day', wish, async (tx) => {
    await keepDay(tx, deps, actor, read, outcome.value, tookMs)
    const { real, nearest, waves } = outcome.value
    await note(tx, deps, actor, {
      objectKind: 'freight_dispatch_day',
      objectId: wish.day,
      verb: 'make',
      data: { trips: real.matched, emptyM: real.emptyM, nearestEmptyM: nearest.emptyM, wavesEmptyM: waves.emptyM },
    })
    return ok({ day: wish.day })
  })
}

/** One statement. */
async function keepDay(
  tx: Tx,
  { zoneId, clock }: Deps,
  actor: Actor,
  { record, waybillIds, vehicleIds, placeIds, unknown, leftOut }: ReadDay,
  outcome: DayOutcome,
  tookMs: number,
): Promise<void> {
  const { real, nearest, waves, loadedM, boundM } = outcome
  const begins = instantOf(localDate(record.day), '00:00')
  const atSecond = (seconds: number) => epochMs(begins + seconds * 1_000)
  // Numbers of the outcome are those of the record.
  const row = {
    made_at: at(clock()),
    made_by: actor.accountId,
    made_name: actor.name,
    trips: record.loads.length,
    unknown,
    left_out: leftOut,
    trucks: record.trucks.length,
    loaded_m: loadedM,
    empty_m: real.emptyM,
    nearest_matched: nearest.matched,
    nearest_empty_m: nearest.emptyM,
    waves_matched: waves.matched,
    waves_empty_m: waves.emptyM,
    bound_m: boundM,
    lanes: jsonb(
      outcome.lanes.map(({ from, to, ...lane }) => ({ fromId: placeIds[from]!, toId: placeIds[to]!, ...lane })),
    ),
    choices: jsonb(
      outcome.choices.map(({ load, truck, emptyM, better, betterM, betterFreeS, betterNextS }) => ({
        waybillId: waybillIds[load]!,
        vehicleId: vehicleIds[truck]!,
        emptyM,
        betterId: vehicleIds[better]!,
        betterM,
        betterFreeAt: atSecond(betterFreeS),
        betterNextAt: betterNextS === null ? null : atSecond(betterNextS),
      })),
    ),
    record: jsonb(record),
    took_ms: tookMs,
  }
  await tx
    .insertInto('freight_dispatch_day')
    .values({ zone_id: zoneId, day: record.day, ...row })
    .onConflict((conflict) => conflict.columns(['zone_id', 'day']).doUpdateSet(row))
    .execute()
}

/**
 * Each hour: yesterday, where it is not kept yet, so that what a kill or a standstill prevented is made up for; what is older than
 * `keepDays` goes. Two statements.
 */
export const dispatchDayJob = (deps: Deps): JobHandler => ({
  kind: 'freight.dispatch_day',
  recurs: { everySeconds: 3_600 },
  run: async (tx, { now }) => {
    const today = localDateOf(epochMs(now))
    const day = addDays(today, -1)
    await tx
      .deleteFrom('freight_dispatch_day')
      .where('zone_id', '=', deps.zoneId)
      .where('day', '<', addDays(today, -keepDays))
      .execute()
    const kept = await tx
      .selectFrom('freight_dispatch_day')
      .select('day')
      .where('zone_id', '=', deps.zoneId)
      .where('day', '=', day)
      .executeTakeFirst()
    if (kept) return
    return async () => launch(deps, day)
  },
})

/** Begins a day without holding other timers back. */
function launch(deps: Deps, day: string): void {
  void beginDay(deps, clockwork, { commandId: newId(), day })
    .then((made) => {
      if (!made.ok) deps.log.info({ refusal: made.error, day }, 'no day of dispatch was reckoned')
    })
    .catch((error: unknown) => deps.log.error({ err: error, day }, 'a day of dispatch could not be reckoned'))
}
