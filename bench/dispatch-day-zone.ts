import { sql } from 'kysely'
import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import { at, jsonb, newId, type Tx } from '@tingzhou/db'
import { assert, epochMs, localDate, type EpochMs } from '@tingzhou/kernel'
import { createParty, type Actor } from '@tingzhou/parties'
import { startTestServer } from '@tingzhou/server/testing'
import { addFix, fixKind, newReadings } from '@tingzhou/telemetry'
import type { LonLat } from '../libs/geo/point.ts'
import { carrierRow, driverRow, placeRow, vehicleRow } from '../modules/freight/testing.ts'
import type { Scratch } from './databases.ts'
import { dayBegins, type InventedDay } from './dispatch-day-invent.ts'
import { actorOf, identity } from './freight-zone.ts'
import { addFleet } from './map-fleet.ts'

const hourMs = 3_600_000
const trucksPerCarrier = 100
const rowsPerStatement = 1_000

export type DayZone = Awaited<ReturnType<typeof openDayZone>>
/** A truck of the register with the people who act for its driver. */
export type Truck = { readonly vehicleId: string; readonly carrier: Actor; readonly point: number }

/**
 * The real server on a database with the places and the trucks of an invented day, each truck with a driver, papers and a terminal whose
 * fixes came through telemetry; a clock that only the bench moves, which begins at five in the morning of yesterday.
 */
export async function openDayZone({ database }: Scratch, day: InventedDay) {
  // Yesterday: telemetry keeps real time, and lets old days go.
  const midnight = instantOf(addDays(localDateOf(epochMs(Date.now())), -1), '00:00')
  let now = epochMs(midnight + dayBegins.hour * hourMs)
  const server = await startTestServer({ database, background: true, clock: () => now })
  const { db, zoneId, telemetry } = server.deps
  const by = { created_at: at(now), created_by: 'bench', updated_at: at(now), updated_by: 'bench' }
  const party = (kind: 'enterprise' | 'institution', name: string) =>
    createParty(db, zoneId, { kind, name, synthetic: true }, now)
  const [shipperId, consigneeId] = [
    await party('enterprise', 'synthetic shipper'),
    await party('enterprise', 'synthetic consignee'),
  ]
  const placeIds = day.sites.map(() => newId())
  await db
    .insertInto('freight_place')
    .values(
      day.sites.map(
        ({ name, lon, lat }, n) =>
          placeRow({ zoneId, id: placeIds[n]!, by }, shipperId, name, { lonDeg: lon, latDeg: lat }), // an id a site
      ),
    )
    .execute()
  const trucks: { vehicleId: string; carrier: Actor }[] = []
  for (let first = 0; first < day.trucks.length; first += trucksPerCarrier) {
    const carrierId = await party('institution', `synthetic carrier ${first}`)
    const count = Math.min(trucksPerCarrier, day.trucks.length - first)
    await db.transaction().execute(async (tx) => {
      trucks.push(...(await addCarrier(tx, { zoneId, carrierId, first, count, by })))
    })
  }
  await addFleet(database, zoneId, trucks.length)
  const points = await addTerminals(server.deps, trucks, epochMs(midnight - 48 * hourMs))
  await telemetry.catalog.refresh()
  const withPoints = trucks.map((truck, n): Truck => ({ ...truck, point: points[n]! })) // a point a truck
  /** What terminals say; it is in the rows at once. */
  const say = async (fixes: readonly (LonLat & { readonly point: number; readonly at: number })[]): Promise<void> => {
    if (fixes.length === 0) return
    const readings = newReadings(fixKind, fixes.length)
    for (const { point, at: time, lon: lonDeg, lat: latDeg } of fixes)
      addFix(readings, point, {
        at: time,
        lonDeg,
        latDeg,
        altitudeM: 600,
        speedKmh: 0,
        headingDeg: 0,
        status: 3,
        alarm: 0,
        odometerKm: null,
        flags: 0,
      })
    await telemetry.ingest(readings)
    await telemetry.store.flush(true)
    await telemetry.last.save()
  }
  // Whoever is off duty was last heard of two days ago.
  await say(
    day.trucks.map((stand, n) => ({
      ...stand,
      point: points[n]!, // a point a truck
      at: stand.isOnDuty ? midnight + 4 * hourMs : midnight - 40 * hourMs,
    })),
  )
  // As a server does by itself after many rows.
  await sql`analyze`.execute(db)
  return {
    server,
    deps: server.deps,
    db,
    zoneId,
    midnight,
    shipperId,
    consigneeId,
    placeIds,
    trucks: withPoints,
    people: {
      dispatcher: actorOf('freight_dispatcher'),
      consignee: actorOf('enterprise', consigneeId),
      machine: actorOf('machine'),
    },
    say,
    now: (): EpochMs => now,
    setNow: (time: number) => void (now = epochMs(time)),
  }
}

type Wish = {
  readonly zoneId: string
  readonly carrierId: string
  readonly first: number
  readonly count: number
  readonly by: Parameters<typeof carrierRow>[0]['by']
}

/** A carrier with trucks of 33 t and a driver for each, and every paper of theirs. Five statements. */
async function addCarrier(tx: Tx, { zoneId, carrierId, first, count, by }: Wish) {
  const { created_at, created_by } = by
  const numbers = Array.from({ length: count }, (_, n) => first + n)
  const crews = numbers.map((n) => ({ n, driverId: newId(), vehicleId: newId() }))
  await tx
    .insertInto('freight_carrier')
    .values({
      ...carrierRow({ zoneId, id: carrierId, by }, `synthetic carrier ${first}`, 1),
      id_number: identity(first),
    })
    .execute()
  await tx
    .insertInto('freight_driver')
    .values(
      crews.map(({ n, driverId }) => ({
        ...driverRow({ zoneId, id: driverId, by }, `driver ${n}`, 1),
        id_number: identity(n),
      })),
    )
    .execute()
  await tx
    .insertInto('freight_vehicle')
    .values(
      crews.map(({ n, vehicleId }) =>
        vehicleRow({ zoneId, id: vehicleId, by }, carrierId, `新A·${String(n).padStart(5, '0')}`),
      ),
    )
    .execute()
  await tx
    .insertInto('freight_driving')
    .values(
      crews.map(({ driverId, vehicleId }) => ({
        zone_id: zoneId,
        id: newId(),
        driver_id: driverId,
        carrier_id: carrierId,
        vehicle_id: vehicleId,
        valid_from: '2020-01-01',
        valid_to: null,
        created_at,
        created_by,
      })),
    )
    .execute()
  const papers = [
    ...['carrier_identity_card', 'road_transport_licence'].map((kind) => ['carrier', carrierId, kind] as const),
    ...crews.flatMap(({ driverId }) =>
      ['identity_card', 'driving_licence', 'qualification'].map((kind) => ['driver', driverId, kind] as const),
    ),
    ...crews.flatMap(({ vehicleId }) =>
      ['vehicle_licence', 'transport_permit', 'compulsory_insurance'].map(
        (kind) => ['vehicle', vehicleId, kind] as const,
      ),
    ),
  ].map(([subject, subject_id, kind]) => ({
    zone_id: zoneId,
    id: newId(),
    subject,
    subject_id,
    kind,
    number: 'N1',
    issuer: '',
    valid_from: localDate('2020-01-01'),
    valid_to: localDate('2999-12-31'),
    synthetic: true,
    created_at,
    created_by,
  }))
  for (let from = 0; from < papers.length; from += rowsPerStatement)
    await tx
      .insertInto('freight_paper')
      .values(papers.slice(from, from + rowsPerStatement))
      .execute()
  const carrier = actorOf('carrier', carrierId)
  return crews.map(({ vehicleId }) => ({ vehicleId, carrier }))
}

/** A terminal in each truck since an instant. @returns the position's point of each */
async function addTerminals(
  { db, zoneId }: Pick<DayZone['deps'], 'db' | 'zoneId'>,
  trucks: readonly { readonly vehicleId: string }[],
  since: EpochMs,
): Promise<readonly number[]> {
  const { rows: devices } = await sql<{ device: string; point: number }>`
    select d.id as device, p.id as point from telemetry_device d
    join telemetry_point p on p.zone_id = d.zone_id and p.node_id = d.node_id
    where d.zone_id = ${zoneId} order by d.identity`.execute(db)
  assert(devices.length >= trucks.length, 'a device for each truck')
  const rows = trucks.map(({ vehicleId }, n) => ({ id: newId(), vehicle: vehicleId, ...devices[n]! })) // as many
  await sql`
    insert into freight_terminal (zone_id, id, vehicle_id, device_id, point_id, starts_at, created_by)
    select ${zoneId}, t.id, t.vehicle, t.device, t.point, ${at(since)}::timestamptz, 'bench'
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as t (id uuid, vehicle text, device uuid, point integer)`.execute(db)
  return rows.map(({ point }) => point)
}
