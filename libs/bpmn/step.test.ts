import { assert, epochMs, err, ok } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import {
  boundary,
  bpmn,
  catching,
  chain,
  definitionOf,
  end,
  errorCode,
  escalation,
  eventSub,
  flow,
  gateway,
  message,
  on,
  played,
  script,
  signal,
  start,
  sub,
  throwing,
  timer,
  user,
} from './testing.ts'
import { step } from './step.ts'
import { emptyState } from './state.ts'

const hour = 3_600_000

describe('exclusive gateway', () => {
  const model = bpmn(
    start() +
      gateway('exclusive', 'x', 'default="x-c"') +
      user('a') +
      user('b') +
      user('c') +
      end() +
      chain('s', 'x') +
      flow('x', 'a', '=amount &gt; 10') +
      flow('x', 'b', 'amount &gt; 5') +
      flow('x', 'c') +
      chain('a', 'e') +
      chain('b', 'e') +
      chain('c', 'e'),
  )

  it('takes the first branch that holds', async () => {
    expect((await played(model, { amount: 11 })).open()).toEqual(['a'])
    expect((await played(model, { amount: 7 })).open()).toEqual(['b'])
  })

  it('takes the default when none holds, and null counts as none', async () => {
    expect((await played(model, { amount: 1 })).open()).toEqual(['c'])
    expect((await played(model)).open()).toEqual(['c'])
  })

  it('refuses the step by the name of the gateway when there is no branch', async () => {
    const definition = await definitionOf(
      model
        .replace('default="x-c"', '')
        .replace('id="x-c"', 'id="x-c" name="n"')
        .replace(
          /(id="x-c"[^>]*>)/,
          '$1<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">false</bpmn:conditionExpression>',
        ),
    )
    const state = emptyState('i', 'p', 1)

    const result = step(definition, state, { kind: 'start', vars: {} }, { now: epochMs(0), newId: () => 'x' })

    expect(result).toEqual(err({ kind: 'no_branch', nodeId: 'x' }))
  })
})

describe('parallel gateway', () => {
  it('goes on once, after all branches', async () => {
    const board = await played(
      bpmn(
        start() +
          gateway('parallel', 'f') +
          user('a') +
          user('b') +
          user('c') +
          gateway('parallel', 'j') +
          user('after') +
          end() +
          ['a', 'b', 'c'].map((id) => chain('f', id, 'j')).join('') +
          chain('s', 'f') +
          chain('j', 'after', 'e'),
      ),
    )
    expect(board.open()).toEqual(['a', 'b', 'c'])

    board.complete('a')
    board.complete('c')
    expect(board.open()).toEqual(['b'])
    board.complete('b')

    expect(board.open()).toEqual(['after'])
    expect(board.visited().filter((id) => id === 'after')).toHaveLength(1)
    board.complete('after')
    expect(board.status()).toBe('completed')
  })
})

describe('inclusive gateway', () => {
  const model = bpmn(
    start() +
      gateway('inclusive', 'f', 'default="f-c"') +
      user('a') +
      user('b') +
      user('c') +
      gateway('inclusive', 'j') +
      user('after') +
      end() +
      chain('s', 'f') +
      flow('f', 'a', 'wants_a') +
      flow('f', 'b', 'wants_b') +
      flow('f', 'c') +
      ['a', 'b', 'c'].map((id) => chain(id, 'j')).join('') +
      chain('j', 'after', 'e'),
  )

  it('with two of three branches selected continues once after both', async () => {
    const board = await played(model, { wants_a: true, wants_b: true })
    expect(board.open()).toEqual(['a', 'b'])

    board.complete('b')
    expect(board.open()).toEqual(['a'])
    board.complete('a')

    expect(board.open()).toEqual(['after'])
    board.complete('after')
    expect(board.status()).toBe('completed')
    expect(board.visited().filter((id) => id === 'after')).toHaveLength(1)
  })

  it('continues at once after a single branch, the default', async () => {
    const board = await played(model)
    board.complete('c')
    expect(board.open()).toEqual(['after'])
  })

  it('waits for a branch that may still loop back to the split', async () => {
    const board = await played(
      bpmn(
        start() +
          gateway('exclusive', 'm') +
          gateway('inclusive', 'f') +
          user('a') +
          user('b') +
          gateway('exclusive', 'again', 'default="again-j"') +
          gateway('inclusive', 'j') +
          user('after') +
          end() +
          chain('s', 'm', 'f') +
          flow('f', 'a', 'true') +
          flow('f', 'b', 'not(again = true)') +
          chain('a', 'j') +
          chain('b', 'again', 'j') +
          flow('again', 'm', 'again') +
          chain('j', 'after', 'e'),
      ),
    )

    board.complete('a')

    expect(board.open()).toEqual(['b'])
    board.complete('b', { again: true })
    expect(board.open()).toEqual(['a'])
    board.complete('a')
    expect(board.open()).toContain('after')
  })

  it('is released when the branch it waits for is interrupted', async () => {
    const board = await played(
      bpmn(
        start() +
          gateway('inclusive', 'f') +
          user('a') +
          user('b') +
          boundary('late', 'b', timer('timeDuration', 'PT1H')) +
          end('given_up') +
          gateway('inclusive', 'j') +
          user('after') +
          end() +
          chain('s', 'f') +
          flow('f', 'a', 'true') +
          flow('f', 'b', 'true') +
          chain('a', 'j') +
          chain('b', 'j') +
          chain('late', 'given_up') +
          chain('j', 'after', 'e'),
      ),
    )
    board.complete('a')

    board.advanceTime(hour)

    expect(board.open()).toEqual(['after'])
  })
})

describe('event-based gateway', () => {
  const model = bpmn(
    start() +
      gateway('eventBased', 'g') +
      catching('yes', on('message', 'accept')) +
      catching('late', timer('timeDuration', 'PT2H')) +
      '<bpmn:receiveTask id="no" messageRef="decline"/>' +
      user('a') +
      user('b') +
      user('c') +
      end() +
      chain('s', 'g') +
      chain('g', 'yes', 'a', 'e') +
      chain('g', 'no', 'b', 'e') +
      chain('g', 'late', 'c', 'e'),
    message('accept') + message('decline'),
  )

  it('lets the first event win and drops its siblings', async () => {
    const board = await played(model)

    expect(board.message('accept', { bed: 3 }).ok).toBe(true)

    expect(board.open()).toEqual(['a'])
    expect(board.vars()).toEqual({ bed: 3 })
    expect(board.state(board.id)?.timers).toEqual([])
    expect(board.message('decline')).toEqual(err({ kind: 'no_subscription', name: 'decline', correlationKey: null }))
  })

  it('takes a receive task or a timer as well', async () => {
    const declined = await played(model)
    declined.message('decline')
    expect(declined.open()).toEqual(['b'])

    const late = await played(model)
    late.advanceTime(2 * hour)
    expect(late.open()).toEqual(['c'])
    expect(late.visited()).toEqual(['s', 'g', 'late', 'c'])
  })
})

const multi = (attributes: string, inner = '', sequential = false): string =>
  `<bpmn:multiInstanceLoopCharacteristics isSequential="${sequential}" ${attributes}>${inner}</bpmn:multiInstanceLoopCharacteristics>`
const completion = (feel: string): string =>
  `<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">${feel}</bpmn:completionCondition>`
const cardinality = (feel: string): string =>
  `<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">${feel}</bpmn:loopCardinality>`

describe('many instances', () => {
  const assist = (loop: string): string =>
    bpmn(start() + user('a', '', loop) + user('after') + end() + chain('s', 'a', 'after', 'e'))
  const parallel = assist(multi('tz:collection="=assistants" tz:element="assistant" tz:output="opinions"'))

  it('opens one task for each element, gathers results in the order of the collection', async () => {
    const board = await played(parallel, { assistants: ['x', 'y', 'z'] })
    expect(board.tasks().map((task) => task.vars)).toEqual([
      { loopCounter: 1, assistant: 'x' },
      { loopCounter: 2, assistant: 'y' },
      { loopCounter: 3, assistant: 'z' },
    ])

    for (const task of board.tasks().toReversed())
      board.completeTask(task.id, { opinion: String(task.vars['assistant']) })

    expect(board.open()).toEqual(['after'])
    expect(board.vars()).toEqual({
      assistants: ['x', 'y', 'z'],
      opinions: [{ opinion: 'x' }, { opinion: 'y' }, { opinion: 'z' }],
    })
  })

  it('passes at once when the collection is empty or missing', async () => {
    expect((await played(parallel, { assistants: [] })).vars()['opinions']).toEqual([])
    expect((await played(parallel)).open()).toEqual(['after'])
  })

  it('ends early by its completion condition and cancels the rest with a reason', async () => {
    const board = await played(
      assist(multi('tz:collection="=people"', completion('nrOfCompletedInstances / nrOfInstances &gt;= 0.5'))),
      { people: [1, 2, 3, 4] },
    )
    board.complete('a')
    expect(board.open()).toEqual(['a', 'a', 'a'])

    board.complete('a')

    expect(board.open()).toEqual(['after'])
    const cancelled = board.effects(board.id).filter((effect) => effect.kind === 'task_cancelled')
    expect(cancelled.map((effect) => effect.kind === 'task_cancelled' && effect.reason)).toEqual([
      'completion_condition',
      'completion_condition',
    ])
  })

  it('runs one after the other, until reached', async () => {
    const board = await played(assist(multi('tz:output="calls"', cardinality('3') + completion('reached'), true)))
    expect(board.open()).toEqual(['a'])

    board.complete('a', { reached: false })
    expect(board.task('a').vars).toEqual({ loopCounter: 2 })
    board.complete('a', { reached: true })

    expect(board.open()).toEqual(['after'])
    expect(board.vars()).toEqual({ calls: [{ reached: false }, { reached: true }] })
  })

  it('writes mapped outputs outside the instances', async () => {
    const output = '<bpmn:extensionElements><tz:output name="solved">=solved</tz:output></bpmn:extensionElements>'
    const board = await played(assist(output + multi('', cardinality('2'), true)))

    board.complete('a', { solved: 'no', note: 1 })
    board.complete('a', { solved: 'yes' })

    expect(board.vars()).toEqual({ solved: 'yes' })
  })

  it('keeps the variables of sub-process instances apart', async () => {
    const inner =
      start('is') + script('set', 'n * 10', '', 'tenfold') + user('t') + end('ie') + chain('is', 'set', 't', 'ie')
    const board = await played(
      bpmn(
        start() +
          sub(
            'many',
            multi('tz:collection="=[1,2]" tz:element="n" tz:output="all" tz:outputElement="=tenfold"') + inner,
          ) +
          end() +
          chain('s', 'many', 'e'),
      ),
    )
    board.complete('t')
    board.complete('t')

    expect(board.status()).toBe('completed')
    expect(board.vars()).toEqual({ all: [10, 20] })
  })

  it('drops and adds instances while it runs', async () => {
    const board = await played(parallel, { assistants: ['x', 'y'] })
    const [x] = board.tasks()
    const whole = board.state(board.id)?.tokens.find((token) => token.nodeId === 'a' && token.miIndex === null)
    assert(x && whole, 'the activity waits')

    expect(board.send(board.id, { kind: 'add_instance', tokenId: whole.id, element: 'z' }).ok).toBe(true)
    expect(board.send(board.id, { kind: 'cancel_task', taskId: x.id, reason: 'on leave' }).ok).toBe(true)
    for (const task of board.tasks()) board.completeTask(task.id, { by: task.vars['assistant'] ?? null })

    expect(board.open()).toEqual(['after'])
    expect(board.vars()['opinions']).toEqual([{ by: 'y' }, { by: 'z' }])
  })

  it('goes on when the last waiting instance is dropped', async () => {
    const board = await played(parallel, { assistants: ['x'] })
    board.send(board.id, { kind: 'cancel_task', taskId: board.task('a').id, reason: 'overruled' })
    expect(board.open()).toEqual(['after'])
  })

  it('refuses a collection that is no list', async () => {
    const definition = await definitionOf(parallel)
    const result = step(
      definition,
      emptyState('i', 'p', 1),
      { kind: 'start', vars: { assistants: 'x' } },
      { now: epochMs(0), newId: () => 'x' },
    )
    expect(result).toEqual(err({ kind: 'bad_collection', nodeId: 'a', value: 'x' }))
  })
})

describe('boundary timers', () => {
  const work = (inner: string, interrupting: boolean): string =>
    bpmn(
      start() +
        user('work') +
        boundary('due', 'work', inner, interrupting) +
        user('supervise') +
        user('after') +
        end() +
        chain('s', 'work', 'after', 'e') +
        chain('due', 'supervise', 'e'),
    )

  it('an interrupting one takes the task away with a reason', async () => {
    const board = await played(work(timer('timeDuration', 'PT1H'), true))

    board.advanceTime(hour - 1)
    expect(board.open()).toEqual(['work'])
    board.advanceTime(1)

    expect(board.open()).toEqual(['supervise'])
    expect(board.effects(board.id)).toContainEqual(
      expect.objectContaining({ kind: 'task_cancelled', nodeId: 'work', reason: 'due' }),
    )
  })

  it('a non-interrupting one leaves it, and fires once', async () => {
    const board = await played(work(timer('timeDuration', 'PT1H'), false))

    board.advanceTime(10 * hour)

    expect(board.open()).toEqual(['supervise', 'work'])
  })

  it('a cycle fires as often as it says', async () => {
    const board = await played(work(timer('timeCycle', 'R3/PT1H'), false))

    board.advanceTime(10 * hour)

    expect(board.open()).toEqual(['supervise', 'supervise', 'supervise', 'work'])
  })

  it('follows the variable it names: later, disarmed, armed again', async () => {
    const board = await played(work(timer('timeDate', '=dueAt'), false), { dueAt: hour })
    const set = (vars: { readonly dueAt: number | null }) => board.send(board.id, { kind: 'set_vars', vars })

    set({ dueAt: 3 * hour })
    board.advanceTime(2 * hour)
    expect(board.open()).toEqual(['work'])
    set({ dueAt: null })
    board.advanceTime(2 * hour)
    expect(board.open()).toEqual(['work'])
    set({ dueAt: 5 * hour })
    board.advanceTime(hour)

    expect(board.open()).toEqual(['supervise', 'work'])
  })

  it('fires once for each value, also after a pause with the same value', async () => {
    const board = await played(work(timer('timeDate', '=dueAt'), false), { dueAt: hour })
    const set = (dueAt: number | null) => board.send(board.id, { kind: 'set_vars', vars: { dueAt } })
    board.advanceTime(hour)
    expect(board.open()).toEqual(['supervise', 'work'])

    set(null)
    set(hour)
    board.advanceTime(hour)
    expect(board.open()).toEqual(['supervise', 'work'])
    set(3 * hour)
    board.advanceTime(hour)

    expect(board.open()).toEqual(['supervise', 'supervise', 'work'])
  })

  it('is not moved by the clock alone', async () => {
    const board = await played(work(timer('timeDuration', '=now() + duration("PT2H")'), true), { x: 1 })
    board.advanceTime(hour)
    board.send(board.id, { kind: 'set_vars', vars: { x: 2 } })
    board.advanceTime(hour)
    expect(board.open()).toEqual(['supervise'])
  })

  it('refuses to fire before it is due', async () => {
    const board = await played(work(timer('timeDuration', 'PT1H'), true))
    const [armed] = board.state(board.id)?.timers ?? []

    const result = board.send(board.id, { kind: 'timer', timerId: armed?.id ?? '' })

    expect(result).toEqual(err({ kind: 'timer_not_due', timerId: armed?.id, dueAt: hour }))
  })

  it('refuses a value that is no time, and nothing has happened', async () => {
    const board = await played(work(timer('timeDate', '=dueAt'), true), { dueAt: hour })
    const before = board.state(board.id)

    const result = board.send(board.id, { kind: 'set_vars', vars: { dueAt: 'soon' } })

    expect(result).toEqual(err({ kind: 'bad_timer', nodeId: 'due', value: 'soon' }))
    expect(board.state(board.id)).toBe(before)
  })

  it('moves the due time of a task with its variable', async () => {
    const board = await played(bpmn(start() + user('a', 'tz:due="=dueAt"') + end() + chain('s', 'a', 'e')), {
      dueAt: hour,
    })
    expect(board.task('a').dueAt).toBe(hour)

    board.send(board.id, { kind: 'set_vars', vars: { dueAt: 2 * hour } })

    expect(board.task('a').dueAt).toBe(2 * hour)
  })
})

describe('sub-processes', () => {
  const handle = start('hs') + user('sign') + user('work') + end('he') + chain('hs', 'sign', 'work', 'he')

  it('loops back into a sub-process through its start', async () => {
    const board = await played(
      bpmn(
        start() +
          gateway('exclusive', 'm') +
          sub('handle', handle) +
          user('callback', 'tz:outcomes="solved,not_solved"') +
          gateway('exclusive', 'x', 'default="x-m"') +
          end() +
          chain('s', 'm', 'handle', 'callback', 'x') +
          flow('x', 'e', 'outcome = "solved"') +
          flow('x', 'm'),
      ),
    )
    for (const outcome of ['not_solved', 'solved']) {
      board.complete('sign')
      board.complete('work')
      board.complete('callback', { outcome })
    }

    expect(board.status()).toBe('completed')
    expect(board.visited().filter((id) => id === 'sign')).toHaveLength(2)
  })

  it('a withdraw message interrupts from an event sub-process, whatever is open', async () => {
    const board = await played(
      bpmn(
        start() +
          sub('handle', handle) +
          end() +
          chain('s', 'handle', 'e') +
          eventSub(
            'withdrawn',
            start('w', on('message', 'withdraw')) + user('tell') + end('we') + chain('w', 'tell', 'we'),
          ),
        message('withdraw'),
      ),
    )

    board.message('withdraw', { reason: 'solved itself' })

    expect(board.open()).toEqual(['tell'])
    expect(board.effects(board.id)).toContainEqual({
      kind: 'task_cancelled',
      taskId: expect.anything(),
      nodeId: 'sign',
      reason: 'w',
    })
    expect(board.state(board.id)?.subscriptions).toEqual([])
    board.complete('tell')
    expect(board.status()).toBe('completed')
    expect(board.state(board.id)?.scopes).toEqual([])
  })

  it('a non-interrupting event sub-process runs beside, as often as it is called, and holds the end open', async () => {
    const supplement = `<bpmn:startEvent id="w" isInterrupting="false">${on('message', 'supplement')}</bpmn:startEvent>`
    const board = await played(
      bpmn(
        start() +
          user('a') +
          end() +
          chain('s', 'a', 'e') +
          eventSub('more', supplement + user('read') + end('we') + chain('w', 'read', 'we')),
        message('supplement'),
      ),
    )
    board.message('supplement')
    board.message('supplement')
    expect(board.open()).toEqual(['a', 'read', 'read'])

    board.complete('a')
    board.complete('read')
    expect(board.status()).toBe('active')
    board.complete('read')

    expect(board.status()).toBe('completed')
  })

  it('a terminate end clears its own level only', async () => {
    const inner =
      start('is') +
      gateway('parallel', 'f') +
      user('a') +
      user('b') +
      end('kill', '<bpmn:terminateEventDefinition/>') +
      end('ie') +
      chain('is', 'f', 'a', 'kill') +
      chain('f', 'b', 'ie')
    const board = await played(
      bpmn(start() + sub('inner', inner) + user('after') + end() + chain('s', 'inner', 'after', 'e')),
    )

    board.complete('a')

    expect(board.open()).toEqual(['after'])
  })

  it('a timer that starts an event sub-process belongs to its level', async () => {
    const inner =
      start('is') +
      user('a') +
      end('ie') +
      chain('is', 'a', 'ie') +
      eventSub('late', start('w', timer('timeDuration', 'PT1H')) + user('b') + end('we') + chain('w', 'b', 'we'))
    const board = await played(
      bpmn(start() + sub('inner', inner) + user('after') + end() + chain('s', 'inner', 'after', 'e')),
    )
    board.advanceTime(hour)
    expect(board.open()).toEqual(['b'])

    board.complete('b')

    expect(board.open()).toEqual(['after'])
    expect(board.state(board.id)?.timers).toEqual([])
  })
})

describe('errors, escalations, signals, messages', () => {
  const inner = (what: string): string => start('is') + user('a') + end('bad', what) + chain('is', 'a', 'bad')

  it('an error end is caught on the boundary of the sub-process, by its code before catch-all', async () => {
    const board = await played(
      bpmn(
        start() +
          sub('inner', inner(on('error', 'broken'))) +
          boundary('any', 'inner', on('error')) +
          boundary('this', 'inner', on('error', 'broken')) +
          user('x') +
          user('y') +
          end() +
          chain('s', 'inner', 'e') +
          chain('any', 'x', 'e') +
          chain('this', 'y', 'e'),
        errorCode('broken'),
      ),
    )

    board.complete('a')

    expect(board.open()).toEqual(['y'])
    expect(board.vars()).toEqual({ error: { code: 'broken', message: '' } })
  })

  it('an error nobody catches fails the instance and clears it', async () => {
    const board = await played(
      bpmn(
        start() + sub('inner', inner(on('error', 'broken'))) + end() + chain('s', 'inner', 'e'),
        errorCode('broken'),
      ),
    )
    board.complete('a')

    expect(board.status()).toBe('failed')
    expect(board.state(board.id)?.tokens).toEqual([])
    expect(board.effects(board.id).at(-1)).toEqual({
      kind: 'ended',
      how: 'error',
      nodeId: 'bad',
      code: 'broken',
      reason: null,
    })
  })

  it('an escalation may go beside the work, or be caught by nobody', async () => {
    const escalate =
      start('is') + throwing('up', on('escalation', 'level2')) + user('a') + end('ie') + chain('is', 'up', 'a', 'ie')
    const caught = await played(
      bpmn(
        start() +
          sub('inner', escalate) +
          boundary('b', 'inner', on('escalation', 'level2'), false) +
          user('boss') +
          end() +
          chain('s', 'inner', 'e') +
          chain('b', 'boss', 'e'),
        escalation('level2'),
      ),
    )
    expect(caught.open()).toEqual(['a', 'boss'])

    const alone = await played(
      bpmn(start() + sub('inner', escalate) + end() + chain('s', 'inner', 'e'), escalation('level2')),
    )
    expect(alone.open()).toEqual(['a'])
    expect(alone.effects(alone.id)).toContainEqual(
      expect.objectContaining({ kind: 'thrown', what: 'escalation', name: 'level2', caught: false }),
    )
  })

  it('an error handler does not catch what it raises itself', async () => {
    const board = await played(
      bpmn(
        start() +
          user('a') +
          end('bad', on('error', 'broken')) +
          chain('s', 'a', 'bad') +
          eventSub('handler', start('w', on('error')) + end('worse', on('error', 'broken')) + chain('w', 'worse')),
        errorCode('broken'),
      ),
    )
    board.complete('a')
    expect(board.status()).toBe('failed')
  })

  it('a signal reaches everything in the instance that waits for it', async () => {
    const board = await played(
      bpmn(
        start() +
          gateway('parallel', 'f') +
          user('a') +
          user('b') +
          boundary('sa', 'a', on('signal', 'red')) +
          boundary('sb', 'b', on('signal', 'red'), false) +
          user('c') +
          user('d') +
          end() +
          chain('s', 'f', 'a', 'e') +
          chain('f', 'b', 'e') +
          chain('sa', 'c', 'e') +
          chain('sb', 'd', 'e'),
        signal('red'),
      ),
    )

    board.signal('red', { level: 1 })

    expect(board.open()).toEqual(['b', 'c', 'd'])
    expect(board.vars()).toEqual({ level: 1 })
  })

  it('a message goes to the subscription with its key', async () => {
    const board = await played(
      bpmn(
        start() +
          gateway('parallel', 'f') +
          catching('m1', on('message', 'done', 'tz:correlationKey="=one"')) +
          catching('m2', on('message', 'done', 'tz:correlationKey="=two"')) +
          user('a') +
          user('b') +
          end() +
          chain('s', 'f', 'm1', 'a', 'e') +
          chain('f', 'm2', 'b', 'e'),
        message('done'),
      ),
      { one: 'k1', two: 2 },
    )
    expect(board.message('done')).toEqual(err({ kind: 'no_subscription', name: 'done', correlationKey: null }))
    expect(board.message('done', {}, 'k3').ok).toBe(false)

    board.message('done', {}, '2')

    expect(board.open()).toEqual(['b'])
  })

  it('a thrown message is told to the shell', async () => {
    const board = await played(
      bpmn(
        start() + throwing('t', on('message', 'hello')) + end('e', on('message', 'bye')) + chain('s', 't', 'e'),
        message('hello') + message('bye'),
      ),
      { x: 1 },
    )
    const thrown = board
      .effects(board.id)
      .flatMap((effect) => (effect.kind === 'thrown' ? [effect.name, effect.vars] : []))
    expect(thrown).toEqual(['hello', { x: 1 }, 'bye', { x: 1 }])
  })
})

describe('handlers and children', () => {
  const service = '<bpmn:serviceTask id="call" tz:handler="needs.issue"/>'
  const model = bpmn(start() + service + user('after') + end() + chain('s', 'call', 'after', 'e'))

  it('a service task waits for its answer, and results become variables', async () => {
    const board = await played(
      model,
      { n: 2 },
      { handlers: { 'needs.issue': (input) => ok({ no: `SQ${Number(input['n'])}` }) } },
    )
    expect(board.open()).toEqual(['after'])
    expect(board.vars()).toEqual({ n: 2, no: 'SQ2' })
  })

  it('a failure goes to the error boundary when there is one', async () => {
    const guarded = model
      .replace(service, service + boundary('b', 'call', on('error', 'busy')) + user('repair'))
      .replace('<bpmn:process', `${errorCode('busy')}<bpmn:process`)
      .replace('</bpmn:process>', `${chain('b', 'repair', 'e')}</bpmn:process>`)
    const board = await played(
      guarded,
      {},
      { handlers: { 'needs.issue': () => err({ code: 'busy', message: 'later' }) } },
    )
    expect(board.open()).toEqual(['repair'])
    expect(board.vars()).toEqual({ error: { code: 'busy', message: 'later' } })
  })

  it('a failure nobody catches leaves the instance stuck until it is retried or skipped', async () => {
    const results = [err({ code: 'x', message: 'm' }), ok({ no: 1 })]
    const board = await played(model, {}, { handlers: { 'needs.issue': () => results.shift() ?? ok({}) } })
    expect(board.status()).toBe('failed')
    const [token] = board.state(board.id)?.tokens ?? []
    expect(board.send(board.id, { kind: 'signal', name: 'x', vars: {} })).toEqual(
      err({ kind: 'not_active', status: 'failed' }),
    )

    board.send(board.id, { kind: 'retry', tokenId: token?.id ?? '' })

    expect(board.status()).toBe('active')
    expect(board.open()).toEqual(['after'])
    expect(board.vars()).toEqual({ no: 1 })
  })

  it('a call activity starts a child and takes its mapped results', async () => {
    const mapping =
      '<bpmn:extensionElements><tz:input name="n">=amount + 1</tz:input><tz:output name="answer">=n2</tz:output></bpmn:extensionElements>'
    const child = `<bpmn:process id="child">${start('cs')}${script('double', '{n2: n * 2}')}${user('ct')}${end('ce')}${chain('cs', 'double', 'ct', 'ce')}</bpmn:process>`
    const board = await played(
      bpmn(
        start() +
          `<bpmn:callActivity id="c" calledElement="child">${mapping}</bpmn:callActivity>` +
          end() +
          chain('s', 'c', 'e'),
        child,
      ),
      { amount: 4 },
    )
    const [task] = board.tasks()
    expect(task?.nodeId).toBe('ct')

    board.completeTask(task?.id ?? '')

    expect(board.status()).toBe('completed')
    expect(board.vars()).toEqual({ amount: 4, answer: 10 })
  })
})

describe('verbs of casework', () => {
  const model = bpmn(
    start() +
      sub(
        'handle',
        start('hs') +
          user('sign') +
          gateway('parallel', 'f') +
          user('work') +
          user('assist') +
          gateway('parallel', 'j') +
          user('reply') +
          end('he') +
          chain('hs', 'sign', 'f', 'work', 'j', 'reply', 'he') +
          chain('f', 'assist', 'j'),
      ) +
      user('quality') +
      end() +
      chain('s', 'handle', 'quality', 'e'),
  )
  const tokenAt = (board: Awaited<ReturnType<typeof played>>, nodeId: string): string =>
    board.state(board.id)?.tokens.find((token) => token.nodeId === nodeId)?.id ?? ''

  it('a return to a task cancels the sibling tokens it lists, with the reason', async () => {
    const board = await played(model)
    board.complete('sign')
    board.complete('work')

    const tokenIds = [tokenAt(board, 'assist'), tokenAt(board, 'j')]
    const result = board.send(board.id, { kind: 'move', tokenIds, toNodeId: 'work', reason: 'evidence is missing' })

    expect(result.ok).toBe(true)
    expect(board.open()).toEqual(['work'])
    expect(board.effects(board.id)).toContainEqual(
      expect.objectContaining({ kind: 'task_cancelled', nodeId: 'assist', reason: 'evidence is missing' }),
    )
  })

  it('a return out of a sub-process leaves it, a return into one opens it', async () => {
    const board = await played(model)
    board.send(board.id, { kind: 'move', tokenIds: [tokenAt(board, 'sign')], toNodeId: 'quality', reason: 'r' })
    expect(board.open()).toEqual(['quality'])

    board.send(board.id, { kind: 'move', tokenIds: [tokenAt(board, 'quality')], toNodeId: 'reply', reason: 'r' })
    expect(board.open()).toEqual(['reply'])
    board.complete('reply')

    expect(board.open()).toEqual(['quality'])
  })

  it('refuses to move to a join, a start, an unknown node', async () => {
    const board = await played(model)
    const move = (toNodeId: string) =>
      board.send(board.id, { kind: 'move', tokenIds: [tokenAt(board, 'sign')], toNodeId, reason: 'r' })

    for (const id of ['j', 'hs'])
      expect(move(id)).toMatchObject({ ok: false, error: { kind: 'bad_target', nodeId: id } })
    for (const id of ['nowhere', 'constructor']) expect(move(id)).toEqual(err({ kind: 'unknown_node', nodeId: id }))
  })

  it('suspends, resumes and terminates', async () => {
    const board = await played(model)
    const send = board.send
    send(board.id, { kind: 'suspend', reason: 'r' })
    expect(board.completeTask(board.task('sign').id)).toEqual(err({ kind: 'not_active', status: 'suspended' }))

    send(board.id, { kind: 'resume', reason: 'r' })
    expect(board.completeTask(board.task('sign').id).ok).toBe(true)
    send(board.id, { kind: 'terminate', reason: 'by law' })

    expect(board.status()).toBe('terminated')
    expect(board.state(board.id)).toMatchObject({ tokens: [], scopes: [], timers: [], subscriptions: [] })
    expect(board.open()).toEqual([])
  })

  it('refuses a task that is closed or unknown, and an outcome that is not one', async () => {
    const board = await played(bpmn(start() + user('a', 'tz:outcomes="yes,no"') + end() + chain('s', 'a', 'e')))
    const { id } = board.task('a')

    expect(board.completeTask(id, { outcome: 'maybe' })).toEqual(
      err({ kind: 'unknown_outcome', taskId: id, outcome: 'maybe', allowed: ['yes', 'no'] }),
    )
    expect(board.completeTask('nope')).toEqual(err({ kind: 'no_task', taskId: 'nope' }))
    board.complete('a', { outcome: 'no' })
    expect(board.completeTask(id, { outcome: 'no' })).toEqual(err({ kind: 'not_active', status: 'completed' }))
  })
})

describe('guards', () => {
  it('stops a loop that never waits, by the name of a node in it', async () => {
    const definition = await definitionOf(
      bpmn(
        start() +
          gateway('exclusive', 'm') +
          script('tick', 'n + 1', '', 'n') +
          gateway('exclusive', 'x', 'default="x-m"') +
          end() +
          chain('s', 'm', 'tick', 'x') +
          flow('x', 'm') +
          flow('x', 'e', 'n &lt; 0'),
      ),
    )
    let ids = 0

    const result = step(
      definition,
      emptyState('i', 'p', 1),
      { kind: 'start', vars: { n: 0 } },
      { now: epochMs(0), newId: () => `${ids++}` },
    )

    expect(result).toMatchObject({ ok: false, error: { kind: 'endless_loop', moves: 10_000 } })
  })

  it('starts once, by the start event that is named', async () => {
    const definition = await definitionOf(
      bpmn(
        start('plain') +
          start('by_message', on('message', 'submit')) +
          user('a') +
          user('b') +
          end() +
          chain('plain', 'a', 'e') +
          chain('by_message', 'b', 'e'),
        message('submit'),
      ),
    )
    let ids = 0
    const ports = { now: epochMs(0), newId: () => `${ids++}` }
    const state = emptyState('i', 'p', 1)

    const plain = step(definition, state, { kind: 'start', vars: {} }, ports)
    const byMessage = step(definition, state, { kind: 'start', vars: {}, message: 'submit' }, ports)

    assert(plain.ok && byMessage.ok, 'both start')
    expect([plain.value.state.tasks[0]?.nodeId, byMessage.value.state.tasks[0]?.nodeId]).toEqual(['a', 'b'])
    expect(step(definition, plain.value.state, { kind: 'start', vars: {} }, ports)).toEqual(
      err({ kind: 'already_started' }),
    )
    expect(step(definition, state, { kind: 'start', vars: {}, message: 'x' }, ports)).toEqual(
      err({ kind: 'no_start_event', message: 'x', nodeId: null }),
    )
    expect(step(definition, state, { kind: 'signal', name: 'x', vars: {} }, ports)).toEqual(
      err({ kind: 'not_started' }),
    )
  })

  it('tells the case state of the nodes it enters', async () => {
    const board = await played(
      bpmn(
        start() +
          sub('h', start('hs') + user('a', 'tz:state="handling"') + end('he') + chain('hs', 'a', 'he')) +
          end() +
          chain('s', 'h', 'e'),
      ),
    )
    expect(board.effects(board.id)).toContainEqual({ kind: 'marked', nodeId: 'a', state: 'handling' })
  })
})
