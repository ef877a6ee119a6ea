import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type TestServer } from '@tingzhou/server/testing'
import { lapseDeals } from './follow.ts'
import { dealZone, tonne } from './testing.ts'

const dayMs = 86_400_000
// Ten in the morning in Beijing.
let now = Date.UTC(2026, 10, 23, 2)
let server: TestServer
let zone: Awaited<ReturnType<typeof dealZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await dealZone(server, () => epochMs(now))
}, 120_000)
afterAll(() => server.close())

const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind, ...body.errors?.[0] })
const offerAndNeed = async (offered = 100, needed = 100) => {
  const { millId, bakeryId } = zone.firms
  const offer = await zone.posting({ kind: 'offer', firmId: millId, quantity: offered * tonne })
  const need = await zone.posting({ kind: 'need', firmId: bakeryId, quantity: needed * tonne })
  return { offer, need }
}

describe('a deal', () => {
  it('is proposed with the reasons of the moment, and reserves on both sides with the second yes', async () => {
    const { bakery, mill } = zone.people
    const { offer, need } = await offerAndNeed()

    const id = await zone.proposed(bakery, need, offer, 40)

    const first = await zone.deal(id, mill)
    expect(first).toMatchObject({
      state: 'proposed',
      buyerSaid: 'yes',
      sellerSaid: null,
      mine: ['seller'],
      quantity: 40 * tonne,
    })
    expect(first.number).toMatch(/^CJ261123\d{6}$/)
    expect(first.score).toBeGreaterThan(50)
    expect(first.explanation.parts.map(({ part }: { part: string }) => part)).toContain('cost')
    expect(await zone.stand(offer)).toMatchObject({ reserved: 0, state: 'open' })

    const second = await zone.answer(mill, id, 'seller')

    expect(second.status).toBe(200)
    expect(await zone.deal(id)).toMatchObject({ state: 'agreed', sellerSaid: 'yes' })
    expect(await zone.stand(offer)).toMatchObject({ reserved: 40 * tonne, state: 'matched' })
    expect(await zone.stand(need)).toMatchObject({ reserved: 40 * tonne, state: 'matched' })
    const bell = (await zone.read(bakery, '/notices')).rows.map(({ title }: { title: string }) => title)
    expect(bell.join()).toContain('双方已同意')
  })

  it('closes what is used up, and gives the quantity back when it is cancelled with why', async () => {
    const { bakery, mill, officer } = zone.people
    const { offer, need } = await offerAndNeed(30, 30)
    const id = await zone.proposed(mill, need, offer, 30)
    await zone.answer(bakery, id, 'buyer')
    expect([await zone.stand(offer), await zone.stand(need)].map(({ state }) => state)).toEqual(['closed', 'closed'])

    const { rev } = await zone.deal(id)
    expect(refusal(await zone.post(officer, `/market-deals/${id}/cancellation`, { rev, why: '改主意' }))).toMatchObject(
      {
        status: 403,
      },
    )
    expect((await zone.post(bakery, `/market-deals/${id}/cancellation`, { rev, why: '订单取消' })).status).toBe(200)

    expect(await zone.deal(id)).toMatchObject({ state: 'cancelled', why: '订单取消' })
    expect(await zone.stand(offer)).toMatchObject({ reserved: 0, state: 'open' })
    expect(await zone.stand(need)).toMatchObject({ reserved: 0, state: 'open' })
    const history = (await zone.read(mill, `/market-deals/${id}/history`)).rows
    expect(history.map(({ verb }: { verb: string }) => verb)).toEqual(['cancel', 'agree', 'propose'])
  })

  it('is agreed on what was proposed: a posting with a standing proposal keeps its product', async () => {
    const { bakery, mill, noodle, leader } = zone.people
    const { offer, need } = await offerAndNeed()
    const id = await zone.proposed(bakery, need, offer, 40)
    const change = async (product: object) => {
      const { rev } = await zone.read(mill, `/market-postings/${offer}`)
      const body = { commandId: crypto.randomUUID(), rev, why: '改', validTo: '2026-12-31', ...product }
      return mill.patch(`/api/v1/market-postings/${offer}`, body)
    }
    const steel = { text: '供应螺纹钢', productCode: 'P0602', quantity: '100 吨' }
    expect(refusal(await change(steel))).toMatchObject({ field: 'productCode', rule: 'proposed_already' })
    expect((await change({ text: '供应特一粉，袋装', productCode: 'P1702', quantity: '90 吨' })).status).toBe(200)

    // However a row came to be of something else: the yes is not to that.
    await zone.db.updateTable('market_posting').set({ product_code: 'P0602' }).where('id', '=', need).execute()
    expect(refusal(await zone.answer(mill, id, 'seller'))).toMatchObject({ rule: 'same_product' })
    expect((await zone.stand(offer)).reserved).toBe(0)
    await zone.db.updateTable('market_posting').set({ product_code: 'P1702' }).where('id', '=', need).execute()
    expect((await zone.answer(mill, id, 'seller')).status).toBe(200)

    // What was taken of an offer is for its firm and those who read the market.
    expect((await zone.read(noodle, `/market-postings/${offer}`)).id).toBe(offer)
    expect((await zone.read(noodle, `/market-postings/${offer}/history`)).status).toBe(403)
    expect((await zone.read(bakery, `/market-postings/${offer}/history`)).status).toBe(403)
    expect((await zone.read(mill, `/market-postings/${offer}/history`)).rows[0]).toMatchObject({ verb: 'reserve' })
    expect((await zone.read(leader, `/market-postings/${offer}/history`)).rows[0]).toMatchObject({ verb: 'reserve' })
  })

  it('gives the last tonnes to one buyer and tells the other what is left', async () => {
    const { millId, bakeryId, noodleId } = zone.firms
    const { bakery, noodle, mill } = zone.people
    const offer = await zone.posting({ kind: 'offer', firmId: millId, quantity: 60 * tonne })
    const [one, other] = [
      await zone.posting({ kind: 'need', firmId: bakeryId, quantity: 50 * tonne }),
      await zone.posting({ kind: 'need', firmId: noodleId, quantity: 50 * tonne }),
    ]
    const ids = [await zone.proposed(mill, one, offer, 50), await zone.proposed(mill, other, offer, 50)]

    const answers = await Promise.all([
      zone.answer(bakery, ids[0] ?? '', 'buyer'),
      zone.answer(noodle, ids[1] ?? '', 'buyer'),
    ])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const late = answers.find(({ status }) => status === 409)
    expect(late && refusal(late)).toMatchObject({ kind: 'not_enough', field: 'quantity', value: '50 t' })
    expect(late?.body.errors[0].message).toContain('还剩 10 t')
    expect(await zone.stand(offer)).toMatchObject({ reserved: 50 * tonne })
  })

  it('asks for the minimum, for what is left, for one product’s unit, and for two firms', async () => {
    const { millId, bakeryId } = zone.firms
    const { bakery, noodle } = zone.people
    const offer = await zone.posting({ kind: 'offer', firmId: millId, quantity: 100 * tonne, minQuantity: 20 * tonne })
    const need = await zone.posting({ kind: 'need', firmId: bakeryId, quantity: 80 * tonne })
    const own = await zone.posting({ kind: 'offer', firmId: bakeryId })
    const over = await zone.posting({ kind: 'offer', firmId: millId, validTo: '2026-11-22' })

    expect(refusal(await zone.propose(bakery, need, offer, 10))).toMatchObject({
      field: 'quantity',
      rule: 'minimum_of_offer 20 t',
    })
    expect(refusal(await zone.propose(bakery, need, offer, 90))).toMatchObject({
      kind: 'not_enough',
      rule: 'left_of_need 80 t',
    })
    expect(refusal(await zone.propose(bakery, need, own, 30))).toMatchObject({ rule: 'another_firm' })
    expect(refusal(await zone.propose(bakery, need, over, 30))).toMatchObject({ kind: 'posting_state' })
    expect(refusal(await zone.propose(bakery, offer, need, 30))).toMatchObject({ rule: 'a_need' })
    expect(refusal(await zone.propose(bakery, need, offer, 30, { pricePer: '台' }))).toMatchObject({
      rule: 'per_of_dimension',
    })
    expect(refusal(await zone.propose(bakery, need, offer, 30, { standsUntil: now - 1 }))).toMatchObject({
      rule: 'stands_from_now',
    })
    expect(refusal(await zone.propose(noodle, need, offer, 30))).toMatchObject({ status: 403 })
  })

  it('takes from one offer only where the need says so', async () => {
    const { millId, otherMillId, bakeryId } = zone.firms
    const { bakery, mill, otherMill } = zone.people
    const need = await zone.posting({ kind: 'need', firmId: bakeryId, quantity: 80 * tonne, isSingle: true })
    const [one, other] = [
      await zone.posting({ kind: 'offer', firmId: millId, quantity: 50 * tonne }),
      await zone.posting({ kind: 'offer', firmId: otherMillId, quantity: 50 * tonne }),
    ]
    const ids = [await zone.proposed(bakery, need, one, 50), await zone.proposed(bakery, need, other, 30)]

    expect((await zone.answer(mill, ids[0] ?? '', 'seller')).status).toBe(200)

    expect(refusal(await zone.answer(otherMill, ids[1] ?? '', 'seller'))).toMatchObject({ status: 409 })
    expect(await zone.stand(need)).toMatchObject({ state: 'closed', reserved: 50 * tonne })
  })

  it('is answered by the people of a side alone, once, and not on an older view', async () => {
    const { bakery, mill, noodle, officer } = zone.people
    const { offer, need } = await offerAndNeed()
    const id = await zone.proposed(officer, need, offer, 10)
    expect(await zone.deal(id)).toMatchObject({ buyerSaid: null, sellerSaid: null, mine: [] })

    expect((await zone.answer(officer, id, 'buyer')).status).toBe(403)
    expect((await zone.answer(mill, id, 'buyer')).status).toBe(403)
    expect(
      (await zone.post(noodle, `/market-deals/${id}/answers`, { rev: 1, side: 'buyer', said: 'yes' })).status,
    ).toBe(404)
    const commandId = crypto.randomUUID()
    const wish = { rev: 1, commandId }
    expect((await zone.answer(bakery, id, 'buyer', 'yes', wish)).status).toBe(200)
    expect((await zone.answer(bakery, id, 'buyer', 'yes', wish)).status).toBe(200)
    expect(refusal(await zone.answer(mill, id, 'seller', 'yes', { rev: 1 }))).toMatchObject({ kind: 'stale_revision' })
    expect((await zone.answer(mill, id, 'seller', 'no', { why: '没有货' })).status).toBe(200)

    expect(await zone.deal(id)).toMatchObject({ state: 'refused', why: '没有货' })
    expect(await zone.stand(offer)).toMatchObject({ reserved: 0 })
  })

  it('lapses when nobody answers in time, and cannot be agreed after', async () => {
    const { bakery, mill } = zone.people
    const { offer, need } = await offerAndNeed()
    const id = await zone.proposed(bakery, need, offer, 10)
    now += 4 * dayMs

    expect(refusal(await zone.answer(mill, id, 'seller'))).toMatchObject({ rule: 'still_stands' })
    await zone.db.transaction().execute((tx) => lapseDeals(tx, server.deps))

    expect(await zone.deal(id)).toMatchObject({ state: 'lapsed' })
    expect(await zone.proposed(bakery, need, offer, 10)).not.toBe(id)
  })

  it('stands once for a pair', async () => {
    const { bakery, mill } = zone.people
    const { offer, need } = await offerAndNeed()
    await zone.proposed(bakery, need, offer, 10)

    expect(refusal(await zone.propose(mill, need, offer, 20))).toMatchObject({ status: 409, kind: 'taken' })
  })

  it('is listed to its two firms and to officers, and counted alike', async () => {
    const { bakery, mill, noodle, leader } = zone.people
    const { offer, need } = await offerAndNeed()
    const id = await zone.proposed(bakery, need, offer, 10)
    const ids = async (client: typeof bakery, query = '') =>
      (await zone.read(client, `/market-deals?limit=200${query}`)).rows.map((row: { id: string }) => row.id)

    expect(await ids(bakery)).toContain(id)
    expect(await ids(leader)).toContain(id)
    expect(await ids(noodle)).not.toContain(id)
    expect(await ids(mill, '&waits=true')).toContain(id)
    expect(await ids(bakery, '&waits=true')).not.toContain(id)
    expect(await ids(bakery, `&postingId=${offer}`)).toEqual([id])
  })

  it('is delivered by the buyer’s word', async () => {
    const { bakery, mill } = zone.people
    const { offer, need } = await offerAndNeed()
    const id = await zone.proposed(bakery, need, offer, 10)
    await zone.answer(mill, id, 'seller')
    const { rev } = await zone.deal(id)

    expect((await zone.post(mill, `/market-deals/${id}/delivery`, { rev })).status).toBe(403)
    expect((await zone.post(bakery, `/market-deals/${id}/delivery`, { rev })).status).toBe(200)

    expect(await zone.deal(id)).toMatchObject({ state: 'delivered' })
    expect(await zone.stand(offer)).toMatchObject({ reserved: 10 * tonne })
  })
})
