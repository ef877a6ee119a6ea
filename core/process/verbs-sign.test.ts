import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { waitsFor } from './task.ts'
import { chain, drawing } from './testing.ts'
import { testDesk } from './testing-desk.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const signs = 'claim,add_sign,drop_sign,terminate'
const single = drawing(
  'thing',
  `<startEvent id="start"/><userTask id="work" tz:roles="dept_officer" tz:policy="${signs}" tz:outcomes="good,bad"/>
   <userTask id="next" tz:roles="dept_officer"/><endEvent id="end"/>${chain('start', 'work', 'next', 'end')}`,
)
const many = drawing(
  'thing',
  `<startEvent id="start"/><userTask id="opinion" tz:roles="dept_officer" tz:policy="${signs}">
     <multiInstanceLoopCharacteristics tz:collection="=helpers" tz:element="helper" tz:output="opinions" tz:outputElement="=words"/></userTask>
   <userTask id="next" tz:roles="dept_officer"/><endEvent id="end"/>${chain('start', 'opinion', 'next', 'end')}`,
)
const kindOf = (result: { ok: boolean; error?: { kind: string } }) => (result.ok ? 'ok' : result.error?.kind)

/** A task beside which somebody else has been asked to sign. */
async function signed(when: 'before' | 'after') {
  const desk = await testDesk(test.db, single)
  const me = await desk.person('me')
  const signer = await desk.person('signer', 'dept_head')
  const taskId = await desk.taskAt('work')
  await desk.ask(me, taskId, { verb: 'claim' })
  const added = await desk.ask(me, taskId, { verb: 'add_sign', when, to: signer.accountId, reason: 'over 50,000' })
  const signId = (added.ok && added.value.taskId) || ''
  const waits = async (actor: typeof me) => {
    const answer = await sql<{
      waits: boolean
    }>`select ${waitsFor(desk.zoneId, actor, sql`${desk.businessId}::uuid`)} as waits`.execute(test.db)
    return answer.rows[0]?.waits
  }
  return { ...desk, me, signer, taskId, signId, waits }
}

describe('a signature before', () => {
  it('must be given before the task can be finished', async () => {
    const { answer, ask, me, signer, taskId, signId, nodes, waits, orphans, history } = await signed('before')

    expect(await waits(signer)).toBe(true)
    expect(await answer(me, taskId, { outcome: 'good' })).toMatchObject({ error: { kind: 'not_waiting_for' } })
    expect(await orphans()).toEqual([])
    expect(kindOf(await ask(me, signId, { verb: 'sign', agrees: true, words: '' }))).toBe('not_your_task')
    expect(kindOf(await ask(signer, signId, { verb: 'sign', agrees: false, words: 'too dear' }))).toBe('ok')
    expect(await waits(signer)).toBe(false)
    expect(await answer(me, taskId, { outcome: 'bad' })).toMatchObject({ ok: true })
    expect(await nodes()).toEqual(['next'])
    expect(await orphans()).toEqual([])
    expect((await history()).map(({ verb, reason }) => [verb, reason])).toEqual([
      ['process.claim', null],
      ['process.add_sign', 'over 50,000'],
      ['process.sign', 'too dear'],
    ])
  })

  it('can be done without 减签', async () => {
    const { answer, ask, me, taskId, signId, tasks, orphans } = await signed('before')

    expect(kindOf(await ask(me, taskId, { verb: 'drop_sign', signId, reason: 'on leave' }))).toBe('ok')

    expect(await answer(me, taskId, { outcome: 'good' })).toMatchObject({ ok: true })
    expect((await tasks()).find(({ id }) => id === signId)).toMatchObject({ state: 'cancelled' })
    expect(await orphans()).toEqual([])
  })

  it('goes with its task', async () => {
    const { ask, me, taskId, signId, tasks, orphans } = await signed('before')

    await ask(me, taskId, { verb: 'terminate', reason: 'withdrawn' })

    expect((await tasks()).find(({ id }) => id === signId)).toMatchObject({ state: 'cancelled' })
    expect(await orphans()).toEqual([])
  })
})

describe('a signature after', () => {
  it('has its turn when the task was answered, and lets the answer count', async () => {
    const { answer, ask, me, signer, taskId, signId, nodes, waits, orphans, tasks } = await signed('after')
    expect([await waits(signer), await waits(me)]).toEqual([false, true])
    expect(kindOf(await ask(signer, signId, { verb: 'sign', agrees: true, words: '' }))).toBe('task_waits')

    expect(await answer(me, taskId, { outcome: 'perhaps' })).toMatchObject({ error: { kind: 'unknown_outcome' } })
    expect(await answer(me, taskId, { outcome: 'good' })).toMatchObject({ ok: true, value: { effects: [] } })
    expect(await nodes()).toEqual(['work'])
    expect([await waits(signer), await waits(me)]).toEqual([true, false])
    expect(await orphans()).toEqual([])
    expect(await answer(me, taskId, { outcome: 'bad' })).toMatchObject({ error: { kind: 'task_not_open' } })

    expect(kindOf(await ask(signer, signId, { verb: 'sign', agrees: true, words: 'agreed' }))).toBe('ok')
    expect(await nodes()).toEqual(['next'])
    // The answer stays that of the one who gave it.
    expect((await tasks()).find(({ id }) => id === taskId)).toMatchObject({ state: 'done', closedBy: me.accountId })
    expect(await orphans()).toEqual([])
  })

  it('gives the task its turn again when it is not agreed', async () => {
    const { answer, ask, me, signer, taskId, signId, nodes, waits, stateOf, orphans } = await signed('after')
    await answer(me, taskId, { outcome: 'good' })

    await ask(signer, signId, { verb: 'sign', agrees: false, words: 'the invoice is missing' })

    expect([await waits(signer), await waits(me)]).toEqual([false, true])
    expect(await orphans()).toEqual([])
    await answer(me, taskId, { outcome: 'bad' })
    await ask(signer, signId, { verb: 'sign', agrees: true, words: 'now' })
    expect(await nodes()).toEqual(['next'])
    expect((await stateOf()).state.vars).toMatchObject({ outcome: 'bad' })
  })

  it('lets the answer count when the last signer is done without', async () => {
    const { answer, ask, me, taskId, signId, nodes, orphans } = await signed('after')
    await answer(me, taskId, { outcome: 'good' })

    expect(kindOf(await ask(me, taskId, { verb: 'drop_sign', signId, reason: 'on leave' }))).toBe('ok')

    expect(await nodes()).toEqual(['next'])
    expect(await orphans()).toEqual([])
  })
})

describe('an activity with many instances', () => {
  it('opens one more for a further signer, and waits for all', async () => {
    const desk = await testDesk(test.db, many, { helpers: ['power', 'fire'] })
    const me = await desk.person('me')
    const taskId = await desk.taskAt('opinion')

    await desk.ask(me, taskId, { verb: 'add_sign', when: 'after', to: 'water', reason: 'pipes' })

    const open = await desk.tasks()
    // Tasks that open at one instant stand in no order.
    const helpers = open.map(({ data }) => String(data.vars.helper))
    expect(helpers.toSorted()).toEqual(['fire', 'power', 'water'])
    for (const { id, data } of open) await desk.answer(me, id, { words: `from ${String(data.vars.helper)}` })
    expect(await desk.nodes()).toEqual(['next'])
    expect((await desk.stateOf()).state.vars.opinions).toEqual(['from power', 'from fire', 'from water'])
  })

  it('does without one of them, but not without the last', async () => {
    const desk = await testDesk(test.db, many, { helpers: ['power', 'fire'] })
    const me = await desk.person('me')
    const [mine, other] = await desk.tasks()
    const drop = (signId = '') => desk.ask(me, mine?.id ?? '', { verb: 'drop_sign', signId, reason: 'not concerned' })

    expect(kindOf(await drop(other?.id))).toBe('ok')
    expect(kindOf(await drop(mine?.id))).toBe('last_sign')
    await desk.answer(me, mine?.id ?? '', { words: 'mine' })
    expect(await desk.nodes()).toEqual(['next'])
    expect(await desk.orphans()).toEqual([])
  })
})
