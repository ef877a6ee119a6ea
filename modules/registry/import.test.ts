import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTable, writeCsv, writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import { makeUscc, organisationCheck } from '@tingzhou/uscc'
import { problemOf, startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'

type Firm = Readonly<
  Record<
    | 'uscc'
    | 'name'
    | 'area'
    | 'industry'
    | 'address'
    | 'size'
    | 'years'
    | 'tags'
    | 'contact'
    | 'phone'
    | 'lon'
    | 'lat'
    | 'founded',
    string
  >
>

const heads: readonly (readonly [keyof Firm, string, string])[] = [
  ['uscc', '统一社会信用代码', 'USCC'],
  ['name', '企业名称', 'Name'],
  ['area', '片区', 'Area'],
  ['industry', '行业代码', 'Industry code'],
  ['address', '地址', 'Address'],
  ['size', '规模', 'Size'],
  ['years', '规上年份', 'Above-scale years'],
  ['tags', '标签', 'Tags'],
  ['contact', '联系人', 'Contact'],
  ['phone', '电话', 'Phone'],
  ['lon', '经度', 'Longitude'],
  ['lat', '纬度', 'Latitude'],
  ['founded', '成立日期', 'Founded'],
]
const columns = (lang: 'zh' | 'en'): ExportColumn<Firm>[] =>
  heads.map(([key, zh, en]) => ({ header: lang === 'zh' ? zh : en, value: (firm) => firm[key] }))

const syllables = [
  ...'天山博远晨光墨岩云锦宏泰瑞丰鼎盛恒通金源华鑫永达佳和聚能众信卓越同创汇川润泽明珠北辰启航拓新立德精工',
]
const trades = ['机械制造', '纺织', '生物科技', '新材料', '煤化工', '农业科技', '物流', '数字科技', '建材', '食品']

/** A register of invented firms; the same for the same number. */
function makeFirms(count: number, series: number): Firm[] {
  return Array.from({ length: count }, (_, i) => {
    const serial = String(series * 1_000_000 + i).padStart(8, '0')
    const pick = (k: number) =>
      syllables[(i * 7 + k * 13 + ((i / syllables.length) | 0) * (k + 3)) % syllables.length] ?? ''
    return {
      uscc: makeUscc(`91652301${serial}${organisationCheck(serial)}`),
      name: `昌吉${pick(1)}${pick(2)}${pick(3)}${pick(4)}${trades[i % trades.length]}有限公司`,
      area: i % 2 ? '城东片区' : 'W',
      industry: ['C1511', '0111', 'C17'][i % 3] ?? '',
      address: `示例路 ${i} 号`,
      size: ['大型', '中型', '小型', '微型'][i % 4] ?? '',
      years: i % 20 ? '' : '2023-2025',
      tags: i % 20 ? '' : '规上、高新技术',
      contact: `联系人${i}`,
      phone: `139${serial}`,
      lon: `87.${1_000 + (i % 9_000)}`,
      lat: `44.${1_000 + (i % 9_000)}`,
      founded: `20${String(i % 25).padStart(2, '0')}-0${(i % 9) + 1}-15`,
    }
  })
}

const api = '/api/v1'
let server: TestServer
let dispatcher: Client

beforeAll(async () => {
  server = await startTestServer()
  for (const [code, name] of [
    ['E', '城东片区'],
    ['W', '城西片区'],
  ])
    await server.machine.post(`${api}/areas`, { commandId: randomUUID(), code, name })
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }], { name: '派单员' })
})
afterAll(() => server.close())

const xlsx = (firms: readonly Firm[], lang: 'zh' | 'en' = 'zh') =>
  writeXlsx(columns(lang), firms, { sheetName: 'firms', notesSheet: { name: 'notes', lines: [] } })

async function upload(bytes: Uint8Array, name: string, client = dispatcher): Promise<string> {
  const type = name.endsWith('.csv') ? 'text/csv' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)], { type }), name)
  const answer = await client.post(`${api}/files`, form)
  expect(answer.status).toBe(201)
  return answer.body.id
}

async function preview(bytes: Uint8Array, name: string): Promise<Answer> {
  const fileId = await upload(bytes, name)
  const opened = await dispatcher.post(`${api}/enterprise-imports`, { commandId: randomUUID(), fileId })
  return opened.status === 201 ? settled(opened.body.id) : opened
}

/** An import when the server has done what it was doing. */
async function settled(id: string): Promise<Answer> {
  const now = () => dispatcher.get(`${api}/enterprise-imports/${id}`)
  const waiting = { timeout: 300_000, interval: 500 }
  await expect.poll(async () => (await now()).body.state, waiting).toMatch(/previewed|committed|failed/)
  return now()
}

async function commit(id: string): Promise<Answer> {
  await dispatcher.post(`${api}/enterprise-imports/${id}/commit`, { commandId: randomUUID() })
  return settled(id)
}

async function workbook(path: string) {
  const headers = { 'accept-language': 'zh-CN', authorization: `Bearer ${server.token}` }
  const answer = await fetch(`${server.url}${path}`, { headers })
  expect(answer.status).toBe(200)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const table = await readTable({ name: 'answer.xlsx', bytes })
  if (!table.ok) throw new Error(JSON.stringify(table.error))
  return { table: table.value, disposition: answer.headers.get('content-disposition') ?? '' }
}

describe('a register of 20,000 firms', () => {
  const firms = makeFirms(20_000, 1)

  it('is previewed, committed, and changes nothing the second time', async () => {
    const bytes = await xlsx(firms)
    const started = performance.now()
    const seen = await preview(bytes, 'register.xlsx')
    const previewed = performance.now()
    const done = await commit(seen.body.id)
    const committed = performance.now()
    process.stdout.write(
      `20,000 rows .xlsx over HTTP: preview ${((previewed - started) / 1_000).toFixed(1)} s, commit ${((committed - previewed) / 1_000).toFixed(1)} s\n`,
    )

    expect(seen.body).toMatchObject({ state: 'previewed', counts: { rows: 20_000, added: 20_000, updated: 0, bad: 0 } })
    expect(seen.body.sample).toHaveLength(20)
    expect(done.body).toMatchObject({
      state: 'committed',
      done: 20_000,
      counts: { added: 20_000, unchanged: 0, bad: 0 },
    })
    expect((await dispatcher.get(`${api}/enterprises?limit=1`)).body.total).toBe(20_000)

    const again = await preview(bytes, 'register.xlsx')
    expect(again.body.counts).toMatchObject({ added: 0, updated: 0, unchanged: 20_000 })
    const repeated = await commit(again.body.id)
    expect(repeated.body.counts).toMatchObject({ added: 0, updated: 0, unchanged: 20_000 })
    expect((await dispatcher.get(`${api}/enterprises?limit=1`)).body.total).toBe(20_000)
  }, 600_000)

  it('is updated by a .csv in which some rows changed', async () => {
    const changed = firms.slice(0, 3_000).map((firm, i) => (i % 3 ? firm : { ...firm, address: `新址 ${i} 号` }))
    const seen = await preview(writeCsv(columns('en'), changed), 'register.csv')
    const done = await commit(seen.body.id)

    expect(seen.body.counts).toMatchObject({ rows: 3_000, added: 0, updated: 1_000, unchanged: 2_000 })
    expect(done.body.counts).toMatchObject({ added: 0, updated: 1_000, unchanged: 2_000, bad: 0 })
    const found = await dispatcher.get(`${api}/enterprises?q=${firms[0]?.uscc}`)
    expect(found.body.rows).toMatchObject([{ address: '新址 0 号', rev: 2 }])
    const { rows } = (await dispatcher.get(`${api}/enterprises/${found.body.rows[0].id}/history`)).body
    expect(rows[0]).toMatchObject({ verb: 'imported', reason: 'register.csv', actorName: '派单员' })
  }, 300_000)

  it('is exported as the list shows it, phones masked, the filter on the second sheet', async () => {
    const listed = (await dispatcher.get(`${api}/enterprises?size=large&tag=${encodeURIComponent('规上')}`)).body
    const { table, disposition } = await workbook(
      `${api}/enterprises/export.xlsx?size=large&tag=${encodeURIComponent('规上')}`,
    )

    expect(table.rows).toHaveLength(listed.total)
    expect(table.header).toContain('经度（°，WGS-84）')
    const phones = table.rows.map(({ cells }) => cells[table.header.indexOf('电话（已脱敏）')])
    expect(phones.every((phone) => phone?.includes('****'))).toBe(true)
    expect(disposition).toMatch(/^attachment/)
    expect(table.notes).toContainEqual({ kind: 'other_sheets', names: ['说明'] })
  })
})

describe('bad rows', () => {
  const firms = makeFirms(6, 2)
  const [first, second, third, fourth, fifth, sixth] = firms
  const bad = [
    first,
    second && { ...second, area: '不存在' },
    third && { ...third, name: '' },
    fourth && { ...fourth, size: '巨型', lon: '200' },
    fifth && { ...fifth, uscc: first?.uscc ?? '' },
    sixth && { ...sixth, name: `=HYPERLINK("x")<script>`, uscc: '' },
  ].filter((firm) => firm !== undefined)

  it('are told by row, column, value and rule; the good rows are kept; the workbook brings the others back', async () => {
    const seen = await preview(await xlsx(bad), '有错的名录.xlsx')

    expect(seen.body.counts).toMatchObject({ rows: 6, added: 2, bad: 4, faults: 5 })
    expect(seen.body.faults).toMatchObject([
      {
        row: 3,
        column: '片区',
        value: '不存在',
        rule: 'unknown_area',
        message: '没有名为“不存在”的片区（按名称或代码）',
      },
      { row: 4, column: '企业名称', rule: 'required', message: '必填' },
      { row: 5, column: '规模', value: '巨型' },
      { row: 5, column: '经度', value: '200', rule: 'max 180' },
      { row: 6, column: '统一社会信用代码', rule: 'repeated_in_file 2', message: '与第 2 行是同一企业' },
    ])
    const done = await commit(seen.body.id)
    expect(done.body.counts).toMatchObject({ added: 2, bad: 4 })
    const found = await dispatcher.get(`${api}/enterprises?q=${encodeURIComponent('HYPERLINK("x")<script>')}`)
    expect(found.body.rows).toMatchObject([{ name: '=HYPERLINK("x")<script>', usccStatus: 'missing' }])

    const { table } = await workbook(`${api}/enterprise-imports/${seen.body.id}/errors.xlsx`)
    expect(table.header.slice(0, 4)).toEqual(['行号', '问题', '统一社会信用代码', '企业名称'])
    expect(table.rows.map(({ cells }) => cells[0])).toEqual(['3', '4', '5', '6'])
    expect(table.rows[0]?.cells[1]).toContain('片区')
  })

  it('are judged by the areas of the moment of the commit, not of the preview', async () => {
    const [firm, other] = makeFirms(2, 4)
    const firms = [firm, other && { ...other, area: '新设片区' }].filter((one) => one !== undefined)
    const seen = await preview(await xlsx(firms), '新设.xlsx')
    await server.machine.post(`${api}/areas`, { commandId: randomUUID(), code: 'NEW', name: '新设片区' })
    const done = await commit(seen.body.id)

    expect(seen.body.counts).toMatchObject({ added: 1, bad: 1 })
    expect(done.body.counts).toMatchObject({ added: 2, bad: 0 })
  })

  it('refuse nothing else: an import is committed once, by those who may, on a file of their own', async () => {
    const bytes = await xlsx(makeFirms(2, 3))
    const seen = await preview(bytes, 'two.xlsx')
    await commit(seen.body.id)
    const again = await dispatcher.post(`${api}/enterprise-imports/${seen.body.id}/commit`, { commandId: randomUUID() })
    const officer = await server.actor([{ role: 'supervisor', partyId: null }])
    const refused = await officer.post(`${api}/enterprise-imports`, { commandId: randomUUID(), fileId: randomUUID() })
    const hidden = await officer.get(`${api}/enterprise-imports/${seen.body.id}`)
    const unknown = await dispatcher.post(`${api}/enterprise-imports`, {
      commandId: randomUUID(),
      fileId: randomUUID(),
    })

    expect(problemOf(again)).toMatchObject({ status: 409, kind: 'import_done' })
    expect(problemOf(refused)).toMatchObject({ status: 403, kind: 'wrong_role' })
    expect(hidden.status).toBe(404)
    expect(problemOf(unknown)).toMatchObject({ status: 422, kind: 'file_unknown' })
  })

  it('names the limit when a file is too long or no table', async () => {
    const long = `企业名称\n${'甲\n'.repeat(200_001)}`
    const tooLong = await preview(Buffer.from(long), 'long.csv')
    const empty = await preview(Buffer.from(' \n\n'), 'empty.csv')

    // A machine with time says so at once; a busy one when it has read so far.
    const refusalOf = ({ body }: Answer): string => body.refusal ?? body.detail
    expect(refusalOf(tooLong)).toContain('200000')
    expect(refusalOf(empty)).toContain('empty.csv')
  })
})

describe('the template', () => {
  it('can be imported as it is, without a fault or a warning', async () => {
    const answer = await fetch(`${server.url}${api}/enterprise-imports/template.xlsx`, {
      headers: { authorization: `Bearer ${server.token}`, 'accept-language': 'en' },
    })
    const seen = await preview(new Uint8Array(await answer.arrayBuffer()), 'template.xlsx')

    expect(seen.body.counts).toMatchObject({ rows: 1, added: 1, bad: 0, warnings: 0 })
    expect(seen.body.columns.every(({ field }: { field: string | null }) => field !== null)).toBe(true)
  })
})
