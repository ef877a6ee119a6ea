import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTable, writeXlsx } from '@tingzhou/sheets'
import { problemOf, startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { checkFigure, firstDayOf, inFirstUnit, kindOfPeriod } from './figure.ts'
import { periodCell } from './figure-sheet.ts'
import { starterIndicators } from './indicator.ts'

const api = '/api/v1'
const commandId = () => randomUUID()
let server: TestServer
let admin: Client
let east: string
let serial = 0

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.actor([{ role: 'admin', partyId: null }], { name: '管理员' })
  east = (await admin.post(`${api}/areas`, { commandId: commandId(), code: 'E', name: '城东片区' })).body.id
})
afterAll(() => server.close())

async function addFirm(more: object = {}): Promise<{ id: string; name: string }> {
  const name = `指标测试${++serial}号面粉有限公司`
  const answer = await admin.post(`${api}/enterprises`, { commandId: commandId(), name, areaId: east, ...more })
  expect(answer.status).toBe(201)
  return { id: answer.body.id, name }
}

const said = {
  indicator: 'turnover',
  period: '2024',
  value: 1_200,
  unit: 'cny_10k',
  qualifier: 'actual',
  basis: '合并口径',
  source: '企业年报',
  confidence: 'high',
  asOf: '2025-04-30',
}
const enter = (firm: { id: string }, more: object = {}, client = admin): Promise<Answer> =>
  client.post(`${api}/enterprise-figures`, { commandId: commandId(), enterpriseId: firm.id, ...said, ...more })
const listOf = async (firm: { id: string }, query = '', client = admin) =>
  (await client.get(`${api}/enterprise-figures?enterpriseId=${firm.id}${query}`)).body
const inUse = async (firm: { id: string }): Promise<string[]> =>
  (await listOf(firm, '&preferred=true')).rows.map(({ source }: { source: string }) => source)

describe('periods and units', () => {
  it.each([
    ['2025', 'year', '2025-01-01'],
    ['2025-Q3', 'quarter', '2025-07-01'],
    ['2025-11', 'month', '2025-11-01'],
  ])('%s is a %s that begins on %s', (period, kind, day) => {
    expect([kindOfPeriod(period), firstDayOf(period)]).toEqual([kind, day])
  })

  it.each([
    ['2025', '2025'],
    ['２０２５年', '2025'],
    ['2025Q1', '2025-Q1'],
    ['2025年第一季度', '2025-Q1'],
    ['2025年4季度', '2025-Q4'],
    ['2025-6', '2025-06'],
    ['2025年12月', '2025-12'],
    ['202501', '2025-01'],
  ])('reads %s as %s', (text, period) => {
    expect(periodCell(text)).toEqual({ ok: true, value: period })
  })

  it.each(['2025-13', '25', '2025Q5', '1875', '三季度', '2025-06-30', ''])('does not read %s as a period', (text) => {
    expect(periodCell(text).ok).toBe(false)
  })

  it('reckons in the first unit without digits that nobody measured', () => {
    const units = starterIndicators.find(({ code }) => code === 'turnover')?.units ?? []
    expect(inFirstUnit(123_456_789, 'cny', units)).toBe(12_345.6789)
    expect(inFirstUnit(1.1, 'cny_100m', units)).toBe(11_000)
    expect(inFirstUnit(1, 'kwh', units)).toBeNull()
  })

  it('has a definition and a first unit of factor 1 for every starter indicator', () => {
    for (const { definitionZh, definitionEn, units } of starterIndicators) {
      expect([definitionZh, definitionEn].every(Boolean)).toBe(true)
      expect(units[0]?.factor).toBe(1)
    }
    expect(new Set(starterIndicators.map(({ code }) => code)).size).toBe(starterIndicators.length)
  })

  it('refuses an actual figure of a period that has not begun, and lets a target of it stand', () => {
    const indicator = { ...starterIndicators[0], rev: 1 } as never
    const fields = { ...said, period: '2027', asOf: '2026-01-01' } as const
    const checked = (qualifier: 'actual' | 'target') =>
      checkFigure({ ...fields, qualifier, confidence: 'high' }, indicator, '2026-11-22')
    expect(checked('actual')).toMatchObject({ ok: false, error: { kind: 'actual_of_future' } })
    expect(checked('target').ok).toBe(true)
  })
})

describe('which figure is used', () => {
  it('is the actual one, else the estimate, else the target; then the newest; then the one chosen', async () => {
    const firm = await addFirm()
    await enter(firm, { qualifier: 'target', source: '目标责任书', asOf: '2025-12-01' })
    expect(await inUse(firm)).toEqual(['目标责任书'])
    await enter(firm, { qualifier: 'estimate', source: '快报', asOf: '2025-01-05' })
    expect(await inUse(firm)).toEqual(['快报'])
    const old = (await enter(firm, { source: '年报', asOf: '2025-03-31' })).body
    expect(await inUse(firm)).toEqual(['年报'])
    const tax = (await enter(firm, { source: '税务', value: 1_150 })).body
    const census = (await enter(firm, { source: '统计局', value: 1_180 })).body
    expect(await inUse(firm)).toEqual(['统计局'])

    const chosen = await admin.post(`${api}/enterprise-figures/${tax.id}/choice`, {
      commandId: commandId(),
      rev: tax.rev,
      why: '税务口径一致',
    })
    expect(chosen.status).toBe(200)
    expect(await inUse(firm)).toEqual(['税务'])
    const past = await admin.post(`${api}/enterprise-figures/${old.id}/choice`, {
      commandId: commandId(),
      rev: old.rev,
      why: '更喜欢',
    })
    expect(problemOf(past)).toMatchObject({ status: 409, kind: 'not_among_best' })

    await admin.post(`${api}/enterprise-figures/${census.id}/choice`, { commandId: commandId(), rev: 1, why: '改选' })
    expect(await inUse(firm)).toEqual(['统计局'])
    const list = await listOf(firm)
    expect(list.rows.filter(({ chosen: one }: { chosen: unknown }) => one !== null)).toHaveLength(1)
    expect(list.total).toBe(5)
    // A newer statement stands before an older choice.
    await enter(firm, { source: '更正年报', asOf: '2025-06-30' })
    expect(await inUse(firm)).toEqual(['更正年报'])
  })

  it('is another when it is withdrawn; nothing is deleted, and it can be restored', async () => {
    const firm = await addFirm()
    await enter(firm, { source: '旧', asOf: '2025-01-31' })
    const { id, rev } = (await enter(firm, { source: '新' })).body
    const withdraw = (why?: string) =>
      admin.post(`${api}/enterprise-figures/${id}/withdrawal`, { commandId: commandId(), rev, why })

    expect((await withdraw()).status).toBe(400)
    expect((await withdraw('录错企业')).body).toEqual({ id, rev: rev + 1 })
    expect(await inUse(firm)).toEqual(['旧'])
    expect((await listOf(firm, '&state=withdrawn')).rows).toMatchObject([{ source: '新', withdrawnWhy: '录错企业' }])
    const change = { commandId: commandId(), rev: rev + 1, value: 1, why: '改' }
    expect(problemOf(await admin.patch(`${api}/enterprise-figures/${id}`, change))).toMatchObject({
      kind: 'figure_withdrawn',
    })
    await admin.post(`${api}/enterprise-figures/${id}/restoration`, { commandId: commandId(), rev: rev + 1 })
    expect(await inUse(firm)).toEqual(['新'])
    const verbs = (await admin.get(`${api}/enterprises/${firm.id}/history`)).body.rows.map(
      ({ verb }: { verb: string }) => verb,
    )
    expect(verbs.slice(0, 4)).toEqual(['figure_restored', 'figure_withdrawn', 'figure_entered', 'figure_entered'])
  })

  it('counts, pages and filters through one predicate', async () => {
    const firm = await addFirm()
    for (const period of ['2023', '2024', '2024-Q1', '2024-01', '2024-02', '2025-02']) await enter(firm, { period })
    const periods = async (query: string) =>
      (await listOf(firm, query)).rows.map(({ period }: { period: string }) => period)

    expect(await periods('&kind=month')).toEqual(['2025-02', '2024-02', '2024-01'])
    expect(await periods('&kind=quarter')).toEqual(['2024-Q1'])
    expect(await periods('&periodFrom=2024&periodTo=2024&sort=period')).toEqual([
      '2024',
      '2024-01',
      '2024-02',
      '2024-Q1',
    ])
    const first = await listOf(firm, '&limit=4')
    const second = await listOf(firm, `&limit=4&cursor=${encodeURIComponent(first.next)}`)
    expect([first.total, first.rows.length, second.rows.length, second.next]).toEqual([6, 4, 2, null])
  })
})

describe('what is refused', () => {
  it('names field, value and rule', async () => {
    const firm = await addFirm()
    const kindOf = async (more: object) => problemOf(await enter(firm, more))

    expect(await kindOf({ indicator: 'happiness' })).toMatchObject({ status: 422, kind: 'unknown_indicator' })
    expect(await kindOf({ unit: 'kwh' })).toMatchObject({ status: 422, kind: 'unknown_unit' })
    expect(await kindOf({ value: -1 })).toMatchObject({ status: 422, kind: 'figure_below' })
    expect(await kindOf({ period: '2099' })).toMatchObject({ status: 422, kind: 'actual_of_future' })
    expect(await kindOf({ asOf: '2099-01-01' })).toMatchObject({ status: 422, kind: 'as_of_future' })
    expect((await enter(firm, { period: '2024-13' })).status).toBe(400)
    expect((await enter(firm, { source: ' ' })).status).toBe(400)
    expect((await enter({ id: randomUUID() })).status).toBe(404)
    expect((await listOf(firm)).total).toBe(0)
  })

  it('lets one of two editors through, and answers a repeated command with the first answer', async () => {
    const firm = await addFirm()
    const id = commandId()
    const body = { commandId: id, enterpriseId: firm.id, ...said }
    const first = (await admin.post(`${api}/enterprise-figures`, body)).body
    expect((await admin.post(`${api}/enterprise-figures`, body)).body).toEqual(first)
    const change = (value: number) =>
      admin.patch(`${api}/enterprise-figures/${first.id}`, { commandId: commandId(), rev: 1, value, why: '更正' })
    const both = await Promise.all([change(1), change(2)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect((await listOf(firm)).total).toBe(1)
  })

  it('an indicator keeps its units, and a closed one takes no more figures', async () => {
    const [indicator] = (await admin.get(`${api}/figure-indicators`)).body.rows
    const at = `${api}/figure-indicators`
    const made = { ...indicator, code: 'trees', rev: undefined, state: undefined }
    expect((await admin.post(at, { ...made, commandId: commandId() })).status).toBe(201)
    const patch = (rev: number, more: object) => admin.patch(`${at}/trees`, { commandId: commandId(), rev, ...more })

    const other = [{ code: 'piece', zh: '株', en: 'trees', factor: 1 }]
    expect(problemOf(await patch(1, { units: other }))).toMatchObject({ kind: 'units_refused' })
    expect(problemOf(await patch(1, { units: [...indicator.units, ...other, ...other] }))).toMatchObject({
      kind: 'units_refused',
    })
    expect((await patch(1, { state: 'closed' })).body).toEqual({ code: 'trees', rev: 2 })
    expect(problemOf(await patch(1, { zh: '树' }))).toMatchObject({ kind: 'stale_revision' })
    expect(problemOf(await enter(await addFirm(), { indicator: 'trees' }))).toMatchObject({ kind: 'indicator_closed' })
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    expect((await dispatcher.post(at, { ...made, code: 'birds', commandId: commandId() })).status).toBe(403)
  })
})

describe('who reads and who writes', () => {
  it('an enterprise reads its own, says its own, and corrects nothing that others said', async () => {
    const [firm, other] = [await addFirm(), await addFirm()]
    const own = await server.actor([{ role: 'enterprise', partyId: firm.id }], { name: '本企业' })
    const official = (await enter(firm)).body
    const foreign = (await enter(other)).body

    expect((await own.get(`${api}/enterprise-figures`)).body).toMatchObject({ total: 1, rows: [{ id: official.id }] })
    expect((await enter(other, {}, own)).status).toBe(404)
    const mine = (await enter(firm, { source: '财务部', value: 1_300, asOf: '2025-05-31' }, own)).body
    expect((await listOf(firm)).rows[0]).toMatchObject({ id: mine.id, own: true, preferred: true })
    const change = (id: string) =>
      own.patch(`${api}/enterprise-figures/${id}`, { commandId: commandId(), rev: 1, value: 2, why: '更正' })
    expect(problemOf(await change(official.id))).toMatchObject({ status: 403, kind: 'not_your_figure' })
    expect((await change(foreign.id)).status).toBe(404)
    expect((await change(mine.id)).status).toBe(200)
    const choice = { commandId: commandId(), rev: 2, why: '自选' }
    expect(problemOf(await own.post(`${api}/enterprise-figures/${mine.id}/choice`, choice))).toMatchObject({
      kind: 'not_your_choice',
    })
  })

  it('an officer reads all and writes none; the lead of the area writes', async () => {
    const firm = await addFirm()
    const officer = await server.actor([{ role: 'dept_officer', partyId: east }])
    const lead = await server.actor([{ role: 'area_lead', partyId: east }])
    const { id } = (await enter(firm, {}, lead)).body

    expect((await listOf(firm, '', officer)).rows).toMatchObject([{ id, own: false }])
    expect(problemOf(await enter(firm, {}, officer))).toMatchObject({ status: 403, kind: 'not_your_enterprise' })
  })
})

describe('a merge', () => {
  it('takes the figures along, and its undo puts exactly those back', async () => {
    const [from, into] = [await addFirm(), await addFirm()]
    await enter(from, { source: '并出方' })
    await enter(into, { source: '接收方', asOf: '2025-03-31' })
    const revs = await Promise.all(
      [from, into].map(async ({ id }) => (await admin.get(`${api}/enterprises/${id}`)).body.rev),
    )
    const merged = await admin.post(`${api}/enterprises/${from.id}/merges`, {
      commandId: commandId(),
      into: into.id,
      rev: revs[0],
      intoRev: revs[1],
      why: '同一企业',
    })
    expect(merged.status).toBe(201)
    const sources = async (firm: { id: string }) =>
      (await listOf(firm)).rows.map(({ source }: { source: string }) => source).toSorted()

    expect(await sources(into)).toEqual(['并出方', '接收方'])
    expect(await inUse(into)).toEqual(['并出方'])
    // The old id answers for the other.
    expect(await sources(from)).toEqual(['并出方', '接收方'])
    const late = await enter(into, { source: '合并之后', period: '2025' })
    expect(late.status).toBe(201)
    expect(problemOf(await enter(from)).kind).toBe('enterprise_merged')
    await admin.post(`${api}/merges/${merged.body.id}/undo`, { commandId: commandId() })
    expect(await sources(from)).toEqual(['并出方'])
    expect(await sources(into)).toEqual(['合并之后', '接收方'])
    expect(await inUse(into)).toEqual(['合并之后', '接收方'])
  })
})

describe('a workbook', () => {
  const heads = ['统一社会信用代码', '企业名称', '指标', '期别', '数值', '单位', '性质', '来源', '数据日期'] as const
  type Line = readonly string[]
  const book = (lines: readonly Line[]) =>
    writeXlsx(
      heads.map((header, i) => ({ header, value: (line: Line) => line[i] ?? '' })),
      lines,
      { sheetName: 'figures', notesSheet: { name: 'notes', lines: [] } },
    )
  async function send(lines: readonly Line[], preview: boolean, client = admin): Promise<Answer> {
    const form = new FormData()
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    form.append('file', new Blob([new Uint8Array(await book(lines))], { type }), 'figures.xlsx')
    const { id } = (await client.post(`${api}/files`, form)).body
    return client.post(`${api}/enterprise-figure-imports`, { commandId: commandId(), fileId: id, preview })
  }

  it('says what it would do, keeps the good rows, names row and rule of the others, and adds nothing twice', async () => {
    const [a, b] = [await addFirm(), await addFirm()]
    const line = (
      name: string,
      more: Partial<Record<'indicator' | 'period' | 'value' | 'unit' | 'kind', string>> = {},
    ) => [
      '',
      name,
      more.indicator ?? '营业收入',
      more.period ?? '2024年',
      more.value ?? '1,200.5',
      more.unit ?? '',
      more.kind ?? '',
      '统计局',
      '2025-04-30',
    ]
    const lines = [
      line(a.name),
      line(b.name, { value: '3', unit: '亿元', kind: '预计' }),
      line('没有这家企业'),
      line(a.name, { indicator: '幸福感' }),
      line(a.name, { unit: '千瓦时', period: '2023' }),
      line(a.name, { period: '2025年二季度', kind: '大概' }),
      line(a.name),
      line(a.name, { period: '2024Q2', value: '-5' }),
    ]
    const counts = { rows: 8, added: 2, updated: 0, unchanged: 0, bad: 6 }
    expect((await send(lines, true)).body).toMatchObject({ ...counts, written: false })
    expect((await listOf(a)).total).toBe(0)

    const done = (await send(lines, false)).body
    expect(done).toMatchObject({ ...counts, written: true })
    expect(done.faults.map(({ row, rule }: { row: number; rule: string }) => [row, rule.split(' ')[0]])).toEqual([
      [4, 'unknown_enterprise'],
      [5, 'unknown_indicator'],
      [6, 'unknown_unit'],
      [7, 'one_of_qualifier'],
      [8, 'repeated_figure'],
      [9, 'figure_below'],
    ])
    expect((await listOf(b)).rows).toMatchObject([
      { value: 3, unit: 'cny_100m', compared: 30_000, qualifier: 'estimate', period: '2024', own: false },
    ])
    const again = [line(a.name), line(b.name, { value: '4', unit: '亿元', kind: '预计' })]
    expect((await send(again, false)).body).toMatchObject({ added: 0, updated: 1, unchanged: 1, bad: 0 })
    expect((await listOf(b)).rows).toMatchObject([{ value: 4, rev: 2 }])
    const history = (await admin.get(`${api}/enterprises/${b.id}/history?limit=1`)).body.rows
    expect(history).toMatchObject([
      { verb: 'figures_imported', reason: 'figures.xlsx', changes: [{ field: 'figure' }] },
    ])
  })

  it('of an enterprise writes its own rows and knows no others', async () => {
    const [firm, other] = [await addFirm(), await addFirm()]
    const own = await server.actor([{ role: 'enterprise', partyId: firm.id }])
    const line = ({ name }: { name: string }) => [
      '',
      name,
      'staff',
      '2025-03',
      '120',
      '人',
      'actual',
      '人事',
      '2025-03-31',
    ]

    const done = (await send([line(firm), line(other)], false, own)).body
    expect(done).toMatchObject({ added: 1, bad: 1, faults: [{ row: 3, rule: 'unknown_enterprise' }] })
    expect((await listOf(firm)).rows).toMatchObject([{ own: true, value: 120, indicator: 'staff' }])
    expect((await listOf(other)).total).toBe(0)
  })

  it('comes back from the export as it went out', async () => {
    const firm = await addFirm()
    await enter(firm, { value: 12.5, unit: 'cny_100m', source: '=1+1' })
    const headers = { 'accept-language': 'zh-CN', authorization: `Bearer ${server.token}` }
    const url = `${server.url}${api}/enterprise-figures/export.xlsx?enterpriseId=${firm.id}`
    const bytes = new Uint8Array(await (await fetch(url, { headers })).arrayBuffer())
    const table = await readTable({ name: 'out.xlsx', bytes })
    expect(table).toMatchObject({ ok: true })
    if (!table.ok) return
    expect(table.value.rows[0]?.cells.slice(1, 9)).toEqual([
      firm.name,
      '营业收入',
      '2024',
      '12.5',
      '亿元',
      '实际',
      '合并口径',
      '=1+1',
    ])
  })
})
