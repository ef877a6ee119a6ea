import { sql, type RawBuilder } from 'kysely'
import { write } from '@tingzhou/casework'
import { bucketS, firstFree } from '@tingzhou/dispatch'
import { at, type Db, type Tx } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { positionHoursMax } from '../desk/words.ts'
import '../risk/tables.ts'
import '../tables.ts'
import type { Agreement } from '../waybill/agreement.ts'
import type { WaybillDossier } from '../waybill/case.ts'
import type { PlaceEnd } from '../words.ts'
import { aheadColumns, aheadOf, stopsAhead, type AheadRow } from './ahead.ts'
import { bookOf, type Booked, type Dock } from './book.ts'
import { arrivalAt, type Arrival, type OnTheWay } from './eta.ts'
import { wayNumbers } from './settings.ts'
import './tables.ts'
import type { DockNumbers } from './words.ts'

/** One end of a place. */
export type DockKey = { readonly placeId: string; readonly end: PlaceEnd }

export const dockColumns = sql`d.place_id as "placeId", d.place_end as "end", d.docks, d.service_s as "serviceS", d.share_pct as "sharePct",
  d.opens, d.closes`

/** The alias `d` is one of these. */
export const isOneOf = (alias: string, keys: readonly DockKey[]): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(`${alias}.place_id`)}, ${sql.ref(`${alias}.place_end`)}) in (select * from unnest(
    ${keys.map(({ placeId }) => placeId)}::uuid[], ${keys.map(({ end }) => end)}::text[]))`

export const keyOf = ({ placeId, end }: DockKey): string => `${placeId} ${end}`

/**
 * Locks the docks that are on, in one order for all, so that nobody waits crosswise: whoever books holds them until the commit.
 * One statement, by the primary key.
 */
export async function lockDocks(tx: Tx, zoneId: string, keys: readonly DockKey[]): Promise<readonly Dock[]> {
  const { rows } = await sql<Dock>`select ${dockColumns} from freight_dock d
    where d.zone_id = ${zoneId} and d.is_on and ${isOneOf('d', keys)}
    order by d.place_id, d.place_end for update`.execute(tx)
  return rows
}

/** Whether any of these docks are on. One statement, by the primary key. */
async function areOn(tx: Tx, zoneId: string, keys: readonly DockKey[]): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`select 1 as one from freight_dock d
    where d.zone_id = ${zoneId} and d.is_on and ${isOneOf('d', keys)} limit 1`.execute(tx)
  return rows.length > 0
}

/**
 * Holds driver and vehicle before the docks, as their row will refer to them: a wave that sends them has locked both by then, and waits for
 * the docks. Two statements, by primary keys.
 */
async function holdCrew(tx: Tx, { row }: Pick<WaybillDossier, 'row'>): Promise<void> {
  for (const [table, id] of [
    ['freight_driver', row.driver_id],
    ['freight_vehicle', row.vehicle_id],
  ] as const)
    await sql`select 1 from ${sql.table(table)} where zone_id = ${row.zone_id} and id = ${id} for key share`.execute(tx)
}

/** What is booked of docks from a moment on, by `keyOf`. One statement, by freight_dock_slot_at. */
export async function bookedOf(
  db: Db | Tx,
  zoneId: string,
  keys: readonly DockKey[],
  fromMs: number,
): Promise<(key: DockKey) => Booked> {
  const { rows } = await sql<DockKey & { startsAt: EpochMs; n: number }>`
    select s.place_id as "placeId", s.place_end as "end", s.starts_at as "startsAt", count(*) as n from freight_dock_slot s
    where s.zone_id = ${zoneId} and ${isOneOf('s', keys)} and s.starts_at >= ${at(epochMs(fromMs - bucketS * 1_000))}::timestamptz
    group by s.place_id, s.place_end, s.starts_at`.execute(db)
  const books = new Map<string, Map<number, number>>()
  for (const row of rows) {
    const book = books.get(keyOf(row)) ?? new Map<number, number>()
    books.set(keyOf(row), book.set(row.startsAt / 1_000, row.n))
  }
  return (key) => books.get(keyOf(key)) ?? new Map()
}

/**
 * The last position of the vehicle of the alias `w`, of the alias `f`: also one from before the trip, for a truck that stands says
 * little; and what comes before its ends. By freight_terminal_vehicle and the key of last_fix.
 */
export const truckFix = (now: EpochMs) => sql`
  left join freight_terminal t on t.zone_id = w.zone_id and t.vehicle_id = w.vehicle_id and t.ends_at is null
  left join last_fix f on f.zone_id = t.zone_id and f.point_id = t.point_id
    and f.at >= greatest(t.starts_at, ${at(epochMs(now - positionHoursMax * 3_600_000))}::timestamptz) ${stopsAhead}`

/** Spots of a trip as rows have them; WGS-84 degrees. */
export type SpotRow = AheadRow & {
  readonly fromLon: number
  readonly fromLat: number
  readonly toLon: number
  readonly toLat: number
  readonly lon: number | null
  readonly lat: number | null
}
export const spotColumns = sql`a.lon_deg as "fromLon", a.lat_deg as "fromLat", b.lon_deg as "toLon", b.lat_deg as "toLat",
  f.lon_deg as lon, f.lat_deg as lat, ${aheadColumns}`

/** Pure. O(1). */
export function spotsOf(row: SpotRow): Pick<OnTheWay, 'from' | 'to' | 'fix' | 'notBeforeS'> {
  return {
    from: { lon: row.fromLon, lat: row.fromLat },
    to: { lon: row.toLon, lat: row.toLat },
    fix: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
    notBeforeS: aheadOf(row),
  }
}

/** When to leave so as not to come before a slot; null where nobody has to wait a bucket, or nothing is known. Pure. O(1). */
export const leaveS = (startS: number | null, { atS, isKnown }: Arrival, nowS: number): number | null =>
  startS !== null && isKnown && startS - atS > bucketS ? nowS + startS - atS : null

/**
 * Between which moments slots of an end begin, epoch seconds: while loading may begin; unloading at any time. A truck is served in the
 * bucket that it comes in. Pure. O(1).
 */
export const slotTimes = (
  end: PlaceEnd,
  { loadFrom, loadUntil }: Pick<Agreement, 'loadFrom' | 'loadUntil'>,
): { readonly opensS: number; readonly beforeS: number } =>
  end === 'load'
    ? { opensS: Math.ceil(loadFrom / 1_000 / bucketS) * bucketS, beforeS: loadUntil / 1_000 }
    : { opensS: 0, beforeS: Number.POSITIVE_INFINITY }

/** A slot that is looked for: the first that is free. */
type Found = { readonly startS: number | null; readonly arrival: Arrival }

/** The first free slot from a moment on, within the horizon after it, that begins before another moment. Pure. O(buckets). */
function findSlot(
  dock: Dock,
  earliestS: number,
  beforeS: number,
  booked: Booked,
  { horizonHours }: DockNumbers,
): number | null {
  if (earliestS >= beforeS) return null
  const untilS = Math.min(beforeS, earliestS + horizonHours * 3_600)
  const book = bookOf(dock, earliestS * 1_000, untilS * 1_000, booked)
  const free = firstFree(book, 0)
  return free === null ? null : book.fromS + free * bucketS
}

/**
 * Books slots for a trip at those of its ends that have docks, and says where there is none. Written with the step.
 * One statement where there are no docks, else eight.
 */
export async function bookSlots(tx: Tx, dossier: WaybillDossier, ends: readonly PlaceEnd[]): Promise<void> {
  const { row, now } = dossier
  const { zoneId } = dossier.deps
  const keys = ends.map((end) => ({ end, placeId: end === 'load' ? row.from_id : row.to_id }))
  if (!(await areOn(tx, zoneId, keys))) return
  const numbers = await wayNumbers(tx, zoneId)
  if (dossier.fresh) await holdCrew(tx, dossier)
  const docks = await lockDocks(tx, zoneId, keys)
  const booked = await bookedOf(tx, zoneId, docks, now)
  const spots = spotsOf(await spotsOfTrip(tx, zoneId, now, row))
  const nowS = Math.floor(now / 1_000)
  const dockOf = (end: PlaceEnd) => docks.find((dock) => dock.end === end)
  const found = new Map<PlaceEnd, Found>()
  for (const end of ends) {
    const trip: OnTheWay = {
      ...spots,
      state: row.state,
      distanceM: row.distance_m,
      departedS: row.departed_at === null ? null : row.departed_at / 1_000,
      loadSlotS: found.get('load')?.startS ?? null,
      loadServiceS: dockOf('load')?.serviceS ?? null,
    }
    const arrival = arrivalAt(end, trip, numbers, nowS)
    const dock = dockOf(end)
    if (!dock || !arrival) continue
    const { opensS, beforeS } = slotTimes(end, row.agreement)
    const startS = findSlot(dock, Math.max(arrival.atS, opensS), beforeS, booked(dock), numbers)
    found.set(end, { arrival, startS })
  }
  for (const [end, { startS, arrival }] of found) {
    const dock = dockOf(end)
    assert(dock, 'a slot is found at docks')
    const leave = leaveS(startS, arrival, nowS)
    write(
      dossier,
      tx.insertInto('freight_dock_slot').values({
        zone_id: zoneId,
        waybill_id: row.id,
        place_end: end,
        place_id: dock.placeId,
        starts_at: startS === null ? null : at(epochMs(startS * 1_000)),
        lack: startS === null ? 'full' : null,
        eta_at: at(epochMs(Math.floor(arrival.atS) * 1_000)),
        leave_at: leave === null ? null : at(epochMs(Math.floor(leave) * 1_000)),
        told_for: null,
        arrived_at: null,
        booked_at: at(now),
      }),
    )
  }
}

/** Where a trip goes, and where its truck is. One statement, by keys. */
async function spotsOfTrip(tx: Tx, zoneId: string, now: EpochMs, row: WaybillDossier['row']): Promise<SpotRow> {
  const { rows } = await sql<SpotRow>`select ${spotColumns}
    from (select ${zoneId}::text as zone_id, ${row.vehicle_id}::text as vehicle_id, ${row.load_id}::uuid as load_id,
      ${row.tour_id}::uuid as tour_id, ${row.state}::text as state) w
    join freight_place a on a.zone_id = w.zone_id and a.id = ${row.from_id}
    join freight_place b on b.zone_id = w.zone_id and b.id = ${row.to_id} ${truckFix(now)}`.execute(tx)
  const [spots] = rows
  assert(spots, 'the places of a waybill are there')
  return spots
}
