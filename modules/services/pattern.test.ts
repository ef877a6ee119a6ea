import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSafePattern } from './pattern.ts'

describe('isSafePattern', () => {
  it.each([
    '^[0-9]{8,30}$',
    '^[A-Z]{1,3}[0-9]+$',
    '^(京|沪|新)[A-Z][A-Z0-9]{5,6}$',
    '^(?:ab){3}$',
    '^[\\]\\\\(]+\\($',
    '^\\p{Script=Han}{2,40}$',
    '.*',
  ])('takes %s', (pattern) => {
    expect(isSafePattern(pattern, 200)).toBe(true)
  })

  it.each([
    ['([0-9', 'does not compile'],
    ['^(a+)+$', 'repeats a repeat'],
    ['^((a+))+$', 'repeats a repeat in brackets'],
    ['^(a|a)*$', 'repeats a choice'],
    ['^(a?){60}$', 'repeats what may be absent'],
    ['^a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?$', 'leaves many out'],
    ['^.*.*.*.*$', 'shares a text between many'],
    ['^(a)\\1$', 'looks back'],
    ['^(?=a)a$', 'looks ahead'],
    ['^(?<=a)b$', 'looks behind'],
  ])('refuses %s, which %s', (pattern) => {
    expect(isSafePattern(pattern, 200)).toBe(false)
  })

  it('lets no pattern through that is slow on a text of its length', () => {
    const atom = fc.constantFrom('a', '[ab]', '.', '(a|b)', '(?:ab?)', '(a)')
    const repeat = fc.constantFrom('', '*', '+', '?', '{2}', '{1,4}', '{3,}')
    const patterns = fc
      .array(fc.tuple(atom, repeat), { minLength: 1, maxLength: 7 })
      .map((parts) => `^${parts.map((part) => part.join('')).join('')}$`)
    fc.assert(
      fc.property(patterns, (pattern) => {
        if (!isSafePattern(pattern, 40)) return
        const began = performance.now()
        new RegExp(pattern, 'u').test(`${'a'.repeat(39)}!`)
        expect(performance.now() - began).toBeLessThan(2_000)
      }),
    )
  })
})
