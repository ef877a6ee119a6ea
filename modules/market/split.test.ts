import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { dealZone, tonne } from './deal/testing.ts'

const hourMs = 3_600_000
let now = Date.UTC(2026, 10, 23, 2)
let server: TestServer
let zone: Awaited<ReturnType<typeof dealZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await dealZone(server, () => epochMs(now))
}, 120_000)
afterAll(() => server.close())

/** An enterprise of the register and one of its people. */
async function entry(name: string): Promise<{ readonly id: string; readonly person: Client }> {
  const { id } = await zone.created(server.machine, '/enterprises', { name, synthetic: true })
  return { id, person: await zone.of(id, name) }
}

async function split(id: string, postings: readonly string[], client: Client = server.machine) {
  const { rev, name } = await zone.read(server.machine, `/enterprises/${id}`)
  const parts = postings.map((posting) => ({ module: 'market', id: posting }))
  const takes = { aliases: [], contactIds: [], figureIds: [], parts }
  return zone.post(client, `/enterprises/${id}/split`, { rev, name: `${name}拆出`, takes, why: '实为两家' })
}
const undo = async (id: string) =>
  expect((await zone.post(server.machine, `/enterprise-splits/${id}/undo`, { why: '仍是一家' })).status).toBe(200)
const merge = async (from: string, into: string): Promise<string> => {
  const revOf = async (id: string) => (await zone.read(server.machine, `/enterprises/${id}`)).rev
  const body = { into, rev: await revOf(from), intoRev: await revOf(into), why: '重复登记' }
  return (await zone.created(server.machine, `/enterprises/${from}/merges`, body)).id
}
const undoMerge = async (id: string) =>
  expect((await zone.post(server.machine, `/merges/${id}/undo`, { why: '不是同一家' })).status).toBe(200)
/** Who reaches a posting or a deal as its firm. */
const reachedBy = async (objectId: string): Promise<readonly string[]> => {
  const rows = await zone.db
    .selectFrom('reach')
    .select('party_id')
    .where('object_id', '=', objectId)
    .where('relation', '=', 'enterprise')
    .execute()
  return rows.map(({ party_id }) => party_id).toSorted()
}
const offered = async (
  id: string,
  client: Client = server.machine,
): Promise<readonly { id: string; label: string; detail: string }[]> => {
  const { groups } = await zone.read(client, `/enterprises/${id}/split-parts`)
  return groups.find(({ module }: { module: string }) => module === 'market').items
}

/** All that a split may touch, whole rows but for what says that they were touched. */
async function standing(): Promise<unknown> {
  const { rows } = await sql<{ all: unknown }>`select jsonb_build_object(
    'deals', (select jsonb_agg(to_jsonb(d) - 'rev' - 'updated_at' order by id) from market_deal d),
    'postings', (select jsonb_agg(to_jsonb(p) - 'rev' - 'updated_at' order by id) from market_posting p),
    'reach', (select jsonb_agg(to_jsonb(r) order by object_id, party_id, relation) from reach r
      where object_kind in ('market_deal', 'market_posting', 'market_rfq'))) as all`.execute(zone.db)
  return rows[0]?.all
}

describe('a split of a firm of the market', () => {
  it('hands postings over with their deals on both sides, and is undone exactly', async () => {
    const [of, third] = [await entry('合成两家厂'), await entry('合成对家厂')]
    const need = await zone.posting({ kind: 'need', firmId: of.id })
    const offer = await zone.posting({ kind: 'offer', firmId: of.id })
    const kept = await zone.posting({ kind: 'need', firmId: of.id })
    const theirOffer = await zone.posting({ kind: 'offer', firmId: third.id })
    const theirNeed = await zone.posting({ kind: 'need', firmId: third.id })
    const bought = await zone.proposed(of.person, need, theirOffer, 10)
    const sold = await zone.proposed(third.person, theirNeed, offer, 20)
    const stays = await zone.proposed(of.person, kept, theirOffer, 5)
    const before = await standing()
    expect((await offered(of.id)).map(({ id }) => id).toSorted()).toEqual([need, offer, kept].toSorted())
    expect((await offered(of.id)).find(({ id }) => id === need)).toMatchObject({
      label: expect.stringMatching(/^GX/),
      detail: '需求 · 开放 · 求购特一粉',
    })

    const answer = await split(of.id, [need, offer])
    expect(answer.status).toBe(201)
    const { id, enterpriseId } = answer.body
    const ofNew = await zone.of(enterpriseId, '拆出的人')
    expect(await zone.deal(bought, ofNew)).toMatchObject({ buyer: { id: enterpriseId }, mine: ['buyer'] })
    expect(await zone.deal(sold, ofNew)).toMatchObject({ seller: { id: enterpriseId }, mine: ['seller'] })
    expect((await zone.deal(stays, of.person)).buyer.id).toBe(of.id)
    expect((await zone.deal(bought, of.person)).status).toBe(404)
    expect((await zone.answer(ofNew, sold, 'seller')).status).toBe(200)
    expect((await zone.answer(third.person, bought, 'seller', 'no')).status).toBe(200)
    expect((await offered(of.id)).map(({ id: posting }) => posting)).toEqual([kept])
    // Gone already.
    expect((await split(of.id, [need])).body).toMatchObject({
      kind: 'unknown_part',
      errors: [{ value: `market ${need}` }],
    })

    await undo(id)
    expect(await zone.deal(sold, of.person)).toMatchObject({ state: 'agreed', seller: { id: of.id }, mine: ['seller'] })
    expect((await zone.deal(bought, of.person)).state).toBe('refused')
    expect(await zone.stand(offer)).toMatchObject({ reserved: 20 * tonne })
    expect(before).not.toEqual(await standing())
  })

  it('that nobody used is undone byte for byte', async () => {
    const [of, third] = [await entry('合成三号两家厂'), await entry('合成三号对家厂')]
    const need = await zone.posting({ kind: 'need', firmId: of.id })
    const theirOffer = await zone.posting({ kind: 'offer', firmId: third.id })
    await zone.proposed(of.person, need, theirOffer, 10)
    const before = await standing()
    const { id } = (await split(of.id, [need])).body
    expect(await standing()).not.toEqual(before)
    await undo(id)
    expect(await standing()).toEqual(before)
  })

  it('leaves what is over, and what stands behind a request that is not over, with its firm', async () => {
    const [of, third] = [await entry('合成四号两家厂'), await entry('合成四号对家厂')]
    const over = await zone.posting({ kind: 'need', firmId: of.id })
    await zone.db.updateTable('market_posting').set({ state: 'closed' }).where('id', '=', over).execute()
    const need = await zone.posting({ kind: 'need', firmId: of.id })
    const { id: rfqId } = await zone.created(of.person, '/market-rfqs', {
      askerId: of.id,
      title: '面粉',
      lines: [{ productCode: 'P1702', quantity: '10 吨' }],
      closesAt: now + 24 * hourMs,
      isSealed: false,
      firmIds: [third.id],
    })
    await zone.db.updateTable('market_rfq_line').set({ need_id: need }).where('rfq_id', '=', rfqId).execute()

    expect(await offered(of.id)).toEqual([])
    for (const posting of [over, need]) expect((await split(of.id, [posting])).body.kind).toBe('unknown_part')
    await zone.post(of.person, `/market-rfqs/${rfqId}/cancellation`, { rev: 1, why: '不要了' })
    expect((await offered(of.id)).map(({ id }) => id)).toEqual([need])
    now += hourMs
    expect((await split(of.id, [need])).status).toBe(201)
  })

  it('shows and hands over only what its reader reads in the market', async () => {
    const of = await entry('合成五号两家厂')
    const need = await zone.posting({ kind: 'need', firmId: of.id })
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }], { name: '派单员' })

    expect((await dispatcher.get(`/api/v1/market-postings/${need}`)).status).toBe(404)
    expect(await offered(of.id, dispatcher)).toEqual([])
    expect((await split(of.id, [need], dispatcher)).body).toMatchObject({
      kind: 'unknown_part',
      errors: [{ value: `market ${need}` }],
    })
    expect((await offered(of.id)).map(({ id }) => id)).toEqual([need])
    expect((await split(of.id, [], dispatcher)).status).toBe(201)
  })

  it('leaves its firm nothing of the other side’s posting, unless it has another deal on it', async () => {
    const [of, third] = [await entry('合成六号两家厂'), await entry('合成六号对家厂')]
    const [need, other] = [
      await zone.posting({ kind: 'need', firmId: of.id }),
      await zone.posting({ kind: 'need', firmId: of.id }),
    ]
    const [theirs, shared] = [
      await zone.posting({ kind: 'offer', firmId: third.id }),
      await zone.posting({ kind: 'offer', firmId: third.id }),
    ]
    await zone.db
      .updateTable('market_posting')
      .set({ visibility: 'invited' })
      .where('id', 'in', [theirs, shared])
      .execute()
    const { officer } = zone.people
    for (const [mine, offer] of [
      [need, theirs],
      [need, shared],
      [other, shared],
    ] as const)
      await zone.proposed(officer, mine, offer, 5)
    const reads = async (id: string) => (await of.person.get(`/api/v1/market-postings/${id}`)).status
    expect([await reads(theirs), await reads(shared)]).toEqual([200, 200])
    const before = await standing()

    const { id, enterpriseId } = (await split(of.id, [need])).body
    expect([await reads(theirs), await reads(shared)]).toEqual([404, 200])
    expect([await reachedBy(theirs), await reachedBy(shared)]).toEqual([
      [enterpriseId],
      [of.id, enterpriseId].toSorted(),
    ])
    await undo(id)
    expect(await standing()).toEqual(before)
  })

  it('of what came in a merge leaves nothing for the undo of the merge to give back', async () => {
    const [gone, of, third] = [
      await entry('合成七号重复厂'),
      await entry('合成七号两家厂'),
      await entry('合成七号对家厂'),
    ]
    const need = await zone.posting({ kind: 'need', firmId: gone.id })
    const kept = await zone.posting({ kind: 'need', firmId: gone.id })
    const theirOffer = await zone.posting({ kind: 'offer', firmId: third.id })
    const deal = await zone.proposed(gone.person, need, theirOffer, 10)
    const stays = await zone.proposed(gone.person, kept, theirOffer, 5)
    const merged = await merge(gone.id, of.id)
    const { enterpriseId } = (await split(of.id, [need])).body

    await undoMerge(merged)

    expect(await reachedBy(deal)).toEqual([third.id, enterpriseId].toSorted())
    expect(await reachedBy(stays)).toEqual([third.id, gone.id].toSorted())
    expect((await zone.deal(deal, gone.person)).status).toBe(404)
    expect(await zone.deal(stays, gone.person)).toMatchObject({ buyer: { id: gone.id }, mine: ['buyer'] })
  })

  it('undone, split again: the undo of the merge that the first undo made gives nothing back that went again', async () => {
    const [of, third] = [await entry('合成八号两家厂'), await entry('合成八号对家厂')]
    const need = await zone.posting({ kind: 'need', firmId: of.id })
    const theirOffer = await zone.posting({ kind: 'offer', firmId: third.id })
    const deal = await zone.proposed(of.person, need, theirOffer, 10)
    const first = (await split(of.id, [need])).body
    await undo(first.id)
    const [back] = (await zone.read(server.machine, `/enterprises/${of.id}/merges`)).rows
    const { rev } = await zone.read(server.machine, `/enterprises/${of.id}`)
    const takes = { aliases: [], contactIds: [], figureIds: [], parts: [{ module: 'market', id: need }] }
    const wish = { rev, name: '合成八号再拆出厂', takes, why: '实为两家' }
    const second = (await zone.post(server.machine, `/enterprises/${of.id}/split`, wish)).body

    await undoMerge(back.id)

    expect(await reachedBy(deal)).toEqual([third.id, second.enterpriseId].toSorted())
    expect((await zone.deal(deal)).buyer.id).toBe(second.enterpriseId)
  })
})
