/**
 * Every construct of the subset, in small models of our own, with the trace it must leave. The families are those of the
 * public suites for engines (betsy) and tools (BPMN MIWG); scripts stand for what those suites log.
 */
import { expect, it } from 'vitest'
import {
  boundary,
  bpmn,
  catching,
  chain,
  end,
  errorCode,
  escalation,
  eventSub,
  flow,
  gateway,
  message,
  on,
  played,
  signal,
  start,
  sub,
  throwing,
  timer,
  user,
} from './testing.ts'
import type { Vars } from './model.ts'

const second = 1000
const foreign = { passUnbound: true }

/** A script task in no language of ours: it passes and is seen in the trace. */
const task = (id: string, attributes = '', inner = ''): string =>
  `<bpmn:scriptTask id="${id}" ${attributes}>${inner}<bpmn:script>LOG_${id}</bpmn:script></bpmn:scriptTask>\n`
const has = (letter: string): string => `test.contains("${letter}")`
const many = (sequential: boolean, inner: string): string =>
  `<bpmn:multiInstanceLoopCharacteristics isSequential="${sequential}">${inner}</bpmn:multiInstanceLoopCharacteristics>`
const times = (n: number | string): string => `<bpmn:loopCardinality>${n}</bpmn:loopCardinality>`
const tasks = (...ids: readonly string[]): string => ids.map((id) => task(id)).join('')

/** Plays a process, lets time pass, and answers its trace. */
async function trace(content: string, vars: Vars = {}, roots = '', ms = 0): Promise<readonly string[]> {
  const board = await played(bpmn(content, roots), vars, foreign)
  board.advanceTime(ms)
  expect(board.status()).toBe('completed')
  return board.visited()
}

const words = (text: string): string[] => text.split(' ')

/** Claims about a model for several inputs: the letters in `test`, and the trace. */
function forEachInput(claim: string, content: string, cases: { readonly [letters: string]: string }): void {
  it.each(Object.entries(cases))(`${claim}: %s`, async (letters, expected) => {
    expect(await trace(content, { test: letters })).toEqual(words(expected))
  })
}

// Gateways

const twoWays = (split: string, join: string): string =>
  start() +
  split +
  tasks('t1', 't2', 't3') +
  join +
  end() +
  chain('s', 'split') +
  flow('split', 't1', has('a')) +
  flow('split', 't2', has('b')) +
  chain('t1', 'join', 't3', 'e') +
  chain('t2', 'join')

forEachInput(
  'an exclusive gateway takes the first way that holds',
  twoWays(gateway('exclusive', 'split'), gateway('exclusive', 'join')),
  { a: 's split t1 join t3 e', b: 's split t2 join t3 e', ab: 's split t1 join t3 e' },
)

forEachInput(
  'an inclusive gateway takes all ways that hold, and its join waits for them',
  twoWays(gateway('inclusive', 'split'), gateway('inclusive', 'join')),
  { a: 's split t1 join t3 e', b: 's split t2 join t3 e', ab: 's split t1 t2 join join t3 e' },
)

forEachInput(
  'an exclusive join lets every token of an inclusive split through',
  twoWays(gateway('inclusive', 'split'), gateway('exclusive', 'join')),
  { a: 's split t1 join t3 e', ab: 's split t1 t2 join join t3 t3 e e' },
)

forEachInput(
  'an inclusive join closes an exclusive split',
  twoWays(gateway('exclusive', 'split'), gateway('inclusive', 'join')),
  { a: 's split t1 join t3 e', ab: 's split t1 join t3 e' },
)

it.each([
  ['parallel', 's split t1 t2 join join t3 e'],
  ['inclusive', 's split t1 t2 join join t3 e'],
  ['exclusive', 's split t1 t2 join join t3 t3 e e'],
] as const)('a parallel split takes all ways whatever their conditions say; %s join', async (kind, expected) => {
  expect(await trace(twoWays(gateway('parallel', 'split'), gateway(kind, 'join')))).toEqual(words(expected))
})

it.each(['exclusive', 'inclusive'] as const)(
  'an %s gateway without a way that holds refuses the step',
  async (kind) => {
    const content = twoWays(gateway(kind, 'split'), gateway(kind, 'join'))
    await expect(played(bpmn(content), { test: 'c' }, foreign)).rejects.toThrow(/no_branch/)
  },
)

const withDefault = (kind: 'exclusive' | 'inclusive'): string =>
  twoWays(gateway(kind, 'split', 'default="split-t4"'), gateway(kind, 'join')) +
  task('t4') +
  chain('split', 't4', 'join')

forEachInput('an exclusive gateway takes its default when nothing holds', withDefault('exclusive'), {
  c: 's split t4 join t3 e',
  b: 's split t2 join t3 e',
})

forEachInput('an inclusive gateway takes its default alone', withDefault('inclusive'), {
  c: 's split t4 join t3 e',
  ab: 's split t1 t2 join join t3 e',
})

forEachInput(
  'one exclusive gateway may join and split',
  start() +
    gateway('exclusive', 'g1') +
    gateway('exclusive', 'mixed') +
    gateway('exclusive', 'g3') +
    tasks('t1', 't2', 't3', 't4') +
    end() +
    chain('s', 'g1') +
    flow('g1', 't1', has('b')) +
    flow('g1', 't2', has('a')) +
    chain('t1', 'mixed') +
    chain('t2', 'mixed') +
    flow('mixed', 't3', has('b')) +
    flow('mixed', 't4', has('a')) +
    chain('t3', 'g3', 'e') +
    chain('t4', 'g3'),
  { a: 's g1 t2 mixed t4 g3 e', ab: 's g1 t1 mixed t3 g3 e' },
)

it('one parallel gateway may join and split', async () => {
  const content =
    start() +
    gateway('parallel', 'split') +
    gateway('parallel', 'mixed') +
    gateway('parallel', 'join') +
    tasks('t1', 't2', 't3', 't4') +
    end() +
    chain('s', 'split', 't1', 'mixed', 't3', 'join', 'e') +
    chain('split', 't2', 'mixed', 't4', 'join')
  expect(await trace(content)).toEqual(words('s split t1 t2 mixed mixed t3 t4 join join e'))
})

it('an event-based gateway goes by what comes first', async () => {
  const content =
    start() +
    gateway('eventBased', 'g') +
    '<bpmn:receiveTask id="r" messageRef="hello"/>' +
    catching('c', timer('timeDuration', 'PT3S')) +
    tasks('t1', 't2') +
    end() +
    chain('s', 'g', 'r', 't1', 'e') +
    chain('g', 'c', 't2', 'e')
  expect(await trace(content, {}, message('hello'), 3 * second)).toEqual(words('s g c t2 e'))

  const board = await played(bpmn(content, message('hello')), {}, foreign)
  board.message('hello')
  expect(board.visited()).toEqual(words('s g r t1 e'))
})

it('an event-based gateway waits for signals, even for one that a parallel way throws at once', async () => {
  const content =
    start() +
    gateway('parallel', 'split') +
    throwing('throw', on('signal', 'red')) +
    gateway('eventBased', 'g') +
    catching('red1', on('signal', 'red')) +
    catching('blue1', on('signal', 'blue')) +
    tasks('t1', 't2', 't3') +
    gateway('parallel', 'join') +
    end('e1') +
    end('e2') +
    chain('s', 'split', 'throw', 't1', 'join', 'e1') +
    chain('split', 'g', 'red1', 't2', 'join') +
    chain('g', 'blue1', 't3', 'e2')
  const roots = signal('red') + signal('blue')
  expect(await trace(content, {}, roots)).toEqual(words('s split throw g red1 t2 t1 join join e1'))
})

// Sequence flows

const forked = (attributes: string, flows: string): string =>
  start() +
  task('t0', attributes) +
  tasks('t1', 't2', 't3') +
  end() +
  chain('s', 't0') +
  flows +
  chain('t1', 'e') +
  chain('t2', 'e') +
  chain('t3', 'e')

forEachInput(
  'a condition on a way out of a task',
  forked('', flow('t0', 't1', has('a')) + flow('t0', 't2') + flow('t0', 't3', 'false')),
  { a: 's t0 t1 t2 e e', b: 's t0 t2 e' },
)

forEachInput(
  'a default beside a condition and a way without one: no condition holds, so the default is taken as well',
  forked('default="t0-t2"', flow('t0', 't2') + flow('t0', 't1', has('a')) + flow('t0', 't3')),
  { a: 's t0 t1 t3 e e', b: 's t0 t2 t3 e e' },
)

it('a loop of flows counts with the handler that its script is bound to', async () => {
  const content =
    start() +
    gateway('exclusive', 'in') +
    task('t1') +
    gateway('exclusive', 'out', 'default="out-in"') +
    end() +
    chain('s', 'in', 't1', 'out', 'in') +
    flow('out', 'e', 'count >= 3')
  const handlers = { LOG_t1: (input: Vars) => ({ ok: true, value: { count: Number(input['count']) + 1 } }) as const }
  const board = await played(bpmn(content), { count: 1 }, { ...foreign, handlers })
  expect(board.visited()).toEqual(words('s in t1 out in t1 out e'))
})

// Activities

it.each([true, false])('many instances by number, sequential %s', async (sequential) => {
  const content =
    start() + task('t1', '', many(sequential, times(3))) + task('t2') + end() + chain('s', 't1', 't2', 'e')
  expect(await trace(content)).toEqual(words('s t1 t1 t1 t2 e'))
})

it('the number of instances may be a variable', async () => {
  const loop = many(true, times('${n}'))
  expect(await trace(start() + task('t1', '', loop) + end() + chain('s', 't1', 'e'), { n: 2 })).toEqual(
    words('s t1 t1 e'),
  )
})

it('many instances of a sub-process', async () => {
  const inside = many(true, times(2)) + start('is') + task('t1') + end('ie') + chain('is', 't1', 'ie')
  const content = start() + sub('sub', inside) + end() + chain('s', 'sub', 'e')
  expect(await trace(content)).toEqual(words('s sub is t1 ie sub is t1 ie e'))
})

it('a completion condition ends the others', async () => {
  const loop = many(
    false,
    times(3) + '<bpmn:completionCondition>nrOfCompletedInstances == 1</bpmn:completionCondition>',
  )
  const board = await played(
    bpmn(start() + user('t1', '', loop) + task('t2') + end() + chain('s', 't1', 't2', 'e')),
    {},
    foreign,
  )
  board.complete('t1')
  expect(board.visited()).toEqual(words('s t1 t1 t1 t2 e'))
  expect(board.open()).toEqual([])
})

it('many instances over a data collection, which an association connects with its variable', async () => {
  const loop = many(
    true,
    '<bpmn:loopDataInputRef>in</bpmn:loopDataInputRef><bpmn:inputDataItem id="item" name="firm"/>',
  )
  const data =
    '<bpmn:ioSpecification><bpmn:dataInput id="in" name="list of firms"/><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>' +
    '<bpmn:dataInputAssociation><bpmn:sourceRef>firms</bpmn:sourceRef><bpmn:targetRef>in</bpmn:targetRef></bpmn:dataInputAssociation>'
  const board = await played(
    bpmn(
      '<bpmn:dataObject id="firms" isCollection="true"/>' +
        start() +
        user('t1', '', data + loop) +
        end() +
        chain('s', 't1', 'e'),
    ),
    { firms: ['a', 'b'] },
    foreign,
  )
  expect(board.task('t1').vars).toMatchObject({ firm: 'a', loopCounter: 1 })
  board.complete('t1')
  board.complete('t1')
  expect(board.visited()).toEqual(words('s t1 t1 e'))
})

const child = (content: string): string => `<bpmn:process id="child" isExecutable="true">${content}</bpmn:process>`

it('a call activity plays another process of the file and goes on', async () => {
  const roots = child(start('cs') + task('t1') + end('ce') + chain('cs', 't1', 'ce'))
  const content =
    start() +
    '<bpmn:callActivity id="call" calledElement="tns:child"/>' +
    task('t2') +
    end() +
    chain('s', 'call', 't2', 'e')
  const board = await played(bpmn(content, roots), {}, foreign)
  expect(board.visited()).toEqual(words('s call t2 e'))
  expect(board.instances().map(({ id }) => board.trace(id))).toContainEqual(words('cs t1 ce'))
})

it.each([
  ['error', errorCode('x'), true, 's call b t2 e'],
  ['escalation', escalation('x'), true, 's call b t2 e'],
  ['escalation', escalation('x'), false, 's call b t1 t2 e e'],
] as const)('a called process that ends by %s is left where it is called', async (kind, roots, cuts, expected) => {
  const called = child(start('cs') + end('ce', on(kind, 'x')) + chain('cs', 'ce'))
  const content =
    start() +
    '<bpmn:callActivity id="call" calledElement="child"/>' +
    boundary('b', 'call', on(kind, 'x'), cuts) +
    tasks('t1', 't2') +
    end() +
    chain('s', 'call', 't1', 'e') +
    chain('b', 't2', 'e')
  const visited = await trace(content, {}, roots + called)
  expect(visited.toSorted()).toEqual(words(expected).toSorted())
  expect(visited.indexOf('b')).toBe(2)
})

it('an escalation passes through two calls to the one that catches it', async () => {
  const inner = child(start('cs') + end('ce', on('escalation', 'x')) + chain('cs', 'ce'))
  const middle = `<bpmn:process id="middle" isExecutable="true">${start('ms')}<bpmn:callActivity id="mc" calledElement="child"/>${end('me')}${chain('ms', 'mc', 'me')}</bpmn:process>`
  const content =
    start() +
    '<bpmn:callActivity id="call" calledElement="middle"/>' +
    boundary('b', 'call', on('escalation'), true) +
    end('e1') +
    end('e2') +
    chain('s', 'call', 'e1') +
    chain('b', 'e2')
  expect(await trace(content, {}, escalation('x') + inner + middle)).toEqual(words('s call b e2'))
})

// Events

const subbed = (inside: string, rest: string): string =>
  start() +
  sub('sub', start('is') + inside + chain('is', 'i1')) +
  rest +
  end() +
  chain('s', 'sub', 't4', 'e') +
  task('t4')

it.each([
  [true, 'signal', 's sub is i1 b t3 e'],
  [true, 'escalation', 's sub is i1 b t3 e'],
  [false, 'signal', 's sub is i1 b t3 t2 e ie t4 e'],
  [false, 'escalation', 's sub is i1 b t3 t2 e ie t4 e'],
] as const)('a boundary event of a sub-process, interrupting %s: %s', async (cuts, kind, expected) => {
  const inside = throwing('i1', on(kind, 'x')) + task('t2') + end('ie') + chain('i1', 't2', 'ie')
  const rest = boundary('b', 'sub', on(kind, 'x'), cuts) + task('t3') + chain('b', 't3', 'e')
  const visited = await trace(subbed(inside, rest), {}, kind === 'signal' ? signal('x') : escalation('x'))
  expect(visited.toSorted()).toEqual(words(expected).toSorted())
  expect(visited.slice(0, 5)).toEqual(words(expected).slice(0, 5))
})

it.each([
  ['error', errorCode('x')],
  ['escalation', escalation('x')],
  ['signal', signal('x')],
] as const)('a sub-process that ends by %s is left by the boundary event', async (kind, roots) => {
  const inside = end('i1', on(kind, 'x'))
  const rest = boundary('b', 'sub', on(kind, 'x')) + task('t3') + chain('b', 't3', 'e')
  expect(await trace(subbed(inside, rest), {}, roots)).toEqual(words('s sub is i1 b t3 e'))
})

it('an error end of the process itself fails the instance by its code', async () => {
  const board = await played(bpmn(start() + end('e', on('error', 'x')) + chain('s', 'e'), errorCode('x')))
  expect(board.status()).toBe('failed')
  expect(board.effects(board.id).at(-1)).toMatchObject({ kind: 'ended', how: 'error', code: 'x' })
})

it('a script that fails with a code is left by the error boundary event', async () => {
  const failing = { LOG_t1: () => ({ ok: false, error: { code: 'x', message: '' } }) as const }
  const content =
    start() +
    tasks('t1', 't2', 't3') +
    boundary('b', 't1', on('error', 'x')) +
    end() +
    chain('s', 't1', 't2', 'e') +
    chain('b', 't3', 'e')
  const board = await played(bpmn(content, errorCode('x')), {}, { ...foreign, handlers: failing })
  expect(board.visited()).toEqual(words('s t1 b t3 e'))
})

const eventStart = (kind: 'signal' | 'escalation' | 'error', cuts: boolean): string =>
  eventSub(
    'ev',
    `<bpmn:startEvent id="es" isInterrupting="${cuts}">${on(kind, 'x')}</bpmn:startEvent>`.concat(
      task('t2'),
      end('ee'),
      chain('es', 't2', 'ee'),
    ),
  )

it.each([
  ['escalation', true, 's sub is i1 ev es t2 ee t4 e'],
  ['signal', true, 's sub is i1 ev es t2 ee t4 e'],
  ['escalation', false, 's sub is i1 ev t1 es ie t2 ee t4 e'],
  ['signal', false, 's sub is i1 ev t1 es ie t2 ee t4 e'],
] as const)('an event sub-process started by %s, interrupting %s', async (kind, cuts, expected) => {
  const inside =
    eventStart(kind, cuts) + throwing('i1', on(kind, 'x')) + task('t1') + end('ie') + chain('i1', 't1', 'ie')
  const visited = await trace(subbed(inside, ''), {}, kind === 'signal' ? signal('x') : escalation('x'))
  expect(visited.toSorted()).toEqual(words(expected).toSorted())
  expect(visited.slice(-2)).toEqual(['t4', 'e'])
})

it('an event sub-process started by an error; the way goes on after it', async () => {
  const inside = eventStart('error', true) + end('i1', on('error', 'x'))
  expect(await trace(subbed(inside, ''), {}, errorCode('x'))).toEqual(words('s sub is i1 ev es t2 ee t4 e'))
})

const waiting = (duration: string): string =>
  catching('i1', timer('timeDuration', duration)) + task('t1') + end('ie') + chain('i1', 't1', 'ie')

it.each([
  ['interrupting', true, 'timeDuration', 'PT2S', 's sub is i1 b t3 e'],
  ['not interrupting', false, 'timeDuration', 'PT2S', 's sub is i1 b t3 e t1 ie t4 e'],
  ['repeating', false, 'timeCycle', 'R3/PT1S', 's sub is i1 b t3 e b t3 e b t3 e t1 ie t4 e'],
] as const)('a timer on the boundary of a sub-process, %s', async (_what, cuts, form, value, expected) => {
  const rest = boundary('b', 'sub', timer(form, value), cuts) + task('t3') + chain('b', 't3', 'e')
  expect(await trace(subbed(waiting('PT5S'), rest), {}, '', 5 * second)).toEqual(words(expected))
})

it.each([
  ['interrupting', true, 'timeDuration', 'PT2S', 's sub is i1 ev es t2 ee t4 e'],
  ['not interrupting', false, 'timeDuration', 'PT2S', 's sub is i1 ev es t2 ee t1 ie t4 e'],
  ['repeating', false, 'timeCycle', 'R2/PT1S', 's sub is i1 ev es t2 ee ev es t2 ee t1 ie t4 e'],
] as const)('an event sub-process started by a timer, %s', async (_what, cuts, form, value, expected) => {
  const begin = `<bpmn:startEvent id="es" isInterrupting="${cuts}">${timer(form, value)}</bpmn:startEvent>`
  const inside = waiting('PT5S') + eventSub('ev', begin + task('t2') + end('ee') + chain('es', 't2', 'ee'))
  expect(await trace(subbed(inside, ''), {}, '', 5 * second)).toEqual(words(expected))
})

it.each([
  ['timeDuration', 'PT1M'],
  ['timeDate', '1970-01-01T00:01:00Z'],
  ['timeCycle', 'R4/PT1M'],
] as const)('a timer between two tasks goes off once: %s', async (form, value) => {
  const content =
    start() + task('t1') + catching('c', timer(form, value)) + task('t2') + end() + chain('s', 't1', 'c', 't2', 'e')
  expect(await trace(content, {}, '', 600 * second)).toEqual(words('s t1 c t2 e'))
})

it('a terminate end takes the rest of its own level away', async () => {
  const content =
    start() +
    sub(
      'sub',
      start('is') +
        gateway('parallel', 'split') +
        catching('c', timer('timeDuration', 'PT1S')) +
        task('t1') +
        end('ie') +
        end('it', '<bpmn:terminateEventDefinition/>') +
        chain('is', 'split', 'c', 't1', 'ie') +
        chain('split', 'it'),
    ) +
    task('t2') +
    end() +
    chain('s', 'sub', 't2', 'e')
  expect(await trace(content, {}, '', 9 * second)).toEqual(words('s sub is split c it t2 e'))
})

it.each([
  ['an end event', end('throw', on('message', 'hello')), ''],
  [
    'an intermediate event',
    throwing('throw', on('message', 'hello')) + task('t1') + end('te'),
    chain('throw', 't1', 'te'),
  ],
  ['a send task', '<bpmn:sendTask id="throw" messageRef="hello"/>' + end('te'), chain('throw', 'te')],
])('%s starts another process by its message', async (_what, thrower, rest) => {
  const other = child(start('cs', on('message', 'hello')) + task('t2') + end('ce') + chain('cs', 't2', 'ce'))
  const board = await played(
    bpmn(start() + thrower + chain('s', 'throw') + rest, message('hello') + other),
    {},
    foreign,
  )
  const [first, second] = board.instances()
  expect([first?.status, second?.status]).toEqual(['completed', 'completed'])
  expect(board.trace(second?.id ?? '')).toEqual(words('cs t2 ce'))
})

it.each([
  ['a receive task', '<bpmn:receiveTask id="get" messageRef="hello"/>'],
  ['an intermediate event', catching('get', on('message', 'hello'))],
])('%s of another process gets the message', async (_what, getter) => {
  const other = child(start('cs') + getter + task('t2') + end('ce') + chain('cs', 'get', 't2', 'ce'))
  const content =
    start() + user('w') + throwing('throw', on('message', 'hello')) + end() + chain('s', 'w', 'throw', 'e')
  const board = await played(bpmn(content, message('hello') + other), {}, foreign)
  const receiver = board.start('child')
  board.complete('w')
  expect(receiver.ok && board.trace(receiver.value)).toEqual(words('cs get t2 ce'))
})

it.each([
  ['an intermediate event', throwing('throw', on('signal', 'x')) + end('te') + chain('throw', 'te')],
  ['an end event', end('throw', on('signal', 'x'))],
])('the signal of %s starts another process and wakes one that waits', async (_what, thrower) => {
  const roots =
    signal('x') +
    child(start('cs', on('signal', 'x')) + task('t1') + end('ce') + chain('cs', 't1', 'ce')) +
    `<bpmn:process id="waiter" isExecutable="true">${start('ws')}${catching('wc', on('signal', 'x'))}${end('we')}${chain('ws', 'wc', 'we')}</bpmn:process>`
  const board = await played(bpmn(start() + user('w') + thrower + chain('s', 'w', 'throw'), roots), {}, foreign)
  const waiter = board.start('waiter')
  board.complete('w')
  expect(board.instances().map(({ id }) => board.trace(id).join(' '))).toContain('cs t1 ce')
  expect(waiter.ok && board.trace(waiter.value)).toEqual(words('ws wc we'))
})
