import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { createRelay } from '@tingzhou/events'
import { acrossHandler } from './across.ts'
import type { AdminVerb } from './admin-verb.ts'
import { makeAdminVerb } from './admin.ts'
import type { ProcessHost } from './host.ts'
import { fireDue } from './timers.ts'
import { chain, deployed, drawing, logOf, testHost, timerAt, type Log } from './testing.ts'
import { testDesk } from './testing-desk.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const calling = drawing(
  'thing',
  `<startEvent id="start"/><callActivity id="call" calledElement="other"/><userTask id="after" tz:roles="dept_officer"/><endEvent id="end"/>
   ${chain('start', 'call', 'after', 'end')}`,
)
const other = drawing(
  'other',
  `<startEvent id="begin"/><userTask id="inside" tz:roles="dept_officer"/><endEvent id="done"/>${chain('begin', 'inside', 'done')}`,
)
const late = drawing(
  'thing',
  `<startEvent id="start"/><userTask id="work" tz:roles="dept_officer"/><endEvent id="end"/>
   <boundaryEvent id="due" attachedToRef="work" cancelActivity="false">${timerAt('dueAt')}</boundaryEvent>
   <serviceTask id="remind" tz:handler="remind"/><endEvent id="reminded"/>
   ${chain('start', 'work', 'end')}${chain('due', 'remind', 'reminded')}`,
)

/** A case that calls a process which nobody plays: it stands still. */
async function stuck() {
  const desk = await testDesk(test.db, calling)
  const admin = await desk.person('admin', 'admin')
  const childHost: ProcessHost<Log> = {
    ...testHost(desk.zoneId, 'other'),
    open: async () => {
      const businessId = newId()
      return { subject: logOf({ by: 'event', type: 'process.called' }, businessId), businessId }
    },
  }
  const hosts = [desk.host, childHost]
  const log = { error: (fields: object) => expect(fields).toEqual({}) }
  const relay = createRelay({ db: test.db, zoneId: desk.zoneId, clock: desk.now, log }, [
    acrossHandler(desk.runtime, hosts),
  ])
  await relay.settle()
  const verb = (input: AdminVerb) =>
    makeAdminVerb({ db: test.db, runtime: desk.runtime, hosts }, admin, newId(), desk.instanceId, input)
  return { ...desk, relay, verb }
}

describe('a case that stands still', () => {
  it('says where and why, and is skipped with variables and a reason', async () => {
    const { verb, stateOf, nodes, instanceId, history, orphans } = await stuck()
    const row = await test.db
      .selectFrom('process_instance')
      .select(['status', 'trouble'])
      .where('id', '=', instanceId)
      .executeTakeFirst()
    expect(row).toMatchObject({ status: 'failed', trouble: { nodeId: 'call', code: 'no_process' } })

    expect(await verb({ verb: 'skip', vars: { permitNo: 'SYN-7' }, reason: 'done on paper' })).toMatchObject({
      ok: true,
      value: { status: 'active', nodes: ['after'] },
    })

    expect((await stateOf()).state.vars).toMatchObject({ permitNo: 'SYN-7' })
    expect(await nodes()).toEqual(['after'])
    expect(await history()).toMatchObject([{ verb: 'process.skip', reason: 'done on paper' }])
    expect(await orphans()).toEqual([])
    expect(await verb({ verb: 'skip', vars: {}, reason: 'again' })).toMatchObject({
      error: { kind: 'not_stuck', status: 'active' },
    })
  })

  it('is tried again when what it calls is there', async () => {
    const { verb, relay, runtime, nodes, instanceId } = await stuck()
    await deployed(test.db, runtime, other)

    expect(await verb({ verb: 'retry', reason: 'deployed now' })).toMatchObject({
      ok: true,
      value: { status: 'active' },
    })
    await relay.settle()

    const child = await test.db
      .selectFrom('process_instance')
      .select(['key', 'status'])
      .where('parent_instance_id', '=', instanceId)
      .execute()
    expect(child).toEqual([{ key: 'other', status: 'active' }])
    expect(await nodes()).toEqual(['call'])
  })

  it('calls anew after a child that failed', async () => {
    const { verb, relay, runtime, instanceId, stateOf } = await stuck()
    const failing = other
      .replace('<message id="m_answer"', '<error id="e_bad" errorCode="bad"/><message id="m_answer"')
      .replace('<endEvent id="done"/>', '<endEvent id="done"><errorEventDefinition errorRef="e_bad"/></endEvent>')
      .replace(
        '<userTask id="inside" tz:roles="dept_officer"/>',
        '<scriptTask id="inside" tz:result="x"><script>=1</script></scriptTask>',
      )
    await deployed(test.db, runtime, failing)
    await verb({ verb: 'retry', reason: 'deployed now' })
    await relay.settle()
    expect((await stateOf()).state.status).toBe('failed')

    await deployed(test.db, runtime, other)
    await verb({ verb: 'retry', reason: 'mended' })
    await relay.settle()

    const children = await test.db
      .selectFrom('process_instance')
      .select(['version', 'status'])
      .where('parent_instance_id', '=', instanceId)
      .execute()
    expect(children).toEqual([{ version: 2, status: 'active' }])
  })

  it('is ended with a reason', async () => {
    const { verb, stateOf, orphans } = await stuck()

    expect(await verb({ verb: 'terminate', reason: 'opened by mistake' })).toMatchObject({
      ok: true,
      value: { status: 'terminated' },
    })
    expect((await stateOf()).state.tokens).toEqual([])
    expect(await orphans()).toEqual([])
    expect(await verb({ verb: 'resume', reason: 'x' })).toMatchObject({
      error: { kind: 'not_running', status: 'terminated', verb: 'resume' },
    })
  })
})

describe('a timer that fails', () => {
  it('is due at once when it is tried again', async () => {
    let broken = true
    const remind = async () => {
      if (broken) throw new Error('the mail room is on fire')
      return {}
    }
    const desk = await testDesk(test.db, late, { dueAt: 1_772_416_800_000 + 1 }, { remind })
    const admin = await desk.person('admin', 'admin')
    const fire = () => fireDue(test.db, desk.runtime, desk.hosts, desk.now(), () => {})
    const retry = () =>
      makeAdminVerb({ db: test.db, ...desk }, admin, newId(), desk.instanceId, { verb: 'retry', reason: 'put out' })
    expect(await retry()).toMatchObject({ error: { kind: 'not_stuck' } })
    desk.moveTo(desk.now() + 1_000)
    expect(await fire()).toEqual({ fired: 0, failed: 1 })
    expect(await fire()).toEqual({ fired: 0, failed: 0 })

    broken = false
    expect(await retry()).toMatchObject({ ok: true })

    expect(await fire()).toEqual({ fired: 1, failed: 0 })
  })

  it('waits while its case is suspended', async () => {
    let reminders = 0
    const desk = await testDesk(
      test.db,
      late,
      { dueAt: 1_772_416_800_000 + 1 },
      { remind: async () => (reminders++, {}) },
    )
    const admin = await desk.person('admin', 'admin')
    const verb = (name: 'suspend' | 'resume') =>
      makeAdminVerb({ db: test.db, ...desk }, admin, newId(), desk.instanceId, { verb: name, reason: 'x' })
    await verb('suspend')
    desk.moveTo(desk.now() + 1_000)
    const fire = () => fireDue(test.db, desk.runtime, desk.hosts, desk.now(), () => {})

    await fire()
    expect(reminders).toBe(0)
    await verb('resume')
    await fire()
    expect(reminders).toBe(1)
  })
})
