import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { at, jsonb, newId } from '@tingzhou/db'
import { epochMs, localDate } from '@tingzhou/kernel'
import { createParty, type Actor } from '@tingzhou/parties'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { jobSource } from '@tingzhou/timers'
import { inventedIdentity, person, truck } from '../testing.ts'
import { grabLoad, type Grab } from './grab.ts'
import { loadJobs } from './life.ts'
import { correct, giveBack, take } from './take.ts'

const api = '/api/v1'
const hourMs = 3_600_000
// Ten in the morning in Beijing.
const start = Date.UTC(2026, 2, 2, 2)
let now = start
const day = (days: number) => addDays(localDate(localDateOf(epochMs(start))), days)
let server: TestServer
let zone: Awaited<ReturnType<typeof enterZone>>
let count = 500

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await enterZone()
})
beforeEach(() => void (now = start))
afterAll(() => server.close())

const command = (body: object) => ({ commandId: crypto.randomUUID(), ...body })
const post = (client: Client, path: string, body: object = {}) => client.post(`${api}${path}`, command(body))
const read = async (client: Client, path: string) => (await client.get(`${api}${path}`)).body
async function created(client: Client, path: string, body: object): Promise<string> {
  const answer = await post(client, path, body)
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id
}
const role = (name: string, partyId: string | null = null, wish = name) =>
  server.actor([{ role: name as 'driver', partyId }], { name: wish })

type Crew = { readonly carrierId: string; readonly driverId: string; readonly vehicleId: string }

/** A carrier that may be dispatched, with so many drivers and vehicles. */
async function enterCarrier(name: string, crews: number): Promise<readonly Crew[]> {
  const { machine } = server
  const carrierId = await created(machine, '/freight-carriers', {
    kind: 'person',
    name,
    idNumber: inventedIdentity(count++),
    roadLicence: '650000654321',
    synthetic: true,
  })
  const paper = (subject: string, subjectId: string, kind: string) =>
    created(machine, '/freight-papers', {
      subject,
      subjectId,
      kind,
      paperNumber: 'N1',
      validFrom: day(-100),
      validTo: day(400),
    })
  for (const kind of ['carrier_identity_card', 'road_transport_licence']) await paper('carrier', carrierId, kind)
  const made = []
  for (let i = 0; i < crews; i++) {
    const plate = `新A·L${String(count++).padStart(4, '0')}`
    const vehicleId = await created(machine, '/freight-vehicles', {
      ...truck,
      ratedLoadKg: 30_000,
      grossKg: 49_000,
      plate,
      carrierId,
    })
    const driverId = await created(machine, '/freight-drivers', {
      ...person,
      idNumber: inventedIdentity(count++),
      carrierId,
    })
    for (const kind of ['driving_licence', 'identity_card', 'qualification']) await paper('driver', driverId, kind)
    for (const kind of ['vehicle_licence', 'transport_permit', 'compulsory_insurance'])
      await paper('vehicle', vehicleId, kind)
    made.push({ carrierId, driverId, vehicleId })
  }
  return made
}

async function enterTerms() {
  const id = newId()
  const terms = { basis: { unit: 'ton', weight: 'min' }, loss: { mode: 'none' } }
  await server.database.db
    .insertInto('freight_terms')
    .values({
      zone_id: server.deps.zoneId,
      id,
      version: 1,
      name: '测试',
      rules: jsonb({ carrier: terms, shipper: { by: 'price', ...terms } }),
      vat_bp: 900,
      sha256: '0'.repeat(64),
      why: '',
      synthetic: true,
      created_at: at(epochMs(start)),
      created_by: 'test',
    })
    .execute()
  return { id, version: 1 }
}

/** Two shippers, two carriers, a driver with an account, who keeps and who looks on. */
async function enterZone() {
  const { db } = server.database
  const { zoneId } = server.deps
  const party = (name: string) => createParty(db, zoneId, { kind: 'enterprise', name, synthetic: true }, epochMs(start))
  const shipperId = await party('合成甲货主')
  const otherId = await party('合成乙货主')
  const first = await enterCarrier('合成甲承运人', 4)
  const second = await enterCarrier('合成乙承运人', 2)
  const crews = [...first, ...second]
  const [crew, rival] = [first[0], second[0]]
  if (!crew || !rival) throw new Error('two carriers have crews')
  const place = (name: string, lonDeg: number, latDeg: number, owner: string | null = shipperId) =>
    created(server.machine, '/freight-places', {
      shipperId: owner,
      name,
      address: `${name} 1 号`,
      divisionCode: '652301',
      lonDeg,
      latDeg,
      synthetic: true,
    })
  await created(server.machine, '/accounts', {
    username: 'load-driver',
    name: '司机账号',
    password: 'driver-password-7',
    lang: 'zh-CN',
    roles: [],
  })
  const linked = await post(server.machine, `/freight-drivers/${crew.driverId}/account`, { username: 'load-driver' })
  const { accountId } = (await db
    .selectFrom('freight_driver')
    .select('account_id as accountId')
    .where('id', '=', crew.driverId)
    .executeTakeFirst()) ?? { accountId: null }
  if (linked.status > 201 || accountId === null) throw new Error(JSON.stringify(linked.body))
  const key = await post(server.machine, '/api-keys', { accountId, name: 'test' })
  return {
    shipperId,
    otherId,
    crews,
    crew,
    rival,
    terms: await enterTerms(),
    from: await place('合成煤场', 87.3, 44.0),
    to: await place('合成电厂', 89.2, 44.1),
    foreign: await place('合成别处', 87.9, 44.2, otherId),
    common: await place('合成公共站', 87.6, 43.8, null),
    shipper: await role('enterprise', shipperId),
    otherShipper: await role('enterprise', otherId),
    boss: await role('carrier', crew.carrierId),
    rivalBoss: await role('carrier', rival.carrierId),
    driver: server.anyone({ 'x-api-key': key.body.key }),
    dispatcher: await role('freight_dispatcher'),
    audit: await role('freight_audit'),
    leader: await role('leader'),
  }
}

const bodyOf = (over: object = {}) => ({
  shipperId: zone.shipperId,
  goods: '合成原煤',
  cargoClass: '0100',
  fromId: zone.from,
  toId: zone.to,
  consignee: '合成收货方',
  consigneePhone: '99900000009',
  measure: 'ton',
  quantity: 100_000,
  truckPlan: 30_000,
  mode: 'grab',
  carrierMilliFen: 7_800_000,
  shipperMilliFen: 8_500_000,
  goodsMilliFen: 42_000_000,
  terms: zone.terms,
  loadFrom: start,
  loadUntil: start + 48 * hourMs,
  synthetic: true,
  ...over,
})

const draft = (over: object = {}) => created(zone.dispatcher, '/freight-loads', bodyOf(over))
async function publish(over: object = {}): Promise<string> {
  const id = await draft(over)
  const answer = await post(zone.dispatcher, `/freight-loads/${id}/publish`, { rev: 1 })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return id
}
const loadOf = (id: string) => read(zone.dispatcher, `/freight-loads/${id}`)
const crewBody = ({ driverId, vehicleId }: Crew) => ({ driverId, vehicleId })
const shareOf = async (client: Client, loadId: string) =>
  (await read(client, `/freight-shares?loadId=${loadId}`)).rows[0]

/** Ends every trip, so that drivers and vehicles are free again. */
const freeAll = () =>
  server.database.db
    .updateTable('freight_waybill')
    .set({ state: 'reported' })
    .where('state', 'in', ['accepted', 'offered'])
    .execute()

const deps = () => ({ ...server.deps })
const inTx = <T>(body: Parameters<ReturnType<typeof server.database.db.transaction>['execute']>[0]) =>
  server.database.db.transaction().execute(body) as Promise<T>
const fireJobs = () =>
  jobSource(deps(), loadJobs(deps())).fireDue(epochMs(now), (error) => {
    throw error
  })
const noticesOf = async (client: Client, key: string) =>
  (
    await server.database.db
      .selectFrom('notice')
      .select('title_key')
      .where('account_id', '=', client.accountId)
      .where('title_key', '=', `freight:${key}`)
      .execute()
  ).length

describe('places', () => {
  const fields = { address: 'A 1', divisionCode: '652301', lonDeg: 87.3, latDeg: 44 }
  it('are kept by their shipper and the dispatchers, and seen by no other shipper', async () => {
    const { shipper, otherShipper, shipperId, otherId, from, common, leader, boss } = zone
    const id = await created(shipper, '/freight-places', { ...fields, name: '自己的', shipperId })
    expect((await post(shipper, '/freight-places', { ...fields, name: '别人的', shipperId: otherId })).status).toBe(403)
    expect((await post(shipper, '/freight-places', { ...fields, name: '公共的' })).status).toBe(403)
    expect((await post(leader, '/freight-places', { ...fields, name: '无权' })).status).toBe(403)
    const ids = async (client: Client) =>
      (await read(client, '/freight-places?limit=200')).rows.map((row: { id: string }) => row.id)

    expect(await ids(shipper)).toEqual(expect.arrayContaining([id, from, common]))
    expect(await ids(otherShipper)).toContain(common)
    expect(await ids(otherShipper)).not.toContain(from)
    expect(await ids(boss)).toEqual([])
    for (const door of ['', '/history'])
      expect((await otherShipper.get(`${api}/freight-places/${id}${door}`)).status).toBe(404)
    const change = (client: Client, rev: number, over: object = {}) =>
      client.patch(
        `${api}/freight-places/${id}`,
        command({
          ...fields,
          name: '改名',
          fenceM: 300,
          contact: '',
          phone: '',
          remark: '',
          rev,
          state: 'open',
          why: 'x',
          ...over,
        }),
      )
    expect((await change(otherShipper, 1)).status).toBe(404)
    expect((await change(shipper, 1, { divisionCode: '999999' })).body.errors[0]).toMatchObject({
      field: 'divisionCode',
      rule: 'known_code division',
    })
    expect((await change(shipper, 1)).body.rev).toBe(2)
    expect((await change(shipper, 1)).body.kind).toBe('stale_revision')
    expect(
      (await read(shipper, `/freight-places/${id}/history`)).rows.map((row: { verb: string }) => row.verb),
    ).toEqual(['change', 'enter'])
  })
})

describe('a load', () => {
  it('is drafted with a number and a planned distance, changed as a draft, and published once', async () => {
    const { shipper, dispatcher } = zone
    const wish = command(bodyOf())
    const made = await dispatcher.post(`${api}/freight-loads`, wish)
    const { id, number } = made.body
    expect((await dispatcher.post(`${api}/freight-loads`, wish)).body).toEqual(made.body)
    expect(number).toMatch(/^HY260302\d{6,}$/)
    const seen = await loadOf(id)
    expect(seen.distanceM).toBeGreaterThan(100_000)
    expect(seen.distanceBasis).toBeTruthy()
    const {
      shipperId: _shipperId,
      synthetic: _synthetic,
      ...fields
    } = bodyOf({ quantity: 90_000, carrierMilliFen: null })
    const change = (client: Client, rev: number, over: object = {}) =>
      client.patch(`${api}/freight-loads/${id}`, command({ ...fields, rev, why: '更正', ...over }))
    expect((await change(shipper, 1)).body.rev).toBe(2)
    expect((await change(shipper, 1)).body.kind).toBe('stale_revision')
    expect((await change(shipper, 2, { carrierMilliFen: 1 })).body.errors[0].rule).toBe('platform_only')
    // The shipper left the carriers' price as the platform had said it.
    expect(await loadOf(id)).toMatchObject({ quantity: 90_000, carrierMilliFen: 7_800_000 })
    expect((await post(shipper, `/freight-loads/${id}/publish`, { rev: 2 })).body.rev).toBe(3)
    expect((await post(shipper, `/freight-loads/${id}/publish`, { rev: 3 })).body.kind).toBe('load_state')
    expect((await change(dispatcher, 3)).body.kind).toBe('load_state')
  })

  it.each([
    ['cargoClass', { cargoClass: '9999' }, 'known_code cargo-class'],
    ['toId', () => ({ toId: zone.from }), 'another_place'],
    ['fromId', () => ({ fromId: zone.foreign }), 'within_reach'],
    ['loadUntil', { loadUntil: start }, 'after_begin'],
    ['bidKind', { mode: 'bid' }, 'of_bidding'],
    ['tripsADay', { mode: 'standing' }, 'of_standing'],
    ['tripsADay', { tripsADay: 2 }, 'of_standing'],
    ['truckPlan', { measure: 'truck', quantity: 5, truckPlan: 2 }, 'one_truck'],
    ['truckPlan', { truckPlan: 100_001 }, 'not_over_quantity'],
    ['terms', { terms: null }, 'contract_or_price'],
    ['terms', () => ({ terms: { id: newId(), version: 1 } }), 'within_reach'],
    ['shipperId', () => ({ shipperId: zone.crew.carrierId }), 'within_reach'],
    ['consigneeId', () => ({ consigneeId: newId() }), 'within_reach'],
  ])('names the field %s', async (field, over, rule) => {
    const answer = await post(zone.dispatcher, '/freight-loads', bodyOf(typeof over === 'function' ? over() : over))
    expect([answer.status, answer.body.errors[0].field, answer.body.errors[0].rule]).toEqual([422, field, rule])
  })

  it('is not published without a price for carriers, nor after its time', async () => {
    const { shipper, shipperId } = zone
    const id = await created(shipper, '/freight-loads', bodyOf({ carrierMilliFen: null }))
    const free = await post(shipper, `/freight-loads/${id}/publish`, { rev: 1 })
    expect(free.body.errors[0]).toMatchObject({ field: 'carrierMilliFen', rule: 'price_needed' })
    const old = await draft({ loadFrom: start - 2, loadUntil: start - 1 })
    expect((await post(shipper, `/freight-loads/${old}/publish`, { rev: 1 })).body.errors[0].rule).toBe('in_future')
    expect((await post(zone.otherShipper, '/freight-loads', bodyOf({ shipperId }))).status).toBe(403)
    expect((await post(zone.boss, '/freight-loads', bodyOf())).status).toBe(403)
  })

  it('takes prices and terms of its contract, of the lane and the day of loading', async () => {
    const { db } = server.database
    const { zoneId } = server.deps
    const contractId = newId()
    const by = { created_at: at(epochMs(start)), created_by: 'test' }
    await db
      .insertInto('freight_contract')
      .values({
        zone_id: zoneId,
        id: contractId,
        number: 'HT-1',
        shipper_id: zone.shipperId,
        terms_id: zone.terms.id,
        terms_version: 1,
        signed_on: day(-10),
        valid_to: day(10),
        remark: '',
        synthetic: true,
        updated_at: at(epochMs(start)),
        updated_by: 'test',
        ...by,
      })
      .execute()
    await db
      .insertInto('freight_contract_price')
      .values(
        [-10, -1].map((starts, i) => ({
          zone_id: zoneId,
          id: newId(),
          contract_id: contractId,
          goods: '合成原煤',
          cargo_class: '0100',
          from_id: zone.from,
          to_id: zone.to,
          measure: 'ton' as const,
          carrier_milli_fen: 7_000_000 + i,
          shipper_milli_fen: 8_000_000 + i,
          goods_milli_fen: 40_000_000,
          starts_on: day(starts),
          ends_on: day(5),
          ...by,
        })),
      )
      .execute()
    const none = { contractId, carrierMilliFen: null, shipperMilliFen: null, goodsMilliFen: null, terms: null }
    const id = await created(zone.shipper, '/freight-loads', bodyOf(none))
    const rule = async (over: object) =>
      (await post(zone.shipper, '/freight-loads', bodyOf({ ...none, ...over }))).body.errors[0].rule

    expect(await loadOf(id)).toMatchObject({
      carrierMilliFen: 7_000_001,
      shipperMilliFen: 8_000_001,
      terms: zone.terms,
    })
    expect(await rule({ goods: '别的' })).toBe('price_of_lane')
    expect(await rule({ shipperMilliFen: 1 })).toBe('contract_or_price')
    expect(await rule({ loadFrom: start + 240 * hourMs, loadUntil: start + 250 * hourMs })).toBe('price_of_lane')
    expect(await rule({ loadFrom: start + 480 * hourMs, loadUntil: start + 490 * hourMs })).toBe('open_that_day')
    await db.updateTable('freight_contract').set({ state: 'closed' }).where('id', '=', contractId).execute()
    const late = await post(zone.shipper, `/freight-loads/${id}/publish`, { rev: 1 })
    expect(late.body.errors[0].rule).toBe('open_that_day')
  })

  it('is seen by the platform, its shipper and, once published, those to whom it is offered', async () => {
    const { boss, rivalBoss, driver, shipper, otherShipper, dispatcher, audit, leader } = zone
    const drafted = await draft()
    const grabbed = await publish()
    const assigned = await publish({ mode: 'assign' })
    const sees = async (client: Client) => {
      const rows = (await read(client, '/freight-loads?limit=200')).rows.map((row: { id: string }) => row.id)
      const listed = [drafted, grabbed, assigned].map((id) => rows.includes(id))
      for (const [i, id] of [drafted, grabbed, assigned].entries())
        expect((await client.get(`${api}/freight-loads/${id}`)).status).toBe(listed[i] ? 200 : 404)
      return listed
    }
    for (const staff of [dispatcher, audit, shipper]) expect(await sees(staff)).toEqual([true, true, true])
    for (const carrying of [boss, rivalBoss, driver]) expect(await sees(carrying)).toEqual([false, true, false])
    for (const stranger of [otherShipper, leader]) expect(await sees(stranger)).toEqual([false, false, false])

    await created(dispatcher, `/freight-loads/${assigned}/shares`, { carrierId: zone.crew.carrierId, quantity: 30_000 })
    expect(await sees(boss)).toEqual([false, true, true])
    expect(await sees(rivalBoss)).toEqual([false, true, false])
    const { db } = server.database
    const setCarrier = (state: 'open' | 'closed') =>
      db.updateTable('freight_carrier').set({ state }).where('id', '=', zone.rival.carrierId).execute()
    await setCarrier('closed')
    expect(await sees(rivalBoss)).toEqual([false, false, false])
    await setCarrier('open')
    await post(dispatcher, `/freight-loads/${grabbed}/withdraw`, { rev: 2, why: 'x' })
    expect(await sees(driver)).toEqual([false, false, false])
    expect((await post(rivalBoss, `/freight-loads/${grabbed}/withdraw`, { rev: 2, why: 'x' })).status).toBe(404)
  })

  it('shows a shipper no price of carriers, and a carrier or driver none of shippers', async () => {
    const { boss, driver, shipper, dispatcher } = zone
    const id = await publish({ carrierMilliFen: 7_654_321, shipperMilliFen: 8_765_432 })
    const texts = async (client: Client) =>
      JSON.stringify(
        await Promise.all(
          ['', `/${id}`, `/${id}/history`, `/${id}/bids`].map((door) => read(client, `/freight-loads${door}`)),
        ),
      )
    expect(await texts(dispatcher)).toContain('7654321')
    expect(await texts(dispatcher)).toContain('8765432')
    expect(await texts(shipper)).not.toContain('7654321')
    expect(await texts(shipper)).toContain('8765432')
    for (const carrying of [boss, driver]) {
      expect(await texts(carrying)).toContain('7654321')
      expect(await texts(carrying)).not.toContain('8765432')
      expect(await texts(carrying)).not.toContain('99900000009')
      expect((await carrying.get(`${api}/freight-loads/${id}/history`)).status).toBe(403)
    }
  })

  it('is found by filters, number and goods, page by page', async () => {
    const id = await publish({ goods: '合成焦炭', mode: 'standing', tripsADay: 3 })
    const { number } = await loadOf(id)
    const found = async (query: string) =>
      (await read(zone.dispatcher, `/freight-loads?${query}`)).rows.map((row: { id: string }) => row.id)

    expect(await found(`q=${number}`)).toEqual([id])
    expect(await found(`q=${encodeURIComponent('焦炭')}&state=published&mode=standing`)).toEqual([id])
    expect(await found(`q=${encodeURIComponent('焦炭')}&mode=bid`)).toEqual([])
    expect(await found(`shipperId=${zone.otherId}`)).toEqual([])
    const one = await read(zone.dispatcher, '/freight-loads?limit=1')
    const two = await read(zone.dispatcher, `/freight-loads?limit=1&cursor=${one.next}`)
    expect(one.total).toBeGreaterThan(1)
    expect(two.rows[0].id).not.toBe(one.rows[0].id)
  })
})

describe('the clock', () => {
  it('ends a load whose loading is over, and its bids, once, and tells who waits', async () => {
    const { boss, rivalBoss, shipper } = zone
    const bidding = { mode: 'bid', bidKind: 'open', bidUntil: start + hourMs }
    const decided = await publish(bidding)
    const empty = await publish(bidding)
    const plain = await publish({ mode: 'assign' })
    const drafted = await draft()
    await created(boss, `/freight-loads/${decided}/bids`, {
      carrierId: zone.crew.carrierId,
      carrierMilliFen: 7_000_000,
      quantity: 50_000,
    })
    const before = await noticesOf(shipper, 'bids_over')
    await fireJobs()
    expect((await loadOf(empty)).state).toBe('published')
    now = start + hourMs
    await fireJobs()
    await fireJobs()
    expect([(await loadOf(decided)).state, (await loadOf(empty)).state]).toEqual(['published', 'expired'])
    expect((await noticesOf(shipper, 'bids_over')) - before).toBe(1)
    now = start + 48 * hourMs
    const [bids, loads] = [await noticesOf(boss, 'bid_expired'), await noticesOf(shipper, 'load_expired')]
    while ((await fireJobs()).fired > 0);
    expect(await Promise.all([decided, plain, drafted].map(async (id) => (await loadOf(id)).state))).toEqual([
      'expired',
      'expired',
      'draft',
    ])
    expect((await noticesOf(boss, 'bid_expired')) - bids).toBe(1)
    expect((await noticesOf(shipper, 'load_expired')) - loads).toBeGreaterThanOrEqual(2)
    // Whoever bade sees what became of it, nobody else whom it was offered to.
    expect((await read(boss, `/freight-loads/${decided}/bids`)).rows).toMatchObject([{ state: 'expired' }])
    expect((await rivalBoss.get(`${api}/freight-loads/${decided}`)).status).toBe(404)
    const verbs = (await read(shipper, `/freight-loads/${decided}/history`)).rows.map(
      (row: { verb: string }) => row.verb,
    )
    expect(verbs).toEqual(['expire', 'publish', 'draft'])
  })
})

describe('taking', () => {
  const held = (loadId: string, shareId: string | null = null) => ({ loadId, shareId })
  const takes = (loadId: string, plan: number | null, shareId: string | null = null) =>
    server.database.db.transaction().execute((tx) => take(tx, server.deps, { loadId, shareId, plan }))

  it('never goes over the tolerance, however many come at once, and gives back what was held', async () => {
    const id = await publish({ quantity: 100_000, overBp: 500, truckPlan: 30_000 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => takes(id, 30_000)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(3)
    expect((await loadOf(id)).taken).toBe(90_000)
    expect(await takes(id, 15_001)).toMatchObject({ ok: false, error: { kind: 'load_taken', left: 10_000 } })
    // What is left for a truck that says nothing.
    expect(await takes(id, null)).toMatchObject({ ok: true, value: { plan: 10_000 } })
    expect(await takes(id, null)).toMatchObject({ ok: false, error: { kind: 'load_taken', left: 0 } })
    expect(await takes(id, 5_000)).toMatchObject({ ok: true })
    expect(await takes(id, 1)).toMatchObject({ ok: false })
    await inTx((tx) => giveBack(tx, server.deps, { ...held(id), quantity: 30_000 }))
    expect((await loadOf(id)).taken).toBe(75_000)
    expect(await takes(id, 30_000)).toMatchObject({ ok: true })
  })

  it('is corrected by the weighing, also beyond what is left', async () => {
    const id = await publish({ quantity: 60_000, truckPlan: 30_000 })
    await takes(id, 60_000)
    await inTx((tx) => correct(tx, server.deps, { ...held(id), from: 30_000, to: 31_500 }))
    expect((await loadOf(id)).taken).toBe(61_500)
    expect(await takes(id, 1)).toMatchObject({ ok: false })
    await inTx((tx) => correct(tx, server.deps, { ...held(id), from: 31_500, to: 28_000 }))
    expect((await loadOf(id)).taken).toBe(58_000)
    const trucks = await publish({ measure: 'truck', quantity: 3, truckPlan: 1 })
    await takes(trucks, 1)
    await inTx((tx) => correct(tx, server.deps, { ...held(trucks), from: 1, to: 29_000 }))
    expect((await loadOf(trucks)).taken).toBe(1)
    expect(await takes(trucks, 2)).toMatchObject({ ok: false, error: { kind: 'field_refused', rule: 'one_truck' } })
  })

  it('of a share stays within it, and what goes over it is taken of the load', async () => {
    const id = await publish({ mode: 'assign', quantity: 100_000, overBp: 1_000 })
    const shareId = await created(zone.dispatcher, `/freight-loads/${id}/shares`, {
      carrierId: zone.crew.carrierId,
      quantity: 60_000,
    })
    expect((await loadOf(id)).taken).toBe(60_000)
    expect(await takes(id, 66_001, shareId)).toMatchObject({ ok: false, error: { kind: 'load_taken' } })
    expect(await takes(id, 66_000, shareId)).toMatchObject({ ok: true })
    expect((await loadOf(id)).taken).toBe(66_000)
    expect(await takes(id, 44_001)).toMatchObject({ ok: false })
    expect(await takes(id, 44_000)).toMatchObject({ ok: true })
    await inTx((tx) => giveBack(tx, server.deps, { ...held(id, shareId), quantity: 36_000 }))
    expect((await loadOf(id)).taken).toBe(104_000)
    const share = await shareOf(zone.dispatcher, id)
    expect(share).toMatchObject({ quantity: 60_000, taken: 30_000 })
    // The rest of the share goes back with its end; what it holds does too, when that is given back.
    expect((await post(zone.boss, `/freight-shares/${shareId}/close`, { rev: 1, why: '不运了' })).status).toBe(200)
    expect((await loadOf(id)).taken).toBe(74_000)
    await inTx((tx) => giveBack(tx, server.deps, { ...held(id, shareId), quantity: 30_000 }))
    expect((await loadOf(id)).taken).toBe(44_000)
  })

  it('stops with the time of loading, with the load, and leaves nothing when its transaction dies', async () => {
    const id = await publish()
    await expect(
      inTx(async (tx) => {
        await take(tx, server.deps, { ...held(id), plan: 30_000 })
        throw new Error('killed')
      }),
    ).rejects.toThrow('killed')
    expect((await loadOf(id)).taken).toBe(0)
    now = start + 48 * hourMs
    expect(await takes(id, 1)).toMatchObject({ ok: false, error: { kind: 'load_state' } })
    now = start
    await takes(id, 30_000)
    expect((await post(zone.dispatcher, `/freight-loads/${id}/withdraw`, { rev: 2, why: 'x' })).body.kind).toBe(
      'load_state',
    )
    expect((await post(zone.dispatcher, `/freight-loads/${id}/close`, { rev: 2, why: 'x' })).status).toBe(200)
    expect(await takes(id, 1)).toMatchObject({ ok: false, error: { kind: 'load_state', value: 'closed' } })
  })
})

describe('bids', () => {
  const bidding = (over: object = {}) =>
    publish({ mode: 'bid', bidKind: 'sealed', bidUntil: start + hourMs, carrierMilliFen: 8_000_000, ...over })
  const bid = (client: Client, id: string, crew: Crew, carrierMilliFen: number, over: object = {}) =>
    post(client, `/freight-loads/${id}/bids`, {
      carrierId: crew.carrierId,
      carrierMilliFen,
      quantity: 100_000,
      words: '密语',
      ...over,
    })
  const bidsOf = (client: Client, id: string) => read(client, `/freight-loads/${id}/bids`)

  it('of a sealed bidding are seen by nobody else before the deadline', async () => {
    const { boss, rivalBoss, crew, rival, dispatcher, shipper, driver } = zone
    const id = await bidding()
    expect((await bid(boss, id, crew, 7_111_111)).status).toBe(201)
    expect((await bid(rivalBoss, id, rival, 7_222_222)).status).toBe(201)

    for (const client of [dispatcher, shipper])
      expect(await bidsOf(client, id)).toMatchObject({ rows: [], hidden: true, total: 2 })
    expect(await bidsOf(driver, id)).toMatchObject({ rows: [], total: null })
    expect(await bidsOf(boss, id)).toMatchObject({ rows: [{ carrierMilliFen: 7_111_111 }], total: null })
    expect((await bidsOf(boss, id)).rows).toHaveLength(1)
    now = start + hourMs
    expect((await bidsOf(dispatcher, id)).rows.map((row: { carrierMilliFen: number }) => row.carrierMilliFen)).toEqual([
      7_111_111, 7_222_222,
    ])
    expect((await bidsOf(boss, id)).rows).toHaveLength(1)
    const shown = await bidsOf(shipper, id)
    expect(shown.rows.map((row: { carrier: { id: string } }) => row.carrier.id)).toEqual([
      crew.carrierId,
      rival.carrierId,
    ])
    expect(JSON.stringify(shown)).not.toMatch(/7111111|7222222|密语/)
  })

  it('of an open bidding show their prices without names', async () => {
    const { boss, rivalBoss, crew, rival, dispatcher } = zone
    const id = await bidding({ bidKind: 'open' })
    await bid(boss, id, crew, 7_111_111)
    await bid(rivalBoss, id, rival, 7_222_222)

    const seen = await bidsOf(rivalBoss, id)
    expect(seen.rows.map((row: { carrierMilliFen: number }) => row.carrierMilliFen)).toEqual([7_111_111, 7_222_222])
    expect(JSON.stringify(seen)).not.toContain(crew.carrierId)
    expect((await bidsOf(dispatcher, id)).rows).toHaveLength(2)
  })

  it('are refused after the deadline by the clock of the server, above the highest price, twice, and for others', async () => {
    const { boss, crew, rival, dispatcher, shipper } = zone
    const id = await bidding()
    expect((await bid(boss, id, crew, 8_000_001)).body.errors[0].rule).toBe('not_over_ceiling')
    expect((await bid(boss, id, crew, 0)).status).toBe(400)
    expect((await bid(boss, id, crew, 7_000_000, { quantity: 100_001 })).body.errors[0].rule).toBe('not_over_quantity')
    for (const client of [boss, dispatcher]) expect((await bid(client, id, rival, 7_000_000)).status).toBe(403)
    expect((await bid(shipper, id, crew, 7_000_000)).status).toBe(403)
    const commandId = crypto.randomUUID()
    const first = await bid(boss, id, crew, 7_000_000, { commandId })
    expect(await bid(boss, id, crew, 7_000_000, { commandId })).toMatchObject({ status: 201, body: first.body })
    const more = await Promise.all(Array.from({ length: 8 }, () => bid(zone.rivalBoss, id, rival, 7_100_000)))
    expect(more.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 409)])
    expect((await bid(boss, id, crew, 7_000_000)).body.kind).toBe('taken')
    const at1 = `${api}/freight-bids/${first.body.id}`
    const change = (rev: number) => boss.patch(at1, command({ carrierMilliFen: 6_900_000, quantity: 90_000, rev }))
    expect((await change(1)).status).toBe(200)
    expect((await change(1)).body.kind).toBe('stale_revision')
    expect((await zone.rivalBoss.patch(at1, command({ carrierMilliFen: 1, quantity: 1, rev: 2 }))).status).toBe(404)
    now = start + hourMs
    // A phone whose clock is slow sends the same; only the server's clock counts, also while no timer has run.
    expect((await bid(zone.rivalBoss, id, rival, 6_000_000)).body.kind).toBe('bidding_over')
    expect((await change(2)).body.kind).toBe('bidding_over')
    expect((await post(boss, `/freight-bids/${first.body.id}/withdraw`, { rev: 2 })).body.kind).toBe('bidding_over')
  })

  it('are awarded after the deadline to several, up to the quantity, once', async () => {
    const { boss, rivalBoss, crew, rival, shipper, otherShipper, dispatcher } = zone
    const id = await bidding({ quantity: 100_000 })
    const one = (await bid(boss, id, crew, 7_000_000)).body.id
    const two = (await bid(rivalBoss, id, rival, 7_500_000)).body.id
    const award = (client: Client, awards: object[], rev = 2) =>
      post(client, `/freight-loads/${id}/award`, { rev, why: '价低', awards })
    expect((await award(dispatcher, [{ bidId: one }])).body.kind).toBe('bidding_open')
    now = start + hourMs
    expect((await award(otherShipper, [{ bidId: one }])).status).toBe(404)
    expect((await award(boss, [{ bidId: one }])).status).toBe(403)
    expect((await award(shipper, [{ bidId: one }, { bidId: two }])).body.kind).toBe('load_taken')
    expect((await award(shipper, [{ bidId: one, quantity: 100_001 }])).body.errors[0].rule).toBe('not_over_bid')
    expect(
      (
        await award(shipper, [
          { bidId: one, quantity: 1 },
          { bidId: one, quantity: 1 },
        ])
      ).body.kind,
    ).toBe('taken')
    const body = { rev: 2, why: '价低', awards: [{ bidId: one, quantity: 60_000 }], commandId: crypto.randomUUID() }
    const done = await shipper.post(`${api}/freight-loads/${id}/award`, body)
    expect(done.status).toBe(200)
    expect((await shipper.post(`${api}/freight-loads/${id}/award`, body)).body).toEqual(done.body)
    expect((await award(shipper, [{ bidId: two }])).body.kind).toBe('stale_revision')
    expect((await award(shipper, [{ bidId: two }], 3)).status).toBe(422)

    expect((await bidsOf(dispatcher, id)).rows.map((row: { state: string }) => row.state)).toEqual(['awarded', 'lost'])
    expect(await loadOf(id)).toMatchObject({ taken: 60_000, rev: 3 })
    expect(await shareOf(boss, id)).toMatchObject({ quantity: 60_000, carrierMilliFen: 7_000_000 })
    expect((await shareOf(shipper, id)).carrierMilliFen).toBe(null)
    expect(await shareOf(rivalBoss, id)).toBe(undefined)
    expect((await read(boss, `/freight-loads/${id}`)).carrierMilliFen).toBe(7_000_000)
    expect(await noticesOf(rivalBoss, 'bid_lost')).toBe(1)
    expect(await noticesOf(boss, 'share_given')).toBeGreaterThan(0)
  })
})

describe('trucks', () => {
  it('are assigned by the dispatcher, and offered to the driver', async () => {
    const { dispatcher, boss, shipper, crew } = zone
    const id = await publish({ mode: 'assign' })
    const sent = await post(dispatcher, `/freight-loads/${id}/assign`, crewBody(crew))
    expect(sent.body).toMatchObject({ state: 'offered', plan: 30_000 })
    expect((await loadOf(id)).taken).toBe(30_000)
    expect((await post(boss, `/freight-loads/${id}/assign`, crewBody(crew))).status).toBe(404)
    expect((await post(shipper, `/freight-loads/${id}/assign`, crewBody(crew))).status).toBe(403)
    expect((await post(boss, `/freight-loads/${id}/grab`, crewBody(crew))).status).toBe(404)
    expect(
      (await post(dispatcher, `/freight-loads/${id}/assign`, { ...crewBody(crew), vehicleId: newId() })).body.errors[0],
    ).toMatchObject({ field: 'vehicleId', rule: 'within_reach' })
    // A refusal of the waybill takes nothing.
    const foreign = { driverId: zone.rival.driverId, vehicleId: crew.vehicleId }
    expect((await post(dispatcher, `/freight-loads/${id}/assign`, foreign)).status).toBe(422)
    expect((await loadOf(id)).taken).toBe(30_000)
    await freeAll()
  })

  it('are sent by a carrier from its share, and no other', async () => {
    const { dispatcher, boss, rivalBoss, crews, crew, rival } = zone
    const id = await publish({ mode: 'assign' })
    const share = (carrierId: string, quantity: number) =>
      post(dispatcher, `/freight-loads/${id}/shares`, { carrierId, quantity })
    const given = await share(crew.carrierId, 50_000)
    expect((await share(crew.carrierId, 1_000)).body.kind).toBe('taken')
    expect((await share(rival.carrierId, 50_001)).body.kind).toBe('load_taken')
    const path = `/freight-shares/${given.body.id}/dispatch`
    expect((await post(rivalBoss, path, crewBody(rival))).status).toBe(404)
    const sent = await post(boss, path, crewBody(crew))
    expect(sent.body).toMatchObject({ state: 'offered', plan: 30_000 })
    expect((await post(boss, path, crewBody(crews[1] ?? crew))).body.plan).toBe(20_000)
    expect((await post(boss, path, crewBody(crews[2] ?? crew))).body.kind).toBe('load_taken')
    expect(await shareOf(boss, id)).toMatchObject({ taken: 50_000 })
    expect((await loadOf(id)).taken).toBe(50_000)
    await freeAll()
  })

  it('of a standing order are as many a day as it says', async () => {
    const { dispatcher, boss, crews, crew } = zone
    const id = await publish({ mode: 'standing', tripsADay: 2, quantity: 900_000, loadUntil: start + 96 * hourMs })
    const share = await post(dispatcher, `/freight-loads/${id}/shares`, {
      carrierId: crew.carrierId,
      quantity: 900_000,
    })
    const send = (i: number) => post(boss, `/freight-shares/${share.body.id}/dispatch`, crewBody(crews[i] ?? crew))
    const answers = await Promise.all([0, 1, 2].map(send))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 409])
    expect(answers.find(({ status }) => status === 409)?.body.kind).toBe('trips_used')
    // The zone's day begins at midnight in Beijing.
    now = start + 14 * hourMs
    expect((await send(3)).status).toBe(200)
    await freeAll()
  })
})

describe('grabs', () => {
  const actorOf = (accountId: string, carrierId: string): Actor => ({
    accountId,
    name: accountId,
    kind: 'person',
    lang: 'zh-CN',
    memberships: [{ role: 'carrier', partyId: carrierId }],
  })
  const grabOf = (id: string, crew: Crew, over: Partial<Grab> = {}): Grab => ({
    commandId: crypto.randomUUID(),
    id,
    vehicleId: crew.vehicleId,
    driverId: crew.driverId,
    plan: null,
    ...over,
  })

  it('give the truck to a driver for oneself, or to the carrier for its driver, accepted at once', async () => {
    const { driver, boss, rivalBoss, crew, crews, rival, leader } = zone
    const id = await publish()
    const grab = (client: Client, body: object) => post(client, `/freight-loads/${id}/grab`, body)
    expect((await grab(leader, crewBody(crew))).status).toBe(403)
    expect((await grab(driver, crewBody(crews[1] ?? crew))).status).toBe(403)
    expect((await grab(boss, crewBody(rival))).status).toBe(403)
    expect((await grab(rivalBoss, { vehicleId: newId(), driverId: rival.driverId })).status).toBe(422)
    const own = await grab(driver, { vehicleId: crew.vehicleId })
    expect(own.body).toMatchObject({ state: 'accepted', plan: 30_000 })
    expect((await grab(driver, { vehicleId: crew.vehicleId })).status).toBe(409)
    expect((await grab(boss, crewBody(crews[1] ?? crew))).body.state).toBe('accepted')
    expect((await loadOf(id)).taken).toBe(60_000)
    await freeAll()
    await post(zone.dispatcher, `/freight-loads/${id}/close`, { rev: 2, why: 'x' })
    expect((await grab(rivalBoss, crewBody(rival))).body).toMatchObject({ kind: 'load_state', status: 409 })
    expect((await post(rivalBoss, `/freight-loads/${await draft()}/grab`, crewBody(rival))).status).toBe(404)
  })

  it('of one truckload by 500 at once: exactly one wins, and a repeat gets the first answer', async () => {
    const id = await publish({ quantity: 30_000 })
    const { crews } = zone
    const asked = Array.from({ length: 500 }, (_, i) => {
      const crew = crews[i % crews.length] ?? zone.crew
      return { actor: actorOf(`boss-${i % crews.length}`, crew.carrierId), grab: grabOf(id, crew) }
    })
    // Another process has lines of its own; both meet at the row.
    const processes = [server.deps, { ...server.deps }]
    const answers = await Promise.all(
      asked.map(({ actor, grab }, i) => grabLoad(processes[i % 2] ?? server.deps, actor, grab)),
    )

    const won = answers.findIndex(({ ok }) => ok)
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(new Set(answers.flatMap((one) => (one.ok ? [] : [one.error.kind])))).toEqual(new Set(['load_taken']))
    expect((await loadOf(id)).taken).toBe(30_000)
    const winner = asked[won]
    if (!winner) throw new Error('somebody won')
    // Again, alone and in the midst of others who are refused without a transaction.
    const again = await Promise.all([
      ...asked.slice(0, 50).map(({ actor, grab }) => grabLoad(server.deps, actor, { ...grab, commandId: newId() })),
      grabLoad(server.deps, winner.actor, winner.grab),
      grabLoad(server.deps, winner.actor, winner.grab),
    ])
    expect(again.slice(0, 50).every(({ ok }) => !ok)).toBe(true)
    expect(again.slice(50)).toEqual([answers[won], answers[won]])
    const other = await grabLoad(server.deps, winner.actor, { ...winner.grab, plan: 1 })
    expect(other).toMatchObject({ ok: false, error: { kind: 'command_reused' } })
    expect(
      await server.database.db
        .selectFrom('freight_waybill')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('load_id', '=', id)
        .executeTakeFirst(),
    ).toEqual({ n: 1 })
    await freeAll()
  })

  it('leave nothing when the transaction dies, and may be asked again', async () => {
    const id = await publish({ quantity: 30_000 })
    const { database } = server
    await database.exec(`create function dies() returns trigger language plpgsql as $$ begin raise 'killed'; end $$;
      create trigger dies before insert on freight_waybill for each row execute function dies()`)
    const grab = grabOf(id, zone.crew)
    const actor = actorOf('boss', zone.crew.carrierId)
    const asked = [grab, grabOf(id, zone.rival)].map((one) => grabLoad(server.deps, actor, one))
    const died = await Promise.allSettled(asked)
    await database.exec('drop trigger dies on freight_waybill; drop function dies()')

    expect(died.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect((await loadOf(id)).taken).toBe(0)
    expect(await grabLoad(server.deps, actor, grab)).toMatchObject({ ok: true, value: { plan: 30_000 } })
    await freeAll()
  })

  it('go on behind those who may not be dispatched, and take every truckload once', async () => {
    const id = await publish({ quantity: 90_000 })
    const { crews, crew, rival } = zone
    const barred = { ...crew, driverId: rival.driverId }
    const asked = [barred, barred, ...crews, ...crews].map((one) => ({
      actor: actorOf('boss', one.carrierId),
      grab: grabOf(id, one),
    }))
    const answers = await Promise.all(asked.map(({ actor, grab }) => grabLoad(server.deps, actor, grab)))

    expect(answers.filter(({ ok }) => ok)).toHaveLength(3)
    expect((await loadOf(id)).taken).toBe(90_000)
    expect(answers.slice(0, 2).map((one) => (one.ok ? 'ok' : one.error.kind))).toEqual(['blocked', 'blocked'])
    await freeAll()
  })
})

describe('loads of a sheet', () => {
  const heads = [
    '货物名称',
    '货物类别',
    '装货点',
    '卸货点',
    '计量方式',
    '数量',
    '每车计划',
    '接单方式',
    '收货方',
    '装货开始',
    '装货截止',
  ]
  const row = (over: Readonly<Record<string, string>> = {}) => {
    const cells = {
      货物名称: '合成原煤',
      货物类别: '煤炭及制品',
      装货点: '合成煤场',
      卸货点: '合成电厂',
      计量方式: '吨',
      数量: '3,000.5',
      每车计划: '32',
      接单方式: '抢单',
      收货方: '合成收货方',
      装货开始: day(1),
      装货截止: day(20),
      ...over,
    }
    return heads.map((head) => cells[head as keyof typeof cells])
  }
  async function sheet(client: Client, rows: readonly (readonly string[])[]): Promise<string> {
    const form = new FormData()
    const quoted = [heads, ...rows].map((cells) => cells.map((cell) => `"${cell}"`).join(','))
    form.append('file', new Blob([`\uFEFF${quoted.join('\r\n')}`], { type: 'text/csv' }), 'loads.csv')
    const answer = await client.send('POST', `${api}/files`, { body: form })
    return answer.body.id
  }
  /** A contract; that of the shipper has a price of the lane from the mine to the plant. */
  async function contract(shipperId: string): Promise<string> {
    const finance = await role('finance')
    const id = await created(finance, '/freight-contracts', {
      number: `KJ-${count++}`,
      shipperId,
      termsId: zone.terms.id,
      termsVersion: 1,
      signedOn: day(-10),
      validTo: day(300),
    })
    if (shipperId !== zone.shipperId) return id
    await created(finance, `/freight-contracts/${id}/prices`, {
      fromId: zone.from,
      toId: zone.to,
      goods: '合成原煤',
      cargoClass: '0100',
      measure: 'ton',
      carrierMilliFen: 7_800_000,
      shipperMilliFen: 8_500_000,
      goodsMilliFen: 42_000_000,
      startsOn: day(-5),
      endsOn: null,
    })
    return id
  }
  const run = async (client: Client, contractId: string, fileId: string, over: object = {}) =>
    post(client, '/freight-load-imports', { contractId, fileId, ...over })
  const mine = async (contractId: string) =>
    (await read(zone.shipper, `/freight-loads?limit=200&q=${encodeURIComponent('合成原煤')}`)).rows.filter(
      (load: { contractId: string | null }) => load.contractId === contractId,
    )

  it('are foreseen, then drafted or published by the contract’s prices, once', async () => {
    const contractId = await contract(zone.shipperId)
    const fileId = await sheet(zone.shipper, [row(), row({ 数量: '64', 装货截止: day(2) })])

    const foreseen = await run(zone.shipper, contractId, fileId)
    expect(foreseen.body).toMatchObject({ rows: 2, good: 2, written: false, faults: [] })
    expect(await mine(contractId)).toEqual([])
    const body = { contractId, fileId, preview: false, publish: true, commandId: crypto.randomUUID() }
    const both = await Promise.all([1, 2].map(() => zone.shipper.post(`${api}/freight-load-imports`, body)))

    expect(both.map(({ body: report }) => report.written)).toEqual([true, true])
    const loads = await mine(contractId)
    expect(loads).toHaveLength(2)
    expect(loads.find(({ quantity }: { quantity: number }) => quantity === 3_000_500)).toMatchObject({
      state: 'published',
      truckPlan: 32_000,
      shipperMilliFen: 8_500_000,
      contractId,
      mode: 'grab',
      // From the first minute of the first day to the last of the last, in Beijing.
      loadFrom: start - 2 * hourMs - 8 * hourMs + 24 * hourMs,
      loadUntil: start - 2 * hourMs - 8 * hourMs + 21 * 24 * hourMs,
    })
  })

  it('of which one has a fault are not written; each fault names its row and column', async () => {
    const contractId = await contract(zone.shipperId)
    const fileId = await sheet(zone.shipper, [
      row(),
      row({ 装货点: '不存在的地方' }),
      row({ 装货点: '合成别处' }),
      row({ 数量: '-1' }),
      row({ 每车计划: '4000' }),
      row({ 卸货点: '合成公共站' }),
      row({ 接单方式: '竞价' }),
      row({ 装货截止: day(0) }),
    ])

    const { body } = await run(zone.shipper, contractId, fileId, { preview: false })

    expect(body).toMatchObject({ rows: 8, good: 1, written: false })
    expect(body.faults.map(({ row: at, column }: { row: number; column: string }) => `${at} ${column}`)).toEqual([
      '3 装货点',
      '4 装货点',
      '5 数量',
      '6 每车计划',
      // The contract has no price of that lane.
      '7 框架合同',
      '8 接单方式',
      '9 装货截止',
    ])
    expect(await mine(contractId)).toEqual([])
  })

  it('are a shipper’s own: another contract, another file, too many rows, no right', async () => {
    const [own, foreign] = [await contract(zone.shipperId), await contract(zone.otherId)]
    const fileId = await sheet(zone.shipper, [row()])
    const many = await sheet(
      zone.shipper,
      Array.from({ length: 101 }, () => row()),
    )

    expect((await run(zone.shipper, foreign, fileId)).status).toBe(404)
    expect((await run(zone.otherShipper, foreign, fileId)).body.kind).toBe('file_unknown')
    expect((await run(zone.boss, own, await sheet(zone.boss, [row()]))).status).toBe(404)
    expect((await run(zone.shipper, own, many)).status).toBe(422)
    const template = await zone.shipper.get(`${api}/freight-load-imports/template.xlsx`)
    expect(template.headers.get('content-type')).toContain('spreadsheetml')
  })
})
