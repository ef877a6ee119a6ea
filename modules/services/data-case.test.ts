import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { call } from '@orpc/server'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { RequestContext } from '@tingzhou/http'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { orphansIn } from '@tingzhou/process/testing'
import { findApplication } from './application-view.ts'
import { createDataSender, type DataSender } from './data-sender.ts'
import { dataSourceHandlers } from './data-source-handlers.ts'
import { listSources, saveSource } from './data-source.ts'
import { listRequests } from './request-view.ts'
import { decided, draft, goodVerdicts, licence, restaurantZone, sign, values, type Zone } from './restaurant.fixture.ts'

const service = 'CJ/GOV/service-hall/licence-store/identity-card/v1'
const setting = 'DATA_SOURCE_KEY_TEST'
const hour = 3_600_000

/** A source outside the zone, on a port of its own: what it was asked, and how it answers. */
type Asked = { readonly key: string | undefined; readonly body: Record<string, unknown> }
let server: Server
let asked: Asked[]
let respond: (response: ServerResponse) => void
const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
const answers = { value: { seen: true, number: '999999199003070012' }, asOf: '2025-09-01', validTo: null }

let test: TestDatabase
let zone: Zone
let sender: DataSender
beforeAll(async () => {
  process.env[setting] = 'sesame'
  test = await testDatabase()
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      asked.push({ key: request.headers.authorization, body: JSON.parse(Buffer.concat(parts).toString()) })
      respond(response)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  delete process.env[setting]
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await test.database.close()
})
afterEach(async () => {
  expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
  expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
})

/** A zone that holds no identity cards itself, and a draft that was submitted there. */
async function submitted(how: (response: ServerResponse) => void): Promise<string> {
  asked = []
  respond = how
  zone = await restaurantZone(test.database)
  await test.db.deleteFrom('shared_fact').where('zone_id', '=', zone.zoneId).where('service_id', '=', service).execute()
  const { port } = server.address() as AddressInfo
  const saved = await saveSource(zone.services, zone.people.admin, {
    commandId: newId(),
    rev: null,
    service,
    name: { zh: '合成证照库', en: 'Synthetic licence store' },
    url: `http://127.0.0.1:${port}/ask`,
    keySetting: setting,
    waitMinutes: 60,
    state: 'open',
  })
  assert(saved.ok, JSON.stringify(saved))
  const log = { error: (fields: object) => assert(false, JSON.stringify(fields)) }
  sender = createDataSender({ ...zone.services, publicUrl: 'https://zone.example', log, timeoutMs: 300 })
  const id = await draft(zone, zone.people.applicant)
  await zone.move(id, zone.people.applicant, 'submit')
  return id
}

const send = async () => {
  const fired = await sender.sendDue(zone.now())
  await zone.relay.settle()
  return fired
}
const readerOf = (actor: Actor) => ({ deps: zone.services, actor, now: zone.now(), lang: 'zh-CN' as const })
const as = (actor: Actor | null) => ({
  // Handlers of this module read no headers and set no cookies.
  context: {
    deps: zone.deps,
    actor,
    identity: { by: 'none', actor },
    requestId: 'test',
    lang: 'zh-CN',
  } as unknown as RequestContext,
})
async function requestOf(id: string, actor: Actor = zone.people.applicant) {
  const { rows } = await listRequests(readerOf(actor), { applicationId: id, service, limit: 10 })
  const [row] = rows
  assert(row, 'the source was asked')
  return row
}
const cardOf = async (id: string) =>
  (await findApplication(readerOf(zone.people.window), id))?.materials.find(({ code }) => code === 'rep_id_card')
const tryAccept = (id: string) => zone.tryMove(id, zone.people.window, 'accept', { words: '' })
const noticesOf = async (accountId: string) =>
  (
    await test.db
      .selectFrom('notice')
      .select('title_key')
      .where('zone_id', '=', zone.zoneId)
      .where('account_id', '=', accountId)
      .execute()
  ).map(({ title_key }) => title_key)

/** A callback with the token that the source was given. */
const callback = (body: object, token?: string) => {
  const [first] = asked
  assert(first, 'the source was asked')
  const given = first.body.callback as { url: string; token: string }
  const id = /data-requests\/([^/]+)\/answer$/.exec(given.url)?.[1] ?? ''
  return call(dataSourceHandlers.answer, { id, token: token ?? given.token, ...body } as never, as(null))
}

async function refusalOf(made: Promise<unknown>): Promise<string> {
  try {
    await made
    return 'done'
  } catch (error) {
    if (error instanceof Error && 'spec' in error) return (error.spec as { kind: string }).kind
    throw error
  }
}

describe('a source outside the zone 外部数据源', () => {
  it('that answers at once is used; nothing is accepted before, and nothing is kept after', async () => {
    const id = await submitted((response) => json(response, 200, answers))
    expect(asked).toEqual([])
    expect(await tryAccept(id)).toMatchObject({ error: { kind: 'data_pending', services: [service] } })

    expect(await send()).toBe(1)

    expect(asked).toHaveLength(1)
    const application = await zone.application(id)
    expect(asked[0]).toMatchObject({
      key: 'Bearer sesame',
      body: {
        service,
        application: application.no,
        consent: `${id}/identity+contact`,
        subjects: [{ kind: 'person', idNumber: values.legal_rep_id }],
        answerBy: new Date(zone.now() + hour).toISOString(),
      },
    })
    expect(await requestOf(id)).toMatchObject({
      state: 'answered',
      used: true,
      answer: null,
      consentId: `${id}/identity+contact`,
    })
    expect(await requestOf(id, zone.people.window)).toMatchObject({ answer: answers.value })
    expect(await cardOf(id)).toMatchObject({
      how: 'held',
      source: service,
      standing: 'qualified',
      mark: `held:${service}@2025-09-01`,
    })
    // It is asked once.
    expect(await send()).toBe(0)
    await zone.move(id, zone.people.window, 'judge_materials', { judgements: await goodVerdicts(zone, id) })
    await zone.move(id, zone.people.window, 'accept', { words: '' })
    await decided(zone, id, licence)
    await decided(zone, id, sign)
    expect((await zone.application(id)).state).toBe('delivered')
    const kept = await requestOf(id, zone.people.window)
    expect(kept).toMatchObject({ state: 'answered', answer: null })
    expect(kept.responseHash).not.toBe(null)
  })

  it('that is silent for an hour leaves the material to the applicant', async () => {
    const id = await submitted(() => {})
    expect(await send()).toBe(1)
    expect(await requestOf(id)).toMatchObject({ state: 'asked', attempts: 1, mayHandIn: false })
    expect(await tryAccept(id)).toMatchObject({ error: { kind: 'data_pending' } })

    await zone.advance(epochMs(zone.now() + hour + 1_000))

    expect(await requestOf(id)).toMatchObject({
      state: 'unanswered',
      used: false,
      failure: 'no_answer',
      mayHandIn: true,
    })
    expect(await noticesOf(zone.people.applicant.accountId)).toContain('services:data_unanswered')
    expect(await cardOf(id)).toMatchObject({ how: 'missing' })
    expect(await tryAccept(id)).toMatchObject({ error: { kind: 'materials_missing', materials: ['rep_id_card'] } })
    const { id: requestId } = await requestOf(id)
    const card = { materials: [{ code: 'rep_id_card', fileIds: [] }] }
    const handIn = (actor: Actor, body: object = card) =>
      call(dataSourceHandlers.handIn, { id: requestId, commandId: newId(), ...body } as never, as(actor))
    expect(await refusalOf(handIn(zone.people.stranger))).toBe('not_found')
    expect(await refusalOf(handIn(zone.people.applicant, { materials: [{ code: 'r_floor_plan', fileIds: [] }] }))).toBe(
      'unknown_material',
    )
    expect(await refusalOf(handIn(zone.people.applicant))).toBe('done')
    expect(await cardOf(id)).toMatchObject({ how: 'handed_in', standing: 'unjudged' })
    expect(await zone.move(id, zone.people.window, 'accept', { words: '' })).toBe('running')
  })

  it('that answers too late is logged and used only when the applicant agrees again', async () => {
    const id = await submitted((response) => json(response, 202, {}))
    await send()
    await zone.advance(epochMs(zone.now() + hour + 1_000))
    expect(await refusalOf(callback(answers, 'f'.repeat(64)))).toBe('wrong_token')
    expect(await refusalOf(callback({ value: 1 }))).toBe('bad_answer')

    expect(await callback(answers)).toMatchObject({ state: 'late', used: false })

    await zone.relay.settle()
    expect(await refusalOf(callback(answers))).toBe('already_answered')
    const late = await requestOf(id)
    expect(late).toMatchObject({ state: 'late', used: false, mayConsent: true, mayHandIn: true })
    expect(late.responseHash).not.toBe(null)
    expect(await noticesOf(zone.people.applicant.accountId)).toContain('services:data_late')
    expect(await tryAccept(id)).toMatchObject({ error: { kind: 'materials_missing' } })
    const consent = (actor: Actor) =>
      call(dataSourceHandlers.consent, { id: late.id, commandId: newId(), agree: true }, as(actor))
    expect(await refusalOf(consent(zone.people.stranger))).toBe('not_found')
    expect(await refusalOf(consent(zone.people.window))).toBe('not_allowed')
    expect(await refusalOf(consent(zone.people.applicant))).toBe('done')
    expect(await requestOf(id)).toMatchObject({ state: 'answered', used: true, consentId: `${id}/late/${late.id}` })
    expect(await cardOf(id)).toMatchObject({ how: 'held', source: service })
    expect(await zone.move(id, zone.people.window, 'accept', { words: '' })).toBe('running')
  })

  it('that answers by callback in time is used at once', async () => {
    const id = await submitted((response) => json(response, 202, {}))
    await send()
    expect(await callback(answers)).toMatchObject({ state: 'answered', used: true })
    await zone.relay.settle()
    expect(await zone.move(id, zone.people.window, 'accept', { words: '' })).toBe('running')
    // Nothing waits for the hour any more.
    await zone.advance(epochMs(zone.now() + hour + 1_000))
    expect(await requestOf(id)).toMatchObject({ state: 'answered', used: true })
  })

  it('that answers garbage has failed: the applicant is asked without waiting for the hour', async () => {
    const id = await submitted((response) => json(response, 200, '<html>504 Gateway</html>'))
    await send()
    expect(await requestOf(id)).toMatchObject({ state: 'failed', failure: 'bad_answer', used: false, mayHandIn: true })
    expect(await noticesOf(zone.people.applicant.accountId)).toContain('services:data_unanswered')
    expect(await tryAccept(id)).toMatchObject({ error: { kind: 'materials_missing', materials: ['rep_id_card'] } })
  })

  it('that fails is asked again while there is time; a refusal or too much of an answer ends it', async () => {
    let tries = 0
    const id = await submitted((response) => (tries++ === 0 ? json(response, 503, {}) : json(response, 200, answers)))
    await send()
    expect(await requestOf(id)).toMatchObject({ state: 'asked', attempts: 1 })
    await zone.advance(epochMs(zone.now() + 59_000))
    expect(await send()).toBe(0)
    await zone.advance(epochMs(zone.now() + 1_000))
    expect(await send()).toBe(1)
    expect(await requestOf(id)).toMatchObject({ state: 'answered', used: true })
    const refused = await submitted((response) => json(response, 403, {}))
    await send()
    expect(await requestOf(refused)).toMatchObject({ state: 'failed', failure: 'refused_by_source' })
    const large = await submitted((response) => json(response, 200, { ...answers, value: 'x'.repeat(200_000) }))
    await send()
    expect(await requestOf(large)).toMatchObject({ state: 'failed', failure: 'answer_too_large' })
  })

  it('is not asked for what the zone holds itself, nor when it is closed', async () => {
    const id = await submitted((response) => json(response, 200, answers))
    await zone.lay(service, values.legal_rep_id, { seen: true }, '2025-09-01')
    const inside = await draft(zone, zone.people.applicant)
    await zone.move(inside, zone.people.applicant, 'submit')
    expect(await zone.move(inside, zone.people.window, 'accept', { words: '' })).toBe('running')
    expect((await requestOf(inside)).dueAt).toBe(null)
    await send()
    expect(asked).toHaveLength(1)
    expect((await zone.application(id)).state).toBe('check')
    await test.db
      .deleteFrom('shared_fact')
      .where('zone_id', '=', zone.zoneId)
      .where('service_id', '=', service)
      .execute()
    const [source] = await listSources(zone.services.db, zone.services)
    assert(source, 'the source is configured')
    const closed = await saveSource(zone.services, zone.people.admin, {
      ...source,
      commandId: newId(),
      state: 'closed',
    })
    expect(closed).toMatchObject({ ok: true, value: { state: 'closed', rev: 2 } })
    const later = await draft(zone, zone.people.applicant)
    const refused = await zone.tryMove(later, zone.people.applicant, 'submit')
    assert(!refused.ok && refused.error.kind === 'draft_incomplete', 'the material is the applicant’s')
    expect(refused.error.problems).toEqual([{ field: 'materials.rep_id_card', value: null, rule: 'material_missing' }])
  })
})
