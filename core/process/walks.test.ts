import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  emptyState,
  inputFor,
  readDefinition,
  step,
  type Choice,
  type Definition,
  type Effect,
  type Input,
  type InstanceState,
} from '@tingzhou/bpmn'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Vars } from './host.ts'
import { loadInstance } from './rows.ts'
import { chain, deployed, drawing, fed, flow, on, started, testHost, testRuntime, timerAt } from './testing.ts'

const user = (id: string, outcomes: string, inner = '') =>
  `<userTask id="${id}" name="${id}" tz:roles="clerk" tz:due="=dueAt" tz:outcomes="${outcomes}">${inner}</userTask>`
const late = (id: string, host: string, at: string, interrupting: boolean) =>
  `<boundaryEvent id="${id}" attachedToRef="${host}" cancelActivity="${interrupting}">${timerAt(at)}</boundaryEvent>`
const catching = (id: string, inner: string) => `<intermediateCatchEvent id="${id}">${inner}</intermediateCatchEvent>`

/** One of everything that is kept on rows: scopes, joins, many instances, timers that move, messages. */
const xml = drawing(
  'walk',
  `<startEvent id="start"/>
  ${user('register', 'go,skip,again')}
  ${late('remind_at', 'register', 'remindAt', false)}
  <serviceTask id="remind" tz:handler="remind"/><endEvent id="reminded"/>
  <exclusiveGateway id="routed" default="routed-handle"/>
  <endEvent id="skipped"/>
  <subProcess id="handle">
    <startEvent id="begin"/><parallelGateway id="fork"/>
    ${user('work', 'done,ask')}
    <exclusiveGateway id="worked" default="worked-join"/>
    <eventBasedGateway id="waiting"/>
    ${catching('answered', on('answer'))}${catching('waited', timerAt('waitAt'))}
    <serviceTask id="resume" tz:handler="resume"/>
    ${user('assist', 'said', '<multiInstanceLoopCharacteristics isSequential="false" tz:collection="=helpers" tz:element="helper" tz:output="opinions"/>')}
    <parallelGateway id="join"/><endEvent id="handled"/>
    ${chain('begin', 'fork', 'work', 'worked', 'join', 'handled')}${chain('fork', 'assist', 'join')}
    ${flow('worked', 'waiting', 'outcome = "ask"')}${chain('waiting', 'answered', 'resume', 'work')}${chain('waiting', 'waited', 'resume')}
    <subProcess id="beside" triggeredByEvent="true">
      <startEvent id="more" isInterrupting="false">${on('more')}</startEvent>${user('extra', 'said')}<endEvent id="extra_end"/>
      ${chain('more', 'extra', 'extra_end')}
    </subProcess>
  </subProcess>
  ${late('given_up', 'handle', 'giveUpAt', true)}
  ${user('rescue', 'saved')}
  <inclusiveGateway id="split" default="split-plain"/>
  ${user('loud', 'ok')}${user('quick', 'ok')}<scriptTask id="plain" tz:result="plain"><script>1 + 1</script></scriptTask>
  <inclusiveGateway id="merge"/>
  ${user('check', 'ok', '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>')}
  <endEvent id="end"/>
  ${chain('start', 'register', 'routed')}${chain('remind_at', 'remind', 'reminded')}
  ${flow('routed', 'skipped', 'outcome = "skip"')}${flow('routed', 'register', 'outcome = "again"')}${flow('routed', 'handle')}
  ${chain('handle', 'split')}${chain('given_up', 'rescue', 'split')}
  ${flow('split', 'loud', 'loud = true')}${flow('split', 'quick', 'quick = true')}${flow('split', 'plain')}
  ${chain('loud', 'merge')}${chain('quick', 'merge')}${chain('plain', 'merge')}${chain('merge', 'check', 'end')}
  <subProcess id="stopping" triggeredByEvent="true">
    <startEvent id="stop">${on('stop')}</startEvent><endEvent id="stopped"><terminateEventDefinition/></endEvent>
    ${chain('stop', 'stopped')}
  </subProcess>`,
)

const hour = 3_600_000
const begun = epochMs(Date.UTC(2026, 2, 2, 2))
const handlers: Readonly<Record<string, (vars: Vars, now: number) => Vars>> = {
  remind: (_vars, now) => ({ remindAt: now + 5 * hour }),
  resume: (_vars, now) => ({ waitAt: now + 2 * hour, giveUpAt: now + 9 * hour }),
}

let test: TestDatabase
let definition: Definition
beforeAll(async () => {
  test = await testDatabase()
  const read = await readDefinition(xml)
  assert(read.ok, `the drawing reads: ${JSON.stringify(read)}`)
  definition = read.value
})
afterAll(() => test.database.close())

/** Ids in the order of asking, the same for both sides. */
const counter = () => {
  let last = 0
  return () => `00000000-0000-7000-8000-${String(++last).padStart(12, '0')}`
}

const byId = <T extends { readonly id: string }>(items: readonly T[]) =>
  items.toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** What rows keep of a state: everything but the tasks that are over, in no order. */
const kept = (state: InstanceState): InstanceState => ({
  ...state,
  scopes: byId(state.scopes),
  tokens: byId(state.tokens),
  tasks: byId(state.tasks.filter((task) => task.state === 'open')),
  timers: byId(state.timers),
  subscriptions: byId(state.subscriptions),
})

/** The moves that somebody could make now; some are refused, and then nothing may change. */
function inputs(state: InstanceState): readonly Input[] {
  if (state.status === 'suspended') return [{ kind: 'resume', reason: 'walk' }]
  const tasks = state.tasks.filter((task) => task.state === 'open')
  return [
    ...tasks.flatMap((task) =>
      task.outcomes.map((outcome): Input => ({ kind: 'complete', taskId: task.id, vars: { outcome } })),
    ),
    ...tasks.slice(0, 1).map((task): Input => ({ kind: 'complete', taskId: task.id, vars: { outcome: 'nonsense' } })),
    ...state.subscriptions.map(({ name }): Input => ({ kind: 'message', name, vars: {} })),
    ...state.timers.map(({ id }): Input => ({ kind: 'timer', timerId: id })),
    { kind: 'set_vars', vars: { loud: !state.vars.loud, dueAt: begun + 3 * hour } },
    { kind: 'suspend', reason: 'walk' },
  ]
}

/** One input on the engine in memory, as `play` does it on rows. */
function playInMemory(state: InstanceState, first: Input, now: number, newId: () => string) {
  const effects: Effect[] = []
  const waiting: Input[] = [first]
  let after = state
  for (let input = waiting.shift(); input; input = waiting.shift()) {
    const result = step(definition, after, input, { now: epochMs(now), newId })
    if (!result.ok) return null
    after = result.value.state
    effects.push(...result.value.effects)
    for (const effect of result.value.effects)
      if (effect.kind === 'call')
        waiting.push({
          kind: 'handled',
          tokenId: effect.tokenId,
          vars: handlers[effect.handler]?.(effect.input, now) ?? {},
        })
  }
  return { state: after, effects }
}

const picks = fc.array(
  fc.record({ choice: fc.nat(10_000), laterMs: fc.constantFrom(0, 60_000, hour, 6 * hour, 24 * hour) }),
  { minLength: 1, maxLength: 25 },
)

describe('an instance on rows', () => {
  it('is in memory what it is on rows along every flow of the drawing', async () => {
    const did = (nodeId: string, outcome: string): Choice => ({ kind: 'complete', nodeId, vars: { outcome } })
    const heard = (nodeId: string): Choice => ({ kind: 'message', nodeId, vars: {} })
    const due = (nodeId: string): Choice => ({ kind: 'timer', nodeId })
    const checked = [did('check', 'ok'), did('check', 'ok')]
    const ways: readonly (readonly [Vars, readonly Choice[]])[] = [
      [
        { ...startVars(true), loud: true },
        [
          did('register', 'go'),
          did('work', 'ask'),
          heard('more'),
          did('assist', 'said'),
          heard('answered'),
          did('assist', 'said'),
          did('work', 'done'),
          did('extra', 'said'),
          did('quick', 'ok'),
          did('loud', 'ok'),
          ...checked,
        ],
      ],
      [
        startVars(false),
        [
          due('remind_at'),
          did('register', 'again'),
          did('register', 'go'),
          did('work', 'ask'),
          due('waited'),
          due('given_up'),
          did('rescue', 'saved'),
          ...checked,
        ],
      ],
      [startVars(false), [did('register', 'skip')]],
      [startVars(false), [did('register', 'go'), heard('stop')]],
    ]
    const taken = new Set<string>()
    for (const [vars, choices] of ways) {
      const ended = await playTwice(vars, choices, (state, choice) => {
        const input = inputFor(definition, state, choice)
        assert(input, `something waits for ${JSON.stringify(choice)}`)
        const timer = state.timers.find(({ id }) => input.kind === 'timer' && id === input.timerId)
        return { input, at: timer?.dueAt ?? 0 }
      })

      expect(ended.state).toMatchObject({ scopes: [], tokens: [], tasks: [], timers: [], subscriptions: [] })
      for (const flow of ended.visited) taken.add(flow)
    }
    expect(Object.keys(definition.flows).filter((flow) => !taken.has(flow))).toEqual([])
  }, 60_000)

  it('is in memory what it is on rows after any moves, refused ones too', async () => {
    await fc.assert(
      fc.asyncProperty(picks, fc.boolean(), async (walk, quick) => {
        await playTwice(startVars(quick), walk, (state, { choice, laterMs }, now) => {
          const offered = inputs(state)
          const input = offered[choice % offered.length]
          return input && { input, at: now + laterMs }
        })
      }),
      { numRuns: 20 },
    )
  }, 180_000)
})

const startVars = (quick: boolean) => ({
  outcome: null,
  helpers: ['a', 'b'],
  helper: null,
  opinions: [],
  loud: false,
  quick,
  plain: 0,
  dueAt: begun + 2 * hour,
  remindAt: begun + hour,
  waitAt: begun + 8 * hour,
  giveUpAt: begun + 30 * hour,
})

/** Plays the same moves on rows and in memory and compares after each. @returns where the instance stands, and what it passed */
async function playTwice<Move>(
  vars: Vars,
  moves: readonly Move[],
  toInput: (
    state: InstanceState,
    move: Move,
    now: number,
  ) => { readonly input: Input; readonly at: number } | null | undefined,
): Promise<{ readonly state: InstanceState; readonly visited: Iterable<string> }> {
  const inMemory = counter()
  const { zoneId, runtime, now, moveTo } = testRuntime(begun, counter())
  const host = testHost(
    zoneId,
    'walk',
    Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [name, async (_tx, _log, input) => handler(input, now())]),
    ),
  )
  await deployed(test.db, runtime, xml)
  const { id, instanceId } = await started(test.db, runtime, host, vars)
  const first = playInMemory(emptyState(inMemory(), 'walk', 1), { kind: 'start', vars }, now(), inMemory)
  assert(first, 'the instance starts in memory')
  let state = first.state
  const visits = new Map<string, number>()
  count(visits, first.effects)
  for (const move of moves) {
    const chosen = toInput(state, move, now())
    if (!chosen) continue
    moveTo(chosen.at)

    const onRows = await fed(test.db, runtime, host, id, instanceId, () => chosen.input)
    const played = playInMemory(state, chosen.input, now(), inMemory)

    expect(onRows.ok).toBe(played !== null)
    if (played && onRows.ok) expect(onRows.value?.effects).toEqual(played.effects)
    if (played) {
      state = played.state
      count(visits, played.effects)
    }
    const there = await loadInstance(test.db, zoneId, instanceId)
    assert(there, 'the instance is there')
    expect(kept(there.state)).toEqual(kept(state))
    expect(there.visited).toEqual(Object.fromEntries(visits))
    expect(await rowsOf(zoneId, instanceId)).toEqual(rowsExpected(state))
  }
  return { state: kept(state), visited: visits.keys() }
}

/** The columns beside the state that lists and workers ask: who may do which open task, which timer is due when. */
async function rowsOf(zoneId: string, instanceId: string) {
  const tasks = await test.db
    .selectFrom('process_task')
    .select(['id', 'node_id', 'token_id', 'roles', 'party_id', 'due_at', 'closed_at'])
    .where('zone_id', '=', zoneId)
    .where('instance_id', '=', instanceId)
    .where('state', '=', 'open')
    .orderBy('id')
    .execute()
  const timers = await test.db
    .selectFrom('process_timer')
    .select(['id', 'node_id', 'due_at'])
    .where('zone_id', '=', zoneId)
    .where('instance_id', '=', instanceId)
    .orderBy('id')
    .execute()
  const subscriptions = await test.db
    .selectFrom('process_subscription')
    .select(['id', 'kind', 'name', 'correlation_key'])
    .where('zone_id', '=', zoneId)
    .where('instance_id', '=', instanceId)
    .orderBy('id')
    .execute()
  return { tasks, timers, subscriptions }
}

function rowsExpected(state: InstanceState) {
  const { tasks, timers, subscriptions } = kept(state)
  return {
    tasks: tasks.map((task) => ({
      id: task.id,
      node_id: task.nodeId,
      token_id: task.tokenId,
      roles: task.roles,
      party_id: typeof task.vars.helper === 'string' ? task.vars.helper : null,
      due_at: task.dueAt,
      closed_at: null,
    })),
    timers: timers
      .filter((timer) => timer.state === 'armed' && timer.dueAt !== null)
      .map(({ id, nodeId, dueAt }) => ({ id, node_id: nodeId, due_at: dueAt })),
    subscriptions: subscriptions.map(({ id, kind, name, correlationKey }) => ({
      id,
      kind,
      name,
      correlation_key: correlationKey,
    })),
  }
}

function count(visits: Map<string, number>, effects: readonly Effect[]): void {
  for (const effect of effects) {
    const key = effect.kind === 'left' ? effect.nodeId : effect.kind === 'taken' ? effect.flowId : null
    if (key) visits.set(key, (visits.get(key) ?? 0) + 1)
  }
}
