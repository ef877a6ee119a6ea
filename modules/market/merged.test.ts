import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantReach } from '@tingzhou/access'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { dealZone, tonne } from './deal/testing.ts'

const hourMs = 3_600_000
let now = Date.UTC(2026, 10, 23, 2)
let server: TestServer
let zone: Awaited<ReturnType<typeof dealZone>>
let areaId: string

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await dealZone(server, () => epochMs(now))
  areaId = (
    await zone.created(server.machine, '/areas', { code: 'M', name: '合成片区', partyBranch: '', synthetic: true })
  ).id
}, 120_000)
afterAll(() => server.close())

/** An enterprise of the register and one of its people. */
async function entry(name: string): Promise<{ readonly id: string; readonly person: Client }> {
  const { id } = await zone.created(server.machine, '/enterprises', { name, areaId, synthetic: true })
  return { id, person: await zone.of(id, name) }
}

async function merge(from: string, into: string): Promise<string> {
  const revOf = async (id: string) => (await zone.read(server.machine, `/enterprises/${id}`)).rev
  const body = { into, rev: await revOf(from), intoRev: await revOf(into), why: '重复登记' }
  return (await zone.created(server.machine, `/enterprises/${from}/merges`, body)).id
}
const undo = async (id: string) =>
  expect((await zone.post(server.machine, `/merges/${id}/undo`, { why: '不是同一家' })).status).toBe(200)

/** All that a merge may touch, whole rows but for what says that they were touched. */
async function standing(): Promise<unknown> {
  const { rows } = await sql<{ all: unknown }>`select jsonb_build_object(
    'deals', (select jsonb_agg(to_jsonb(d) - 'rev' - 'updated_at' order by id) from market_deal d),
    'postings', (select jsonb_agg(to_jsonb(p) - 'rev' - 'updated_at' order by id) from market_posting p),
    'rfqs', (select jsonb_agg(to_jsonb(r) - 'rev' - 'updated_at' order by id) from market_rfq r),
    'asks', (select jsonb_agg(to_jsonb(k) - 'rev' order by rfq_id, firm_id) from market_rfq_ask k),
    'answers', (select jsonb_agg(to_jsonb(a) order by rfq_id, firm_id, line) from market_rfq_answer a),
    'reach', (select jsonb_agg(to_jsonb(r) order by object_id, party_id, relation) from reach r
      where object_kind in ('market_deal', 'market_posting', 'market_rfq'))) as all`.execute(zone.db)
  return rows[0]?.all
}

const ask = async (asker: { readonly id: string; readonly person: Client }, firmIds: readonly string[]) =>
  (
    await zone.created(asker.person, '/market-rfqs', {
      askerId: asker.id,
      title: '面粉',
      lines: [{ productCode: 'P1702', quantity: '10 吨' }],
      closesAt: now + 24 * hourMs,
      isSealed: false,
      firmIds,
    })
  ).id as string
const say = async (firm: { readonly id: string; readonly person: Client }, rfqId: string, yuan: number) => {
  const { mine } = await zone.read(firm.person, `/market-rfqs/${rfqId}`)
  const { rev } = mine.find(({ firm: { id } }: { firm: { id: string } }) => id === firm.id)
  const lines = [{ line: 1, priceMilliFen: yuan * 100_000, quantity: 10 * tonne, leadDays: 3 }]
  const answer = await zone.post(firm.person, `/market-rfqs/${rfqId}/answers`, { firmId: firm.id, rev, lines })
  expect(answer.status).toBe(200)
}
const asksOf = async (rfqId: string) =>
  (
    await zone.db
      .selectFrom('market_rfq_ask as k')
      .leftJoin('market_rfq_answer as a', (join) =>
        join.onRef('a.rfq_id', '=', 'k.rfq_id').onRef('a.firm_id', '=', 'k.firm_id'),
      )
      .select(['k.firm_id', 'a.price_milli_fen'])
      .where('k.rfq_id', '=', rfqId)
      .orderBy('k.firm_id')
      .execute()
  ).map(({ firm_id, price_milli_fen }) => [firm_id, price_milli_fen === null ? null : price_milli_fen / 100_000])

describe('a merge of two firms of the market', () => {
  it('takes deals along on both sides, and its undo puts them back exactly', async () => {
    const [from, into, third] = [await entry('合成重复厂'), await entry('合成保留厂'), await entry('合成第三厂')]
    const need = await zone.posting({ kind: 'need', firmId: from.id })
    const offer = await zone.posting({ kind: 'offer', firmId: from.id })
    const [theirOffer, theirNeed] = [
      await zone.posting({ kind: 'offer', firmId: third.id }),
      await zone.posting({ kind: 'need', firmId: third.id }),
    ]
    const keptOffer = await zone.posting({ kind: 'offer', firmId: into.id })
    const bought = await zone.proposed(from.person, need, theirOffer, 10)
    const sold = await zone.proposed(third.person, theirNeed, offer, 20)
    const between = await zone.proposed(from.person, need, keptOffer, 5)
    const before = await standing()

    const id = await merge(from.id, into.id)
    const keeper = await zone.of(into.id, '保留厂的人')

    expect((await zone.deal(bought, keeper)).buyer.id).toBe(into.id)
    expect((await zone.deal(sold, keeper)).seller.id).toBe(into.id)
    // A firm does not agree with itself.
    expect((await zone.answer(keeper, between, 'seller')).body.errors).toMatchObject([{ rule: 'another_firm' }])

    await undo(id)
    expect(await standing()).toEqual(before)
    expect((await zone.deal(bought, from.person)).buyer.id).toBe(from.id)
    expect((await zone.deal(bought, keeper)).status).toBe(404)
  })

  it('is undone with what was agreed since on a posting that goes back', async () => {
    const [from, into, third] = [await entry('合成重复二厂'), await entry('合成保留二厂'), await entry('合成第四厂')]
    const need = await zone.posting({ kind: 'need', firmId: from.id })
    const offer = await zone.posting({ kind: 'offer', firmId: third.id })
    const id = await merge(from.id, into.id)
    const keeper = await zone.of(into.id, '保留二厂的人')
    const deal = await zone.proposed(keeper, need, offer, 10)
    expect((await zone.answer(third.person, deal, 'seller')).status).toBe(200)

    await undo(id)

    expect(await zone.deal(deal, from.person)).toMatchObject({
      state: 'agreed',
      buyer: { id: from.id },
      mine: ['buyer'],
    })
    expect((await zone.deal(deal, keeper)).status).toBe(404)
    expect(await zone.stand(need)).toMatchObject({ reserved: 10 * tonne })
    const { rev } = await zone.deal(deal)
    const cancelled = await zone.post(from.person, `/market-deals/${deal}/cancellation`, { rev, why: '不要了' })
    expect([cancelled.status, (await zone.stand(need)).reserved]).toEqual([200, 0])
  })

  it('takes along what it asks and was asked: one answer a firm, none to itself', async () => {
    const [from, into, third] = [await entry('合成重复三厂'), await entry('合成保留三厂'), await entry('合成第五厂')]
    const own = await ask(from, [third.id, into.id])
    await say(into, own, 4_100)
    const alone = await ask(third, [from.id])
    await say(from, alone, 4_000)
    const fromSaid = await ask(third, [from.id, into.id])
    await say(from, fromSaid, 4_200)
    const bothSaid = await ask(third, [from.id, into.id])
    await say(from, bothSaid, 4_300)
    await say(into, bothSaid, 4_400)
    const over = await ask(third, [from.id, into.id])
    await zone.post(third.person, `/market-rfqs/${over}/cancellation`, { rev: 1, why: '不要了' })
    const before = await standing()

    const id = await merge(from.id, into.id)
    const keeper = { id: into.id, person: await zone.of(into.id, '保留三厂的人') }

    expect((await zone.read(keeper.person, `/market-rfqs/${own}`)).asker.id).toBe(into.id)
    expect(await asksOf(own)).toEqual([[third.id, null]])
    expect(await asksOf(alone)).toEqual([[into.id, 4_000]])
    expect(await asksOf(fromSaid)).toEqual([[into.id, 4_200]])
    expect(await asksOf(bothSaid)).toEqual([[into.id, 4_400]])
    expect((await asksOf(over)).length).toBe(2)

    await undo(id)
    expect(await standing()).toEqual(before)

    const again = await merge(from.id, into.id)
    await say(keeper, alone, 3_900)
    await undo(again)
    expect(await asksOf(alone)).toEqual([[from.id, 3_900]])
    expect(await asksOf(bothSaid)).toEqual(
      [
        [from.id, 4_300],
        [into.id, 4_400],
      ].toSorted(),
    )
  })

  it('undone leaves no sight of a posting that only a deal of the meantime gave, and what it had before', async () => {
    const [from, into, third] = [await entry('合成重复六厂'), await entry('合成保留六厂'), await entry('合成第六厂')]
    const need = await zone.posting({ kind: 'need', firmId: from.id })
    const [asked, since] = [
      await zone.posting({ kind: 'offer', firmId: third.id }),
      await zone.posting({ kind: 'offer', firmId: third.id }),
    ]
    await zone.db
      .updateTable('market_posting')
      .set({ visibility: 'invited' })
      .where('id', 'in', [asked, since])
      .execute()
    const invited = { objectKind: 'market_posting', objectId: asked, partyId: into.id, relation: 'enterprise' } as const
    await grantReach(zone.db, zone.zoneId, [invited])
    await zone.proposed(zone.people.officer, need, asked, 5)
    const sees = async (id: string) => (await into.person.get(`/api/v1/market-postings/${id}`)).status
    const merged = await merge(from.id, into.id)
    await zone.proposed(zone.people.officer, need, since, 5)
    expect([await sees(asked), await sees(since)]).toEqual([200, 200])

    await undo(merged)

    expect([await sees(asked), await sees(since)]).toEqual([200, 404])
    expect((await from.person.get(`/api/v1/market-postings/${since}`)).status).toBe(200)
  })

  it('is undone also where it kept words aside that the table no longer takes', async () => {
    const [from, into, third] = [await entry('合成重复七厂'), await entry('合成保留七厂'), await entry('合成第七厂')]
    const rfq = await ask(third, [from.id, into.id])
    const id = await merge(from.id, into.id)
    await sql`update enterprise_merge set moved = jsonb_set(moved, '{hooks,market.rfqs,aside,asks,0,known_by}',
      '["offer", "position", "link", "named"]') where id = ${id}`.execute(zone.db)

    await undo(id)

    const { known_by: known } = await zone.db
      .selectFrom('market_rfq_ask')
      .select('known_by')
      .where('rfq_id', '=', rfq)
      .where('firm_id', '=', from.id)
      .executeTakeFirstOrThrow()
    expect(known).toEqual(['offer', 'chains', 'named'])
  })
})
