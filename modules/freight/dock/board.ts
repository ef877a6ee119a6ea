import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { bucketS } from '@tingzhou/dispatch'
import { at, containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Reader } from '../papers-view.ts'
import type { PlaceEnd, WaybillState } from '../words.ts'
import { bookOf, sumOf, type Dock } from './book.ts'
import { readQueue } from './queue-rows.ts'
import { bookedOf, dockColumns, isOneOf, keyOf } from './slot.ts'
import './tables.ts'
import { dockBounds, dockFields, listHours, nextMax, type SlotLack } from './words.ts'

const hourMs = 3_600_000
type DockRow = Dock & { readonly isOn: boolean; readonly rev: number }
type PlaceRow = { id: string; name: string; shipper_id: string | null; shipper: string | null }

/** The places within the reader's reach. */
const places = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_place as p')
    .leftJoin('party as s', (join) => join.onRef('s.zone_id', '=', 'p.zone_id').onRef('s.id', '=', 'p.shipper_id'))
    .where('p.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_place', { zoneId, objectId: sql.ref('p.id') }))
    .select(['p.id', 'p.name', 'p.shipper_id', 's.name as shipper'])

const headOf = ({ id, name, shipper_id, shipper }: PlaceRow) => ({
  place: { id, name },
  shipper: shipper_id === null ? null : { id: shipper_id, name: shipper ?? shipper_id },
})

const fieldsOf = ({ end, docks, serviceS, sharePct, opens, closes, isOn, rev }: DockRow) => ({
  end,
  docks,
  serviceS,
  sharePct,
  opens,
  closes,
  isOn,
  rev,
})

async function docksAt({ deps: { db, zoneId } }: Reader, placeIds: readonly string[]): Promise<readonly DockRow[]> {
  const { rows } = await sql<DockRow>`select ${dockColumns}, d.is_on as "isOn", d.rev from freight_dock d
    where d.zone_id = ${zoneId} and d.place_id = any(${[...placeIds]}::uuid[])
    order by d.place_id, d.place_end`.execute(db)
  return rows
}

type ListWish = { readonly q?: string | undefined; readonly cursor?: string | undefined; readonly limit: number }

/** A page of the places with docks within reach, by name: who waits, and how much of the next hours is booked. Five statements. */
export async function listDocks(reader: Reader, wish: ListWish) {
  const { db, zoneId, clock } = reader.deps
  const now = clock()
  let query = places(reader).where(
    sql<boolean>`exists (select from freight_dock d where d.zone_id = p.zone_id and d.place_id = p.id)`,
  )
  if (wish.q) query = query.where('p.name', 'ilike', containing(wish.q))
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('p.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('p.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  const docks = await docksAt(
    reader,
    page.rows.map(({ id }) => id),
  )
  const waiting = await waitingAt(reader, docks)
  const booked = await bookedOf(db, zoneId, docks, now)
  const rows = page.rows.map((row) => ({
    ...headOf(row),
    ends: docks
      .filter(({ placeId }) => placeId === row.id)
      .map((dock) => ({
        ...fieldsOf(dock),
        waiting: waiting.get(keyOf(dock)) ?? 0,
        soon: sumOf(bookOf(dock, now, now + listHours * hourMs, booked(dock))),
      })),
  }))
  return { rows, next: page.next, total: counted?.n ?? 0 }
}

/** How many trucks wait where. One statement, by freight_waybill_from_open and freight_waybill_to_open. */
async function waitingAt({ deps: { db, zoneId } }: Reader, docks: readonly Dock[]) {
  const { rows } = await sql<{ placeId: string; end: PlaceEnd; n: number }>`
    select d.place_id as "placeId", d.place_end as "end", case d.place_end
      when 'load' then (select count(*) from freight_waybill w where w.zone_id = d.zone_id and w.from_id = d.place_id and w.state = 'at_load')
      else (select count(*) from freight_waybill w where w.zone_id = d.zone_id and w.to_id = d.place_id and w.state = 'at_unload') end as n
    from freight_dock d where d.zone_id = ${zoneId} and ${isOneOf('d', docks)}`.execute(db)
  return new Map(rows.map((row) => [keyOf(row), row.n]))
}

/** The docks of one place: who is served and who waits, what is booked, bucket by bucket; null out of reach. Ten statements at most. */
export async function findBoard(reader: Reader, { placeId, hours }: { placeId: string; hours: number }) {
  const { deps } = reader
  const now = deps.clock()
  const place = await places(reader).where('p.id', '=', placeId).executeTakeFirst()
  if (!place) return null
  const docks = await docksAt(reader, [placeId])
  const ends = await Promise.all(docks.map((dock) => endOf(reader, dock, now, hours)))
  const bounds = dockFields.map((name) => ({ name, ...dockBounds[name] }))
  return { at: now, ...headOf(place), ends, bounds }
}

async function endOf(reader: Reader, dock: DockRow, now: EpochMs, hours: number) {
  const { db, zoneId } = reader.deps
  const queue = await readQueue(db, zoneId, dock, now)
  const next = await awaitedAt(reader, dock)
  const trips = await tripsOf(
    reader,
    [...queue, ...next].map(({ waybillId }) => waybillId),
  )
  // What began an hour ago may still be of interest.
  const fromMs = now - hourMs
  const untilMs = now + hours * hourMs
  const booked = await bookedOf(db, zoneId, [dock], fromMs)
  const arrived = await arrivedAt(reader, dock, fromMs)
  const book = bookOf(dock, fromMs, untilMs, booked(dock))
  const buckets = [...book.capacity].map((capacity, bucket) => {
    const startsAt = epochMs((book.fromS + bucket * bucketS) * 1_000)
    return { startsAt, capacity, booked: book.booked[bucket]!, arrived: arrived.get(startsAt) ?? 0 } // as long as the capacity
  })
  return {
    ...fieldsOf(dock),
    queue: queue.map(({ waybillId, ahead: _ahead, ...row }) => ({ ...tripIn(trips, waybillId), ...row })),
    next: next.map(({ waybillId, ...row }) => ({ ...tripIn(trips, waybillId), ...row })),
    buckets,
    sum: sumOf(bookOf(dock, now, untilMs, booked(dock))),
  }
}

type AwaitedRow = {
  readonly waybillId: string
  readonly startsAt: EpochMs | null
  readonly lack: SlotLack | null
  readonly etaAt: EpochMs | null
  readonly moves: number
}

/** Trucks that have not come: those without a slot, then the soonest. By freight_dock_slot_at. */
async function awaitedAt({ deps: { db, zoneId } }: Reader, { placeId, end }: Dock): Promise<readonly AwaitedRow[]> {
  const { rows } = await sql<AwaitedRow>`
    select s.waybill_id as "waybillId", s.starts_at as "startsAt", s.lack, s.eta_at as "etaAt", s.moves from freight_dock_slot s
    join freight_waybill w on w.zone_id = s.zone_id and w.id = s.waybill_id
      and w.state in ('offered', 'accepted', 'at_load', 'loaded', 'in_transit', 'accident')
    where s.zone_id = ${zoneId} and s.place_id = ${placeId} and s.place_end = ${end} and s.arrived_at is null
    order by s.starts_at nulls first, s.waybill_id limit ${nextMax}`.execute(db)
  return rows
}

/** How many of the bookings of each slot have come. By freight_dock_slot_at. */
async function arrivedAt({ deps: { db, zoneId } }: Reader, { placeId, end }: Dock, fromMs: number) {
  const { rows } = await sql<{ startsAt: EpochMs; n: number }>`
    select s.starts_at as "startsAt", count(*) as n from freight_dock_slot s
    where s.zone_id = ${zoneId} and s.place_id = ${placeId} and s.place_end = ${end} and s.arrived_at is not null
      and s.starts_at >= ${at(epochMs(fromMs - bucketS * 1_000))}::timestamptz group by s.starts_at`.execute(db)
  return new Map(rows.map(({ startsAt, n }) => [startsAt, n]))
}

type TripRow = {
  readonly waybillId: string
  readonly number: string | null
  readonly plate: string | null
  readonly driver: string | null
  readonly goods: string | null
  readonly state: WaybillState
}

/** What waybills are; of those out of the reader's reach only that they are there. One statement, by the primary key. */
async function tripsOf({ deps: { db, zoneId }, actor }: Reader, ids: readonly string[]) {
  const within = reaches(actor, 'freight_waybill', { zoneId, objectId: sql.ref('w.id') })
  const { rows } = await sql<TripRow>`
    select t."waybillId", t.state, case when t.seen then t.number end as number, case when t.seen then t.plate end as plate,
      case when t.seen then t.driver_name end as driver, case when t.seen then t.goods end as goods
    from (select w.id as "waybillId", w.state, w.number, w.agreement -> 'vehicle' ->> 'name' as plate, w.driver_name, w.goods, ${within} as seen
      from freight_waybill w where w.zone_id = ${zoneId} and w.id = any(${[...ids]}::uuid[])) t`.execute(db)
  return new Map(rows.map((row) => [row.waybillId, row]))
}

/** @throws Error when a waybill of a slot is gone (a bug: a foreign key keeps it) */
function tripIn(trips: ReadonlyMap<string, TripRow>, id: string): TripRow {
  const trip = trips.get(id)
  if (!trip) throw new Error(`the waybill ${id} of a slot is there`)
  return trip
}
