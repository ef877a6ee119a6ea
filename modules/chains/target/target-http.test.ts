import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { saveLines } from './lines.ts'
import type { ReckonedLine } from './reckoned.ts'
import type { MoveName } from './target-contract.ts'
import { pulpLine } from './testing.ts'

const api = '/api/v1'
const dayMs = 86_400_000
// Ten in the morning in Beijing.
const start = Date.UTC(2026, 2, 2, 2)
let now = start
let server: TestServer
let officer: Client
let leader: Client
let guide: Client
let otherGuide: Client
let firm: Client
let buyers: string[]

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  const { db } = server.database
  const { zoneId } = server.deps
  officer = await server.actor([{ role: 'chain_officer', partyId: null }], { name: 'officer' })
  leader = await server.actor([{ role: 'leader', partyId: null }], { name: 'leader' })
  guide = await server.actor([{ role: 'guide', partyId: null }], { name: 'guide' })
  otherGuide = await server.actor([{ role: 'guide', partyId: null }], { name: 'other' })
  const firmId = await createParty(
    db,
    zoneId,
    { kind: 'enterprise', name: '合成买方', synthetic: true },
    epochMs(start),
  )
  firm = await server.actor([{ role: 'enterprise', partyId: firmId }], { name: 'firm' })
  const area = await post(server.machine, '/areas', { code: 'E', name: '东片区', partyBranch: '', synthetic: true })
  buyers = await Promise.all(
    ['甲', '乙', '丙'].map(async (name) => {
      const asked = { name: `合成${name}纸业有限公司`, areaId: area.body.id, synthetic: true }
      return (await post(server.machine, '/enterprises', asked)).body.id as string
    }),
  )
}, 120_000)
afterAll(() => server.close())

const post = (client: Client, path: string, body: object = {}) =>
  client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
const read = (client: Client, path: string): Promise<Answer> => client.get(`${api}${path}`)
const dayAfter = (days: number) => new Date(now + 8 * 3_600_000 + days * dayMs).toISOString().slice(0, 10)

const run = (lines: readonly ReckonedLine[]) => {
  now += 1_000
  return server.database.db.transaction().execute((tx) => saveLines(tx, server.deps, newId(), lines, 3))
}

const wish = (over: object = {}) => ({ ownerId: officer.accountId, deadline: dayAfter(60), synthetic: true, ...over })
const byHand = { chain: 'C13', product: 'P1302' }
async function opened(over: object = byHand): Promise<string> {
  const answer = await post(officer, '/chain-targets', wish(over))
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}
const detail = async (id: string, client = officer) => (await read(client, `/chain-targets/${id}`)).body
async function move(client: Client, id: string, name: MoveName, fields: object = {}, rev?: number): Promise<Answer> {
  const asked = { commandId: crypto.randomUUID(), rev: rev ?? (await detail(id)).rev, move: name, ...fields }
  return client.post(`${api}/chain-targets/${id}/moves`, { move: asked })
}
const proof = () => ({ day: dayAfter(0), words: '谈过' })
const key = 'C13_up_P1301_fill'

describe('lines', () => {
  it('keep their key from run to run, with what they were worth in each', async () => {
    await run([pulpLine(buyers), pulpLine(buyers, { product: 'P1302', segment: 'down', valueFen: 5 })])
    await run([pulpLine(buyers, { valueFen: 2_000_000_000 })])

    const { rows } = (await read(officer, '/chain-lines')).body
    expect(rows).toMatchObject([{ key, valueFen: 2_000_000_000, isRounded: false, buyers: 3, isGone: false }])
    const line = (await read(leader, `/chain-lines/${key}`)).body
    expect(line.values.map(({ valueFen }: { valueFen: number }) => valueFen)).toEqual([1_230_000_000, 2_000_000_000])
    expect(line).toMatchObject({ buyersVolume: 24_000, parts: { need: 22_680 } })
    expect(line.buyerFirms).toHaveLength(3)
    const gone = (await read(officer, '/chain-lines?gone=true')).body
    expect(gone.rows).toMatchObject([{ key: 'C13_down_P1302_fill', isGone: true }])
  })

  it('say nothing that fewer firms than the least would be known by', async () => {
    const two = pulpLine(buyers.slice(0, 2), { chain: 'C17', product: 'P1704', segment: 'down' })
    await run([pulpLine(buyers), two])

    const line = (await read(officer, '/chain-lines/C17_down_P1704_fill')).body

    expect(line).toMatchObject({ isRounded: true, valueFen: 1_200_000_000, buyersVolume: null, kMin: 3 })
    expect(line.parts).toMatchObject({ need: 23_000, missing: 23_000, priceFen: 450_000 })
    expect(line.buyerFirms).toHaveLength(2)
    // Nor do the rows know more.
    const rows = await server.database.db
      .selectFrom('chain_line')
      .selectAll()
      .where('product_code', '=', 'P1704')
      .execute()
    expect(JSON.stringify(rows)).not.toMatch(/22680|1234567800|8000/)
  })

  it('are for officers and leaders', async () => {
    expect((await read(firm, '/chain-lines')).status).toBe(403)
    expect((await read(guide, `/chain-lines/${key}`)).status).toBe(403)
    expect((await read(leader, '/chain-lines/C13_up_P9999_fill')).status).toBe(404)
  })

  it('are sorted by value, page by page, and filtered', async () => {
    const many = Array.from({ length: 7 }, (_, i) =>
      pulpLine(buyers, { segment: `s${i}`, valueFen: i === 6 ? null : i * 100 }),
    )
    await run(many)
    const first = (await read(officer, '/chain-lines?limit=4&list=fill&chain=C13')).body
    const second = (await read(officer, `/chain-lines?limit=4&list=fill&chain=C13&cursor=${first.next}`)).body

    expect([...first.rows, ...second.rows].map(({ valueFen }) => valueFen)).toEqual([500, 400, 300, 200, 100, 0, null])
    expect(first.total).toBe(7)
    expect((await read(officer, '/chain-lines?list=extend')).body.rows).toEqual([])
    const ofProduct = async (code: string) => (await read(officer, `/chain-lines?product=${code}`)).body.total
    expect(await Promise.all([ofProduct('P1301'), ofProduct('P1702')])).toEqual([7, 0])
  })
})

describe('a target', () => {
  it('is opened once a line, also by two at once, and again when that one was dropped', async () => {
    await run([pulpLine(buyers)])
    const both = await Promise.all([1, 2].map(() => post(officer, '/chain-targets', wish({ lineKey: key }))))

    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(both.find(({ status }) => status === 409)?.body.kind).toBe('target_open')
    const id = both.find(({ status }) => status === 201)?.body.id
    expect((await read(officer, `/chain-lines/${key}`)).body.target).toMatchObject({ id, state: 'idea' })
    expect((await move(officer, id, 'drop', { reason: '不做了' })).body.state).toBe('dropped')
    const again = await post(officer, '/chain-targets', wish({ lineKey: key }))
    expect(again.status).toBe(201)
    // The value of its line as of today stands beside that of the opening.
    await run([pulpLine(buyers, { valueFen: 900 })])
    expect((await detail(again.body.id)).line).toMatchObject({ openedFen: 1_230_000_000, nowFen: 900, isGone: false })
    await run([])
    expect((await detail(again.body.id)).line).toMatchObject({ isGone: true })
    expect((await post(officer, '/chain-targets', wish({ lineKey: key }))).status).toBe(409)
  })

  it('gives a repeat its first answer', async () => {
    const asked = { commandId: crypto.randomUUID(), ...wish(byHand) }
    const [first, second] = [
      await officer.post(`${api}/chain-targets`, asked),
      await officer.post(`${api}/chain-targets`, asked),
    ]

    expect(second.body).toEqual(first.body)
  })

  it('is refused with the field that is wrong', async () => {
    const refused = async (over: object) => {
      const { status, body } = await post(officer, '/chain-targets', wish({ ...byHand, ...over }))
      return [status, body.errors?.[0]?.field]
    }

    expect(await refused({ deadline: dayAfter(-1) })).toEqual([422, 'deadline'])
    expect(await refused({ ownerId: firm.accountId })).toEqual([422, 'ownerId'])
    expect(await refused({ chain: 'C99' })).toEqual([422, 'chain'])
    expect(await refused({ product: 'P9999' })).toEqual([422, 'product'])
    expect(await refused({ step: '打电话' })).toEqual([422, 'stepDay'])
    expect(await refused({ firmId: newId() })).toEqual([422, 'firmId'])
    expect((await post(leader, '/chain-targets', wish(byHand))).status).toBe(403)
  })

  it('goes from idea to producing, each stage with its proof, and does not go on with an older revision', async () => {
    const id = await opened()
    const { rev } = await detail(id)
    const contact = { ...proof(), whom: '王经理', step: '走访', stepDay: dayAfter(7) }
    expect((await move(officer, id, 'visit', { ...proof(), whom: '王经理' })).body.kind).toBe('not_in_state')
    expect((await move(officer, id, 'contact', { ...contact, day: dayAfter(1) })).status).toBe(422)
    expect((await move(officer, id, 'contact', contact)).body.state).toBe('contacted')
    expect((await move(officer, id, 'visit', { ...proof(), whom: '王经理' }, rev)).body.kind).toBe('stale_revision')
    expect((await move(officer, id, 'visit', { ...proof(), whom: '王经理' })).body.state).toBe('visited')
    const noFirm = await move(officer, id, 'sign', { ...proof(), amountFen: 100 })
    expect(noFirm.body.errors[0].field).toBe('firmId')
    const firmId = buyers[0]
    expect((await move(officer, id, 'sign', { ...proof(), amountFen: 5_000_000_000, firmId })).body.state).toBe(
      'signed',
    )
    expect((await move(officer, id, 'start', { ...proof(), site: '东片区 3 号' })).body.state).toBe('started')
    expect((await move(officer, id, 'produce', { ...proof(), capacity: 20_000 })).body.state).toBe('producing')

    const target = await detail(id)
    expect(target).toMatchObject({ amountFen: 5_000_000_000, capacity: 20_000, firm: { id: firmId }, isLate: false })
    expect(target.times).toHaveLength(6)
    expect(target.notes).toHaveLength(5)
    expect(target.moves.filter(({ allowed }: { allowed: boolean }) => allowed)).toEqual([
      { move: 'note', allowed: true, reason: null },
    ])
  })

  it('follows its firm into another entry of the register, as an idle plant does, and back', async () => {
    const [from = '', into = ''] = buyers
    const id = await opened({ ...byHand, firmId: from })
    const plant = await post(officer, '/chain-plants', { name: '北厂房', areaM2: 500, ownerId: from, synthetic: true })
    expect(plant.status).toBe(201)
    const named = async () => [
      (await detail(id)).firm.id,
      (await read(officer, `/chain-plants/${plant.body.id}`)).body.owner.id,
    ]
    const revOf = async (one: string) => (await read(server.machine, `/enterprises/${one}`)).body.rev
    const asked = { into, rev: await revOf(from), intoRev: await revOf(into), why: '同一家企业' }
    const merged = await post(server.machine, `/enterprises/${from}/merges`, asked)
    expect(merged.status).toBe(201)
    expect(await named()).toEqual([into, into])
    // One that is about the receiving firm of its own stays there.
    const own = await opened({ ...byHand, product: 'P1303', firmId: into })
    expect((await post(server.machine, `/merges/${merged.body.id}/undo`, { why: '不是同一家' })).status).toBe(200)
    expect(await named()).toEqual([from, from])
    expect((await detail(own)).firm.id).toBe(into)
  })

  it('comes back from parking to where it was, with a new deadline', async () => {
    const id = await opened()
    await move(officer, id, 'contact', { ...proof(), whom: '王经理' })
    expect((await move(officer, id, 'park', { reason: '等政策', lookDay: dayAfter(0) })).status).toBe(422)
    expect((await move(officer, id, 'park', { reason: '等政策', lookDay: dayAfter(30) })).body.state).toBe('parked')
    expect(await detail(id)).toMatchObject({ parkedFrom: 'contacted', parkedWhy: '等政策', lookDay: dayAfter(30) })

    const resumed = await move(officer, id, 'resume', { reason: '政策出台', deadline: dayAfter(90) })

    expect(resumed.body.state).toBe('contacted')
    expect(await detail(id)).toMatchObject({ parkedFrom: null, lookDay: null, deadline: dayAfter(90) })
  })

  it('is read by officers and leaders, moved by officers and its owner, and is nowhere for anybody else', async () => {
    const id = await opened({ ...byHand, ownerId: guide.accountId })
    const contact = { ...proof(), whom: '王经理' }

    expect((await read(leader, `/chain-targets/${id}`)).status).toBe(200)
    expect((await move(leader, id, 'contact', contact)).status).toBe(403)
    expect((await read(otherGuide, `/chain-targets/${id}`)).status).toBe(404)
    expect((await move(otherGuide, id, 'contact', contact)).status).toBe(404)
    expect((await read(firm, `/chain-targets/${id}/history`)).status).toBe(404)
    expect((await read(firm, '/chain-targets')).body.rows).toEqual([])
    expect((await read(guide, '/chain-targets')).body.rows).toMatchObject([{ id }])
    expect((await move(guide, id, 'contact', contact)).body.state).toBe('contacted')
    expect((await move(guide, id, 'reassign', { ownerId: otherGuide.accountId, reason: '换人' })).status).toBe(403)
    expect((await move(officer, id, 'reassign', { ownerId: otherGuide.accountId, reason: '换人' })).status).toBe(200)
    expect((await read(guide, `/chain-targets/${id}`)).status).toBe(404)
    expect((await read(otherGuide, `/chain-targets/${id}`)).body.owner.name).toBe('other')
  })

  it('is found by its product, its chain, its owner and its next step, in the list and on the board', async () => {
    const owner = await server.actor([{ role: 'guide', partyId: null }], { name: '招商员 Müller' })
    const id = await opened({ ...byHand, ownerId: owner.accountId })
    const { product, chain, deadline } = await detail(id)
    const other = await opened({ chain: 'C17', product: 'P1704' })
    const planned = await move(owner, id, 'plan', { deadline, step: '约见 Hebei 投资部', stepDay: dayAfter(3) })
    expect(planned.status).toBe(200)
    const found = async (q: string) => {
      const list = (await read(officer, `/chain-targets?limit=200&q=${encodeURIComponent(q)}`)).body.rows
      const board = (await read(officer, `/chain-target-board?q=${encodeURIComponent(q)}`)).body.columns
      const idsOf = (rows: readonly { id: string }[]) =>
        rows.map((row) => row.id).filter((one) => [id, other].includes(one))
      const [listed, shown] = [idsOf(list), idsOf(board.flatMap(({ rows }: { rows: { id: string }[] }) => rows))]
      expect(shown).toEqual(listed)
      return listed
    }

    for (const q of [product.zh, product.en.toUpperCase(), chain.zh, 'Müller', 'hebei 投', '约'])
      expect({ q, found: await found(q) }).toEqual({ q, found: [id] })
    expect(await found('Hebei 投资处')).toEqual([])
  })

  it('stands on the board in the column of its stage', async () => {
    const id = await opened({ ...byHand, ownerId: leader.accountId })
    const board = (await read(officer, `/chain-target-board?ownerId=${leader.accountId}`)).body

    expect(board.columns.map(({ state, total }: { state: string; total: number }) => [state, total])).toEqual([
      ['idea', 1],
      ['contacted', 0],
      ['visited', 0],
      ['signed', 0],
      ['started', 0],
      ['parked', 0],
      ['producing', 0],
    ])
    expect(board.columns[0].rows).toMatchObject([{ id, owner: { name: 'leader' } }])
  })

  it('tells its owner of days that come near, are there and are over, once each, and is red from then on', async () => {
    const id = await opened({
      ...byHand,
      ownerId: guide.accountId,
      deadline: dayAfter(20),
      step: '走访',
      stepDay: dayAfter(5),
    })
    const told = async () => {
      await server.relay.settle()
      await server.timers.runDue()
      await server.relay.settle()
      const rows = await server.database.db
        .selectFrom('notice')
        .select('title_key')
        .where('object_id', '=', id)
        .where('account_id', '=', guide.accountId)
        .orderBy('at')
        .execute()
      return rows.map((row) => row.title_key)
    }

    expect(await told()).toEqual(['chains:target_opened'])
    now += 5 * dayMs
    expect(await told()).toEqual(['chains:target_opened', 'chains:target_step_due'])
    now += 8 * dayMs
    expect((await told()).at(-1)).toBe('chains:target_remind')
    expect((await detail(id)).isLate).toBe(false)
    now += 8 * dayMs
    expect((await told()).at(-1)).toBe('chains:target_late')
    expect(await told()).toHaveLength(4)
    expect((await detail(id)).isLate).toBe(true)
    expect((await read(officer, `/chain-targets?late=true&ownerId=${guide.accountId}`)).body.rows).toMatchObject([
      { id },
    ])
    // A deadline moves with a reason; then it is not late.
    const plan = { deadline: dayAfter(10), step: '', stepDay: null }
    expect((await move(guide, id, 'plan', plan)).body.errors[0].field).toBe('reason')
    expect((await move(guide, id, 'plan', { ...plan, reason: '企业换了人' })).status).toBe(200)
    expect((await detail(id)).isLate).toBe(false)
    // Parked, its deadline says nothing; the day to look again does.
    await move(guide, id, 'park', { reason: '等', lookDay: dayAfter(12) })
    now += 13 * dayMs
    const last = await told()
    expect(last.slice(4)).toEqual(['chains:target_look'])
  })
})

describe('idle plants', () => {
  const plantOf = (over: object = {}) => ({
    name: `合成厂房 ${crypto.randomUUID().slice(0, 8)}`,
    areaM2: 8_000,
    synthetic: true,
    ...over,
  })
  const enter = async (over: object = {}) => (await post(officer, '/chain-plants', plantOf(over))).body.id as string

  it('are entered and changed by officers, a name once', async () => {
    const name = '合成一号厂房'
    const id = await enter({ name, lon: 87.3, lat: 44, heightM: 9, powerKw: 500, priceFen: 1_200 })
    expect((await post(officer, '/chain-plants', plantOf({ name }))).status).toBe(409)
    expect((await post(officer, '/chain-plants', plantOf({ lon: 87 }))).status).toBe(422)
    expect((await post(leader, '/chain-plants', plantOf())).status).toBe(403)
    expect((await read(firm, '/chain-plants')).body.rows).toEqual([])
    const plant = (await read(leader, `/chain-plants/${id}`)).body
    const change = { ...plantOf({ name, areaM2: 9_000 }), rev: plant.rev, why: '量过', commandId: crypto.randomUUID() }
    expect((await officer.patch(`${api}/chain-plants/${id}`, change)).body.rev).toBe(2)
    const stale = { ...change, commandId: crypto.randomUUID() }
    expect((await officer.patch(`${api}/chain-plants/${id}`, stale)).status).toBe(409)
    expect((await read(officer, `/chain-plants/${id}/history`)).body.rows).toHaveLength(2)
  })

  it('the last one is had by one of two targets, and given back when that is dropped', async () => {
    const plantId = await enter()
    const targets = [await opened(), await opened()]

    const taken = await Promise.all(targets.map((id) => move(officer, id, 'take_plant', { plantId })))

    expect(taken.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(taken.find(({ status }) => status === 409)?.body.kind).toBe('plant_taken')
    const winner = targets[taken.findIndex(({ status }) => status === 200)] ?? ''
    const plant = (await read(officer, `/chain-plants/${plantId}`)).body
    expect(plant).toMatchObject({ state: 'taken', target: { id: winner } })
    const close = {
      ...plantOf({ name: plant.name }),
      state: 'closed',
      rev: plant.rev,
      why: '拆',
      commandId: crypto.randomUUID(),
    }
    expect((await officer.patch(`${api}/chain-plants/${plantId}`, close)).body.kind).toBe('plant_taken')
    await move(officer, winner, 'drop', { reason: '不做了' })
    expect((await read(officer, `/chain-plants/${plantId}`)).body).toMatchObject({ state: 'open', target: null })
    const other = targets.find((id) => id !== winner) ?? ''
    expect((await move(officer, other, 'take_plant', { plantId })).status).toBe(200)
    // Another plant instead: the first is free again.
    const second = await enter()
    expect((await move(officer, other, 'take_plant', { plantId: second })).status).toBe(200)
    expect((await read(officer, `/chain-plants/${plantId}`)).body.state).toBe('open')
    expect((await move(officer, other, 'give_plant', { reason: '太小' })).status).toBe(200)
    expect((await detail(other)).plant).toBeNull()
  })
})
