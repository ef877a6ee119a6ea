import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { grantReach } from '@tingzhou/access'
import { at } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { marketZone, rebarNeed, type MarketZone } from './testing.ts'

// Ten in the morning in Beijing, 2 March 2026.
const start = Date.UTC(2026, 2, 2, 2)
const hourMs = 3_600_000
let now = start
let server: TestServer
let zone: MarketZone

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await marketZone(server, start)
}, 120_000)
afterAll(() => server.close())
// Each test has a market of its own.
beforeEach(async () => {
  now += hourMs
  await zone.db
    .updateTable('market_posting')
    .set((eb) => ({ state: 'closed', rev: eb('rev', '+', 1), updated_at: at(epochMs(now)) }))
    .where('state', 'in', ['open', 'matched'])
    .execute()
})

type Found = {
  score: number
  posting: { id: string; firm: { name: string } }
  explanation: {
    isSure: { need: boolean }
    specs: { verdict: string }[]
    cost: Record<string, unknown>
    quantity: object
    parts: { part: string; points: number }[]
    cap: object | null
  }
  next: { id: string; number: string; firmName: string; lacks: { part: string }[] }[]
}
const matches = async (client: Client, id: string, query = '') => {
  const { status, body } = await zone.read(client, `/market-postings/${id}/matches${query}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body as { asked: object; isOwn: boolean; candidates: Found[] }
}
const idsOf = async (client: Client, id: string) =>
  (await matches(client, id)).candidates.map(({ posting }) => posting.id)
const need = (over: object = {}) => zone.posted(zone.buyer, { ...rebarNeed, firmId: zone.buyerId, ...over })

/** What another server does: rows, a revision, a time; this server hears nothing of it. */
const elsewhere = (id: string, columns: object, ms = now) =>
  zone.db
    .updateTable('market_posting')
    .set((eb) => ({ ...columns, rev: eb('rev', '+', 1), updated_at: at(epochMs(ms)) }))
    .where('id', '=', id)
    .execute()

describe('the offers for a need', () => {
  it('come best first, with what decided and what the next lack', async () => {
    const near = { lonDeg: 87.9, latDeg: 44.1 }
    const good = await zone.offer(zone.steel, zone.steelId, { ...near, leadDays: 3 })
    const thin = await zone.offer(zone.mill, zone.millId, {
      text: '螺纹钢 HRB400E 12mm 300 吨',
      spec: ['HRB400E', '12mm'],
      quantity: '300 吨',
      price: '3250元/吨',
      lonDeg: 87.9,
      latDeg: 45,
    })
    await zone.offer(zone.other, zone.otherId, {
      text: '供应挂面 20 吨',
      productCode: 'P1702',
      spec: [],
      quantity: '20 吨',
      price: '',
    })
    const { id } = await need({ ...near, neededBy: '2026-03-31' })

    const found = await matches(zone.buyer, id)

    expect(found.isOwn).toBe(true)
    const [first, second] = found.candidates
    expect([first?.posting.id, second?.posting.id]).toEqual([good.id, thin.id])
    expect(first?.score).toBeGreaterThan(85)
    expect(first?.explanation).toMatchObject({
      path: { wanted: 'P0602', offered: 'P0602', nearness: 'same' },
      quantity: { needed: 200_000_000, free: 500_000_000, isComparable: true },
      leadDays: { offered: 3, allowed: 29 },
      cap: null,
      // 30 yuan a tonne for loading, nothing for the way.
      cost: {
        unitPrice: { milliFen: 330_000_000, per: 't' },
        freight: { km: 0, milliFenPerTonne: 3_000_000 },
        deliveredMilliFen: 333_000_000,
        // The thin one is delivered for less, and does not fit.
        bestMilliFen: 333_000_000,
      },
    })
    expect(second?.explanation.cap).toMatchObject({ points: 59, rule: 'spec_conflict' })
    // 100 km of a straight line bent by a quarter, by 0.35 yuan.
    expect(second?.explanation.cost).toMatchObject({
      freight: { km: 125, rate: '3000 35 125' },
      deliveredMilliFen: 332_375_000,
    })
    expect(first?.next[0]).toMatchObject({ id: thin.id, number: expect.stringMatching(/^GX/), firmName: '合成轧钢厂' })
    expect(first?.next[0]?.lacks.map(({ part }) => part)).toContain('spec')
    expect(first?.explanation.parts.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(first?.score ?? 0, 1)
  })

  it('are asked for before anything is posted', async () => {
    const good = await zone.offer(zone.steel, zone.steelId)
    const body = { ...rebarNeed, firmId: zone.buyerId }
    const asked = await zone.post(zone.buyer, '/market-matches', body)

    expect(asked.body.asked).toEqual({ id: null, kind: 'need' })
    expect(asked.body.candidates.map(({ posting }: Found) => posting.id)).toEqual([good.id])
    // Not confirmed yet: as its words say.
    const words = { kind: 'need', text: rebarNeed.text }
    const unread = await zone.post(zone.buyer, '/market-matches', words)
    expect(unread.body.candidates[0]).toMatchObject({
      posting: { id: good.id },
      explanation: { path: { nearness: 'same' } },
    })
    expect((await zone.post(zone.guide, '/market-matches', rebarNeed)).body.candidates).toEqual([])
    expect((await zone.post(zone.buyer, '/market-matches', { ...body, firmId: zone.steelId })).status).toBe(403)
    expect((await zone.post(zone.buyer, '/market-matches', { ...body, quantity: '200 方' })).body.errors[0].field).toBe(
      'quantity',
    )
  })

  it('are none of the own firm, and of the same subject only', async () => {
    await zone.offer(zone.officer, zone.buyerId)
    await zone.posted(zone.steel, {
      kind: 'offer',
      subject: 'talent',
      firmId: zone.steelId,
      text: '可派焊工 3 名',
      quantity: '3 名',
    })
    const { id } = await need()
    const talent = await need({
      subject: 'talent',
      text: '招聘焊工 5 名',
      productCode: null,
      spec: [],
      quantity: '5 名',
    })

    expect(await idsOf(zone.buyer, id)).toEqual([])
    const [welders] = (await matches(zone.buyer, talent.id)).candidates
    expect(welders?.explanation.cap).toMatchObject({ rule: 'text_only' })
  })

  it('are held against somebody else’s need for the own firm alone', async () => {
    const own = await zone.offer(zone.steel, zone.steelId)
    await zone.offer(zone.mill, zone.millId)
    const { id } = await need()

    const found = await matches(zone.steel, id)
    expect(found.isOwn).toBe(false)
    expect(found.candidates.map(({ posting }) => posting.id)).toEqual([own.id])
    expect(found.candidates[0]?.next).toEqual([])
    expect(await idsOf(zone.other, id)).toEqual([])
    expect(await idsOf(zone.officer, id)).toHaveLength(2)
    expect((await zone.read(zone.guide, `/market-postings/${id}/matches`)).status).toBe(404)
  })
})

describe('what is for those asked only', () => {
  it('is matched for them alone, and its price decides nothing for others', async () => {
    const near = { lonDeg: 87.9, latDeg: 44.1 }
    const secret = await zone.offer(zone.steel, zone.steelId, {
      ...near,
      price: '1000元/吨',
      visibility: 'invited',
      invitedIds: [zone.buyerId],
    })
    await zone.offer(zone.mill, zone.millId, near)
    const mine = await need()
    const others = await zone.posted(zone.other, { ...rebarNeed, ...near, firmId: zone.otherId })

    expect(await idsOf(zone.buyer, mine.id)).toHaveLength(2)
    // The officer reads it, but it is not for that firm.
    const found = await matches(zone.officer, others.id)
    expect(found.candidates.map(({ posting }) => posting.firm.name)).toEqual(['合成轧钢厂'])
    expect(found.candidates[0]?.explanation.cost).toMatchObject({ bestMilliFen: 333_000_000 })
    expect((await zone.read(zone.buyer, `/market-postings/${secret.id}`)).status).toBe(200)
    expect((await zone.read(zone.other, `/market-postings/${secret.id}`)).status).toBe(404)
  })

  it('tells nobody else its price by a deal with another', async () => {
    const near = { lonDeg: 87.9, latDeg: 44.1 }
    const shown = await zone.offer(zone.mill, zone.millId, near)
    const bestOf = async () => {
      const mine = await need(near)
      const wish = { needId: mine.id, offerId: shown.id, quantity: 10_000_000, priceMilliFen: null, pricePer: null }
      const { body } = await zone.post(zone.buyer, '/market-deals', wish)
      return (await zone.read(zone.mill, `/market-deals/${body.id}`)).body.explanation.cost.bestMilliFen
    }
    const before = await bestOf()
    expect(before).toBeGreaterThan(200_000_000)
    const secret = { ...near, price: '1000元/吨', visibility: 'invited', invitedIds: [zone.buyerId] }
    await zone.offer(zone.steel, zone.steelId, secret)

    const { id } = await need(near)
    expect((await matches(zone.buyer, id)).candidates[0]?.explanation.cost.bestMilliFen).toBeLessThan(200_000_000)
    expect(await bestOf()).toBe(before)
  })

  it('as a need is held against the offers of those asked', async () => {
    const asked = await zone.offer(zone.steel, zone.steelId)
    await zone.offer(zone.mill, zone.millId)
    const { id } = await need({ visibility: 'invited', invitedIds: [zone.steelId, zone.otherId] })

    expect(await idsOf(zone.buyer, id)).toEqual([asked.id])
    expect(await idsOf(zone.steel, asked.id)).toEqual([id])
    expect((await zone.read(zone.mill, `/market-postings/${id}`)).status).toBe(404)
    // Who else was asked is nobody's business but of whoever asked.
    expect((await zone.read(zone.buyer, `/market-postings/${id}`)).body.invited).toHaveLength(2)
    expect((await zone.read(zone.steel, `/market-postings/${id}`)).body.invited).toEqual([])
  })
})

describe('the index of a server', () => {
  it('knows what another server did, without any event', async () => {
    const offer = await zone.offer(zone.steel, zone.steelId)
    const { id } = await need()
    const free = async () => (await matches(zone.buyer, id)).candidates.map(({ explanation }) => explanation.quantity)
    expect(await free()).toMatchObject([{ free: 500_000_000 }])

    await elsewhere(offer.id, { reserved: 400_000_000, state: 'matched' })
    expect(await free()).toMatchObject([{ free: 100_000_000 }])
    // Its clock is a minute behind.
    await elsewhere(offer.id, { reserved: 500_000_000 }, now - 60_000)
    expect(await free()).toEqual([])
    await elsewhere(offer.id, { reserved: 0, state: 'open' })
    expect(await free()).toHaveLength(1)
    await elsewhere(offer.id, { state: 'closed' })
    expect(await free()).toEqual([])
  })

  it('takes in what another server posted', async () => {
    const { id } = await need()
    expect(await idsOf(zone.buyer, id)).toEqual([])
    const row = await zone.db.selectFrom('market_posting').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const other = randomUUID()
    await zone.db
      .insertInto('market_posting')
      .values({
        ...row,
        id: other,
        number: `GX-${other}`,
        kind: 'offer',
        firm_id: zone.steelId,
        text: '供应螺纹钢',
        resolution: JSON.stringify(row.resolution),
        confirmed_at: at(epochMs(now)),
        opened_at: at(epochMs(now)),
        created_at: at(epochMs(now)),
        updated_at: at(epochMs(now)),
      })
      .execute()
    await grantReach(zone.db, zone.zoneId, [
      { objectKind: 'market_posting', objectId: other, partyId: zone.steelId, relation: 'enterprise' },
    ])

    expect(await idsOf(zone.buyer, id)).toEqual([other])
  })

  it('reads by a new name once somebody gave it to a product', async () => {
    const offer = await zone.offer(zone.steel, zone.steelId)
    const ask = async () => {
      const words = { kind: 'need', text: '求购建工罗纹条 20 吨' }
      const { candidates } = (await zone.post(zone.buyer, '/market-matches', words)).body
      return candidates.filter(({ explanation }: Found) => explanation.isSure.need)
    }
    expect(await ask()).toEqual([])

    const alias = { product_code: 'P0602', lang: 'zh', alias: '建工罗纹条', basis: 'zone', state: 'open' } as const
    const when = at(epochMs(now))
    await zone.db
      .insertInto('chain_alias')
      .values({
        zone_id: zone.zoneId,
        id: randomUUID(),
        ...alias,
        created_at: when,
        created_by: '',
        updated_at: when,
        updated_by: '',
      })
      .execute()
    await zone.db.updateTable('chain_catalogue').set({ version: 2, stamp: randomUUID() }).execute()

    // The old index serves until the new one is built.
    await vi.waitFor(async () => expect(await ask()).toMatchObject([{ posting: { id: offer.id } }]), {
      timeout: 10_000,
    })
  })

  it('forgets at midnight what is over, before any timer ran', async () => {
    const offer = await zone.offer(zone.steel, zone.steelId, { validTo: '2026-03-02' })
    const { id } = await need()
    expect(await idsOf(zone.buyer, id)).toEqual([offer.id])

    now += 24 * hourMs
    expect(await idsOf(zone.buyer, id)).toEqual([])
  })

  it('answers many at once', async () => {
    const offer = await zone.offer(zone.steel, zone.steelId)
    const { id } = await need()
    const found = await Promise.all(Array.from({ length: 8 }, () => idsOf(zone.buyer, id)))

    expect(found).toEqual(Array.from({ length: 8 }, () => [offer.id]))
  })
})

describe('what the zone matches with', () => {
  it('is set by officers, sums to a hundred, and counts at the next question', async () => {
    await zone.offer(zone.steel, zone.steelId)
    const { id } = await need()
    const path = '/api/v1/market-match-settings'
    const { numbers, rev } = (await zone.read(zone.officer, '/market-match-settings')).body
    const set = (client: Client, over: object) =>
      client.put(path, { commandId: randomUUID(), rev, numbers: { ...numbers, ...over }, why: '试行' })
    const before = (await matches(zone.buyer, id)).candidates[0]?.score ?? 0

    expect((await set(zone.buyer, {})).status).toBe(403)
    expect((await set(zone.officer, { product: 50 })).body.errors[0]).toMatchObject({ rule: 'sum_is 100' })
    expect((await set(zone.officer, { rateFen: -1 })).status).toBe(422)
    expect((await set(zone.officer, { product: 50, spec: 10 })).status).toBe(200)
    expect((await set(zone.officer, { product: 50, spec: 10 })).status).toBe(409)
    const parts = (await matches(zone.buyer, id)).candidates[0]?.explanation.parts
    expect(parts?.[0]).toEqual({ part: 'product', points: 50, of: 50 })
    expect(before).toBeGreaterThan(0)
  })
})
