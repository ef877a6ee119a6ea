import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { AdminVerb } from './admin-verb.ts'
import { makeAdminVerb } from './admin.ts'
import { previewMigration } from './migrate.ts'
import { fireDue } from './timers.ts'
import { chain, deployed, drawing, fed, flow, on, timerAt } from './testing.ts'
import { testDesk } from './testing-desk.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const hour = 3_600_000
const task = (id: string, roles = 'dept_officer') => `<userTask id="${id}" tz:roles="${roles}"/>`
const start = '<startEvent id="start"/>'
const end = '<endEvent id="end"/>'
const fork = (more = '') =>
  drawing(
    'thing',
    `${start}<parallelGateway id="fork"/>${task('a')}${task('b')}${task('c')}<parallelGateway id="join"/>${task('after')}${end}${more}
   ${chain('start', 'fork', 'a', 'join', 'after', 'end')}${chain('fork', 'b', 'join')}${chain('fork', 'c', 'join')}`,
  )

/** A running case, and the wish of an administrator to put it on version 2. */
async function migrating(first: string, second: string, vars: Parameters<typeof testDesk>[2] = {}) {
  const desk = await testDesk(test.db, first, vars)
  await deployed(test.db, desk.runtime, second)
  const me = await desk.person('me')
  const admin = await desk.person('admin', 'admin')
  const verb = (input: AdminVerb) => makeAdminVerb({ db: test.db, ...desk }, admin, newId(), desk.instanceId, input)
  const migrate = (nodeMap = {}, toVersion = 2) => verb({ verb: 'migrate', toVersion, nodeMap, reason: 'new rules' })
  const preview = async (nodeMap = {}) =>
    previewMigration(test.db, desk.runtime, await desk.stateOf(), { toVersion: 2, nodeMap })
  return { ...desk, me, migrate, preview }
}

describe('the migration of a running instance', () => {
  it('keeps the token that waits at a parallel join', async () => {
    const more = fork(
      '<boundaryEvent id="late" attachedToRef="c" cancelActivity="false">' +
        timerAt('dueAt') +
        `</boundaryEvent><endEvent id="tooLate"/>${flow('late', 'tooLate')}`,
    )
    const { migrate, answer, taskAt, nodes, me, stateOf, orphans, history } = await migrating(
      fork(),
      more.replaceAll('"a-join"', '"a-joined"'),
      { dueAt: 1_772_500_000_000 },
    )
    await answer(me, await taskAt('a'))
    expect(await nodes()).toEqual(['b', 'c', 'join'])

    expect(await migrate()).toMatchObject({ ok: true, value: { version: 2, nodes: expect.arrayContaining(['join']) } })

    const { state } = await stateOf()
    expect(state.tokens.find(({ nodeId }) => nodeId === 'join')).toMatchObject({ state: 'join', via: 'a-joined' })
    expect(state.timers).toMatchObject([{ nodeId: 'late', state: 'armed', dueAt: 1_772_500_000_000 }])
    expect(await orphans()).toEqual([])
    await answer(me, await taskAt('b'))
    expect(await nodes()).toEqual(['c', 'join', 'join'])
    await answer(me, await taskAt('c'))
    expect(await nodes()).toEqual(['after'])
    expect((await history()).at(-1)).toMatchObject({
      verb: 'process.migrate',
      reason: 'new rules',
      data: { from: 1, to: 2, armed: ['late'] },
    })
  })

  it('goes by the node map, with what the new node says of its task', async () => {
    const { migrate, answer, taskAt, me, tasks, stateOf, orphans } = await migrating(
      drawing('thing', `${start}${task('first')}${task('old')}${end}${chain('start', 'first', 'old', 'end')}`),
      drawing(
        'thing',
        `${start}${task('first')}${task('fresh', 'dept_head')}${end}${chain('start', 'first', 'fresh', 'end')}`,
      ),
    )
    await answer(me, await taskAt('first'))

    expect(await migrate({ old: 'fresh' })).toMatchObject({ ok: true, value: { nodes: ['fresh'] } })

    expect((await tasks()).at(-1)).toMatchObject({ node: 'fresh', state: 'open', data: { roles: ['dept_head'] } })
    expect((await stateOf()).visited).toEqual({ start: 1, 'start-first': 1, first: 1, 'first-fresh': 1 })
    expect(await orphans()).toEqual([])
    await answer(me, await taskAt('fresh'))
    expect((await stateOf()).state.status).toBe('completed')
  })

  it('takes signatures along', async () => {
    const drawn = (id: string) =>
      drawing(
        'thing',
        `${start}<userTask id="${id}" tz:roles="dept_officer" tz:policy="add_sign"/>${end}${chain('start', id, 'end')}`,
      )
    const { migrate, ask, answer, taskAt, me, stateOf, orphans, person } = await migrating(drawn('old'), drawn('fresh'))
    const signer = await person('signer', 'dept_head')
    await ask(me, await taskAt('old'), { verb: 'add_sign', when: 'before', to: signer.accountId, reason: 'x' })

    expect(await migrate({ old: 'fresh' })).toMatchObject({ ok: true })

    expect(await answer(me, await taskAt('fresh'))).toMatchObject({ error: { kind: 'not_waiting_for' } })
    const signId = await taskAt('fresh', 'open', 'before')
    expect(await ask(signer, signId, { verb: 'sign', agrees: true, words: 'x' })).toMatchObject({ ok: true })
    await answer(me, await taskAt('fresh'))
    expect((await stateOf()).state.status).toBe('completed')
    expect(await orphans()).toEqual([])
  })

  it.each([
    [
      'a live node that is missing',
      drawing('thing', `${start}${task('other')}${end}${chain('start', 'other', 'end')}`),
      { kind: 'node_missing', nodeId: 'work', to: 'work' },
    ],
    [
      'another kind of node',
      drawing('thing', `${start}<serviceTask id="work" tz:handler="x"/>${end}${chain('start', 'work', 'end')}`),
      { kind: 'node_differs', nodeId: 'work', was: 'userTask', is: 'serviceTask' },
    ],
    [
      'a node in another sub-process',
      drawing(
        'thing',
        `${start}<subProcess id="sub"><startEvent id="in"/>${task('work')}<endEvent id="out"/>${chain('in', 'work', 'out')}</subProcess>${end}${chain('start', 'sub', 'end')}`,
      ),
      { kind: 'level_differs', nodeId: 'work' },
    ],
  ])('refuses %s, and changes nothing', async (_what, second, error) => {
    const first = drawing('thing', `${start}${task('work')}${end}${chain('start', 'work', 'end')}`)
    const { migrate, preview, stateOf, history, instanceId } = await migrating(first, second)
    const before = await stateOf()

    expect(await migrate()).toMatchObject({ ok: false, error: { ...error, verb: 'migrate', instanceId } })
    expect(await preview()).toMatchObject({ ok: false, error })
    expect(await stateOf()).toEqual(before)
    expect(await history()).toEqual([])
  })

  it('refuses a target whose join would wait for a branch that never began', async () => {
    const first = drawing(
      'thing',
      `${start}<parallelGateway id="fork"/>${task('a')}${task('b')}<parallelGateway id="join"/>${end}
       ${chain('start', 'fork', 'a', 'join', 'end')}${chain('fork', 'b', 'join')}`,
    )
    const { migrate, answer, taskAt, me } = await migrating(first, fork())
    await answer(me, await taskAt('a'))

    expect(await migrate()).toMatchObject({ error: { kind: 'join_would_wait', nodeId: 'join' } })
  })

  it('refuses a join that has lost the flow by which its token came', async () => {
    const second = drawing(
      'thing',
      `${start}<parallelGateway id="fork"/>${task('a')}${task('a2')}${task('b')}${task('c')}<parallelGateway id="join"/>${task('after')}${end}
       ${chain('start', 'fork', 'a', 'a2', 'join', 'after', 'end')}${chain('fork', 'b', 'join')}${chain('fork', 'c', 'join')}`,
    )
    const { migrate, answer, taskAt, me } = await migrating(fork(), second)
    await answer(me, await taskAt('a'))

    expect(await migrate()).toMatchObject({ error: { kind: 'flow_missing', nodeId: 'join', flowId: 'a-join' } })
    expect(await migrate({ a: 'a2' })).toMatchObject({ ok: true })
  })

  it('keeps what its events waited for, begins what is new, and ends what is gone', async () => {
    const boundary = (id: string, event: string, ends = `${id}End`) =>
      `<boundaryEvent id="${id}" attachedToRef="work" cancelActivity="false">${event}</boundaryEvent><endEvent id="${ends}"/>${flow(id, ends)}`
    const whole = (events: string) =>
      drawing('thing', `${start}${task('work')}${events}${end}${chain('start', 'work', 'end')}`)
    const literal = '<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>'
    const { migrate, preview, stateOf, orphans, runtime, host, moveTo, now, instanceId } = await migrating(
      whole(boundary('kept', timerAt('dueAt')) + boundary('heard', on('answer')) + boundary('gone', on('stop'))),
      whole(
        boundary('kept', timerAt('dueAt')) +
          boundary('heard', on('answer')) +
          boundary('asked', on('more')) +
          boundary('late', timerAt('lateAt')) +
          boundary('soon', literal),
      ),
      { dueAt: 1_772_416_800_000 + hour, lateAt: 1_772_416_800_000 + 3 * hour },
    )
    const before = await stateOf()
    const idOf = (nodeId: string, state = before.state) =>
      [...state.timers, ...state.subscriptions].find((one) => one.nodeId === nodeId)?.id

    expect(await preview()).toMatchObject({
      ok: true,
      value: {
        armed: ['asked', 'late', 'soon'],
        dropped: ['gone'],
        tokens: [{ from: 'work', to: 'work', waits: false }],
      },
    })
    expect(await stateOf()).toEqual(before)
    expect(await migrate()).toMatchObject({ ok: true })

    const { state } = await stateOf()
    expect([idOf('kept', state), idOf('heard', state)]).toEqual([idOf('kept'), idOf('heard')])
    expect(state.subscriptions.map(({ nodeId }) => nodeId).toSorted()).toEqual(['asked', 'heard'])
    const due = await test.db
      .selectFrom('process_timer')
      .select(['node_id as node', 'due_at as dueAt'])
      .where('instance_id', '=', instanceId)
      .orderBy('due_at')
      .execute()
    expect(due.map(({ node, dueAt }) => [node, (dueAt - now()) / hour])).toEqual([
      ['kept', 1],
      ['soon', 2],
      ['late', 3],
    ])
    expect(await orphans()).toEqual([])
    moveTo(now() + 4 * hour)
    expect(await fireDue(test.db, runtime, [host], now(), () => {})).toEqual({ fired: 3, failed: 0 })
  })

  it('does not wait again for what has interrupted already', async () => {
    const interrupted = (name: string) =>
      drawing(
        'thing',
        `${start}${task('work')}${end}<subProcess id="stopped" name="${name}" triggeredByEvent="true"><startEvent id="stop">${on('stop')}</startEvent>
         ${task('tidy')}<endEvent id="tidied"/>${chain('stop', 'tidy', 'tidied')}</subProcess>${chain('start', 'work', 'end')}`,
      )
    const { migrate, stateOf, runtime, host, businessId, instanceId } = await migrating(
      interrupted('one'),
      interrupted('two'),
    )
    await fed(test.db, runtime, host, businessId, instanceId, () => ({ kind: 'message', name: 'stop', vars: {} }))
    expect((await stateOf()).state.subscriptions).toEqual([])

    expect(await migrate()).toMatchObject({ ok: true, value: { nodes: expect.arrayContaining(['tidy']) } })

    expect((await stateOf()).state.subscriptions).toEqual([])
  })

  it('refuses a version that is not there, the same one, and an instance that is over', async () => {
    const xml = drawing('thing', `${start}${task('work')}${end}${chain('start', 'work', 'end')}`)
    const { migrate, answer, taskAt, me } = await migrating(xml, xml.replace('name="thing"', 'name="other"'))

    expect(await migrate({}, 7)).toMatchObject({ error: { kind: 'no_such_version', version: 7 } })
    expect(await migrate({}, 1)).toMatchObject({ error: { kind: 'same_version' } })
    await answer(me, await taskAt('work'))
    expect(await migrate()).toMatchObject({ error: { kind: 'not_running', status: 'completed' } })
  })
})
