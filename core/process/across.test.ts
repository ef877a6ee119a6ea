import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flushBatch, newId, type Db, type Tx } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { createRelay, type PlacedEvent } from '@tingzhou/events'
import { assert, epochMs } from '@tingzhou/kernel'
import { createParty, listParties } from '@tingzhou/parties'
import { acrossHandler } from './across.ts'
import type { ProcessHost } from './host.ts'
import { feed } from './play.ts'
import { loadInstance } from './rows.ts'
import { chain, deployed, drawing, fed, flow, logOf, on, started, testHost, testRuntime, type Log } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const parentXml = drawing(
  'parent',
  `<startEvent id="start"/><callActivity id="call" calledElement="child"/>
   <boundaryEvent id="stop" attachedToRef="call">${on('stop')}</boundaryEvent>
   <boundaryEvent id="broken" attachedToRef="call"><errorEventDefinition/></boundaryEvent>
   <userTask id="after" tz:roles="clerk"/><userTask id="repair" tz:roles="clerk"/>
   <endEvent id="end"/><endEvent id="stopped"/><endEvent id="repaired"/>
   ${chain('start', 'call', 'after', 'end')}${flow('stop', 'stopped')}${chain('broken', 'repair', 'repaired')}`,
)
const childXml = drawing(
  'child',
  `<startEvent id="begin"/><userTask id="work" tz:roles="clerk" tz:outcomes="good,bad"/><exclusiveGateway id="how" default="how-done"/>
   <endEvent id="done"/><endEvent id="failed"><errorEventDefinition errorRef="e_bad"/></endEvent>
   ${chain('begin', 'work', 'how')}${flow('how', 'failed', 'outcome = &quot;bad&quot;')}${flow('how', 'done')}`,
).replace('<message id="m_answer"', '<error id="e_bad" errorCode="bad"/><message id="m_answer"')

/** A parent and a child kind, and what a relay does between them. */
async function family(db: Db, parent = parentXml, child = childXml) {
  const { zoneId, runtime, now, moveTo } = testRuntime(epochMs(1_772_416_800_000))
  const opened: string[] = []
  const childHost: ProcessHost<Log> = {
    ...testHost(zoneId, 'child'),
    open: async (_tx, { caller }) => {
      const businessId = newId()
      opened.push(`${businessId} for ${caller.nodeId}`)
      return { subject: logOf({ by: 'event', type: 'process.called' }, businessId), businessId }
    },
  }
  const hosts = [testHost(zoneId, 'parent'), childHost] as const
  await deployed(db, runtime, parent)
  await deployed(db, runtime, child)
  const handler = acrossHandler(runtime, hosts)
  const deps = { db, zoneId, clock: now, log: { error: (fields: object) => assert(false, JSON.stringify(fields)) } }
  const relay = createRelay(deps, [handler])
  const instances = () =>
    db
      .selectFrom('process_instance')
      .select(['id', 'key', 'status', 'business_id as businessId', 'parent_instance_id as parentId'])
      .where('zone_id', '=', zoneId)
      .orderBy('key')
      .orderBy('id')
      .execute()
  const stateOf = async (id: string) => (await loadInstance(db, zoneId, id))?.state
  /** Completes the open task of the instance with an outcome. */
  const complete = async (host: ProcessHost<Log>, one: { id: string; businessId: string }, outcome?: string) => {
    const played = await fed(db, runtime, host, one.businessId, one.id, (state) => {
      const [task] = state.tasks
      return task ? { kind: 'complete', taskId: task.id, vars: outcome ? { outcome } : {} } : null
    })
    assert(played.ok, `the task is completed: ${JSON.stringify(played)}`)
  }
  return {
    zoneId,
    runtime,
    hosts,
    handler,
    relay,
    instances,
    stateOf,
    complete,
    opened,
    deps,
    now,
    moveTo,
  }
}

describe('a call of another process', () => {
  it('opens one child, waits for it and goes on with what it gave', async () => {
    const { runtime, hosts, relay, instances, stateOf, complete } = await family(test.db)
    const parent = await started(test.db, runtime, hosts[0], { amount: 7 })

    await relay.settle()
    const child = (await instances()).find(({ key }) => key === 'child')
    assert(child, 'the child is there')
    expect(child).toMatchObject({ status: 'active', parentId: parent.instanceId })
    expect((await stateOf(child.id))?.vars).toMatchObject({ amount: 7 })

    await complete(hosts[1], child, 'good')
    await relay.settle()
    const state = await stateOf(parent.instanceId)
    expect(state?.tasks.map(({ nodeId }) => nodeId)).toEqual(['after'])
    expect(state?.vars).toMatchObject({ outcome: 'good' })
  })

  it('opens one child even when the call is told twice', async () => {
    const { runtime, hosts, handler, relay, instances, opened, deps } = await family(test.db)
    await started(test.db, runtime, hosts[0])
    await relay.settle()

    await createRelay(deps, [{ ...handler, name: 'process.across_again' }]).settle()

    expect(opened).toHaveLength(1)
    expect(await instances()).toHaveLength(2)
  })

  it('ends the child when the caller no longer waits', async () => {
    const { runtime, hosts, relay, instances } = await family(test.db)
    const parent = await started(test.db, runtime, hosts[0])
    await relay.settle()

    await fed(test.db, runtime, hosts[0], parent.id, parent.instanceId, () => ({
      kind: 'message',
      name: 'stop',
      vars: {},
    }))
    await relay.settle()

    expect((await instances()).map(({ key, status }) => `${key} ${status}`)).toEqual([
      'child terminated',
      'parent completed',
    ])
  })

  it('is answered anew when the same way leads to another call, or to the same again', async () => {
    const twice = drawing(
      'parent',
      `<startEvent id="start"/><exclusiveGateway id="again"/><callActivity id="call" calledElement="child"/><callActivity id="next" calledElement="child"/>
       <exclusiveGateway id="enough" default="enough-again"/><endEvent id="end"/>
       ${chain('start', 'again', 'call', 'next', 'enough')}${flow('enough', 'end', 'outcome = &quot;good&quot;')}${flow('enough', 'again')}`,
    )
    const once = drawing(
      'child',
      `<startEvent id="begin"/><userTask id="work" tz:roles="clerk" tz:outcomes="good,more"/><endEvent id="done"/>${chain('begin', 'work', 'done')}`,
    )
    const { runtime, hosts, relay, instances, stateOf, complete } = await family(test.db, twice, once)
    const parent = await started(test.db, runtime, hosts[0])
    await relay.settle()

    for (const [outcome, node] of [
      ['more', 'next'],
      ['more', 'call'],
      ['more', 'next'],
    ] as const) {
      const child = (await instances()).find(({ key, status }) => key === 'child' && status === 'active')
      assert(child, 'a child runs')
      await complete(hosts[1], child, outcome)
      await relay.settle()
      expect((await stateOf(parent.instanceId))?.tokens.map(({ nodeId }) => nodeId)).toEqual([node])
    }
    const last = (await instances()).find(({ key, status }) => key === 'child' && status === 'active')
    assert(last, 'a child runs')
    await complete(hosts[1], last, 'good')
    await relay.settle()

    expect((await instances()).map(({ key, status, parentId }) => [key, status, parentId])).toEqual([
      ...Array.from({ length: 4 }, () => ['child', 'completed', parent.instanceId]),
      ['parent', 'completed', null],
    ])
  })

  it('is not answered once the caller has moved on', async () => {
    const { zoneId, runtime, hosts, handler, relay, instances } = await family(test.db)
    const parent = await started(test.db, runtime, hosts[0])
    const stop = () => ({ kind: 'message', name: 'stop', vars: {} }) as const
    await fed(test.db, runtime, hosts[0], parent.id, parent.instanceId, stop)
    // The call comes last when it was given up once and an operator has it told again.
    await relay.settle()
    await test.db.deleteFrom('process_instance').where('zone_id', '=', zoneId).where('key', '=', 'child').execute()
    const call = await test.db
      .selectFrom('outbox')
      .select(['type', 'object_kind as objectKind', 'object_id as objectId', 'at', 'data', 'to_parties as to'])
      .where('zone_id', '=', zoneId)
      .where('type', '=', 'process.called')
      .executeTakeFirstOrThrow()

    await test.db.transaction().execute((tx) => handler.handle(tx, { position: 1, ...call } satisfies PlacedEvent))

    expect((await instances()).map(({ key, status }) => `${key} ${status}`)).toEqual(['parent completed'])
  })

  it('that ends while its caller is suspended is heard when the caller resumes', async () => {
    const { runtime, hosts, relay, instances, stateOf, complete } = await family(test.db)
    const parent = await started(test.db, runtime, hosts[0])
    await relay.settle()
    const child = (await instances()).find(({ key }) => key === 'child')
    assert(child, 'the child is there')
    const pause = (kind: 'suspend' | 'resume') =>
      fed(test.db, runtime, hosts[0], parent.id, parent.instanceId, () => ({ kind, reason: 'in court' }))
    await pause('suspend')

    await complete(hosts[1], child, 'good')
    await relay.settle()
    expect((await stateOf(parent.instanceId))?.tokens.map(({ nodeId }) => nodeId)).toEqual(['call'])
    await pause('resume')
    await relay.settle()

    const state = await stateOf(parent.instanceId)
    expect(state).toMatchObject({ status: 'active', vars: { outcome: 'good' } })
    expect(state?.tasks.map(({ nodeId }) => nodeId)).toEqual(['after'])
  })

  it('brings the error of a child to the boundary of its call', async () => {
    const { runtime, hosts, relay, instances, stateOf, complete } = await family(test.db)
    const parent = await started(test.db, runtime, hosts[0])
    await relay.settle()
    const child = (await instances()).find(({ key }) => key === 'child')
    assert(child, 'the child is there')

    await complete(hosts[1], child, 'bad')
    await relay.settle()

    expect((await stateOf(parent.instanceId))?.tasks.map(({ nodeId }) => nodeId)).toEqual(['repair'])
  })

  it('brings an escalation of a child up, while the child goes on', async () => {
    const withEscalation = (xml: string) =>
      xml.replace('<message id="m_answer"', '<escalation id="x_help" escalationCode="help"/><message id="m_answer"')
    const help = '<escalationEventDefinition escalationRef="x_help"/>'
    const caller = drawing(
      'parent',
      `<startEvent id="start"/><callActivity id="call" calledElement="child"/>
       <boundaryEvent id="asked" attachedToRef="call" cancelActivity="false">${help}</boundaryEvent>
       <userTask id="helping" tz:roles="clerk"/><endEvent id="helped"/><endEvent id="end"/>
       ${chain('start', 'call', 'end')}${chain('asked', 'helping', 'helped')}`,
    )
    const asking = drawing(
      'child',
      `<startEvent id="begin"/><intermediateThrowEvent id="ask">${help}</intermediateThrowEvent><userTask id="work" tz:roles="clerk"/><endEvent id="done"/>
       ${chain('begin', 'ask', 'work', 'done')}`,
    )
    const { runtime, hosts, relay, instances, stateOf } = await family(
      test.db,
      withEscalation(caller),
      withEscalation(asking),
    )
    const parent = await started(test.db, runtime, hosts[0])

    await relay.settle()

    expect((await stateOf(parent.instanceId))?.tasks.map(({ nodeId }) => nodeId)).toEqual(['helping'])
    expect((await instances()).map(({ status }) => status)).toEqual(['active', 'active'])
  })

  it('fails where nobody answers, instead of waiting for ever', async () => {
    const { runtime, hosts, relay, stateOf } = await family(
      test.db,
      parentXml.replace('calledElement="child"', 'calledElement="nobody"'),
    )
    const parent = await started(test.db, runtime, hosts[0])

    await relay.settle()

    expect((await stateOf(parent.instanceId))?.tasks.map(({ nodeId }) => nodeId)).toEqual(['repair'])
  })
})

describe('what a case throws', () => {
  const waiting = drawing(
    'child',
    `<startEvent id="begin"/><intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m_answer" tz:correlationKey="=room"/></intermediateCatchEvent>
     <userTask id="heard" tz:roles="clerk"/><endEvent id="done"/>${chain('begin', 'wait', 'heard', 'done')}`,
  )
  const throwing = drawing(
    'parent',
    `<startEvent id="start"/><intermediateThrowEvent id="say"><messageEventDefinition messageRef="m_answer" tz:correlationKey="=room"/></intermediateThrowEvent>
     <endEvent id="end"/>${chain('start', 'say', 'end')}`,
  )

  it('a message reaches the one case that waits for its key', async () => {
    const { runtime, hosts, relay, stateOf } = await family(test.db, throwing, waiting)
    const first = await started(test.db, runtime, hosts[1], { room: 'A' })
    const second = await started(test.db, runtime, hosts[1], { room: 'B' })

    await started(test.db, runtime, hosts[0], { room: 'B' })
    await relay.settle()

    const nodes = async (id: string) => (await stateOf(id))?.tokens.map(({ nodeId }) => nodeId)
    expect(await nodes(first.instanceId)).toEqual(['wait'])
    expect(await nodes(second.instanceId)).toEqual(['heard'])
  })

  it('a message goes to who waits for its very key before who waits for any', async () => {
    const { runtime, hosts, relay, stateOf } = await family(test.db, throwing, waiting)
    const anybody = await started(test.db, runtime, hosts[1], { room: null })
    const exact = await started(test.db, runtime, hosts[1], { room: 'A' })

    for (let message = 0; message < 2; message++) {
      await started(test.db, runtime, hosts[0], { room: 'A' })
      await relay.settle()
      const nodes = (await stateOf(exact.instanceId))?.tokens.map(({ nodeId }) => nodeId)
      expect(nodes).toEqual(['heard'])
      expect((await stateOf(anybody.instanceId))?.tokens.map(({ nodeId }) => nodeId)).toEqual([
        message === 0 ? 'wait' : 'heard',
      ])
    }
  })

  it('a message goes to the next who waits when the first moves on before his lock is had', async () => {
    const { runtime, hosts, deps, stateOf } = await family(test.db, throwing, waiting)
    const [thrower, waiter] = hosts
    const both = [
      await started(test.db, runtime, waiter, { room: 'A' }),
      await started(test.db, runtime, waiter, { room: 'A' }),
    ]
    const movedOn: string[] = []
    const lock: typeof waiter.lock = async (tx, businessId, cause) => {
      const first = both.find(({ id }) => id === businessId && movedOn.length === 0)
      if (first) {
        // What another transaction does while this one waits for the lock.
        movedOn.push(first.id)
        const other = logOf({ by: 'event', type: 'test' }, first.id)
        const answer = { kind: 'message', name: 'answer', vars: {}, correlationKey: 'A' } as const
        const played = await feed(tx, runtime, waiter, other, first.instanceId, () => answer)
        assert(played.ok, `the case is answered: ${JSON.stringify(played)}`)
        await flushBatch(tx, other.batch)
      }
      return waiter.lock(tx, businessId, cause)
    }

    await started(test.db, runtime, thrower, { room: 'A' })
    await createRelay(deps, [acrossHandler(runtime, [thrower, { ...waiter, lock }])]).settle()

    expect(movedOn).toHaveLength(1)
    for (const { instanceId } of both)
      expect((await stateOf(instanceId))?.tokens.map(({ nodeId }) => nodeId)).toEqual(['heard'])
  })

  it('a message reaches another branch of the case that threw it', async () => {
    const both = drawing(
      'parent',
      `<startEvent id="start"/><parallelGateway id="fork"/><intermediateThrowEvent id="say"><messageEventDefinition messageRef="m_answer"/></intermediateThrowEvent>
       <intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m_answer"/></intermediateCatchEvent>
       <userTask id="before" tz:roles="clerk"/><userTask id="heard" tz:roles="clerk"/><endEvent id="said"/><endEvent id="end"/>
       ${chain('start', 'fork', 'before', 'say', 'said')}${chain('fork', 'wait', 'heard', 'end')}`,
    )
    const { runtime, hosts, relay, stateOf, complete } = await family(test.db, both, waiting)
    const one = await started(test.db, runtime, hosts[0])

    await complete(hosts[0], { id: one.instanceId, businessId: one.id })
    await relay.settle()

    expect((await stateOf(one.instanceId))?.tasks.map(({ nodeId }) => nodeId)).toEqual(['heard'])
  })

  it('a signal reaches every case that waits for it', async () => {
    const withSignal = (xml: string) =>
      xml.replace('<message id="m_answer"', '<signal id="s_alarm" name="alarm"/><message id="m_answer"')
    const alarm = '<signalEventDefinition signalRef="s_alarm"/>'
    const ringing = drawing(
      'parent',
      `<startEvent id="start"/><intermediateThrowEvent id="ring">${alarm}</intermediateThrowEvent><endEvent id="end"/>${chain('start', 'ring', 'end')}`,
    )
    const calm = drawing(
      'child',
      `<startEvent id="begin"/><userTask id="calm" tz:roles="clerk"/><boundaryEvent id="alarmed" attachedToRef="calm">${alarm}</boundaryEvent>
       <userTask id="heard" tz:roles="clerk"/><endEvent id="done"/><endEvent id="out"/>${chain('begin', 'calm', 'done')}${chain('alarmed', 'heard', 'out')}`,
    )
    const { runtime, hosts, relay, stateOf } = await family(test.db, withSignal(ringing), withSignal(calm))
    const heard = [await started(test.db, runtime, hosts[1]), await started(test.db, runtime, hosts[1])]

    await started(test.db, runtime, hosts[0])
    await relay.settle()

    for (const { instanceId } of heard)
      expect((await stateOf(instanceId))?.tasks.map(({ nodeId }) => nodeId)).toEqual(['heard'])
  })

  it('a case that refuses half way takes back what its handlers wrote, and is told again', async () => {
    const refusing = drawing(
      'child',
      `<startEvent id="begin"/><intermediateCatchEvent id="wait">${on('answer')}</intermediateCatchEvent>
       <serviceTask id="note" tz:handler="note"/><exclusiveGateway id="ready"/><userTask id="heard" tz:roles="clerk"/><endEvent id="done"/>
       ${chain('begin', 'wait', 'note', 'ready')}${flow('ready', 'heard', 'ready = true')}${chain('heard', 'done')}`,
    )
    const { zoneId, runtime, hosts, deps, stateOf, now, moveTo } = await family(test.db, throwing, refusing)
    const handlers = {
      note: async (tx: Tx) => {
        await createParty(tx, zoneId, { id: newId(), kind: 'person', name: 'written by the handler' }, now())
        return {}
      },
    }
    const noting = { ...hosts[1], handlers }
    const relay = createRelay(deps, [acrossHandler(runtime, [hosts[0], noting])])
    const waits = await started(test.db, runtime, noting)
    const written = async () => (await listParties(test.db, zoneId, { kind: 'person' })).length
    const cursor = () =>
      test.db
        .selectFrom('outbox_cursor')
        .select(['attempts', 'last_error as error'])
        .where('zone_id', '=', zoneId)
        .executeTakeFirstOrThrow()

    await started(test.db, runtime, hosts[0])
    await relay.settle()

    expect(await written()).toBe(0)
    expect((await stateOf(waits.instanceId))?.tokens.map(({ nodeId }) => nodeId)).toEqual(['wait'])
    expect(await cursor()).toMatchObject({ attempts: 1, error: expect.stringContaining('no_branch') })

    const ready = () => ({ kind: 'set_vars', vars: { ready: true } }) as const
    await fed(test.db, runtime, noting, waits.id, waits.instanceId, ready)
    moveTo(now() + 60_000)
    await createRelay(deps, [acrossHandler(runtime, [hosts[0], noting])]).settle()

    expect(await written()).toBe(1)
    expect((await stateOf(waits.instanceId))?.tasks.map(({ nodeId }) => nodeId)).toEqual(['heard'])
    expect(await cursor()).toMatchObject({ attempts: 0, error: null })
  })
})
