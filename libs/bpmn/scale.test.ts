/** What an input costs must not grow with what does not concern it. Bounds are wide: the machine is shared. */
import { assert, epochMs } from '@tingzhou/kernel'
import { expect, it } from 'vitest'
import { createHeadless } from './headless.ts'
import {
  boundary,
  bpmn,
  catching,
  chain,
  end,
  gateway,
  message,
  on,
  played,
  script,
  start,
  timer,
  user,
} from './testing.ts'

const waiting = bpmn(
  start() +
    user('a') +
    boundary('late', 'a', timer('timeDuration', '=within'), false) +
    catching('m', on('message', 'paid', 'tz:correlationKey="=number"')) +
    end() +
    chain('s', 'a', 'm', 'e') +
    chain('late', 'e'),
  message('paid'),
)

/** Median milliseconds of a completion, a message and a timer among many open instances. */
async function costAmong(instances: number): Promise<{ readonly [what: string]: number }> {
  const engine = createHeadless({ now: epochMs(0) })
  await engine.deploy(waiting)
  for (let n = 0; n < instances; n++) engine.start('p', { number: `N${n}`, within: `PT${n + 1}H` })
  const tasks = engine.tasks().map((task) => task.id)
  const median = (act: (n: number) => { readonly ok: boolean }): number => {
    const costs = Array.from({ length: 201 }, (_, n) => {
      const from = performance.now()
      assert(act(n).ok, 'the input is answered')
      return performance.now() - from
    })
    return costs.toSorted((a, b) => a - b)[100] ?? 0
  }
  return {
    timer: median(() => engine.advanceTime(3_600_000)),
    completion: median((n) => engine.completeTask(tasks[n] ?? '')),
    message: median((n) => engine.message('paid', {}, `N${n}`)),
  }
}

it('an input costs the same among 10,000 instances as among 500', async () => {
  const [few, many] = [await costAmong(500), await costAmong(10_000)]
  for (const [what, cost] of Object.entries(many)) expect(cost / (few[what] ?? 0), what).toBeLessThan(10)
}, 60_000)

it('many instances of an activity cost no more each than few', async () => {
  const loop =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=n</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>'
  const xml = bpmn(start() + script('t', '1', loop, 'x') + end() + chain('s', 't', 'e'))
  const costOf = async (n: number): Promise<number> => {
    const from = performance.now()
    const board = await played(xml, { n })
    expect(board.visited().length).toBe(n + 2)
    return (performance.now() - from) / n
  }
  await costOf(500)
  const [few, many] = [await costOf(500), await costOf(5_000)]
  expect(many / few).toBeLessThan(5)
}, 60_000)

it.each([
  ['a chain', chain('s', ...Array.from({ length: 1_000 }, (_, n) => `t${n}`), 'e')],
  [
    'parallel ways',
    Array.from({ length: 1_000 }, (_, n) => chain('f', `t${n}`, 'j')).join('') + chain('s', 'f') + chain('j', 'e'),
  ],
])(
  'reads, checks and plays %s of 1,000 tasks within seconds',
  async (_what, flows) => {
    const tasks = Array.from({ length: 1_000 }, (_, n) => script(`t${n}`, '={}')).join('')
    const gateways = flows.includes('"f"') ? gateway('parallel', 'f') + gateway('parallel', 'j') : ''
    const from = performance.now()

    const board = await played(bpmn(start() + tasks + gateways + end() + flows))

    expect(board.status()).toBe('completed')
    expect(performance.now() - from).toBeLessThan(10_000)
  },
  60_000,
)
