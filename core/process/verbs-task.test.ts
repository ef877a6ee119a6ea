import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { chain, drawing, fed } from './testing.ts'
import { testDesk } from './testing-desk.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const every = 'claim,release,transfer,delegate,add_sign,drop_sign,return,take_back,urge,suspend,terminate'
const work = (policy: string, more = '') =>
  drawing(
    'thing',
    `<startEvent id="start"/><userTask id="work" tz:roles="dept_officer" tz:policy="${policy}" tz:outcomes="good,bad">${more}</userTask>
     <userTask id="next" tz:roles="dept_officer"/><endEvent id="end"/>${chain('start', 'work', 'next', 'end')}`,
  )
const kindOf = (result: { ok: boolean; error?: { kind: string } }) => (result.ok ? 'ok' : result.error?.kind)

describe('claim and release', () => {
  it('gives a task to one of eight who ask at once', async () => {
    const desk = await testDesk(test.db, work(''))
    const people = await Promise.all(Array.from({ length: 8 }, (_, index) => desk.person(`p${index}`)))
    const taskId = await desk.taskAt('work')

    const answers = await Promise.all(people.map((actor) => desk.ask(actor, taskId, { verb: 'claim' })))

    expect(answers.map(kindOf).toSorted()).toEqual(['ok', ...Array<string>(7).fill('task_taken')].toSorted())
    const won = people[answers.findIndex((answer) => answer.ok)]
    expect(await desk.tasks()).toMatchObject([{ state: 'open', assignee: won?.accountId }])
    expect((await desk.history()).map(({ verb, actorId }) => [verb, actorId])).toEqual([
      ['process.claim', won?.accountId],
    ])
    expect((await desk.stateOf()).rev).toBe(2)
  })

  it('gives a repeat of the command its first answer and changes nothing', async () => {
    const desk = await testDesk(test.db, work(''))
    const me = await desk.person('me')
    const taskId = await desk.taskAt('work')
    const commandId = newId()

    const first = await desk.ask(me, taskId, { verb: 'claim' }, commandId)
    const again = await desk.ask(me, taskId, { verb: 'claim' }, commandId)

    expect(again).toEqual(first)
    expect(await desk.history()).toHaveLength(1)
  })

  it('releases only what one has, for the next to claim', async () => {
    const desk = await testDesk(test.db, work(''))
    const [me, you] = [await desk.person('me'), await desk.person('you')]
    const taskId = await desk.taskAt('work')
    await desk.ask(me, taskId, { verb: 'claim' })

    expect(kindOf(await desk.ask(you, taskId, { verb: 'release' }))).toBe('task_not_taken')
    expect(kindOf(await desk.ask(me, taskId, { verb: 'release' }))).toBe('ok')
    expect(kindOf(await desk.ask(you, taskId, { verb: 'claim' }))).toBe('ok')
  })

  it('keeps whose it is while the drawing moves its due time', async () => {
    const desk = await testDesk(
      test.db,
      work('').replace('tz:roles="dept_officer" tz:policy', 'tz:roles="dept_officer" tz:due="=dueAt" tz:policy'),
      { dueAt: 1_772_500_000_000 },
    )
    const me = await desk.person('me')
    await desk.ask(me, await desk.taskAt('work'), { verb: 'claim' })

    await fed(test.db, desk.runtime, desk.host, desk.businessId, desk.instanceId, () => ({
      kind: 'set_vars',
      vars: { dueAt: 1_772_600_000_000 },
    }))

    expect(await desk.tasks()).toMatchObject([{ assignee: me.accountId, data: { dueAt: 1_772_600_000_000 } }])
  })
})

describe('the rules of every verb', () => {
  it('refuses what the policy does not list, by verb, task and rule', async () => {
    const desk = await testDesk(test.db, work('claim,transfer'))
    const me = await desk.person('me')
    const taskId = await desk.taskAt('work')

    for (const verb of ['suspend', 'terminate'] as const)
      expect(await desk.ask(me, taskId, { verb, reason: 'x' })).toEqual({
        ok: false,
        error: { kind: 'verb_not_allowed', verb, taskId, nodeId: 'work', rule: 'claim, transfer' },
      })
    expect(await desk.history()).toEqual([])
  })

  it('lets a task without a policy be claimed, released and urged only', async () => {
    const desk = await testDesk(test.db, work(''))
    const [me, you] = [await desk.person('me'), await desk.person('you')]
    const taskId = await desk.taskAt('work')

    expect(kindOf(await desk.ask(me, taskId, { verb: 'urge', words: 'please' }))).toBe('ok')
    expect(kindOf(await desk.ask(me, taskId, { verb: 'transfer', to: you.accountId, reason: 'x' }))).toBe(
      'verb_not_allowed',
    )
  })

  it('asks for a role of the task', async () => {
    const desk = await testDesk(test.db, work(every))
    const stranger = await desk.person('stranger', 'enterprise')

    expect(await desk.ask(stranger, await desk.taskAt('work'), { verb: 'claim' })).toMatchObject({
      error: { kind: 'not_your_task', verb: 'claim', roles: ['dept_officer'] },
    })
  })

  it('asks for the role in the party of the task', async () => {
    const helped = `<extensionElements><tz:input name="helper">=helper</tz:input></extensionElements>`
    const helper = newId()
    const desk = await testDesk(test.db, work(every, helped), { helper })
    const inside = await desk.person('inside', 'dept_officer', await desk.party('helper', 'department', helper))
    const outside = await desk.person('outside', 'dept_officer', await desk.party('other'))
    const taskId = await desk.taskAt('work')

    expect(kindOf(await desk.ask(outside, taskId, { verb: 'claim' }))).toBe('not_your_task')
    expect(kindOf(await desk.ask(inside, taskId, { verb: 'claim' }))).toBe('ok')
    expect(await desk.ask(inside, taskId, { verb: 'transfer', to: outside.accountId, reason: 'x' })).toMatchObject({
      error: { kind: 'target_lacks_role', to: outside.accountId },
    })
  })

  it('knows when a task is over, and that there is none', async () => {
    const desk = await testDesk(test.db, work(every))
    const me = await desk.person('me')
    const taskId = await desk.taskAt('work')
    await desk.answer(me, taskId, { outcome: 'good' })

    expect(await desk.ask(me, taskId, { verb: 'claim' })).toMatchObject({ error: { kind: 'task_over', state: 'done' } })
    expect(kindOf(await desk.ask(me, newId(), { verb: 'claim' }))).toBe('no_such_task')
  })
})

describe('transfer and delegate', () => {
  it('transfers to somebody with the role, from whoever has it only', async () => {
    const desk = await testDesk(test.db, work(every))
    const [me, you, third] = [await desk.person('me'), await desk.person('you'), await desk.person('third')]
    const firm = await desk.person('firm', 'enterprise')
    const taskId = await desk.taskAt('work')

    expect(kindOf(await desk.ask(me, taskId, { verb: 'transfer', to: firm.accountId, reason: 'x' }))).toBe(
      'target_lacks_role',
    )
    expect(kindOf(await desk.ask(me, taskId, { verb: 'transfer', to: you.accountId, reason: 'on leave' }))).toBe('ok')
    expect(kindOf(await desk.ask(third, taskId, { verb: 'transfer', to: third.accountId, reason: 'x' }))).toBe(
      'task_taken',
    )
    expect(await desk.history()).toMatchObject([{ verb: 'process.transfer', reason: 'on leave', node: 'work' }])
  })

  it('brings a delegated task back, and lets nobody finish it meanwhile', async () => {
    const desk = await testDesk(test.db, work(every))
    const me = await desk.person('me')
    const firm = await desk.person('firm', 'enterprise')
    const taskId = await desk.taskAt('work')
    await desk.ask(me, taskId, { verb: 'delegate', to: firm.accountId, reason: 'you know it best' })

    expect(await desk.answer(firm, taskId, { outcome: 'good' })).toMatchObject({ error: { kind: 'not_waiting_for' } })
    expect(kindOf(await desk.ask(firm, taskId, { verb: 'transfer', to: me.accountId, reason: 'x' }))).toBe('task_waits')
    expect(kindOf(await desk.ask(firm, taskId, { verb: 'give_back', words: 'measured: 3 mm' }))).toBe('ok')
    expect(await desk.tasks()).toMatchObject([{ assignee: me.accountId, state: 'open' }])
    expect(await desk.answer(me, taskId, { outcome: 'good' })).toMatchObject({ ok: true })
    expect(await desk.nodes()).toEqual(['next'])
    expect(await desk.orphans()).toEqual([])
  })
})

describe('suspend, resume, terminate', () => {
  it('lets nothing be done until it is resumed', async () => {
    const desk = await testDesk(test.db, work(every))
    const me = await desk.person('me')
    const taskId = await desk.taskAt('work')
    await desk.ask(me, taskId, { verb: 'suspend', reason: 'the court decides first' })

    expect(await desk.ask(me, taskId, { verb: 'claim' })).toMatchObject({
      error: { kind: 'not_running', status: 'suspended' },
    })
    expect(await desk.answer(me, taskId, { outcome: 'good' })).toMatchObject({ error: { kind: 'not_active' } })
    expect(kindOf(await desk.ask(me, taskId, { verb: 'resume', reason: 'decided' }))).toBe('ok')
    expect(await desk.answer(me, taskId, { outcome: 'good' })).toMatchObject({ ok: true })
    expect((await desk.history()).map(({ verb }) => verb)).toEqual(['process.suspend', 'process.resume'])
  })

  it('ends everything, and says which tasks went with it', async () => {
    const desk = await testDesk(test.db, work(every))
    const me = await desk.person('me')
    const taskId = await desk.taskAt('work')

    const ended = await desk.ask(me, taskId, { verb: 'terminate', reason: 'withdrawn' })

    expect(ended).toMatchObject({ ok: true, value: { cancelled: [{ taskId, nodeId: 'work' }] } })
    expect((await desk.stateOf()).state.status).toBe('terminated')
    expect(await desk.orphans()).toEqual([])
  })
})
