/** Every verb of the headless face on one process; the README shows the same walk. */
import { assert, epochMs, err, ok } from '@tingzhou/kernel'
import { expect, it } from 'vitest'
import { createHeadless, type Headless } from './headless.ts'
import { boundary, bpmn, catching, chain, end, message, on, signal, start, timer, user } from './testing.ts'

const day = 86_400_000
const permit = bpmn(
  start() +
    user(
      'sign',
      'tz:collection="=signers" tz:element="signer" tz:output="opinions"',
      '<bpmn:multiInstanceLoopCharacteristics/>',
    ) +
    '<bpmn:serviceTask id="file" tz:handler="archive"/>' +
    user('check') +
    boundary('late', 'check', timer('timeDuration', 'P3D'), false) +
    boundary('halt', 'check', on('signal', 'stop')) +
    user('urge') +
    catching('paid', on('message', 'payment', 'tz:correlationKey="=number"')) +
    end('closed') +
    end('stopped') +
    chain('s', 'sign', 'file', 'check', 'paid', 'closed') +
    chain('late', 'urge', 'closed') +
    chain('halt', 'stopped'),
  message('payment') + signal('stop'),
)

type Permit = Headless & {
  readonly id: string
  readonly open: () => string[]
  readonly complete: (nodeId: string, vars?: { readonly [name: string]: string }) => void
  readonly tokenAt: (nodeId: string) => string
  readonly archive: { isUp: boolean }
}

async function permitted(): Promise<Permit> {
  const archive = { isUp: true }
  const engine = createHeadless({
    now: epochMs(0),
    handlers: { archive: () => (archive.isUp ? ok({ shelf: 7 }) : err({ code: 'down', message: 'no archive' })) },
  })
  expect(await engine.deploy(permit)).toEqual(ok(['p']))
  const started = engine.start('p', { signers: ['zhao', 'qian'], number: 'N1' })
  assert(started.ok, 'the permit starts')
  const id = started.value
  return {
    ...engine,
    id,
    archive,
    open: () => engine.tasks(id).map((task) => String(task.vars['signer'] ?? task.nodeId)),
    complete: (nodeId, vars) => {
      const task = engine.tasks(id).find((task) => task.nodeId === nodeId)
      expect(engine.completeTask(task?.id ?? '', vars)).toEqual(ok(null))
    },
    tokenAt: (nodeId) =>
      engine.state(id)?.tokens.find((token) => token.nodeId === nodeId && token.miIndex === null)?.id ?? '',
  }
}

async function checking(): Promise<Permit> {
  const engine = await permitted()
  engine.complete('sign')
  engine.complete('sign')
  expect(engine.open()).toEqual(['check'])
  return engine
}

it('deploy, start, completeTask, message, trace', async () => {
  const engine = await checking()
  engine.complete('check')
  expect(engine.message('payment', {}, 'N2').ok).toBe(false)
  expect(engine.message('payment', { fen: 100 }, 'N1')).toEqual(ok(engine.id))
  expect(engine.trace(engine.id)).toEqual(['s', 'sign', 'sign', 'file', 'check', 'paid', 'closed'])
  expect(engine.state(engine.id)).toMatchObject({ status: 'completed', vars: { shelf: 7, fen: 100 } })
})

it('advanceTime fires what falls due', async () => {
  const engine = await checking()
  engine.advanceTime(3 * day)
  expect(engine.open()).toEqual(['check', 'urge'])
  expect(engine.now()).toBe(3 * day)
})

it('signal reaches everything that waits for it', async () => {
  const engine = await checking()
  expect(engine.signal('stop')).toEqual(ok(null))
  expect(engine.trace(engine.id).slice(-2)).toEqual(['halt', 'stopped'])
})

it('add_instance adds a signer, cancel_task drops one', async () => {
  const engine = await permitted()
  engine.send(engine.id, { kind: 'add_instance', tokenId: engine.tokenAt('sign'), element: 'sun' })
  expect(engine.open()).toEqual(['zhao', 'qian', 'sun'])

  const [zhao] = engine.tasks(engine.id)
  engine.send(engine.id, { kind: 'cancel_task', taskId: zhao?.id ?? '', reason: 'on leave' })

  expect(engine.open()).toEqual(['qian', 'sun'])
  engine.complete('sign', { opinion: 'yes' })
  engine.complete('sign', { opinion: 'no' })
  expect(engine.state(engine.id)?.vars['opinions']).toEqual([{ opinion: 'yes' }, { opinion: 'no' }])
})

it('move returns to a node', async () => {
  const engine = await checking()
  engine.send(engine.id, {
    kind: 'move',
    tokenIds: [engine.tokenAt('check')],
    toNodeId: 'sign',
    reason: 'a signature is missing',
  })
  expect(engine.open()).toEqual(['zhao', 'qian'])
})

it('suspend stops everything, the clock of its timers too, until resume', async () => {
  const engine = await checking()
  engine.send(engine.id, { kind: 'suspend', reason: 'in court' })
  engine.advanceTime(4 * day)
  const [check] = engine.tasks(engine.id)
  expect(engine.completeTask(check?.id ?? '')).toEqual(err({ kind: 'not_active', status: 'suspended' }))
  expect(engine.open()).toEqual(['check'])

  engine.send(engine.id, { kind: 'resume', reason: 'settled' })
  engine.advanceTime(0)

  expect(engine.open()).toEqual(['check', 'urge'])
})

it('terminate ends it from outside', async () => {
  const engine = await checking()
  engine.send(engine.id, { kind: 'terminate', reason: 'withdrawn' })
  expect(engine.state(engine.id)).toMatchObject({ status: 'terminated', tokens: [], scopes: [] })
  expect(engine.open()).toEqual([])
})

it('retry calls the handler of a stuck token again', async () => {
  const engine = await permitted()
  engine.archive.isUp = false
  engine.complete('sign')
  engine.complete('sign')
  expect(engine.state(engine.id)?.status).toBe('failed')

  engine.archive.isUp = true
  expect(engine.send(engine.id, { kind: 'retry', tokenId: engine.tokenAt('file') })).toEqual(ok(null))

  expect(engine.state(engine.id)?.status).toBe('active')
  expect(engine.open()).toEqual(['check'])
})

it('finds the waiter among many that wait for the same message, the longest waiting when none has the key', async () => {
  const engine = createHeadless({ handlers: { archive: () => ok({}) } })
  await engine.deploy(permit)
  const ids = Array.from({ length: 50 }, (_, n) => {
    const started = engine.start('p', { signers: [], number: n < 48 ? `N${n}` : null })
    assert(started.ok, 'it starts')
    return started.value
  })
  for (const task of engine.tasks()) engine.completeTask(task.id)
  expect(engine.message('payment', {}, 'N40')).toEqual(ok(ids[40]))
  expect(engine.message('payment', {}, 'N40')).toEqual(ok(ids[48]))
  expect(engine.message('payment')).toEqual(ok(ids[49]))
  expect(engine.message('payment').ok).toBe(false)
})
