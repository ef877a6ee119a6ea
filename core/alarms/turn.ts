import { sql } from 'kysely'
import { at, compile, executeTogether, jsonb, newId, type Db, type Tx } from '@tingzhou/db'
import { outboxInsert, type OutboxEvent } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import { after, newFacts, stateOf, strongest, type AlarmState, type Change, type Facts, type Hold } from './life.ts'
import type { AlarmRule } from './rule.ts'
import './tables.ts'

/** What the engine saw: a rule of a point was met or is over, or the machine stands or runs again. */
export type Signal = {
  readonly what: 'raise' | 'return' | 'suppress' | 'release'
  readonly point: number
  readonly nodeId: string
  readonly partyId: string | null
  readonly rule: AlarmRule
  /** By the clock of the source, milliseconds since the epoch. */
  readonly at: number
  readonly value: number | null
  /** The machine stands. */
  readonly suppressed: boolean
  /** Told by values that came after a break. */
  readonly late: boolean
}

/** An alarm as a step works on it. */
export type OpenAlarm = Facts & {
  readonly id: string
  readonly point: number
  readonly nodeId: string
  readonly partyId: string | null
  readonly rule: AlarmRule
  readonly startedValue: number | null
  readonly endedValue: number | null
  readonly repeats: number
  readonly caseId: string | null
  /** Who acknowledged it in this step. */
  readonly ack: { readonly id: string; readonly name: string; readonly comment: string | null } | null
  readonly fresh: boolean
  readonly changed: boolean
}

export type EventLine = {
  readonly alarmId: string | null
  readonly point: number
  readonly ruleKey: string
  readonly at: number
  readonly verb: string
  readonly from: AlarmState | null
  readonly to: AlarmState | null
  readonly value?: number | null
  readonly actorId?: string | null
  readonly actorName?: string | null
  readonly comment?: string | null
  readonly until?: number | null
}

export type TurnDeps = { readonly db: Db; readonly zoneId: string; readonly clock: () => EpochMs }

/**
 * Writes what the engine saw: one transaction. Signals that were written before change nothing, so a turn whose fate is not
 * known is simply written again.
 * @returns how many alarms began
 * Source: own. Two round trips, whatever the number of signals.
 */
export function writeTurn(deps: TurnDeps, signals: readonly Signal[]): Promise<number> {
  return deps.db.transaction().execute(async (tx) => {
    const known = await loadAlarms(tx, deps.zoneId, signals)
    const now = deps.clock()
    const lines: EventLine[] = []
    const alarms: OpenAlarm[] = [...known.alarms.values()]
    const standing = new Map(alarms.filter(({ closedAt }) => closedAt === null).map((one) => [slotOf(one), one]))
    const started = new Set(alarms.map(startOf))
    for (const signal of signals) settle(signal, { now, standing, started, holds: known.holds, alarms, lines })
    await saveAlarms(tx, deps.zoneId, alarms, lines, now)
    return alarms.filter(({ fresh }) => fresh).length
  })
}

const slotOf = ({ point, rule }: Pick<OpenAlarm, 'point' | 'rule'>): string => `${point} ${rule.key}`
const startOf = (one: Pick<OpenAlarm, 'point' | 'rule' | 'startedAt' | 'late'>): string =>
  `${slotOf(one)} ${one.startedAt} ${String(one.late)}`

type Desk = {
  readonly now: EpochMs
  readonly standing: Map<string, OpenAlarm>
  readonly started: Set<string>
  readonly holds: ReadonlyMap<string, Hold>
  readonly alarms: OpenAlarm[]
  readonly lines: EventLine[]
}

/** Decides what one signal does to the alarms at hand. Pure but for the desk. O(1). */
function settle(signal: Signal, desk: Desk): void {
  if (signal.late) settleLate(signal, desk)
  else if (signal.what === 'raise') raise(signal, desk)
  else {
    const alarm = desk.standing.get(slotOf(signal))
    if (!alarm) return
    if (signal.what === 'return') move(desk, alarm, { verb: 'return', at: signal.at }, 'returned', signal.value)
    else if (signal.what === 'suppress')
      move(desk, alarm, { verb: 'hold', at: signal.at, hold: 'suppressed' }, 'suppressed', signal.value)
    else release(desk, alarm, signal)
  }
}

function raise(signal: Signal, desk: Desk): void {
  const slot = slotOf(signal)
  if (desk.started.has(startOf({ ...signal, startedAt: signal.at }))) return
  const before = desk.standing.get(slot)
  if (before && before.endedAt === null) return
  if (before) move(desk, before, { verb: 'replace', at: desk.now }, 'replaced', null)
  const hold = strongest(desk.holds.get(slot) ?? null, signal.suppressed)
  add(
    desk,
    signal,
    newFacts(signal.at, desk.now, hold, signal.rule.latch, false),
    before && before.ackedAt === null ? before.repeats + 1 : 0,
  )
}

function release(desk: Desk, alarm: OpenAlarm, signal: Signal): void {
  const held = desk.holds.get(slotOf(alarm))
  const freed = move(desk, alarm, { verb: 'release', at: signal.at, hold: 'suppressed' }, 'released', signal.value)
  if (freed && held) move(desk, freed, { verb: 'hold', at: signal.at, hold: held }, held, null)
}

function settleLate(signal: Signal, desk: Desk): void {
  const key = startOf({ ...signal, startedAt: signal.at })
  if (signal.what === 'raise' && !desk.started.has(key))
    add(desk, signal, newFacts(signal.at, desk.now, null, false, true), 0)
  if (signal.what !== 'return') return
  // The one that began last.
  const [open] = desk.alarms
    .filter((one) => one.late && one.endedAt === null && slotOf(one) === slotOf(signal) && one.startedAt <= signal.at)
    .toSorted((a, b) => b.startedAt - a.startedAt)
  if (!open) return
  desk.alarms[desk.alarms.indexOf(open)] = { ...open, endedAt: signal.at, endedValue: signal.value, changed: true }
  desk.lines.push(lineOf(open, { at: signal.at, verb: 'returned', value: signal.value }, 'normal', 'normal'))
}

function add(desk: Desk, signal: Signal, facts: Facts, repeats: number): void {
  const { point, nodeId, partyId, rule, value } = signal
  const who = { id: newId(), point, nodeId, partyId, rule, caseId: null, ack: null, endedValue: null }
  const alarm: OpenAlarm = { ...facts, ...who, startedValue: value, repeats, fresh: true, changed: true }
  desk.alarms.push(alarm)
  desk.started.add(startOf(alarm))
  if (!facts.late) desk.standing.set(slotOf(alarm), alarm)
  desk.lines.push(
    lineOf(alarm, { at: signal.at, verb: facts.late ? 'recorded' : 'raised', value }, null, stateOf(facts)),
  )
}

/** @returns the alarm as it is now; null when the change does not apply */
function move(desk: Desk, alarm: OpenAlarm, change: Change, verb: string, value: number | null): OpenAlarm | null {
  const facts = after(alarm, change)
  if (!facts) return null
  const moved: OpenAlarm = {
    ...alarm,
    ...facts,
    changed: true,
    ...(change.verb === 'return' ? { endedValue: value } : {}),
  }
  desk.alarms[desk.alarms.indexOf(alarm)] = moved
  if (moved.closedAt === null) desk.standing.set(slotOf(moved), moved)
  else desk.standing.delete(slotOf(moved))
  desk.lines.push(lineOf(moved, { at: change.at, verb, value }, stateOf(alarm), stateOf(moved)))
  return moved
}

const lineOf = (
  { id, point, rule }: Pick<OpenAlarm, 'id' | 'point' | 'rule'>,
  said: { readonly at: number; readonly verb: string; readonly value?: number | null },
  from: AlarmState | null,
  to: AlarmState | null,
): EventLine => ({ alarmId: id, point, ruleKey: rule.key, from, to, ...said })

export const alarmColumns = sql`id, point_id, node_id, party_id, rule, state, started_at, started_value, announced_at, ended_at, ended_value,
  acked_at, closed_at, hold, late, repeats, case_id`

export type AlarmColumns = {
  readonly id: string
  readonly point_id: number
  readonly node_id: string
  readonly party_id: string | null
  readonly rule: AlarmRule
  readonly state: AlarmState
  readonly started_at: EpochMs
  readonly started_value: number | null
  readonly announced_at: EpochMs | null
  readonly ended_at: EpochMs | null
  readonly ended_value: number | null
  readonly acked_at: EpochMs | null
  readonly closed_at: EpochMs | null
  readonly hold: Hold | null
  readonly late: boolean
  readonly repeats: number
  readonly case_id: string | null
}

/** An alarm as its row tells. O(1). */
export const alarmOf = (row: AlarmColumns): OpenAlarm => ({
  id: row.id,
  point: row.point_id,
  nodeId: row.node_id,
  partyId: row.party_id,
  rule: row.rule,
  startedAt: row.started_at,
  startedValue: row.started_value,
  announcedAt: row.announced_at,
  endedAt: row.ended_at,
  endedValue: row.ended_value,
  ackedAt: row.acked_at,
  closedAt: row.closed_at,
  hold: row.hold,
  latch: row.rule.latch,
  late: row.late,
  repeats: row.repeats,
  caseId: row.case_id,
  ack: null,
  fresh: false,
  changed: false,
})

type HoldRow = { readonly point_id: number; readonly rule_key: string; readonly kind: Hold }

/** What stands at the slots of signals, what began when they say, and what somebody keeps quiet; locked. One round trip. */
async function loadAlarms(tx: Tx, zoneId: string, signals: readonly Signal[]) {
  const slots = new Map(signals.map((signal) => [slotOf(signal), signal]))
  const points = [...slots.values()].map(({ point }) => point)
  const keys = [...slots.values()].map(({ rule }) => rule.key)
  const starts = signals.filter(({ what }) => what === 'raise')
  const late = signals.filter((signal) => signal.late)
  const [rows, holds] = await executeTogether(
    tx,
    sql<AlarmColumns>`
      select ${alarmColumns} from alarm where zone_id = ${zoneId} and id in (
        select a.id from unnest(${points}::integer[], ${keys}::text[]) as s (point, key)
          join alarm a on a.zone_id = ${zoneId} and a.point_id = s.point and a.rule_key = s.key and a.state <> 'normal'
        union
        select a.id from unnest(${starts.map(({ point }) => point)}::integer[], ${starts.map(({ rule }) => rule.key)}::text[],
            ${starts.map(({ at: from }) => from)}::double precision[], ${starts.map((one) => one.late)}::boolean[]) as s (point, key, at, late)
          join alarm a on a.zone_id = ${zoneId} and a.point_id = s.point and a.rule_key = s.key
            and a.started_at = to_timestamp(s.at / 1000.0) and a.late = s.late
        union
        select a.id from unnest(${late.map(({ point }) => point)}::integer[], ${late.map(({ rule }) => rule.key)}::text[]) as s (point, key)
          join alarm a on a.zone_id = ${zoneId} and a.point_id = s.point and a.rule_key = s.key and a.late and a.ended_at is null
      ) order by id for update`,
    sql<HoldRow>`
      select h.point_id, h.rule_key, h.kind from unnest(${points}::integer[], ${keys}::text[]) as s (point, key)
        join alarm_hold h on h.zone_id = ${zoneId} and h.point_id = s.point and h.rule_key = s.key
      order by h.kind`,
  )
  const held = new Map<string, Hold>()
  // In order of names: what is out of service comes before what is shelved.
  for (const { point_id, rule_key, kind } of holds) {
    const slot = `${point_id} ${rule_key}`
    if (!held.has(slot)) held.set(slot, kind)
  }
  return { alarms: new Map(rows.map((row) => [row.id, alarmOf(row)])), holds: held }
}

const second = (ms: number | null): number | null => (ms === null ? null : ms / 1_000)

/**
 * Writes alarms that changed, their events and what the world is told; they are locked or new.
 * Source: own. One round trip.
 */
export async function saveAlarms(
  tx: Tx,
  zoneId: string,
  alarms: readonly OpenAlarm[],
  lines: readonly EventLine[],
  now: EpochMs,
): Promise<void> {
  const changed = alarms.filter((alarm) => alarm.changed)
  if (changed.length === 0 && lines.length === 0) return
  const rows = (fresh: boolean) =>
    changed
      .filter((alarm) => alarm.fresh === fresh)
      .map((alarm) => ({
        id: alarm.id,
        point_id: alarm.point,
        node_id: alarm.nodeId,
        party_id: alarm.partyId,
        rule_key: alarm.rule.key,
        rule: alarm.rule,
        level: alarm.rule.level,
        owner: alarm.rule.owner,
        state: stateOf(alarm),
        started_at: second(alarm.startedAt),
        started_value: alarm.startedValue,
        announced_at: second(alarm.announcedAt),
        ended_at: second(alarm.endedAt),
        ended_value: alarm.endedValue,
        closed_at: second(alarm.closedAt),
        hold: alarm.hold,
        late: alarm.late,
        repeats: alarm.repeats,
        acked_at: second(alarm.ackedAt),
        acked_by: alarm.ack?.id ?? null,
        acked_name: alarm.ack?.name ?? null,
        ack_comment: alarm.ack?.comment ?? null,
      }))
  const events = lines.map((line) => ({
    id: newId(),
    alarm_id: line.alarmId,
    point_id: line.point,
    rule_key: line.ruleKey,
    at: line.at / 1_000,
    verb: line.verb,
    from_state: line.from,
    to_state: line.to,
    value: line.value ?? null,
    actor_id: line.actorId ?? null,
    actor_name: line.actorName ?? null,
    comment: line.comment ?? null,
    until: second(line.until ?? null),
  }))
  await executeTogether(
    tx,
    // What is replaced leaves its place before the next one takes it.
    sql`
      update alarm a set state = r.state, announced_at = to_timestamp(r.announced_at), ended_at = to_timestamp(r.ended_at),
        ended_value = r.ended_value, closed_at = to_timestamp(r.closed_at), hold = r.hold, rev = a.rev + 1,
        acked_at = to_timestamp(r.acked_at), acked_by = coalesce(a.acked_by, r.acked_by),
        acked_name = coalesce(a.acked_name, r.acked_name), ack_comment = coalesce(a.ack_comment, r.ack_comment)
      from jsonb_to_recordset(${jsonb(rows(false))}::jsonb) as r (id uuid, state text, announced_at float8, ended_at float8,
        ended_value float8, closed_at float8, hold text, acked_at float8, acked_by text, acked_name text, ack_comment text)
      where a.zone_id = ${zoneId} and a.id = r.id`,
    sql`
      insert into alarm (zone_id, id, point_id, node_id, party_id, rule_key, rule, level, owner, state, started_at, started_value,
        announced_at, ended_at, ended_value, closed_at, hold, late, repeats, recorded_at)
      select ${zoneId}, r.id, r.point_id, r.node_id, r.party_id, r.rule_key, r.rule, r.level, r.owner, r.state,
        to_timestamp(r.started_at), r.started_value, to_timestamp(r.announced_at), to_timestamp(r.ended_at), r.ended_value,
        to_timestamp(r.closed_at), r.hold, r.late, r.repeats, ${at(now)}::timestamptz
      from jsonb_to_recordset(${jsonb(rows(true))}::jsonb) as r (id uuid, point_id integer, node_id uuid, party_id text, rule_key text,
        rule jsonb, level smallint, owner text, state text, started_at float8, started_value float8, announced_at float8,
        ended_at float8, ended_value float8, closed_at float8, hold text, late boolean, repeats integer)`,
    sql`
      insert into alarm_event (zone_id, id, alarm_id, point_id, rule_key, at, verb, from_state, to_state, value, actor_id,
        actor_name, comment, until)
      select ${zoneId}, r.id, r.alarm_id, r.point_id, r.rule_key, to_timestamp(r.at), r.verb, r.from_state, r.to_state, r.value,
        r.actor_id, r.actor_name, r.comment, to_timestamp(r.until)
      from jsonb_to_recordset(${jsonb(events)}::jsonb) as r (id uuid, alarm_id uuid, point_id integer, rule_key text, at float8,
        verb text, from_state text, to_state text, value float8, actor_id text, actor_name text, comment text, until float8)`,
    compile(tx, outboxInsert(zoneId, eventsOf(changed, lines, now))),
  )
}

/** Alarms of these levels are told to people one by one. */
const toldLevels: readonly number[] = [1, 2]

/** One event for the screens, and one for each alarm that somebody must do something about. */
function eventsOf(changed: readonly OpenAlarm[], lines: readonly EventLine[], now: EpochMs): OutboxEvent[] {
  const first = changed[0]?.id ?? lines[0]?.alarmId ?? 'rules'
  const parties = [...new Set(changed.flatMap(({ partyId }) => (partyId === null ? [] : [partyId])))]
  const screens = { type: 'alarms.changed', objectKind: 'alarm', objectId: first, at: now, to: parties }
  const byId = new Map(changed.map((alarm) => [alarm.id, alarm]))
  const told = lines.flatMap((line): OutboxEvent[] => {
    const alarm = line.alarmId === null ? undefined : byId.get(line.alarmId)
    if (!alarm || alarm.late) return []
    const concerns = alarm.rule.needsAction || toldLevels.includes(alarm.rule.level)
    const event = { objectKind: 'alarm', objectId: alarm.id, at: now }
    const isAnnounced = line.to === 'unack_active' && line.verb !== 'acknowledged'
    if (isAnnounced && concerns) return [{ ...event, type: 'alarms.announced' }]
    return line.verb === 'returned' && alarm.rule.needsAction ? [{ ...event, type: 'alarms.returned' }] : []
  })
  return [screens, ...told]
}
