import { sql } from 'kysely'
import type { CaseDeps } from '@tingzhou/casework'
import { at, type Db, type Tx } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { leaseMs } from './claim.ts'
import { findRegulator } from './regulator.ts'
import './tables.ts'
import { isUnderWay, type OpenTrackState } from './track-rule.ts'

/** Begins to report a trip when its truck leaves, where the settings ask for it, and ends that when it has arrived or goes no further. */
export const trackHandler = (deps: CaseDeps): EventHandler => ({
  name: 'freight.track_trip',
  types: ['freight.waybill_moved'],
  from: 'now',
  handle: (tx, { objectId }) => followTrip(tx, deps, objectId),
})

async function followTrip(tx: Tx, { zoneId, clock }: CaseDeps, waybillId: string): Promise<void> {
  const row = await tx
    .selectFrom('freight_waybill')
    .select('state')
    .where('zone_id', '=', zoneId)
    .where('id', '=', waybillId)
    .executeTakeFirst()
  if (!row) return
  const now = at(clock())
  if (!isUnderWay(row.state)) {
    await tx
      .updateTable('freight_track')
      .set({ state: 'stopping', next_at: now, attempts: 0 })
      .where('zone_id', '=', zoneId)
      .where('waybill_id', '=', waybillId)
      .where('state', 'in', ['starting', 'under_way'])
      .execute()
    return
  }
  const regulator = await findRegulator(tx, zoneId)
  if (!regulator?.isOn || !regulator.tracks) return
  await tx
    .insertInto('freight_track')
    .values({ zone_id: zoneId, waybill_id: waybillId, state: 'starting', next_at: now, created_at: now, ...untold })
    .onConflict((conflict) => conflict.columns(['zone_id', 'waybill_id']).doNothing())
    .execute()
}

const untold = {
  lon_deg: null,
  lat_deg: null,
  positioned_at: null,
  answer_code: null,
  answer_text: null,
  started_at: null,
  stopped_at: null,
}

/** A trip of which something is told now. */
export type DueTrack = {
  readonly waybillId: string
  readonly state: OpenTrackState
  readonly attempts: number
  readonly intervalMs: number
  readonly positionedAt: EpochMs | null
  readonly number: string
  readonly serial: string
  readonly plate: string
  readonly driverName: string
  readonly departedAt: EpochMs | null
  /** The position of the terminal that the truck left with; null: it has none. */
  readonly point: number | null
  readonly from: Place
  readonly to: Place
}
type Place = {
  readonly text: string
  readonly divisionCode: string
  readonly lonDeg: number
  readonly latDeg: number
}

const place = (alias: string) => sql`jsonb_build_object('text', ${sql.ref(`${alias}.address`)}, 'divisionCode',
  ${sql.ref(`${alias}.division_code`)}, 'lonDeg', ${sql.ref(`${alias}.lon_deg`)}, 'latDeg', ${sql.ref(`${alias}.lat_deg`)})`

/** Takes due trips, each for as long as its answer may take. One statement; by freight_track_due. */
export async function claimTracks(db: Db, zoneId: string, now: EpochMs, limit: number): Promise<readonly DueTrack[]> {
  const { rows } = await sql<DueTrack>`with due as (
      select k.waybill_id from freight_track k where k.zone_id = ${zoneId} and k.next_at <= ${at(now)}
      order by k.next_at limit ${limit} for update of k skip locked
    ), taken as (
      update freight_track k set attempts = k.attempts + 1, next_at = ${at(epochMs(now + leaseMs))}
      from due where k.zone_id = ${zoneId} and k.waybill_id = due.waybill_id
      returning k.waybill_id, k.state, k.attempts, k.interval_ms, k.positioned_at)
    select t.waybill_id as "waybillId", t.state, t.attempts, t.interval_ms as "intervalMs", t.positioned_at as "positionedAt",
      w.number, w.serial, v.plate, w.driver_name as "driverName", w.departed_at as "departedAt", r.point_id as point,
      ${place('a')} as "from", ${place('b')} as "to"
    from taken t
    join freight_waybill w on w.zone_id = ${zoneId} and w.id = t.waybill_id
    join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
    join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
    join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id
    left join freight_trip r on r.zone_id = w.zone_id and r.waybill_id = w.id`.execute(db)
  return rows
}

/** When something is to be told next; null: never. One statement; by freight_track_due. */
export async function nextTrack(db: Db, zoneId: string): Promise<EpochMs | null> {
  const row = await db
    .selectFrom('freight_track')
    .select('next_at')
    .where('zone_id', '=', zoneId)
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_at ?? null
}
