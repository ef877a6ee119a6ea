import { describe, expect, it } from 'vitest'
import { actOf, otherVerbs, verbsOf, type DeskTask } from './desk-specs.ts'

const sign = { id: 's', by: { id: 'li', name: '李' }, when: 'before', held: false } as const
const task = { id: 't', signs: [sign] } as unknown as DeskTask
const verbs = [
  { verb: 'claim', taskId: 't', reason: null },
  { verb: 'sign', taskId: 's', reason: null },
  { verb: 'take_back', taskId: 'before', reason: null },
]

describe('a verb of casework as its form gives it', () => {
  it('carries only what the verb asks for', () => {
    expect(actOf('claim', { reason: '不需要' })).toEqual({ verb: 'claim' })
    expect(actOf('return', { toNodeId: 'review', reason: '有误', to: 'zhao' })).toEqual({
      verb: 'return',
      toNodeId: 'review',
      reason: '有误',
    })
    expect(actOf('sign', { agrees: false, words: '不同意' })).toEqual({ verb: 'sign', agrees: false, words: '不同意' })
  })

  it('stands with its task, or with none', () => {
    expect(verbsOf({ verbs }, task).map(({ verb }) => verb)).toEqual(['claim', 'sign'])
    expect(otherVerbs({ verbs, tasks: [task] }).map(({ verb }) => verb)).toEqual(['take_back'])
  })
})
