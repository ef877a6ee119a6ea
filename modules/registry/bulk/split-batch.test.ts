import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { problemOf, startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { defaultLimits, readTable, writeXlsx } from '@tingzhou/sheets'
import { partsMax } from '../split-hooks.ts'
import { claimRun, runBatch } from './merge-batch.ts'
import type { MergePair } from './merge-batch-contract.ts'

const api = '/api/v1'
const commandId = () => randomUUID()
let server: TestServer
let admin: Client
let serial = 0

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.actor([{ role: 'admin', partyId: null }], { name: '管理员' })
})
afterAll(() => server.close())

/** An entry with two other names, a contact and a position in a chain. */
async function addFirm(more: object = {}) {
  const name = `批量拆分${++serial}号集团公司`
  const aliases = [`批量${serial}号一厂`, `批量${serial}号二厂`]
  const post = async (path: string, body: object) => {
    const answer = await admin.post(`${api}${path}`, { commandId: commandId(), ...body })
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return String(answer.body.id)
  }
  const id = await post('/enterprises', { name, aliases, ...more })
  await post(`/enterprises/${id}/contacts`, { name: '王示例' })
  const position = { firmId: id, productCode: 'P1702', role: 'produce', year: 2025, capacity: 9, output: 8 }
  await post('/chain-positions', { ...position, asOf: '2025-12-31', synthetic: true })
  return { id, name, aliases }
}

type Line = readonly [firm: string, name: string, uscc: string, takes: string, why: string]
const heads = ['企业', '拆出企业名称', '统一社会信用代码', '随转内容', '原因'] as const
async function open(lines: readonly Line[], client = admin): Promise<Answer> {
  const columns = heads.map((header, i) => ({ header, value: (line: Line) => line[i] ?? '' }))
  const bytes = await writeXlsx(columns, lines, { sheetName: 'splits', notesSheet: { name: 'notes', lines: [] } })
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)], { type }), 'splits.xlsx')
  const file = (await client.post(`${api}/files`, form)).body
  return client.post(`${api}/merge-batches`, { commandId: commandId(), fileId: file.id, kind: 'split' })
}
const actorOf = ({ accountId }: Client): Actor => ({
  accountId,
  name: '管理员',
  kind: 'person',
  lang: 'zh-CN',
  memberships: [{ role: 'admin', partyId: null }],
})
const run = (id: string, client = admin) => client.post(`${api}/merge-batches/${id}/run`, { commandId: commandId() })
const undo = (id: string) => admin.post(`${api}/merge-batches/${id}/undo`, { commandId: commandId(), why: '拆错了' })
const pairsOf = async (id: string): Promise<readonly MergePair[]> =>
  (await admin.get(`${api}/merge-batches/${id}/pairs?limit=200`)).body.rows
const told = async (id: string) => (await pairsOf(id)).map(({ state, rule }) => rule ?? state)
const get = async (id: string) => (await admin.get(`${api}/enterprises/${id}`)).body
const positionsOf = async (id: string) => (await admin.get(`${api}/chain-positions?firmId=${id}`)).body.rows.length
const why = '实为两家'

describe('a workbook of splits', () => {
  it('is previewed row by row with what each takes, run, and undone as a whole', async () => {
    const [a, b] = [await addFirm(), await addFirm()]
    const before = await Promise.all([get(a.id), get(b.id)])
    const opened = await open([
      [a.name, '拆出印染公司', '92350100M000100Y4U', `${a.aliases[0]}；王示例；小麦粉 生产 2025`, why],
      [b.id, b.aliases[1] ?? '', '', '', why],
      [a.name, '拆出另一公司', '', '王示例', why],
      ['没有这家', '拆出', '', '', why],
      [b.name, '', '', '', why],
    ])

    expect(opened.status).toBe(201)
    expect(opened.body).toMatchObject({ kind: 'split', state: 'previewed', counts: { rows: 5, ready: 2, refused: 3 } })
    const { id } = opened.body
    expect(await told(id)).toEqual([
      'ready',
      'ready',
      'taken_already 2',
      'unknown_enterprise',
      'empty_cell 拆出企业名称',
    ])
    expect((await pairsOf(id))[2]).toMatchObject({ message: '“王示例”在第 2 行已转出' })
    expect(await get(a.id)).toEqual(before[0])

    expect((await run(id)).body).toMatchObject({ state: 'done', counts: { merged: 2, ready: 0, failed: 0 } })
    const [first, second] = await pairsOf(id)
    expect(first).toMatchObject({
      from: { id: a.id, name: a.name },
      into: { name: '拆出印染公司' },
      uscc: '92350100M000100Y4U',
      splitId: expect.any(String),
      mergeId: null,
    })
    const newId = first?.into.id ?? ''
    expect(await get(newId)).toMatchObject({
      name: '拆出印染公司',
      aliases: [a.aliases[0]],
      uscc: '92350100M000100Y4U',
    })
    expect([await positionsOf(a.id), await positionsOf(newId)]).toEqual([0, 1])
    expect((await get(second?.into.id ?? '')).name).toBe(b.aliases[1])
    expect((await get(b.id)).aliases).toEqual([b.aliases[0]])
    expect(problemOf(await run(id))).toMatchObject({ status: 409, kind: 'batch_finished' })

    expect((await undo(id)).body).toMatchObject({ state: 'undone', counts: { undone: 2, merged: 0, kept: 0 } })
    const facts = ({ rev: _rev, updatedAt: _at, updatedBy: _by, ...rest }: Record<string, unknown>) => rest
    expect([await get(a.id), await get(b.id)].map(facts)).toEqual(before.map(facts))
    expect((await get(newId)).id).toBe(a.id)
    expect([await positionsOf(a.id)]).toEqual([1])
  })

  it('fails the row whose entry changed since the preview, and names the rows that can no longer be undone', async () => {
    const [a, b, c] = [await addFirm(), await addFirm(), await addFirm()]
    const { id } = (
      await open([
        [a.name, '甲拆出公司', '', a.aliases[0] ?? '', why],
        [b.name, '乙拆出公司', '', '', why],
        [c.name, '丙拆出公司', '', '', why],
      ])
    ).body
    const { rev } = await get(a.id)
    await admin.patch(`${api}/enterprises/${a.id}`, { commandId: commandId(), rev, aliases: [] })

    expect((await run(id)).body).toMatchObject({ state: 'done', counts: { failed: 1, merged: 2 } })
    expect((await pairsOf(id))[0]).toMatchObject({
      state: 'failed',
      rule: 'unknown_alias',
      message: `该企业已没有曾用名“${a.aliases[0]}”`,
    })
    expect((await admin.get(`${api}/enterprises/${a.id}/splits`)).body.rows).toEqual([])
    const gone = (await pairsOf(id))[1]?.into.id ?? ''
    const body = { commandId: commandId(), into: c.id, rev: 1, intoRev: (await get(c.id)).rev, why }
    const merged = await admin.post(`${api}/enterprises/${gone}/merges`, body)
    expect((await undo(id)).body.counts).toMatchObject({ merged: 1, undone: 1, kept: 1 })
    expect((await pairsOf(id))[1]).toMatchObject({ state: 'merged', rule: 'merged_since' })
    await admin.post(`${api}/merges/${merged.body.id}/undo`, { commandId: commandId() })
    expect((await undo(id)).body.counts).toMatchObject({ merged: 0, undone: 2, kept: 0 })
  })

  it('killed in the middle goes on behind what is done', async () => {
    const firms = [await addFirm(), await addFirm(), await addFirm()]
    const { id } = (await open(firms.map(({ name }, i): Line => [name, `断电拆出${i}公司`, '', '', why]))).body
    const by = actorOf(admin)
    const claim = await server.deps.db.transaction().execute((tx) => claimRun(tx, server.deps, by, id))
    if (!claim.ok) throw new Error(claim.error.kind)
    let done = 0
    const dying = runBatch(server.deps, by, claim.value, () => {
      if (++done === 2) throw new Error('killed')
    })

    await expect(dying).rejects.toThrow('killed')
    expect((await run(id)).body).toMatchObject({ state: 'done', counts: { merged: 3, ready: 0, failed: 0 } })
    for (const firm of firms)
      expect((await admin.get(`${api}/enterprises/${firm.id}/splits`)).body.rows).toHaveLength(1)
  })

  it('comes back as a workbook that can be uploaded again; its template can be too', async () => {
    const a = await addFirm()
    const { id } = (await open([[a.name, '回传拆出公司', '', '没有的', why]])).body
    const read = async (path: string, client = admin) => {
      const answer = await fetch(`${server.url}${api}${path}`, { headers: client.headers })
      const bytes = Buffer.from(await answer.arrayBuffer())
      const table = await readTable({ name: 'b.xlsx', bytes }, defaultLimits)
      if (!table.ok) throw new Error(table.error.kind)
      return table.value
    }
    const rows = await read(`/merge-batches/${id}/pairs.xlsx`)
    expect(rows.rows[0]?.cells).toEqual(
      expect.arrayContaining([a.name, '回传拆出公司', '没有的', '该企业没有“没有的”', why]),
    )
    expect(rows.header).toEqual(expect.arrayContaining([...heads]))
    expect((await read('/merge-batches/template.xlsx?kind=split')).header).toEqual([...heads])
    expect((await read('/merge-batches/template.xlsx')).header).toEqual(['并出企业', '接收企业', '原因'])
  })

  it('is for those who merge, and is undone for 30 days', async () => {
    const a = await addFirm()
    const officer = await server.actor([{ role: 'guide', partyId: null }])
    expect((await open([[a.name, '无权拆出公司', '', '', why]], officer)).status).toBe(403)
    const { id } = (await open([[a.name, '过期拆出公司', '', '', why]])).body
    await run(id)
    const past = new Date(epochMs(Date.now() - 31 * 24 * 3_600_000))
    await server.deps.db.updateTable('enterprise_split').set({ at: past }).where('from_id', '=', a.id).execute()
    expect((await undo(id)).body.counts).toMatchObject({ merged: 1, undone: 0, kept: 1 })
    expect(await told(id)).toEqual(['undo_too_late'])
  })

  it('takes by name only what its reader reads, also when another runs it', async () => {
    const [a, b] = [await addFirm(), await addFirm()]
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    const line = (name: string, takes: string): Line => [name, `${name}拆出`, '', takes, why]
    const own = (await open([line(a.name, '小麦粉 生产 2025'), line(b.name, '王示例')], dispatcher)).body
    expect(await told(own.id)).toEqual(['unknown_item', 'ready'])

    const { id } = (await open([line(a.name, '小麦粉 生产 2025')])).body
    expect(await told(id)).toEqual(['ready'])
    expect((await run(id, dispatcher)).body.counts).toMatchObject({ failed: 1, merged: 0 })
    expect(await told(id)).toEqual(['unknown_part'])
    expect(await positionsOf(a.id)).toBe(1)
  })

  it('gives back faulty rows with all that a cell may hold', async () => {
    const a = await addFirm()
    const { id } = (
      await open([
        [a.name, '', '', '随'.repeat(1_990), '因'.repeat(490)],
        [a.name, '长拆出公司', '', '随'.repeat(2_100), '因'.repeat(600)],
      ])
    ).body
    expect((await pairsOf(id)).map(({ takes, why: said }) => [takes.length, said.length])).toEqual([
      [1_990, 490],
      [2_000, 500],
    ])
  })

  it('tells in the preview of an entry in a closed area, and in the run when it was closed since', async () => {
    const areaOf = async (code: string) =>
      (await admin.post(`${api}/areas`, { commandId: commandId(), code, name: `批量片区${code}` })).body
    const close = ({ id, rev }: { readonly id: string; readonly rev: number }) =>
      admin.patch(`${api}/areas/${id}`, { commandId: commandId(), rev, state: 'closed' })
    const [first, second] = [await areaOf('BA'), await areaOf('BB')]
    const [a, b] = [await addFirm({ areaId: first.id }), await addFirm({ areaId: second.id })]
    await close(first)
    const { id } = (
      await open([
        [a.name, '停用片区拆出公司', '', '', why],
        [b.name, '启用片区拆出公司', '', '', why],
      ])
    ).body
    expect(await told(id)).toEqual(['entry_area_closed', 'ready'])
    await close(second)
    await run(id)

    const message = '该企业所在片区已停用：请先改其片区，或在企业页面上拆分并另选片区'
    expect(await pairsOf(id)).toMatchObject([
      { state: 'refused', rule: 'entry_area_closed', message },
      { state: 'failed', rule: 'entry_area_closed', message },
    ])
  })

  it('says of a name that was not read that there is too much to look through', async () => {
    const a = await addFirm()
    const contact = {
      zone_id: server.deps.zoneId,
      enterprise_id: a.id,
      role: '',
      phone: '',
      email: '',
      main: false,
      state: 'active' as const,
      created_by: 'test',
      updated_by: 'test',
    }
    const at = new Date(server.deps.clock())
    const contacts = Array.from({ length: partsMax }, (_, i) => ({
      ...contact,
      id: randomUUID(),
      name: `联系人${String(i).padStart(3, '0')}`,
      created_at: at,
      updated_at: at,
    }))
    await server.deps.db.insertInto('enterprise_contact').values(contacts).execute()
    const { id } = (
      await open([
        [a.name, '多拆出公司', '', '联系人999', why],
        [a.name, '又拆出公司', '', '联系人001', why],
      ])
    ).body
    expect(await pairsOf(id)).toMatchObject([
      { rule: 'item_not_read', message: '该企业内容太多，未能逐一查找“联系人999”：请在企业页面上拆分' },
      { state: 'ready' },
    ])
  })
})
