import { assert, epochMs, err, ok } from '@tingzhou/kernel'
import { expect, it } from 'vitest'
import { createHeadless } from './headless.ts'
import {
  bpmn,
  catching,
  chain,
  end,
  message,
  on,
  played,
  script,
  signal,
  start,
  throwing,
  timer,
  user,
  boundary,
} from './testing.ts'

const hour = 3_600_000

it('traces the nodes visited, each instance of a multi-instance activity once', async () => {
  const loop =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>'
  const board = await played(bpmn(start() + script('t', '1', loop, 'x') + end() + chain('s', 't', 'e')))
  expect(board.visited()).toEqual(['s', 't', 't', 't', 'e'])
})

it('a thrown message starts a process or reaches another instance, a signal reaches all others', async () => {
  const receiver = `<bpmn:process id="q">${start('qs', on('message', 'hello'))}${user('w')}${boundary('r', 'w', on('signal', 'red'))}${end('qe')}${chain('qs', 'w', 'qe')}${chain('r', 'qe')}</bpmn:process>`
  const sender =
    start() +
    throwing('t', on('message', 'hello')) +
    user('a') +
    throwing('g', on('signal', 'red')) +
    end() +
    chain('s', 't', 'a', 'g', 'e')
  const board = await played(bpmn(sender, message('hello') + signal('red') + receiver))
  expect(board.tasks().map((task) => task.nodeId)).toEqual(['a', 'w'])

  board.complete('a')

  expect(board.instances().map((state) => state.status)).toEqual(['completed', 'completed'])
})

it('moves the clock through timers in their order, start timers too', async () => {
  const engine = createHeadless({ now: epochMs(0) })
  const deployed = await engine.deploy(
    bpmn(
      start('s', timer('timeCycle', 'R2/PT2H')) +
        catching('t', timer('timeDuration', 'PT1H')) +
        end() +
        chain('s', 't', 'e'),
    ),
  )
  expect(deployed).toEqual(ok(['p']))

  engine.advanceTime(3 * hour)
  expect(engine.instances().map((state) => state.status)).toEqual(['completed'])
  engine.advanceTime(30 * hour)

  expect(engine.instances().map((state) => state.status)).toEqual(['completed', 'completed'])
  expect(engine.now()).toBe(33 * hour)
})

it('answers with the refusal when a handler leads nowhere', async () => {
  const engine = createHeadless({ handlers: { h: () => ok({}) } })
  await engine.deploy(
    bpmn(
      start() +
        '<bpmn:serviceTask id="h" tz:handler="h"/><bpmn:exclusiveGateway id="x"/>' +
        end('a') +
        end('b') +
        chain('s', 'h', 'x') +
        ['a', 'b']
          .map(
            (id) =>
              `<bpmn:sequenceFlow id="x${id}" sourceRef="x" targetRef="${id}"><bpmn:conditionExpression>false</bpmn:conditionExpression></bpmn:sequenceFlow>`,
          )
          .join(''),
    ),
  )
  expect(engine.start('p')).toEqual(err({ kind: 'no_branch', nodeId: 'x' }))
  expect(engine.start('q')).toEqual(err({ kind: 'unknown_process', key: 'q' }))
})

it('keeps running instances on the version they started with', async () => {
  const engine = createHeadless()
  await engine.deploy(bpmn(start() + user('old') + end() + chain('s', 'old', 'e')))
  const first = engine.start('p')
  await engine.deploy(bpmn(start() + user('new') + end() + chain('s', 'new', 'e')))
  const second = engine.start('p')
  assert(first.ok && second.ok, 'both start')

  expect(engine.tasks().map((task) => task.nodeId)).toEqual(['old', 'new'])
  expect(engine.state(second.value)?.definitionVersion).toBe(2)
})

it('a child that is interrupted with its parent ends', async () => {
  const child = `<bpmn:process id="c">${start('cs')}${user('ct')}${end('ce')}${chain('cs', 'ct', 'ce')}</bpmn:process>`
  const board = await played(
    bpmn(
      start() +
        '<bpmn:callActivity id="call" calledElement="c"/>' +
        boundary('b', 'call', timer('timeDuration', 'PT1H')) +
        end() +
        chain('s', 'call', 'e') +
        chain('b', 'e'),
      child,
    ),
  )

  board.advanceTime(hour)

  expect(board.instances().map((state) => state.status)).toEqual(['completed', 'terminated'])
})
