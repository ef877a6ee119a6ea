import { sql, type RawBuilder } from 'kysely'
import { at, type Tx } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { clockwork } from '@tingzhou/parties'
import { findKeptTrack, keepTrack, type KeptTrack } from '@tingzhou/telemetry'
import type { JobHandler } from '@tingzhou/timers'
import '../tables.ts'
import { riskEdition } from './edition.ts'
import type { RuleSettings } from './words.ts'
import './tables.ts'

export type TrackPorts = Pick<Deps, 'db' | 'zoneId' | 'clock' | 'log' | 'telemetry'>

/** The track of a waybill among kept tracks. */
const subjectKind = 'waybill'

/**
 * Notes with what a truck leaves: its plates as registered now, and the terminal whose track is to be kept: the one that it had then,
 * for a phone may tell of it days later, else the one that it has. Leaving again, after the first weighing was taken back, notes it anew.
 * One write, by keys.
 * @param leftAt  when it left
 */
export const noteDeparture = (
  zoneId: string,
  { id, vehicle_id: vehicleId }: { readonly id: string; readonly vehicle_id: string },
  leftAt: EpochMs,
  now: EpochMs,
): RawBuilder<unknown> => sql`
  insert into freight_trip (zone_id, waybill_id, plate, plate_colour, trailer_plate, device_id, point_id, asked_at)
  select v.zone_id, ${id}::uuid, v.plate, v.plate_colour, v.trailer_plate, t.device_id, t.point_id, ${at(now)}::timestamptz
  from freight_vehicle v
  left join lateral (
    select f.device_id, f.point_id from freight_terminal f
    where f.zone_id = v.zone_id and f.vehicle_id = v.id and coalesce(f.ends_at, 'infinity') > ${at(leftAt)}::timestamptz
    order by f.starts_at <= ${at(leftAt)}::timestamptz desc, f.starts_at desc limit 1) t on true
  where v.zone_id = ${zoneId} and v.id = ${vehicleId}
  on conflict (zone_id, waybill_id) do update set plate = excluded.plate, plate_colour = excluded.plate_colour,
    trailer_plate = excluded.trailer_plate, device_id = excluded.device_id, point_id = excluded.point_id,
    asked_at = excluded.asked_at, kept_at = null, trouble = null`

/** What was noted when a truck left, and its kept track. */
export type Trip = {
  readonly plate: string
  readonly plateColour: string
  readonly trailerPlate: string
  readonly device: string | null
  /** Why its track could not be kept. */
  readonly trouble: string | null
  readonly track: KeptTrack | null
}

/** Two statements by keys; null: it left before such things were noted. */
export async function findTrip(tx: Tx, zoneId: string, waybillId: string): Promise<Trip | null> {
  const row = await tx
    .selectFrom('freight_trip as t')
    .leftJoin('telemetry_device as d', (join) =>
      join.onRef('d.zone_id', '=', 't.zone_id').onRef('d.id', '=', 't.device_id'),
    )
    .select(['t.plate', 't.plate_colour as plateColour', 't.trailer_plate as trailerPlate'])
    .select(['d.name as device', 't.point_id as point', 't.trouble'])
    .where('t.zone_id', '=', zoneId)
    .where('t.waybill_id', '=', waybillId)
    .executeTakeFirst()
  if (!row) return null
  const { point, ...trip } = row
  const track = point === null ? null : await findKeptTrack(tx, zoneId, { subjectKind, subjectId: waybillId, point })
  return { ...trip, track }
}

type Due = {
  readonly id: string
  readonly point: number
  readonly from: number
  readonly to: number
}

/** Columns of a trip whose track is kept: from before the loading place to after the unloading place. */
const due = (aroundMin: number) => sql`t.waybill_id as id, t.point_id as point,
  ((extract(epoch from coalesce(w.arrived_load_at, w.accepted_at, w.created_at)) - ${aroundMin * 60}) * 1000)::float8 as "from",
  ((extract(epoch from coalesce(w.unloaded_at, w.closed_at)) + ${aroundMin * 60}) * 1000)::float8 as "to"`

/**
 * Keeps the track of a signed waybill as it is now, late fixes too; nothing where no terminal was on the way, and of no other waybill:
 * it is not yet judged by its track, or was. Three statements, and those of `keepTrack`. Outside any transaction.
 */
export async function keepTripTrack(ports: TrackPorts, waybillId: string): Promise<void> {
  const { db, zoneId } = ports
  const { rules } = await riskEdition(db, zoneId)
  const { rows } = await sql<Due>`
    select ${due(around(rules))}
    from freight_trip t join freight_waybill w on w.zone_id = t.zone_id and w.id = t.waybill_id
    where t.zone_id = ${zoneId} and t.waybill_id = ${waybillId} and t.point_id is not null and w.state = 'signed'
      and coalesce(w.unloaded_at, w.closed_at) is not null`.execute(db)
  for (const trip of rows) await keep(ports, trip, rules)
}

const turnMax = 20

/** Each minute: keeps the tracks of trips that are over, after the commit of the job; a kill leaves them to the next minute. */
export const tripJob = (ports: TrackPorts): JobHandler => ({
  kind: 'freight.keep_tracks',
  recurs: { everySeconds: 60 },
  run: async () => () => keepDueTracks(ports),
})

/** Up to 20 trips, the oldest first; by freight_trip_open. */
export async function keepDueTracks(ports: TrackPorts): Promise<void> {
  const { db, zoneId, clock } = ports
  const { rules } = await riskEdition(db, zoneId)
  const { rows } = await sql<Due>`
    select ${due(around(rules))}
    from freight_trip t join freight_waybill w on w.zone_id = t.zone_id and w.id = t.waybill_id
    where t.zone_id = ${zoneId} and t.point_id is not null and t.kept_at is null
      and coalesce(w.unloaded_at, w.closed_at) <= ${at(epochMs(clock() - around(rules) * 60_000))}::timestamptz
    order by t.asked_at limit ${turnMax}`.execute(db)
  // One track in memory at a time.
  for (const trip of rows) await keep(ports, trip, rules)
}

const around = ({ R5 }: RuleSettings): number => R5.limits.aroundMin ?? 0

/** Tolerances after that of kept tracks, metres. */
const coarser = [50, 250, 1_000]

async function keep(ports: TrackPorts, { id, point, from, to }: Due, { R4 }: RuleSettings): Promise<void> {
  const { db, zoneId, clock, log } = ports
  const gapS = (R4.limits.silentMin ?? 1) * 60
  const wish = {
    subjectKind,
    subjectId: id,
    point,
    from: Math.round(from),
    to: Math.round(to),
    gapS,
    mode: 'exact',
  } as const
  // A terminal that wanders is kept as well as it can be, and again as it was kept before.
  const before = (await findKeptTrack(db, zoneId, wish))?.toleranceM
  let kept = await keepTrack(ports, { ...wish, toleranceM: before }, clockwork)
  for (const toleranceM of coarser)
    if (!kept.ok && kept.error.kind === 'track_too_fine' && toleranceM > (before ?? 0))
      kept = await keepTrack(ports, { ...wish, toleranceM }, clockwork)
  // Others keep it at the same time.
  if (!kept.ok && kept.error.kind === 'kept_meanwhile') return
  if (!kept.ok) log.warn({ waybill: id, point, refused: kept.error }, 'the track of a waybill could not be kept')
  const now = clock()
  // One that is not over is kept again when it is. Another truck may have left with the waybill meanwhile: its trip stays open.
  await db
    .updateTable('freight_trip')
    .set({ kept_at: wish.to <= now ? at(now) : null, trouble: kept.ok ? null : kept.error.kind })
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', id)
    .where('point_id', '=', point)
    .execute()
}
