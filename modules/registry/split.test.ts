import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemOf, startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { epochMs } from '@tingzhou/kernel'

const api = '/api/v1'
const commandId = () => randomUUID()
const dayMs = 24 * 3_600_000
let now = Date.UTC(2026, 10, 22, 4, 26)
let server: TestServer
let admin: Client
let east: string
let serial = 0

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  admin = await server.actor([{ role: 'admin', partyId: null }], { name: '管理员' })
  east = (await created('/areas', { code: 'E', name: '城东片区' })).id
})
afterAll(() => server.close())

async function created(path: string, body: object): Promise<{ id: string; rev: number }> {
  const answer = await admin.post(`${api}${path}`, { commandId: commandId(), ...body })
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

const get = async (id: string, client = admin) => (await client.get(`${api}/enterprises/${id}`)).body
const contactsOf = async (id: string) => (await admin.get(`${api}/enterprises/${id}/contacts`)).body.rows
const figuresOf = async (id: string) => (await admin.get(`${api}/enterprise-figures?enterpriseId=${id}`)).body.rows

/** An entry with three other names, two contacts and two figures. */
async function entry(more: object = {}) {
  const n = ++serial
  const aliases = ['一', '二', '三'].map((which) => `拆分${n}号${which}厂`)
  const { id } = await created('/enterprises', { name: `拆分${n}号集团公司`, aliases, areaId: east, ...more })
  const contact = (name: string) => created(`/enterprises/${id}/contacts`, { name, phone: '13800000000' })
  const figure = (period: string) =>
    created('/enterprise-figures', {
      enterpriseId: id,
      indicator: 'turnover',
      period,
      value: 100,
      unit: 'cny_10k',
      qualifier: 'actual',
      basis: '',
      source: '年报',
      confidence: 'high',
      asOf: '2025-12-31',
    })
  const [main, other] = [await contact('甲'), await contact('乙')]
  const [first, second] = [await figure('2024'), await figure('2025')]
  return { id, n, aliases, contacts: [main.id, other.id], figures: [first.id, second.id], rev: (await get(id)).rev }
}
type Entry = Awaited<ReturnType<typeof entry>>

const nothing = { aliases: [], contactIds: [], figureIds: [], parts: [] }
const bodyOf = ({ n, rev }: Pick<Entry, 'n' | 'rev'>, over: object = {}) => ({
  commandId: commandId(),
  rev,
  name: `拆出${n}号印染公司`,
  takes: nothing,
  why: '实为两家',
  ...over,
})
const split = (of: Entry, over: object = {}, client = admin) =>
  client.post(`${api}/enterprises/${of.id}/split`, bodyOf(of, over))
const undo = (id: string, client = admin) =>
  client.post(`${api}/enterprise-splits/${id}/undo`, { commandId: commandId(), why: '仍是一家' })

/** Everything that a split of the registry touches, whole rows but for what says that they were touched. */
async function standing(id: string): Promise<unknown> {
  const bare = sql.raw(`- 'rev' - 'updated_at' - 'updated_by'`)
  const { rows } = await sql<{ all: unknown }>`select jsonb_build_object(
    'entry', (select to_jsonb(e) ${bare} from enterprise e where id = ${id}),
    'contacts', (select jsonb_agg(to_jsonb(c) ${bare} order by id) from enterprise_contact c where enterprise_id = ${id}),
    'figures', (select jsonb_agg(to_jsonb(f) ${bare} order by id) from enterprise_figure f where enterprise_id = ${id}),
    'members', (select jsonb_agg(account_id order by account_id) from membership where party_id = ${id} and until is null),
    'reach', (select jsonb_agg(to_jsonb(r) order by object_kind, object_id, party_id) from reach r
      where object_id = ${id}),
    'found', (select jsonb_agg(to_jsonb(s) - 'updated_at' order by object_id) from search_entry s where object_id = ${id})) as all`.execute(
    server.deps.db,
  )
  return rows[0]?.all
}

describe('a split', () => {
  it('makes an entry of its own with what is chosen, and leaves the rest', async () => {
    const of = await entry()
    const own = await server.actor([{ role: 'enterprise', partyId: of.id }])
    const takes = {
      aliases: [of.aliases[1]],
      contactIds: [of.contacts[0]],
      figureIds: [of.figures[1]],
      parts: [],
    }
    const answer = await split(of, { takes, uscc: '92350100M000100Y4U' })

    expect(answer.status).toBe(201)
    const { id, enterpriseId, undoUntil } = answer.body
    expect(undoUntil).toBe(now + 30 * dayMs)
    expect(await get(of.id)).toMatchObject({ aliases: [of.aliases[0], of.aliases[2]], rev: of.rev + 1, duplicates: 0 })
    expect(await get(enterpriseId)).toMatchObject({
      name: `拆出${of.n}号印染公司`,
      aliases: [of.aliases[1]],
      uscc: '92350100M000100Y4U',
      areaId: east,
      duplicates: 0,
    })
    expect([await contactsOf(of.id), await contactsOf(enterpriseId)]).toMatchObject([
      [{ name: '乙', main: false }],
      [{ name: '甲', main: true }],
    ])
    expect([await figuresOf(of.id), await figuresOf(enterpriseId)]).toMatchObject([
      [{ period: '2024' }],
      [{ period: '2025' }],
    ])
    // Its accounts stay.
    expect((await own.get(`${api}/enterprises/${of.id}`)).status).toBe(200)
    expect((await own.get(`${api}/enterprises/${enterpriseId}`)).status).toBe(404)
    const found = await admin.get(`${api}/enterprises?q=${encodeURIComponent(of.aliases[1] ?? '')}`)
    expect(found.body.rows).toMatchObject([{ id: enterpriseId }])
    for (const side of [of.id, enterpriseId])
      expect((await admin.get(`${api}/enterprises/${side}/splits`)).body.rows).toMatchObject([
        { id, from: { id: of.id }, into: { id: enterpriseId }, taken: 3, why: '实为两家', undone: null },
      ])
    const verbs = async (one: string) =>
      (await admin.get(`${api}/enterprises/${one}/history`)).body.rows.map(({ verb }: { verb: string }) => verb)
    expect((await verbs(of.id))[0]).toBe('split')
    expect(await verbs(enterpriseId)).toEqual(['split_off'])
  })

  it('offers what the entry has, in the reader’s language', async () => {
    const of = await entry()
    const groups = async (lang: 'zh-CN' | 'en') =>
      (await admin.send('GET', `${api}/enterprises/${of.id}/split-parts`, { lang })).body.groups
    const [contacts, figures, ...others] = await groups('zh-CN')

    expect(contacts).toMatchObject({ module: 'contacts', items: [{ label: '甲' }, { label: '乙' }], more: false })
    expect(figures).toMatchObject({
      module: 'figures',
      items: [{ label: '营业收入 2025' }, { label: '营业收入 2024' }],
    })
    expect(figures.items[0].detail).toBe('100 万元 · 年报')
    expect(others.map(({ module, items }: { module: string; items: unknown[] }) => [module, items])).toEqual([
      ['chains', []],
      ['market', []],
    ])
    expect((await groups('en'))[1]).toMatchObject({ title: 'Figures', items: [{ label: 'Turnover 2025' }, {}] })
  })

  it('is undone byte for byte where nothing changed meanwhile, and the new id goes on answering', async () => {
    const of = await entry()
    const before = await standing(of.id)
    const takes = { aliases: of.aliases.slice(0, 2), contactIds: of.contacts, figureIds: of.figures, parts: [] }
    const { id, enterpriseId } = (await split(of, { takes, name: of.aliases[2] })).body
    expect(await standing(of.id)).not.toEqual(before)
    const own = await server.actor([{ role: 'enterprise', partyId: enterpriseId }])

    expect((await undo(id)).status).toBe(200)
    const after = await standing(of.id)
    expect(after).toEqual({ ...(before as object), members: [own.accountId] })
    expect(await get(enterpriseId)).toMatchObject({ id: of.id, redirectedFrom: enterpriseId })
    // Who came to the new entry meanwhile belongs to the one that is left.
    expect((await own.get(`${api}/enterprises/${of.id}`)).status).toBe(200)
    expect((await admin.get(`${api}/enterprises/${of.id}/splits`)).body.rows).toMatchObject([
      { id, undone: { byName: '管理员' } },
    ])
    expect(problemOf(await undo(id))).toMatchObject({ status: 409, kind: 'split_undone' })
    // The undo is a merge, and a merge can be undone.
    const [merge] = (await admin.get(`${api}/enterprises/${of.id}/merges`)).body.rows
    expect((await admin.post(`${api}/merges/${merge.id}/undo`, { commandId: commandId() })).status).toBe(200)
    expect(await get(enterpriseId)).toMatchObject({ id: enterpriseId, name: of.aliases[2] })
    expect((await contactsOf(enterpriseId)).length).toBe(2)
  })

  it('undone keeps what was entered since: on the entry it stays, what the new one gave away does not come back', async () => {
    const of = await entry()
    const takes = { ...nothing, aliases: of.aliases.slice(0, 2), contactIds: [of.contacts[0]] }
    const { id, enterpriseId } = (await split(of, { takes })).body
    const change = (one: string, rev: number, facts: object) =>
      admin.patch(`${api}/enterprises/${one}`, { commandId: commandId(), rev, ...facts })
    await change(of.id, of.rev + 1, { address: '新址' })
    await change(enterpriseId, 1, { aliases: [of.aliases[1]], address: '别处' })
    const [other] = await contactsOf(of.id)
    await admin.patch(`${api}/enterprises/${of.id}/contacts/${other.id}`, {
      commandId: commandId(),
      rev: other.rev,
      main: true,
    })

    expect((await undo(id)).status).toBe(200)
    expect(await get(of.id)).toMatchObject({ address: '新址', aliases: [of.aliases[1], of.aliases[2]] })
    expect(await contactsOf(of.id)).toMatchObject([
      { name: '乙', main: true },
      { name: '甲', main: false },
    ])
  })

  it('answers a repeated command with the first answer, and two at once make one entry', async () => {
    const of = await entry()
    const body = bodyOf(of)
    const send = () => admin.post(`${api}/enterprises/${of.id}/split`, body)
    const [first, second] = [await send(), await send()]
    expect([second.status, second.body]).toEqual([201, first.body])
    const other = { ...of, rev: of.rev + 1 }
    const both = await Promise.all([split(other, { name: '甲印染' }), split(other, { name: '乙印染' })])

    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    const refused = both.find(({ status }) => status === 409)
    expect(refused && problemOf(refused)).toMatchObject({ kind: 'stale_revision', errors: [{ field: 'rev' }] })
    expect((await admin.get(`${api}/enterprises/${of.id}/splits`)).body.rows).toHaveLength(2)
  })

  it('names field, value and rule of what is refused, and leaves nothing behind', async () => {
    const of = await entry()
    const coded = await created('/enterprises', { name: `有码${of.n}号公司`, uscc: '93350100M000100Y4L' })
    const stranger = await entry()
    const takes = (over: object) => ({ takes: { ...nothing, ...over } })
    const refusals: readonly (readonly [object, string, string, unknown])[] = [
      [{ name: ` 拆分${of.n}号集团公司 ` }, 'own_name', 'name', `拆分${of.n}号集团公司`],
      [{ uscc: '93350100M000100Y4L' }, 'uscc_taken', 'uscc', '93350100M000100Y4L'],
      [{ areaId: randomUUID() }, 'unknown_area', 'areaId', expect.any(String)],
      [takes({ aliases: ['没有'] }), 'unknown_alias', 'takes.aliases', '没有'],
      [takes({ contactIds: [stranger.contacts[0]] }), 'unknown_contact', 'takes.contactIds', stranger.contacts[0]],
      [takes({ figureIds: [stranger.figures[0]] }), 'unknown_figure', 'takes.figureIds', stranger.figures[0]],
      [takes({ parts: [{ module: 'nobody', id: '1' }] }), 'unknown_part', 'takes.parts', 'nobody 1'],
      [takes({ parts: [{ module: 'chains', id: 'position:1' }] }), 'unknown_part', 'takes.parts', 'chains position:1'],
      [takes({ parts: [{ module: 'market', id: 'x' }] }), 'unknown_part', 'takes.parts', 'market x'],
      [{ rev: of.rev + 1 }, 'stale_revision', 'rev', expect.anything()],
    ]
    for (const [over, kind, field, value] of refusals)
      expect(problemOf(await split(of, over)), kind).toMatchObject({ kind, errors: [{ field, value }] })
    expect(problemOf(await split(of, { why: ' ' }))).toMatchObject({ status: 400, errors: [{ field: 'why' }] })
    expect(problemOf(await split(of, { name: '' }))).toMatchObject({ status: 400, errors: [{ field: 'name' }] })
    expect((await split({ ...of, id: randomUUID() })).status).toBe(404)
    expect(await get(of.id)).toMatchObject({ rev: of.rev, aliases: of.aliases })
    const name = encodeURIComponent(`拆出${of.n}号印染公司`)
    expect((await admin.get(`${api}/enterprises?q=${name}`)).body.rows).toEqual([])

    await admin.post(`${api}/enterprises/${of.id}/merges`, {
      commandId: commandId(),
      into: coded.id,
      rev: of.rev,
      intoRev: 1,
      why: '同一家',
    })
    expect(problemOf(await split({ ...of, rev: of.rev + 1 }))).toMatchObject({ status: 409, kind: 'enterprise_merged' })
  })

  it('names the area when the entry’s own is closed, and takes another', async () => {
    const closing = await created('/areas', { code: 'K', name: '将停用片区' })
    const of = await entry({ areaId: closing.id })
    const path = `${api}/areas/${closing.id}`
    const closed = await admin.patch(path, { commandId: commandId(), rev: closing.rev, state: 'closed' })
    expect(closed.status).toBe(200)

    expect(problemOf(await split(of))).toMatchObject({
      status: 422,
      kind: 'entry_area_closed',
      title: '原企业所在片区已停用',
      errors: [{ field: 'areaId', value: closing.id }],
    })
    expect(problemOf(await split(of, { areaId: closing.id }))).toMatchObject({ kind: 'area_closed' })
    expect((await split(of, { areaId: east })).status).toBe(201)
  })

  it('is for those who merge', async () => {
    const of = await entry()
    const { id } = (await split(of)).body
    for (const role of ['guide', 'dept_officer'] as const) {
      const officer = await server.actor([{ role, partyId: role === 'guide' ? null : east }])
      expect((await split({ ...of, rev: of.rev + 1 }, {}, officer)).status).toBe(403)
      expect((await undo(id, officer)).status).toBe(403)
      expect((await officer.get(`${api}/enterprises/${of.id}/split-parts`)).status).toBe(403)
    }
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    expect((await split({ ...of, rev: of.rev + 1 }, { name: '派单员拆出' }, dispatcher)).status).toBe(201)
  })

  it('can be undone for 30 days, and while neither entry was merged into another', async () => {
    const [of, third] = [await entry(), await entry()]
    const { id, enterpriseId } = (await split(of)).body
    const merge = async (from: string, into: string) => {
      const body = {
        commandId: commandId(),
        into,
        rev: (await get(from)).rev,
        intoRev: (await get(into)).rev,
        why: '同',
      }
      return (await admin.post(`${api}/enterprises/${from}/merges`, body)).body.id
    }
    for (const side of [enterpriseId, of.id]) {
      const merged = await merge(side, third.id)
      expect(problemOf(await undo(id))).toMatchObject({
        status: 409,
        kind: 'merged_since',
        errors: [{ field: 'mergedInto', value: third.id }],
      })
      await admin.post(`${api}/merges/${merged}/undo`, { commandId: commandId() })
    }
    now += 30 * dayMs + 1
    expect(problemOf(await undo(id))).toMatchObject({ status: 409, kind: 'undo_too_late' })
    now -= 1
    expect((await undo(id)).status).toBe(200)
    expect((await undo(randomUUID())).status).toBe(404)
  })
})
