import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type TestServer } from '@tingzhou/server/testing'
import { goodsOf, windowOf } from './load.ts'
import { hasCome, isUnderway } from './load-stand.ts'
import { dealZone, tonne } from './testing.ts'

// Ten in the morning in Beijing.
const now = Date.UTC(2026, 10, 23, 2)
let server: TestServer
let zone: Awaited<ReturnType<typeof dealZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await dealZone(server, () => epochMs(now))
}, 120_000)
afterAll(() => server.close())

const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind, ...body.errors?.[0] })

/** An agreed deal of 40 t of flour. */
async function agreed(over: object = {}): Promise<string> {
  const { millId, bakeryId } = zone.firms
  const offer = await zone.posting({ kind: 'offer', firmId: millId, leadDays: 2, ...over })
  const need = await zone.posting({ kind: 'need', firmId: bakeryId, neededBy: '2026-12-10' })
  const id = await zone.proposed(zone.people.bakery, need, offer, 40)
  await zone.answer(zone.people.mill, id, 'seller')
  return id
}

describe('a deal’s load', () => {
  it('is drafted by the seller’s people with places of both postings, and is the same when asked again', async () => {
    const { mill, officer, noodle } = zone.people
    const id = await agreed()

    const draft = await zone.read(mill, `/market-deals/${id}/load`)
    expect(draft).toMatchObject({ shipper: 'seller', measure: 'ton', quantity: 40_000, from: { id: null } })
    expect(draft.km).toBeGreaterThan(45)
    const perCubicMetre = await zone.db
      .selectFrom('freight_terms')
      .select('id')
      .where(sql<boolean>`rules #>> '{carrier,basis,unit}' = 'm3'`)
      .execute()
    const ids = draft.terms.map((terms: { id: string }) => terms.id)
    expect(perCubicMetre.map((terms) => ids.indexOf(terms.id)).every((place) => place > 0)).toBe(true)
    expect(perCubicMetre.length).toBeGreaterThan(0)
    expect((await zone.post(officer, `/market-deals/${id}/load`)).status).toBe(403)
    expect((await zone.post(noodle, `/market-deals/${id}/load`)).status).toBe(404)
    expect(refusal(await zone.post(mill, `/market-deals/${id}/load`))).toMatchObject({
      field: 'divisionCode',
      rule: 'division_needed',
    })

    const first = await zone.post(mill, `/market-deals/${id}/load`, { divisionCode: '652301' })
    expect(first.status).toBe(200)
    const again = await zone.post(mill, `/market-deals/${id}/load`, { divisionCode: '652301' })
    expect(again.body).toEqual(first.body)

    const load = await zone.read(mill, `/freight-loads/${first.body.id}`)
    expect(load).toMatchObject({
      state: 'draft',
      goods: '小麦粉',
      quantity: 40_000,
      measure: 'ton',
      remark: (await zone.deal(id)).number,
    })
    expect(load.consignee).toBe('合成面包厂')
    expect(await zone.deal(id)).toMatchObject({ loadId: first.body.id, isCarried: true })
    // The next deal of the two uses the same places.
    const next = await zone.read(mill, `/market-deals/${await agreed()}/load`)
    expect(next.from.id).toBe(load.from.id)
  })

  it('holds the deal while it goes, and is drafted anew once it came to nothing', async () => {
    const { mill, bakery } = zone.people
    const id = await agreed()
    const carry = () => zone.post(mill, `/market-deals/${id}/load`, { divisionCode: '652301' })
    const cancel = async () =>
      zone.post(bakery, `/market-deals/${id}/cancellation`, { rev: (await zone.deal(id)).rev, why: '不要了' })
    const first = (await carry()).body

    expect(refusal(await cancel())).toMatchObject({ kind: 'posting_state', rule: `with_load ${first.number}` })
    expect((await zone.deal(id)).state).toBe('agreed')

    const end = async (load: string) => {
      const { rev } = await zone.read(mill, `/freight-loads/${load}`)
      const answer = await zone.post(mill, `/freight-loads/${load}/withdraw`, { rev, why: '改期' })
      expect(answer.status).toBe(200)
    }
    await end(first.id)
    expect(await zone.deal(id)).toMatchObject({ loadId: first.id, isCarried: false })
    const second = (await carry()).body
    expect(second.id).not.toBe(first.id)
    expect(await zone.deal(id)).toMatchObject({ loadId: second.id })
    await end(second.id)
    expect((await cancel()).status).toBe(200)
  })

  it('goes while it may be taken or a waybill is on its way', () => {
    expect(isUnderway({ state: 'published', waybills: 0 })).toBe(true)
    expect(isUnderway({ state: 'closed', waybills: 1 })).toBe(true)
    expect(isUnderway({ state: 'closed', waybills: 0 })).toBe(false)
    expect(isUnderway({ state: 'expired', waybills: 0 })).toBe(false)
  })

  it('is refused where nobody can tell what the goods weigh: freight is reckoned by the tonne', async () => {
    const { mill } = zone.people
    const id = await agreed()
    await zone.db
      .updateTable('market_deal')
      .set({ dimension: 'volume', product_code: null })
      .where('id', '=', id)
      .execute()

    expect(refusal(await zone.post(mill, `/market-deals/${id}/load`, { divisionCode: '652301' }))).toMatchObject({
      field: 'quantity',
      rule: 'mass_needed',
    })
  })

  it('says which posting has no point, and that the deal must be agreed', async () => {
    const { mill, bakery } = zone.people
    const { millId, bakeryId } = zone.firms
    const id = await agreed({ lon: null, lat: null })
    expect(refusal(await zone.post(mill, `/market-deals/${id}/load`))).toMatchObject({
      field: 'offerId',
      rule: 'point_needed',
    })

    const offer = await zone.posting({ kind: 'offer', firmId: millId })
    const need = await zone.posting({ kind: 'need', firmId: bakeryId })
    const proposed = await zone.proposed(bakery, need, offer, 40)
    expect(refusal(await zone.post(mill, `/market-deals/${proposed}/load`, { divisionCode: '652301' }))).toMatchObject({
      kind: 'posting_state',
    })
  })

  it('is named by the product with the specification that is asked for, by the words of the need where there is no product', () => {
    const products = new Map([['P0602', { zh: '螺纹钢' }]])
    const row = {
      product_code: 'P0602',
      need_spec: ['HRB400E', '25mm'],
      offer_spec: ['HRB400E'],
      need_text: '求购 25mm 三级抗震钢筋 200 吨，\n月底前',
    }

    expect(goodsOf(products, row)).toBe('螺纹钢 HRB400E 25mm')
    expect(goodsOf(products, { ...row, need_spec: [] })).toBe('螺纹钢 HRB400E')
    expect(goodsOf(products, { ...row, product_code: null })).toBe('求购 25mm 三级抗震钢筋 200 吨， 月底前')
  })

  it('is loaded once the supplier can, until the goods are needed', () => {
    const { loadFrom, loadUntil } = windowOf(epochMs(now), 2, '2026-12-10')

    expect([new Date(loadFrom).toISOString(), new Date(loadUntil).toISOString()]).toEqual([
      '2026-11-25T00:00:00.000Z',
      '2026-12-10T12:00:00.000Z',
    ])
    // Needed before it can be there: two days.
    expect(new Date(windowOf(epochMs(now), 30, '2026-12-10').loadUntil).toISOString()).toBe('2026-12-25T12:00:00.000Z')
  })

  it('has come when everything was signed for, and as much as was agreed', () => {
    const stand = { state: 'published', quantity: 40_000, taken: 40_000, waybills: 2, signed: 2 } as const

    expect(hasCome(stand)).toBe(true)
    expect(hasCome({ ...stand, signed: 1 })).toBe(false)
    expect(hasCome({ ...stand, waybills: 0, signed: 0 })).toBe(false)
    expect(hasCome({ ...stand, taken: 20_000 })).toBe(false)
    expect(hasCome({ ...stand, taken: 20_000, state: 'closed' })).toBe(true)
  })
})

describe('what a deal saves', () => {
  it('is reckoned from the buyer’s own purchases, for the buyer alone', async () => {
    const { bakery, mill, officer } = zone.people
    const id = await agreed()
    const assumed = await zone.read(bakery, `/market-deals/${id}/saving`)
    expect(assumed).toMatchObject({ basis: 'assumed', kg: 40_000, dearerFen: null, beforeFen: 3_760_000 })

    const when = at(epochMs(now))
    const by = { created_at: when, created_by: 'test', updated_at: when, updated_by: 'test' }
    const farId = newId()
    await zone.db
      .insertInto('chain_outside')
      .values({
        zone_id: server.deps.zoneId,
        id: farId,
        name: '合成区外面粉',
        country: 'CN',
        lon: null,
        lat: null,
        industry: null,
        ...by,
      })
      .execute()
    await zone.db
      .insertInto('chain_link')
      .values({
        zone_id: server.deps.zoneId,
        id: newId(),
        seller_id: farId,
        seller_outside: true,
        buyer_id: zone.firms.bakeryId,
        buyer_outside: false,
        product_code: 'P1702',
        year: 2025,
        volume: 400,
        price_fen: 390_000,
        distance_km: 1_000,
        mode: 'road',
        rate_fen: 40,
        is_contract: false,
        as_of: '2026-01-01',
        ...by,
      })
      .execute()

    const saving = await zone.read(bakery, `/market-deals/${id}/saving`)

    // 40 t × (30 + 0.40 × 1,000) yuan before; goods 4,000 instead of 3,900 yuan a tonne.
    expect(saving).toMatchObject({
      basis: 'links',
      year: 2025,
      beforeFen: 1_720_000,
      dearerFen: 400_000,
      before: [{ name: '合成区外面粉', share: 1, distanceKm: 1_000, rateFen: 40, priceFen: 390_000 }],
    })
    const after = Math.round(40 * (3_000 + 35 * saving.after.distanceKm))
    expect(saving).toMatchObject({ afterFen: after, savingFen: 1_720_000 - after, netFen: 1_320_000 - after })
    expect((await zone.read(mill, `/market-deals/${id}/saving`)).status).toBe(404)
    expect((await zone.read(officer, `/market-deals/${id}/saving`)).status).toBe(404)
  })
})

describe('a proposal', () => {
  it('costs what the product’s unit costs, whatever unit its need is shown in', async () => {
    const { officer } = zone.people
    const { millId, bakeryId } = zone.firms
    await zone.db.updateTable('market_posting').set({ state: 'withdrawn' }).execute()
    await zone.posting({ kind: 'offer', firmId: millId, quantity: 100 * tonne, price: 400_000_000 })
    const need = await zone.posting({ kind: 'need', firmId: bakeryId, quantity: 10 * tonne })
    // The product was counted in kilograms when it was posted.
    await zone.db.updateTable('market_posting').set({ unit: 'kg' }).where('id', '=', need).execute()
    const { candidates } = await zone.read(officer, `/market-postings/${need}/matches`)
    const { deliveredMilliFen } = candidates[0].explanation.cost
    expect(deliveredMilliFen).toBeGreaterThan(400_000_000)

    const { id } = await zone.created(officer, '/market-proposals', { productCode: 'P1702' })
    const { rows, best } = await zone.read(officer, `/market-proposals/${id}`)

    // Ten tonnes, in fen.
    const costFen = Math.round(deliveredMilliFen / 100)
    expect(rows).toMatchObject([{ quantity: 10 * tonne, costFen }])
    expect(best).toMatchObject({ costFen, unmet: 0 })
  })

  it('sends no pair that somebody has proposed since', async () => {
    const { officer, bakery } = zone.people
    const { millId, bakeryId } = zone.firms
    await zone.db.updateTable('market_posting').set({ state: 'withdrawn' }).execute()
    const offer = await zone.posting({ kind: 'offer', firmId: millId })
    const need = await zone.posting({ kind: 'need', firmId: bakeryId })
    const { id } = await zone.created(officer, '/market-proposals', { productCode: 'P1702' })
    const { number } = await zone.deal(await zone.proposed(bakery, need, offer, 10))

    const sent = await zone.post(officer, `/market-proposals/${id}/sending`, { rev: 1 })

    expect(sent.body).toMatchObject({ sent: 0, stale: 1 })
    const { rows } = await zone.read(officer, `/market-proposals/${id}`)
    expect(rows).toMatchObject([{ dealId: null, stale: { kind: 'taken', value: number, rule: 'proposed_once' } }])
  })

  it('is reckoned by an officer beside first come, and sent at once, stale pairs named', async () => {
    const { officer, mill, bakery } = zone.people
    const { millId, otherMillId, bakeryId, noodleId } = zone.firms
    await zone.db.updateTable('market_posting').set({ state: 'withdrawn' }).execute()
    const near = await zone.posting({ kind: 'offer', firmId: millId, quantity: 100 * tonne, price: 400_000_000 })
    const far = await zone.posting({
      kind: 'offer',
      firmId: otherMillId,
      quantity: 200 * tonne,
      price: 400_000_000,
      lon: 90,
    })
    await zone.posting({ kind: 'need', firmId: bakeryId, quantity: 100 * tonne })
    const second = await zone.posting({ kind: 'need', firmId: noodleId, quantity: 100 * tonne, lon: 86 })
    const third = await zone.posting({ kind: 'need', firmId: noodleId, quantity: 50 * tonne, lon: 89 })

    expect((await zone.post(mill, '/market-proposals', { productCode: 'P1702' })).status).toBe(403)
    const commandId = crypto.randomUUID()
    const made = await zone.created(officer, '/market-proposals', { productCode: 'P1702', commandId })
    const again = await zone.created(officer, '/market-proposals', { productCode: 'P1702', commandId })
    expect(again.id).toBe(made.id)

    const proposal = await zone.read(officer, `/market-proposals/${made.id}`)
    expect(proposal).toMatchObject({
      needs: 3,
      offers: 2,
      isOptimal: true,
      pairs: 3,
      best: { unmet: 0 },
      first: { unmet: 0 },
    })
    expect(proposal.savingFen).toBeGreaterThan(0)
    expect((await zone.read(bakery, `/market-proposals/${made.id}`)).status).toBe(404)

    await zone.db.updateTable('market_posting').set({ state: 'withdrawn' }).where('id', '=', second).execute()
    await zone.db.updateTable('market_posting').set({ product_code: 'P0602' }).where('id', '=', third).execute()
    const sent = await zone.post(officer, `/market-proposals/${made.id}/sending`, { rev: 1 })

    expect(sent.body).toMatchObject({ sent: 1, stale: 2 })
    const after = await zone.read(officer, `/market-proposals/${made.id}`)
    const staleOf = (needId: string) =>
      after.rows.find((row: { need: { id: string }; stale: unknown }) => row.need.id === needId && row.stale)?.stale
    expect(staleOf(second)).toMatchObject({ kind: 'posting_state' })
    expect(staleOf(third)).toMatchObject({ rule: 'same_product' })
    const { dealId } = after.rows.find((row: { dealId: string | null }) => row.dealId !== null)
    expect(await zone.deal(dealId)).toMatchObject({
      source: 'assignment',
      state: 'proposed',
      buyerSaid: null,
      sellerSaid: null,
    })
    expect([near, far]).toContain((await zone.deal(dealId)).offer.id)
    expect(refusal(await zone.post(officer, `/market-proposals/${made.id}/sending`, { rev: 2 }))).toMatchObject({
      rule: 'proposal_made',
    })
  })
})
