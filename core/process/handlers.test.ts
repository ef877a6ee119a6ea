import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { createRelay } from '@tingzhou/events'
import { createHttp, type Deps, type Identity } from '@tingzhou/http'
import { acrossHandler } from './across.ts'
import { createProcesses } from './module.ts'
import { chain, deployed, drawing, fed, started } from './testing.ts'
import { testDesk } from './testing-desk.ts'

let test: TestDatabase
let desk: Awaited<ReturnType<typeof testDesk>>
let app: FastifyInstance
const identities: Record<string, Identity> = {}

const calling = drawing(
  'thing',
  `<startEvent id="start"/><userTask id="plan" name="Plan" tz:roles="dept_officer" tz:policy="claim,transfer"/>
   <callActivity id="call" name="Ask the others" calledElement="other"/><userTask id="after" tz:roles="dept_officer"/><endEvent id="end"/>
   ${chain('start', 'plan', 'call', 'after', 'end')}`,
)

beforeAll(async () => {
  test = await testDatabase()
  desk = await testDesk(test.db, calling)
  for (const role of ['admin', 'auditor', 'dept_officer', 'enterprise'] as const)
    identities[role] = { by: 'session', actor: await desk.person(role, role) }
  const deps = {
    db: test.db,
    database: test.database,
    clock: desk.now,
    zoneId: desk.zoneId,
    log: pino({ level: 'silent' }),
  } as Deps
  app = await createHttp(deps, {
    modules: [createProcesses([{ name: 'things', processHosts: () => desk.hosts }])],
    publicUrl: 'http://localhost',
    identify: async (request) => identities[String(request.headers['x-test-actor'])] ?? { by: 'none', actor: null },
  })
})
afterAll(async () => {
  await app.close()
  await test.database.close()
})

const ask = async (role: string, path: string, body?: object, language = 'en') => {
  const headers = { 'x-test-actor': role, 'accept-language': language, origin: 'http://localhost', host: 'localhost' }
  const payload = body ? { payload: { commandId: newId(), ...body } } : {}
  const answer = await app.inject({ method: body ? 'POST' : 'GET', url: `/api/v1${path}`, headers, ...payload })
  return { status: answer.statusCode, body: answer.json() }
}

/** A further case, standing still at a call that nobody answers. */
async function stuckCase() {
  const { id, instanceId, played } = await started(test.db, desk.runtime, desk.host)
  const officer = identities.dept_officer?.actor
  await fed(
    test.db,
    desk.runtime,
    desk.host,
    id,
    instanceId,
    () => ({ kind: 'complete', taskId: played.openTasks[0]?.id ?? '', vars: {} }),
    officer ? { by: 'actor', actor: officer, verb: 'answer' } : undefined,
  )
  const log = { error: (fields: object) => expect(fields).toEqual({}) }
  await createRelay({ db: test.db, zoneId: desk.zoneId, clock: desk.now, log }, [
    acrossHandler(desk.runtime, desk.hosts),
  ]).settle()
  return instanceId
}

describe('who may', () => {
  it('lets administrators act, auditors read, and nobody else look', async () => {
    const id = await stuckCase()

    expect((await ask('nobody', '/processes')).status).toBe(401)
    expect((await ask('dept_officer', '/process-instances')).status).toBe(403)
    expect((await ask('auditor', `/process-instances/${id}`)).status).toBe(200)
    expect((await ask('auditor', `/process-instances/${id}/retries`, { reason: 'x' })).status).toBe(403)
  })
})

describe('reading', () => {
  it('lists versions with how many cases run by each, and gives a drawing', async () => {
    await stuckCase()

    const list = await ask('admin', '/processes')
    const one = await ask('admin', '/processes/thing/1')

    expect(list.body.rows).toMatchObject([{ key: 'thing', version: 1, counts: { active: 1 } }])
    expect(list.body.rows[0].counts.failed).toBeGreaterThan(0)
    expect(one.body.xml).toBe(calling)
    expect(one.body.nodes).toContainEqual({
      id: 'plan',
      name: 'Plan',
      kind: 'userTask',
      parent: null,
      state: null,
    })
    expect((await ask('admin', '/processes/thing/9')).status).toBe(404)
  })

  it('pages through cases, and finds those that stand still with the reason', async () => {
    const id = await stuckCase()

    const first = await ask('admin', '/process-instances?limit=1')
    const second = await ask('admin', `/process-instances?limit=1&cursor=${first.body.next}`)
    const stuck = await ask('admin', '/process-instances?stuck=yes&key=thing')

    expect(first.body.rows).toHaveLength(1)
    expect(second.body.rows[0].id < first.body.rows[0].id).toBe(true)
    expect(stuck.body.rows.find((row: { id: string }) => row.id === id)).toMatchObject({
      status: 'failed',
      nodes: [{ id: 'call', name: 'Ask the others' }],
      trouble: { nodeId: 'call', code: 'no_process', attempts: null },
    })
    expect(stuck.body.total).toBe(stuck.body.rows.length)
    expect((await ask('admin', '/process-instances?limit=201')).status).toBe(400)
  })

  it('shows a case as it stands', async () => {
    const { body } = await ask('admin', `/process-instances/${await stuckCase()}`)

    expect(body).toMatchObject({
      status: 'failed',
      newestVersion: 1,
      tokens: [{ nodeId: 'call', state: 'active' }],
      visited: { plan: 1 },
      times: [{ nodeId: 'plan', done: 1, open: 0 }],
      tasks: [],
    })
    expect((await ask('admin', `/process-instances/${newId()}`)).status).toBe(404)
  })
})

describe('acting', () => {
  it('skips with variables and a reason, and says in both languages why it cannot', async () => {
    const id = await stuckCase()

    const skipped = await ask('admin', `/process-instances/${id}/skips`, {
      reason: 'on paper',
      vars: { permitNo: 'S1' },
    })
    expect(skipped).toMatchObject({ status: 200, body: { status: 'active', nodes: ['after'] } })

    expect(await ask('admin', `/process-instances/${id}/skips`, { reason: 'again' })).toMatchObject({
      status: 409,
      body: { kind: 'not_stuck', detail: '“skip” is for a step that failed; the case is running.' },
    })
    expect((await ask('admin', `/process-instances/${id}/skips`, { reason: 'x' }, 'zh-CN')).body.detail).toBe(
      '“跳过”针对失败的环节；办件运行中。',
    )
    expect((await ask('admin', `/process-instances/${id}/skips`, { reason: ' ' })).status).toBe(400)
  })

  it('tries a migration without writing, and then migrates', async () => {
    const { instanceId: id } = await started(test.db, desk.runtime, desk.host)
    await deployed(test.db, desk.runtime, calling.replace('name="Plan"', 'name="Plan anew"'))
    await deployed(test.db, desk.runtime, calling.replaceAll('"plan"', '"draft"').replaceAll('plan', 'draft'))

    const tried = await app.inject({
      method: 'POST',
      url: `/api/v1/process-instances/${id}/migration-previews`,
      headers: { 'x-test-actor': 'admin', origin: 'http://localhost', host: 'localhost' },
      payload: { toVersion: 2 },
    })
    expect(tried.json()).toMatchObject({ fromVersion: 1, tokens: [{ from: 'plan', to: 'plan', waits: false }] })
    expect((await ask('admin', `/process-instances/${id}`)).body.version).toBe(1)
    expect(await ask('admin', `/process-instances/${id}/migrations`, { toVersion: 3, reason: 'x' })).toMatchObject({
      status: 422,
      body: { kind: 'node_missing', errors: [{ field: 'nodeMap', value: 'plan' }] },
    })
    const nodeMap = { plan: 'draft' }
    expect(
      await ask('admin', `/process-instances/${id}/migrations`, { toVersion: 3, nodeMap, reason: 'x' }),
    ).toMatchObject({ status: 200, body: { version: 3, nodes: ['draft'] } })
  })

  it('suspends, resumes and ends', async () => {
    const { instanceId: id } = await started(test.db, desk.runtime, desk.host)
    const act = (what: string) => ask('admin', `/process-instances/${id}/${what}`, { reason: 'the court decides' })

    expect((await act('suspensions')).body.status).toBe('suspended')
    expect((await act('suspensions')).body).toMatchObject({ kind: 'not_running', status: 409 })
    expect((await act('resumptions')).body.status).toBe('active')
    expect((await act('terminations')).body).toMatchObject({ status: 'terminated', nodes: [] })
  })
})

describe('casework over HTTP', () => {
  it('is for those whose task it is', async () => {
    const taskId = await desk.taskAt('plan')
    const act = (role: string, verb: object, language = 'en') =>
      ask(role, `/process-tasks/${taskId}/casework`, { act: verb }, language)

    expect(await act('enterprise', { verb: 'claim' })).toMatchObject({ status: 403, body: { kind: 'not_your_task' } })
    expect(await act('dept_officer', { verb: 'claim' })).toMatchObject({ status: 200, body: { rev: 2, cancelled: [] } })
    expect(await act('dept_officer', { verb: 'claim' }, 'zh-CN')).toMatchObject({
      status: 409,
      body: { kind: 'task_taken', title: '任务已由他人领取' },
    })
    expect((await act('dept_officer', { verb: 'terminate', reason: 'x' }, 'zh-CN')).body.detail).toBe(
      '环节 plan 的任务不允许“终止”；允许的有：claim, transfer。',
    )
    expect((await act('dept_officer', { verb: 'fly' })).status).toBe(400)
  })
})
