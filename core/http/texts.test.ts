import { describe, expect, it } from 'vitest'
import { problem } from './problem.ts'
import { describeProblem } from './body.ts'
import { registerProblems, registerWords, ruleText } from './texts.ts'

const both = <T>(words: T) => ({ 'zh-CN': words, en: words })

describe('words of rules and values', () => {
  registerProblems('post', both({ stamp_state: '{state}' }))
  registerWords('post', both({ 'state.stamped': 'signed for', 'over 20 kg': 'too heavy for the post' }))
  registerWords('court', both({ 'state.stamped': 'agreed', 'after noon': 'after the hearing' }))
  const scene = { lang: 'en', path: '/', requestId: 'r' } as const

  it('are those of the package whose problem it is, of its parts too, then whoever has one', () => {
    expect(['post', 'post-parcel', 'court', 'elsewhere'].map((area) => ruleText('en', 'state.stamped', area))).toEqual([
      'signed for',
      'signed for',
      'agreed',
      'signed for',
    ])
    expect(ruleText('en', 'after noon', 'post')).toBe('after the hearing')
    expect(ruleText('en', 'nothing of the kind', 'post')).toBeUndefined()
  })

  it('fill the texts and the messages of a problem', () => {
    const told = (area: string) =>
      describeProblem(
        problem({
          kind: 'stamp_state',
          status: 409,
          area,
          meta: { state: 'stamped' },
          errors: [{ field: 'f', value: 1, rule: 'over 20 kg' }],
        }),
        scene,
      ).body
    expect(told('post')).toMatchObject({ detail: 'signed for', errors: [{ message: 'too heavy for the post' }] })
    expect(told('court').detail).toBe('agreed')
  })

  it('say one thing within a package', () => {
    expect(() => registerWords('post', both({ 'over 20 kg': 'heavy' }))).toThrow('over 20 kg says one thing')
    registerWords('post', both({ 'over 20 kg': 'too heavy for the post' }))
  })
})
