import { sql, type RawBuilder } from 'kysely'
import { at, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { confirmAtTerminals, type AcknowledgedBit } from '@tingzhou/telemetry'
import { cancel, schedule } from '@tingzhou/timers'
import { after, stateOf, strongest, type Change, type Hold } from './life.ts'
import type { PlacePoint } from './place.ts'
import type { AlarmRule } from './rule.ts'
import { alarmColumns, alarmOf, saveAlarms, type AlarmColumns, type EventLine, type OpenAlarm } from './turn.ts'

/** What people do to alarms runs with. */
export type PeopleDeps = {
  readonly zoneId: string
  /** The clock that alarms are dated by. */
  readonly now: EpochMs
  /** The clock that timers are due by. */
  readonly timerNow: EpochMs
  /** Whether the machine stands. */
  readonly isSuppressed: (point: number, key: string) => boolean
}

type Who = Pick<Actor, 'accountId' | 'name'>

/** Why one of many alarms was left as it is. */
export type Left = {
  readonly id: string
  readonly reason: 'not_found' | 'acknowledged' | 'held' | 'closed' | 'not_latched'
  /** Who was first. */
  readonly by: string | null
}

export type Handled = { readonly done: readonly string[]; readonly left: readonly Left[] }

type Locked = AlarmColumns & { readonly acked_name: string | null }

/** Alarms by id within reach, locked in one order, so that two who take the same ones wait for each other. */
async function lockAlarms(tx: Tx, zoneId: string, ids: readonly string[], reach: RawBuilder<boolean>) {
  const { rows } = await sql<Locked>`
    select ${alarmColumns}, acked_name from alarm where zone_id = ${zoneId} and id = any(${[...ids]}::uuid[]) and ${reach}
    order by id for update`.execute(tx)
  return rows
}

/**
 * Acknowledges alarms. Each is acknowledged once: who comes second is told who was first.
 * @param ids  at most 200
 * @param reach  which rows of `alarm` the actor sees
 * Source: ISA-18.2. Two round trips, two more where a terminal holds an alarm until it hears of it.
 */
export const acknowledge = (
  tx: Tx,
  deps: PeopleDeps,
  actor: Who,
  ids: readonly string[],
  comment: string | null,
  reach: RawBuilder<boolean>,
): Promise<Handled> => moveMany(tx, deps, actor, ids, reach, { verb: 'acknowledge', said: 'acknowledged', comment })

/** Resets latched alarms that are over and acknowledged. Two round trips. */
export const reset = (
  tx: Tx,
  deps: PeopleDeps,
  actor: Who,
  ids: readonly string[],
  reach: RawBuilder<boolean>,
): Promise<Handled> => moveMany(tx, deps, actor, ids, reach, { verb: 'reset', said: 'reset', comment: null })

async function moveMany(
  tx: Tx,
  { zoneId, now }: PeopleDeps,
  actor: Who,
  ids: readonly string[],
  reach: RawBuilder<boolean>,
  wish: { readonly verb: 'acknowledge' | 'reset'; readonly said: string; readonly comment: string | null },
): Promise<Handled> {
  const rows = await lockAlarms(tx, zoneId, ids, reach)
  const found = new Map(rows.map((row) => [row.id, row]))
  const alarms: OpenAlarm[] = []
  const lines: EventLine[] = []
  const left: Left[] = []
  for (const id of new Set(ids)) {
    const row = found.get(id)
    const before = row && alarmOf(row)
    const facts = before && after(before, { verb: wish.verb, at: Math.max(now, before.startedAt) })
    if (!row || !before || !facts) {
      left.push({ id, ...whyLeft(row, wish.verb) })
      continue
    }
    const ack = wish.verb === 'acknowledge' ? { id: actor.accountId, name: actor.name, comment: wish.comment } : null
    const moved = { ...before, ...facts, ack, changed: true }
    alarms.push(moved)
    lines.push(lineBy(actor, before, moved, { at: now, verb: wish.said, comment: wish.comment }))
  }
  await saveAlarms(tx, zoneId, alarms, lines, now)
  // Each alarm is acknowledged once: so its terminal hears of it once.
  if (wish.verb === 'acknowledge') await confirmAtTerminals(tx, zoneId, alarms.flatMap(bitOf), actor, now)
  return { done: alarms.map(({ id }) => id), left }
}

/** The bit of a position that an alarm stands for, while it stands. */
const bitOf = ({ point, rule: { condition }, endedAt }: OpenAlarm): readonly AcknowledgedBit[] =>
  condition.kind === 'bit' && endedAt === null ? [{ point, bit: condition.bit }] : []

function whyLeft(row: Locked | undefined, verb: 'acknowledge' | 'reset'): Omit<Left, 'id'> {
  if (!row) return { reason: 'not_found', by: null }
  if (verb === 'acknowledge' && row.acked_at !== null) return { reason: 'acknowledged', by: row.acked_name }
  if (row.state === 'normal') return { reason: 'closed', by: null }
  return { reason: row.hold === null ? 'not_latched' : 'held', by: null }
}

const lineBy = (
  actor: Who,
  before: OpenAlarm,
  moved: OpenAlarm,
  said: { readonly at: number; readonly verb: string; readonly comment: string | null; readonly until?: number | null },
): EventLine => ({
  alarmId: moved.id,
  point: moved.point,
  ruleKey: moved.rule.key,
  from: stateOf(before),
  to: stateOf(moved),
  actorId: actor.accountId,
  actorName: actor.name,
  ...said,
})

export type HoldError =
  | { readonly kind: 'rule_not_found'; readonly rule: string }
  | { readonly kind: 'not_shelvable'; readonly rule: string; readonly maxH: number; readonly hours: number }
  | { readonly kind: 'held_already'; readonly hold: Hold; readonly by: string }
  | { readonly kind: 'not_held'; readonly hold: Hold }

/** What a rule of a point is kept quiet by, with its point and its rule. */
export type HoldSeat = { readonly point: PlacePoint; readonly rule: AlarmRule }

const jobOf = (point: number, key: string): string => `alarm-shelf:${point}:${key}`
export const unshelveKind = 'alarms.unshelve'
const endLater = (tx: Tx, { zoneId, timerNow }: PeopleDeps, point: number, key: string, leftMs: number) =>
  schedule(tx, zoneId, {
    id: jobOf(point, key),
    kind: unshelveKind,
    dueAt: epochMs(timerNow + leftMs),
    payload: { point, rule: key },
  })

/**
 * Shelves a rule of a point: what stands and what comes is kept quiet until the time is over, or somebody takes it out.
 * Source: ISA-18.2, shelving. Five statements.
 */
export async function shelve(
  tx: Tx,
  deps: PeopleDeps,
  actor: Who,
  seat: HoldSeat,
  wish: { readonly hours: number; readonly reason: string },
): Promise<Result<{ readonly until: EpochMs }, HoldError>> {
  const { rule, point } = seat
  const { hours } = wish
  if (hours > rule.shelveMaxH) return err({ kind: 'not_shelvable', rule: rule.key, maxH: rule.shelveMaxH, hours })
  const lastMs = Math.round(hours * 3_600_000)
  const until = epochMs(deps.now + lastMs)
  const held = await keepQuiet(tx, deps, actor, seat, { hold: 'shelved', reason: wish.reason, until })
  if (!held.ok) return held
  await endLater(tx, deps, point.id, rule.key, lastMs)
  return ok({ until })
}

/** Takes a rule of a point out of service until somebody puts it back. Four statements. */
export const takeOut = (
  tx: Tx,
  deps: PeopleDeps,
  actor: Who,
  seat: HoldSeat,
  reason: string,
): Promise<Result<null, HoldError>> => keepQuiet(tx, deps, actor, seat, { hold: 'out_of_service', reason, until: null })

async function keepQuiet(
  tx: Tx,
  { zoneId, now }: PeopleDeps,
  actor: Who,
  { point, rule }: HoldSeat,
  wish: { readonly hold: 'shelved' | 'out_of_service'; readonly reason: string; readonly until: EpochMs | null },
): Promise<Result<null, HoldError>> {
  const { hold, reason, until } = wish
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('alarm_hold')
    .values({
      zone_id: zoneId,
      point_id: point.id,
      rule_key: rule.key,
      kind: hold,
      reason,
      since: at(now),
      until: until === null ? null : at(until),
      actor_id: actor.accountId,
      actor_name: actor.name,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) {
    const there = await tx
      .selectFrom('alarm_hold')
      .select('actor_name')
      .where('zone_id', '=', zoneId)
      .where('point_id', '=', point.id)
      .where('rule_key', '=', rule.key)
      .where('kind', '=', hold)
      .executeTakeFirst()
    return err({ kind: 'held_already', hold, by: there?.actor_name ?? '' })
  }
  await moveStanding(tx, zoneId, now, actor, point.id, rule.key, {
    said: hold,
    comment: reason,
    until,
    changes: [{ verb: 'hold', at: now, hold }],
  })
  return ok(null)
}

/**
 * Ends what keeps a rule of a point quiet; what else keeps it quiet goes on to.
 * @param actor  null: its time is over
 * Source: ISA-18.2. Five statements.
 */
export async function putBack(
  tx: Tx,
  deps: PeopleDeps,
  actor: Who | null,
  point: number,
  key: string,
  hold: 'shelved' | 'out_of_service',
  comment: string | null = null,
): Promise<Result<null, HoldError>> {
  const { zoneId, now } = deps
  const { numDeletedRows } = await tx
    .deleteFrom('alarm_hold')
    .where('zone_id', '=', zoneId)
    .where('point_id', '=', point)
    .where('rule_key', '=', key)
    .where('kind', '=', hold)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return err({ kind: 'not_held', hold })
  if (hold === 'shelved') await cancel(tx, zoneId, jobOf(point, key))
  const other = await tx
    .selectFrom('alarm_hold')
    .select('kind')
    .where('zone_id', '=', zoneId)
    .where('point_id', '=', point)
    .where('rule_key', '=', key)
    .orderBy('kind')
    .limit(1)
    .executeTakeFirst()
  const stays = strongest(other?.kind ?? null, deps.isSuppressed(point, key))
  await moveStanding(tx, zoneId, now, actor, point, key, {
    said: hold === 'shelved' ? 'unshelved' : 'put_back',
    comment,
    until: null,
    changes: [
      { verb: 'release', at: now, hold },
      ...(stays === null ? [] : [{ verb: 'hold', at: now, hold: stays } as const]),
    ],
  })
  return ok(null)
}

/** Ends a shelving whose time is over; while it is not, as where the clock of timers was moved ahead, it stays. */
export async function endShelving(tx: Tx, deps: PeopleDeps, point: number, key: string): Promise<void> {
  const row = await tx
    .selectFrom('alarm_hold')
    .select('until')
    .where('zone_id', '=', deps.zoneId)
    .where('point_id', '=', point)
    .where('rule_key', '=', key)
    .where('kind', '=', 'shelved')
    .forUpdate()
    .executeTakeFirst()
  if (!row) return
  if (row.until !== null && row.until > deps.now) await endLater(tx, deps, point, key, row.until - deps.now)
  else await putBack(tx, deps, null, point, key, 'shelved')
}

type Standing = {
  readonly said: string
  readonly comment: string | null
  readonly until: number | null
  readonly changes: readonly Change[]
}

/** Changes the alarm that stands at a rule of a point, if one does; the history has a line either way. */
async function moveStanding(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  actor: Who | null,
  point: number,
  key: string,
  { said, comment, until, changes }: Standing,
): Promise<void> {
  const { rows } = await sql<AlarmColumns>`
    select ${alarmColumns} from alarm where zone_id = ${zoneId} and point_id = ${point} and rule_key = ${key} and state <> 'normal'
    for update`.execute(tx)
  const who = { actorId: actor?.accountId ?? null, actorName: actor?.name ?? null }
  const line = { point, ruleKey: key, at: now, verb: said, comment, until, ...who }
  const [row] = rows
  if (!row) {
    await saveAlarms(tx, zoneId, [], [{ ...line, alarmId: null, from: null, to: null }], now)
    return
  }
  const before = alarmOf(row)
  const moved = changes.reduce<OpenAlarm>((alarm, change) => ({ ...alarm, ...after(alarm, change) }), before)
  const [from, to] = [stateOf(before), stateOf(moved)]
  const changed = from === to ? [] : [{ ...moved, changed: true }]
  await saveAlarms(tx, zoneId, changed, [{ ...line, alarmId: before.id, from, to }], now)
}
