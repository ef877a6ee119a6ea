import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeXlsx } from '@tingzhou/sheets'
import type { Actor } from '@tingzhou/parties'
import { problemOf, startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { epochMs, type Result } from '@tingzhou/kernel'
import { makeUscc, organisationCheck } from '@tingzhou/uscc'
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

type Firm = { readonly id: string; readonly name: string; readonly uscc: string }

async function addFirm(more: object = {}): Promise<Firm> {
  const body = String(++serial).padStart(8, '0')
  const name = `批量合并${serial}号纺织有限公司`
  const answer = await admin.post(`${api}/enterprises`, { commandId: commandId(), name, ...more })
  expect(answer.status).toBe(201)
  return { id: answer.body.id, name, uscc: makeUscc(`91652301${body}${organisationCheck(body)}`) }
}

type Line = readonly [from: string, into: string, why: string]
async function open(lines: readonly Line[], client = admin, heads = ['并出企业', '接收企业', '原因']): Promise<Answer> {
  const columns = heads.map((header, i) => ({ header, value: (line: Line) => line[i] ?? '' }))
  const bytes = await writeXlsx(columns, lines, { sheetName: 'pairs', notesSheet: { name: 'notes', lines: [] } })
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)], { type }), 'pairs.xlsx')
  const file = (await client.post(`${api}/files`, form)).body
  return client.post(`${api}/merge-batches`, { commandId: commandId(), fileId: file.id })
}
const actorOf = ({ accountId }: Client): Actor => ({
  accountId,
  name: '管理员',
  kind: 'person',
  lang: 'zh-CN',
  memberships: [{ role: 'admin', partyId: null }],
})
const run = (id: string) => admin.post(`${api}/merge-batches/${id}/run`, { commandId: commandId() })
const undo = (id: string) => admin.post(`${api}/merge-batches/${id}/undo`, { commandId: commandId(), why: '合错了' })
const pairsOf = async (id: string): Promise<readonly MergePair[]> =>
  (await admin.get(`${api}/merge-batches/${id}/pairs?limit=200`)).body.rows
const told = async (id: string) => (await pairsOf(id)).map(({ state, rule }) => rule ?? state)
const answersFor = async (firm: Firm) => (await admin.get(`${api}/enterprises/${firm.id}`)).body.id

const why = '同一企业'

function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

describe('a workbook of merges', () => {
  it('is previewed row by row, and nothing is merged yet', async () => {
    const [a, b, c, d] = [
      await addFirm({ address: '甲路' }),
      await addFirm({ address: '乙路' }),
      await addFirm(),
      await addFirm(),
    ]
    const [e, f] = [await addFirm(), await addFirm()]
    for (const firm of [e, f])
      await admin.patch(`${api}/enterprises/${firm.id}`, { commandId: commandId(), rev: 1, uscc: firm.uscc })
    const opened = await open([
      [a.name, b.id, why],
      [b.name, e.uscc, why],
      ['没有这家', b.name, why],
      [c.name, c.id, why],
      [c.name, d.name, why],
      [d.name, c.name, why],
      [e.name, f.name, why],
      [a.name, f.name, why],
      [c.name, '', why],
    ])

    expect(opened.status).toBe(201)
    expect(opened.body).toMatchObject({
      state: 'previewed',
      counts: { rows: 9, ready: 2, refused: 7, merged: 0, conflicting: 1 },
      undoUntil: null,
    })
    expect(await told(opened.body.id)).toEqual([
      'ready',
      'ready',
      'unknown_enterprise',
      'same_enterprise',
      'circle',
      'circle',
      `conflicting_codes ${f.uscc}`,
      'goes_already 2',
      'empty_cell 接收企业',
    ])
    const [first] = await pairsOf(opened.body.id)
    expect(first).toMatchObject({
      from: { id: a.id },
      into: { name: b.name },
      conflicts: [{ field: 'address', lost: '甲路' }],
    })
    expect(await answersFor(a)).toBe(a.id)
  })

  it('runs a chain in its order, and the whole batch is undone from its end', async () => {
    const [a, b, c] = [await addFirm({ tags: ['甲'] }), await addFirm(), await addFirm()]
    const before = await Promise.all(
      [a, b, c].map(async ({ id }) => (await admin.get(`${api}/enterprises/${id}`)).body),
    )
    const { id } = (
      await open([
        [b.name, c.name, why],
        [a.name, b.name, why],
      ])
    ).body
    const done = (await run(id)).body

    expect(done).toMatchObject({ state: 'done', counts: { merged: 2, ready: 0, failed: 0 } })
    expect([await answersFor(a), await answersFor(b)]).toEqual([c.id, c.id])
    expect((await admin.get(`${api}/enterprises/${c.id}`)).body.tags).toEqual(['甲'])
    expect(problemOf(await run(id))).toMatchObject({ status: 409, kind: 'batch_finished' })

    expect((await undo(id)).body).toMatchObject({ state: 'undone', counts: { undone: 2, merged: 0, kept: 0 } })
    const after = await Promise.all(
      [a, b, c].map(async ({ id: one }) => (await admin.get(`${api}/enterprises/${one}`)).body),
    )
    const facts = ({ rev: _rev, updatedAt: _at, ...rest }: Record<string, unknown>) => rest
    expect(after.map(facts)).toEqual(before.map(facts))
    expect(problemOf(await undo(id))).toMatchObject({ status: 409, kind: 'batch_not_run' })
  })

  it('names the rows that can no longer be undone, and undoes the others', async () => {
    const [a, b, c, d, e] = [await addFirm(), await addFirm(), await addFirm(), await addFirm(), await addFirm()]
    const { id } = (
      await open([
        [a.name, b.name, why],
        [c.name, d.name, why],
      ])
    ).body
    await run(id)
    const rev = async (firm: Firm) => (await admin.get(`${api}/enterprises/${firm.id}`)).body.rev
    const later = await admin.post(`${api}/enterprises/${b.id}/merges`, {
      commandId: commandId(),
      into: e.id,
      rev: await rev(b),
      intoRev: await rev(e),
      why,
    })

    expect((await undo(id)).body).toMatchObject({ state: 'undone', counts: { merged: 1, undone: 1, kept: 1 } })
    expect((await pairsOf(id))[0]).toMatchObject({ state: 'merged', rule: 'merged_again', into: { name: b.name } })
    expect([await answersFor(a), await answersFor(c)]).toEqual([e.id, c.id])
    // What stood in the way goes, and the batch can be undone to its end.
    await admin.post(`${api}/merges/${later.body.id}/undo`, { commandId: commandId() })
    expect((await undo(id)).body.counts).toMatchObject({ merged: 0, undone: 2, kept: 0 })
    expect(await answersFor(a)).toBe(a.id)
  })

  it('fails the row whose sides changed since the preview, and leaves nothing of it behind', async () => {
    const [a, b, c, d] = [await addFirm(), await addFirm(), await addFirm(), await addFirm()]
    const { id } = (
      await open([
        [a.name, b.name, why],
        [c.name, d.name, why],
      ])
    ).body
    for (const firm of [a, b])
      await admin.patch(`${api}/enterprises/${firm.id}`, { commandId: commandId(), rev: 1, uscc: firm.uscc })

    expect((await run(id)).body).toMatchObject({ state: 'done', counts: { failed: 1, merged: 1 } })
    expect(await told(id)).toEqual([`conflicting_codes ${b.uscc}`, 'merged'])
    expect((await admin.get(`${api}/enterprises/${a.id}`)).body).toMatchObject({ id: a.id, rev: 2, uscc: a.uscc })
    expect((await admin.get(`${api}/enterprises/${a.id}/merges`)).body.rows).toEqual([])
  })

  it('killed in the middle stands as partly done, says so, and goes on behind what is done', async () => {
    const firms = await Promise.all(Array.from({ length: 6 }, () => addFirm()))
    const lines = [0, 2, 4].map((i): Line => [firms[i]?.name ?? '', firms[i + 1]?.name ?? '', why])
    const { id } = (await open(lines)).body
    const by = actorOf(admin)
    const claim = await server.deps.db.transaction().execute((tx) => claimRun(tx, server.deps, by, id))
    let merged = 0
    const dying = runBatch(server.deps, by, valueOf(claim), () => {
      if (++merged === 2) throw new Error('killed')
    })

    await expect(dying).rejects.toThrow('killed')
    const seen = (await admin.get(`${api}/merge-batches/${id}`)).body
    expect(seen).toMatchObject({ state: 'stopped', counts: { merged: 2, ready: 1 } })
    expect((await run(id)).body).toMatchObject({ state: 'done', counts: { merged: 3, ready: 0, failed: 0 } })
    const { rows } = (await admin.get(`${api}/enterprises/${firms[1]?.id}/merges`)).body
    expect(rows).toHaveLength(1)
  })

  it('left by a server that died goes to the next one after its silence; the first keeps nothing of what it brings later', async () => {
    const [a, b] = [await addFirm(), await addFirm()]
    const { id } = (await open([[a.name, b.name, why]])).body
    const by = actorOf(admin)
    const first = valueOf(await server.deps.db.transaction().execute((tx) => claimRun(tx, server.deps, by, id)))
    expect(problemOf(await run(id))).toMatchObject({ status: 409, kind: 'batch_running' })

    const silent = new Date(server.deps.clock() - 121_000)
    await server.deps.db.updateTable('enterprise_merge_batch').set({ beat_at: silent }).where('id', '=', id).execute()
    expect((await admin.get(`${api}/merge-batches/${id}`)).body).toMatchObject({
      state: 'stopped',
      counts: { ready: 1 },
    })
    const second = valueOf(await server.deps.db.transaction().execute((tx) => claimRun(tx, server.deps, by, id)))
    await runBatch(server.deps, by, first, () => {})
    expect((await admin.get(`${api}/merge-batches/${id}`)).body).toMatchObject({
      state: 'running',
      counts: { ready: 1 },
    })
    await runBatch(server.deps, by, second, () => {})
    expect((await admin.get(`${api}/merge-batches/${id}`)).body).toMatchObject({
      state: 'done',
      counts: { merged: 1, failed: 0 },
    })
    expect((await undo(id)).body.counts).toMatchObject({ undone: 1, merged: 0 })
  })

  it('is run once of two who run it, and a repeated command gets the same answer', async () => {
    const [a, b] = [await addFirm(), await addFirm()]
    const { id } = (await open([[a.name, b.name, why]])).body
    const command = commandId()
    const twice = await Promise.all([run(id), run(id)])
    expect(twice.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const repeat = () => admin.post(`${api}/merge-batches/${id}/undo`, { commandId: command, why: '合错了' })
    expect((await repeat()).body.counts.undone).toBe(1)
    expect((await repeat()).body.counts.undone).toBe(1)
  })

  it('is refused whole without its columns, and to whoever may not merge', async () => {
    const { body } = await open([['a', 'b', why]], admin, ['并出企业', '别的', '原因'])
    expect(body.counts).toMatchObject({ refused: 1, ready: 0 })
    expect((await pairsOf(body.id))[0]).toMatchObject({ rule: 'missing_column 接收企业' })
    const officer = await server.actor([{ role: 'guide', partyId: null }])
    expect((await open([['a', 'b', why]], officer)).status).toBe(403)
    expect((await officer.get(`${api}/merge-batches/${body.id}`)).status).toBe(404)
    expect((await officer.get(`${api}/merge-batches/${body.id}/pairs`)).status).toBe(404)
  })

  it('after 30 days can be undone no more, and each row says so', async () => {
    const [a, b] = [await addFirm(), await addFirm()]
    const { id } = (await open([[a.name, b.name, why]])).body
    await run(id)
    const past = new Date(epochMs(Date.now() - 31 * 24 * 3_600_000))
    await server.deps.db.updateTable('enterprise_merge').set({ at: past }).where('from_id', '=', a.id).execute()

    expect((await undo(id)).body.counts).toMatchObject({ merged: 1, undone: 0, kept: 1 })
    expect(await told(id)).toEqual(['undo_too_late'])
  })
})
