import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { search } from '@tingzhou/search'
import { problemOf, startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'

const someone = { accountId: 'x', name: 'x', kind: 'person', lang: 'en' } as const

let server: TestServer
let admin: Client
let east: string
let west: string
let bureau: string

const api = '/api/v1'
const commandId = () => randomUUID()
let serial = 0
const uniqueName = (name: string) => `${name}${++serial}号`

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.actor([{ role: 'admin', partyId: null }], { name: '管理员' })
  east = await addArea('E', '城东片区')
  west = await addArea('W', '城西片区')
  bureau = (await admin.post(`${api}/departments`, { commandId: commandId(), code: 'Z', name: '戊局' })).body.id
})
afterAll(() => server.close())

async function addArea(code: string, name: string): Promise<string> {
  const answer = await admin.post(`${api}/areas`, { commandId: commandId(), code, name })
  expect(answer.status).toBe(201)
  return answer.body.id
}

async function addEnterprise(name: string, more: object = {}): Promise<{ id: string; rev: number }> {
  const answer = await admin.post(`${api}/enterprises`, { commandId: commandId(), name, ...more })
  expect(answer.body).toMatchObject({ rev: 1 })
  return answer.body
}

const getEnterprise = async (id: string, client = admin) => (await client.get(`${api}/enterprises/${id}`)).body

describe('areas and departments', () => {
  it('gives the lead of an area the role at once, and takes it back at once', async () => {
    const lead = await server.actor([{ role: 'guide', partyId: null }], { name: '王片长' })
    const { id } = await addEnterprise(uniqueName('城东公司'), { areaId: east })
    const seen = async () => (await lead.get(`${api}/enterprises/${id}`)).status
    const [area] = (await admin.get(`${api}/areas?q=E`)).body.rows
    const change = (rev: number, leadAccountId: string | null) =>
      admin.patch(`${api}/areas/${east}`, { commandId: commandId(), rev, leadAccountId })

    expect(await seen()).toBe(404)
    expect((await change(area.rev, lead.accountId)).body.rev).toBe(area.rev + 1)
    expect((await admin.get(`${api}/areas/${east}`)).body).toMatchObject({ leadName: '王片长' })
    expect(await seen()).toBe(200)
    await change(area.rev + 1, null)
    expect(await seen()).toBe(404)
  })

  it('refuses a used code, an unknown account, an open ring and a circle of departments', async () => {
    const taken = await admin.post(`${api}/areas`, { commandId: commandId(), code: 'E', name: '又一片区' })
    const account = await admin.post(`${api}/areas`, {
      commandId: commandId(),
      code: 'X',
      name: '甲',
      deputyAccountId: 'x',
    })
    const open = await admin.post(`${api}/areas`, {
      commandId: commandId(),
      code: 'X',
      name: '甲',
      polygon: {
        type: 'Polygon',
        coordinates: [
          [
            [87, 44],
            [88, 44],
            [88, 45],
            [87, 45],
          ],
        ],
      },
    })
    const top = await admin.post(`${api}/departments`, { commandId: commandId(), code: 'A', name: '甲局' })
    const below = await admin.post(`${api}/departments`, {
      commandId: commandId(),
      code: 'B',
      name: '乙科',
      parentId: top.body.id,
      fallbackDepartmentId: top.body.id,
    })
    const circle = await admin.patch(`${api}/departments/${top.body.id}`, {
      commandId: commandId(),
      rev: 1,
      parentId: below.body.id,
    })

    expect(problemOf(taken)).toMatchObject({ status: 409, kind: 'code_taken', errors: [{ field: 'code', value: 'E' }] })
    expect(problemOf(account)).toMatchObject({
      status: 422,
      kind: 'unknown_account',
      errors: [{ field: 'deputyAccountId' }],
    })
    expect(problemOf(open)).toMatchObject({ status: 422, errors: [{ field: 'polygon', rule: 'ring_closed' }] })
    expect(problemOf(circle)).toMatchObject({ status: 422, kind: 'department_circle', errors: [{ field: 'parentId' }] })
    expect((await admin.get(`${api}/departments`)).body.rows).toMatchObject([
      { code: 'A', parentName: null },
      { code: 'B', parentName: '甲局', fallbackName: '甲局' },
      { code: 'Z' },
    ])
  })

  it('lets only administrators found them', async () => {
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    const answer = await dispatcher.post(`${api}/areas`, { commandId: commandId(), code: 'Z', name: '甲' })

    expect(problemOf(answer)).toMatchObject({ status: 403, kind: 'wrong_role' })
  })
})

describe('industries', () => {
  it('opens the tree and searches it', async () => {
    expect((await admin.get(`${api}/industries`)).body.rows).toHaveLength(20)
    const found = (await admin.get(`${api}/industries?q=${encodeURIComponent('稻谷种植')}`)).body.rows
    expect(found).toMatchObject([{ code: 'A0111', path: [{ code: 'A' }, { code: 'A01' }, { code: 'A011' }] }])
  })
})

describe('enterprises', () => {
  it('keeps SQL and script as the texts they are, in every text field', async () => {
    const nasty = `'; drop table enterprise; -- <script>alert("1")</script> \\ %_ 𠮷`
    const lead = await server.actor([{ role: 'leader', partyId: null }])
    const written = {
      name: nasty,
      uscc: 'A\'"<b>',
      aliases: [`${nasty} 别名`],
      address: nasty,
      source: nasty,
      tags: [`'"<i>`],
      chains: [`'"<u>`],
      leaderAccountId: lead.accountId,
    }
    const { id } = await addEnterprise(nasty, written)
    const contact = { name: nasty.slice(0, 60), role: nasty.slice(0, 40), phone: `'"<x>`, email: `'"<y>` }
    await admin.post(`${api}/enterprises/${id}/contacts`, { commandId: commandId(), ...contact })
    const listed = await admin.get(`${api}/enterprises?q=${encodeURIComponent('<script>alert("1")</script>')}`)

    expect(await getEnterprise(id)).toMatchObject({ ...written, uscc: 'A\'"<B>', usccStatus: 'malformed' })
    expect((await admin.get(`${api}/enterprises/${id}/contacts`)).body.rows).toMatchObject([contact])
    expect(listed.body.rows).toMatchObject([{ id, name: nasty }])
    expect((await admin.get(`${api}/enterprises?q=${encodeURIComponent('%_%')}`)).body.rows).toEqual([])
  })

  it('warns of a code and blocks none; a pilot code is confirmed by a person', async () => {
    const { id } = await addEnterprise('早期试点公司', { uscc: '91350100M0001TGQXM' })
    const confirmed = await admin.post(`${api}/enterprises/${id}/uscc-confirmations`, {
      commandId: commandId(),
      rev: 1,
      why: '看过营业执照',
    })
    const again = await admin.post(`${api}/enterprises/${id}/uscc-confirmations`, { commandId: commandId(), rev: 1 })

    expect(confirmed.body).toEqual({ id, rev: 2 })
    expect(await getEnterprise(id)).toMatchObject({ usccStatus: 'legacy', usccConfirmed: { by: admin.accountId } })
    expect(problemOf(again)).toMatchObject({ status: 409, kind: 'stale_revision' })
  })

  it('gives a code to one enterprise only', async () => {
    const uscc = '91350211M0000XUF46'
    const { id } = await addEnterprise('代码在先公司', { uscc })
    const second = await admin.post(`${api}/enterprises`, { commandId: commandId(), name: '代码在后公司', uscc })

    expect(problemOf(second)).toMatchObject({
      status: 409,
      kind: 'uscc_taken',
      errors: [{ field: 'uscc', value: uscc }],
    })
    expect(second.body.meta).toMatchObject({ enterpriseId: id })
  })

  it('names field, value and rule of each bad field, in the reader’s language', async () => {
    const bad = {
      commandId: commandId(),
      name: ' ',
      founded: '2015-02-30',
      point: { lon: 187, lat: 44 },
      size: 'huge',
      aboveScaleYears: [1900],
    }
    const zh = await admin.post(`${api}/enterprises`, bad)
    const en = await admin.send('POST', `${api}/enterprises`, { body: bad, lang: 'en' })

    expect(zh.status).toBe(400)
    expect(zh.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual(
      ['aboveScaleYears.0', 'founded', 'name', 'point.lon', 'size'].toSorted(),
    )
    expect(en.body.errors).toContainEqual({
      field: 'point.lon',
      value: 187,
      rule: 'max 180',
      message: 'Not above 180',
    })
    const unknown = await admin.post(`${api}/enterprises`, {
      commandId: commandId(),
      name: '甲',
      industry: 'Z99',
      areaId: null,
    })
    expect(problemOf(unknown)).toMatchObject({ status: 422, errors: [{ field: 'industry', value: 'Z99' }] })
  })

  it('lets one of two editors through and tells the other which revision stands', async () => {
    const { id } = await addEnterprise(uniqueName('两人同改公司'))
    const edit = (address: string) =>
      admin.patch(`${api}/enterprises/${id}`, { commandId: commandId(), rev: 1, address, why: '核实' })

    const answers = await Promise.all([edit('一路'), edit('二路')])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({ kind: 'stale_revision', meta: { expected: 1, actual: 2 } })
    expect((await getEnterprise(id)).rev).toBe(2)
  })

  it('answers a repeated command with the first answer', async () => {
    const body = { commandId: commandId(), name: uniqueName('重复提交公司') }
    const first = await admin.post(`${api}/enterprises`, body)
    const second = await admin.post(`${api}/enterprises`, body)
    const other = await admin.post(`${api}/enterprises`, { ...body, name: '别的公司' })

    expect(second.body).toEqual(first.body)
    expect(problemOf(other)).toMatchObject({ status: 409, kind: 'command_reused' })
  })

  it('tells who changed what, from what, to what and why, newest first', async () => {
    const { id } = await addEnterprise(uniqueName('留痕公司'), { address: '一路' })
    await admin.patch(`${api}/enterprises/${id}`, { commandId: commandId(), rev: 1, address: '二路', why: '搬迁' })

    const { rows } = (await admin.get(`${api}/enterprises/${id}/history`)).body
    expect(rows).toMatchObject([
      {
        seq: 2,
        verb: 'changed',
        actorName: '管理员',
        reason: '搬迁',
        changes: [{ field: 'address', from: '一路', to: '二路' }],
      },
      { seq: 1, verb: 'created' },
    ])
    expect(rows[0].hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is found by name, pinyin initials, former name and code', async () => {
    const { id } = await addEnterprise('昌吉天山云锦纺织有限公司', {
      uscc: '91350203M0001FUE2P',
      aliases: ['老云锦织造厂'],
    })
    const { db, zoneId } = server.deps
    const reader = { ...someone, memberships: [{ role: 'admin' as const, partyId: null }] }
    const find = async (q: string) =>
      (await search(db, zoneId, reader, { q, kinds: ['enterprise'], limit: 10 })).map(({ objectId }) => objectId)

    for (const q of ['云锦纺织', 'tsyj', '老云锦', '91350203M0001']) expect(await find(q)).toContain(id)
  })
})

describe('the list', () => {
  it('filters, sorts, pages and counts through one predicate', async () => {
    const tag = uniqueName('筛选')
    for (let i = 1; i <= 5; i++)
      await addEnterprise(`${tag}公司${i}`, {
        tags: [tag],
        areaId: i <= 3 ? east : west,
        size: i % 2 ? 'large' : 'small',
        industry: i <= 2 ? 'C1511' : 'A0111',
        aboveScaleYears: i === 5 ? [2025] : [],
        founded: `20${10 + i}-01-01`,
        chains: i === 4 ? ['textile'] : [],
      })
    const list = async (query: string) =>
      (await admin.get(`${api}/enterprises?tag=${encodeURIComponent(tag)}&${query}`)).body
    const numbers = (rows: { name: string }[]) => rows.map(({ name }) => name.at(-1)).join('')

    expect(numbers((await list(`areaId=${east}`)).rows)).toBe('123')
    expect(numbers((await list('size=large')).rows)).toBe('135')
    expect(numbers((await list(`size[0]=large&size[1]=small&industry=c15`)).rows)).toBe('12')
    expect(numbers((await list('aboveScaleYear=2025')).rows)).toBe('5')
    expect(numbers((await list('chain=textile')).rows)).toBe('4')
    expect(numbers((await list('sort=-founded')).rows)).toBe('54321')
    const first = await list('limit=2&sort=-name')
    const second = await list(`limit=2&sort=-name&cursor=${first.next}`)
    expect([first.total, numbers(first.rows), numbers(second.rows)]).toEqual([5, '54', '32'])
    expect((await admin.get(`${api}/enterprises?sort=address`)).status).toBe(400)
  })
})

describe('reach', () => {
  it('lets each role see exactly its rows, on the list, the count, the object and the export alike', async () => {
    const word = uniqueName('可见')
    const mine = await addEnterprise(`${word}东公司`, { areaId: east })
    const other = await addEnterprise(`${word}西公司`, { areaId: west })
    const seen = async (client: Client) => {
      const list = (await client.get(`${api}/enterprises?q=${encodeURIComponent(word)}`)).body
      expect(list.total).toBe(list.rows.length)
      for (const { id } of [mine, other])
        expect((await client.get(`${api}/enterprises/${id}`)).status).toBe(
          list.rows.some((row: { id: string }) => row.id === id) ? 200 : 404,
        )
      return list.total
    }

    const everyone = ['dispatcher', 'supervisor', 'callback_agent', 'leader', 'auditor', 'admin', 'machine'] as const
    for (const role of everyone)
      expect([role, await seen(await server.actor([{ role, partyId: null }]))]).toEqual([role, 2])
    for (const role of ['dept_head', 'dept_officer'] as const)
      expect(await seen(await server.actor([{ role, partyId: bureau }]))).toBe(2)
    expect(await seen(await server.actor([{ role: 'area_lead', partyId: east }]))).toBe(1)
    expect(await seen(await server.actor([{ role: 'enterprise', partyId: other.id }]))).toBe(1)
    expect(await seen(await server.actor([{ role: 'guide', partyId: null }]))).toBe(0)
    expect((await server.anyone().get(`${api}/enterprises`)).status).toBe(401)
  })

  it('moves with the area and with the guide', async () => {
    const lead = await server.actor([{ role: 'area_lead', partyId: west }])
    const guide = await server.actor([{ role: 'guide', partyId: null }])
    const { id } = await addEnterprise(uniqueName('搬家公司'), { areaId: east })
    const status = async (client: Client) => (await client.get(`${api}/enterprises/${id}`)).status

    expect([await status(lead), await status(guide)]).toEqual([404, 404])
    await admin.patch(`${api}/enterprises/${id}`, {
      commandId: commandId(),
      rev: 1,
      areaId: west,
      guideAccountId: guide.accountId,
    })
    expect([await status(lead), await status(guide)]).toEqual([200, 200])
    await admin.patch(`${api}/enterprises/${id}`, {
      commandId: commandId(),
      rev: 2,
      areaId: east,
      guideAccountId: null,
    })
    expect([await status(lead), await status(guide)]).toEqual([404, 404])
  })

  it('lets an area lead edit the own area only, and move nothing out of it', async () => {
    const lead = await server.actor([{ role: 'area_lead', partyId: east }])
    const mine = await addEnterprise(uniqueName('片内公司'), { areaId: east })
    const elsewhere = await addEnterprise(uniqueName('片外公司'), { areaId: west })
    const edit = (id: string, change: object) =>
      lead.patch(`${api}/enterprises/${id}`, { commandId: commandId(), rev: 1, ...change })

    expect((await edit(elsewhere.id, { address: '一路' })).status).toBe(404)
    expect(problemOf(await edit(mine.id, { areaId: west }))).toMatchObject({ status: 403, kind: 'not_your_area' })
    expect((await edit(mine.id, { address: '一路' })).status).toBe(200)
    const created = await lead.post(`${api}/enterprises`, { commandId: commandId(), name: '外面的公司', areaId: west })
    expect(problemOf(created)).toMatchObject({ status: 403, kind: 'not_your_area' })
    const officer = await server.actor([{ role: 'dept_officer', partyId: bureau }])
    const refused = await officer.patch(`${api}/enterprises/${mine.id}`, {
      commandId: commandId(),
      rev: 2,
      address: '二路',
    })
    expect(problemOf(refused)).toMatchObject({ status: 403, kind: 'not_your_area' })
  })
})

describe('contacts', () => {
  it('masks phone and e-mail except for those who keep or handle the enterprise', async () => {
    const { id } = await addEnterprise(uniqueName('电话公司'), { areaId: east })
    const path = `${api}/enterprises/${id}/contacts`
    await admin.post(path, { commandId: commandId(), name: '李四', phone: '13812345678', email: 'lisi@example.com' })
    const phone = async (client: Client) => (await client.get(path)).body.rows[0].phone

    expect(await phone(await server.actor([{ role: 'area_lead', partyId: east }]))).toBe('13812345678')
    expect(await phone(await server.actor([{ role: 'dispatcher', partyId: null }]))).toBe('13812345678')
    expect(await phone(await server.actor([{ role: 'enterprise', partyId: id }]))).toBe('13812345678')
    const officer = await server.actor([{ role: 'dept_officer', partyId: bureau }])
    expect((await officer.get(path)).body.rows[0]).toMatchObject({
      phone: '138****5678',
      email: 'l****@example.com',
      masked: true,
    })
    const history = (await admin.get(`${api}/enterprises/${id}/history`)).body
    expect(JSON.stringify(history)).not.toContain('13812345678')
  })

  it('lets the enterprise keep its own contacts, one of them the main one', async () => {
    const { id } = await addEnterprise(uniqueName('联系人公司'))
    const path = `${api}/enterprises/${id}/contacts`
    const own = await server.actor([{ role: 'enterprise', partyId: id }])
    const first = await own.post(path, { commandId: commandId(), name: '甲某' })
    await own.post(path, { commandId: commandId(), name: '乙某', main: true })
    const left = await own.patch(`${path}/${first.body.id}`, { commandId: commandId(), rev: 2, state: 'left' })
    const stale = await own.patch(`${path}/${first.body.id}`, { commandId: commandId(), rev: 1, state: 'active' })

    expect(left.body.rev).toBe(3)
    expect(problemOf(stale)).toMatchObject({ status: 409, kind: 'stale_revision' })
    expect((await own.get(path)).body.rows).toMatchObject([
      { name: '乙某', main: true, state: 'active' },
      { name: '甲某', main: false, state: 'left' },
    ])
    const officer = await server.actor([{ role: 'dept_officer', partyId: bureau }])
    const refused = await officer.post(path, { commandId: commandId(), name: '丙某' })
    expect(problemOf(refused)).toMatchObject({ status: 403, kind: 'not_your_enterprise' })
  })
})

describe('duplicates', () => {
  it('suggests what resembles, says why, and keeps a dismissal', async () => {
    const a = await addEnterprise('昌吉博远晨光机械有限公司', { areaId: east, address: '东路 1 号' })
    const b = await addEnterprise('新疆博远晨光机械有限责任公司', { areaId: east, address: '东路1号' })
    const list = async (query = '') =>
      (await admin.get(`${api}/enterprises/duplicates?enterpriseId=${a.id}${query}`)).body

    expect((await list()).rows).toMatchObject([{ score: 1, reasons: ['similar_name', 'same_area', 'same_address'] }])
    expect((await getEnterprise(a.id)).duplicates).toBe(1)
    await admin.post(`${api}/enterprises/${a.id}/duplicate-dismissals`, {
      commandId: commandId(),
      otherId: b.id,
      why: '两个法人',
    })
    expect((await list()).total).toBe(0)
    await admin.patch(`${api}/enterprises/${b.id}`, { commandId: commandId(), rev: 1, address: '东路 2 号' })
    expect((await list('&state=dismissed')).total).toBe(1)
    await admin.post(`${api}/enterprises/${a.id}/duplicate-restorations`, { commandId: commandId(), otherId: b.id })
    expect((await list()).total).toBe(1)
  })

  it('hints while typing, by name and by code, only within reach', async () => {
    const { id } = await addEnterprise('昌吉墨岩数字科技有限公司', { uscc: '91350100M000100Y43', areaId: west })
    const hint = (client: Client, query: string) => client.get(`${api}/enterprises/duplicate-hints?${query}`)
    const byName = await hint(admin, `name=${encodeURIComponent('墨岩数字科技股份有限公司')}`)
    const byCode = await hint(admin, `name=${encodeURIComponent('别名')}&uscc=91350100M000100Y43`)
    const outside = await server.actor([{ role: 'area_lead', partyId: east }])

    expect(byName.body.rows).toMatchObject([{ id, reasons: ['similar_name'] }])
    expect(byCode.body.rows).toMatchObject([{ id, score: 1, reasons: ['same_uscc'] }])
    expect((await hint(outside, `name=${encodeURIComponent('墨岩数字科技')}`)).body.rows).toEqual([])
  })

  it('suggests nothing for two enterprises with two valid codes', async () => {
    const a = await addEnterprise('双码同名贸易有限公司', { uscc: '92350100M000100Y4U' })
    const b = await addEnterprise('双码同名贸易股份有限公司', { uscc: '93350100M000100Y4L' })

    const [first, second] = [await getEnterprise(a.id), await getEnterprise(b.id)]
    expect([first.usccStatus, second.usccStatus].every((status) => status === 'ok' || status === 'legacy')).toBe(true)
    expect(first.duplicates).toBe(0)
  })
})

describe('merge', () => {
  const prepare = async () => {
    const from = await addEnterprise(uniqueName('并出公司'), { areaId: east, address: '旧址', tags: ['规上'] })
    const into = await addEnterprise(uniqueName('并入公司'), { areaId: west })
    await admin.post(`${api}/enterprises/${from.id}/contacts`, { commandId: commandId(), name: '老联系人' })
    const own = await server.actor([{ role: 'enterprise', partyId: from.id }])
    return { from, into, own }
  }
  const merge = (from: { id: string; rev: number }, into: { id: string; rev: number }) =>
    admin.post(`${api}/enterprises/${from.id}/merges`, {
      commandId: commandId(),
      into: into.id,
      rev: from.rev,
      intoRev: into.rev,
      why: '同一企业',
    })
  const rolesAt = async (accountId: string) =>
    (
      await server.deps.db
        .selectFrom('membership')
        .select('party_id')
        .where('account_id', '=', accountId)
        .where('until', 'is', null)
        .execute()
    ).map(({ party_id }) => party_id)

  it('redirects the old id, moves contacts and accounts, and is undone whole', async () => {
    const { from, into, own } = await prepare()
    const before = [await getEnterprise(from.id), await getEnterprise(into.id)]
    const merged = await merge(from, into)

    expect(merged.status).toBe(201)
    expect(await getEnterprise(from.id)).toMatchObject({
      id: into.id,
      redirectedFrom: from.id,
      address: '旧址',
      tags: ['规上'],
    })
    expect((await admin.get(`${api}/enterprises/${into.id}/contacts`)).body.rows).toMatchObject([{ name: '老联系人' }])
    expect(await rolesAt(own.accountId)).toEqual([into.id])
    const listed = await admin.get(`${api}/enterprises?q=${encodeURIComponent(before[0].name)}`)
    expect(listed.body.rows).toMatchObject([{ id: into.id }])

    const undone = await admin.post(`${api}/merges/${merged.body.id}/undo`, { commandId: commandId() })
    expect(undone.status).toBe(200)
    const after = [await getEnterprise(from.id), await getEnterprise(into.id)]
    const facts = ({ rev: _rev, updatedAt: _at, ...rest }: Record<string, unknown>) => rest
    expect(after.map(facts)).toEqual(before.map(facts))
    expect((await admin.get(`${api}/enterprises/${from.id}/contacts`)).body.rows).toMatchObject([
      { name: '老联系人', main: true },
    ])
    expect(await rolesAt(own.accountId)).toEqual([from.id])
    expect((await own.get(`${api}/enterprises/${from.id}`)).status).toBe(200)
    const again = await admin.post(`${api}/merges/${merged.body.id}/undo`, { commandId: commandId() })
    expect(problemOf(again)).toMatchObject({ status: 409, kind: 'merge_undone' })
  })

  it('refuses stale revisions, itself, changes on the old id, and an undo below a later merge', async () => {
    const { from, into } = await prepare()
    const third = await addEnterprise(uniqueName('第三家公司'))
    expect(problemOf(await merge({ ...from, rev: 9 }, into))).toMatchObject({ status: 409, kind: 'stale_revision' })
    expect(problemOf(await merge(from, from))).toMatchObject({ status: 422, kind: 'merge_with_itself' })
    const first = await merge(from, into)
    const change = await admin.patch(`${api}/enterprises/${from.id}`, {
      commandId: commandId(),
      rev: 2,
      address: '新址',
    })
    expect(problemOf(change)).toMatchObject({ status: 409, kind: 'enterprise_merged' })
    const second = await merge({ id: into.id, rev: 2 }, third)
    expect(second.status).toBe(201)

    expect((await getEnterprise(from.id)).id).toBe(third.id)
    const early = await admin.post(`${api}/merges/${first.body.id}/undo`, { commandId: commandId() })
    expect(problemOf(early)).toMatchObject({ status: 409, kind: 'merged_again' })
    const officer = await server.actor([{ role: 'dept_head', partyId: bureau }])
    const refused = await officer.post(`${api}/merges/${second.body.id}/undo`, { commandId: commandId() })
    expect(problemOf(refused)).toMatchObject({ status: 403, kind: 'wrong_role' })
  })
})
