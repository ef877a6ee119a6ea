import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCompute } from '@tingzhou/compute'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { hiddenFirms, inventEconomy, type InventedEconomy } from '@tingzhou/chain-model/invent'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { readPackedEconomy } from '../economy/rows.ts'
import { askShock } from './ask.ts'
import { makeRun, nightlyRunJob, runnerOf } from './make.ts'
import './tables.ts'
import { plantEconomy } from './testing.ts'
import { silentMs, takeTurn } from './turn.ts'
import { yearOfData } from './year.ts'

const api = '/api/v1'
const year = 2025
const clock = { now: Date.UTC(2026, 2, 2, 2) }
// Milk of C22 is made of raw milk; tomato paste of C19 is sold outside unprocessed; noodles of C17 are made by nobody.
const plants: NonNullable<InventedEconomy['plants']> = {
  missing: 'P1704',
  surplus: { from: 'P1902', to: 'P1903' },
  hidden: 'P2201',
}
const invented = { seed: 7, makers: 6, consumers: 6, outside: 6, layers: 3, spendFen: 5_000_000_000 }

let server: TestServer
let officer: Client
let idOf: (firm: string) => string

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  officer = await server.actor([{ role: 'chain_officer', partyId: null }])
  const catalogue = await readPackedEconomy(server.deps.db, server.deps.zoneId, year)
  idOf = await plantEconomy(server.deps, year, inventEconomy(catalogue, { ...invented, plants }))
}, 240_000)
afterAll(() => server.close())

const read = async (path: string, client = officer) => (await client.get(`${api}${path}`)).body
const recompute = (client = officer, of = year) => client.post(`${api}/chain-runs`, { commandId: newId(), year: of })
const settled = () => runnerOf(server.deps).settled()
async function run() {
  const answer = await recompute()
  expect(answer.status).toBe(202)
  await settled()
  return (await read('/chain-run-turn')).turn
}
/** A hair more of a demand: another input. */
const someMore = () =>
  server.deps.db
    .updateTable('chain_demand')
    .set(({ ref }) => ({ volume: sql<number>`${ref('volume')} * 1.000001` }))
    .where('product_code', '=', 'P1702')
    .execute()
const counted = async (table: 'chain_run' | 'chain_figure' | 'chain_flow' | 'chain_risk') =>
  Number(
    (
      await server.deps.db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

type Figure = {
  name: string
  value: number | null
  parts: Record<string, number | null>
  hidden: string | null
  isRounded: boolean
}
type Product = { code: string; isRequired: boolean; figures: Figure[] }
const figure = (figures: Figure[], name: string) => figures.find((one) => one.name === name)
const productsOf = (chain: { segments: { products: Product[] }[] }) =>
  chain.segments.flatMap(({ products }) => products)

describe('a run', () => {
  it('is stored once for one input, and says so when nothing has changed', async () => {
    const first = await run()
    expect(first).toMatchObject({ outcome: 'stored', year })
    const before = await Promise.all([counted('chain_run'), counted('chain_figure'), counted('chain_flow')])
    expect(before[1]).toBeGreaterThan(900)

    clock.now += 60_000
    const second = await run()

    expect(second).toMatchObject({ outcome: 'unchanged', runId: first.runId })
    expect(await Promise.all([counted('chain_run'), counted('chain_figure'), counted('chain_flow')])).toEqual(before)
    expect((await read('/chain-runs')).rows).toMatchObject([
      { id: first.runId, year, checkedAt: clock.now, isExact: true, counts: { chains: 24 } },
    ])
    const one = await read(`/chain-runs/${first.runId}`)
    expect(one.version).toMatch(/^[0-9a-f]{32}$/)
    expect(one.critical.length).toBeGreaterThan(10)
    expect((await read(`/chain-runs/${first.runId}/history`)).rows).toMatchObject([{ verb: 'make' }])
  })

  it('leaves the old one when its server dies between reckoning and storing, and the next is made', async () => {
    const { deps } = server
    const [before] = (await read('/chain-runs')).rows
    await someMore()
    const taken = await deps.db.transaction().execute((tx) => takeTurn(tx, deps, { year, by: 'dead' }))
    if (!taken.ok) throw new Error('the turn was free')

    // Dead: it took the turn and beats no more. While it might live nobody else begins.
    const refused = await recompute()
    expect([refused.status, refused.body.kind]).toEqual([409, 'run_under_way'])
    expect((await read('/industry-chains/C17')).run.id).toBe(before.id)

    clock.now += silentMs + 1
    expect((await read('/chain-run-turn')).turn.outcome).toBe('failed')
    const next = await run()
    expect(next.outcome).toBe('stored')

    // It was only slow: what it brings now is not kept.
    const runs = await counted('chain_run')
    await someMore()
    await makeRun(deps, {
      holder: taken.value,
      year,
      actor: { accountId: 'dead', name: 'dead', kind: 'machine', lang: 'en', memberships: [] },
    })
    expect(await counted('chain_run')).toBe(runs)
    expect((await read('/chain-run-turn')).turn).toMatchObject({ id: next.id, outcome: 'stored' })
  })

  it('answers a repeat as before and begins nothing', async () => {
    const body = { commandId: newId(), year }
    const one = await officer.post(`${api}/chain-runs`, body)
    expect(one.status).toBe(202)
    await settled()
    const again = await officer.post(`${api}/chain-runs`, body)
    expect([again.status, again.body]).toEqual([202, one.body])
    await settled()
    expect((await read('/chain-run-turn')).turn.id).toBe(one.body.id)
  })

  it('lets one of two at once through', async () => {
    const { deps } = server
    const take = (by: string) => deps.db.transaction().execute((tx) => takeTurn(tx, deps, { year, by }))
    const taken = await Promise.all([take('one'), take('other')])
    expect(taken.filter(({ ok }) => ok)).toHaveLength(1)
    expect(taken.find(({ ok }) => !ok)).toMatchObject({ error: { kind: 'run_under_way', rule: 'run_alone' } })
    clock.now += silentMs + 1
  })

  it('tells which row cannot be, and is taken up by the night', async () => {
    const { deps } = server
    const job = nightlyRunJob(deps)
    const now = epochMs(clock.now)
    const after = await deps.db
      .transaction()
      .execute((tx) => job.run(tx, { id: 'chains.run', payload: {}, dueAt: now, now }))
    await after?.()
    await settled()
    expect((await read('/chain-run-turn')).turn).toMatchObject({ year, begunBy: 'Tingzhou' })

    // A product that needs a whole unit of itself.
    const recipe = await deps.db
      .selectFrom('chain_recipe')
      .selectAll()
      .where('output_code', '=', 'P1704')
      .executeTakeFirstOrThrow()
    const loop = {
      zone_id: deps.zoneId,
      recipe_id: recipe.id,
      product_code: 'P1704',
      coefficient: 1.5,
      low: 1,
      high: 2,
      basis: 'inv' as const,
    }
    await deps.db.insertInto('chain_recipe_input').values(loop).execute()
    const refused = await run()
    expect(refused).toMatchObject({ outcome: 'refused', fault: { value: expect.any(String) } })
    await deps.db
      .deleteFrom('chain_recipe_input')
      .where('recipe_id', '=', recipe.id)
      .where('product_code', '=', 'P1704')
      .execute()
  })

  it('is refused of a year to come, of one of which nothing is known and of one that has just begun', async () => {
    const { db, zoneId, clock: now } = server.deps
    const refusal = async (of: number) => {
      const { status, body } = await recompute(officer, of)
      return [status, body.kind, body.errors?.[0]?.field]
    }
    expect(await refusal(2100)).toEqual([422, 'field_refused', 'year'])
    expect(await refusal(2019)).toEqual([422, 'field_refused', 'year'])
    const some = await db
      .selectFrom('chain_link')
      .selectAll()
      .where('year', '=', year)
      .limit(1)
      .executeTakeFirstOrThrow()
    const first = {
      ...some,
      id: newId(),
      year: year + 1,
      created_at: at(some.created_at),
      updated_at: at(some.updated_at),
    }
    await db.insertInto('chain_link').values(first).execute()
    expect(await yearOfData(db, { zoneId, clock: now })).toBe(year)
    expect(await refusal(year + 1)).toEqual([422, 'field_refused', 'year'])
    await db.deleteFrom('chain_link').where('id', '=', first.id).execute()
  })

  it('is for those who keep the chains; firms read nothing of it', async () => {
    const leader = await server.actor([{ role: 'leader', partyId: null }])
    expect((await recompute(leader)).status).toBe(403)
    expect((await leader.get(`${api}/industry-chains`)).status).toBe(200)
    const firm = await server.actor([{ role: 'enterprise', partyId: idOf('P1702-maker-0') }])
    for (const path of ['/industry-chains', '/industry-chains/C17', '/chain-runs', '/chain-network', '/chain-wall'])
      expect((await firm.get(`${api}${path}`)).status).toBe(403)
  })
})

describe('planted weaknesses', () => {
  it('finds the missing product, the surplus and the hidden source', async () => {
    const grain = await read('/industry-chains/C17')
    const noodles = productsOf(grain).find(({ code }) => code === 'P1704')
    expect(figure(noodles?.figures ?? [], 'sufficiency')).toMatchObject({ value: 0 })
    expect(figure(grain.figures, 'weaknesses')?.parts.missing).toBeGreaterThanOrEqual(1)
    const lines = await server.deps.db
      .selectFrom('chain_line')
      .select(['list', 'product_code', 'from_code'])
      .where('gone_at', 'is', null)
      .execute()
    expect(lines).toContainEqual({ list: 'fill', product_code: 'P1704', from_code: null })
    expect(lines).toContainEqual({ list: 'extend', product_code: 'P1903', from_code: 'P1902' })

    const hidden = (await read('/industry-chains/C22/hidden-sources')).rows
    expect(hidden).toHaveLength(1)
    // The buyer's own people are told that there is one, not whom their suppliers buy from.
    const buyer = await server.actor([{ role: 'enterprise', partyId: idOf(hiddenFirms.buyer) }])
    const own = (await read(`/chain-firms/${idOf(hiddenFirms.buyer)}/risks`, buyer)).hidden
    expect(own).toMatchObject([{ suppliers: 3, source: null, sourceShare: null, sources: null }])
    expect(hidden[0]).toMatchObject({
      buyer: { id: idOf(hiddenFirms.buyer) },
      source: { id: idOf(hiddenFirms.source) },
      product: { code: 'P2201' },
      suppliers: 3,
      concentration: 1,
    })
  })

  it('invents none', async () => {
    for (const { code } of (await read('/industry-chains?limit=200')).rows) {
      if (code !== 'C22') expect((await read(`/industry-chains/${code}/hidden-sources`)).rows).toEqual([])
      expect((await read(`/industry-chains/${code}/risks`)).rows).toEqual([])
    }
    const lines = await server.deps.db
      .selectFrom('chain_line')
      .select(['list', 'product_code'])
      .where('gone_at', 'is', null)
      .where('list', '<>', 'strengthen')
      .execute()
    expect([...new Set(lines.map(({ product_code }) => product_code))].toSorted()).toEqual(['P1704', 'P1903'])
    const wall = await read('/chain-wall')
    expect(wall.chains).toHaveLength(24)
    expect(wall.weakest[0]).toMatchObject({ code: 'P1704', sufficiency: 0, chain: { code: 'C17' } })
  })

  it('counts a weak point in each chain of its product, and once in all of them', async () => {
    const { db, zoneId } = server.deps
    const { key } = await db
      .selectFrom('chain_segment')
      .select('key')
      .where('chain_code', '=', 'C18')
      .orderBy('place')
      .limit(1)
      .executeTakeFirstOrThrow()
    const place = { zone_id: zoneId, chain_code: 'C18', segment_key: key, place: 100, weight: 0.1, mes: 0 }
    const places = ['P1704', 'P2201'].map((product_code) => ({ ...place, product_code, is_required: true }))
    await db.insertInto('chain_segment_product').values(places).execute()
    expect((await run()).outcome).toBe('stored')
    const chains = (await read('/industry-chains?limit=200')).rows as { code: string; figures: Figure[] }[]
    const partsOf = (code: string) =>
      figure(chains.find((chain) => chain.code === code)?.figures ?? [], 'weaknesses')?.parts
    const wall = () => read('/chain-wall')

    expect(partsOf('C17')).toEqual({ missing: 1, risks: 0, hidden: 0 })
    expect(partsOf('C22')).toEqual({ missing: 0, risks: 0, hidden: 1 })
    expect(partsOf('C18')).toEqual({ missing: 1, risks: 0, hidden: 1 })
    expect((await wall()).weaknesses).toEqual({ missing: 1, risks: 0, hidden: 1 })
    const [latest] = (await read('/chain-runs')).rows
    expect(latest.counts).toMatchObject({ missing: 1, risks: 0, hidden: 1 })

    // A closed chain wants nothing; the product is wanting in the other one.
    const close = (state: 'open' | 'closed', codes: string[]) =>
      db.updateTable('chain').set({ state }).where('code', 'in', codes).execute()
    const weakest = async () =>
      (await wall()).weakest.find(({ code }: { code: string }) => code === 'P1704')?.chain.code ?? null
    expect(await weakest()).toBe('C17')
    await close('closed', ['C17'])
    expect(await weakest()).toBe('C18')
    await close('closed', ['C18'])
    expect(await weakest()).toBeNull()
    await close('open', ['C17', 'C18'])
    await db.deleteFrom('chain_segment_product').where('place', '=', 100).execute()
    await run()
  })

  it('shows the network with the places of the run', async () => {
    const network = await read('/chain-network')
    expect(network.ids.length).toBeLessThanOrEqual(3_000)
    expect(network.edges.length).toBeLessThanOrEqual(20_000)
    for (const key of ['names', 'isLocal', 'x', 'y', 'links', 'critical', 'chains'])
      expect(network[key]).toHaveLength(network.ids.length)
    expect(Math.max(...network.x.map(Math.abs), ...network.y.map(Math.abs))).toBe(1_000)
    const pairs = network.edges.flatMap((from: number, at: number) =>
      at % 2 === 0 ? [from * network.ids.length + network.edges[at + 1]] : [],
    )
    // By numbers and codes: the order of values is the firms' own.
    expect(pairs).toEqual(pairs.toSorted((a: number, b: number) => a - b))
    for (const own of network.chains) expect(own).toEqual(own.toSorted())
    expect(network.edges.every((at: number) => at >= 0 && at < network.ids.length)).toBe(true)
  })
})

describe('what may be shown', () => {
  it('keeps sums closed where fewer than three firms stand behind them, and what would give them away', async () => {
    const chain = await read('/industry-chains/C22')
    const { kMin, flows } = chain
    expect(kMin).toBe(3)
    const stored = await server.deps.db
      .selectFrom('chain_flow')
      .selectAll()
      .where('run_id', '=', chain.run.id)
      .where('chain_code', '=', 'C22')
      .execute()
    for (const flow of flows as {
      level: string
      from: string
      to: string
      fromOutside: boolean
      valueFen: number | null
      kg: number | null
      size: number
    }[]) {
      const row = stored.find(
        (one) =>
          one.level === flow.level &&
          one.from_key === flow.from &&
          one.to_key === flow.to &&
          one.from_outside === flow.fromOutside,
      )
      const thin = Math.min(row?.sellers ?? 0, row?.buyers ?? 0) < kMin
      expect(flow.valueFen === null).toBe(flow.kg === null)
      if (thin || flow.level === 'product') expect(flow.valueFen).toBeNull()
      if (flow.valueFen !== null) expect(flow.valueFen).toBe(Number(row?.value_fen.toPrecision(3)))
      if (thin) expect(flow.size).toBe(0)
    }
    // One seller less than three to outside: its sum is closed with those of the chain that it could be told from.
    await server.deps.db
      .updateTable('chain_flow')
      .set({ sellers: 2 })
      .where('run_id', '=', chain.run.id)
      .where('chain_code', '=', 'C22')
      .where('level', '=', 'segment')
      .where('to_key', '<>', '~sold')
      .execute()
    const closed = await read('/industry-chains/C22')
    expect(
      closed.flows.some(
        ({ level, to, valueFen }: { level: string; to: string; valueFen: number | null }) =>
          level === 'segment' && to !== '~sold' && valueFen !== null,
      ),
    ).toBe(false)
    expect(figure(closed.figures, 'inbound_freight')).toMatchObject({
      value: null,
      hidden: 'fewer_than',
      parts: { kg: null },
    })
    expect(figure(closed.figures, 'actual_local')).toMatchObject({
      isRounded: true,
      parts: { localFen: null, boughtFen: null },
    })
    for (const { figures } of productsOf(closed)) {
      const local = figure(figures, 'actual_local')
      if (local?.value !== null) expect(local?.parts.boughtFen).toBeNull()
    }
    for (const { pull } of closed.leaders as { pull: Figure | null }[])
      if (pull?.value !== null && pull) expect([pull.hidden, pull.parts.boughtFen]).toEqual(['fewer_than', null])
  })

  it('tells a firm its own risks exactly and others in steps', async () => {
    const { db, zoneId } = server.deps
    const [{ id: runId }] = (await read('/chain-runs')).rows
    const buyer = idOf('P1702-consumer-0')
    const risk = {
      buyer_id: buyer,
      product_code: 'P1702',
      supplier_id: idOf('P1702-maker-0'),
      risk: 0.613,
      share: 0.777,
      dependence: 1,
      alternative: 0.211,
      volume: 321,
      dependent_fen: 54_321,
    }
    await db
      .insertInto('chain_risk')
      .values({ zone_id: zoneId, run_id: runId, ...risk })
      .execute()
    const own = await server.actor([{ role: 'enterprise', partyId: buyer }])
    const other = await server.actor([{ role: 'enterprise', partyId: idOf('P1702-consumer-1') }])

    expect((await read(`/chain-firms/${buyer}/risks`, own)).risks).toMatchObject([
      { risk: 0.613, share: 0.777, volume: 321, dependentFen: 54_321, isRounded: false },
    ])
    expect((await read(`/chain-firms/${buyer}/risks`)).risks).toMatchObject([
      { risk: 0.6, share: 0.8, alternative: 0.2, volume: null, dependentFen: null, isRounded: true },
    ])
    expect((await read('/industry-chains/C17/risks')).rows).toMatchObject([{ risk: 0.6, volume: null }])
    expect((await other.get(`${api}/chain-firms/${buyer}/risks`)).status).toBe(404)
  })
})

describe('questions', () => {
  it('gives the savings of the paper mill', async () => {
    const source = (distanceKm: number) => ({ distanceKm, rateFen: 35, priceFen: 0 })
    const links = [
      { name: '木浆', kg: 22_680_000, before: source(620), after: null },
      { name: '纸箱', kg: 1_900_000, before: source(2_600), after: null },
      { name: '薄膜', kg: 800_000, before: source(3_400), after: null },
      { name: '助剂', kg: 500_000, before: source(1_900), after: null },
    ]
    const firm = await server.actor([{ role: 'enterprise', partyId: idOf('P1702-maker-0') }])
    const share = async (changes: Readonly<Record<string, number>>) => {
      const changed = links.map((link) => ({
        ...link,
        after: changes[link.name] === undefined ? null : source(changes[link.name] ?? 0),
      }))
      const { status, body } = await firm.post(`${api}/chain-savings`, { links: changed, handlingFen: 3_000 })
      expect(status).toBe(200)
      return body
    }
    expect(await share({ 纸箱: 25 })).toMatchObject({ beforeFen: 871_146_000, savingFen: 171_237_500 })
    const percent = async (changes: Readonly<Record<string, number>>) =>
      Math.round((await share(changes)).share * 10_000) / 100
    expect(await percent({ 纸箱: 25 })).toBe(19.66)
    expect(await percent({ 薄膜: 40 })).toBe(10.8)
    expect(await percent({ 纸箱: 25, 薄膜: 40 })).toBe(30.46)
  })

  it('follows a shock, in steps for single firms, and refuses a firm that nobody knows', async () => {
    const ask = (body: object, client = officer) =>
      client.post(`${api}/chain-shocks`, { firms: [idOf('P1702-maker-0')], days: 30, stockDays: 5, ...body })
    const { status, body } = await ask({})
    expect(status).toBe(200)
    expect(body.hits[0]).toMatchObject({ firm: { id: idOf('P1702-maker-0') }, remaining: 0, input: null })
    expect(body.lostFen).toBeGreaterThan(0)
    // Those that stop are among those that are hit, and told apart.
    const stopped = [idOf(hiddenFirms.source)]
    const many = (await ask({ firms: stopped, stockDays: 0, days: 365 })).body
    const hit = new Set<string>(many.hits.map(({ firm }: { firm: { id: string } }) => firm.id))
    const others = [...hit].filter((id) => !stopped.includes(id))
    expect(others.toSorted()).toEqual(hiddenFirms.traders.map((trader) => idOf(trader)).toSorted())
    expect([many.stoppedFirms, many.hitFirms]).toEqual([hit.size - others.length, hit.size])
    for (const { remaining, lostFen } of body.hits) {
      expect(Math.abs(remaining * 20 - Math.round(remaining * 20))).toBeLessThan(1e-6)
      expect(Number(lostFen.toPrecision(2))).toBe(lostFen)
    }
    expect(body.chains.map(({ chain }: { chain: string }) => chain)).toContain('C17')
    expect(Number(body.lostFen.toPrecision(2))).toBe(body.lostFen)
    // Stocks are no ruler: what remains stays on the steps.
    for (const stockDays of [4.1, 5.3, 6.7])
      for (const { remaining } of (await ask({ stockDays })).body.hits)
        expect(Math.abs(remaining * 20 - Math.round(remaining * 20))).toBeLessThan(1e-6)
    const unknown = await ask({ firms: ['nobody'] })
    expect([unknown.status, unknown.body.kind, unknown.body.errors[0]]).toMatchObject([
      422,
      'figures_refused',
      { field: 'firms', value: 'nobody' },
    ])
    const firm = await server.actor([{ role: 'enterprise', partyId: idOf('P1702-maker-0') }])
    expect((await ask({}, firm)).status).toBe(403)
  })

  it('says that a shock came to no answer when its time is over', async () => {
    const compute = openCompute(null)
    const memberships = [{ role: 'chain_officer', partyId: null }] as const
    const reading = { accountId: 'test', name: 'test', kind: 'machine', lang: 'en', memberships } as const
    const late: typeof compute = { ...compute, run: (job, input) => compute.run(job, input, { seconds: 0 }) }
    const reader = { deps: { ...server.deps, compute: late }, actor: reading }
    const asked = askShock(reader, 'en', { year, firms: [idOf('P1702-maker-0')], days: 30, stockDays: 5 })
    await expect(asked).rejects.toMatchObject({
      spec: { kind: 'figures_refused', status: 422, rule: 'shock_unanswered' },
    })
  })
})
