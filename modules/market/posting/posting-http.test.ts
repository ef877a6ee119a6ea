import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { expirePostings, takeBackOfClosed, warnOfEnds } from './expiry.ts'
import { enterEnterprise, marketZone, rebarNeed, type MarketZone } from './testing.ts'

const dayMs = 86_400_000
// Ten in the morning in Beijing, 2 March 2026.
const start = Date.UTC(2026, 2, 2, 2)
let now = start
let server: TestServer
let zone: MarketZone

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await marketZone(server, start)
}, 120_000)
afterAll(() => server.close())

const refusal = ({ status, body }: Answer) => ({
  status,
  kind: body.kind,
  field: body.errors?.[0]?.field,
  rule: body.errors?.[0]?.rule,
})
const detail = async (id: string, client: Client = zone.officer) =>
  (await zone.read(client, `/market-postings/${id}`)).body
const need = (over: object = {}) => ({ ...rebarNeed, firmId: zone.buyerId, ...over })
const step = async (client: Client, id: string, path: string, body: object = {}) =>
  zone.post(client, `/market-postings/${id}/${path}`, { rev: (await detail(id)).rev, ...body })
const reading = async (text: string, over: object = {}) =>
  (await zone.post(zone.buyer, '/market-readings', { text, kind: 'need', ...over })).body

describe('a reading', () => {
  it('understands a sentence as a firm writes it, and stores nothing', async () => {
    const read = await reading('求购 25mm 三级抗震钢筋 200 吨, 月底前')

    expect(read).toMatchObject({
      subject: 'goods',
      product: { code: 'P0602', unit: 't' },
      certainty: 'sure',
      quantity: { value: 200_000_000, dimension: 'mass', unit: 't' },
      due: '2026-03-31',
      faults: [],
      masked: [],
    })
    expect(read.spec.map(({ value }: { value: string }) => value)).toEqual(expect.arrayContaining(['25mm', 'hrb400e']))
    expect((await zone.read(zone.officer, '/market-postings')).body.rows).toEqual([])
  })

  it('says by which rule a name is taken out', async () => {
    const bags = await reading('面粉厂装包装袋')
    const wire = await reading('wire packaging needed')

    expect(bags.mentions[0]).toMatchObject({ rules: ['actor'] })
    expect(bags.certainty).not.toBe('sure')
    expect(wire.product).toBe(null)
    expect(wire.service).toMatchObject({ kind: 'packaging' })
  })

  it('says what cannot be: another unit, a day that no month has, a quantity below zero', async () => {
    expect((await reading('求购螺纹钢 200 方')).faults).toMatchObject([
      { field: 'quantity', rule: 'unit_of_the_dimension t', message: expect.stringContaining('计量') },
    ])
    expect((await reading('求购螺纹钢 20 吨, 2月30日前')).faults).toMatchObject([{ field: 'neededBy' }])
    expect((await reading('求购螺纹钢 -20 吨')).faults).toMatchObject([{ field: 'quantity', rule: 'not_negative' }])
  })

  it('hears people in seats, and stars out who they are', async () => {
    expect(await reading('招聘焊工五名，会氩弧焊')).toMatchObject({
      subject: 'talent',
      product: null,
      quantity: { value: 5, dimension: 'pieces' },
    })
    const read = await reading('求购螺纹钢 20 吨，联系１３９ 1234 5678，身份证 650102199001011234')
    expect(read.masked).toEqual(['identity', 'phone'])
    expect(read.text).not.toMatch(/5678|1990/)
    expect(read.text).toContain('求购螺纹钢 20 吨')
  })

  it('reads what is meant to harm as text, and no more than 4,000 characters', async () => {
    const script = '<script>alert(1)</script> 求购螺纹钢 \u0001 20 吨 \u202e {{constructor}}'
    const read = await zone.post(zone.buyer, '/market-readings', { text: script, kind: 'need' })
    expect(read).toMatchObject({ status: 200, body: { product: { code: 'P0602' } } })
    expect(read.body.text).toContain('<script>alert(1)</script>')
    const long = await zone.post(zone.buyer, '/market-readings', { text: '钢'.repeat(4_001), kind: 'need' })
    expect(long.status).toBe(400)
  })

  it('takes a whole sentence in under 50 ms', async () => {
    const [count, before] = [20, process.cpuUsage()]
    for (let i = 0; i < count; i++)
      await reading(`求购 25mm 三级抗震钢筋 ${200 + i} 吨, 月底前, 送到阜康产业园, 3300元/吨以内`)
    const { user, system } = process.cpuUsage(before)

    // Of the processor, with the request around it: what else the machine does is no figure of ours.
    expect((user + system) / 1_000 / count).toBeLessThan(50)
  })
})

describe('the life of a posting', () => {
  it('is a draft until a person confirmed what it is about', async () => {
    const { productCode: _, ...unconfirmed } = need()
    const early = await zone.post(zone.buyer, '/market-postings', { ...unconfirmed, open: true })
    expect(refusal(early)).toEqual({ status: 422, kind: 'field_refused', field: 'productCode', rule: 'confirm_first' })

    const draft = await zone.posted(zone.buyer, { ...unconfirmed, open: false })
    expect(refusal(await step(zone.buyer, draft.id, 'opening'))).toMatchObject({ rule: 'confirm_first' })
    expect(await detail(draft.id)).toMatchObject({
      state: 'draft',
      isConfirmed: false,
      number: expect.stringMatching(/^GX260302\d{6}$/),
      resolution: { product: 'P0602', certainty: 'sure' },
      validTo: '2026-04-01',
    })
    // Nobody else sees it.
    expect((await zone.read(zone.steel, `/market-postings/${draft.id}`)).status).toBe(404)

    const { status, body } = await server.machine.patch(`/api/v1/market-postings/${draft.id}`, {
      commandId: crypto.randomUUID(),
      rev: 1,
      ...need(),
    })
    expect([status, body.rev]).toEqual([200, 2])
    expect((await step(zone.buyer, draft.id, 'opening')).status).toBe(200)
    expect(await detail(draft.id, zone.steel)).toMatchObject({ state: 'open', isConfirmed: true, left: 200_000_000 })
    const history = (await zone.read(zone.buyer, `/market-postings/${draft.id}/history`)).body.rows
    expect(history.map(({ verb }: { verb: string }) => verb)).toEqual(['open', 'change', 'draft'])
  })

  it('is posted once, however often it is sent', async () => {
    const body = { ...need(), open: true, commandId: crypto.randomUUID() }
    const [first, second] = await Promise.all([1, 2].map(() => zone.post(zone.buyer, '/market-postings', body)))

    expect(first?.body.id).toBe(second?.body.id)
  })

  it('is closed, withdrawn, prolonged by its firm and by officers, by nobody else', async () => {
    const { id } = await zone.posted(zone.buyer, need())
    const stranger = await step(zone.steel, id, 'closing')
    expect(refusal(stranger)).toMatchObject({ status: 403, kind: 'not_permitted' })
    expect(refusal(await step(zone.leader, id, 'closing'))).toMatchObject({ status: 403 })
    expect((await step(zone.guide, id, 'closing')).status).toBe(404)

    expect(refusal(await step(zone.buyer, id, 'prolongation', { validTo: '2026-03-20' }))).toMatchObject({
      field: 'validTo',
      rule: 'later_than 2026-04-01',
    })
    expect(refusal(await step(zone.buyer, id, 'prolongation', { validTo: '2029-01-01' }))).toMatchObject({
      rule: 'not_after 2027-03-02',
    })
    expect((await step(zone.buyer, id, 'prolongation', { validTo: '2026-05-01' })).status).toBe(200)
    expect((await step(zone.officer, id, 'closing')).status).toBe(200)
    expect(refusal(await step(zone.buyer, id, 'withdrawal', { why: '不需要了' }))).toMatchObject({
      status: 409,
      kind: 'posting_state',
    })
  })

  it('is none of an enterprise that has closed, not even one that it had drafted', async () => {
    const { id: firmId, people, close } = await enterEnterprise(server, '合成停业建筑公司')
    const draft = await zone.posted(people, need({ firmId, open: false }))
    await close()

    const late = { status: 409, kind: 'not_open', field: 'firmId', rule: 'still_open' }
    for (const client of [people, zone.officer])
      expect(refusal(await zone.post(client, '/market-postings', { ...need({ firmId }), open: true }))).toEqual(late)
    expect(refusal(await step(people, draft.id, 'opening'))).toEqual(late)
  })

  it('names who confirmed it to its firm and to those who read the market, to no other firm', async () => {
    const { id } = await zone.posted(zone.buyer, need())
    const confirmer = async (client: Client) => (await detail(id, client)).confirmedBy

    expect(await Promise.all([zone.buyer, zone.officer, zone.leader].map(confirmer))).toEqual(
      Array.from({ length: 3 }, () => 'enterprise'),
    )
    expect(await detail(id, zone.steel)).toMatchObject({ id, isConfirmed: true, confirmedBy: null })
  })

  it('refuses figures by field, in words', async () => {
    const refused = async (over: object) =>
      refusal(await zone.post(zone.buyer, '/market-postings', { ...need(over), open: true }))

    expect(await refused({ quantity: '200 方' })).toMatchObject({ field: 'quantity', rule: 'unit_of_the_dimension t' })
    expect(await refused({ quantity: '-1 吨' })).toMatchObject({ field: 'quantity', rule: 'not_negative' })
    expect(await refused({ quantity: '0 吨' })).toMatchObject({ field: 'quantity', rule: 'not_zero' })
    expect(await refused({ quantity: '许多' })).toMatchObject({ field: 'quantity', rule: 'unit_known' })
    expect(await refused({ minQuantity: '300 吨' })).toMatchObject({ rule: 'at_most_the_quantity' })
    expect(await refused({ price: '3000 元/台' })).toMatchObject({ field: 'price', rule: 'unit_of_the_dimension t' })
    expect(await refused({ price: '500 美元' })).toMatchObject({ field: 'price', rule: 'yuan_only' })
    expect(await refused({ productCode: 'P9999' })).toMatchObject({ field: 'productCode', rule: 'product_known' })
    expect(await refused({ neededBy: '2026-02-01' })).toMatchObject({ field: 'neededBy' })
    expect(await refused({ lonDeg: 87 })).toMatchObject({ rule: 'both_degrees' })
    expect(await refused({ visibility: 'invited' })).toMatchObject({ rule: 'somebody_asked' })
    expect(await refused({ visibility: 'invited', invitedIds: ['nobody'] })).toMatchObject({ rule: 'within_reach' })
    expect(await refused({ text: '\u0001 \u0007' })).toMatchObject({ field: 'text' })
    expect(refusal(await zone.post(zone.buyer, '/market-postings', need({ firmId: zone.steelId })))).toMatchObject({
      status: 403,
    })
    const answer = await zone.post(zone.buyer, '/market-postings', need({ quantity: '200 方' }))
    expect(answer.body.errors[0].message).toContain('t')
  })

  it('reads prices and quantities as they are written', async () => {
    const { id } = await zone.posted(
      zone.buyer,
      need({ quantity: '3.5万 公斤', period: 'month', price: '3200-3300元/吨' }),
    )

    expect(await detail(id)).toMatchObject({
      quantity: { value: 35_000_000, dimension: 'mass', unit: 't', period: 'month' },
      price: { low: 320_000_000, high: 330_000_000, per: 't' },
    })
  })

  it('takes of talent trade and seats, and no record of a person', async () => {
    const talent = { kind: 'need', subject: 'talent', firmId: zone.buyerId, text: '招聘焊工 5 名', quantity: '5 名' }
    const { id } = await zone.posted(zone.buyer, talent)
    expect(await detail(id)).toMatchObject({ subject: 'talent', product: null, quantity: { value: 5 } })

    const personal = await zone.post(zone.buyer, '/market-postings', { ...talent, text: '招聘焊工，电话13912345678' })
    expect(refusal(personal)).toMatchObject({ field: 'text', rule: 'no_personal_record' })
    const goods = await zone.posted(zone.buyer, need({ text: '求购螺纹钢 20 吨，电话 139-1234-5678' }))
    expect(goods.masked).toEqual(['phone'])
    expect((await detail(goods.id)).text).toBe('求购螺纹钢 20 吨，电话 *************')
  })

  it('is open as 待归类 when nobody knows its product, and lists what an officer must look at', async () => {
    const { id } = await zone.posted(
      zone.buyer,
      need({ text: '求购量子泡沫 3 吨', productCode: null, spec: [], quantity: '3 吨' }),
    )
    const desk = async (name: string) =>
      (await zone.read(zone.officer, `/market-postings?desk=${name}&limit=200`)).body.rows.map(
        (row: { id: string }) => row.id,
      )

    expect(await detail(id)).toMatchObject({ state: 'open', product: null, isConfirmed: true })
    expect(await desk('unclassified')).toEqual([id])
    const words = await zone.db.selectFrom('chain_word').select(['word', 'example']).execute()
    expect(words).toContainEqual({ word: expect.stringContaining('泡沫'), example: '求购量子泡沫 3 吨' })
    const lonely = await zone.posted(zone.buyer, need({ productCode: 'P0104', text: '求购粉煤灰 30 吨', spec: [] }))
    expect(await desk('unmatched')).toContain(lonely.id)
    const ending = await zone.posted(zone.buyer, need({ validTo: '2026-03-04' }))
    expect(await desk('expiring')).toEqual([ending.id])
    const [any, each] = [await desk('any'), await Promise.all(['unmatched', 'unclassified', 'expiring'].map(desk))]
    expect(any.toSorted()).toEqual([...new Set(each.flat())].toSorted())
    expect(any).toEqual(expect.arrayContaining([id, lonely.id, ending.id]))
  })

  it('expires after its last day, is announced the day before, and can be prolonged then', async () => {
    const { db, zoneId } = zone
    const deps = { zoneId, clock: () => epochMs(now) }
    const { id } = await zone.posted(zone.buyer, need({ validTo: '2026-03-05', neededBy: '2026-03-05' }))
    const draft = await zone.posted(zone.buyer, need({ validTo: '2026-03-05', open: false }))
    const warn = () => db.transaction().execute((tx) => warnOfEnds(tx, deps))
    const expire = () => db.transaction().execute((tx) => expirePostings(tx, deps))

    await warn()
    now = start + 2 * dayMs
    expect(await warn()).toBeGreaterThanOrEqual(2)
    expect(await warn()).toBe(0)
    const notices = await db
      .selectFrom('notice')
      .select(['account_id', 'title_key', 'link'])
      .where('object_id', '=', id)
      .execute()
    // Firms have their screens at the counter.
    expect(notices).toEqual([
      { account_id: zone.buyer.accountId, title_key: 'market:posting_ends', link: `/counter/market-postings/${id}` },
    ])
    now = start + 3 * dayMs
    expect((await detail(id)).state).toBe('open')
    now = start + 4 * dayMs
    const expired = await expire()
    expect(expired).toBeGreaterThanOrEqual(2)
    expect(await expire()).toBe(0)
    expect([(await detail(id)).state, (await detail(draft.id)).state]).toEqual(['expired', 'expired'])
    expect(refusal(await step(zone.buyer, id, 'closing'))).toMatchObject({ kind: 'posting_state' })
    // What was needed by a day that is over must be changed first.
    expect(refusal(await step(zone.buyer, id, 'prolongation', { validTo: '2026-04-01' }))).toMatchObject({
      field: 'neededBy',
    })
    expect((await step(zone.buyer, draft.id, 'prolongation', { validTo: '2026-04-01' })).status).toBe(200)
    expect((await detail(draft.id)).state).toBe('draft')
    now = start
  })

  it('is taken back at night when its enterprise is closed; what deals have taken of it stands', async () => {
    const { db, zoneId } = zone
    const deps = { zoneId, clock: () => epochMs(now) }
    const takeBack = () => db.transaction().execute((tx) => takeBackOfClosed(tx, deps))
    const firm = await enterEnterprise(server, '合成停业公司')
    const of = (over: object = {}) => zone.offer(firm.people, firm.id, over)
    const [open, draft, traded] = [await of(), await of({ open: false }), await of()]
    await db
      .updateTable('market_posting')
      .set({ reserved: 100_000_000, state: 'matched' })
      .where('id', '=', traded.id)
      .execute()
    const states = () => Promise.all([open, draft, traded].map(async ({ id }) => (await detail(id)).state))

    await takeBack()
    expect(await states()).toEqual(['open', 'draft', 'matched'])
    await firm.close()
    expect(await takeBack()).toBe(3)
    expect(await states()).toEqual(['withdrawn', 'withdrawn', 'closed'])
    expect(await takeBack()).toBe(0)
    const history = await zone.read(zone.officer, `/market-postings/${open.id}/history`)
    expect(JSON.stringify(history.body)).toContain('take_back')
  })

  it('keeps what deals have taken', async () => {
    const { id } = await zone.offer(zone.steel, zone.steelId)
    await zone.db
      .updateTable('market_posting')
      .set({ reserved: 100_000_000, state: 'matched' })
      .where('id', '=', id)
      .execute()
    const { rev } = await detail(id)
    const change = (over: object) =>
      zone.steel.patch(`/api/v1/market-postings/${id}`, {
        commandId: crypto.randomUUID(),
        rev,
        text: '供应螺纹钢',
        productCode: 'P0602',
        quantity: '500 吨',
        ...over,
      })

    expect(refusal(await step(zone.steel, id, 'withdrawal', { why: '卖完' }))).toMatchObject({ rule: 'agreed_already' })
    expect(refusal(await change({ quantity: '99 吨' }))).toMatchObject({ rule: 'not_below_reserved' })
    expect(refusal(await change({ productCode: 'P0101' }))).toMatchObject({ rule: 'agreed_already' })
    expect((await change({ quantity: '100 吨' })).status).toBe(200)
    expect(await detail(id)).toMatchObject({ left: 0, state: 'matched' })
  })

  it('follows its enterprise when two entries of the register become one, and goes back when that is undone', async () => {
    const machine = (path: string, body: object) => zone.post(server.machine, path, body)
    const area = (await machine('/areas', { code: 'M', name: '合成片区', partyBranch: '', synthetic: true })).body.id
    const entry = async (name: string): Promise<string> =>
      (await machine('/enterprises', { name, areaId: area, synthetic: true })).body.id
    const [from, into] = [await entry('合成重复企业'), await entry('合成保留企业')]
    const { id } = await zone.posted(zone.officer, need({ firmId: from }))
    const keeper = await server.actor([{ role: 'enterprise', partyId: into }])
    const revOf = async (firm: string) => (await zone.read(server.machine, `/enterprises/${firm}`)).body.rev
    const revs = { rev: await revOf(from), intoRev: await revOf(into) }
    const merged = await machine(`/enterprises/${from}/merges`, { into, ...revs, why: '重复登记' })

    expect([merged.status, (await detail(id)).firm.id, (await detail(id)).rev]).toEqual([201, into, 2])
    expect((await step(keeper, id, 'closing')).status).toBe(200)
    await machine(`/merges/${merged.body.id}/undo`, { why: '不是同一家' })
    expect((await detail(id)).firm.id).toBe(from)
    expect((await zone.read(keeper, `/market-postings/${id}`)).status).toBe(404)
  })

  it('lets the first of two change it', async () => {
    const { id } = await zone.posted(zone.buyer, need())
    const body = () => ({ commandId: crypto.randomUUID(), rev: 1, ...need() })
    const answers = await Promise.all([1, 2].map(() => zone.buyer.patch(`/api/v1/market-postings/${id}`, body())))

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })

  it('is found in the firm’s words, by reach', async () => {
    const draft = await zone.posted(zone.buyer, need({ text: '求购特种螺纹钢筋 9 吨', open: false }))
    const listed = async (client: Client, query: string) =>
      (await zone.read(client, `/market-postings?limit=200&${query}`)).body.rows.map((row: { id: string }) => row.id)

    expect(await listed(zone.buyer, `q=${encodeURIComponent('三级抗震钢筋')}&mine=true`)).toContain(draft.id)
    expect(await listed(zone.steel, 'kind=need')).not.toContain(draft.id)
    expect((await zone.read(zone.guide, '/market-postings?kind=need')).status).toBe(403)
    const hits = (await zone.read(zone.buyer, `/search?q=${encodeURIComponent('特种螺纹钢筋')}`)).body.rows
    expect(hits).toMatchObject([{ objectKind: 'market_posting', objectId: draft.id }])
    const theirs = (await zone.read(zone.steel, `/search?q=${encodeURIComponent('特种螺纹钢筋')}`)).body.rows
    expect(theirs.map(({ objectId }: { objectId: string }) => objectId)).not.toContain(draft.id)
  })
})
