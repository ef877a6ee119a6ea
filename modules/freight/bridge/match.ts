import { sql } from 'kysely'
import type { CaseDeps } from '@tingzhou/casework'
import { at, jsonb, type Tx } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { epochMs } from '@tingzhou/kernel'
import { clockwork, type Actor } from '@tingzhou/parties'
import type { JobHandler } from '@tingzhou/timers'
import type { PlaceEnd } from '../words.ts'
import type { Refusal } from './tables.ts'
import { tellWeighing, tellYards, weighingKept } from './told.ts'
import { clocksApartMs, lockWeighing, proveWeighing, type Weighing } from './prove.ts'
import type { WeighingState } from './words.ts'

/** A record waits this long for its truck. Own. */
export const waitMaxMs = 12 * 3_600_000
const matchable: ReadonlySet<WeighingState> = new Set(['kept', 'waiting', 'unmatched'])

/** Matches records after their commit, and again when a waybill of their plate has moved. */
export const matchHandler = (deps: CaseDeps): EventHandler => ({
  name: 'freight.match_weighings',
  types: [weighingKept, 'freight.waybill_moved'],
  handle: async (tx, { type, objectId }) => {
    if (type === weighingKept) await matchWeighing(tx, deps, objectId)
    else await matchWaybill(tx, deps, objectId)
  },
})

const recordsMax = 10
/** When the truck of the alias `w` was sent to where it is weighed next. */
const sentAt = sql`coalesce(case when w.state in ('in_transit', 'accident', 'at_unload') then w.departed_at end, w.accepted_at, w.created_at)`

/**
 * The open records of a waybill's plate until one of them moves it on: first those from after the truck was sent, the oldest of them
 * before the others. By freight_weighing_open, for this plate alone: `offset 0` keeps the index of the zone's open records from being read
 * whole.
 */
async function matchWaybill(tx: Tx, deps: CaseDeps, id: string): Promise<void> {
  const { zoneId } = deps
  const { rows } = await sql<{ readonly id: string }>`
    select r.id from freight_waybill w
    cross join lateral (
      select o.id, o.bridge_id, o.weighed_at from freight_weighing o
      where o.zone_id = w.zone_id and o.plate_key = w.plate_key and o.state in ('kept', 'waiting', 'unmatched')
        and o.weighed_at >= w.created_at - ${waitMaxMs}::float8 * interval '1 millisecond' offset 0) r
    join freight_bridge b on b.zone_id = w.zone_id and b.id = r.bridge_id
    where w.zone_id = ${zoneId} and w.id = ${id} and b.place_id in (w.from_id, w.to_id)
    order by r.weighed_at < ${sentAt} - ${clocksApartMs}::float8 * interval '1 millisecond', r.weighed_at, r.id limit ${recordsMax}`.execute(
    tx,
  )
  // A handful; the next begins only where the one before proved nothing.
  for (const record of rows) if ((await matchWeighing(tx, deps, record.id)) === 'matched') break
  await tellYards(tx, deps, await yardsOf(tx, zoneId, id))
}

/** Weighbridges at the places of a waybill. By primary keys. */
async function yardsOf(tx: Tx, zoneId: string, waybillId: string) {
  const { rows } = await sql<{ readonly id: string; readonly owner_id: string | null }>`
    select b.id, p.shipper_id as owner_id from freight_waybill w
    join freight_place p on p.zone_id = w.zone_id and p.id in (w.from_id, w.to_id)
    join freight_bridge b on b.zone_id = p.zone_id and b.place_id = p.id and b.state = 'open'
    where w.zone_id = ${zoneId} and w.id = ${waybillId} limit 20`.execute(tx)
  return rows
}

/**
 * Gives a complete record to the one waybill of its plate that waits for it; else notes what it waits for.
 * @returns what the record is now; null: it is not to be matched
 */
export async function matchWeighing(tx: Tx, deps: CaseDeps, id: string): Promise<WeighingState | null> {
  const record = await lockWeighing(tx, deps.zoneId, id)
  if (!record || !matchable.has(record.state)) return null
  const [waybill, ...others] = await waybillsWaiting(tx, deps.zoneId, record)
  if (waybill && others.length === 0) {
    const proved = await proveWeighing(tx, deps, record, waybill, bridgeItself(record))
    if (proved.ok) return 'matched'
    const refusal = refusalOf(proved.error)
    if (refusal) return become(tx, deps, record, { state: 'refused', ...waybill, refusal })
  }
  if (others.length > 0) return become(tx, deps, record, { state: 'unmatched' })
  const typed = await typedWaybill(tx, deps.zoneId, record)
  if (typed) return become(tx, deps, record, { state: 'typed', ...typed })
  const isComing = await hasTruckComing(tx, deps, record)
  return become(tx, deps, record, { state: isComing ? 'waiting' : 'unmatched' })
}

/** The weighbridge as whoever makes the step: a machine by its own name. */
const bridgeItself = ({ bridge }: Weighing): Actor => ({ ...clockwork, name: bridge })

const refusals: ReadonlySet<string> = new Set([
  'weights_swapped',
  'net_not_positive',
  'over_legal_gross',
  'over_rated_load',
])

/** What the weights are refused for; null: the waybill has moved on, or stands still, which is no fault of theirs. */
function refusalOf(error: { readonly kind: string }): Refusal | null {
  if (!refusals.has(error.kind) || !('value' in error)) return null
  const limit = 'legalKg' in error ? error.legalKg : 'ratedKg' in error ? error.ratedKg : null
  return { kind: error.kind, value: Number(error.value), limit: typeof limit === 'number' ? limit : null }
}

type WaybillEnd = { readonly waybillId: string; readonly end: PlaceEnd }

/** What a weighing at this place must lie after: the truck had not been sent before. */
const early = (record: Weighing) =>
  sql`${at(record.weighed_at)}::timestamptz + ${clocksApartMs}::float8 * interval '1 millisecond'`
/** A truck that arrives takes what was weighed at most so long before. */
const late = (record: Weighing) =>
  sql`${at(record.weighed_at)}::timestamptz + ${waitMaxMs}::float8 * interval '1 millisecond'`

/** Waybills of the plate that wait here to be weighed, two at most. By freight_waybill_from_open, freight_waybill_to_open. */
async function waybillsWaiting(tx: Tx, zoneId: string, record: Weighing): Promise<readonly WaybillEnd[]> {
  const { plate_key: plate, place_id: place } = record
  const { rows } = await sql<WaybillEnd>`
    select w.id as "waybillId", 'load' as "end" from freight_waybill w
    where w.zone_id = ${zoneId} and w.from_id = ${place} and w.state = 'at_load' and w.plate_key = ${plate}
      and coalesce(w.accepted_at, w.created_at) <= ${early(record)} and w.arrived_load_at <= ${late(record)}
    union all
    select w.id, 'unload' from freight_waybill w
    where w.zone_id = ${zoneId} and w.to_id = ${place} and w.state = 'at_unload' and w.plate_key = ${plate}
      and coalesce(w.departed_at, w.created_at) <= ${early(record)} and w.arrived_unload_at <= ${late(record)}
    limit 2`.execute(tx)
  return rows
}

/**
 * The weighing of the plate at this place that somebody typed before: of the same number that day, or typed after the truck stood on
 * the weighbridge, on the same trip. By freight_waybill_plate.
 */
async function typedWaybill(tx: Tx, zoneId: string, record: Weighing): Promise<WaybillEnd | null> {
  const weighed = sql`${at(record.weighed_at)}::timestamptz`
  const apart = sql`${clocksApartMs}::float8 * interval '1 millisecond'`
  const { rows } = await sql<WaybillEnd>`
    select w.id as "waybillId", s.place_end as "end" from freight_waybill w
    join freight_slip s on s.zone_id = w.zone_id and s.waybill_id = w.id and s.voided_at is null
    where w.zone_id = ${zoneId} and w.plate_key = ${record.plate_key}
      and case s.place_end when 'load' then w.from_id else w.to_id end = ${record.place_id}
      and s.weighed_at between ${weighed} - ${waitMaxMs}::float8 * interval '1 millisecond'
        and ${weighed} + ${waitMaxMs}::float8 * interval '1 millisecond'
      and (s.number = ${record.number} or (s.weighed_at >= ${weighed} - ${apart}
        and coalesce(case s.place_end when 'load' then w.accepted_at else w.departed_at end, w.created_at) <= ${weighed} + ${apart}))
      and not exists (select from freight_weighing r where r.zone_id = s.zone_id and r.slip_id = s.id)
    order by s.number = ${record.number} desc, s.weighed_at limit 1`.execute(tx)
  return rows[0] ?? null
}

/** Whether a truck of the plate is on its way here, and is still waited for. By freight_waybill_plate. */
async function hasTruckComing(tx: Tx, { zoneId, clock }: CaseDeps, record: Weighing): Promise<boolean> {
  if (record.weighed_at < clock() - waitMaxMs) return false
  const { rows } = await sql`
    select from freight_waybill w where w.zone_id = ${zoneId} and w.plate_key = ${record.plate_key}
      and ((w.from_id = ${record.place_id} and w.state in ('offered', 'accepted', 'at_load'))
        or (w.to_id = ${record.place_id} and w.state in ('loaded', 'in_transit', 'accident', 'at_unload')))
    limit 1`.execute(tx)
  return rows.length > 0
}

type Becoming = {
  readonly state: WeighingState
  readonly waybillId?: string
  readonly end?: PlaceEnd
  readonly refusal?: Refusal
}

async function become(
  tx: Tx,
  deps: CaseDeps,
  record: Weighing,
  { state, waybillId, end, refusal }: Becoming,
): Promise<WeighingState> {
  if (state === record.state) return state
  await tx
    .updateTable('freight_weighing')
    .set({ state, waybill_id: waybillId ?? null, place_end: end ?? null, refusal: refusal ? jsonb(refusal) : null })
    .set({ rev: record.rev + 1, updated_at: at(deps.clock()) })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', record.id)
    .execute()
  await tellWeighing(tx, deps, record)
  return state
}

/** Every ten minutes: nobody waits any longer for trucks that did not come. One statement, by freight_weighing_waiting. */
export const waitingJob = (deps: CaseDeps): JobHandler => ({
  kind: 'freight.weighings_over',
  recurs: { everySeconds: 600 },
  run: async (tx) => {
    const now = deps.clock()
    const { rows } = await sql<{ readonly id: string; readonly owner_id: string | null }>`
      with over as (
        update freight_weighing set state = 'unmatched', rev = rev + 1, updated_at = ${at(now)}
        where zone_id = ${deps.zoneId} and state = 'waiting' and weighed_at < ${at(epochMs(now - waitMaxMs))}
        returning bridge_id)
      select b.id, p.shipper_id as owner_id from freight_bridge b
      join freight_place p on p.zone_id = b.zone_id and p.id = b.place_id
      where b.zone_id = ${deps.zoneId} and b.id in (select bridge_id from over)`.execute(tx)
    await tellYards(tx, deps, rows)
  },
})
