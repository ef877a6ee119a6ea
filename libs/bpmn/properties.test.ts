import { assert, epochMs } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appeal } from './appeal.fixture.ts'
import { step } from './step.ts'
import { emptyState, type Effect, type Input, type InstanceState, type Ports, type StepResult } from './state.ts'
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
  script,
  signal,
  start,
  sub,
  throwing,
  timer,
  user,
} from './testing.ts'
import type { Definition, Vars } from './model.ts'

/** One of everything. */
const zoo = bpmn(
  start() +
    gateway('parallel', 'f') +
    gateway('inclusive', 'i', 'default="i-ib"') +
    user('ia', 'tz:due="=due"') +
    script('ib', 'n + 1', '', 'n') +
    gateway('inclusive', 'ij') +
    gateway('eventBased', 'g') +
    catching('m', on('message', 'go')) +
    catching('t', timer('timeDuration', '=wait')) +
    sub(
      'many',
      '<bpmn:multiInstanceLoopCharacteristics tz:collection="=people" tz:element="who" tz:output="out"><bpmn:completionCondition>enough</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>' +
        start('ms') +
        user('mu', 'tz:outcomes="ok,bad,up"') +
        gateway('exclusive', 'mx', 'default="mx-me"') +
        end('bad', on('error', 'broken')) +
        throwing('up', on('escalation', 'level')) +
        end('me') +
        chain('ms', 'mu', 'mx', 'me') +
        flow('mx', 'bad', 'outcome = "bad"') +
        flow('mx', 'up', 'outcome = "up"') +
        chain('up', 'me'),
    ) +
    boundary('caught', 'many', on('error', 'broken')) +
    boundary('escalated', 'many', on('escalation', 'level'), false) +
    boundary('tick', 'many', timer('timeCycle', 'R2/PT1S'), false) +
    '<bpmn:serviceTask id="call" tz:handler="h"/>' +
    boundary('failed', 'call', on('error', 'known')) +
    '<bpmn:callActivity id="child" calledElement="c"/>' +
    user(
      'seq',
      '',
      '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>count(people)</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>',
    ) +
    throwing('sig', on('signal', 'red')) +
    boundary('reddened', 'child', on('signal', 'red')) +
    end('e') +
    end('kill', '<bpmn:terminateEventDefinition/>') +
    chain('s', 'f', 'i') +
    flow('i', 'ia', 'n &gt; 0') +
    flow('i', 'ib') +
    chain('ia', 'ij') +
    chain('ib', 'ij', 'sig', 'e') +
    chain('f', 'g', 'm', 'seq', 'e') +
    chain('g', 't', 'e') +
    chain('f', 'many', 'e') +
    chain('caught', 'e') +
    chain('escalated', 'e') +
    chain('tick', 'e') +
    chain('f', 'call', 'e') +
    chain('failed', 'kill') +
    chain('f', 'child', 'e') +
    chain('reddened', 'e') +
    eventSub(
      'beside',
      `<bpmn:startEvent id="bs" isInterrupting="false">${on('message', 'note')}</bpmn:startEvent>` +
        user('bu') +
        end('be') +
        chain('bs', 'bu', 'be'),
    ) +
    eventSub('stopped', start('ss', on('message', 'stop')) + user('su') + end('se') + chain('ss', 'su', 'se')),
  message('go') +
    message('note') +
    message('stop') +
    signal('red') +
    errorCode('broken') +
    errorCode('known') +
    escalation('level'),
)

type Pick = { readonly kind: number; readonly which: number; readonly vars: Vars; readonly later: number }

const vars: fc.Arbitrary<Vars> = fc.record(
  {
    n: fc.integer({ min: -1, max: 2 }),
    outcome: fc.constantFrom('ok', 'bad', 'up', 'sign', 'return', 'decline', 'dispatch', 'odd'),
    people: fc.constantFrom<Vars[string]>([], [1], ['a', 'b', 'c'], null, 'no list'),
    assistants: fc.constantFrom<Vars[string]>([], ['x'], ['x', 'y']),
    enough: fc.boolean(),
    reached: fc.boolean(),
    wait: fc.constantFrom<Vars[string]>('PT1S', 'PT5S', null, 'never', 7),
    due: fc.constantFrom<Vars[string]>(100, 'PT1H', null),
    dueAt: fc.constantFrom<Vars[string]>(100, 500, null),
    __proto__: fc.constant(1),
    'a - b': fc.constant(1),
  },
  { requiredKeys: [] },
)

const picks: fc.Arbitrary<Pick[]> = fc.array(
  fc.record({ kind: fc.nat({ max: 15 }), which: fc.nat({ max: 9 }), vars, later: fc.nat({ max: 2000 }) }),
  { minLength: 5, maxLength: 40 },
)

const nth = <T>(items: readonly T[], which: number): T | undefined => items[which % Math.max(items.length, 1)]

/** An input that aims at something there is, when there is something. */
function inputOf(definition: Definition, state: InstanceState, { kind, which, vars }: Pick): Input {
  const token = nth(state.tokens, which)?.id ?? 'none'
  const task = nth(state.tasks, which)?.id ?? 'none'
  const node = nth(Object.keys(definition.nodes), which * 7) ?? 'none'
  const open = nth(
    state.tasks.filter((one) => one.state === 'open'),
    which,
  )
  const inputs: Input[] = [
    {
      kind: 'complete',
      taskId:
        nth(
          state.tasks.filter((one) => one.state === 'open'),
          which,
        )?.id ?? 'none',
      vars,
    },
    {
      kind: 'complete',
      taskId:
        nth(
          state.tasks.filter((one) => one.state === 'open'),
          which,
        )?.id ?? 'none',
      vars: { ...vars, outcome: nth(open?.outcomes ?? [], which) ?? 'ok' },
    },
    { kind: 'timer', timerId: nth(state.timers, which)?.id ?? 'none' },
    { kind: 'message', name: nth(state.subscriptions, which)?.name ?? 'none', vars },
    { kind: 'signal', name: 'red', vars },
    {
      kind: 'handled',
      tokenId:
        nth(
          state.tokens.filter((one) => one.state === 'active'),
          which,
        )?.id ?? token,
      vars,
    },
    {
      kind: 'handler_failed',
      tokenId:
        nth(
          state.tokens.filter((one) => one.state === 'active'),
          which,
        )?.id ?? token,
      code: which % 2 ? 'known' : 'x',
      message: '',
    },
    { kind: 'retry', tokenId: token },
    { kind: 'child_ended', tokenId: token, vars },
    { kind: 'child_failed', tokenId: token, code: 'x', message: '' },
    { kind: 'set_vars', vars },
    { kind: 'cancel_task', taskId: task, reason: 'r' },
    { kind: 'add_instance', tokenId: token, element: which },
    { kind: 'move', tokenIds: [token, nth(state.tokens, which + 1)?.id ?? token], toNodeId: node, reason: 'r' },
    { kind: which % 3 === 0 ? 'suspend' : 'resume', reason: 'r' },
    { kind: which === 0 ? 'terminate' : 'resume', reason: 'r' },
  ]
  return nth(inputs, kind) ?? { kind: 'signal', name: 'red', vars }
}

type Seen = { readonly before: InstanceState; readonly input: Input; readonly ports: Ports; readonly after: StepResult }

/** Plays random inputs; calls `look` after every step that was allowed. */
function play(definition: Definition, first: Vars, moves: readonly Pick[], look: (seen: Seen) => void): InstanceState {
  let state = emptyState('i', definition.key, 1)
  let now = 0
  let ids = 0
  const inputs: ((state: InstanceState) => Input)[] = [
    () => ({
      kind: 'start',
      vars: {
        n: 1,
        people: ['a', 'b'],
        wait: 'PT1S',
        ...first,
        ...(Array.isArray(first['people']) ? {} : { people: ['a'] }),
      },
    }),
    ...moves.map((pick) => (state: InstanceState) => inputOf(definition, state, pick)),
  ]
  for (const [index, make] of inputs.entries()) {
    now += moves[index - 1]?.later ?? 0
    const input = make(state)
    const ports = { now: epochMs(now), newId: () => `${ids++}` }
    const result = step(definition, state, input, ports)
    if (!result.ok) continue
    look({ before: state, input, ports, after: result.value })
    state = result.value.state
  }
  return state
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(freeze)
  }
  return value
}

const isOver = (state: InstanceState): boolean => state.scopes.length === 0

/** Everything that must hold of any state between steps. */
function mustHold(definition: Definition, state: InstanceState): void {
  const tokens = new Set(state.tokens.map((token) => token.id))
  const scopes = new Map(state.scopes.map((scope) => [scope.id, scope]))
  for (const token of state.tokens) {
    assert(scopes.has(token.scopeId), 'a token lies in a scope')
    assert(definition.nodes[token.nodeId] !== undefined, 'a token stands on a node')
    assert(waitsForSomething(definition, state, token.id), `the token at ${token.nodeId} waits for something`)
  }
  for (const scope of state.scopes) {
    assert(scope.parentId === null || scopes.has(scope.parentId), 'a scope lies in a scope')
    assert(scope.tokenId === null || tokens.has(scope.tokenId), 'a scope is held by a token')
    const inside =
      state.tokens.some((token) => token.scopeId === scope.id) ||
      state.scopes.some((inner) => inner.parentId === scope.id)
    assert(inside, 'an open scope is not empty')
  }
  for (const one of [...state.timers, ...state.subscriptions]) {
    assert(one.tokenId === null || tokens.has(one.tokenId), 'an event hangs on a token')
    assert(scopes.has(one.scopeId), 'an event lies in a scope')
  }
  for (const task of state.tasks) assert(task.state !== 'open' || tokens.has(task.tokenId), 'an open task has a token')
  const ids = [
    ...tokens,
    ...scopes.keys(),
    ...state.tasks.map((task) => task.id),
    ...state.timers.map((timer) => timer.id),
    ...state.subscriptions.map((one) => one.id),
  ]
  assert(new Set(ids).size === ids.length, 'ids are unique')
  if (isOver(state))
    assert(state.tokens.length + state.timers.length + state.subscriptions.length === 0, 'an ended instance is empty')
}

function waitsForSomething(definition: Definition, state: InstanceState, tokenId: string): boolean {
  const token = state.tokens.find((token) => token.id === tokenId)
  const node = token && definition.nodes[token.nodeId]
  if (!token || !node) return false
  if (token.state !== 'wait') return true
  return (
    node.kind === 'callActivity' ||
    state.tasks.some((task) => task.tokenId === tokenId && task.state === 'open') ||
    state.scopes.some((scope) => scope.tokenId === tokenId) ||
    [...state.timers, ...state.subscriptions].some(
      (one) => one.tokenId === tokenId && definition.nodes[one.nodeId]?.kind !== 'boundaryEvent',
    )
  )
}

/** Opened tasks and entered tokens are accounted for by what was closed, cancelled or still is there. */
function tasksAddUp(effects: readonly Effect[], state: InstanceState): void {
  const ids = (kind: 'task_closed' | 'task_cancelled'): string[] =>
    effects.flatMap((effect) => (effect.kind === kind ? [effect.taskId] : []))
  const opened = effects.flatMap((effect) => (effect.kind === 'task_opened' ? [effect.task.id] : []))
  const open = state.tasks.filter((task) => task.state === 'open').map((task) => task.id)
  expect([...ids('task_closed'), ...ids('task_cancelled'), ...open].toSorted()).toEqual(opened.toSorted())
}

describe.each([
  ['one of everything', zoo],
  ['the appeal process', appeal],
])('%s under random inputs', (_name, xml) => {
  const runs = { numRuns: 150 }

  it('never throws, keeps every token waiting for something, and leaves nothing behind', async () => {
    const definition = await definitionOf(xml)
    fc.assert(
      fc.property(
        vars,
        picks,
        (first, moves) => void play(definition, first, moves, ({ after }) => mustHold(definition, after.state)),
      ),
      runs,
    )
  })

  it('never writes the state or the definition it was given', async () => {
    const definition = freeze(await definitionOf(xml))
    fc.assert(
      fc.property(
        vars,
        picks,
        (first, moves) => void play(definition, first, moves, ({ after }) => freeze(after.state)),
      ),
      runs,
    )
  })

  it('gives the same step after a round trip through JSON', async () => {
    const definition = await definitionOf(xml)
    const stored: Definition = JSON.parse(JSON.stringify(definition))
    fc.assert(
      fc.property(vars, picks, (first, moves) => {
        let ids = 0
        play(definition, first, moves, ({ before, input, ports }) => {
          const again = (): Ports => ({ ...ports, newId: () => `x${ids++}` })
          ids = 0
          const direct = step(definition, before, input, again())
          ids = 0
          expect(step(stored, JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(input)), again())).toEqual(
            JSON.parse(JSON.stringify(direct)),
          )
        })
      }),
      { numRuns: 60 },
    )
  })

  it('accounts for every task', async () => {
    const definition = await definitionOf(xml)
    fc.assert(
      fc.property(vars, picks, (first, moves) => {
        const effects: Effect[] = []
        const last = play(definition, first, moves, ({ after }) => effects.push(...after.effects))
        tasksAddUp(effects, last)
      }),
      runs,
    )
  })
})
