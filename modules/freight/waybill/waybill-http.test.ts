import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { at, newId } from '@tingzhou/db'
import { epochMs, localDate } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { seeded } from '../money/testing.ts'
import { inventedIdentity, person, truck } from '../testing.ts'
import type { MoveName } from './waybill-contract.ts'

const api = '/api/v1'
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
// Ten in the morning in Beijing.
const start = Date.UTC(2026, 2, 2, 2)
let now = start
/** Each test has a day of its own, so that trips of other tests are over. */
let begun = start - dayMs
const day = (days: number) => addDays(localDate(localDateOf(epochMs(start))), days)
let server: TestServer
let zone: Awaited<ReturnType<typeof enterZone>>
let count = 600

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await enterZone()
}, 120_000)
beforeEach(async () => {
  await server.database.db
    .updateTable('freight_waybill')
    .set({ state: 'reported', closed_at: at(epochMs(begun + 20 * hourMs)) })
    .where('closed_at', 'is', null)
    .execute()
  begun += dayMs
  now = begun
})
afterAll(() => server.close())

const post = (client: Client, path: string, body: object = {}) =>
  client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
const read = (client: Client, path: string): Promise<Answer> => client.get(`${api}${path}`)
async function created(client: Client, path: string, body: object): Promise<string> {
  const answer = await post(client, path, body)
  if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id
}
const role = (name: string, partyId: string | null = null) =>
  server.actor([{ role: name as 'driver', partyId }], { name })

/** An account of a person who is linked to a driver. */
async function accountOf(driverId: string): Promise<Client> {
  const username = `driver-${count++}`
  const account = await post(server.machine, '/accounts', {
    username,
    name: username,
    password: 'driver-password-7',
    lang: 'zh-CN',
    roles: [],
  })
  await created(server.machine, `/freight-drivers/${driverId}/account`, { username })
  const key = await post(server.machine, '/api-keys', { accountId: account.body.id, name: 'test' })
  return server.anyone({ 'x-api-key': key.body.key })
}

async function enterCrew(carrierId: string) {
  const paper = (subject: string, subjectId: string, kind: string) =>
    created(server.machine, '/freight-papers', {
      subject,
      subjectId,
      kind,
      paperNumber: 'N1',
      validFrom: day(-100),
      validTo: day(40),
    })
  const plate = `新A·W${String(count++).padStart(4, '0')}`
  const vehicle = { ...truck, ratedLoadKg: 33_000, grossKg: 49_000, plate, carrierId }
  const vehicleId = await created(server.machine, '/freight-vehicles', vehicle)
  const name = `合成司机${count}`
  const driver = { ...person, name, idNumber: inventedIdentity(count++), carrierId }
  const driverId = await created(server.machine, '/freight-drivers', driver)
  for (const kind of ['driving_licence', 'identity_card', 'qualification']) await paper('driver', driverId, kind)
  for (const kind of ['vehicle_licence', 'transport_permit', 'compulsory_insurance'])
    await paper('vehicle', vehicleId, kind)
  return { driverId, vehicleId, plate, name, account: await accountOf(driverId) }
}

/** A shipper and a consignee, two carriers, crews with accounts, places, everybody of the platform. */
async function enterZone() {
  const { db } = server.database
  const { zoneId } = server.deps
  const party = (name: string) => createParty(db, zoneId, { kind: 'enterprise', name, synthetic: true }, epochMs(start))
  const [shipperId, consigneeId, strangerId] = [
    await party('合成货主'),
    await party('合成收货方'),
    await party('合成别家'),
  ]
  const carrier = async (name: string) => {
    const idNumber = inventedIdentity(count++)
    const roadLicence = '650000654321'
    const id = await created(server.machine, '/freight-carriers', { kind: 'person', name, idNumber, roadLicence })
    for (const kind of ['carrier_identity_card', 'road_transport_licence'])
      await created(server.machine, '/freight-papers', {
        subject: 'carrier',
        subjectId: id,
        kind,
        paperNumber: 'N1',
        validFrom: day(-100),
        validTo: day(400),
      })
    return id
  }
  const carrierId = await carrier('合成甲承运人')
  const rivalId = await carrier('合成乙承运人')
  await created(server.machine, `/freight-carriers/${carrierId}/payees`, {
    holder: '合成甲承运人',
    bankCode: 'ABOC',
    accountNumber: '6228480000000012345',
  })
  const place = (name: string, lonDeg: number) =>
    created(server.machine, '/freight-places', {
      shipperId,
      name,
      address: name,
      divisionCode: '652301',
      lonDeg,
      latDeg: 44,
      synthetic: true,
    })
  return {
    shipperId,
    consigneeId,
    carrierId,
    crew: await enterCrew(carrierId),
    second: await enterCrew(carrierId),
    mine: await place('合成煤矿', 87.3),
    plant: await place('合成电厂', 87.7),
    yard: await place('合成堆场', 87.9),
    shipper: await role('enterprise', shipperId),
    consignee: await role('enterprise', consigneeId),
    otherFirm: await role('enterprise', strangerId),
    boss: await role('carrier', carrierId),
    rival: await role('carrier', rivalId),
    dispatcher: await role('freight_dispatcher'),
    audit: await role('freight_audit'),
    finance: await role('finance'),
    leader: await role('leader'),
    machine: await role('machine'),
  }
}

async function publish(over: object = {}): Promise<string> {
  const id = await created(server.machine, '/freight-loads', {
    shipperId: zone.shipperId,
    goods: '合成原煤',
    cargoClass: '0100',
    fromId: zone.mine,
    toId: zone.plant,
    consigneeId: zone.consigneeId,
    consignee: '合成收货方',
    measure: 'ton',
    quantity: 100_000,
    truckPlan: 32_000,
    mode: 'assign',
    carrierMilliFen: 7_800_000,
    shipperMilliFen: 8_500_000,
    goodsMilliFen: 42_000_000,
    terms: { id: seeded.coal, version: 1 },
    loadFrom: begun,
    loadUntil: begun + 48 * hourMs,
    synthetic: true,
    ...over,
  })
  const answer = await post(server.machine, `/freight-loads/${id}/publish`, { rev: 1 })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return id
}
const takenOf = async (loadId: string): Promise<number> =>
  (
    await server.database.db
      .selectFrom('freight_load')
      .select('taken')
      .where('id', '=', loadId)
      .executeTakeFirstOrThrow()
  ).taken

type Crew = Awaited<ReturnType<typeof enterCrew>>
async function offer(crew: Crew = zone.crew, loadId?: string): Promise<string> {
  const load = loadId ?? (await publish())
  const { driverId, vehicleId } = crew
  return created(zone.dispatcher, `/freight-loads/${load}/assign`, { driverId, vehicleId })
}
const find = async (client: Client, id: string) => (await read(client, `/freight-waybills/${id}`)).body
const stateOf = async (id: string): Promise<string> => (await find(zone.audit, id)).state
type Fields = Readonly<Record<string, unknown>>
const rowOf = (id: string) =>
  server.database.db.selectFrom('freight_waybill').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
/** Makes a move on the present revision. */
const tryMove = async (client: Client, id: string, move: MoveName, fields: Fields = {}, commandId = newId()) =>
  client.post(`${api}/freight-waybills/${id}/moves`, {
    id,
    move: { commandId, rev: (await rowOf(id)).rev, move, ...fields },
  })
async function move(client: Client, id: string, name: MoveName, fields: Fields = {}): Promise<string> {
  const answer = await tryMove(client, id, name, fields)
  if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
  return answer.body.state
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
  const dot = deflateSync(Buffer.from([0, n & 255, (n >> 8) & 255, 7]))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [signature, chunk('IHDR', size), chunk('IDAT', dot), chunk('IEND', Buffer.alloc(0))]
  return new Uint8Array(Buffer.concat(parts))
}
async function upload(client: Client, n = count++): Promise<string> {
  const form = new FormData()
  form.append('purpose', 'evidence')
  form.append('file', new Blob([pixel(n)], { type: 'image/png' }), 'slip.png')
  const answer = await client.send('POST', `${api}/files`, { body: form })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}
const spot = (lonDeg: number, accuracyM = 20) => ({ position: { lonDeg, latDeg: 44, accuracyM } })
const slipOf = async (client: Client, grossKg = 47_000, over: object = {}) => ({
  slip: { number: `BD${count++}`, grossKg, tareKg: 15_000, source: 'manual', photoId: await upload(client), ...over },
})
/** Brings an offered waybill into a state of the trip. */
async function drive(id: string, to: string, { account }: Crew = zone.crew): Promise<void> {
  const steps: readonly (readonly [state: string, act: () => Promise<unknown>])[] = [
    ['accepted', () => move(account, id, 'accept')],
    ['at_load', () => move(account, id, 'arrive_load', spot(87.3))],
    ['loaded', async () => move(account, id, 'load', await slipOf(account))],
    ['in_transit', () => move(account, id, 'depart')],
    ['at_unload', () => move(account, id, 'arrive_unload', spot(87.7))],
    ['unloaded', async () => move(account, id, 'unload', await slipOf(account, 46_850))],
    ['signed', async () => move(zone.consignee, id, 'sign', await signature(id))],
    ['audited', () => move(zone.audit, id, 'audit')],
    ['settled', () => move(zone.finance, id, 'settle')],
  ]
  for (const [state, act] of steps) {
    now += 20 * minuteMs
    await act()
    if (state === to) return
  }
}
const signature = async (id: string) => ({
  signer: '收货员',
  signedBy: 'code',
  code: (await find(zone.consignee, id)).signCode,
})
const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind })

describe('the whole life of a waybill', () => {
  it('goes from the offer to the regulator, each step by who may', async () => {
    const loadId = await publish()
    const id = await offer(zone.crew, loadId)
    expect(await find(zone.crew.account, id)).toMatchObject({ state: 'offered', plan: 32_000, nextStep: 'answer' })

    await drive(id, 'settled')

    expect(await takenOf(loadId)).toBe(32_000)
    const shown = await find(zone.audit, id)
    expect(shown).toMatchObject({
      number: expect.stringMatching(/^YD260302\d{6}$/),
      state: 'settled',
      loadNetKg: 32_000,
      unloadNetKg: 31_850,
      settlementVersion: 1,
      signer: '收货员',
      signedBy: 'code',
    })
    expect(shown.times.map(({ step }: { step: string }) => step)).toEqual(
      'created accepted arrived_load loaded departed arrived_unload unloaded signed audited settled'.split(' '),
    )
    // Without a terminal there is no track; a single trip tells nothing of the lane.
    const left = shown.audit.findings.filter(({ result }: { result: string }) => result !== 'pass')
    expect(left.map(({ rule, result }: { rule: string; result: string }) => `${rule} ${result}`)).toEqual(
      'R4 warn,R6 unjudged,R7 unjudged,R8 unjudged,R13 unjudged'.split(','),
    )
    expect(refusal(await tryMove(zone.finance, id, 'settle'))).toEqual({ status: 422, kind: 'why_missing' })
    const penalty = { kind: 'penalty', side: 'carrier', amount: { by: 'sum', fen: 10_000 } }
    expect(await move(zone.finance, id, 'settle', { items: [penalty], why: '迟到' })).toBe('settled')
    const again = await find(zone.audit, id)
    expect(again).toMatchObject({ settlementVersion: 2, dueFen: shown.dueFen - 10_000, billFen: shown.billFen })
    expect(refusal(await tryMove(zone.finance, id, 'pay'))).toEqual({ status: 409, kind: 'not_paid' })
    await bankPays(id)
    expect(await move(zone.finance, id, 'pay')).toBe('paid')
    expect(refusal(await tryMove(zone.finance, id, 'report', { messageId: 'M', answer: '1001' })).status).toBe(403)
    expect(await move(server.machine, id, 'report', { messageId: 'M', answer: '1001' })).toBe('reported')
    const { rows } = (await read(zone.crew.account, `/freight-waybills/${id}/history`)).body
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual(
      'offer accept arrive_load load depart arrive_unload unload sign audit settle settle pay report'.split(' '),
    )
    const drawing = (await read(zone.shipper, `/freight-waybills/${id}/process`)).body
    expect(drawing).toMatchObject({ key: 'waybill', active: [] })
    expect(drawing.visited).toContain('end_reported')
  })

  it('gives the quantity back when it is refused, cancelled or not answered', async () => {
    const loadId = await publish()
    const refused = await offer(zone.crew, loadId)
    expect(await takenOf(loadId)).toBe(32_000)
    expect(await move(zone.crew.account, refused, 'refuse', { reason: '不顺路' })).toBe('cancelled')
    expect(await takenOf(loadId)).toBe(0)

    const cancelled = await offer(zone.crew, loadId)
    await drive(cancelled, 'at_load')
    const early = await tryMove(zone.crew.account, cancelled, 'cancel', { reason: '等不了' })
    expect(refusal(early)).toEqual({ status: 403, kind: 'not_allowed' })
    expect(await move(zone.boss, cancelled, 'cancel', { reason: '车坏了' })).toBe('cancelled')
    expect(await takenOf(loadId)).toBe(0)

    now = begun
    const late = await offer(zone.crew, loadId)
    now += 31 * minuteMs
    expect(refusal(await tryMove(zone.crew.account, late, 'accept'))).toEqual({ status: 409, kind: 'offer_over' })
    await server.timers.runDue()
    expect(await find(zone.audit, late)).toMatchObject({ state: 'cancelled', endReason: '司机逾期未接单。' })
    const english = await zone.audit.send('GET', `/api/v1/freight-waybills/${late}`, { lang: 'en' })
    expect(english.body.endReason).toBe('The driver did not answer in time.')
    expect(await find(zone.audit, cancelled)).toMatchObject({ endReason: '车坏了' })
    expect(await takenOf(loadId)).toBe(0)
  })

  it('holds the load to what was weighed, and back again when the slip is voided', async () => {
    const loadId = await publish()
    const id = await offer(zone.crew, loadId)
    await drive(id, 'at_load')
    await move(zone.crew.account, id, 'load', await slipOf(zone.crew.account, 46_000))
    expect(await takenOf(loadId)).toBe(31_000)

    expect(refusal(await tryMove(zone.boss, id, 'unweigh', { reason: 'x' })).status).toBe(403)
    expect(await move(zone.audit, id, 'unweigh', { reason: '看错了' })).toBe('at_load')
    expect(await takenOf(loadId)).toBe(32_000)
    const shown = await find(zone.audit, id)
    expect(shown).toMatchObject({ loadNetKg: null, slips: [{ end: 'load', netKg: 31_000, voidWhy: '看错了' }] })
    await move(zone.crew.account, id, 'load', await slipOf(zone.crew.account))
    expect(await takenOf(loadId)).toBe(32_000)
  })
})

/** What the bank does elsewhere. */
const bankPays = (id: string) =>
  server.database.db
    .updateTable('freight_payment')
    .set({ state: 'done', done_at: at(epochMs(now)), journal_id: newId(), bank_serial: newId() })
    .where('waybill_id', '=', id)
    .where('state', '=', 'due')
    .execute()

describe('guards', () => {
  it('names every blocker when papers are over on the day of acceptance', async () => {
    const id = await offer()
    const { vehicleId } = zone.crew
    const over = (validTo: string) =>
      server.database.db
        .updateTable('freight_paper')
        .set({ valid_to: validTo })
        .where('subject_id', '=', vehicleId)
        .where('kind', '=', 'compulsory_insurance')
        .execute()
    await over(day(-1))

    const answer = await tryMove(zone.crew.account, id, 'accept')

    expect(refusal(answer)).toEqual({ status: 422, kind: 'blocked' })
    expect(answer.body.meta.blockers).toEqual([
      { subject: 'vehicle', id: vehicleId, reason: 'expired', paperKind: 'compulsory_insurance', validTo: day(-1) },
    ])
    expect(refusal(await post(zone.dispatcher, `/freight-loads/${await publish()}/assign`, zone.crew))).toEqual({
      status: 422,
      kind: 'blocked',
    })
    await over(day(40))
  })

  it('takes no plan above the rated load', async () => {
    const loadId = await publish({ truckPlan: 33_001 })
    const { driverId, vehicleId } = zone.crew
    const answer = await post(zone.dispatcher, `/freight-loads/${loadId}/assign`, { driverId, vehicleId })
    expect(refusal(answer)).toEqual({ status: 422, kind: 'over_rated_load' })
    expect(answer.body.errors[0]).toMatchObject({ field: 'plan', value: 33_001 })
    expect(await takenOf(loadId)).toBe(0)
  })

  it('lets a vehicle and a driver be on one trip, also when two are accepted at once', async () => {
    const [first, second] = [await offer(), await offer()]

    const answers = await Promise.all([
      tryMove(zone.crew.account, first, 'accept'),
      tryMove(zone.boss, second, 'accept'),
    ])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.body.kind).toBe('trip_taken')
    expect([await stateOf(first), await stateOf(second)].toSorted()).toEqual(['accepted', 'offered'])
  })

  it('believes an arrival inside the fence, or with a photo and a reason', async () => {
    const { account } = zone.crew
    const id = await offer()
    await drive(id, 'accepted')

    const far = await tryMove(account, id, 'arrive_load', spot(87.31))
    expect(refusal(far)).toEqual({ status: 422, kind: 'outside_fence' })
    expect(far.body.errors[0]).toMatchObject({ field: 'position', value: 800 })
    expect(refusal(await tryMove(account, id, 'arrive_load', spot(87.3, 900))).kind).toBe('outside_fence')
    expect(refusal(await tryMove(account, id, 'arrive_load')).kind).toBe('outside_fence')
    expect(refusal(await tryMove(account, id, 'arrive_load', { reason: '没信号' })).kind).toBe('outside_fence')
    const photoIds = [await upload(account)]
    expect(await move(account, id, 'arrive_load', { ...spot(87.31), photoIds, reason: '门口排队' })).toBe('at_load')
    expect((await find(zone.audit, id)).files.map((file: { id: string }) => file.id)).toEqual(photoIds)
  })

  it('is nobody’s but its people’s, and each step only its own', async () => {
    const id = await offer()
    for (const client of [zone.rival, zone.otherFirm, zone.leader, zone.second.account]) {
      expect((await read(client, `/freight-waybills/${id}`)).status).toBe(404)
      expect((await tryMove(client, id, 'accept')).status).toBe(404)
    }
    expect(refusal(await tryMove(zone.shipper, id, 'accept'))).toEqual({ status: 403, kind: 'not_allowed' })
    const stale = await zone.dispatcher.post(`${api}/freight-waybills/${id}/moves`, {
      move: { commandId: newId(), rev: 99, move: 'divert', placeId: zone.yard, reason: 'x' },
    })
    expect(refusal(stale)).toEqual({ status: 409, kind: 'stale_revision' })
    const early = await tryMove(zone.crew.account, id, 'depart')
    expect(early.body).toMatchObject({ status: 409, kind: 'not_in_state', meta: { state: 'offered' } })
  })
})

describe('a weighbridge slip', () => {
  it('that cannot be true is refused by field and value', async () => {
    const { account } = zone.crew
    const id = await offer()
    await drive(id, 'at_load')
    const photoId = await upload(account)
    const weigh = (over: object) =>
      tryMove(account, id, 'load', {
        slip: { number: 'BD1', grossKg: 47_000, tareKg: 15_000, source: 'manual', photoId, ...over },
      })

    expect((await weigh({ grossKg: 0 })).body.errors[0]).toMatchObject({ field: expect.stringContaining('grossKg') })
    const cases: readonly (readonly [object, number, string])[] = [
      [{ grossKg: 15_000, tareKg: 47_000 }, 422, 'weights_swapped'],
      [{ grossKg: 15_000 }, 422, 'net_not_positive'],
      [{ grossKg: 49_001, tareKg: 17_000 }, 422, 'over_legal_gross'],
      [{ grossKg: 48_500 }, 422, 'over_rated_load'],
      [{ photoId: null }, 422, 'photo_required'],
      [{ photoId: newId() }, 422, 'file_unknown'],
      [{ source: 'device', photoId: null }, 403, 'source_not_yours'],
    ]
    for (const [over, status, kind] of cases) expect(refusal(await weigh(over))).toEqual({ status, kind })
    expect(await stateOf(id)).toBe('at_load')
    expect((await weigh({})).status).toBe(200)
  })

  it('is proved by a photo that proves nothing else', async () => {
    const { account } = zone.crew
    const id = await offer()
    await drive(id, 'at_load')
    const n = count++
    await move(account, id, 'load', await slipOf(account, 47_000, { photoId: await upload(account, n) }))
    await move(account, id, 'depart')
    await move(account, id, 'arrive_unload', spot(87.7))

    const again = await tryMove(
      account,
      id,
      'unload',
      await slipOf(account, 46_000, { photoId: await upload(account, n) }),
    )

    expect(refusal(again)).toEqual({ status: 409, kind: 'photo_used' })
    expect(again.body.errors[0]).toMatchObject({ value: (await find(zone.audit, id)).number })
  })

  it('of two that come at once with one photo is taken once', async () => {
    const loadId = await publish()
    const ids = [await offer(zone.crew, loadId), await offer(zone.second, loadId)]
    for (const [i, crew] of [zone.crew, zone.second].entries()) {
      // Both set out before their offers end.
      now = begun
      await drive(ids[i] ?? '', 'at_load', crew)
    }
    const n = count++
    const slips = await Promise.all(
      [zone.crew, zone.second].map(async ({ account }) =>
        slipOf(account, 47_000, { photoId: await upload(account, n) }),
      ),
    )

    const answers = await Promise.all(
      [zone.crew, zone.second].map(({ account }, i) => tryMove(account, ids[i] ?? '', 'load', slips[i])),
    )

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.body.kind).toBe('photo_used')
  })

  it('may come from the weighbridge itself, without a photo', async () => {
    const id = await offer()
    await drive(id, 'at_load')
    const slip = { number: 'D1', grossKg: 47_000, tareKg: 15_000, source: 'device', operator: '地磅一号' }
    expect(await move(zone.machine, id, 'load', { slip })).toBe('loaded')
  })
})

describe('what a phone did without a network', () => {
  it('is replayed in order and twice, also by a clock that is a day off', async () => {
    const { account } = zone.crew
    const commands: { readonly id: string; readonly body: Fields }[] = []
    const ids: string[] = []
    const photos: string[] = []
    // Six waybills of a week, five steps each: thirty actions.
    for (let i = 0; i < 12; i++) photos.push(await upload(account))
    for (let i = 0; i < 6; i++) ids.push(await offer())
    const wrong = dayMs
    const did = (id: string, at: number, name: MoveName, fields: Fields = {}) =>
      commands.push({ id, body: { commandId: newId(), move: name, at: at + wrong, ...fields } })
    ids.forEach((id, i) => {
      const base = begun + i * 4 * minuteMs
      const slip = (photo: number, grossKg: number) => ({
        slip: { number: `O${i}`, grossKg, tareKg: 15_000, source: 'manual', photoId: photos[photo] },
      })
      did(id, base, 'accept')
      did(id, base + minuteMs, 'arrive_load', spot(87.3))
      did(id, base + 2 * minuteMs, 'load', slip(2 * i, 47_000))
      did(id, base + 3 * minuteMs, 'depart')
      did(id, base + 3.5 * minuteMs, 'arrive_unload', spot(87.7))
    })
    expect(commands).toHaveLength(30)
    const replay = async () => {
      const answers = []
      for (const { id, body } of commands) {
        answers.push(
          await account.post(`${api}/freight-waybills/${id}/moves`, { move: { ...body, sentAt: now + wrong } }),
        )
        // The truck is unloaded by somebody else before it takes the next.
        if (body.move === 'arrive_unload' && (await rowOf(id)).state === 'at_unload')
          await move(zone.boss, id, 'unload', await slipOf(zone.boss, 46_000))
      }
      return answers
    }
    now = begun + 25 * minuteMs

    const first = await replay()
    now += 10 * minuteMs
    const second = await replay()

    expect(first.map(({ status }) => status)).toEqual(commands.map(() => 200))
    expect(second.map(({ body }) => body)).toEqual(first.map(({ body }) => body))
    const row = await rowOf(ids[1] ?? '')
    expect(row).toMatchObject({
      accepted_at: begun + 4 * minuteMs,
      arrived_load_at: begun + 5 * minuteMs,
      loaded_at: begun + 6 * minuteMs,
      departed_at: begun + 7 * minuteMs,
      arrived_unload_at: begun + 7.5 * minuteMs,
    })
    const line = await server.database.db
      .selectFrom('history')
      .select('data')
      .where('object_id', '=', row.id)
      .where('verb', '=', 'load')
      .executeTakeFirstOrThrow()
    expect(line.data).toMatchObject({ claimedAt: begun + 6 * minuteMs + wrong, clockOffS: 86_400, at: row.loaded_at })
  }, 120_000)

  it('two days later gets its first answer, and never moves a waybill that was cancelled meanwhile', async () => {
    const { account } = zone.crew
    const id = await offer()
    const accept = { commandId: newId(), move: 'accept', at: now, sentAt: now }
    const send = (body: Fields) => account.post(`${api}/freight-waybills/${id}/moves`, { move: body })
    expect((await send(accept)).body.state).toBe('accepted')
    await move(zone.dispatcher, id, 'cancel', { reason: '煤矿停产' })
    now += 2 * dayMs

    expect((await send({ ...accept, sentAt: now })).body.state).toBe('accepted')
    const arrive = await send({ commandId: newId(), move: 'arrive_load', at: begun, sentAt: now, ...spot(87.3) })

    expect(arrive.body).toMatchObject({ status: 409, kind: 'not_in_state', meta: { state: 'cancelled' } })
    expect(await stateOf(id)).toBe('cancelled')
  })

  it('shows a driver the own waybills, open ones first, with what is needed on the way', async () => {
    const done = await offer()
    await move(zone.crew.account, done, 'refuse', { reason: 'x' })
    const open = await offer()

    const { rows } = (await read(zone.crew.account, '/freight-my/waybills')).body

    expect(rows[0]).toMatchObject({
      id: open,
      state: 'offered',
      goods: '合成原煤',
      fromPlace: { lonDeg: 87.3, latDeg: 44, fenceM: 500 },
      ratedLoadKg: 33_000,
      legalGrossKg: 49_000,
    })
    expect(
      rows[0].moves.filter((one: { allowed: boolean }) => one.allowed).map((one: { move: string }) => one.move),
    ).toEqual(['accept', 'refuse', 'cancel'])
    expect(rows[0]).not.toHaveProperty('billFen')
    const others = (await read(zone.second.account, '/freight-my/waybills')).body.rows
    expect(others.map(({ id }: { id: string }) => id)).not.toContain(open)
  })
})

describe('the side ways', () => {
  it('diverts a truck to another place, which is then where it arrives', async () => {
    const id = await offer()
    await drive(id, 'in_transit')
    expect(refusal(await tryMove(zone.crew.account, id, 'divert', { placeId: zone.yard, reason: 'x' })).status).toBe(
      403,
    )
    expect(refusal(await tryMove(zone.dispatcher, id, 'divert', { placeId: zone.plant, reason: 'x' })).kind).toBe(
      'same_place',
    )
    expect(refusal(await tryMove(zone.dispatcher, id, 'divert', { placeId: newId(), reason: 'x' })).kind).toBe(
      'place_unknown',
    )
    expect(await move(zone.dispatcher, id, 'divert', { placeId: zone.yard, reason: '电厂排队' })).toBe('in_transit')

    expect(refusal(await tryMove(zone.crew.account, id, 'arrive_unload', spot(87.7))).kind).toBe('outside_fence')
    expect(await move(zone.crew.account, id, 'arrive_unload', spot(87.9))).toBe('at_unload')
    const shown = await find(zone.shipper, id)
    expect(shown.toPlace.name).toBe('合成堆场')
  })

  it('goes on with another truck under the same number after an accident', async () => {
    const { account } = zone.crew
    const id = await offer()
    await drive(id, 'in_transit')
    await move(account, id, 'accident', { words: '追尾，无人伤', photoIds: [await upload(account)] })
    expect(await move(account, id, 'resume', { words: '可以走' })).toBe('in_transit')
    await move(account, id, 'accident', { words: '又坏了' })
    const crew = { carrierId: zone.carrierId, driverId: zone.second.driverId, vehicleId: zone.second.vehicleId }
    const wish = { ...crew, reason: '换车' }
    const same = { ...wish, vehicleId: zone.crew.vehicleId }
    expect(refusal(await tryMove(zone.dispatcher, id, 'transload', same)).kind).toBe('same_vehicle')

    expect(await move(zone.dispatcher, id, 'transload', wish)).toBe('transloaded')

    const old = await find(zone.audit, id)
    expect(old).toMatchObject({ serial: '0001', legs: [{ serial: '0002', state: 'loaded' }] })
    const leg = old.legs[0].id
    expect(await find(zone.second.account, leg)).toMatchObject({
      number: old.number,
      loadNetKg: 32_000,
      plate: zone.second.plate,
    })
    expect((await tryMove(account, leg, 'depart')).status).toBe(404)
    // Goods were lost: the truck that goes on is weighed.
    expect(await move(zone.audit, leg, 'unweigh', { reason: '撒货' })).toBe('at_load')
    await move(zone.second.account, leg, 'load', await slipOf(zone.second.account, 46_950))
    await move(zone.second.account, leg, 'depart')
    await move(zone.second.account, leg, 'arrive_unload', spot(87.7))
    await move(zone.second.account, leg, 'unload', await slipOf(zone.second.account, 46_900))
    await move(zone.consignee, leg, 'sign', await signature(leg))
    expect(await move(zone.audit, leg, 'audit')).toBe('audited')
  })

  it('goes on with another truck and the same driver', async () => {
    const id = await offer()
    await drive(id, 'in_transit')
    await move(zone.crew.account, id, 'accident', { words: '坏了' })
    const { driverId } = zone.crew
    const wish = { carrierId: zone.carrierId, driverId, vehicleId: zone.second.vehicleId, reason: '换车头' }
    expect(await move(zone.dispatcher, id, 'transload', wish)).toBe('transloaded')
    expect((await find(zone.audit, id)).legs).toMatchObject([{ serial: '0002', state: 'loaded' }])
  })

  it('takes a signature back, and settles a dispute of the first seven days', async () => {
    const id = await offer()
    await drive(id, 'signed')
    expect(await move(zone.audit, id, 'unsign', { reason: '签错单' })).toBe('unloaded')
    expect(await find(zone.audit, id)).toMatchObject({ signer: '', signedBy: null })
    await move(zone.consignee, id, 'sign', await signature(id))
    const wish = { kind: 'weight', words: '少了一百公斤', askedFen: 42_00 }
    expect(refusal(await tryMove(zone.consignee, id, 'dispute', wish)).status).toBe(403)
    expect(await move(zone.shipper, id, 'dispute', wish)).toBe('disputed')
    expect(refusal(await tryMove(zone.audit, id, 'audit')).kind).toBe('not_in_state')
    const decision = { decision: 'upheld', upheldFen: 20_00, words: '按一半' }
    expect(await move(zone.audit, id, 'decide', decision)).toBe('signed')
    expect((await find(zone.boss, id)).disputes).toMatchObject([{ kind: 'weight', side: 'shipper', upheldFen: 20_00 }])

    now += 7 * dayMs + 1
    expect(refusal(await tryMove(zone.shipper, id, 'dispute', wish))).toEqual({ status: 409, kind: 'dispute_late' })
  })
})

describe('signing by a link', () => {
  it('needs no account, shows no money, and works until it is signed', async () => {
    const { account } = zone.crew
    const id = await offer()
    await drive(id, 'at_unload')
    expect((await post(zone.shipper, `/freight-waybills/${id}/sign-link`)).status).toBe(403)
    const first = (await post(account, `/freight-waybills/${id}/sign-link`)).body.secret
    const { secret } = (await post(account, `/freight-waybills/${id}/sign-link`)).body
    const anyone = server.anyone()
    const page = (it: string) => anyone.get(`${api}/freight-sign/${it}`)
    expect(refusal(await page(first))).toEqual({ status: 410, kind: 'link_spent' })
    expect((await page('x'.repeat(43))).status).toBe(410)
    expect((await page(secret)).body).toMatchObject({ mayBeSigned: false, loadNetKg: 32_000, goods: '合成原煤' })
    expect(Object.keys((await page(secret)).body).join(' ')).not.toMatch(/fen|code|price/i)
    await move(account, id, 'unload', await slipOf(account, 46_900))
    const sign = (commandId: string, image?: Uint8Array) =>
      anyone.post(`${api}/freight-sign/${secret}`, {
        commandId,
        signer: '张收',
        signedBy: 'signature',
        picture: image ? { mediaType: 'image/png', base64: Buffer.from(image).toString('base64') } : null,
      })
    expect(refusal(await sign(newId()))).toEqual({ status: 422, kind: 'proof_missing' })
    expect(refusal(await sign(newId(), new Uint8Array([1, 2, 3]))).kind).toMatch(/^file_/)
    const commandId = newId()

    const signed = await sign(commandId, pixel(count++))

    expect(signed).toMatchObject({ status: 200, body: { state: 'signed' } })
    expect((await sign(commandId, pixel(count++))).body).toEqual(signed.body)
    expect((await page(secret)).status).toBe(410)
    expect(refusal(await sign(newId(), pixel(count++)))).toEqual({ status: 409, kind: 'not_in_state' })
    const shown = await find(zone.audit, id)
    expect(shown).toMatchObject({ signer: '张收', signedBy: 'signature', hasSignLink: false, signCode: null })
  })

  it('with a wrong code is refused, and the driver never sees the right one', async () => {
    const id = await offer()
    await drive(id, 'unloaded')
    expect((await find(zone.crew.account, id)).signCode).toBeNull()
    const { signCode } = await find(zone.shipper, id)
    const wrong = signCode === '00000000' ? '00000001' : '00000000'
    const fields = { signer: '李', signedBy: 'code' }
    expect(refusal(await tryMove(zone.crew.account, id, 'sign', { ...fields, code: wrong })).kind).toBe('code_wrong')
    expect(await move(zone.crew.account, id, 'sign', { ...fields, code: signCode })).toBe('signed')
  })
})

describe('the audit', () => {
  it('is stopped by a rule until a person overrides it by name', async () => {
    const loadId = await publish({ shipperMilliFen: 7_000_000 })
    const id = await offer(zone.crew, loadId)
    await drive(id, 'signed')

    const stopped = await tryMove(zone.audit, id, 'audit')

    expect(refusal(stopped)).toEqual({ status: 422, kind: 'audit_blocked' })
    expect(stopped.body.meta.findings).toMatchObject([
      { rule: 'R4', result: 'warn' },
      { rule: 'R12', result: 'block' },
    ])
    const useless = await tryMove(zone.audit, id, 'audit', { overrides: [{ rule: 'R1', reason: 'x' }] })
    expect(refusal(useless).kind).toBe('override_useless')
    const overrides = [{ rule: 'R12', reason: '公司批准让利' }]
    expect(refusal(await tryMove(zone.machine, id, 'audit', { overrides }))).toEqual({
      status: 403,
      kind: 'not_allowed',
    })
    expect(await move(zone.audit, id, 'audit', { overrides })).toBe('audited')
    expect((await find(zone.audit, id)).audit.overrides).toMatchObject([{ rule: 'R12', reason: '公司批准让利' }])
    expect((await find(zone.boss, id)).audit).toBeNull()
  })

  it('finds overlapping trips and a payee who is somebody else', async () => {
    const { account } = zone.crew
    const id = await offer()
    await drive(id, 'signed')
    await server.database.db
      .updateTable('freight_payee')
      .set({ holder: '别人' })
      .where('carrier_id', '=', zone.carrierId)
      .execute()
    const other = await offer()
    now += minuteMs
    await move(account, other, 'accept')
    await server.database.db
      .updateTable('freight_waybill')
      .set({ accepted_at: at(epochMs(begun + 30 * minuteMs)) })
      .where('id', '=', other)
      .execute()

    const answer = await tryMove(zone.audit, id, 'audit')

    expect(answer.body.meta.findings).toMatchObject([
      { rule: 'R2', result: 'block' },
      { rule: 'R4', result: 'warn' },
      { rule: 'R10', result: 'warn', evidence: { delegated: 1 } },
    ])
    await server.database.db
      .updateTable('freight_payee')
      .set({ holder: '合成甲承运人' })
      .where('carrier_id', '=', zone.carrierId)
      .execute()
  })
})

describe('who sees what', () => {
  it('shows the shipper the bill, carrier and driver the due, staff both', async () => {
    const id = await offer()
    await drive(id, 'settled')
    const money = async (client: Client) => {
      const { dueFen, billFen, carrierMilliFen, shipperMilliFen, agreement } = await find(client, id)
      return {
        due: dueFen !== null,
        bill: billFen !== null,
        carrierMilliFen,
        shipperMilliFen,
        agreed: agreement !== null,
      }
    }
    const due = { due: true, bill: false, carrierMilliFen: 7_800_000, shipperMilliFen: null, agreed: true }
    const bill = { due: false, bill: true, carrierMilliFen: null, shipperMilliFen: 8_500_000, agreed: false }
    expect(await money(zone.shipper)).toEqual(bill)
    expect(await money(zone.boss)).toEqual(due)
    expect(await money(zone.crew.account)).toEqual(due)
    expect(await money(zone.consignee)).toEqual({ ...bill, bill: false, shipperMilliFen: null })
    expect(await money(zone.finance)).toMatchObject({ due: true, bill: true })
    const text = JSON.stringify([
      await find(zone.boss, id),
      (await read(zone.boss, `/freight-waybills/${id}/history`)).body,
    ])
    expect(text).not.toContain('8500000')
  })

  it('lists by state, people, load and what is typed, in pages, within reach', async () => {
    const loadId = await publish()
    const [first, second] = [await offer(zone.crew, loadId), await offer(zone.second, loadId)]
    await move(zone.crew.account, first, 'accept')
    const list = async (client: Client, query: string) => {
      const { rows, total } = (await read(client, `/freight-waybills?loadId=${loadId}${query}`)).body
      return { ids: rows.map((row: { id: string }) => row.id).toSorted(), total }
    }
    const both = [first, second].toSorted()

    for (const client of [zone.audit, zone.boss, zone.shipper, zone.consignee])
      expect(await list(client, '')).toEqual({ ids: both, total: 2 })
    expect(await list(zone.crew.account, '')).toEqual({ ids: [first], total: 1 })
    for (const client of [zone.rival, zone.otherFirm, zone.leader])
      expect(await list(client, '')).toEqual({ ids: [], total: 0 })
    expect((await list(zone.audit, '&state=accepted')).ids).toEqual([first])
    expect((await list(zone.audit, '&state[]=accepted&state[]=offered')).ids).toEqual(both)
    expect((await list(zone.audit, `&driverId=${zone.second.driverId}`)).ids).toEqual([second])
    const { number } = await find(zone.audit, second)
    for (const q of [number, number.toLowerCase(), zone.second.plate, zone.second.plate.slice(0, 5), zone.second.name])
      expect((await list(zone.audit, `&q=${encodeURIComponent(q)}`)).ids).toContain(second)
    expect((await list(zone.audit, `&q=${encodeURIComponent('%')}`)).ids).toEqual([])
    const page = (await read(zone.audit, `/freight-waybills?loadId=${loadId}&limit=1`)).body
    const next = (await read(zone.audit, `/freight-waybills?loadId=${loadId}&limit=1&cursor=${page.next}`)).body
    expect([...page.rows, ...next.rows].map(({ id }: { id: string }) => id).toSorted()).toEqual(both)
    expect(next.next).toBeNull()
  })

  it('is found in the search by who reaches it, and tells its people', async () => {
    const id = await offer()
    await server.relay.settle()
    const { number } = await find(zone.audit, id)
    const found = async (client: Client) =>
      (await read(client, `/search?q=${number}`)).body.rows.map((row: { objectId: string }) => row.objectId)

    expect(await found(zone.boss)).toEqual([id])
    expect(await found(zone.rival)).toEqual([])
    const told = await server.database.db
      .selectFrom('notice')
      .select(['account_id', 'title_key'])
      .where('object_id', '=', id)
      .execute()
    expect(told.map((row) => row.title_key).toSorted()).toEqual([
      'freight-waybill:offered',
      'freight-waybill:offered_carrier',
    ])
  })
})

describe('a kill', () => {
  it('before the commit leaves nothing of a step', async () => {
    const loadId = await publish()
    const id = await offer(zone.crew, loadId)
    await drive(id, 'at_load')
    const before = await rowOf(id)
    const body = { commandId: newId(), move: 'load', ...(await slipOf(zone.crew.account, 46_000)) }
    await server.database.exec(`create function freight_test_kill() returns trigger language plpgsql as
      $$ begin raise exception 'killed'; end $$;
      create trigger freight_test_kill before insert on freight_slip for each row execute function freight_test_kill()`)
    const send = () => zone.crew.account.post(`${api}/freight-waybills/${id}/moves`, { move: body })

    expect((await send()).status).toBe(500)
    await server.database.exec('drop trigger freight_test_kill on freight_slip; drop function freight_test_kill()')

    expect(await rowOf(id)).toEqual(before)
    expect(await takenOf(loadId)).toBe(32_000)
    expect((await find(zone.audit, id)).files).toEqual([])
    expect((await send()).body.state).toBe('loaded')
    expect(await takenOf(loadId)).toBe(31_000)
  })
})

describe('the papers of a waybill', () => {
  const policy = (over: object = {}) => ({
    insurerCode: 'PICC',
    number: `P${count++}`,
    sumFen: 500_000_00,
    validFrom: day(-30),
    validTo: day(400),
    ...over,
  })

  it('say what covers the goods: the shipper’s own policy before the platform’s, as it was when the waybill was made', async () => {
    const none = await find(zone.boss, await offer())
    const common = await created(zone.dispatcher, '/freight-policies', policy({ number: 'ALL-1' }))
    const covered = await offer(zone.second)
    await created(
      zone.shipper,
      '/freight-policies',
      policy({ number: 'OWN-1', shipperId: zone.shipperId, validTo: day(60) }),
    )
    const { agreement, agreementSha256 } = await find(zone.boss, covered)
    expect(none.agreement.insurance).toBe(null)
    expect(agreement).toMatchObject({
      edition: 2,
      insurance: { insurerCode: 'PICC', number: 'ALL-1', sumFen: 500_000_00 },
    })
    expect(agreementSha256).toMatch(/^[0-9a-f]{64}$/)

    await tryMove(zone.boss, covered, 'refuse', { reason: '换车' })
    expect((await find(zone.boss, await offer(zone.second))).agreement.insurance.number).toBe('OWN-1')
    expect((await post(zone.dispatcher, `/freight-policies/${common}/close`, { rev: 1, why: '到期' })).status).toBe(200)
    expect((await find(zone.boss, covered)).agreement.insurance.number).toBe('ALL-1')
  })

  it('policies: each field is refused by name, others see and close nothing', async () => {
    const refused = async (over: object, client: Client = zone.dispatcher) => {
      const { status, body } = await post(client, '/freight-policies', policy(over))
      return [status, body.errors?.[0]?.field]
    }
    expect(await refused({ insurerCode: 'XXXX' })).toEqual([422, 'insurerCode'])
    expect(await refused({ validTo: day(-31) })).toEqual([422, 'validTo'])
    expect(await refused({ sumFen: 0 })).toEqual([400, 'sumFen'])
    expect(await refused({ number: 'x'.repeat(31) })).toEqual([400, 'number'])
    expect(await refused({ shipperId: zone.carrierId })).toEqual([422, 'shipperId'])
    expect((await refused({ shipperId: zone.shipperId }, zone.otherFirm))[0]).toBe(403)
    expect((await refused({}, zone.shipper))[0]).toBe(403)
    expect((await refused({}, zone.boss))[0]).toBe(403)

    const wish = policy({ shipperId: zone.shipperId, validTo: day(-1) })
    const both = await Promise.all([1, 2].map(() => post(zone.shipper, '/freight-policies', wish)))
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    const id = both.find(({ status }) => status === 201)!.body.id
    expect((await read(zone.otherFirm, `/freight-policies/${id}`)).status).toBe(404)
    expect((await read(zone.otherFirm, '/freight-policies')).body.rows).toEqual([])
    expect((await post(zone.otherFirm, `/freight-policies/${id}/close`, { rev: 1, why: 'x' })).status).toBe(404)
    expect((await post(zone.shipper, `/freight-policies/${id}/close`, { rev: 2, why: 'x' })).body.kind).toBe(
      'stale_revision',
    )
    const closed = await Promise.all(
      [1, 2].map(() => post(zone.shipper, `/freight-policies/${id}/close`, { rev: 1, why: 'x' })),
    )
    expect(closed.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const { rows } = (await read(zone.shipper, `/freight-policies/${id}/history`)).body
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual(['close', 'enter'])
  })

  it('are printed: the agreement for those who read what the carrier gets, the waybill for everybody it concerns', async () => {
    const id = await offer()
    const got = async (client: Client, name: string, lang?: 'en') => {
      const { status, headers, body } = await client.send(
        'GET',
        `${api}/freight-waybills/${id}/${name}.pdf`,
        lang ? { lang } : {},
      )
      return status === 200 ? [headers.get('content-type'), String(body).slice(0, 5)] : status
    }
    const pdf = ['application/pdf', '%PDF-']
    for (const client of [zone.boss, zone.crew.account, zone.dispatcher, zone.finance])
      expect(await got(client, 'agreement')).toEqual(pdf)
    for (const client of [zone.shipper, zone.consignee, zone.otherFirm, zone.rival])
      expect(await got(client, 'agreement')).toBe(404)
    for (const client of [zone.boss, zone.shipper, zone.consignee])
      expect(await got(client, 'waybill', 'en')).toEqual(pdf)
    expect(await got(zone.rival, 'waybill')).toBe(404)
  })
})
