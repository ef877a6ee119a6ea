import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { chain, drawing, fed, flow, on } from './testing.ts'
import { testDesk } from './testing-desk.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const task = (id: string, more = '') =>
  `<userTask id="${id}" tz:roles="dept_officer" tz:policy="claim,return,take_back">${more}</userTask>`
const start = '<startEvent id="start"/>'
const end = '<endEvent id="end"/>'
const kindOf = (result: { ok: boolean; error?: { kind: string } }) => (result.ok ? 'ok' : result.error?.kind)

/** work → check → last; while work is done, an assistant may be asked, beside everything else. */
const assisted = drawing(
  'thing',
  `${start}${task('first')}<subProcess id="handle"><startEvent id="in"/>${task('work')}${task('check')}${task('last')}<endEvent id="out"/>
     <subProcess id="later" triggeredByEvent="true"><startEvent id="asked" isInterrupting="false">${on('more')}</startEvent>
       ${task('assist')}<endEvent id="assisted"/>${chain('asked', 'assist', 'assisted')}</subProcess>
     ${chain('in', 'work', 'check', 'last', 'out')}</subProcess>${end}${chain('start', 'first', 'handle', 'end')}`,
)

const forked = drawing(
  'thing',
  `${start}${task('plan')}<parallelGateway id="fork"/>${task('a1')}${task('a2')}${task('b')}${task('c')}<parallelGateway id="join"/>${task('after')}${end}
   ${chain('start', 'plan', 'fork', 'a1', 'a2', 'join', 'after', 'end')}${chain('fork', 'b', 'join')}${chain('fork', 'c', 'join')}`,
)

describe('return 退回', () => {
  it('to work while an assistant is open cancels that assistant task with reason', async () => {
    const desk = await testDesk(test.db, assisted)
    const [me, you] = [await desk.person('me'), await desk.person('you')]
    await desk.answer(me, await desk.taskAt('first'))
    await fed(test.db, desk.runtime, desk.host, desk.businessId, desk.instanceId, () => ({
      kind: 'message',
      name: 'more',
      vars: {},
    }))
    await desk.answer(me, await desk.taskAt('work'))
    const assistId = await desk.taskAt('assist')
    expect((await desk.nodes()).filter((id) => ['assist', 'check'].includes(id))).toEqual(['assist', 'check'])

    const back = { verb: 'return', toNodeId: 'work', reason: 'the figures are missing' } as const
    const returned = await desk.ask(you, await desk.taskAt('check'), back)

    expect(returned).toMatchObject({
      ok: true,
      value: { cancelled: expect.arrayContaining([{ taskId: assistId, nodeId: 'assist' }]) },
    })
    expect((await desk.tasks()).filter(({ state }) => state === 'open')).toMatchObject([
      { node: 'work', assignee: me.accountId },
    ])
    expect((await desk.history()).at(-1)).toMatchObject({ verb: 'process.return', reason: 'the figures are missing' })
    expect(await desk.orphans()).toEqual([])
  })

  it('leaves an assistant alone who was asked before the target began, unless told otherwise', async () => {
    const desk = await testDesk(test.db, assisted)
    const me = await desk.person('me')
    await desk.answer(me, await desk.taskAt('first'))
    await fed(test.db, desk.runtime, desk.host, desk.businessId, desk.instanceId, () => ({
      kind: 'message',
      name: 'more',
      vars: {},
    }))
    await desk.answer(me, await desk.taskAt('work'))
    await desk.answer(me, await desk.taskAt('check'))

    const back = { verb: 'return', toNodeId: 'check', reason: 'look again' } as const
    expect(await desk.ask(me, await desk.taskAt('last'), back)).toMatchObject({
      value: { cancelled: [expect.objectContaining({ nodeId: 'last' })] },
    })
    await desk.answer(me, await desk.taskAt('check'))
    const { state } = await desk.stateOf()
    const also = state.tokens.flatMap((token) => (token.nodeId === 'later' ? [token.id] : []))
    expect(kindOf(await desk.ask(me, await desk.taskAt('last'), { ...back, also }))).toBe('ok')

    expect(await desk.nodes()).toEqual(['check', 'handle'])
    expect(await desk.orphans()).toEqual([])
  })

  it('takes the siblings along that would come a second time', async () => {
    const desk = await testDesk(test.db, forked)
    const me = await desk.person('me')
    await desk.answer(me, await desk.taskAt('plan'))
    await desk.answer(me, await desk.taskAt('b'))
    expect(await desk.nodes()).toEqual(['a1', 'c', 'join'])

    const returned = await desk.ask(me, await desk.taskAt('c'), { verb: 'return', toNodeId: 'plan', reason: 'anew' })

    expect(returned).toMatchObject({
      ok: true,
      value: { cancelled: expect.arrayContaining([expect.objectContaining({ nodeId: 'a1' })]) },
    })
    expect(await desk.nodes()).toEqual(['plan'])
    expect(await desk.orphans()).toEqual([])
  })

  it('within a branch leaves the other branches and what waits at the join', async () => {
    const desk = await testDesk(test.db, forked)
    const me = await desk.person('me')
    for (const node of ['plan', 'a1', 'b']) await desk.answer(me, await desk.taskAt(node))

    expect(kindOf(await desk.ask(me, await desk.taskAt('a2'), { verb: 'return', toNodeId: 'a1', reason: 'x' }))).toBe(
      'ok',
    )

    expect(await desk.nodes()).toEqual(['a1', 'c', 'join'])
    for (const node of ['a1', 'a2', 'c']) await desk.answer(me, await desk.taskAt(node))
    expect(await desk.nodes()).toEqual(['after'])
  })

  it('refuses what was not passed, another branch, and what would leave a join waiting', async () => {
    const desk = await testDesk(test.db, forked)
    const me = await desk.person('me')
    for (const node of ['plan', 'a1', 'b']) await desk.answer(me, await desk.taskAt(node))
    const back = async (from: string, toNodeId: string) =>
      desk.ask(me, await desk.taskAt(from), { verb: 'return', toNodeId, reason: 'x' })

    expect(await back('a2', 'after')).toMatchObject({ error: { kind: 'node_not_visited', nodeId: 'after' } })
    expect(await back('a2', 'nowhere')).toMatchObject({ error: { kind: 'node_not_visited', nodeId: 'nowhere' } })
    expect(await back('c', 'a1')).toMatchObject({ error: { kind: 'not_on_way', nodeId: 'a1' } })
    for (const node of ['a2', 'c']) await desk.answer(me, await desk.taskAt(node))
    expect(await back('after', 'a1')).toMatchObject({ error: { kind: 'not_on_way' } })
    expect(kindOf(await back('after', 'plan'))).toBe('ok')
    expect(await desk.nodes()).toEqual(['plan'])
  })

  it('refuses to take a branch away that a join waits for', async () => {
    const desk = await testDesk(test.db, forked)
    const me = await desk.person('me')
    for (const node of ['plan', 'a1']) await desk.answer(me, await desk.taskAt(node))
    const { state } = await desk.stateOf()
    const also = state.tokens.flatMap((token) => (token.nodeId === 'b' ? [token.id] : []))

    const refused = await desk.ask(me, await desk.taskAt('a2'), { verb: 'return', toNodeId: 'a1', also, reason: 'x' })

    expect(refused).toMatchObject({ error: { kind: 'join_would_wait', nodeId: 'join' } })
    expect(await desk.nodes()).toEqual(['a2', 'b', 'c'])
  })
})

describe('take back 撤回', () => {
  it('brings one’s own answer back while the next task is untouched', async () => {
    const desk = await testDesk(test.db, forked)
    const [me, you] = [await desk.person('me'), await desk.person('you')]
    const planId = await desk.taskAt('plan')
    await desk.answer(me, planId)

    expect(kindOf(await desk.ask(you, planId, { verb: 'take_back', reason: 'x' }))).toBe('not_your_task')
    expect(kindOf(await desk.ask(me, planId, { verb: 'take_back', reason: 'a slip' }))).toBe('ok')

    expect(await desk.nodes()).toEqual(['plan'])
    expect((await desk.tasks()).filter(({ state }) => state === 'open')).toMatchObject([
      { node: 'plan', assignee: me.accountId },
    ])
    expect(await desk.orphans()).toEqual([])
  })

  it('is refused when somebody has taken or answered what followed', async () => {
    const desk = await testDesk(test.db, forked)
    const [me, you] = [await desk.person('me'), await desk.person('you')]
    const planId = await desk.taskAt('plan')
    await desk.answer(me, planId)
    await desk.ask(you, await desk.taskAt('b'), { verb: 'claim' })

    expect(await desk.ask(me, planId, { verb: 'take_back', reason: 'x' })).toMatchObject({
      error: { kind: 'cannot_take_back', block: 'touched', verb: 'take_back', taskId: planId },
    })
    await desk.answer(you, await desk.taskAt('b'))
    expect(await desk.ask(me, planId, { verb: 'take_back', reason: 'x' })).toMatchObject({
      error: { kind: 'cannot_take_back', block: 'moved_on' },
    })
  })

  it('from a join that still waits, not from one that was passed', async () => {
    const desk = await testDesk(test.db, forked)
    const me = await desk.person('me')
    await desk.answer(me, await desk.taskAt('plan'))
    const bId = await desk.taskAt('b')
    await desk.answer(me, bId)

    expect(kindOf(await desk.ask(me, bId, { verb: 'take_back', reason: 'x' }))).toBe('ok')
    expect(await desk.nodes()).toEqual(['a1', 'b', 'c'])

    for (const node of ['a1', 'a2', 'b', 'c']) await desk.answer(me, await desk.taskAt(node))
    expect(await desk.ask(me, await desk.taskAt('c', 'done'), { verb: 'take_back', reason: 'x' })).toMatchObject({
      error: { kind: 'cannot_take_back', block: 'join_passed' },
    })
  })

  it('is refused after a handler has acted', async () => {
    const xml = drawing(
      'thing',
      `${start}${task('work')}<serviceTask id="pay" tz:handler="pay"/>${task('after')}${end}${chain('start', 'work', 'pay', 'after', 'end')}`,
    )
    const desk = await testDesk(test.db, xml, {}, { pay: async () => ({}) })
    const me = await desk.person('me')
    const workId = await desk.taskAt('work')
    await desk.answer(me, workId)

    expect(await desk.ask(me, workId, { verb: 'take_back', reason: 'x' })).toMatchObject({
      error: { kind: 'cannot_take_back', block: 'acted' },
    })
  })
})

describe('an inclusive join', () => {
  it('of three branches with two selected continues once, after both', async () => {
    const branch = (id: string) => `${flow('split', id, `${id}Wanted = true`)}${flow(id, 'merge')}`
    const xml = drawing(
      'thing',
      `${start}<inclusiveGateway id="split" default="split-c"/>${task('a')}${task('b')}${task('c')}<inclusiveGateway id="merge"/>${task('after')}${end}
       ${flow('start', 'split')}${branch('a')}${branch('b')}${flow('split', 'c')}${flow('c', 'merge')}${chain('merge', 'after', 'end')}`,
    )
    const desk = await testDesk(test.db, xml, { aWanted: true, bWanted: true })
    const me = await desk.person('me')
    expect(await desk.nodes()).toEqual(['a', 'b'])

    await desk.answer(me, await desk.taskAt('a'))
    expect(await desk.nodes()).toEqual(['b', 'merge'])
    await desk.answer(me, await desk.taskAt('b'))

    expect(await desk.nodes()).toEqual(['after'])
    expect((await desk.tasks()).filter(({ node }) => node === 'after')).toHaveLength(1)
    expect(await desk.orphans()).toEqual([])
  })
})
