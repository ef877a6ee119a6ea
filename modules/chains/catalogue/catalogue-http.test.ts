import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { chainCatalogue } from './store.ts'
import { noteUnknownWords } from './word.ts'

const api = '/api/v1'
const now = epochMs(Date.UTC(2026, 10, 30, 4))
let server: TestServer
let officer: Client
let firm: Client
let other: Client

beforeAll(async () => {
  server = await startTestServer({ clock: () => now })
  officer = await server.actor([{ role: 'chain_officer', partyId: null }])
  const area = await server.machine.post(`${api}/areas`, { code: 'E', name: '城东', commandId: randomUUID() })
  const enterprise = await server.machine.post(`${api}/enterprises`, {
    name: '示例纸业有限公司',
    areaId: area.body.id,
    commandId: randomUUID(),
    synthetic: true,
  })
  firm = await server.actor([{ role: 'enterprise', partyId: enterprise.body.id }])
  other = await server.actor([{ role: 'driver', partyId: null }])
}, 120_000)
afterAll(() => server.close())

const post = (path: string, body: object, client = officer) =>
  client.post(`${api}${path}`, { commandId: randomUUID(), ...body })
const put = (path: string, body: object, client = officer) =>
  client.put(`${api}${path}`, { commandId: randomUUID(), ...body })
const patch = (path: string, body: object, client = officer) =>
  client.patch(`${api}${path}`, { commandId: randomUUID(), ...body })
const read = async (path: string, client = officer) => (await client.get(`${api}${path}`)).body
const refusal = ({ status, body }: Answer) => ({
  status,
  kind: body.kind,
  field: body.errors?.[0]?.field,
  rule: body.errors?.[0]?.rule,
})

const goods = {
  zh: '纸浆模塑',
  en: 'moulded pulp',
  unit: '吨',
  family: 'moulded-pulp',
  kgPerUnit: 1_000,
  priceFen: 900_000,
  industry: '2239',
  asOf: '2026-11-30',
}
let made = 0
/** A product of its own for a test. */
async function product(over: object = {}): Promise<string> {
  const code = `T${++made}0`
  const answer = await post('/chain-products', { ...goods, zh: `试验品${made}`, en: `trial ${made}`, code, ...over })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return code
}
const versionNow = async () => (await chainCatalogue(server.deps.db, server.deps.zoneId)).version

describe('products', () => {
  it('are entered, read by every enterprise, changed with a reason, and closed', async () => {
    const before = await versionNow()
    const entered = await post('/chain-products', { ...goods, code: 'T1', site: { landM2: 20_000 } })
    const one = await read('/chain-products/T1', firm)
    const { zh, en, family, kgPerUnit, priceFen, asOf, rev } = one
    const asRead = { zh, en, family, kgPerUnit, asOf, rev, unit: 't', why: '调价', state: 'open' }
    const changed = await patch('/chain-products/T1', { ...asRead, priceFen: priceFen + 1 })

    expect(entered).toMatchObject({ status: 201, body: { id: 'T1', rev: 1, warnings: [] } })
    expect(one).toMatchObject({ unit: 't', industryName: expect.any(String), site: { landM2: 20_000 }, places: [] })
    expect(changed.body).toMatchObject({ rev: 2 })
    expect(await versionNow()).toBe(before + 2)
    expect(refusal(await patch('/chain-products/T1', { ...asRead, priceFen }))).toMatchObject({
      status: 409,
      kind: 'stale_revision',
    })
    const closed = await patch('/chain-products/T1', { ...asRead, priceFen, rev: 2, state: 'closed' })
    expect(closed.status).toBe(200)
    const { rows } = await read('/chain-products/T1/history')
    expect(rows.map(({ verb, reason }: { verb: string; reason: string }) => [verb, reason])).toEqual([
      ['close', '调价'],
      ['change', '调价'],
      ['enter', null],
    ])
    const { catalogue, products } = await chainCatalogue(server.deps.db, server.deps.zoneId)
    expect([catalogue.products.has('T1'), products.get('T1')?.state]).toEqual([false, 'closed'])
  })

  it('are found by code and by any name, a page at a time', async () => {
    const codes = async (path: string) =>
      (await read(path)).rows.map((row: { code: string; matched: string | null }) => [row.code, row.matched])

    expect(await codes('/chain-products?q=螺纹')).toEqual([['P0602', null]])
    expect(await codes('/chain-products?q=p0602')).toEqual([['P0602', null]])
    expect(await codes('/chain-products?q=boiler%20coal')).toEqual([['P0101', 'boiler coal']])
    expect(await codes('/chain-products?q=%25')).toEqual([])
    expect(await codes('/chain-products?chain=C13')).toHaveLength(5)
    const first = await read('/chain-products?limit=2')
    const second = await read(`/chain-products?limit=2&cursor=${first.next}`)
    expect([...first.rows, ...second.rows].map((row: { code: string }) => row.code)).toEqual([
      'P0101',
      'P0102',
      'P0103',
      'P0104',
    ])
  })

  it('are kept by officers only, and read by nobody without a part in them', async () => {
    const mine = { ...goods, code: 'T9' }

    expect(refusal(await post('/chain-products', mine, firm))).toMatchObject({ status: 403, kind: 'not_permitted' })
    expect((await read('/chain-products', other)).rows).toEqual([])
    expect((await other.get(`${api}/chain-products/P0101`)).status).toBe(404)
    expect((await other.get(`${api}/chain-products/P0101/history`)).status).toBe(404)
    expect((await firm.get(`${api}/chain-products/P0101/history`)).body).toEqual({ rows: [] })
    expect((await firm.get(`${api}/chain-words`)).status).toBe(403)
    expect((await firm.get(`${api}/chain-chains/C01`)).status).toBe(200)
    for (const [path, body] of [
      ['/chain-recipes/P1302', { rev: 1, why: '试', routes: [] }],
      ['/chain-clusters', { from: '2027-01-01', rev: 1, why: '试', rows: [{ code: 'x', zh: '某', en: 'x' }] }],
    ] as const)
      expect(refusal(await put(path, body, firm))).toMatchObject({ status: 403, kind: 'not_permitted' })
  })

  it.each([
    ['a unit that nobody knows', { unit: '箩筐' }, 'unit', 'catalogue_unit'],
    ['a class that GB/T 4754 has not', { industry: '9999' }, 'industry', 'a_class'],
    ['a parent that is not there', { parent: 'NOWHERE' }, 'parent', 'within_reach'],
    ['a name of signs alone', { zh: '——/——' }, 'zh', 'a_letter'],
    ['values without an axis', { axisValues: ['一级'] }, 'axis', 'axis_of_values'],
  ])('are refused with %s', async (_, over, field, rule) => {
    const answer = await post('/chain-products', { ...goods, code: 'T8', ...over })

    expect(refusal(answer)).toEqual({ status: 422, kind: 'field_refused', field, rule })
    expect(answer.body.detail).not.toContain(rule)
  })

  it('stand in a tree of four levels without a circle', async () => {
    const top = await product()
    const second = await product({ parent: top })
    const third = await product({ parent: second })
    const fourth = await product({ parent: third })
    const refused = await post('/chain-products', { ...goods, code: 'T7', parent: fourth })
    const move = async (code: string, parent: string | null) => {
      const { zh, en, unit, family, kgPerUnit, priceFen, asOf, rev } = await read(`/chain-products/${code}`)
      const fields = { zh, en, unit, family, kgPerUnit, priceFen, asOf, rev }
      return patch(`/chain-products/${code}`, { ...fields, why: '归类', state: 'open', parent })
    }
    const lone = await product()

    expect(refusal(refused)).toMatchObject({ field: 'parent', rule: 'levels 4' })
    expect(refusal(await move(top, fourth))).toMatchObject({ field: 'parent', rule: 'below_itself' })
    expect(refusal(await move(top, top))).toMatchObject({ field: 'parent', rule: 'below_itself' })
    expect(refusal(await move(top, lone))).toMatchObject({ field: 'parent', rule: 'levels 4' })
    expect((await move(fourth, second)).status).toBe(200)
    const { path, children } = await read(`/chain-products/${second}`)
    expect([path, children].map((list) => list.map((one: { code: string }) => one.code))).toEqual([
      [top],
      [third, fourth],
    ])
    expect((await move(top, lone)).status).toBe(200)
  })

  it('keep their unit where something is counted in it, and stay open where something needs them', async () => {
    const { rev, zh, en, family, kgPerUnit, priceFen, asOf } = await read('/chain-products/P1301')
    const fields = { rev, zh, en, family, kgPerUnit, priceFen, asOf, unit: 't', why: '试', state: 'open' }

    expect(refusal(await patch('/chain-products/P1301', { ...fields, unit: '公斤' }))).toMatchObject({
      status: 422,
      field: 'unit',
      rule: 'unit_counted t',
    })
    const closed = await patch('/chain-products/P1301', { ...fields, state: 'closed' })
    expect(refusal(closed)).toMatchObject({ status: 422, field: 'state', rule: 'still_needed' })
    expect(closed.body.errors[0].value).toBe('P1302')
  })

  it('have codes that no chain has', async () => {
    expect(refusal(await post('/chain-products', { ...goods, code: 'C01' }))).toMatchObject({
      status: 409,
      kind: 'taken',
      field: 'code',
    })
  })

  it('are entered once when two officers enter one at once', async () => {
    const answers = await Promise.all([1, 2].map(() => post('/chain-products', { ...goods, code: 'T2TWICE' })))

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
  })

  it('keep a script in a name as text', async () => {
    const code = await product({ zh: '<script>alert(1)</script>浆' })

    expect((await read(`/chain-products/${code}`)).zh).toBe('<script>alert(1)</script>浆')
  })
})

describe('names', () => {
  it('are added, warn of products that are called so, and are closed and reopened', async () => {
    const code = await product()
    const added = await post('/chain-aliases', { productCode: code, lang: 'zh', alias: '螺纹钢' })
    const { id } = added.body
    const names = async () =>
      (await chainCatalogue(server.deps.db, server.deps.zoneId)).catalogue.products.get(code)?.zh

    expect(added.body.warnings).toEqual([
      { name: '螺纹钢', code: 'P0602', zh: expect.any(String), en: expect.any(String) },
    ])
    expect(await names()).toContain('螺纹钢')
    // Full width or not, it is one name.
    const twin = await post('/chain-aliases', { productCode: code, lang: 'en', alias: 'HRB' })
    expect(twin.status).toBe(201)
    expect(refusal(await post('/chain-aliases', { productCode: code, lang: 'en', alias: 'ＨＲＢ' }))).toMatchObject({
      status: 409,
      kind: 'taken',
      rule: 'one_name',
    })
    const close = { rev: 1, why: '歧义', basis: 'zone' }
    expect((await patch(`/chain-aliases/${id}`, { ...close, state: 'closed' })).body.rev).toBe(2)
    expect(await names()).not.toContain('螺纹钢')
    expect(refusal(await patch(`/chain-aliases/${id}`, { ...close, state: 'open' })).kind).toBe('stale_revision')
    expect((await patch(`/chain-aliases/${id}`, { ...close, rev: 2, state: 'open' })).status).toBe(200)
    const { rows } = await read(`/chain-products/${code}/history`)
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual([
      'reopen_alias',
      'close_alias',
      'add_alias',
      'add_alias',
      'enter',
    ])
  })

  it('need a letter that remains', async () => {
    const answer = await post('/chain-aliases', { productCode: 'P0101', lang: 'zh', alias: '\u200b123\u200b' })

    expect(refusal(answer)).toEqual({ status: 422, kind: 'field_refused', field: 'alias', rule: 'a_letter' })
  })
})

describe('recipes', () => {
  const input = (code: string, coefficient: number, over: object = {}) => ({
    product: code,
    coefficient,
    low: coefficient - 0.1,
    high: coefficient + 0.1,
    ...over,
  })
  const route = (inputs: readonly object[], over: object = {}) => ({ share: 1, asOf: '2026-11-30', inputs, ...over })
  const save = (code: string, rev: number, routes: readonly object[]) =>
    put(`/chain-recipes/${code}`, { rev, why: '企业数据', routes })

  it('are saved as a whole, closed and entered again', async () => {
    const [one, two, out] = [await product(), await product(), await product()]
    const first = await save(out, 0, [
      route([input(one, 1.2)], { route: '甲', share: 0.7 }),
      route([input(two, 0.9), input(one, -0.2)], { route: '乙', share: 0.3 }),
    ])
    const again = await save(out, first.body.rev, [route([input(two, 1)], { route: '乙' })])
    const now = await read(`/chain-recipes/${out}`, firm)

    expect(first.body).toEqual({ id: out, rev: 2 })
    expect(again.body.rev).toBe(4)
    expect(now).toMatchObject({
      rev: 4,
      routes: [{ route: '乙', share: 1, inputs: [{ product: { code: two }, coefficient: 1, unit: 't' }] }],
    })
    expect(refusal(await save(out, 2, []))).toMatchObject({ status: 409, kind: 'stale_revision' })
    expect((await save(out, 4, [])).body.rev).toBe(5)
    expect((await read(`/chain-recipes/${out}`)).routes).toEqual([])
    expect((await save(out, 5, [route([input(one, 1)], { route: '乙' })])).body.rev).toBe(6)
    const needing = await read(`/chain-recipes?input=${one}`)
    expect(needing.rows.map(({ output }: { output: { code: string } }) => output.code)).toEqual([out])
    const { rows } = await read(`/chain-products/${out}/history`)
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual([
      'change_recipe',
      'close_recipe',
      'change_recipe',
      'change_recipe',
      'enter',
    ])
  })

  it('have shares that sum to one, and coefficients within their range', async () => {
    const [one, out] = [await product(), await product()]
    const refused = async (routes: readonly object[]) => {
      const { field, rule } = refusal(await save(out, 0, routes))
      return [field, rule]
    }
    const [half, rest] = [
      { route: 'a', share: 0.5 },
      { route: 'b', share: 0.5 - 1e-8 },
    ]

    expect(await refused([route([input(one, 1)], half), route([input(one, 1)], rest)])).toEqual([
      'routes',
      'shares_of_one',
    ])
    expect(await refused([route([input(one, 1, { high: 0.95 })])])).toEqual([
      'routes.0.inputs.0.coefficient',
      'between 0.9 – 0.95',
    ])
    expect(await refused([route([input(one, 0)])])).toEqual(['routes.0.inputs.0.coefficient', 'not_zero'])
    expect(await refused([route([input(one, 1), input(one, 2)])])).toEqual([
      'routes.0.inputs.1.product',
      'once_a_recipe',
    ])
    expect(await refused([route([input('NOWHERE', 1)])])).toEqual(['routes.0.inputs.0.product', 'within_reach'])
    expect(await refused([route([input(one, 1)], half), route([input(one, 1)], half)])).toEqual([
      'routes.1.route',
      'one_route',
    ])
    // Ten shares of a tenth are one, however a computer adds them.
    const tenth = Array.from({ length: 10 }, (_, i) => route([input(one, 1)], { route: `r${i}`, share: 0.1 }))
    expect((await save(out, 0, tenth)).status).toBe(200)
  })

  it('may need each other while a unit needs less than a unit of itself, else the products are named', async () => {
    const [coal, power] = [await product({ zh: '试验煤' }), await product({ zh: '试验电' })]
    await save(power, 0, [route([input(coal, 0.5)])])

    const refused = await save(coal, 0, [route([input(power, 2)])])
    expect(refusal(refused)).toEqual({
      status: 422,
      kind: 'field_refused',
      field: 'routes',
      rule: 'loop_below_one',
    })
    expect(refused.body.errors[0].value).toBe(`${coal} 试验煤 → ${power} 试验电 → ${coal} 试验煤`)
    expect(refusal(await save(coal, 0, [route([input(coal, 1)])])).rule).toBe('loop_below_one')
    expect((await save(coal, 0, [route([input(power, 1.9)])])).status).toBe(200)
  })

  it('do not close a loop together when two officers save at once', async () => {
    const [one, two] = [await product(), await product()]
    const answers = await Promise.all([save(one, 0, [route([input(two, 1)])]), save(two, 0, [route([input(one, 1)])])])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
  })
})

describe('chains', () => {
  const place = (code: string) => ({ product: code, weight: 1, isRequired: true, mes: 1_000 })
  const segment = (key: string, products: readonly object[]) => ({
    key,
    stage: 'up',
    zh: '原料',
    en: 'Feedstock',
    products,
  })

  it('are read as the files have them, and changed as a whole', async () => {
    const before = await read('/chain-chains/C13', firm)
    const fields = { zh: before.zh, en: before.en, cluster: before.cluster.code, why: '增加环节', state: 'open' }
    const segments = [segment('feed', [place('P1301')]), segment('rest', [place('P1302'), place('P1303')])]
    const changed = await put('/chain-chains/C13', { ...fields, rev: before.rev, segments })
    const after = await read('/chain-chains/C13')

    expect(before.segments.map(({ key }: { key: string }) => key)).toEqual(['up', 'mid', 'down'])
    expect(before.segments[0].products).toEqual([
      {
        product: { code: 'P1301', zh: expect.any(String), en: expect.any(String) },
        unit: 't',
        state: 'open',
        weight: 1,
        isRequired: true,
        mes: expect.any(Number),
      },
    ])
    expect(changed.body).toEqual({ id: 'C13', rev: before.rev + 1 })
    expect(
      after.segments.map(({ key, products }: { key: string; products: object[] }) => [key, products.length]),
    ).toEqual([
      ['feed', 1],
      ['rest', 2],
    ])
    expect(refusal(await put('/chain-chains/C13', { ...fields, rev: before.rev, segments })).kind).toBe(
      'stale_revision',
    )
    const { places } = await read('/chain-products/P1303')
    expect(places).toEqual([
      expect.objectContaining({ segment: 'rest', chain: expect.objectContaining({ code: 'C13' }) }),
    ])
    expect((await read('/chain-chains/C13/history')).rows[0]).toMatchObject({ verb: 'change', reason: '增加环节' })
  })

  it('are refused with what does not fit', async () => {
    const fields = { zh: '试验链', en: 'Trial chain', cluster: 'coal', validFrom: '2026-12-01' }
    const refused = async (over: object) => {
      const { field, rule } = refusal(await post('/chain-chains', { ...fields, code: 'C90', ...over }))
      return [field, rule]
    }

    expect(await refused({ cluster: 'nowhere', segments: [segment('a', [])] })).toEqual(['cluster', 'in_the_list'])
    expect(await refused({ segments: [segment('a', []), segment('a', [])] })).toEqual(['segments.1.key', 'one_key'])
    expect(await refused({ segments: [segment('a', [place('P1301'), place('P1301')])] })).toEqual([
      'segments.0.products.1.product',
      'once_a_segment',
    ])
    expect(await refused({ segments: [segment('a', [place('NOWHERE')])] })).toEqual([
      'segments.0.products.0.product',
      'within_reach',
    ])
    expect(await refused({ code: 'P0101', segments: [segment('a', [])] })).toEqual(['code', 'one_code'])
    expect((await post('/chain-chains', { ...fields, code: 'C90', segments: [segment('a', [])] })).status).toBe(201)
    const { rows } = await read('/chain-chains?cluster=coal')
    expect(rows.map(({ code }: { code: string }) => code)).toEqual(['C01', 'C02', 'C90'])
  })
})

describe('clusters', () => {
  it('are a list from a day; the old one stays readable', async () => {
    const { rows, rev, days } = await read('/chain-clusters', firm)
    const wish = rows.map(({ code, zh, en, basis, source }: Record<string, string>) => ({
      code,
      zh,
      en,
      basis,
      source,
    }))
    const replace = (from: string, list: readonly object[], over: object = {}) =>
      put('/chain-clusters', { from, rev, why: '新名单', rows: list, ...over })
    const renamed = wish.map((row: { code?: string }) => (row.code === 'coal' ? { ...row, zh: '煤炭' } : row))

    expect([rows.length, days]).toEqual([10, ['2026-11-01']])
    expect(rows[0]).toMatchObject({ code: 'coal', chains: expect.any(Number), validTo: null })
    expect(refusal(await replace('2026-10-31', renamed))).toMatchObject({
      field: 'from',
      rule: 'later_than 2026-11-01',
    })
    expect(refusal(await replace('2027-01-01', wish.slice(1)))).toMatchObject({
      field: 'rows',
      rule: 'chains_stand_in_it',
    })
    const twice = await replace('2027-01-01', [...wish, wish[0]])
    expect(refusal(twice)).toMatchObject({ field: 'rows.10.code', rule: 'one_code' })
    expect((await replace('2027-01-01', [...renamed, { code: 'new', zh: '新集群', en: 'New' }])).status).toBe(200)
    expect(refusal(await replace('2027-01-01', wish)).kind).toBe('stale_revision')

    const nameOn = async (day: string) => {
      const list = await read(`/chain-clusters?on=${day}`)
      return [list.rows.length, list.rows[0].zh]
    }
    expect(await nameOn('2026-12-31')).toEqual([10, '煤炭煤电煤化工'])
    expect(await nameOn('2027-01-01')).toEqual([11, '煤炭'])
    expect((await read('/chain-clusters')).days).toEqual(['2027-01-01', '2026-11-01'])
    expect((await read('/chain-clusters/history')).rows).toHaveLength(1)
  })
})

describe('words that no list knows', () => {
  const meet = (...words: readonly string[]) =>
    server.deps.db.transaction().execute((tx) =>
      noteUnknownWords(
        tx,
        server.deps,
        words.map((word) => ({ word, example: `求购${word} 5 吨` })),
      ),
    )
  const wordOf = async (word: string) => (await read(`/chain-words?q=${encodeURIComponent(word)}`)).rows[0]
  const decide = (id: string, body: object, client = officer) => post(`/chain-words/${id}/decision`, body, client)

  it('are counted, most seen first, and never too many or too long', async () => {
    await Promise.all([1, 2, 3].map(() => meet('磷石膏粉', 'xyz glue')))
    await meet('磷石膏粉', '磷石膏粉', '单', '长'.repeat(61), '123', '<b>稀料</b>')
    await meet(...Array.from({ length: 30 }, (_, i) => `填料${i}号物`))

    const { rows } = await read('/chain-words?state=open&limit=200')
    expect(rows.slice(0, 2).map(({ word, seen }: { word: string; seen: number }) => [word, seen])).toEqual([
      ['磷石膏粉', 4],
      ['xyz glue', 3],
    ])
    expect(rows.map(({ word }: { word: string }) => word)).toContain('<b>稀料</b>')
    expect(rows.filter(({ word }: { word: string }) => word.startsWith('填料'))).toHaveLength(20)
    expect(rows).toHaveLength(23)
  })

  it('become a name of a product, or nothing: one of two officers decides, the other is told', async () => {
    await meet('速凝剂粉')
    const { id, rev } = await wordOf('速凝剂粉')
    const [code, twin] = [await product(), await product()]
    const second = await server.actor([{ role: 'chain_officer', partyId: null }])

    const answers = await Promise.all([
      decide(id, { rev, decision: 'alias', productCode: code }),
      decide(id, { rev, decision: 'alias', productCode: twin }, second),
    ])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const lost = answers.find(({ status }) => status === 409)
    expect(lost?.body.kind).toBe('stale_revision')
    const { catalogue } = await chainCatalogue(server.deps.db, server.deps.zoneId)
    const called = [...catalogue.products.values()].filter(({ zh }) => zh.includes('速凝剂粉'))
    const word = await wordOf('速凝剂粉')
    expect(called.map((one) => one.code)).toEqual([word.product.code])
    expect(refusal(await decide(id, { rev: 2, decision: 'ignored' }))).toMatchObject({ status: 409, kind: 'not_open' })
    expect((await read(`/chain-words/${id}/history`)).rows).toHaveLength(1)
  })

  it('may be ignored, stay so however often they are met, and still become a name', async () => {
    await meet('万能胶水料')
    const { id } = await wordOf('万能胶水料')

    expect((await decide(id, { rev: 1, decision: 'ignored' })).body).toEqual({ id, rev: 2, warnings: [] })
    await meet('万能胶水料')
    expect(await wordOf('万能胶水料')).toMatchObject({ state: 'ignored', seen: 2 })
    expect(refusal(await decide(id, { rev: 2, decision: 'alias' }))).toMatchObject({ rule: 'product_of_alias' })
    expect((await decide(id, { rev: 2, decision: 'alias', productCode: 'P0101' })).status).toBe(200)
  })

  it('leave nothing behind when the name is refused', async () => {
    await meet('动力煤')
    const { id } = await wordOf('动力煤')
    const refused = await decide(id, { rev: 1, decision: 'alias', productCode: 'P0101' })

    expect(refusal(refused)).toMatchObject({ status: 409, kind: 'taken', field: 'alias' })
    expect(await wordOf('动力煤')).toMatchObject({ state: 'open', rev: 1 })
  })
})
