import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import type { Answer, Client, TestServer } from '@tingzhou/server/testing'
import { addFix, fixKind, newReadings } from '@tingzhou/telemetry'
import { seeded } from '../money/testing.ts'
import { carrierRow, driverRow, placeRow, vehicleRow } from '../testing.ts'
import type { MoveName } from '../waybill/waybill-contract.ts'
import './tables.ts'

const api = '/api/v1'
const minuteMs = 60_000
/** The mine, and the plant 32 km to the east. */
const mine = { lonDeg: 87.3, latDeg: 44 }
const plant = { lonDeg: 87.7, latDeg: 44 }

/** When the steps of a trip are made, minutes after its begin. */
const minutes = { accept: 0, arrive_load: 20, load: 40, depart: 60, arrive_unload: 120, unload: 140, sign: 160 }

/** A clock that only the test moves. */
export type TestClock = { now: number }

/** A shipper, a carrier, a truck with a terminal, a lane, on a server; every waybill is driven over HTTP. */
export async function riskZone(server: TestServer, clock: TestClock) {
  const { db } = server.database
  const { zoneId, telemetry } = server.deps
  const by = {
    created_at: at(epochMs(clock.now)),
    created_by: 'test',
    updated_at: at(epochMs(clock.now)),
    updated_by: 'test',
  }
  const added = { created_at: by.created_at, created_by: 'test' }
  const post = (client: Client, path: string, body: object = {}): Promise<Answer> =>
    client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
  const created = async (path: string, body: object): Promise<string> => {
    const answer = await post(server.machine, path, body)
    if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body.id
  }
  // Papers are not what is tested here.
  await sql`update freight_paper_kind set required = false where zone_id = ${zoneId}`.execute(db)
  const party = (kind: 'enterprise' | 'institution', name: string) =>
    createParty(db, zoneId, { kind, name, synthetic: true }, epochMs(clock.now))
  const shipperId = await party('enterprise', '合成货主')
  const carrierId = await party('institution', '合成承运人')
  const [fromId, toId, driverId] = [newId(), newId(), newId()]
  const row = (id: string) => ({ zoneId, id, by })
  await db
    .insertInto('freight_carrier')
    .values(carrierRow(row(carrierId), '合成承运人', 800))
    .execute()
  await db
    .insertInto('freight_payee')
    .values({
      zone_id: zoneId,
      id: newId(),
      carrier_id: carrierId,
      holder: '合成承运人',
      bank_code: 'ABOC',
      account_number: '6228480000000012345',
      ...added,
    })
    .execute()
  await db
    .insertInto('freight_driver')
    .values(driverRow(row(driverId), '合成司机', 801))
    .execute()
  await db
    .insertInto('freight_place')
    .values([placeRow(row(fromId), shipperId, '合成煤矿', mine), placeRow(row(toId), shipperId, '合成电厂', plant)])
    .execute()
  await db
    .insertInto('freight_driving')
    .values({
      zone_id: zoneId,
      id: newId(),
      driver_id: driverId,
      carrier_id: carrierId,
      vehicle_id: null,
      valid_from: '2020-01-01',
      valid_to: null,
      ...added,
    })
    .execute()
  let count = 0
  const addVehicle = async () => {
    const id = newId()
    const plate = `新A·R${String(++count).padStart(4, '0')}`
    await db
      .insertInto('freight_vehicle')
      .values(vehicleRow(row(id), carrierId, plate))
      .execute()
    return { id, plate }
  }
  /** A terminal with a position, as it is entered among the devices. */
  const addDevice = async (name: string) => {
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    const device = { protocol: 'jt808', identity: `139${String(++count).padStart(8, '0')}`, name, profileKey: 'truck' }
    const { id } = (await post(dispatcher, '/devices', { ...device, segment: `RT${count}` })).body
    const { points } = (await dispatcher.get(`${api}/devices/${id}`)).body
    const point: number = points.find(({ code }: { code: string }) => code.endsWith('.POS')).point
    await telemetry.catalog.refresh()
    return { id: id as string, point }
  }
  const begin = async (vehicleId: string): Promise<string> => {
    const load = await created('/freight-loads', {
      shipperId,
      goods: '合成原煤',
      cargoClass: '0100',
      fromId,
      toId,
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
      loadUntil: clock.now + 24 * 60 * minuteMs,
      synthetic: true,
    })
    const published = await post(server.machine, `/freight-loads/${load}/publish`, { rev: 1 })
    if (published.status !== 200) throw new Error(JSON.stringify(published.body))
    // As the crow flies, which is how the truck of the test drives.
    await db.updateTable('freight_load').set({ distance_m: 32_000 }).where('id', '=', load).execute()
    return created(`/freight-loads/${load}/assign`, { driverId, vehicleId })
  }
  const rowOf = (id: string) =>
    db.selectFrom('freight_waybill').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const tryMove = async (client: Client, id: string, move: MoveName, fields: object = {}): Promise<Answer> =>
    post(client, `/freight-waybills/${id}/moves`, {
      move: { commandId: crypto.randomUUID(), rev: (await rowOf(id)).rev, move, ...fields },
    })
  const move = async (client: Client, id: string, name: MoveName, fields: object = {}): Promise<string> => {
    const answer = await tryMove(client, id, name, fields)
    if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
    return answer.body.state
  }
  const slip = (grossKg: number) => ({ slip: { number: `B${++count}`, grossKg, tareKg: 15_000, source: 'device' } })
  /** Drives a waybill of a vehicle until it is signed. @returns it, and when it began */
  const signed = async (vehicleId: string): Promise<{ readonly id: string; readonly began: number }> => {
    const began = clock.now
    const id = await begin(vehicleId)
    const step = async (name: keyof typeof minutes, fields: object = {}) => {
      clock.now = began + minutes[name] * minuteMs
      await move(server.machine, id, name, fields)
    }
    await step('accept')
    await step('arrive_load', { position: { ...mine, accuracyM: 10 } })
    await step('load', slip(47_000))
    await step('depart')
    await step('arrive_unload', { position: { ...plant, accuracyM: 10 } })
    await step('unload', slip(46_900))
    clock.now = began + minutes.sign * minuteMs
    await sign(id)
    return { id, began }
  }
  /** The consignee signs by the link. */
  const sign = async (id: string): Promise<void> => {
    const { signCode } = (await server.machine.get(`${api}/freight-waybills/${id}`)).body
    const { secret } = (await post(server.machine, `/freight-waybills/${id}/sign-link`)).body
    const signature = { signer: '收货员', signedBy: 'code', code: signCode }
    const answer = await post(server.anyone(), `/freight-sign/${secret}`, signature)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  }
  /** What a terminal says on the way, a fix a minute, but for the minutes that are left out. */
  const say = async (point: number, began: number, silent: (minute: number) => boolean = () => false) => {
    const readings = newReadings(fixKind)
    for (let minute = minutes.arrive_load; minute <= minutes.unload; minute++) {
      if (silent(minute)) continue
      const share = Math.min(1, Math.max(0, (minute - minutes.depart) / (minutes.arrive_unload - minutes.depart)))
      addFix(readings, point, {
        at: began + minute * minuteMs,
        lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share,
        latDeg: 44,
        altitudeM: 500,
        speedKmh: 32,
        headingDeg: 90,
        status: 3,
        alarm: 0,
        odometerKm: null,
        flags: 0,
      })
    }
    await telemetry.ingest(readings)
  }
  /** A photo of the first weighing, with what it says of when and where it was taken and what it looks like. */
  const addPhoto = async (
    waybillId: string,
    told: { readonly takenAt?: number; readonly lonDeg?: number; readonly latDeg?: number; readonly look?: string },
  ): Promise<void> => {
    const [id, sha256] = [newId(), createHash('sha256').update(newId()).digest('hex')]
    const picture = { media_type: 'image/jpeg', name: 'slip.jpg', purpose: 'evidence', width: 1, height: 1 } as const
    await db
      .insertInto('file')
      .values({
        zone_id: zoneId,
        id,
        sha256,
        size_bytes: 1,
        ...picture,
        thumbnail_sha256: null,
        original_sha256: null,
        original_size_bytes: null,
        longitude: told.lonDeg ?? null,
        latitude: told.latDeg ?? null,
        taken_at: told.takenAt === undefined ? null : at(epochMs(told.takenAt)),
        look: told.look ?? null,
        uploaded_by: 'test',
        uploaded_at: at(epochMs(clock.now)),
      })
      .execute()
    await db
      .updateTable('freight_slip')
      .set({ photo_id: id, photo_sha256: sha256 })
      .where('waybill_id', '=', waybillId)
      .where('place_end', '=', 'load')
      .execute()
  }
  return {
    db,
    carrierId,
    shipperId,
    addPhoto,
    addVehicle,
    addDevice,
    begin,
    signed,
    sign,
    say,
    rowOf,
    tryMove,
    move,
    post,
  }
}
