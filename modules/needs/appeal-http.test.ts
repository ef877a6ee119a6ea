import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { instantOf } from '@tingzhou/calendar'
import { localDate } from '@tingzhou/kernel'
import { problemOf, startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { httpZone } from './testing-http.ts'

const api = '/api/v1'
const hourMs = 3_600_000
let server: TestServer
let zone: Awaited<ReturnType<typeof httpZone>>
// A Monday at the opening of the office.
let now: number = instantOf(localDate('2026-03-02'), '10:00')

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await httpZone(server)
})
afterAll(() => server.close())

const titles = async (client: Client, query = '') =>
  (await client.get(`${api}/appeals?limit=200${query}`)).body.rows.map((row: { title: string }) => row.title).toSorted()

/** A file that the firm has uploaded. */
async function upload(): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([new TextEncoder().encode('时间,原因\n十点,跳闸\n')]), '停电.csv')
  form.append('purpose', 'evidence')
  const answer = await zone.people.firm.send('POST', `${api}/files`, { body: form })
  expect(answer).toMatchObject({ status: 201 })
  return answer.body.id
}

describe('two on one task', () => {
  it('eight sign at once: one success, seven 409 that say where it stands now', async () => {
    const id = await zone.raise()
    await zone.move(id, zone.people.dispatcher, 'dispatch', { ownerId: zone.departments.power })
    const { rev } = await zone.read(id)

    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        zone.people.officer.post(`${api}/appeals/${id}/moves`, {
          move: { move: 'sign', commandId: crypto.randomUUID(), rev },
        }),
      ),
    )

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)])
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect(body).toMatchObject({
        kind: 'stale_revision',
        meta: { expected: rev, actual: rev + 1, state: 'signed' },
        errors: [{ field: 'rev', value: rev }],
      })
    const { body: trail } = await zone.people.dispatcher.get(`${api}/appeals/${id}/history`)
    expect(trail.rows.filter(({ verb }: { verb: string }) => verb === 'sign')).toHaveLength(1)
  })

  it('one asks the applicant while the other replies: the second learns that it waits', async () => {
    const id = await zone.raise()
    await zone.workUp(id)
    const { rev } = await zone.read(id)
    await zone.move(id, zone.people.officer, 'ask_applicant', { question: '请提供电表编号' })

    const late = await zone.people.head.post(`${api}/appeals/${id}/moves`, {
      move: { move: 'reply', commandId: crypto.randomUUID(), rev, result: 'explained', text: '已说明' },
    })

    expect(late).toMatchObject({ status: 409, body: { meta: { state: 'waiting' } } })
    expect((await zone.read(id)).replies).toEqual([])
  })
})

describe('three departments at once', () => {
  it('lose no opinion, and the case goes on once', async () => {
    const { people, departments } = zone
    const fourth = await zone.create(people.admin, '/departments', { code: `d${Date.now()}`, name: '交通局' })
    const clerk = await server.actor([{ role: 'dept_officer', partyId: fourth }], { name: '交通干事' })
    const id = await zone.raise()
    await zone.workUp(id, '已联系', [departments.fire, departments.water, fourth])
    const { assists } = await zone.read(id)
    const answer = async (client: Client, departmentId: string) => {
      const assist = assists.find((one: { department: { id: string } }) => one.department.id === departmentId)
      for (;;) {
        const told = await zone.tryMove(id, client, 'opinion', { assistId: assist.id, text: departmentId, fileIds: [] })
        if (told.status !== 409) return told.status
      }
    }

    const statuses = await Promise.all([
      answer(people.helper, departments.fire),
      answer(people.outsider, departments.water),
      answer(clerk, fourth),
    ])
    expect(statuses).toEqual([200, 200, 200])
    const after = await zone.read(id)
    expect(after.assists.map((one: { opinion: string }) => one.opinion).toSorted()).toEqual(
      [departments.fire, departments.water, fourth].toSorted(),
    )
    expect(after.process.active).toContain('work')
    expect(await zone.reply(id)).toBe('replied')
    expect((await zone.read(id)).process.active).toEqual(['quality'])
  })
})

describe('a repeated command', () => {
  it('raises one appeal, and gives the first answer again', async () => {
    const body = {
      commandId: crypto.randomUUID(),
      title: '只提一次',
      text: '网络不稳，按了两次。',
      nature: 'help',
      category: '0407',
    }

    const [first, second] = await Promise.all([
      zone.people.firm.post(`${api}/appeals`, body),
      zone.people.firm.post(`${api}/appeals`, body),
    ])
    const third = await zone.people.firm.post(`${api}/appeals`, body)

    expect([first, second, third].map(({ status }) => status)).toEqual([201, 201, 201])
    expect([second.body, third.body]).toEqual([first.body, first.body])
    expect((await titles(zone.people.firm)).filter((title: string) => title === '只提一次')).toHaveLength(1)
  })

  it('is refused with another content, naming the id', async () => {
    const id = await zone.raise()
    const commandId = crypto.randomUUID()
    const note = (text: string, rev: number) =>
      zone.people.dispatcher.post(`${api}/appeals/${id}/moves`, { move: { move: 'note', commandId, rev, text } })
    const first = await note('一', 1)

    expect(await note('一', 1)).toMatchObject({ status: 200, body: first.body })
    expect(await note('二', 2)).toMatchObject({
      status: 409,
      body: { kind: 'command_reused', errors: [{ field: 'commandId', value: commandId }] },
    })
  })
})

describe('within reach', () => {
  it('lists, counts, exports, files and search show each reader the same appeals', async () => {
    const { people, areas } = zone
    const fileId = await upload()
    const id = await zone.raise({ title: '带附件的诉求', fileIds: [fileId] })
    await zone.raise({ title: '纸厂的诉求' }, people.otherFirm)
    await zone.move(id, people.dispatcher, 'dispatch', {
      ownerId: zone.departments.power,
      assistantIds: [zone.departments.fire],
    })
    await server.relay.settle()

    const inside = [
      people.firm,
      people.dispatcher,
      people.supervisor,
      people.auditor,
      people.lead,
      people.head,
      people.officer,
      people.helper,
    ]
    const outside = [people.otherFirm, people.otherLead, people.outsider]
    for (const reader of [...inside, ...outside]) {
      const sees = inside.includes(reader)
      const { body: list } = await reader.get(`${api}/appeals?limit=200`)
      const { body: counts } = await reader.get(`${api}/appeals/counts`)
      const { body: found } = await reader.get(`${api}/search?q=${encodeURIComponent('带附件的诉求')}`)
      const sheet = await reader.get(`${api}/appeals/export.xlsx`)
      const sum = counts.byState.reduce((total: number, { n }: { n: number }) => total + n, 0)
      const hits = found.rows.map((row: { objectId?: string; id?: string }) => row.objectId ?? row.id)
      expect({
        listed: list.rows.some((row: { id: string }) => row.id === id),
        counted: sum === list.total && list.total === list.rows.length,
        found: hits.includes(id),
        exported: sheet.status,
        opened: (await reader.get(`${api}/appeals/${id}`)).status,
        history: (await reader.get(`${api}/appeals/${id}/history`)).status,
        drawing: (await reader.get(`${api}/appeals/${id}/process`)).status,
        file: (await reader.get(`${api}/files/${fileId}`)).status,
        moved: (await zone.tryMove(id, reader, 'note', { text: '?' })).status === 404,
      }).toEqual({
        listed: sees,
        counted: true,
        found: sees,
        exported: 200,
        opened: sees ? 200 : 404,
        history: sees ? 200 : 404,
        drawing: sees ? 200 : 404,
        file: sees ? 200 : 404,
        moved: !sees,
      })
    }
    expect(await titles(people.otherLead, `&areaId=${areas.west}`)).toEqual(['纸厂的诉求'])
  })

  it('an auditor reads all of it and moves nothing', async () => {
    const id = await zone.raise()
    await zone.workUp(id)
    const moves = (await zone.read(id, zone.people.auditor)).moves.filter(
      ({ allowed }: { allowed: boolean }) => allowed,
    )

    expect(moves).toEqual([])
    expect(problemOf(await zone.tryMove(id, zone.people.auditor, 'note', { text: '看过' }))).toMatchObject({
      status: 403,
      kind: 'not_allowed',
      errors: [{ field: 'move', value: 'note' }],
    })
  })

  it('an officer to whom it was given alone sees it, until it is given to another', async () => {
    const { people } = zone
    const id = await zone.raise({ title: '先给一人再给另一人' })
    await zone.move(id, people.dispatcher, 'dispatch', { ownerId: zone.departments.power })
    const sees = async (client: Client) => (await client.get(`${api}/appeals/${id}`)).status === 200
    expect([await sees(people.officer), await sees(people.colleague)]).toEqual([true, true])

    await zone.move(id, people.head, 'assign', { accountId: people.officer.accountId })
    expect([await sees(people.officer), await sees(people.colleague)]).toEqual([true, false])

    await zone.move(id, people.head, 'assign', { accountId: people.colleague.accountId })
    expect([await sees(people.officer), await sees(people.colleague), await sees(people.head)]).toEqual([
      false,
      true,
      true,
    ])
  })

  it('a caller reads no officer’s name before finishing, nowhere, and nothing before the callback', async () => {
    const { people } = zone
    const fileId = await upload()
    const id = await zone.raise({ title: '回访不见姓名', fileIds: [fileId] })
    await zone.move(id, people.dispatcher, 'dispatch', { ownerId: zone.departments.power })
    await zone.move(id, people.head, 'assign', { accountId: people.officer.accountId })
    await zone.move(id, people.officer, 'sign')
    await zone.move(id, people.officer, 'contact', { channel: 'phone', words: '已联系' })
    await server.relay.settle()
    const reached = async () => ({
      opened: (await people.caller.get(`${api}/appeals/${id}`)).status === 200,
      found: JSON.stringify(
        (await people.caller.get(`${api}/search?q=${encodeURIComponent('回访不见姓名')}`)).body,
      ).includes(id),
      file: (await people.caller.get(`${api}/files/${fileId}`)).status === 200,
    })
    expect(await reached()).toEqual({ opened: false, found: false, file: false })
    await zone.reply(id)
    await zone.move(id, people.lead, 'pass_reply', { words: '' })
    const seen = async () =>
      JSON.stringify([
        (await people.caller.get(`${api}/appeals/${id}`)).body,
        (await people.caller.get(`${api}/appeals/${id}/history`)).body,
        (await people.caller.get(`${api}/appeals?limit=200`)).body,
      ])

    expect(await reached()).toEqual({ opened: true, found: true, file: true })
    const before = await seen()
    for (const { name } of [people.officer, people.head, people.lead, people.dispatcher].map((one) => ({
      name: one.accountId,
    })))
      expect(before).not.toContain(name)
    for (const name of ['供电站站长', '供电站干事', '东片负责人', '派单员']) expect(before).not.toContain(name)

    await zone.move(id, people.caller, 'callback', {
      reached: true,
      contacted: true,
      solved: 'yes',
      rating: 5,
      words: '',
    })
    await zone.move(id, people.lead, 'strike_off', { words: '' })
    expect(await seen()).toContain('供电站干事')
  })
})

describe('a published table', () => {
  it('gives the order its rule and version, and the leader in charge of a lead firm a place to look on', async () => {
    const { people, departments, areas } = zone
    const leader = await server.actor([], { name: '包联领导' })
    const leadFirm = await zone.create(people.admin, '/enterprises', {
      name: '合成链主',
      areaId: areas.east,
      tags: ['链主'],
      leaderAccountId: leader.accountId,
    })
    const firm = await server.actor([{ role: 'enterprise', partyId: leadFirm }])
    const everything = {
      category: null,
      areaId: null,
      enterpriseId: null,
      tag: null,
      nature: null,
      severity: null,
      validFrom: null,
      validTo: null,
      note: '',
    }
    const rules = [
      {
        ...everything,
        effect: 'assign',
        number: 1,
        owner: { kind: 'department', id: departments.power },
        assistants: [],
        watchers: [],
        class: null,
      },
      { ...everything, effect: 'watch', number: 2, tag: '链主', watchers: [{ kind: 'leader_in_charge' }] },
    ]
    const command = () => ({ commandId: crypto.randomUUID() })
    const { body: draft } = await people.supervisor.post(`${api}/routing-tables`, { ...command(), from: 'published' })
    const tables = `${api}/routing-tables/${draft.version}`
    await people.supervisor.put(`${tables}/rules`, { ...command(), rev: 1, rules })
    const published = await people.supervisor.post(`${tables}/publication`, { ...command(), rev: 2, why: '首版' })
    expect(published).toMatchObject({ status: 200, body: { state: 'published' } })

    const id = await zone.raise({}, firm)
    const plain = await zone.raise()
    const { body: suggested } = await people.dispatcher.get(`${api}/appeals/${id}/suggestions`)
    const { ruleNumber, ruleVersion, watchers } = suggested.routing
    expect(watchers).toMatchObject([{ name: '包联领导' }])
    for (const one of [id, plain])
      await zone.move(one, people.dispatcher, 'dispatch', { ownerId: departments.power, ruleNumber, ruleVersion })

    expect((await zone.read(id)).orders).toMatchObject([{ ruleNumber: 1, ruleVersion: draft.version }])
    expect((await leader.get(`${api}/appeals/${id}`)).status).toBe(200)
    expect((await leader.get(`${api}/appeals/${plain}`)).status).toBe(404)
  })
})

describe('what cannot be used', () => {
  const hostile = `'); drop table appeal; --<script>alert(1)</script>=1+1\u202e`

  it('goes round the whole loop as the words they are', async () => {
    const { people } = zone
    const id = await zone.raise({
      title: hostile.slice(0, 60),
      text: hostile,
      wanted: hostile,
      address: hostile,
      contactName: hostile.slice(0, 60),
    })
    await zone.move(id, people.dispatcher, 'note', { text: hostile, internal: false })
    await zone.workUp(id, hostile, [zone.departments.fire])
    await zone.move(id, people.officer, 'ask_applicant', { question: hostile })
    await zone.move(id, people.firm, 'supplement', { text: hostile, fileIds: [] })
    const [assist] = (await zone.read(id)).assists
    await zone.move(id, people.helper, 'opinion', { assistId: assist.id, text: hostile, fileIds: [] })
    await zone.reply(id, hostile)
    await zone.move(id, people.lead, 'pass_reply', { words: hostile })
    await zone.move(id, people.caller, 'callback', {
      reached: true,
      contacted: true,
      solved: 'yes',
      rating: 3,
      words: hostile,
    })
    await zone.move(id, people.lead, 'strike_off', { words: hostile })
    await server.relay.settle()

    const detail = await zone.read(id)
    expect(detail).toMatchObject({ state: 'closed', text: hostile, wanted: hostile, address: hostile })
    expect(detail.replies[0]).toMatchObject({ text: hostile, measures: hostile })
    expect(detail.callbacks[0].words).toBe(hostile)
    expect((await people.firm.get(`${api}/appeals?q=${encodeURIComponent(hostile.slice(0, 60))}`)).body.total).toBe(1)
    expect((await people.firm.get(`${api}/appeals?q=${encodeURIComponent('%')}`)).body.total).toBe(0)
  })

  it.each([
    ['an area that does not exist', { areaId: crypto.randomUUID() }, 'unknown_area', 'areaId', 422],
    ['a category of the first level', { category: '0400' }, 'unknown_category', 'category', 422],
    ['a file that does not exist', { fileIds: [crypto.randomUUID()] }, 'file_unknown', 'fileIds', 422],
    ['a time beyond all calendars', { occurredAt: 9e15 }, 'invalid_input', 'occurredAt', 400],
    ['an empty title', { title: '  ' }, 'invalid_input', 'title', 400],
    ['a text too long', { text: '长'.repeat(4_001) }, 'invalid_input', 'text', 400],
    ['another firm', { enterpriseId: crypto.randomUUID() }, 'not_for_enterprise', 'enterpriseId', 403],
  ])(
    '%s is refused at its field in both languages, and nothing is half done',
    async (_what, over, kind, field, status) => {
      const before = (await zone.people.dispatcher.get(`${api}/appeals?limit=1`)).body.total
      const body = {
        commandId: crypto.randomUUID(),
        title: '坏输入',
        text: '坏输入',
        nature: 'help',
        category: '0402',
        ...over,
      }

      const zh = await zone.people.firm.post(`${api}/appeals`, body)
      const en = await zone.people.firm.send('POST', `${api}/appeals`, { body, lang: 'en' })

      for (const answer of [zh, en])
        expect(answer).toMatchObject({ status, body: { kind, errors: [{ field, rule: expect.any(String) }] } })
      expect(zh.body.errors[0].message).toMatch(/\p{Script=Han}/u)
      expect(en.body.errors[0].message).toMatch(/^[\x20-\x7e\u4e00-\u9fff“”…]+$/)
      expect(en.body.errors[0].message).not.toBe(zh.body.errors[0].message)
      expect((await zone.people.dispatcher.get(`${api}/appeals?limit=1`)).body.total).toBe(before)
    },
  )

  it('an enterprise of another area, by an area lead', async () => {
    const body = { title: '替企业提', text: '替企业提', nature: 'help', category: '0402' }
    const raise = (enterpriseId: string) =>
      zone.people.lead.post(`${api}/appeals`, {
        commandId: crypto.randomUUID(),
        ...body,
        enterpriseId,
        channel: 'visit',
      })

    expect(await raise(zone.enterprises.mill)).toMatchObject({ status: 201 })
    expect(problemOf(await raise(zone.enterprises.paper))).toMatchObject({
      status: 403,
      kind: 'not_for_enterprise',
      errors: [{ field: 'enterpriseId', value: zone.enterprises.paper, rule: 'an enterprise of your area' }],
    })
  })

  it('a due time beyond the calendar is refused with the day that is not known', async () => {
    const id = await zone.raise()
    await zone.workUp(id)
    const { orders } = await zone.read(id)
    const allowed = orders[0].dueResultAt - orders[0].dispatchedAt
    const held = now
    now = instantOf(localDate('2026-12-29'), '10:00')
    const late = await zone.raise()
    const dispatched = await zone.tryMove(late, zone.people.dispatcher, 'dispatch', { ownerId: zone.departments.power })
    now = held

    expect(allowed).toBe(7 * 24 * hourMs)
    expect(dispatched).toMatchObject({
      status: 422,
      body: { kind: 'calendar_not_loaded', errors: [{ field: 'date', value: '2027-01-05' }] },
    })
    expect(await zone.read(late)).toMatchObject({ state: 'registered', orders: [] })
  })

  it('a move out of place or by another role is said in the words of the screens', async () => {
    const id = await zone.raise()
    const refusals = async (lang: 'zh-CN' | 'en') => {
      const move = { commandId: crypto.randomUUID(), rev: 1 }
      const send = (client: Client, body: object) => client.send('POST', `${api}/appeals/${id}/moves`, { body, lang })
      const early = await send(zone.people.dispatcher, { move: { ...move, move: 'unmerge', reason: 'x' } })
      const stranger = await send(zone.people.firm, {
        move: { ...move, move: 'dispatch', ownerId: zone.departments.power },
      })
      const self = await send(zone.people.dispatcher, { move: { ...move, move: 'merge', leaderId: id, reason: 'x' } })
      return [early, stranger, self].map(({ body }) => body.detail)
    }

    expect(await refusals('zh-CN')).toEqual([
      '诉求现处于“已登记”，此动作只在以下状态可办：已并单。',
      '由派单员操作。',
      `leaderId：${id} 须是另一件诉求。`,
    ])
    expect(await refusals('en')).toEqual([
      'The appeal is "Registered"; the move is possible only in: Merged.',
      'For the dispatcher.',
      `leaderId: ${id} must be another appeal.`,
    ])
  })

  it('a rule that is not of the table, and an order to the own department', async () => {
    const id = await zone.raise()
    const both = await server.actor([
      { role: 'dispatcher', partyId: null },
      { role: 'dept_officer', partyId: zone.departments.power },
    ])

    expect(
      problemOf(
        await zone.tryMove(id, zone.people.dispatcher, 'dispatch', {
          ownerId: zone.departments.power,
          ruleNumber: 42,
          ruleVersion: 7,
        }),
      ),
    ).toMatchObject({ status: 422, kind: 'unknown_rule', errors: [{ field: 'ruleNumber', value: 42 }] })
    expect(problemOf(await zone.tryMove(id, both, 'dispatch', { ownerId: zone.departments.power }))).toMatchObject({
      status: 422,
      kind: 'own_department',
      errors: [{ field: 'ownerId', value: zone.departments.power }],
    })
    expect(await zone.tryMove(id, both, 'dispatch', { ownerId: zone.departments.water })).toMatchObject({ status: 200 })
  })
})
