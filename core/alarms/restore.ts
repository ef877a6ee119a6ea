import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { fromSteps, strideOf, type Telemetry } from '@tingzhou/telemetry'
import type { Ear } from './ear.ts'
import { judgeOf } from './judge.ts'
import type { Hold } from './life.ts'
import { isActive, phase, verdict } from './machine.ts'
import { readSaid, verdictOn } from './said.ts'
import type { Place, Slot } from './slot.ts'
import type { Signal } from './turn.ts'

/** The engine, as far as it is brought back to where it was. */
export type Restored = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'clock' | 'last'>
  readonly places: readonly (Place | null | undefined)[]
  readonly slotFor: (place: Place, key: string) => Slot | null
  readonly signal: (signal: Signal) => void
  readonly journal: Ear['journal']
  /** Takes readings that the journal kept. */
  readonly note: (readings: Ear['journal'][number]) => void
  /** Takes what a point said last, where the journal has nothing of it. */
  readonly noteLast: (place: Place) => void
}

/**
 * Brings an engine to where its zone stands: alarms that stand are rows; what came after them is in the journal, which is read
 * again. An alarm that was written is not written twice, one that was not yet is written now.
 * Source: own. Three statements, and one for each condition that waits for a delay.
 */
export async function restore(engine: Restored): Promise<void> {
  const standing = await takeStanding(engine)
  await takeEnded(engine)
  await takeStuck(engine)
  for (const readings of engine.journal) engine.note(readings)
  engine.places.forEach((place) => {
    if (place && place.lastAt === 0) engine.noteLast(place)
  })
  for (const { slot, hold } of standing) settleQuiet(engine, slot, hold)
  await takePending(engine)
}

type Standing = { readonly slot: Slot; readonly hold: Hold | null }

/** Alarms that stand: their conditions are met until a value says otherwise. Those without a rule are over. */
async function takeStanding(engine: Restored): Promise<readonly Standing[]> {
  const { db, zoneId, places, telemetry } = engine
  const found: Standing[] = []
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await db
      .selectFrom('alarm')
      .select(['id', 'point_id', 'node_id', 'party_id', 'rule', 'started_at', 'hold'])
      .where('zone_id', '=', zoneId)
      .where('state', '<>', 'normal')
      .where('ended_at', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(5_000)
      .execute()
    for (const row of rows) {
      after = row.id
      const place = places[row.point_id]
      const slot = place ? engine.slotFor(place, row.rule.key) : null
      if (!slot) {
        const seat = { point: row.point_id, nodeId: row.node_id, partyId: row.party_id, rule: row.rule }
        const nothing = { value: null, suppressed: false, late: false }
        engine.signal({ what: 'return', ...seat, at: telemetry.clock(), ...nothing })
        continue
      }
      slot.machine.phase = phase.active
      slot.machine.startedAt = row.started_at
      slot.doneUntil = row.started_at
      found.push({ slot, hold: row.hold })
    }
    if (rows.length < 5_000) return found
  }
}

/** What began and ended within the journal's time was written: its values are not told again. */
async function takeEnded(engine: Restored): Promise<void> {
  const { db, zoneId, places, journal } = engine
  let first = Infinity
  for (const { kind, data, count } of journal)
    for (let index = 0, place = 1; index < count; index++, place += strideOf(kind))
      first = Math.min(first, data[place] as number)
  if (first === Infinity) return
  const rows = await db
    .selectFrom('alarm')
    .select(['point_id', 'rule_key'])
    .select(({ fn }) => fn.max('ended_at').as('endedAt'))
    .where('zone_id', '=', zoneId)
    .where('late', '=', false)
    .where(sql<boolean>`ended_at >= ${new Date(first)}::timestamptz`)
    .groupBy(['point_id', 'rule_key'])
    .execute()
  for (const { point_id, rule_key, endedAt } of rows) {
    const place = places[point_id]
    const slot = place ? engine.slotFor(place, rule_key) : null
    // The column holds instants; the greatest of them is one.
    if (slot && slot.machine.phase === phase.normal) slot.doneUntil = Math.max(slot.doneUntil, endedAt as number)
  }
}

/** A machine may have begun or ended to stand meanwhile. */
function settleQuiet({ signal, telemetry }: Restored, slot: Slot, hold: Hold | null): void {
  if (!isActive(slot.machine)) return
  const { point } = slot.place
  const seat = { point: point.id, nodeId: point.nodeId, partyId: point.partyId, rule: slot.rule }
  const rest = { at: telemetry.clock(), value: null, suppressed: slot.suppressed, late: false }
  if (slot.suppressed && hold !== 'suppressed' && hold !== 'out_of_service')
    signal({ what: 'suppress', ...seat, ...rest })
  if (!slot.suppressed && hold === 'suppressed') signal({ what: 'release', ...seat, ...rest })
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** A condition that was met before the journal begins has waited longer than the journal knows. */
async function takePending(engine: Restored): Promise<void> {
  for (const place of engine.places) {
    if (!place) continue
    const slots = [...place.slots, ...place.bits.values()]
    for (const slot of slots)
      if (slot.machine.phase === phase.pending && slot.delays.onMs > 0) await takeOne(engine, place, slot)
  }
}

async function takeOne(engine: Restored, place: Place, slot: Slot): Promise<void> {
  const { machine, delays, doneUntil, rule } = slot
  const { point } = place
  const until = machine.since
  const from = Math.max(doneUntil + 1, until - Math.min(delays.onMs + minuteMs, dayMs - minuteMs))
  if (from >= until) return
  const judge = judgeOf(rule, point, () => null)
  let since: number | null = null
  for (const said of await readSaid(engine, point, from, until)) {
    if (!said.counts) continue
    if (verdictOn(rule, judge, point, said) !== verdict.met) since = null
    else since ??= said.at
  }
  if (since !== null) machine.since = Math.max(since, doneUntil)
}

/** Since when points show the same value, as the rows of their minutes tell. */
async function takeStuck({ db, zoneId, places, telemetry }: Restored): Promise<void> {
  const asked: { readonly slot: Slot; readonly value: number; readonly forS: number }[] = []
  places.forEach((place) => {
    for (const slot of place?.slots ?? []) {
      const { condition } = slot.rule
      const last = condition.kind === 'stuck' && place ? telemetry.last.sample(place.point.id) : undefined
      if (last && place && condition.kind === 'stuck')
        asked.push({ slot, value: fromSteps(last.steps, place.point.resolution), forS: condition.forS })
    }
  })
  if (asked.length === 0) return
  const now = telemetry.clock()
  const { rows } = await sql<{
    readonly place: number
    readonly oldest: number | null
    readonly changed: number | null
  }>`
    select s.place::integer as place, min(m.minute) as oldest,
      max(m.minute) filter (where m.min <> s.value or m.max <> s.value) as changed
    from unnest(${asked.map(({ slot }) => slot.place.point.id)}::integer[], ${asked.map(({ value }) => value)}::double precision[],
        ${asked.map(({ forS }) => now - forS * 1_000 - minuteMs)}::double precision[]) with ordinality as s (point, value, since, place)
      join sample_minute m on m.zone_id = ${zoneId} and m.point_id = s.point and m.minute >= to_timestamp(s.since / 1000.0)
    group by s.place`.execute(db)
  for (const { place, oldest, changed } of rows) {
    const one = asked[place - 1]
    const since = changed === null ? oldest : changed + minuteMs
    if (one && since !== null) one.slot.judge?.(since, one.value)
  }
}
