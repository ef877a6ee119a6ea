import { sql } from 'kysely'
import { at, newId } from '@tingzhou/db'
import { assert, epochMs } from '@tingzhou/kernel'
import { seeded } from '../money/testing.ts'
import { riskZone, type TestClock } from '../risk/testing.ts'
import { driverRow } from '../testing.ts'
import type { MoveName } from '../waybill/waybill-contract.ts'
import type { TestServer } from '@tingzhou/server/testing'
import { addFix, fixKind, newReadings } from '@tingzhou/telemetry'

export type Spot = { readonly lonDeg: number; readonly latDeg: number }
export type Said = Spot & {
  readonly at: number
  readonly speedKmh: number
  readonly headingDeg?: number
  readonly odometerKm?: number
}

/** The mine, and the plant 32 km to the east, as `riskZone` enters them. */
export const mine = { lonDeg: 87.3, latDeg: 44 } as const
export const plant = { lonDeg: 87.7, latDeg: 44 } as const

const slip = (grossKg: number) => ({ slip: { number: newId().slice(-8), grossKg, tareKg: 15_000, source: 'device' } })
/** The steps of a trip in their order. */
const steps: readonly (readonly [MoveName, object])[] = [
  ['accept', {}],
  ['arrive_load', { position: { ...mine, accuracyM: 10 } }],
  ['load', slip(47_000)],
  ['depart', {}],
  ['arrive_unload', { position: { ...plant, accuracyM: 10 } }],
  ['unload', slip(46_900)],
]

/** The zone of the rules of risk with as many crews as are wanted, loads, and terminals that say what the test says. */
export async function deskZone(server: TestServer, clock: TestClock) {
  const zone = await riskZone(server, clock)
  const { db, carrierId, shipperId, post, move } = zone
  const { zoneId, telemetry } = server.deps
  const places = await db
    .selectFrom('freight_place')
    .select(['id', 'lon_deg'])
    .where('shipper_id', '=', shipperId)
    .execute()
  const placeAt = ({ lonDeg }: Spot) => {
    const place = places.find(({ lon_deg }) => lon_deg === lonDeg)
    assert(place, 'the zone has a mine and a plant')
    return place.id
  }
  let count = 0
  /** A driver and a vehicle of the carrier; with a terminal unless it is said otherwise. */
  const addCrew = async (wish: { readonly terminal?: boolean } = {}) => {
    const vehicle = await zone.addVehicle()
    const driverId = newId()
    const name = `合成司机${++count}`
    const by = {
      created_at: at(epochMs(clock.now)),
      created_by: 'test',
      updated_at: at(epochMs(clock.now)),
      updated_by: 'test',
    }
    await db
      .insertInto('freight_driver')
      .values(driverRow({ zoneId, id: driverId, by }, name, 820 + count))
      .execute()
    await db
      .insertInto('freight_driving')
      .values({
        zone_id: zoneId,
        id: newId(),
        driver_id: driverId,
        carrier_id: carrierId,
        vehicle_id: vehicle.id,
        valid_from: '2020-01-01',
        valid_to: null,
        created_at: by.created_at,
        created_by: 'test',
      })
      .execute()
    const crew = { driverId, driver: name, vehicleId: vehicle.id, plate: vehicle.plate }
    if (wish.terminal === false) return { ...crew, point: 0 }
    const device = await zone.addDevice(vehicle.plate)
    const set = await post(server.machine, `/freight-vehicles/${vehicle.id}/terminal`, {
      deviceId: device.id,
      why: '安装',
    })
    assert(set.status === 200, 'the terminal is set')
    return { ...crew, point: device.point }
  }
  type Crew = Awaited<ReturnType<typeof addCrew>>
  /** A published load of coal from the mine to the plant, 32 km as the crow flies. */
  const addLoad = async (over: object = {}): Promise<string> => {
    const made = await post(server.machine, '/freight-loads', {
      shipperId,
      goods: '合成原煤',
      cargoClass: '0100',
      fromId: placeAt(mine),
      toId: placeAt(plant),
      consignee: '合成收货方',
      measure: 'ton',
      quantity: 100_000,
      truckPlan: 32_000,
      mode: 'assign',
      carrierMilliFen: 7_800_000,
      shipperMilliFen: 8_500_000,
      goodsMilliFen: 42_000_000,
      terms: { id: seeded.coal, version: 1 },
      loadFrom: clock.now,
      loadUntil: clock.now + 24 * 3_600_000,
      synthetic: true,
      ...over,
    })
    const published = await post(server.machine, `/freight-loads/${made.body.id}/publish`, { rev: 1 })
    if (published.status !== 200) throw new Error(JSON.stringify([made.body, published.body]))
    await db.updateTable('freight_load').set({ distance_m: 32_000 }).where('id', '=', made.body.id).execute()
    return made.body.id
  }
  /** Offers a truckload to a crew. @returns the waybill */
  const offer = async (loadId: string, { driverId, vehicleId }: Crew): Promise<string> => {
    const { status, body } = await post(server.machine, `/freight-loads/${loadId}/assign`, { driverId, vehicleId })
    if (status > 201) throw new Error(JSON.stringify(body))
    return body.id
  }
  /** Makes the steps of a trip one after the other, up to one of them, so many minutes apart. */
  const drive = async (id: string, last: MoveName, minutesApart = 1): Promise<void> => {
    for (const [name, fields] of steps.slice(0, steps.findIndex(([name]) => name === last) + 1)) {
      await move(server.machine, id, name, fields)
      clock.now += minutesApart * 60_000
    }
  }
  /** What a terminal says; it is in the rows at once. */
  const say = async (point: number, fixes: readonly Said[]): Promise<void> => {
    const readings = newReadings(fixKind)
    for (const { headingDeg = 90, odometerKm = null, ...fix } of fixes)
      addFix(readings, point, { ...fix, altitudeM: 500, headingDeg, status: 3, alarm: 0, odometerKm, flags: 0 })
    await telemetry.ingest(readings)
    await telemetry.store.flush(true)
    await telemetry.last.save()
  }
  /** A record of a waybill that the regulator refused. */
  const addRefusedRecord = (waybillId: string, answer: string) =>
    sql`insert into freight_upload (zone_id, id, kind, subject_id, title, waybill_id, document_key, version, reference, adapter, record,
        record_sha256, state, attempts, answer_text, refused_by, created_at, sent_at, answered_at)
      values (${zoneId}, ${newId()}, 'waybill', ${waybillId}, 'test', ${waybillId}, ${waybillId}, repeat('0', 64), ${newId()}, 'fujian-2.0', '{}',
        repeat('0', 64), 'rejected', 1, ${answer}, 'regulator', ${at(epochMs(clock.now))}, ${at(epochMs(clock.now))}, ${at(epochMs(clock.now))})`.execute(
      db,
    )
  return { ...zone, placeAt, addCrew, addLoad, offer, drive, say, addRefusedRecord }
}
