import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { guideHandler } from './mandate-guides.ts'
import defaults from './data/routing-default.json' with { type: 'json' }

const api = '/api/v1'
const commandId = () => crypto.randomUUID()

let server: TestServer
let admin: Client
let supervisor: Client
let dispatcher: Client
let lead: Client
let otherLead: Client
let head: Client
let guide: Client
let firm: Client
let otherFirm: Client
const areas: string[] = []
const departments = new Map<string, string>()
const firms: string[] = []

const created = async (client: Client, path: string, body: object): Promise<string> => {
  const answer = await client.post(`${api}${path}`, { commandId: commandId(), ...body })
  expect(answer).toMatchObject({ status: 201 })
  return answer.body.id
}

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.actor([{ role: 'admin', partyId: null }], { name: '管理员' })
  for (const code of ['E', 'W']) areas.push(await created(admin, '/areas', { code, name: `${code}片区` }))
  const codes = [
    ...defaults.departments.map(({ code, zh }) => ({ code, name: zh })),
    { code: 'area_office_E', name: '东片办' },
  ]
  for (const one of codes) departments.set(one.code, await created(admin, '/departments', one))
  const [east, west] = areas
  firms.push(await created(admin, '/enterprises', { name: '合成甲面粉厂', areaId: east, tags: ['链主'] }))
  firms.push(await created(admin, '/enterprises', { name: '合成乙纸业', areaId: west }))
  const as = (role: Parameters<TestServer['actor']>[0][number]['role'], partyId: string | null = null) =>
    server.actor([{ role, partyId }])
  supervisor = await as('supervisor')
  dispatcher = await as('dispatcher')
  lead = await as('area_lead', east ?? null)
  otherLead = await as('area_lead', west ?? null)
  head = await as('dept_head', departments.get('construction') ?? null)
  guide = await as('guide')
  firm = await as('enterprise', firms[0] ?? null)
  otherFirm = await as('enterprise', firms[1] ?? null)
})
afterAll(() => server.close())

describe('taxonomy and clocks over HTTP', () => {
  it('lets an administrator rename and retire a category, and nobody else', async () => {
    const change = { commandId: commandId(), rev: 1, nameEn: 'Guarantees and pledges' }
    const changed = await admin.patch(`${api}/need-categories/0102`, change)

    expect(changed).toMatchObject({ status: 200, body: { nameEn: 'Guarantees and pledges', rev: 2 } })
    expect(await admin.patch(`${api}/need-categories/0102`, change)).toMatchObject({ status: 200, body: { rev: 2 } })
    expect(await admin.patch(`${api}/need-categories/0102`, { ...change, commandId: commandId() })).toMatchObject({
      status: 409,
      body: { kind: 'stale_revision' },
    })
    expect(await firm.patch(`${api}/need-categories/0102`, { ...change, commandId: commandId() })).toMatchObject({
      status: 403,
    })
    expect(
      await admin.patch(`${api}/need-categories/1199`, { commandId: commandId(), rev: 1, retired: true }),
    ).toMatchObject({
      status: 422,
      body: { kind: 'category_indispensable', errors: [{ field: 'retired' }] },
    })
    expect((await firm.get(`${api}/need-categories`)).body).toHaveLength(74)
  })

  it('gives the limits of the clocks and takes a new version', async () => {
    const { body } = await supervisor.get(`${api}/clock-rules`)
    const rules = body.rules.filter(
      (rule: { class: string; stage: string }) => !(rule.class === 'P2' && rule.stage === 'result'),
    )

    expect(body.rules).toHaveLength(23)
    expect(await supervisor.put(`${api}/clock-rules`, { commandId: commandId(), rev: 1, rules })).toMatchObject({
      status: 422,
      body: { kind: 'clock_rule_missing', meta: { class: 'P2', stage: 'result' } },
    })
    expect(
      await supervisor.put(`${api}/clock-rules`, { commandId: commandId(), rev: 1, rules: body.rules, why: '试' }),
    ).toMatchObject({ status: 200, body: { version: 2 } })
    expect(await head.get(`${api}/clock-rules`)).toMatchObject({ status: 403 })
  })
})

describe('routing over HTTP', () => {
  it('drafts the default rules, names what blocks publishing, publishes, and answers who would get it', async () => {
    const draft = await supervisor.post(`${api}/routing-tables`, { commandId: commandId(), from: 'default' })
    expect(draft).toMatchObject({ status: 201, body: { version: 1, state: 'draft', skipped: [] } })
    const blocked = await supervisor.post(`${api}/routing-tables/1/publication`, { commandId: commandId(), rev: 1 })
    expect(blocked).toMatchObject({ status: 422, body: { kind: 'routing_faults' } })
    expect(blocked.body.meta.categories).toEqual(['1101', '1102', '1103', '1104', '1199'])

    const office = { commandId: commandId(), areaId: areas[1], departmentId: departments.get('area_office_E') }
    expect(await supervisor.post(`${api}/routing-offices`, office)).toMatchObject({
      status: 200,
      body: { office: { name: '东片办' } },
    })
    const published = await supervisor.post(`${api}/routing-tables/1/publication`, {
      commandId: commandId(),
      rev: 1,
      why: '首版',
    })
    expect(published).toMatchObject({ status: 200, body: { state: 'published', rev: 2 } })

    const run = await supervisor.send('POST', `${api}/routing-tables/1/dry-runs`, {
      body: { facts: { category: '0701', enterpriseId: firms[0] } },
      lang: 'en',
    })
    expect(run).toMatchObject({
      status: 200,
      body: { answer: { owner: { name: '链办' }, ruleNumber: 71, specificity: 8 } },
    })
    expect(run.body.answer.why).toContain('category')
  })

  it('refuses a draft without an owner for 0405 and one whose owner is closed, and shows what a draft would change', async () => {
    const raised = await dispatcher.post(`${api}/appeals`, {
      commandId: commandId(),
      title: '供热温度不足',
      text: '车间只有八度',
      nature: 'help',
      category: '0405',
      enterpriseId: firms[0],
      channel: 'window',
    })
    expect(raised.status).toBe(201)
    const draft = await supervisor.post(`${api}/routing-tables`, { commandId: commandId() })
    const version = draft.body.version
    const { body: table } = await supervisor.get(`${api}/routing-tables/${version}`)
    const without = table.rows.filter(
      (rule: { category: string }) => rule.category !== '04' && rule.category !== '0405',
    )

    const kept = await supervisor.put(`${api}/routing-tables/${version}/rules`, {
      commandId: commandId(),
      rev: 1,
      rules: without,
    })
    expect(kept).toMatchObject({ status: 200, body: { rev: 2 } })
    expect(
      await supervisor.post(`${api}/routing-tables/${version}/publication`, { commandId: commandId(), rev: 2 }),
    ).toMatchObject({
      status: 422,
      body: { kind: 'routing_faults', meta: { categories: ['0405'] } },
    })
    const run = await supervisor.post(`${api}/routing-tables/${version}/dry-runs`, { lastAppeals: 100 })
    expect(run.body).toMatchObject({
      compared: 1,
      againstVersion: 1,
      changes: [{ before: { name: '建设局（公用事业）' }, after: null }],
    })

    await admin.patch(`${api}/departments/${departments.get('customs_liaison')}`, {
      commandId: commandId(),
      rev: 1,
      state: 'closed',
    })
    await supervisor.put(`${api}/routing-tables/${version}/rules`, {
      commandId: commandId(),
      rev: 2,
      rules: table.rows,
    })
    const closed = await supervisor.post(`${api}/routing-tables/${version}/publication`, {
      commandId: commandId(),
      rev: 3,
    })
    expect(closed.body.meta.faults).toContainEqual(expect.objectContaining({ kind: 'owner_closed', category: '0505' }))
    expect(await firm.get(`${api}/routing-tables`)).toMatchObject({ status: 403 })
  })

  it('proposes category, owner and duplicates to the dispatcher', async () => {
    const again = await dispatcher.post(`${api}/appeals`, {
      commandId: commandId(),
      title: '供热温度一直不足',
      text: '暖气不热',
      nature: 'help',
      category: '0405',
      enterpriseId: firms[0],
      channel: 'window',
    })
    const { body } = await dispatcher.get(`${api}/appeals/${again.body.id}/suggestions`)

    expect(body.categories[0].code).toBe('0405')
    expect(body.duplicates[0]).toMatchObject({ sameEnterprise: true, sameCategory: true })
    expect(body.routing).toMatchObject({
      ruleNumber: 45,
      owner: { name: '建设局（公用事业）' },
      assistants: [{ name: '热力公司' }],
    })
  })
})

describe('knowledge over HTTP', () => {
  const article = {
    question: '停电后如何报修？',
    answer: '拨打供电服务站电话，说明厂区与户号。',
    category: '0402',
    basis: '供电服务规则（合成）',
  }

  it('is written by staff, found by words, cited in an answer, and refused once expired', async () => {
    const id = await created(dispatcher, '/knowledge-articles', article)
    expect(await firm.post(`${api}/knowledge-articles`, { commandId: commandId(), ...article })).toMatchObject({
      status: 403,
    })
    expect(
      (await firm.get(`${api}/knowledge-articles?q=${encodeURIComponent('停电报修')}`)).body.rows[0],
    ).toMatchObject({ id, expired: false, usedCount: 0 })
    const similar = await firm.get(`${api}/appeal-suggestions?title=${encodeURIComponent('停电如何报修')}`)
    expect(similar.body.articles[0]).toMatchObject({ id })

    const raised = await firm.post(`${api}/appeals`, {
      commandId: commandId(),
      title: '停电如何报修',
      text: '想知道怎么报修',
      nature: 'consult',
      category: '0402',
    })
    const { id: appealId, rev } = raised.body
    const answered = await dispatcher.post(`${api}/appeals/${appealId}/moves`, {
      move: { move: 'answer', commandId: commandId(), rev, articleId: id, text: '请拨打供电服务站。' },
    })
    expect(answered).toMatchObject({ status: 200, body: { state: 'replied' } })
    expect((await dispatcher.get(`${api}/knowledge-articles/${id}`)).body).toMatchObject({ usedCount: 1 })
    expect((await dispatcher.get(`${api}/knowledge-articles/${id}/uses`)).body.rows).toMatchObject([{ appealId }])
    expect((await otherFirm.get(`${api}/knowledge-articles/${id}/uses`)).body.rows).toEqual([])

    await dispatcher.patch(`${api}/knowledge-articles/${id}`, { commandId: commandId(), rev: 1, validTo: '2020-01-01' })
    expect((await dispatcher.get(`${api}/knowledge-articles?state=expired`)).body).toMatchObject({
      total: 1,
      rows: [{ id, expired: true }],
    })
    expect((await dispatcher.get(`${api}/knowledge-articles?state=current`)).body.total).toBe(0)
  })
})

describe('visits over HTTP', () => {
  const today = () => new Date(server.deps.clock() + 8 * 3_600_000).toISOString().slice(0, 10)

  it('plans within the own area, turns findings into appeals, and counts coverage', async () => {
    const campaign = await created(supervisor, '/campaigns', {
      name: '暖企行动',
      from: '2020-01-01',
      to: '2099-12-31',
      cadreIds: [lead.accountId],
    })
    const plan = {
      date: today(),
      form: 'on_site',
      visitorIds: [lead.accountId],
      enterpriseId: firms[0],
      campaignId: campaign,
    }
    expect(await otherLead.post(`${api}/visits`, { commandId: commandId(), ...plan })).toMatchObject({
      status: 403,
      body: { kind: 'not_your_area' },
    })
    const id = await created(lead, '/visits', plan)
    expect((await otherLead.get(`${api}/visits`)).body).toMatchObject({ rows: [], total: 0 })
    expect((await firm.get(`${api}/visits/${id}`)).body).toMatchObject({
      state: 'planned',
      enterprise: { name: '合成甲面粉厂' },
    })

    const report = {
      commandId: commandId(),
      rev: 1,
      summary: '走访车间',
      findings: [
        { title: '缺少熟练工', text: '春季订单多，缺十名普工', category: '0301' },
        { title: '厂门口路坑洼', text: '货车颠簸', category: '0503' },
      ],
    }
    const done = await lead.post(`${api}/visits/${id}/report`, report)
    expect(done).toMatchObject({ status: 200, body: { rev: 2, appeals: [{ no: expect.stringMatching(/^SQ/) }, {}] } })
    expect(await lead.post(`${api}/visits/${id}/report`, report)).toMatchObject({
      status: 200,
      body: { rev: 2, appeals: done.body.appeals },
    })
    const view = (await lead.get(`${api}/visits/${id}`)).body
    expect(view).toMatchObject({
      state: 'done',
      campaign: { name: '暖企行动' },
      findings: [{ title: '缺少熟练工', appeal: { state: 'registered' } }, {}],
    })
    const appeal = (await firm.get(`${api}/appeals/${done.body.appeals[0].id}`)).body
    expect(appeal).toMatchObject({ channel: 'visit', enterprise: { id: firms[0] } })

    const coverage = (await supervisor.get(`${api}/visit-coverage?from=2020-01-01&to=2099-12-31`)).body.rows
    expect(coverage).toContainEqual({
      area: { id: areas[0], name: 'E片区' },
      enterprises: 1,
      visited: 1,
      visits: 1,
      findings: 2,
      coveragePct: 100,
    })
    expect(coverage).toContainEqual(expect.objectContaining({ area: { id: areas[1], name: 'W片区' }, coveragePct: 0 }))
    expect((await supervisor.get(`${api}/campaigns/${campaign}`)).body).toMatchObject({ visitsDone: 1, findings: 2 })
  })

  it('refuses to record a visit twice, a visit of tomorrow, and leaves nothing half done when a finding is refused', async () => {
    const plan = { form: 'phone', visitorIds: [lead.accountId], enterpriseId: firms[0] }
    const tomorrow = await created(lead, '/visits', { ...plan, date: '2099-01-01' })
    expect(
      await lead.post(`${api}/visits/${tomorrow}/report`, { commandId: commandId(), rev: 1, summary: '早了' }),
    ).toMatchObject({ status: 422, body: { kind: 'visit_in_future' } })
    const id = await created(lead, '/visits', { ...plan, date: today() })
    const bad = {
      commandId: commandId(),
      rev: 1,
      summary: '有问题',
      findings: [
        { title: '一', text: '一' },
        { title: '二', text: '二', category: '9999' },
      ],
    }
    expect(await lead.post(`${api}/visits/${id}/report`, bad)).toMatchObject({ status: 422 })
    expect((await lead.get(`${api}/visits/${id}`)).body).toMatchObject({ state: 'planned', findings: [], rev: 1 })
    expect(
      await lead.post(`${api}/visits/${id}/cancellation`, { commandId: commandId(), rev: 1, reason: '企业停产' }),
    ).toMatchObject({ status: 200 })
    expect(
      await lead.post(`${api}/visits/${id}/report`, { commandId: commandId(), rev: 2, summary: '晚了' }),
    ).toMatchObject({ status: 409, body: { kind: 'visit_state' } })
  })
})

describe('meetings over HTTP', () => {
  it('go from agenda to minutes, follow-up and appeals', async () => {
    const id = await created(supervisor, '/meetings', {
      title: '园区说事 第一期',
      date: '2026-01-05',
      hostId: supervisor.accountId,
      enterpriseIds: [firms[0]],
      departmentIds: [departments.get('construction')],
      items: [
        {
          title: '路灯不亮',
          text: '三号路路灯不亮',
          enterpriseId: firms[0],
          ownerId: departments.get('construction'),
          due: '2026-01-10',
        },
        { title: '贷款难', text: '流动资金紧张' },
      ],
    })
    expect((await firm.get(`${api}/meetings/${id}`)).body).toMatchObject({
      openItems: 2,
      enterprises: [{ name: '合成甲面粉厂' }],
    })
    expect(await otherFirm.get(`${api}/meetings/${id}`)).toMatchObject({ status: 404 })

    const { items } = (await supervisor.get(`${api}/meetings/${id}`)).body
    expect(
      await supervisor.post(`${api}/meetings/${id}/minutes`, { commandId: commandId(), rev: 1, minutes: '会议纪要' }),
    ).toMatchObject({ status: 200, body: { rev: 2 } })
    const raise = { commandId: commandId(), rev: items[1].rev }
    expect(await supervisor.post(`${api}/meetings/${id}/items/${items[1].id}/appeal`, raise)).toMatchObject({
      status: 422,
      body: { kind: 'item_needs_enterprise' },
    })
    const raised = await dispatcher.post(`${api}/meetings/${id}/items/${items[1].id}/appeal`, {
      ...raise,
      commandId: commandId(),
      enterpriseId: firms[0],
      category: '0101',
    })
    expect(raised).toMatchObject({ status: 201, body: { no: expect.stringMatching(/^SQ/) } })
    expect((await head.get(`${api}/meeting-items?overdue=true`)).body).toMatchObject({
      total: 1,
      rows: [{ title: '路灯不亮', overdue: true, meeting: { id } }],
    })

    const follow = { commandId: commandId(), rev: items[0].rev, state: 'settled', outcome: '已更换' }
    expect(await otherFirm.post(`${api}/meetings/${id}/items/${items[0].id}/follow-up`, follow)).toMatchObject({
      status: 403,
    })
    expect(
      await head.post(`${api}/meetings/${id}/items/${items[0].id}/follow-up`, { ...follow, commandId: commandId() }),
    ).toMatchObject({ status: 200 })
    expect((await supervisor.get(`${api}/meetings/${id}`)).body).toMatchObject({
      state: 'held',
      openItems: 0,
      items: [{ state: 'settled' }, { state: 'appeal', appeal: { no: raised.body.no } }],
    })
  })
})

describe('mandates over HTTP', () => {
  const move = (client: Client, id: string, rev: number, name: string, more: object = {}) =>
    client.post(`${api}/mandates/${id}/moves`, { move: { move: name, commandId: commandId(), rev, ...more } })

  it('live only by the will of the enterprise, and let the guide act only while in force', async () => {
    const need = {
      title: '代办营业执照变更',
      text: '由代办员提出',
      nature: 'help',
      category: '0601',
      enterpriseId: firms[0],
    }
    const raise = () => guide.post(`${api}/appeals`, { commandId: commandId(), ...need })
    expect(await raise()).toMatchObject({ status: 403 })

    const intake = { matter: '营业执照变更', contactName: '李四', contactPhone: '13700000000' }
    const offer = { enterpriseId: firms[0], guideId: guide.accountId, intake }
    const offers = await Promise.all(
      [1, 2, 3].map(() => guide.post(`${api}/mandates`, { commandId: commandId(), ...offer })),
    )
    expect(offers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
    const id = offers.find(({ status }) => status === 201)?.body.id
    expect(await otherFirm.get(`${api}/mandates/${id}`)).toMatchObject({ status: 404 })
    const sheet = {
      scope: ['变更登记'],
      from: '2020-01-01',
      to: '2099-12-31',
      signatory: '王总',
      freeAndVoluntary: true,
    }
    expect(await move(guide, id, 1, 'accept', { form: sheet })).toMatchObject({
      status: 403,
      body: { kind: 'mandate_actor' },
    })
    expect(await move(firm, id, 1, 'accept', { form: { ...sheet, freeAndVoluntary: false } })).toMatchObject({
      status: 400,
    })
    expect(await move(firm, id, 1, 'accept', { form: sheet })).toMatchObject({
      status: 200,
      body: { state: 'accepted' },
    })
    expect(await raise()).toMatchObject({ status: 403 })
    expect(await move(guide, id, 2, 'start')).toMatchObject({ status: 200, body: { state: 'active' } })
    const raised = await raise()
    expect(raised).toMatchObject({ status: 201 })
    expect((await guide.get(`${api}/mandates/${id}/acts`)).body.rows).toContainEqual(
      expect.objectContaining({
        onBehalfOf: '合成甲面粉厂',
        verb: 'submit',
        appeal: expect.objectContaining({ id: raised.body.id }),
      }),
    )

    // What the enterprise raises itself is shown to its guide, as long as the mandate is in force.
    const own = await created(firm, '/appeals', {
      title: '厂区漏水',
      text: '水管漏水',
      nature: 'help',
      category: '0403',
    })
    expect(await guide.get(`${api}/appeals/${own}`)).toMatchObject({ status: 404 })
    const registered = {
      position: 1,
      type: 'needs.appeal_registered',
      objectKind: 'appeal',
      objectId: own,
      at: server.deps.clock(),
      data: {},
      to: [],
    }
    await server.deps.db.transaction().execute((tx) => guideHandler(server.deps).handle(tx, registered))
    expect(await guide.get(`${api}/appeals/${own}`)).toMatchObject({ status: 200 })
    expect(await move(guide, id, 3, 'pause', { form: { reason: '缺材料', missing: ['章程'] } })).toMatchObject({
      body: { state: 'paused' },
    })
    expect(await raise()).toMatchObject({ status: 403 })
    expect(await move(firm, id, 4, 'resume', { form: { to: '2099-12-31', signatory: '王总' } })).toMatchObject({
      body: { state: 'resumed' },
    })
    expect(await move(guide, id, 5, 'finish', { form: { results: '已领新照' } })).toMatchObject({
      body: { state: 'finished' },
    })
    expect(await move(guide, id, 6, 'pause', { form: { reason: '再来' } })).toMatchObject({
      status: 409,
      body: { kind: 'mandate_move' },
    })
    const view = (await firm.get(`${api}/mandates/${id}`)).body
    expect(view.forms.map((form: { kind: string }) => form.kind)).toEqual([
      'intake',
      'mandate',
      'pause',
      'continue',
      'finish',
    ])
    expect(view).toMatchObject({ state: 'finished', inForce: false })
  })
})

describe('indicators over HTTP', () => {
  const period = 'from=2020-01-01&to=2022-12-31'

  it('give figures with formulas and the list behind each part', async () => {
    const today = new Date(server.deps.clock() + 8 * 3_600_000).toISOString().slice(0, 10)
    const span = `from=${today.slice(0, 8)}01&to=${today}`
    const { body } = await supervisor.get(`${api}/need-indicators?${span}`)
    const backlog = body.groups[0].figures.find((figure: { id: string }) => figure.id === 'backlog')
    const rows = await supervisor.get(`${api}/need-indicators/backlog/rows?${span}&limit=2`)

    expect(body).toMatchObject({ by: 'zone', weights: { response: 0.15, callbacksMin: 10 } })
    expect(backlog).toMatchObject({ formula: 'needs.formula.backlog', unit: 'count' })
    expect(rows.body).toMatchObject({ total: backlog.value })
    expect(rows.body.rows).toHaveLength(2)
    const more = await supervisor.get(`${api}/need-indicators/backlog/rows?${span}&limit=200&cursor=${rows.body.next}`)
    expect(more.body.rows).toHaveLength(backlog.value - 2)
    const list = await supervisor.get(
      `${api}/appeals?figure=backlog&periodFrom=${today.slice(0, 8)}01&periodTo=${today}&limit=200`,
    )
    expect(list.body.total).toBe(backlog.value)
  })

  it('are within reach, and refuse enterprises, unknown figures and endless periods', async () => {
    expect(await firm.get(`${api}/need-indicators?${period}`)).toMatchObject({ status: 403 })
    expect(await supervisor.get(`${api}/need-indicators/nonsense/rows?${period}`)).toMatchObject({
      status: 404,
      body: { kind: 'figure_unknown' },
    })
    expect(await supervisor.get(`${api}/need-indicators/backlog/rows?${period}&part=none`)).toMatchObject({
      status: 404,
      body: { kind: 'part_unknown' },
    })
    expect(await supervisor.get(`${api}/need-indicators?from=2020-01-01&to=2026-01-01`)).toMatchObject({
      status: 422,
      body: { kind: 'period_too_long' },
    })
    expect(await lead.get(`${api}/need-indicators?${period}&by=area`)).toMatchObject({ status: 200 })
  })

  it('change their weights by a ruling role, which must sum to one', async () => {
    const weights = { response: 0.2, resolution: 0.4, satisfaction: 0.4, partly: 0.5, callbacksMin: 10 }
    const put = (body: object) =>
      supervisor.put(`${api}/need-indicator-weights`, { commandId: commandId(), rev: 1, ...body })

    expect(await put({ ...weights, response: 0.3 })).toMatchObject({ status: 422, body: { kind: 'weights_sum' } })
    expect(await put(weights)).toMatchObject({ status: 200, body: { rev: 2, partly: 0.5 } })
    expect(await put(weights)).toMatchObject({ status: 409 })
  })
})

describe('a merge of two enterprises', () => {
  it('takes visits, meetings and mandates along, and its undo brings them back', async () => {
    const twin = await created(admin, '/enterprises', { name: '合成甲面粉厂（重复）', areaId: areas[0] })
    const visit = await created(lead, '/visits', {
      date: '2026-02-02',
      form: 'phone',
      visitorIds: [lead.accountId],
      enterpriseId: twin,
    })
    const meeting = await created(supervisor, '/meetings', {
      title: '座谈',
      date: '2026-02-03',
      hostId: supervisor.accountId,
      enterpriseIds: [twin],
    })
    const revOf = async (id: string | undefined) => (await admin.get(`${api}/enterprises/${id}`)).body.rev
    const merge = {
      commandId: commandId(),
      into: firms[0],
      rev: await revOf(twin),
      intoRev: await revOf(firms[0]),
      why: '重复',
    }

    const merged = await admin.post(`${api}/enterprises/${twin}/merges`, merge)
    expect(merged.status).toBeLessThan(300)
    expect((await firm.get(`${api}/visits/${visit}`)).body).toMatchObject({ enterprise: { id: firms[0] } })
    expect((await firm.get(`${api}/meetings/${meeting}`)).body).toMatchObject({ enterpriseIds: [firms[0]] })

    const undone = await admin.post(`${api}/merges/${merged.body.id}/undo`, { commandId: commandId(), why: '误并' })
    expect(undone.status).toBeLessThan(300)
    expect(await firm.get(`${api}/visits/${visit}`)).toMatchObject({ status: 404 })
    expect((await supervisor.get(`${api}/meetings/${meeting}`)).body).toMatchObject({ enterpriseIds: [twin] })
  })
})
