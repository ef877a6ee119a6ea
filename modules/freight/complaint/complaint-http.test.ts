import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { dayMs, opinionZone, testClock } from '../rating/testing.ts'

const hourMs = 3_600_000
// A Monday, ten in the morning in Beijing; the office is open until 19:30.
const start = Date.UTC(2026, 2, 2, 2)
const clock = testClock(start)
let server: TestServer
let zone: Awaited<ReturnType<typeof opinionZone>>
let people: Awaited<ReturnType<typeof opinionZone>>['people']

beforeAll(async () => {
  server = await startTestServer({ clock: clock.read })
  zone = await opinionZone(server)
  people = zone.people
}, 120_000)
afterAll(() => server.close())

const root = '/freight-complaints'
type Fields = Readonly<Record<string, unknown>>
const open = (client: Client, fields: Fields) =>
  zone.post(client, root, { kind: 'delay', words: '晚了两天', ...fields })
async function opened(client: Client, fields: Fields): Promise<string> {
  const answer = await open(client, fields)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}
const find = (client: Client, id: string) => zone.read(client, `${root}/${id}`)
const tryMove = async (client: Client, id: string, move: string, fields: Fields = {}, commandId = newId()) => {
  const { rev } = await find(people.admin, id)
  return client.send('POST', `/api/v1${root}/${id}/moves`, { body: { move: { commandId, rev, move, ...fields } } })
}
async function move(client: Client, id: string, name: string, fields: Fields = {}): Promise<string> {
  const answer = await tryMove(client, id, name, fields)
  if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
  return answer.body.state
}
const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind })
const words = (text: string) => ({ words: text })
/** A complaint that somebody has answered. */
async function answered(client = people.shipper, by = people.dispatcher): Promise<string> {
  const id = await opened(client, { waybillId: await zone.addWaybill() })
  await move(by, id, 'accept')
  await move(by, id, 'answer', words('已责成承运人改进，本周内回访'))
  return id
}
const listed = async (client: Client, query = ''): Promise<string[]> =>
  (await zone.read(client, `${root}?limit=200&${query}`)).rows.map(({ id }: { id: string }) => id)
const tick = async () => {
  await server.timers.runDue()
  await server.relay.settle()
}

describe('opening', () => {
  it('is for the four sides of a waybill; the side it is about is told', async () => {
    for (const [client, side, others] of [
      [people.shipper, 'shipper', [people.carrier, people.driver]],
      [people.consignee, 'consignee', [people.carrier, people.driver]],
      [people.carrier, 'carrier', [people.shipper]],
      [people.driver, 'driver', [people.shipper]],
    ] as const) {
      const waybillId = await zone.addWaybill()
      const id = await opened(client, { waybillId, contact: '99900000007' })
      expect(await find(client, id)).toMatchObject({
        number: expect.stringMatching(/^TS\d{12,}$/),
        side,
        state: 'opened',
        about: 'side',
        isMine: true,
        contact: '99900000007',
        waybill: { id: waybillId },
      })
      for (const other of others) {
        const seen = await find(other, id)
        expect(seen).toMatchObject({ isMine: false, contact: null, words: '晚了两天' })
        expect((await zone.noticesOf(other))[0]).toContain('可以陈述情况')
      }
      expect((await zone.noticesOf(people.dispatcher))[0]).toContain('待受理')
    }
  })

  it('is nobody else’s, and hidden from everybody else', async () => {
    const waybillId = await zone.addWaybill()
    for (const client of [people.rival, people.stranger, people.otherDriver])
      expect((await open(client, { waybillId })).status).toBe(404)
    for (const client of [people.both, people.dispatcher, people.audit])
      expect((await open(client, { waybillId })).status).toBe(403)

    const id = await opened(people.driver, { waybillId })
    for (const client of [
      people.rival,
      people.stranger,
      people.otherDriver,
      people.carrier,
      people.consignee,
      people.finance,
    ]) {
      for (const part of ['', '/history', '/process'])
        expect((await client.get(`/api/v1${root}/${id}${part}`)).status).toBe(404)
      expect((await tryMove(client, id, 'state', words('旁人'))).status).toBe(404)
      expect(await listed(client)).not.toContain(id)
    }
    for (const client of [people.driver, people.shipper, people.dispatcher, people.audit, people.admin])
      expect(await listed(client, `waybillId=${waybillId}`)).toEqual([id])
  })

  it('names a waybill where it is about the other side; about the platform nobody else is told', async () => {
    const missing = await open(people.shipper, {})
    expect(missing).toMatchObject({ status: 422, body: { errors: [{ field: 'waybillId' }] } })
    const unknown = await open(people.shipper, { kind: 'weather', waybillId: await zone.addWaybill() })
    expect(unknown).toMatchObject({ status: 422, body: { errors: [{ field: 'kind', value: 'weather' }] } })
    expect((await open(people.shipper, { waybillId: newId() })).status).toBe(404)
    expect((await open(people.shipper, { words: '字'.repeat(2_001) })).status).toBe(400)

    const waybillId = await zone.addWaybill()
    const late = await opened(people.carrier, { kind: 'payment_late', waybillId })
    expect(await find(people.carrier, late)).toMatchObject({ about: 'platform', against: null })
    for (const client of [people.shipper, people.driver])
      expect((await client.get(`/api/v1${root}/${late}`)).status).toBe(404)
    const bare = await opened(people.otherDriver, { kind: 'platform' })
    expect(await find(people.otherDriver, bare)).toMatchObject({ side: 'driver', waybill: null })
  })

  it('a repeat is the first answer; the same is complained of once while it is open', async () => {
    const waybillId = await zone.addWaybill()
    const body = { kind: 'delay', words: '晚了', waybillId, commandId: newId() }
    const once = await zone.post(people.shipper, root, body)
    expect((await zone.post(people.shipper, root, body)).body).toEqual(once.body)
    expect(refusal(await zone.post(people.shipper, root, { ...body, words: '别的' })).kind).toBe('command_reused')
    expect(await open(people.colleague, { waybillId })).toMatchObject({
      status: 409,
      body: { kind: 'taken', errors: [{ value: once.body.number }] },
    })
    expect((await open(people.shipper, { waybillId, kind: 'damage' })).status).toBe(201)

    const busy = await zone.addWaybill()
    const all = await Promise.all(Array.from({ length: 6 }, () => open(people.shipper, { waybillId: busy })))
    expect(all.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409])
    await move(people.shipper, once.body.id, 'withdraw')
    expect((await open(people.shipper, { waybillId })).status).toBe(201)
  })

  it('photos are pictures of who gives them', async () => {
    const waybillId = await zone.addWaybill()
    const form = new FormData()
    form.append('purpose', 'evidence')
    form.append('file', new Blob([Buffer.from(onePixel, 'base64')], { type: 'image/png' }), 'seal.png')
    const { body: file } = await people.shipper.send('POST', '/api/v1/files', { body: form })
    expect((await open(people.consignee, { waybillId, photoIds: [file.id] })).status).toBe(422)
    const id = await opened(people.shipper, { waybillId, photoIds: [file.id] })
    expect((await find(people.carrier, id)).files).toMatchObject([{ id: file.id, name: 'seal.png' }])
    expect((await people.carrier.get(`/api/v1/files/${file.id}`)).status).toBe(200)
    expect((await people.rival.get(`/api/v1/files/${file.id}`)).status).toBe(404)
  })
})

describe('the way of a complaint', () => {
  it('is accepted, answered, and closed when who complained is content', async () => {
    const id = await opened(people.shipper, { waybillId: await zone.addWaybill() })
    expect(refusal(await tryMove(people.dispatcher, id, 'answer', words('早了')))).toEqual({
      status: 409,
      kind: 'not_in_state',
    })
    for (const client of [people.shipper, people.carrier, people.audit])
      expect(refusal(await tryMove(client, id, 'accept'))).toEqual({ status: 403, kind: 'not_allowed' })
    expect(await move(people.dispatcher, id, 'accept')).toBe('accepted')
    expect((await zone.noticesOf(people.shipper))[0]).toContain('已受理')
    expect(await move(people.carrier, id, 'state', words('途中封路两天'))).toBe('accepted')
    expect(await move(people.dispatcher, id, 'answer', words('封路属实，免责'))).toBe('answered')
    expect((await zone.noticesOf(people.shipper))[0]).toContain('请反馈')
    expect(refusal(await tryMove(people.carrier, id, 'content')).status).toBe(403)
    expect(await move(people.colleague, id, 'content')).toBe('closed')
    expect(await find(people.carrier, id)).toMatchObject({
      endedHow: 'content',
      answer: '封路属实，免责',
      statements: [{ byComplainer: false, words: '途中封路两天' }],
      overdue: false,
    })
    const { rows } = await zone.read(people.carrier, `${root}/${id}/history`)
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual('open accept state answer content'.split(' '))
    // The other side does not read who of the firm it was, whoever of it acted.
    const actors = rows.map(({ actor }: { actor: string }) => actor !== '')
    expect(actors).toEqual([false, true, false, true, false])
    expect((await zone.read(people.shipper, `${root}/${id}/history`)).rows[0].actor).not.toBe('')
    expect(refusal(await tryMove(people.shipper, id, 'withdraw'))).toEqual({ status: 409, kind: 'not_in_state' })
  })

  it('otherwise a second person reviews it, never one who handled it', async () => {
    const id = await answered(people.shipper, people.admin)
    expect(await move(people.shipper, id, 'not_content', words('没有解决'))).toBe('reviewing')
    const verdict = { decision: 'upheld', words: '投诉成立，承运人停派一周' }
    const same = await tryMove(people.admin, id, 'review', verdict)
    expect(refusal(same)).toEqual({ status: 403, kind: 'not_allowed' })
    expect(same.body.detail).toContain('请换一个人')
    expect(refusal(await tryMove(people.dispatcher, id, 'review', verdict)).status).toBe(403)
    expect(refusal(await tryMove(people.shipper, id, 'review', verdict)).status).toBe(403)
    const offers = (await find(people.admin, id)).moves.find(({ move: name }: { move: string }) => name === 'review')
    expect(offers).toMatchObject({ allowed: false, reason: 'another_person' })
    expect((await zone.noticesOf(people.secondAudit))[0]).toContain('待复核')
    expect(await move(people.audit, id, 'review', verdict)).toBe('closed')
    expect(await find(people.shipper, id)).toMatchObject({
      endedHow: 'decided',
      decision: 'upheld',
      decisionWords: verdict.words,
      reply: '没有解决',
    })
  })

  it('who belongs to a side does nothing of the platform’s', async () => {
    const insider = await server.actor([
      { role: 'freight_dispatcher', partyId: null },
      { role: 'enterprise', partyId: zone.shipperId },
    ])
    const id = await opened(people.shipper, { waybillId: await zone.addWaybill() })
    expect((await tryMove(insider, id, 'accept')).body.detail).toContain('双方')
  })

  it('a repeat is the first answer, an old revision is refused, of several at once one is taken', async () => {
    const id = await opened(people.shipper, { waybillId: await zone.addWaybill() })
    const accept = { commandId: newId(), rev: 1, move: 'accept' }
    const send = (client: Client, body: object) =>
      client.send('POST', `/api/v1${root}/${id}/moves`, { body: { move: body } })
    const once = await send(people.dispatcher, accept)
    expect(once).toMatchObject({ status: 200, body: { state: 'accepted', rev: 2 } })
    expect((await send(people.dispatcher, accept)).body).toEqual(once.body)
    const stale = await send(people.dispatcher, { commandId: newId(), rev: 1, move: 'answer', words: '旧' })
    expect(refusal(stale)).toEqual({ status: 409, kind: 'stale_revision' })
    const all = await Promise.all(
      [1, 2, 3, 4].map((n) => send(people.dispatcher, { commandId: newId(), rev: 2, move: 'answer', words: `答${n}` })),
    )
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
    // Statements do not look at each other, and each is kept.
    const said = await Promise.all(
      [people.carrier, people.driver, people.shipper].map((client, n) =>
        send(client, { commandId: newId(), rev: 1, move: 'state', words: `陈述${n}`, photoIds: [] }),
      ),
    )
    expect(said.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await find(people.audit, id)).statements.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3])
  })

  it('twenty statements are taken', async () => {
    const id = await opened(people.shipper, { waybillId: await zone.addWaybill() })
    for (let n = 0; n < 20; n++) await move(people.driver, id, 'state', words(`陈述${n}`))
    expect(refusal(await tryMove(people.driver, id, 'state', words('再说')))).toEqual({
      status: 422,
      kind: 'field_refused',
    })
  })

  it('is withdrawn by who complained, in any open state', async () => {
    const early = await opened(people.driver, { waybillId: await zone.addWaybill() })
    expect(refusal(await tryMove(people.shipper, early, 'withdraw')).status).toBe(403)
    expect(await move(people.driver, early, 'withdraw', words('已沟通'))).toBe('withdrawn')
    const late = await answered()
    await move(people.shipper, late, 'not_content', words('不行'))
    expect(await move(people.colleague, late, 'withdraw')).toBe('withdrawn')
    expect(await find(people.audit, late)).toMatchObject({ endedHow: 'withdrawn', dueAt: null })
  })
})

describe('clocks', () => {
  it('what is not accepted within a working day goes to audit, who may then handle it', async () => {
    const id = await opened(people.shipper, { waybillId: await zone.addWaybill() })
    const { dueAt } = await find(people.audit, id)
    // Until the office closes on the next working day.
    expect(dueAt).toBe(start + dayMs + 9.5 * hourMs)
    clock.set(dueAt - 1)
    await tick()
    expect(await find(people.audit, id)).toMatchObject({ overdue: false, escalatedAt: null })
    expect(await listed(people.audit, 'overdue=true')).not.toContain(id)
    expect(refusal(await tryMove(people.audit, id, 'accept')).status).toBe(403)

    clock.set(dueAt)
    await tick()
    await tick()
    expect(await find(people.audit, id)).toMatchObject({ state: 'opened', overdue: true, escalatedAt: dueAt })
    expect(await listed(people.audit, 'overdue=true')).toContain(id)
    const bell = await zone.noticesOf(people.audit)
    const { number } = await find(people.audit, id)
    expect(bell.filter((text) => text.includes(`${number} 已逾期`))).toHaveLength(1)
    expect(await move(people.audit, id, 'accept')).toBe('accepted')
    expect(await listed(people.audit, 'overdue=true')).not.toContain(id)
    expect(await move(people.audit, id, 'answer', words('已督办'))).toBe('answered')
    await move(people.shipper, id, 'not_content', words('仍不行'))
    const verdict = { decision: 'rejected', words: '维持' }
    expect(refusal(await tryMove(people.audit, id, 'review', verdict)).status).toBe(403)
    expect(await move(people.secondAudit, id, 'review', verdict)).toBe('closed')
  })

  it('where every auditor has handled it administrators are told of the review', async () => {
    const id = await opened(people.shipper, { waybillId: await zone.addWaybill() })
    const { dueAt, number } = await find(people.audit, id)
    clock.set(dueAt)
    await tick()
    await move(people.audit, id, 'accept')
    await move(people.secondAudit, id, 'answer', words('已督办'))
    await move(people.shipper, id, 'not_content', words('仍不行'))
    expect((await zone.noticesOf(people.admin))[0]).toContain(number)
    expect(await move(people.admin, id, 'review', { decision: 'rejected', words: '维持' })).toBe('closed')
  })

  it('an answer and a review are late as well; silence after an answer closes it', async () => {
    const unanswered = await opened(people.shipper, { waybillId: await zone.addWaybill() })
    await move(people.dispatcher, unanswered, 'accept')
    const reviewed = await answered()
    await move(people.shipper, reviewed, 'not_content', words('不行'))
    const quiet = await answered()
    const dues = await Promise.all(
      [unanswered, reviewed, quiet].map(async (id) => (await find(people.audit, id)).dueAt),
    )
    clock.set(Math.max(dues[0], dues[1]))
    await tick()
    expect(await find(people.audit, unanswered)).toMatchObject({ state: 'accepted', overdue: true })
    expect(await find(people.audit, reviewed)).toMatchObject({ state: 'reviewing', overdue: true })
    expect(await find(people.audit, quiet)).toMatchObject({ state: 'answered', overdue: false })
    clock.set(dues[2])
    await tick()
    expect(await find(people.shipper, quiet)).toMatchObject({ state: 'closed', endedHow: 'silent' })
  })
})

it('changes no money: it says whether the waybill may be disputed', async () => {
  const waybillId = await zone.addWaybill()
  const id = await opened(people.shipper, { kind: 'damage', waybillId })
  expect((await find(people.shipper, id)).mayDispute).toBe(true)
  expect((await find(people.dispatcher, id)).mayDispute).toBe(false)
  await move(people.dispatcher, id, 'accept')
  const { due_fen, bill_fen, state } = await server.database.db
    .selectFrom('freight_waybill')
    .select(['due_fen', 'bill_fen', 'state'])
    .where('id', '=', waybillId)
    .executeTakeFirstOrThrow()
  expect({ due_fen, bill_fen, state }).toEqual({ due_fen: null, bill_fen: null, state: 'signed' })
})

it('pages go on where they ended', async () => {
  const all = await listed(people.admin)
  const seen: string[] = []
  for (let cursor = ''; ;) {
    const page = await zone.read(people.admin, `${root}?limit=5${cursor}`)
    seen.push(...page.rows.map(({ id }: { id: string }) => id))
    if (page.next === null) break
    cursor = `&cursor=${encodeURIComponent(page.next)}`
  }
  expect(seen).toEqual(all)
  expect(all.length).toBeGreaterThan(10)
})

const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
