import { sql } from 'kysely'
import { crc32, deflateSync } from 'node:zlib'
import { grantReach } from '@tingzhou/access'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { createParty, type Role } from '@tingzhou/parties'
import type { Answer, Client, TestServer } from '@tingzhou/server/testing'
import { seeded } from '../money/testing.ts'
import { carrierRow, driverRow, placeRow, vehicleRow } from '../testing.ts'
import type { MoveName } from '../waybill/waybill-contract.ts'
import './tables.ts'

const api = '/api/v1'
const minuteMs = 60_000
const mine = { lonDeg: 87.3, latDeg: 44 }
const plant = { lonDeg: 87.7, latDeg: 44 }

/** A clock that only the test moves. */
export type TestClock = { now: number }

/** A mine and a plant of two enterprises, each with a weighbridge and a clerk, trucks with drivers, on a server. */
export async function bridgeZone(server: TestServer, clock: TestClock) {
  const { db } = server.database
  const { zoneId } = server.deps
  const added = { created_at: at(epochMs(clock.now)), created_by: 'test' }
  const by = { ...added, updated_at: added.created_at, updated_by: 'test' }
  const post = (client: Client, path: string, body: object = {}): Promise<Answer> =>
    client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
  const created = async (client: Client, path: string, body: object): Promise<string> => {
    const answer = await post(client, path, body)
    if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body.id
  }
  // Papers are not what is tested here.
  await sql`update freight_paper_kind set required = false where zone_id = ${zoneId}`.execute(db)
  const party = (kind: 'enterprise' | 'institution', name: string) =>
    createParty(db, zoneId, { kind, name, synthetic: true }, epochMs(clock.now))
  const shipperId = await party('enterprise', '合成煤矿公司')
  const receiverId = await party('enterprise', '合成电厂公司')
  const strangerId = await party('enterprise', '合成别家')
  const carrierId = await party('institution', '合成承运人')
  const row = (id: string) => ({ zoneId, id, by })
  await db
    .insertInto('freight_carrier')
    .values(carrierRow(row(carrierId), '合成承运人', 820))
    .execute()
  const [mineId, plantId] = [newId(), newId()]
  await db
    .insertInto('freight_place')
    .values([placeRow(row(mineId), shipperId, '合成煤矿', mine), placeRow(row(plantId), shipperId, '合成电厂', plant)])
    .execute()
  await grantReach(db, zoneId, [
    { objectKind: 'freight_place', objectId: mineId, partyId: shipperId, relation: 'enterprise' },
    { objectKind: 'freight_place', objectId: plantId, partyId: receiverId, relation: 'enterprise' },
  ])
  const role = (name: Role, partyId: string | null = null) => server.actor([{ role: name, partyId }], { name })
  const people = {
    owner: await role('enterprise', shipperId),
    clerk: await role('weighbridge_clerk', shipperId),
    plantClerk: await role('weighbridge_clerk', receiverId),
    stranger: await role('weighbridge_clerk', strangerId),
    strangerFirm: await role('enterprise', strangerId),
    dispatcher: await role('freight_dispatcher'),
    audit: await role('freight_audit'),
    machine: await role('machine'),
    ownMachine: await role('machine', shipperId),
    strangerMachine: await role('machine', strangerId),
    carrier: await role('carrier', carrierId),
  }
  const enterBridge = (placeId: string, name: string) =>
    created(server.machine, '/freight-bridges', { placeId, name, divisionKg: 20, maxKg: 100_000, synthetic: true })
  const bridges = { mine: await enterBridge(mineId, '一号地磅'), plant: await enterBridge(plantId, '卸煤地磅') }
  let count = 0
  let trucks = 0
  const addTruck = async () => {
    const n = ++trucks
    const account = await role('driver')
    const [driverId, vehicleId] = [newId(), newId()]
    await db
      .insertInto('freight_driver')
      .values(driverRow(row(driverId), `合成司机${n}`, 830 + n, account.accountId))
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
    const plate = `新A·B${String(n).padStart(4, '0')}`
    await db
      .insertInto('freight_vehicle')
      .values(vehicleRow(row(vehicleId), carrierId, plate))
      .execute()
    return { driverId, vehicleId, plate, account }
  }
  type Truck = Awaited<ReturnType<typeof addTruck>>
  const load = await created(server.machine, '/freight-loads', {
    shipperId,
    goods: '合成原煤',
    cargoClass: '0100',
    fromId: mineId,
    toId: plantId,
    consignee: '合成收货方',
    consigneePhone: '99900000009',
    measure: 'ton',
    quantity: 3_000_000,
    truckPlan: 32_000,
    mode: 'assign',
    carrierMilliFen: 7_800_000,
    shipperMilliFen: 8_500_000,
    goodsMilliFen: 42_000_000,
    terms: { id: seeded.coal, version: 1 },
    loadFrom: clock.now,
    loadUntil: clock.now + 300 * 24 * 60 * minuteMs,
    synthetic: true,
  })
  const published = await post(server.machine, `/freight-loads/${load}/publish`, { rev: 1 })
  if (published.status !== 200) throw new Error(JSON.stringify(published.body))
  // Another enterprise keeps the plant.
  await db.updateTable('freight_place').set({ shipper_id: receiverId }).where('id', '=', plantId).execute()
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
  const steps = ['offered', 'accepted', 'at_load', 'loaded', 'in_transit', 'at_unload'] as const
  /** A waybill of a truck, brought into a state; ten minutes a step. */
  const sent = async (truck: Truck, state: (typeof steps)[number]): Promise<string> => {
    const { driverId, vehicleId } = truck
    const id = await created(server.machine, `/freight-loads/${load}/assign`, { driverId, vehicleId })
    const act: readonly (() => Promise<string>)[] = [
      () => move(truck.account, id, 'accept'),
      () => move(truck.account, id, 'arrive_load', { position: { ...mine, accuracyM: 10 } }),
      () => move(people.machine, id, 'load', slip(47_000, `S${++count}`)),
      () => move(truck.account, id, 'depart'),
      () => move(truck.account, id, 'arrive_unload', { position: { ...plant, accuracyM: 10 } }),
    ]
    for (const step of act.slice(0, steps.indexOf(state))) {
      clock.now += 10 * minuteMs
      await step()
    }
    clock.now += 10 * minuteMs
    return id
  }
  const slip = (grossKg: number, number: string) => ({ slip: { number, grossKg, tareKg: 15_000, source: 'device' } })
  const typed = async (client: Client, number: string, grossKg = 47_000, tareKg = 15_000) => ({
    slip: { number, grossKg, tareKg, source: 'manual', photoId: await upload(client) },
  })
  const upload = async (client: Client): Promise<string> => {
    const form = new FormData()
    form.append('purpose', 'evidence')
    form.append('file', new Blob([pixel(++count)], { type: 'image/png' }), 'slip.png')
    const answer = await client.send('POST', `${api}/files`, { body: form })
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body.id
  }
  /** A record of a full slip: 47 t of truck and coal. */
  const record = (plate: string, over: object = {}) => ({
    number: `D${++count}`,
    plate,
    grossKg: 47_000,
    tareKg: 15_000,
    weighedAt: clock.now,
    operator: '王磅员',
    photoId: null,
    ...over,
  })
  const weigh = (client: Client, bridge: string, weighings: readonly object[]) =>
    client.post(`${api}/freight-bridges/${bridge}/weighings`, { weighings })
  const recordsOf = (number: string) =>
    db.selectFrom('freight_weighing').selectAll().where('number', '=', number).execute()
  const recordOf = async (number: string) => {
    const [found] = await recordsOf(number)
    if (!found) throw new Error(`the record ${number} is kept`)
    return found
  }
  const slipsOf = (waybillId: string) =>
    db
      .selectFrom('freight_slip')
      .selectAll()
      .where('waybill_id', '=', waybillId)
      .where('voided_at', 'is', null)
      .execute()
  return {
    db,
    people,
    bridges,
    places: { mine: mineId, plant: plantId },
    post,
    addTruck,
    sent,
    rowOf,
    tryMove,
    move,
    typed,
    upload,
    record,
    weigh,
    recordOf,
    recordsOf,
    slipsOf,
    arrivalAt: { mine: { position: { ...mine, accuracyM: 10 } }, plant: { position: { ...plant, accuracyM: 10 } } },
  }
}

/** A picture of one pixel, another colour each time. */
function pixel(n: number): Uint8Array<ArrayBuffer> {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
    const head = Buffer.alloc(4)
    head.writeUInt32BE(data.length)
    const check = Buffer.alloc(4)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([head, body, check])
  }
  const size = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
  const dot = deflateSync(Buffer.from([0, n & 255, (n >> 8) & 255, 9]))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [signature, chunk('IHDR', size), chunk('IDAT', dot), chunk('IEND', Buffer.alloc(0))]
  return new Uint8Array(Buffer.concat(parts))
}
