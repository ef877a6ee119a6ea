import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '@tingzhou/parties'
import { readTable, writeXlsx } from '@tingzhou/sheets'
import { problemOf, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { holds } from '../grams.ts'
import { created, goods, linkOf, patch, positionOf, post, read, startChainZone, type ChainZone } from './testing.ts'

let server: TestServer
let zone: ChainZone

beforeAll(async () => {
  const started = await startChainZone()
  server = started.server
  zone = started.zone
}, 180_000)
afterAll(() => server.close())

const refusal = (answer: Answer) => {
  const { status, errors } = problemOf(answer)
  return { status, field: errors[0]?.field, rule: errors[0]?.rule }
}

describe('positions', () => {
  it('are entered, changed and removed by the firm itself, in words with units too', async () => {
    const { ofMill, mill } = zone
    const made = await post(
      ofMill,
      '/chain-positions',
      positionOf(mill, {
        year: 2020,
        capacity: undefined,
        capacityText: '12万吨',
        output: undefined,
        outputText: '9,500万公斤',
      }),
    )
    expect(made).toMatchObject({ status: 201, body: { rev: 1, warnings: [] } })
    const { id } = made.body
    const one = (await read(ofMill, `/chain-positions/${id}`)).body
    expect(one).toMatchObject({
      capacity: 120_000,
      output: 95_000,
      firm: { id: mill, name: '合成面粉厂', isOutside: false },
      product: { code: goods.flour, zh: '小麦粉', unit: 't' },
    })
    const change = { rev: 1, why: '年报更正', output: 150_000, asOf: '2025-12-31' }
    const changed = await patch(ofMill, `/chain-positions/${id}`, change)
    expect(changed.body.warnings).toMatchObject([{ field: 'output', message: '超过产能的 1.2 倍，请核对' }])
    expect(refusal(await patch(ofMill, `/chain-positions/${id}`, change)).status).toBe(409)
    const { rows } = (await read(ofMill, `/chain-positions/${id}/history`)).body
    expect(rows.map((row: { verb: string }) => row.verb)).toEqual(['change', 'enter'])
    expect((await post(ofMill, `/chain-positions/${id}/removal`, { rev: 2, why: '录错' })).status).toBe(200)
    expect((await read(ofMill, `/chain-positions/${id}`)).status).toBe(404)
  })

  it('of a firm are reached by it and by whoever reads the zone, and entered by nobody else', async () => {
    const { ofMill, ofStranger, leader, officer, outside, mill } = zone
    const id = await created(ofMill, '/chain-positions', positionOf(mill, { year: 2021 }))
    for (const client of [ofMill, leader, officer])
      expect((await read(client, `/chain-positions/${id}`)).status).toBe(200)
    expect((await read(ofStranger, `/chain-positions/${id}`)).status).toBe(404)
    expect((await read(ofStranger, '/chain-positions')).body.rows).toEqual([])
    for (const client of [ofStranger, leader])
      expect((await post(client, '/chain-positions', positionOf(mill, { year: 2022 }))).status).toBe(403)
    expect((await patch(leader, `/chain-positions/${id}`, { rev: 1, why: '改', asOf: '2025-01-01' })).status).toBe(403)
    const there = await created(officer, '/chain-positions', positionOf(outside, { productCode: goods.pulp }))
    expect((await read(officer, `/chain-positions/${there}`)).body.firm).toMatchObject({ isOutside: true })
    const found = (await read(officer, `/chain-positions?q=${encodeURIComponent('区外纸')}`)).body.rows
    expect(found.map((row: { id: string }) => row.id)).toEqual([there])
  })

  it('of one product and year are told page by page, for who makes and who uses it', async () => {
    const { officer, ofMill, ofStranger, mill, bakery, outside } = zone
    const year = 2015
    const ids = [
      await created(officer, '/chain-positions', positionOf(mill, { year })),
      await created(officer, '/chain-positions', positionOf(bakery, { year, role: 'consume' })),
      await created(officer, '/chain-positions', positionOf(outside, { year })),
    ]
    await created(officer, '/chain-positions', positionOf(mill, { year, productCode: goods.pulp }))
    await created(officer, '/chain-positions', positionOf(mill, { year: 2014 }))
    const asked = `/chain-positions?productCode=${goods.flour}&year=${year}`
    const idsOf = ({ body }: Answer) => body.rows.map(({ id }: { id: string }) => id)
    const first = await read(officer, `${asked}&limit=2`)
    const second = await read(officer, `${asked}&limit=2&cursor=${first.body.next}`)
    expect([first.body.total, second.body.next]).toEqual([3, null])
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed())
    expect(idsOf(await read(officer, `${asked}&role=consume`))).toEqual([ids[1]])
    // A firm's people see their own alone, whichever product they ask for.
    expect(idsOf(await read(ofMill, asked))).toEqual([ids[0]])
    expect(idsOf(await read(ofStranger, asked))).toEqual([])
    expect((await read(officer, '/chain-positions?productCode=flour')).status).toBe(400)
  })

  it('are refused with field, value and rule', async () => {
    const { ofMill, mill, officer } = zone
    const wrong = async (over: object, client = ofMill) =>
      refusal(await post(client, '/chain-positions', positionOf(mill, over)))
    expect(await wrong({ output: undefined, outputText: '3.5万方' })).toEqual({
      status: 422,
      field: 'outputText',
      rule: 'unit_fits 3.5万方 → t',
    })
    expect(await wrong({ output: -1 })).toMatchObject({ status: 400, field: 'output' })
    expect(await wrong({ output: undefined, outputText: '-5 吨' })).toMatchObject({
      field: 'outputText',
      rule: 'not_negative',
    })
    expect(await wrong({ outputText: '5 吨' })).toMatchObject({ field: 'outputText', rule: 'number_or_text' })
    expect(await wrong({ output: undefined, outputText: '月产 5000 吨' })).toMatchObject({ rule: 'per_year' })
    expect(await wrong({ capacity: 1e12, output: 1 })).toMatchObject({ field: 'capacity', rule: 'absurd_value' })
    expect(await wrong({ year: 2028 })).toMatchObject({ field: 'year', rule: 'at_most 2027' })
    expect(await wrong({ asOf: '2026-12-01' })).toMatchObject({ field: 'asOf', rule: 'not_after 2026-11-22' })
    expect(await wrong({ productCode: 'P9999' })).toMatchObject({ field: 'productCode', rule: 'known_product' })
    expect(await wrong({ firmId: 'nobody' }, officer)).toMatchObject({ field: 'firmId', rule: 'within_reach' })
    await created(ofMill, '/chain-positions', positionOf(mill, { year: 2019 }))
    expect(await wrong({ year: 2019 })).toMatchObject({ status: 409, field: 'productCode', rule: 'position_once' })
  })
})

describe('links', () => {
  it('are refused with field, value and rule', async () => {
    const { officer, ofMill, ofStranger, leader, mill, bakery, outside, stranger } = zone
    const wrong = async (from: string, to: string, over: object = {}, client = officer) =>
      refusal(await post(client, '/chain-links', linkOf(from, to, over)))
    expect(await wrong(mill, mill)).toEqual({ status: 422, field: 'buyerId', rule: 'supplies_itself' })
    const other = await created(officer, '/chain-outside-firms', { name: '合成境外厂', country: 'KZ' })
    expect(await wrong(outside, other)).toMatchObject({ rule: 'one_in_the_zone' })
    expect(await wrong(mill, bakery, { volume: -3 })).toMatchObject({ status: 400, field: 'volume' })
    expect(await wrong(mill, bakery, { volume: 0 })).toMatchObject({ field: 'volume', rule: 'not_zero' })
    expect(await wrong(mill, bakery, { volume: 1e9, priceFen: 1e9 })).toMatchObject({ rule: 'absurd_value' })
    expect(await wrong(mill, bakery, { volume: 1e9, priceFen: 0 })).toMatchObject({ rule: 'absurd_value' })
    expect(await wrong(mill, bakery, { volume: undefined })).toMatchObject({ field: 'volume', rule: 'required' })
    expect(await wrong(mill, stranger, { distanceKm: null })).toMatchObject({
      field: 'distanceKm',
      rule: 'needed_without_points',
    })
    expect(await wrong(mill, bakery, { volume: undefined, volumeText: '3 台' })).toMatchObject({
      rule: 'unit_fits 3台 → t',
    })
    expect((await post(ofStranger, '/chain-links', linkOf(mill, bakery))).status).toBe(403)
    expect((await post(leader, '/chain-links', linkOf(mill, bakery))).status).toBe(403)
    await created(ofMill, '/chain-links', linkOf(mill, bakery, { year: 2019 }))
    expect(await wrong(mill, bakery, { year: 2019 })).toMatchObject({
      status: 409,
      field: 'sellerId',
      rule: 'link_once',
    })
  })

  it('are as long as the great circle with a detour when nobody tells, and say so', async () => {
    const { ofMill, mill, outside } = zone
    const link = linkOf(outside, mill, { productCode: goods.pulp, distanceKm: null, source: '企业填报' })
    const id = await created(ofMill, '/chain-links', link)
    const one = (await read(ofMill, `/chain-links/${id}`)).body
    // 2,508 km as the crow flies by the ellipsoid, with a quarter more.
    expect(one.distanceKm).toBeGreaterThan(2_900)
    expect(one.distanceKm).toBeLessThan(3_300)
    expect(one).toMatchObject({ isEstimate: true, source: '企业填报', rateFen: 35, mode: 'road' })
    const told = { rev: 1, why: '实测', distanceKm: 3_050, source: '企业填报', asOf: '2025-12-31' }
    await patch(ofMill, `/chain-links/${id}`, told)
    expect((await read(ofMill, `/chain-links/${id}`)).body).toMatchObject({
      isEstimate: false,
      distanceKm: 3_050,
      volume: 1_234,
    })
  })

  it('tell volume and price to their two firms and to nobody else, on no way', async () => {
    const { officer, mill, bakery, ofMill, ofBakery, role, stranger } = zone
    const told = ['987653', '9579246', '95792.46', '13579', '135.79', String(987_653 * 13_579)]
    const id = await created(
      officer,
      '/chain-links',
      linkOf(mill, bakery, { year: 2023, volume: 987_653, priceFen: 9_579_246 }),
    )
    await patch(ofBakery, `/chain-links/${id}`, {
      rev: 1,
      why: '更正单价',
      priceFen: 13_579,
      distanceKm: 33,
      asOf: '2025-12-31',
    })
    const paths = [
      `/chain-links/${id}`,
      '/chain-links?limit=200',
      `/chain-links?firmId=${mill}&year=2023`,
      `/chain-links/${id}/history`,
      `/chain-firms/${mill}?year=2023`,
      `/chain-firms/${bakery}?year=2023`,
      `/search?q=987653`,
      `/enterprises/${mill}/history`,
    ]
    const leaks = async (client: Client): Promise<readonly string[]> => {
      const answers = await Promise.all(paths.map((path) => read(client, path)))
      const texts = answers.map(({ body }) => JSON.stringify(body))
      texts.push(await sheetText(client, '/chain-links/export.xlsx?year=2023'))
      // Ids hold digits too; figures stand alone.
      return told.filter((secret) => texts.some((text) => new RegExp(`(?<![\\w-])${secret}(?![\\w-])`).test(text)))
    }
    for (const client of [ofMill, ofBakery]) {
      const one = (await read(client, `/chain-links/${id}`)).body
      expect(one).toMatchObject({ volume: 987_653, priceFen: 13_579, valueFen: 987_653 * 13_579, isHidden: false })
      expect(await sheetText(client, '/chain-links/export.xlsx?year=2023')).toContain('987653')
    }
    const tried = new Set<string>()
    for (const name of roles)
      for (const partyId of [null, stranger]) {
        // Some roles are held for a party only, some for the zone only.
        const client = await role(name, partyId).catch(() => null)
        if (client === null) continue
        tried.add(name)
        expect({ name, partyId, leaks: await leaks(client) }).toEqual({ name, partyId, leaks: [] })
      }
    expect([...tried]).toEqual([...roles])
    expect(await leaks(server.machine)).toEqual([])
    const seen = (await read(officer, `/chain-links/${id}`)).body
    expect(seen).toMatchObject({ volume: null, priceFen: null, valueFen: null, isHidden: true })
    const { rows } = (await read(ofMill, `/chain-links/${id}/history`)).body
    expect(rows[0].data.changes).toContainEqual({ field: 'price_fen', from: '***', to: '***' })
    expect(JSON.stringify(rows)).not.toMatch(/987653|13579/)
  }, 180_000)

  it('cannot be found out by guessing: what is refused or noted does not depend on what is hidden', async () => {
    const { officer, ofMill, mill, bakery } = zone
    const id = await created(ofMill, '/chain-links', linkOf(mill, bakery, { year: 2022, volume: 5_000 }))
    const rest = { why: '核对', distanceKm: 30, asOf: '2025-12-31' }
    const half = await patch(officer, `/chain-links/${id}`, { rev: 1, ...rest, priceFen: 1e12 })
    expect(refusal(half)).toEqual({ status: 422, field: 'volume', rule: 'both_or_neither' })
    const other = await patch(officer, `/chain-links/${id}`, { rev: 1, ...rest, volume: 5_000 })
    expect(refusal(other)).toMatchObject({ field: 'priceFen', rule: 'both_or_neither' })
    expect((await patch(officer, `/chain-links/${id}`, { rev: 1, ...rest })).status).toBe(200)
    expect(
      (await patch(officer, `/chain-links/${id}`, { rev: 2, ...rest, volume: 5_000, priceFen: 420_000 })).status,
    ).toBe(200)
    expect(
      (await patch(officer, `/chain-links/${id}`, { rev: 3, ...rest, volume: 5_001, priceFen: 420_000 })).status,
    ).toBe(200)
    const { rows } = (await read(officer, `/chain-links/${id}/history`)).body
    // The same figures again, and others, leave the same line.
    expect(rows[0].data).toEqual(rows[1].data)
    expect((await read(ofMill, `/chain-links/${id}`)).body).toMatchObject({ volume: 5_001, priceFen: 420_000 })
  })
})

/** The cells of a workbook as one text; nothing when it was refused. */
async function sheetText(client: Client, path: string): Promise<string> {
  const response = await fetch(`${server.url}/api/v1${path}`, { headers: client.headers })
  if (!response.ok) return ''
  const table = await readTable({ name: 'export.xlsx', bytes: new Uint8Array(await response.arrayBuffer()) })
  return table.ok ? table.value.rows.map(({ cells }) => cells.join(' ')).join('\n') : ''
}

describe('lead firms and demand', () => {
  it('have one main lead firm a chain at a time, each once', async () => {
    const { officer, ofMill, mill, bakery } = zone
    const leads = { chainCode: 'C17', isMain: true, validFrom: '2024-01-01' }
    const id = await created(officer, '/chain-leaders', { ...leads, firmId: mill })
    const twice = await post(officer, '/chain-leaders', { ...leads, firmId: bakery })
    expect(refusal(twice)).toEqual({ status: 409, field: 'isMain', rule: 'one_main' })
    const again = await post(officer, '/chain-leaders', { ...leads, firmId: mill, isMain: false })
    expect(refusal(again)).toMatchObject({ field: 'firmId', rule: 'leads_already' })
    expect((await post(ofMill, '/chain-leaders', { ...leads, firmId: mill })).status).toBe(403)
    const end = { rev: 1, why: '换届', isMain: true, validFrom: '2024-01-01', validTo: '2025-12-31' }
    expect((await patch(officer, `/chain-leaders/${id}`, end)).status).toBe(200)
    await created(officer, '/chain-leaders', { ...leads, firmId: bakery, validFrom: '2026-01-01' })
    const back = await patch(officer, `/chain-leaders/${id}`, { ...end, rev: 2, validTo: null })
    expect(refusal(back)).toMatchObject({ field: 'isMain', rule: 'one_main' })
    const { rows } = (await read(ofMill, '/chain-leaders?chainCode=C17&state=now')).body
    expect(rows).toMatchObject([{ firm: { id: bakery, name: '合成挂面厂' }, isMain: true, validTo: null }])
  })

  it('keep the demand of a product and year once', async () => {
    const { officer, ofMill, leader } = zone
    const demand = { productCode: goods.flour, year: 2025, volumeText: '3.5万公斤', asOf: '2025-12-31' }
    const id = await created(officer, '/chain-demands', demand)
    expect((await read(leader, `/chain-demands/${id}`)).body).toMatchObject({ volume: 35 })
    expect(refusal(await post(officer, '/chain-demands', demand))).toMatchObject({ status: 409, rule: 'demand_once' })
    expect((await read(ofMill, '/chain-demands')).status).toBe(403)
    expect(
      (await patch(officer, `/chain-demands/${id}`, { rev: 1, why: '更正', volume: 40, asOf: '2025-12-31' })).status,
    ).toBe(200)
    expect((await post(officer, `/chain-demands/${id}/removal`, { rev: 2, why: '录错' })).status).toBe(200)
  })
})

describe('firms outside', () => {
  const found = async (q: string, path = '/chain-outside-firms?') =>
    (await read(zone.officer, `${path}&limit=50&q=${encodeURIComponent(q)}`)).body.rows.map(
      ({ name }: { name: string }) => name,
    )

  it('are found by any part of name or place, in small letters and capitals, and by nothing that stands apart', async () => {
    for (const [name, place] of [
      ['Шымкент Steel 合成钢铁', '哈萨克斯坦 奇姆肯特'],
      ['合成铁钢贸易', '甘肃 100% 合作区'],
    ])
      await created(zone.officer, '/chain-outside-firms', { name, place, country: 'CN', synthetic: true })

    expect(await found('st')).toEqual(['Шымкент Steel 合成钢铁'])
    expect(await found('Шымкент steel')).toEqual(['Шымкент Steel 合成钢铁'])
    expect(await found('奇姆')).toEqual(['Шымкент Steel 合成钢铁'])
    expect(await found('钢')).toHaveLength(2)
    expect(await found('钢铁')).toEqual(['Шымкент Steel 合成钢铁'])
    // Its pairs 合成 and 成铁 and more stand there, not the whole.
    expect(await found('合成铁钢铁')).toEqual([])
    expect(await found('100%')).toEqual(['合成铁钢贸易'])
    expect(await found('_')).toEqual([])
    // Among those to choose from a place is no name.
    expect(await found('钢铁', '/chain-firms?side=outside')).toEqual(['Шымкент Steel 合成钢铁'])
    expect(await found('奇姆', '/chain-firms?side=outside')).toEqual([])
  })

  it('are found without a walk through all of them', async () => {
    await server.database.exec(`
      insert into chain_outside (zone_id, id, name, country, place, created_at, created_by, updated_at, updated_by)
        select 'many', gen_random_uuid(), '合成' || md5(n::text) || '公司', 'CN', '河南', now(), 'test', now(), 'test'
        from generate_series(1, 5000) n`)
    await server.database.exec('analyze chain_outside')
    const plan = await sql<{ 'QUERY PLAN': string }>`explain (costs off) select o.id from chain_outside o
      where o.zone_id = 'many' and ${holds('奇姆', 'o', ['name', 'place'])} order by o.name, o.id limit 51`.execute(
      server.database.db,
    )

    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Scan on chain_outside_grams')
  })
})

describe('the page of a firm', () => {
  it('shows what is known, and figures of trade to the two alone', async () => {
    const { ofMill, ofBakery, officer, mill, bakery, ofStranger } = zone
    await created(ofMill, '/chain-positions', positionOf(mill, { year: 2024 }))
    await created(ofMill, '/chain-links', linkOf(mill, bakery, { year: 2024 }))
    const own = (await read(ofMill, `/chain-firms/${mill}?year=2024`)).body
    expect(own).toMatchObject({
      name: '合成面粉厂',
      isOwn: true,
      year: 2024,
      positionsTotal: 1,
      customersTotal: 1,
      suppliersTotal: 0,
      customers: [{ buyer: { id: bakery }, volume: 1_234, isHidden: false }],
    })
    expect(own.segments).toMatchObject([{ chain: { code: 'C17' }, product: { code: goods.flour }, role: 'produce' }])
    expect(own.years).toContain(2024)
    const seen = (await read(officer, `/chain-firms/${mill}?year=2024`)).body
    expect(seen.customers).toMatchObject([{ volume: null, priceFen: null, isHidden: true }])
    const bought = (await read(ofBakery, `/chain-firms/${mill}?year=2024`)).body
    expect(bought).toMatchObject({ isOwn: false, positionsTotal: 0, customersTotal: 1 })
    const nothing = (await read(ofStranger, `/chain-firms/${mill}?year=2024`)).body
    expect(nothing).toMatchObject({ positionsTotal: 0, customersTotal: 0, suppliersTotal: 0 })
    for (const id of ['nobody', '-'.repeat(36)]) expect((await read(officer, `/chain-firms/${id}`)).status).toBe(404)
  })

  it('leads from whoever looks for a name to the firm', async () => {
    const { rows } = (await read(zone.ofMill, `/chain-firms?q=${encodeURIComponent('合成')}`)).body
    const names = rows.map((row: { name: string }) => row.name)
    expect(names).toContain('合成挂面厂')
    expect(names).toContain('合成区外纸厂')
  })

  it('tells a firm of another one its name and area, and of the register nothing', async () => {
    const { ofMill, officer, stranger, mill } = zone
    const uscc = '91652301MA7ABCDE1X'
    await server.deps.db
      .updateTable('enterprise')
      .set({ industry: 'C1331', address: '合成路 9 号', uscc, uscc_status: 'legacy', above_scale_years: [2024] })
      .where('id', '=', stranger)
      .execute()
    const page = (await read(ofMill, `/chain-firms/${stranger}?year=2024`)).body
    expect(page).toMatchObject({ name: '合成别家', uscc: null, industry: null, place: '', point: null, strongWhy: [] })
    expect(JSON.stringify(page)).not.toContain(uscc)
    expect((await read(officer, `/chain-firms/${stranger}?year=2024`)).body).toMatchObject({ uscc, isStrong: true })
    const rows = async (client: Client, q: string) =>
      (await read(client, `/chain-firms?side=inside&q=${encodeURIComponent(q)}`)).body.rows
    expect(await rows(ofMill, '别家')).toEqual([
      { id: stranger, name: '合成别家', isOutside: false, place: '', industry: null },
    ])
    expect(await rows(officer, '别家')).toMatchObject([{ id: stranger, industry: 'C1331' }])
    expect(await rows(ofMill, uscc)).toMatchObject([{ id: stranger }])
    // The beginning of a code leads nowhere, and nothing is listed before something was typed.
    expect(await rows(ofMill, uscc.slice(0, 12))).toEqual([])
    expect(await rows(ofMill, '')).toMatchObject([{ id: mill }])
  })
})

describe('imports', () => {
  const sheet = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
    writeXlsx(
      heads.map((header, i) => ({ header, value: (row: readonly string[]) => row[i] ?? '' })),
      rows,
      { sheetName: 's', notesSheet: { name: 'n', lines: [] } },
    )
  const upload = async (client: Client, bytes: Uint8Array): Promise<string> => {
    const form = new FormData()
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    form.append('file', new Blob([new Uint8Array(bytes)], { type }), 'rows.xlsx')
    const answer = await client.post('/api/v1/files', form)
    expect(answer.status).toBe(201)
    return answer.body.id
  }
  const run = (client: Client, kind: string, fileId: string, preview: boolean) =>
    post(client, '/chain-imports', { kind, fileId, preview, synthetic: true })

  const positionHeads = [
    '企业名称或统一社会信用代码',
    '产品名称或编码',
    '角色',
    '年份',
    '年产能',
    '年产量或用量',
    '数据日期',
  ]

  it('keep the good rows, name row and column of the others, and change nothing when repeated', async () => {
    const { officer } = zone
    const rows = [
      ['合成面粉厂', '面粉', '生产', '2018', '12万吨', '95000', '2018-12-31'],
      ['合成面粉厂', 'P1702', '生产', '2018', '1', '1', '2018-12-31'],
      ['没有这家', '面粉', '生产', '2018', '1', '1', '2018-12-31'],
      ['合成挂面厂', '不明产品', '消耗', '2018', '1', '1', '2018-12-31'],
      ['合成挂面厂', '面粉', '消耗', '2018', '5 台', '1', '2018-12-31'],
      ['合成挂面厂', '面粉', '消耗', '2018', '100', '200', '2018-12-31'],
    ]
    const fileId = await upload(officer, await sheet(positionHeads, rows))
    const foreseen = (await run(officer, 'position', fileId, true)).body
    expect(foreseen).toMatchObject({ rows: 6, good: 2, there: 0, written: false, faultsTotal: 4 })
    expect(foreseen.faults).toMatchObject([
      { row: 3, column: '产品名称或编码', message: '与第 2 行重复' },
      { row: 4, column: '企业名称或统一社会信用代码', value: '没有这家' },
      { row: 5, column: '产品名称或编码', value: '不明产品', message: '产品目录里没有' },
      { row: 6, column: '年产能', message: '单位换算不成：5台 → t' },
    ])
    expect(foreseen.warnings).toMatchObject([{ row: 7, message: '超过产能的 1.2 倍，请核对' }])
    expect((await run(officer, 'position', fileId, false)).body).toMatchObject({ good: 2, there: 0, written: true })
    expect((await run(officer, 'position', fileId, false)).body).toMatchObject({ good: 0, there: 2, written: true })
    expect((await read(officer, '/chain-positions?year=2018')).body.total).toBe(2)
  })

  it('of a firm take its own rows only, and what is imported for others is not read back', async () => {
    const { officer, ofMill, ofBakery } = zone
    const heads = [
      '供方名称或统一社会信用代码',
      '需方名称或统一社会信用代码',
      '产品名称或编码',
      '年份',
      '年供应量',
      '单价（元）',
      '运距（公里）',
      '数据日期',
    ]
    const rows = [
      ['合成面粉厂', '合成挂面厂', '面粉', '2018', '77万公斤', '4200.5', '30', '2018-12-31'],
      ['合成面粉二厂', '合成挂面厂', '面粉', '2018', '770', '4200', '', '2018-12-31'],
      ['合成面粉厂', '合成面粉厂', '面粉', '2018', '770', '4200', '30', '2018-12-31'],
    ]
    const bytes = await sheet(heads, rows)
    const own = (await run(ofMill, 'link', await upload(ofMill, bytes), true)).body
    expect(own).toMatchObject({ good: 1, faultsTotal: 2 })
    expect(own.faults).toMatchObject([
      { row: 3, message: '只能导入本企业的数据' },
      { row: 4, message: '企业不能向自己供货' },
    ])
    expect((await run(officer, 'link', await upload(officer, bytes), false)).body).toMatchObject({
      good: 2,
      written: true,
    })
    const seen = (await read(officer, '/chain-links?year=2018')).body.rows
    expect(seen.map((row: { volume: unknown }) => row.volume)).toEqual([null, null])
    const mine = (await read(ofBakery, '/chain-links?year=2018')).body.rows
    const traded = mine.map((row: { volume: number; priceFen: number }) => [row.volume, row.priceFen])
    expect(traded.toSorted()).toEqual([
      [770, 420_000],
      [770, 420_050],
    ])
    expect((await run(zone.leader, 'link', await upload(officer, bytes), true)).status).toBe(403)
  })

  it('begin with a template that can be read again', async () => {
    for (const kind of ['position', 'link'])
      expect(await sheetText(zone.officer, `/chain-imports/${kind}/template.xlsx`)).toContain('面粉')
  })
})
