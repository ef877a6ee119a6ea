import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { dealZone, tonne } from '../deal/testing.ts'
import { enterEnterprise } from '../posting/testing.ts'
import { closeDue, closingJob } from './rfq.ts'

const hourMs = 3_600_000
let now = Date.UTC(2026, 10, 23, 2)
let server: TestServer
let zone: Awaited<ReturnType<typeof dealZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await dealZone(server, () => epochMs(now))
}, 120_000)
afterAll(() => server.close())

const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind, ...body.errors?.[0] })
const rfqOf = (id: string, client: Client) => zone.read(client, `/market-rfqs/${id}`)

/** The bakery asks both mills for flour and bran. */
async function asked(over: object = {}): Promise<string> {
  const { bakeryId, millId, otherMillId } = zone.firms
  const { id } = await zone.created(zone.people.bakery, '/market-rfqs', {
    askerId: bakeryId,
    title: '十二月面粉',
    lines: [
      { productCode: 'P1702', spec: '特一粉', quantity: '100 吨', neededBy: '2026-12-20' },
      { productCode: 'P1702', spec: '高筋粉', quantity: '20 吨' },
    ],
    closesAt: now + 24 * hourMs,
    lonDeg: 87.8,
    latDeg: 44,
    firmIds: [millId, otherMillId],
    ...over,
  })
  return id
}
const say = (client: Client, id: string, firmId: string, rev: number, lines: object[]) =>
  zone.post(client, `/market-rfqs/${id}/answers`, { firmId, rev, lines })
const line = (number: number, yuan: number, tonnes: number) => ({
  line: number,
  priceMilliFen: yuan * 100_000,
  quantity: tonnes * tonne,
  leadDays: 3,
})
/** The chains know of a firm that it makes flour. */
const makes = (firmId: string) => {
  const when = at(epochMs(now))
  return zone.db
    .insertInto('chain_position')
    .values({
      zone_id: server.deps.zoneId,
      id: newId(),
      firm_id: firmId,
      is_outside: false,
      product_code: 'P1702',
      role: 'produce',
      year: 2026,
      capacity: 1_000,
      output: 900,
      as_of: '2026-01-01',
      created_at: when,
      created_by: 'test',
      updated_at: when,
      updated_by: 'test',
    })
    .execute()
}
async function closeAll(): Promise<void> {
  now += 25 * hourMs
  await zone.db.transaction().execute((tx) => closeDue(tx, server.deps))
}

describe('a request for quotation', () => {
  it('is refused where goods are needed before it closes', async () => {
    const { bakeryId } = zone.firms
    const ask = (neededBy: string) =>
      zone.post(zone.people.bakery, '/market-rfqs', {
        askerId: bakeryId,
        title: '面粉',
        lines: [{ productCode: 'P1702', spec: '', quantity: '1 吨', neededBy }],
        closesAt: now + 3 * 24 * hourMs,
        firmIds: [zone.firms.millId],
      })
    expect(refusal(await ask('2026-11-25'))).toMatchObject({
      field: 'lines.0.neededBy',
      value: '2026-11-25',
      rule: 'needed_after_close 2026-11-26',
    })
    expect((await ask('2026-11-26')).status).toBe(201)
  })

  it('goes neither from an enterprise that has closed nor to it, from whatever it is known', async () => {
    const { bakery } = zone.people
    const { bakeryId, millId } = zone.firms
    const [offering, making] = [
      await enterEnterprise(server, '合成停产面粉厂'),
      await enterEnterprise(server, '合成停业面粉厂'),
    ]
    await zone.posting({ kind: 'offer', firmId: offering.id })
    await makes(making.id)
    const ask = (client: Client, askerId: string, firmIds: readonly string[]) =>
      zone.post(client, '/market-rfqs', {
        askerId,
        title: '面粉',
        lines: [{ productCode: 'P1702', quantity: '1 吨' }],
        closesAt: now + hourMs,
        firmIds,
      })
    const known = async () => {
      const { rows } = await zone.read(bakery, `/market-suppliers?productCodes[]=P1702&askerId=${bakeryId}`)
      return rows.map(({ firm }: { firm: { id: string } }) => firm.id)
    }
    expect(await known()).toEqual(expect.arrayContaining([offering.id, making.id]))
    expect((await ask(making.people, making.id, [millId])).status).toBe(201)

    for (const { close } of [offering, making]) await close()

    expect(refusal(await ask(making.people, making.id, [millId]))).toMatchObject({
      field: 'askerId',
      rule: 'still_open',
    })
    expect(await known()).not.toEqual(expect.arrayContaining([making.id]))
    expect(await known()).not.toEqual(expect.arrayContaining([offering.id]))
    for (const { id } of [offering, making])
      expect(refusal(await ask(bakery, bakeryId, [id]))).toMatchObject({ field: 'firmIds', rule: 'within_reach' })
  })

  it('stays sealed to everybody but who answered, then stands in columns and is awarded line by line', async () => {
    const { bakery, mill, otherMill, officer, noodle } = zone.people
    const { millId, otherMillId } = zone.firms
    const id = await asked()
    expect((await say(mill, id, millId, 1, [line(1, 4_000, 100), line(2, 4_400, 20)])).status).toBe(200)
    expect((await say(otherMill, id, otherMillId, 1, [line(1, 3_900, 60), { line: 2, isDeclined: true }])).status).toBe(
      200,
    )
    expect(refusal(await say(mill, id, millId, 1, [line(1, 3_950, 100)]))).toMatchObject({ kind: 'stale_revision' })
    expect((await say(mill, id, millId, 2, [line(1, 3_950, 100), line(2, 4_400, 20)])).status).toBe(200)

    const sealed = await rfqOf(id, bakery)
    expect(sealed).toMatchObject({ isHidden: true, comparison: null, answered: 2, asked: 2 })
    expect(JSON.stringify([sealed, await rfqOf(id, officer)])).not.toContain('395000000')
    const own = await rfqOf(id, mill)
    expect(own).toMatchObject({ suppliers: null, comparison: null, asked: null, answered: null })
    expect(own.mine[0].answers[0]).toMatchObject({ priceMilliFen: 395_000_000 })
    expect(JSON.stringify(own)).not.toContain('390000000')
    // How many were asked, and when each answered, is not for those who compete.
    expect((await zone.read(otherMill, `/market-rfqs/${id}/history`)).status).toBe(403)
    expect((await zone.read(noodle, `/market-rfqs/${id}/history`)).status).toBe(404)
    expect(JSON.stringify((await zone.read(bakery, `/market-rfqs/${id}/history`)).rows)).not.toContain('面粉厂的人')
    expect((await zone.read(noodle, `/market-rfqs/${id}`)).status).toBe(404)

    await closeAll()

    const open = await rfqOf(id, bakery)
    expect(open.state).toBe('closed')
    const cheapest = open.comparison.cells.filter(({ isCheapest }: { isCheapest: boolean }) => isCheapest)
    expect(cheapest.map(({ line: n, firmId }: { line: number; firmId: string }) => [n, firmId])).toEqual([
      [1, millId],
      [2, millId],
    ])
    // 100 t at 3,950 and 20 t at 4,400; the ways of both are not known.
    expect(open.comparison.whole).toEqual({ fen: 48_300_000, firmId: millId })
    expect(refusal(await say(mill, id, millId, 3, [line(1, 1, 100)]))).toMatchObject({ rule: 'rfq_open' })

    const awards = [
      { line: 1, firmId: otherMillId, quantity: 60 * tonne },
      { line: 1, firmId: millId, quantity: 40 * tonne },
      { line: 2, firmId: millId },
    ]
    const { rev } = open
    expect((await zone.post(officer, `/market-rfqs/${id}/awards`, { rev, awards })).status).toBe(403)
    const answer = await zone.post(bakery, `/market-rfqs/${id}/awards`, { rev, awards })
    expect(answer.status).toBe(200)
    expect(answer.body.deals).toHaveLength(3)

    const done = await rfqOf(id, bakery)
    expect(done.state).toBe('awarded')
    const deal = await zone.deal(answer.body.deals[0].id, otherMill)
    expect(deal).toMatchObject({
      state: 'agreed',
      source: 'rfq',
      quantity: 60 * tonne,
      pricePer: 't',
      mine: ['seller'],
    })
    expect(await zone.stand(deal.need.id)).toMatchObject({ reserved: 100 * tonne, state: 'closed' })
    expect(await zone.stand(deal.offer.id)).toMatchObject({ reserved: 60 * tonne, state: 'closed' })
    expect(refusal(await zone.post(bakery, `/market-rfqs/${id}/awards`, { rev: done.rev, awards }))).toMatchObject({
      rule: 'rfq_closed',
    })
  })

  it('reserves on an open offer of the supplier where there is one, and never more than is left', async () => {
    const { bakery, mill } = zone.people
    const { millId } = zone.firms
    // Another specification, for those asked only, a service: none of them stands behind the answer.
    const others = [
      await zone.posting({ kind: 'offer', firmId: millId, quantity: 150 * tonne }),
      await zone.posting({ kind: 'offer', firmId: millId, quantity: 150 * tonne }),
      await zone.posting({ kind: 'offer', firmId: millId, quantity: 150 * tonne }),
    ]
    const offer = await zone.posting({ kind: 'offer', firmId: millId, quantity: 150 * tonne })
    const set = (postingId: string | undefined, values: object) =>
      zone.db
        .updateTable('market_posting')
        .set(values)
        .where('id', '=', postingId ?? '')
        .execute()
    await set(others[0], { spec: ['高筋粉'] })
    await set(others[1], { spec: ['特一粉'], visibility: 'invited' })
    await set(others[2], { spec: ['特一粉'], subject: 'service' })
    await set(offer, { spec: ['特一粉'] })
    const id = await asked({ firmIds: [millId], isSealed: false })
    await say(mill, id, millId, 1, [line(1, 4_000, 100), line(2, 4_000, 20)])
    const before = await rfqOf(id, bakery)
    expect(before.comparison.cells[0]).toMatchObject({ goodsFen: 40_000_000, covers: true })
    expect(before.comparison.ways[0].km).toBeGreaterThan(40)
    expect((await zone.post(bakery, `/market-rfqs/${id}/closing`, { rev: before.rev })).status).toBe(200)

    const { rev } = await rfqOf(id, bakery)
    const tooMuch = [{ line: 2, firmId: millId, quantity: 21 * tonne }]
    expect(refusal(await zone.post(bakery, `/market-rfqs/${id}/awards`, { rev, awards: tooMuch }))).toMatchObject({
      status: 422,
    })
    const awards = [{ line: 1, firmId: millId, quantity: null }]
    expect((await zone.post(bakery, `/market-rfqs/${id}/awards`, { rev, awards })).body.deals).toHaveLength(1)

    expect(await zone.stand(offer)).toMatchObject({ reserved: 100 * tonne, state: 'matched' })
    for (const other of others) expect((await zone.stand(other)).reserved).toBe(0)
    const after = await rfqOf(id, bakery)
    expect(after).toMatchObject({ state: 'closed' })
    expect(refusal(await zone.post(bakery, `/market-rfqs/${id}/awards`, { rev: after.rev, awards }))).toMatchObject({
      kind: 'taken',
    })
    expect(
      (await zone.post(bakery, `/market-rfqs/${id}/awards`, { rev: after.rev, awards: [], finish: true })).body,
    ).toMatchObject({
      deals: [],
    })
    expect((await rfqOf(id, bakery)).state).toBe('awarded')
  })

  it('closes with that said when nobody answers', async () => {
    const { bakery } = zone.people
    const id = await asked()

    await closeAll()

    expect((await rfqOf(id, bakery)).state).toBe('unanswered')
    const titles = (await zone.read(bakery, '/notices')).rows.map(({ title }: { title: string }) => title)
    expect(titles.join()).toContain('无人答复')
  })

  it('closes fifty at each firing of the clock, the first that end first', async () => {
    await closeAll()
    const { bakeryId } = zone.firms
    const opened = at(epochMs(now))
    const rows = Array.from({ length: 51 }, (_, place) => ({
      zone_id: server.deps.zoneId,
      id: newId(),
      number: `XJ-${place}`,
      asker_id: bakeryId,
      title: '面粉',
      lon: null,
      lat: null,
      closes_at: at(epochMs(now + hourMs + place)),
      is_sealed: true,
      synthetic: true,
      created_at: opened,
      created_by: 'test',
      updated_at: opened,
      updated_by: 'test',
    }))
    await zone.db.insertInto('market_rfq').values(rows).execute()
    now += 2 * hourMs
    const job = closingJob(server.deps)
    const fire = () =>
      zone.db
        .transaction()
        .execute((tx) => job.run(tx, { id: job.kind, payload: {}, dueAt: epochMs(now), now: epochMs(now) }))
    const open = async () => {
      const left = await zone.db.selectFrom('market_rfq').select('number').where('state', '=', 'open').execute()
      return left.map(({ number }) => number)
    }

    await fire()
    expect(await open()).toEqual(['XJ-50'])
    await fire()
    expect(await open()).toEqual([])
  })

  it('knows suppliers by their offers, by what they make and by whom they sold to, and asks nobody unknown', async () => {
    const { bakery, mill } = zone.people
    const { bakeryId, otherMillId } = zone.firms
    const { zoneId } = server.deps
    const farId = newId()
    const when = at(epochMs(now))
    const by = { created_at: when, created_by: 'test', updated_at: when, updated_by: 'test' }
    await zone.db
      .insertInto('chain_outside')
      .values({
        zone_id: zoneId,
        id: farId,
        name: '合成区外面粉',
        country: 'CN',
        lon: null,
        lat: null,
        industry: null,
        ...by,
      })
      .execute()
    await makes(otherMillId)
    await zone.db
      .insertInto('chain_link')
      .values({
        zone_id: zoneId,
        id: newId(),
        seller_id: farId,
        seller_outside: true,
        buyer_id: bakeryId,
        buyer_outside: false,
        product_code: 'P1702',
        year: 2026,
        volume: 400,
        price_fen: 380_000,
        distance_km: 2_600,
        mode: 'road',
        rate_fen: 35,
        is_contract: false,
        as_of: '2026-01-01',
        ...by,
      })
      .execute()

    const { rows } = await zone.read(bakery, `/market-suppliers?productCodes[]=P1702&askerId=${bakeryId}`)

    const known = Object.fromEntries(
      rows.map(({ firm, knownBy }: { firm: { name: string }; knownBy: string[] }) => [firm.name, knownBy]),
    )
    expect(known).toMatchObject({ 合成第二面粉厂: ['chains'], 合成区外面粉: ['chains'] })
    expect(known['合成面粉厂']).toContain('offer')
    expect(known['合成面包厂']).toBeUndefined()
    expect((await zone.read(mill, `/market-suppliers?productCodes[]=P1702&askerId=${bakeryId}`)).status).toBe(403)
    expect(
      refusal(
        await zone.post(bakery, '/market-rfqs', {
          askerId: bakeryId,
          title: '煤',
          lines: [{ productCode: 'P1702', quantity: '5 台' }],
          closesAt: now + hourMs,
        }),
      ),
    ).toMatchObject({ field: 'lines.0.quantity' })
  })
})
