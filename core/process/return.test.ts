import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { emptyState, readDefinition, step, type Definition, type Input, type InstanceState } from '@tingzhou/bpmn'
import { assert, epochMs } from '@tingzhou/kernel'
import { countVisits } from './marking.ts'
import { planReturn } from './return.ts'
import { chain, drawing, flow } from './testing.ts'

const task = (id: string) => `<userTask id="${id}" tz:roles="clerk"/>`
const gateway = (kind: string, id: string, more = '') => `<${kind}Gateway id="${id}"${more}/>`

/** Forks within forks, a choice of several ways, a sub-process, and a way back over all of it. */
const xml = drawing(
  'ways',
  `<startEvent id="start"/>${task('plan')}${gateway('parallel', 'fork')}${task('a1')}${task('a2')}
   ${gateway('parallel', 'inner')}${task('b1')}${task('b2')}${gateway('parallel', 'together')}${task('b3')}
   <subProcess id="sub"><startEvent id="in"/>${task('s1')}${task('s2')}<endEvent id="out"/>${chain('in', 's1', 's2', 'out')}</subProcess>
   ${gateway('parallel', 'join')}${task('middle')}${gateway('inclusive', 'split', ' default="split-y"')}${task('x')}${task('y')}${task('z')}
   ${gateway('inclusive', 'merge')}${task('last')}${gateway('exclusive', 'again', ' default="again-end"')}<endEvent id="end"/>
   ${chain('start', 'plan', 'fork', 'a1', 'a2', 'join', 'middle', 'split')}${chain('fork', 'inner', 'b1', 'together', 'b3', 'join')}
   ${chain('inner', 'b2', 'together')}${chain('fork', 'sub', 'join')}
   ${flow('split', 'x', 'loud = true')}${flow('split', 'z', 'quick = true')}${flow('split', 'y')}
   ${chain('x', 'merge')}${chain('y', 'merge')}${chain('z', 'merge')}${chain('merge', 'last', 'again', 'end')}${flow('again', 'plan', 'more = true')}`,
)

let definition: Definition
beforeAll(async () => {
  const read = await readDefinition(xml)
  assert(read.ok, `the drawing reads: ${JSON.stringify(read)}`)
  definition = read.value
})

/** A case in memory. */
function walker() {
  let state: InstanceState = emptyState('case', 'ways', 1)
  let visited: Readonly<Record<string, number>> = {}
  let ids = 0
  let now = 0
  const feed = (input: Input): boolean => {
    const result = step(definition, state, input, { now: epochMs(++now), newId: () => `t${++ids}` })
    if (!result.ok) return false
    state = result.value.state
    visited = countVisits(visited, result.value.effects)
    return true
  }
  const open = () => state.tasks.filter((one) => one.state === 'open')
  return {
    feed,
    open,
    state: () => state,
    visited: () => visited,
    complete: (index: number, vars = {}) => {
      const one = open()[index % open().length]
      return one ? feed({ kind: 'complete', taskId: one.id, vars }) : false
    },
    /** Returns one of the open tasks to the first target that is allowed; gives whether one was. */
    sendBack: (index: number, targets: readonly string[]) => {
      const one = open()[index % open().length]
      if (!one) return false
      const [allowed] = targets.flatMap((toNodeId) => {
        const plan = planReturn(definition, state, visited, one, { toNodeId, since: null })
        return plan.ok ? [{ plan: plan.value, toNodeId }] : []
      })
      if (!allowed) return false
      const { plan, toNodeId } = allowed
      const tokenIds = plan.cancels.map(({ id }) => id)
      assert(feed({ kind: 'move', tokenIds, toNodeId, reason: 'test' }), `a planned return to ${toNodeId} is played`)
      return true
    },
  }
}

const nodes = ['plan', 'a1', 'a2', 'b1', 'b2', 'b3', 'sub', 's1', 's2', 'middle', 'x', 'y', 'z', 'last']
const move = fc.record({
  index: fc.nat(20),
  back: fc.option(fc.shuffledSubarray(nodes, { minLength: nodes.length }), { freq: 2 }),
  more: fc.boolean(),
})

describe('returns, one after the other', () => {
  it('never keep a case from its end, nor bring it there twice', () => {
    let returned = 0
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), fc.boolean(), fc.boolean(), (moves, loud, quick) => {
        const one = walker()
        one.feed({ kind: 'start', vars: { loud, quick, more: false } })
        for (const { index, back, more } of moves) {
          if (one.state().status !== 'active') break
          if (back === null) one.complete(index, { more })
          else if (one.sendBack(index, back)) returned++
          const standing = one.open().map(({ nodeId }) => nodeId)
          // No node of this drawing is ever meant to be open twice.
          expect(new Set(standing).size).toBe(standing.length)
        }
        for (let left = 0; left < 60 && one.state().status === 'active'; left++) one.complete(left, { more: false })

        expect(one.state().status).toBe('completed')
      }),
      { numRuns: 300 },
    )
    expect(returned).toBeGreaterThan(300)
  })

  it('do not reach into another branch', () => {
    const one = walker()
    one.feed({ kind: 'start', vars: { loud: true, quick: true, more: false } })
    one.complete(0)
    one.feed({ kind: 'complete', taskId: one.open().find(({ nodeId }) => nodeId === 'a1')?.id ?? '', vars: {} })
    const b1 = one.open().findIndex(({ nodeId }) => nodeId === 'b1')

    expect(one.sendBack(b1, ['a1'])).toBe(false)
    expect(one.sendBack(b1, ['plan'])).toBe(true)
    expect(one.open().map(({ nodeId }) => nodeId)).toEqual(['plan'])
  })
})
