import { assert, epochMs } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { appeal } from './appeal.fixture.ts'
import { explore, inputFor, type ExploreOptions, type Path } from './explore.ts'
import { step } from './step.ts'
import { emptyState, type InstanceState } from './state.ts'
import {
  bpmn,
  catching,
  chain,
  definitionOf,
  end,
  errorCode,
  boundary,
  flow,
  gateway,
  on,
  script,
  start,
  timer,
  user,
} from './testing.ts'
import type { Definition, FlowId } from './model.ts'

/** Plays a path on the engine; the flows it took and the state it ended in. */
function replay(definition: Definition, path: Path): { readonly taken: FlowId[]; readonly state: InstanceState } {
  let state = emptyState('i', definition.key, 1)
  let now = epochMs(0)
  let ids = 0
  const taken: FlowId[] = []
  for (const choice of path) {
    const input = inputFor(definition, state, choice)
    assert(input, `the move ${JSON.stringify(choice)} is possible`)
    const timer = input.kind === 'timer' ? state.timers.find((timer) => timer.id === input.timerId) : undefined
    now = epochMs(Math.max(now, timer?.dueAt ?? now))
    const result = step(definition, state, input, { now, newId: () => `${ids++}` })
    assert(result.ok, 'the move is allowed')
    state = result.value.state
    taken.push(...result.value.effects.flatMap((effect) => (effect.kind === 'taken' ? [effect.flowId] : [])))
  }
  return { taken, state }
}

async function explored(xml: string, options: ExploreOptions = {}) {
  const definition = await definitionOf(xml)
  return { definition, ...explore(definition, options) }
}

describe('explore', () => {
  it('walks a wide parallel section to its end without trying every order', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `u${n}`)
    const { paths, missed } = await explored(
      bpmn(
        start() +
          gateway('parallel', 'g') +
          gateway('parallel', 'j') +
          ids.map((id) => user(id) + chain('g', id, 'j')).join('') +
          end() +
          chain('s', 'g') +
          chain('j', 'e'),
      ),
    )
    expect(missed).toEqual([])
    expect(paths.map((path) => path.length)).toEqual([21])
  })

  it('covers both branches of a decision with two paths', async () => {
    const { paths, missed } = await explored(
      bpmn(
        start() +
          user('a', 'tz:outcomes="yes,no"') +
          gateway('exclusive', 'x', 'default="x-no"') +
          end('yes') +
          end('no') +
          chain('s', 'a', 'x', 'no') +
          flow('x', 'yes', 'outcome = "yes"'),
      ),
    )

    expect(missed).toEqual([])
    expect(paths).toHaveLength(2)
    expect(paths.map((path) => path.map((choice) => choice.nodeId))).toEqual([
      ['s', 'a'],
      ['s', 'a'],
    ])
  })

  it('covers a loop and both its ends with one path', async () => {
    const { paths, missed } = await explored(
      bpmn(
        start() +
          gateway('exclusive', 'm') +
          user('a', 'tz:outcomes="again,done"') +
          gateway('exclusive', 'x', 'default="x-e"') +
          end() +
          chain('s', 'm', 'a', 'x', 'e') +
          flow('x', 'm', 'outcome = "again"'),
      ),
    )

    expect(missed).toEqual([])
    expect(paths).toHaveLength(1)
  })

  it('finds errors of handlers, timers, and branches that need a variable', async () => {
    const { missed, refused } = await explored(
      bpmn(
        start() +
          '<bpmn:serviceTask id="call" tz:handler="h"/>' +
          boundary('b', 'call', on('error', 'busy')) +
          catching('t', timer('timeDuration', 'PT1H')) +
          gateway('exclusive', 'x', 'default="x-e"') +
          user('u') +
          end() +
          chain('s', 'call', 'x', 'e') +
          flow('x', 'u', 'amount &gt; 5') +
          chain('u', 'e') +
          chain('b', 't', 'e'),
        errorCode('busy'),
      ),
      { choices: { call: [{ amount: 1 }, { amount: 9 }] } },
    )

    expect({ missed, refused }).toEqual({ missed: [], refused: [] })
  })

  it('names the flows it cannot reach and the moves the engine refused', async () => {
    const { missed, refused } = await explored(
      bpmn(
        start() +
          user('a') +
          gateway('exclusive', 'x') +
          end('b') +
          end('c') +
          chain('s', 'a', 'x') +
          flow('x', 'b', 'n = 1') +
          flow('x', 'c', 'n = 2'),
      ),
    )

    expect(missed).toEqual(['a-x', 'x-b', 'x-c'])
    expect(refused).toMatchObject([
      { error: { kind: 'no_branch', nodeId: 'x' }, path: [{ nodeId: 's' }, { nodeId: 'a' }] },
    ])
  })

  it('gets through a loop that counts', async () => {
    const { missed } = await explored(
      bpmn(
        start() +
          gateway('exclusive', 'm') +
          user('a') +
          script('count', 'n + 1', '', 'n') +
          gateway('exclusive', 'x', 'default="x-m"') +
          end() +
          chain('s', 'm', 'a', 'count', 'x', 'm') +
          flow('x', 'e', 'n &gt;= 3'),
      ),
      { start: [{ n: 0 }] },
    )
    expect(missed).toEqual([])
  })

  it('covers the appeal process, and every path runs to its end on the engine', async () => {
    const options: ExploreOptions = {
      start: [{ assistants: ['x', 'y'], halfAt: 1000, dueAt: 2000 }],
      choices: { callback: [{ reached: true }, { reached: false }] },
    }

    const { definition, paths, missed, refused, states } = await explored(appeal, options)

    expect({ missed, refused }).toEqual({ missed: [], refused: [] })
    expect(states).toBeLessThanOrEqual(5100)
    const runs = paths.map((path) => replay(definition, path))
    expect(new Set(runs.flatMap((run) => run.taken))).toEqual(new Set(Object.keys(definition.flows)))
    for (const { state } of runs)
      expect(state).toMatchObject({ status: 'completed', tokens: [], timers: [], subscriptions: [], scopes: [] })
    expect(paths.length).toBeLessThanOrEqual(5)
  })
})
