import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { dayMs, opinionZone, testClock } from './testing.ts'

// Ten in the morning in Beijing.
const start = Date.UTC(2026, 2, 2, 2)
const clock = testClock(start)
let server: TestServer
let zone: Awaited<ReturnType<typeof opinionZone>>
let people: Awaited<ReturnType<typeof opinionZone>>['people']

beforeAll(async () => {
  server = await startTestServer({ clock: clock.read })
  zone = await opinionZone(server)
  people = zone.people
}, 120_000)
// Each test begins where nothing that was given before counts any more.
beforeEach(() => clock.wait(400 * dayMs))
afterAll(() => server.close())

const good = { stars: 5, tags: ['on_time', 'goods_whole'], words: '准时到达' }
const waited = { stars: 2, tags: ['loading_wait'], words: '装货等了四小时' }
const path = (id: string) => `/freight-waybills/${id}/ratings`
const give = (client: Client, id: string, body: object) => zone.post(client, path(id), body)
const change = (client: Client, id: string, side: string, body: object) =>
  zone.send(client, 'PATCH', `${path(id)}/${side}`, body)
const ratings = (client: Client, id: string) => zone.read(client, path(id))
const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind, rule: body.errors?.[0]?.rule })
const shown = async (client: Client, id: string): Promise<string[]> =>
  (await ratings(client, id)).rows.map(({ side, stars }: { side: string; stars: number }) => `${side} ${stars}`)
const sums = async (client: Client, subject: string, id: string) =>
  (await zone.read(client, `/freight-rating-sums?subject=${subject}&ids=${id}`)).rows[0] ?? null

describe('giving', () => {
  it('is for the two sides of a signed waybill, once each', async () => {
    const unsigned = await zone.addWaybill('unloaded')
    expect(refusal(await give(people.shipper, unsigned, good))).toMatchObject({ status: 409, kind: 'rating_state' })
    expect(await ratings(people.shipper, unsigned)).toMatchObject({ until: null, reason: 'rated_once_signed' })
    const cancelled = await zone.addWaybill('cancelled', true)
    expect(refusal(await give(people.shipper, cancelled, good))).toMatchObject({ status: 409, kind: 'rating_state' })

    const id = await zone.addWaybill()
    expect(await ratings(people.shipper, id)).toMatchObject({ side: 'shipper', reason: null, rows: [] })
    for (const client of [people.consignee, people.dispatcher, people.admin, people.finance, people.both])
      expect(refusal(await give(client, id, good)).status).toBe(403)
    for (const client of [people.rival, people.stranger, people.otherDriver]) {
      expect(refusal(await give(client, id, good)).status).toBe(404)
      expect((await client.get(`/api/v1${path(id)}`)).status).toBe(404)
    }
    expect((await give(people.shipper, id, good)).status).toBe(201)
    expect(refusal(await give(people.colleague, id, good))).toMatchObject({ status: 409, kind: 'taken' })
    expect((await give(people.driver, id, waited)).status).toBe(201)
    expect(refusal(await give(people.carrier, id, waited))).toMatchObject({ status: 409, kind: 'taken' })
    expect(refusal(await give(people.shipper, newId(), good)).status).toBe(404)
  })

  it('ends ninety days after the signature', async () => {
    const [last, late] = [await zone.addWaybill(), await zone.addWaybill()]
    clock.wait(90 * dayMs - 1)
    expect((await give(people.shipper, last, good)).status).toBe(201)
    clock.wait(1)
    expect(refusal(await give(people.shipper, late, good))).toMatchObject({ status: 409, kind: 'rating_state' })
    expect((await ratings(people.shipper, late)).reason).toBe('rated_in_time')
  })

  it('refuses what is malformed by field, value and rule', async () => {
    const id = await zone.addWaybill()
    const tried = async (over: object) => (await give(people.shipper, id, { ...good, ...over })).status
    for (const over of [
      { stars: 0 },
      { stars: 6 },
      { stars: 4.5 },
      { words: '字'.repeat(501) },
      { tags: Array.from({ length: 10 }, (_, n) => `tag${n}`) },
    ])
      expect(await tried(over)).toBe(400)
    // Of the other side's words, and the same twice.
    const foreign = await give(people.shipper, id, { ...good, tags: ['loading_wait'] })
    expect(foreign).toMatchObject({
      status: 422,
      body: { kind: 'field_refused', errors: [{ field: 'tags', value: 'loading_wait' }] },
    })
    expect(await tried({ tags: ['late', 'late'] })).toBe(422)
    expect(await tried({ words: '字'.repeat(500) })).toBe(201)
  })

  it('a repeat is the first answer; of ten at once one is taken', async () => {
    const id = await zone.addWaybill()
    const commandId = newId()
    const once = await zone.send(people.shipper, 'POST', path(id), { ...good, commandId })
    const again = await zone.send(people.shipper, 'POST', path(id), { ...good, commandId })
    expect(again.body).toEqual(once.body)
    const other = await zone.send(people.shipper, 'POST', path(id), { ...good, stars: 1, commandId })
    expect(refusal(other).kind).toBe('command_reused')

    const busy = await zone.addWaybill()
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) => give(n % 2 ? people.driver : people.carrier, busy, waited)),
    )
    expect(all.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(9).fill(409)])
    expect(await shown(people.carrier, busy)).toEqual(['carrier 2'])
  })
})

describe('hiding', () => {
  it('neither side sees the other before both were given', async () => {
    const id = await zone.addWaybill()
    await give(people.shipper, id, { stars: 1, tags: ['late'], words: '晚了两天' })

    const seen = await ratings(people.driver, id)
    expect(seen).toMatchObject({ side: 'carrier', given: ['shipper'], rows: [], reason: null })
    expect(JSON.stringify(seen)).not.toContain('晚了')
    expect(await shown(people.carrier, id)).toEqual([])
    expect(await shown(people.consignee, id)).toEqual([])
    // The own side and the platform do.
    expect(await shown(people.shipper, id)).toEqual(['shipper 1'])
    expect(await shown(people.colleague, id)).toEqual(['shipper 1'])
    expect(await shown(people.audit, id)).toEqual(['shipper 1'])

    await give(people.driver, id, waited)
    for (const client of [people.driver, people.carrier, people.shipper])
      expect(await shown(client, id)).toEqual(['carrier 2', 'shipper 1'])
    const [, byShipper] = (await ratings(people.driver, id)).rows
    expect(byShipper).toMatchObject({ words: '晚了两天', author: '', isMine: false, changeUntil: null })
  })

  it('or before fourteen days are over', async () => {
    const id = await zone.addWaybill()
    await give(people.shipper, id, good)
    clock.wait(14 * dayMs - 1)
    expect(await shown(people.driver, id)).toEqual([])
    clock.wait(1)
    expect(await shown(people.driver, id)).toEqual(['shipper 5'])
  })

  it('two sides at once see each other and count once each', async () => {
    for (let n = 0; n < 5; n++) {
      const id = await zone.addWaybill()
      const both = await Promise.all([give(people.shipper, id, good), give(people.driver, id, waited)])
      expect(both.map(({ status }) => status)).toEqual([201, 201])
      expect(await shown(people.driver, id)).toEqual(['carrier 2', 'shipper 5'])
      expect(await shown(people.shipper, id)).toEqual(['carrier 2', 'shipper 5'])
    }
    expect(await sums(people.admin, 'carrier', zone.carrierId)).toMatchObject({ ratings: 5, meanCenti: 500 })
    expect(await sums(people.admin, 'shipper', zone.shipperId)).toMatchObject({ ratings: 5, meanCenti: 200 })
  })

  it('tells the other side that it was rated, and not how', async () => {
    const id = await zone.addWaybill()
    await give(people.shipper, id, { ...good, stars: 1 })
    const [first] = await zone.noticesOf(people.driver)
    expect(first).toContain('对方已评价')
    await give(people.driver, id, waited)
    const [second] = await zone.noticesOf(people.shipper)
    expect(second).toContain('双方都已评价')
  })
})

describe('changing', () => {
  it('is its author’s for seven days, on the present revision', async () => {
    const id = await zone.addWaybill()
    await give(people.shipper, id, good)
    const own = (await ratings(people.shipper, id)).rows[0]
    expect(own).toMatchObject({ isMine: true, changeUntil: clock.now() + 7 * dayMs, rev: 1 })
    expect((await ratings(people.colleague, id)).rows[0]).toMatchObject({ isMine: false, changeUntil: null })

    clock.wait(dayMs)
    const less = { stars: 3, tags: ['late'], words: '后来发现晚了', rev: 1 }
    const commandId = newId()
    const done = await change(people.shipper, id, 'shipper', { ...less, commandId })
    expect(done).toMatchObject({ status: 200, body: { rev: 2 } })
    expect((await change(people.shipper, id, 'shipper', { ...less, commandId })).body).toEqual(done.body)
    expect(refusal(await change(people.shipper, id, 'shipper', less))).toMatchObject({
      status: 409,
      kind: 'stale_revision',
    })
    expect((await change(people.colleague, id, 'shipper', { ...less, rev: 2 })).status).toBe(403)
    expect((await change(people.driver, id, 'shipper', { ...less, rev: 2 })).status).toBe(404)
    expect((await change(people.driver, id, 'carrier', { ...less, rev: 1 })).status).toBe(404)
    expect(await shown(people.shipper, id)).toEqual(['shipper 3'])

    clock.wait(6 * dayMs - 1)
    expect((await change(people.shipper, id, 'shipper', { ...less, stars: 4, rev: 2 })).status).toBe(200)
    clock.wait(1)
    const late = await change(people.shipper, id, 'shipper', { ...less, rev: 3 })
    expect(refusal(late)).toMatchObject({ status: 409, kind: 'rating_state' })
    expect((await ratings(people.shipper, id)).rows[0]).toMatchObject({ stars: 4, changeUntil: null })
  })

  it('ends when the other side sees it, so that no mark answers a mark', async () => {
    const id = await zone.addWaybill()
    await give(people.shipper, id, good)
    await give(people.driver, id, waited)
    const angry = { stars: 1, tags: [], words: '', rev: 1 }
    expect(refusal(await change(people.shipper, id, 'shipper', angry))).toMatchObject({
      status: 409,
      kind: 'rating_state',
    })
    expect(refusal(await change(people.driver, id, 'carrier', angry))).toMatchObject({
      status: 409,
      kind: 'rating_state',
    })
  })

  it('of several at once one is taken', async () => {
    const id = await zone.addWaybill()
    await give(people.shipper, id, good)
    const all = await Promise.all(
      [1, 2, 3, 4].map((stars) => change(people.shipper, id, 'shipper', { ...good, stars, rev: 1 })),
    )
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
  })
})

describe('sums', () => {
  const rateBoth = async (stars: number, back = 4) => {
    const id = await zone.addWaybill()
    await give(people.shipper, id, { stars })
    await give(people.carrier, id, { stars: back })
    return id
  }

  it('are too few below three, then the mean; of carrier, driver and shipper', async () => {
    await rateBoth(5)
    await rateBoth(4)
    expect(await sums(people.shipper, 'carrier', zone.carrierId)).toEqual({
      id: zone.carrierId,
      ratings: 2,
      meanCenti: null,
    })
    await rateBoth(5)
    expect(await sums(people.shipper, 'carrier', zone.carrierId)).toEqual({
      id: zone.carrierId,
      ratings: 3,
      meanCenti: 467,
    })
    const driverId = await zone.driverId()
    expect(await sums(people.audit, 'driver', driverId)).toEqual({ id: driverId, ratings: 3, meanCenti: 467 })
    expect(await sums(people.driver, 'shipper', zone.shipperId)).toMatchObject({ ratings: 3, meanCenti: 400 })
  })

  it('do not give away what is hidden, follow changes, and forget after twelve months', async () => {
    await Promise.all([rateBoth(5), rateBoth(5), rateBoth(5)])
    const id = await zone.addWaybill()
    await give(people.shipper, id, { stars: 1 })
    await change(people.shipper, id, 'shipper', { stars: 2, rev: 1 })
    expect(await sums(people.carrier, 'carrier', zone.carrierId)).toMatchObject({ ratings: 3, meanCenti: 500 })
    clock.wait(15 * dayMs)
    expect(await sums(people.carrier, 'carrier', zone.carrierId)).toMatchObject({ ratings: 4, meanCenti: 425 })
    // Given later by the other side it does not count twice.
    await give(people.driver, id, waited)
    expect(await sums(people.carrier, 'carrier', zone.carrierId)).toMatchObject({ ratings: 4, meanCenti: 425 })
    clock.wait(349 * dayMs)
    expect(await sums(people.carrier, 'carrier', zone.carrierId)).toMatchObject({ ratings: 4 })
    clock.wait(dayMs)
    expect(await sums(people.carrier, 'carrier', zone.carrierId)).toMatchObject({ ratings: 1, meanCenti: null })
  })

  it('are what the ratings say, whatever was done to them', async () => {
    const { db } = server.database
    const rows = await db.selectFrom('freight_rating').select(['side', 'carrier_id', 'counts_on', 'stars']).execute()
    const kept = await db
      .selectFrom('freight_rating_sum')
      .select(['subject_id', 'day', 'ratings', 'stars'])
      .where('subject', '=', 'carrier')
      .where('ratings', '>', 0)
      .execute()
    const want = new Map<string, [number, number]>()
    for (const { side, carrier_id: id, counts_on: day, stars } of rows) {
      if (side !== 'shipper') continue
      const [n, sum] = want.get(`${id} ${day}`) ?? [0, 0]
      want.set(`${id} ${day}`, [n + 1, sum + stars])
    }
    const found = new Map(kept.map(({ subject_id: id, day, ratings: n, stars }) => [`${id} ${day}`, [n, stars]]))
    expect(rows.length).toBeGreaterThan(20)
    expect(found).toEqual(want)
  })

  it('are read by who chooses, and of a driver by who reaches the driver', async () => {
    await Promise.all([rateBoth(5), rateBoth(5), rateBoth(5)])
    const driverId = await zone.driverId()
    expect(await sums(people.carrier, 'carrier', zone.carrierId)).not.toBeNull()
    expect(await sums(people.rival, 'carrier', zone.carrierId)).toBeNull()
    expect(await sums(people.rival, 'shipper', zone.shipperId)).not.toBeNull()
    expect(await sums(people.stranger, 'shipper', zone.shipperId)).toBeNull()
    expect(await sums(people.shipper, 'driver', driverId)).toBeNull()
    expect(await sums(people.rival, 'driver', driverId)).toBeNull()
  })
})
