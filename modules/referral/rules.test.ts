import { describe, expect, it } from 'vitest'
import builtIn from './data/rules.json' with { type: 'json' }
import { checkDigit } from './numbers.ts'
import { checkRules, durationOf } from './rules.ts'
import { RuleSet } from './rules-contract.ts'
import { valueOf } from './measures.ts'

const rules = RuleSet.parse(builtIn)

describe('the built-in rules', () => {
  it('are those of casework.md §12 and say that they are invented', () => {
    expect(rules).toMatchObject({ invented: true })
    expect(durationOf(rules.offer.emergency)).toEqual({ kind: 'calendar', seconds: 15 * 60 })
    expect(durationOf(rules.offer.urgent)).toEqual({ kind: 'calendar', seconds: 2 * 3_600 })
    expect(durationOf(rules.offer.planned)).toEqual({ kind: 'working_days', days: 1 })
    expect(durationOf(rules.summary)).toEqual({ kind: 'calendar', seconds: 24 * 3_600 })
    expect(durationOf(rules.followUp)).toEqual({ kind: 'calendar', seconds: 7 * 24 * 3_600 })
  })

  it('hold by their own check', () => expect(checkRules(rules)).toEqual({ ok: true, value: undefined }))
})

describe('a set of rules', () => {
  const [item] = rules.checklist
  it.each([
    ['a code twice', { checklist: [item, item] }, 'rule_code_repeated'],
    ['no paper', { checklist: [{ ...item, paper: false }] }, 'rule_no_paper'],
    [
      'an emergency slower than what is urgent',
      { offer: { ...rules.offer, emergency: { unit: 'calendar_seconds', amount: 7_201 } } },
      'rule_out_of_order',
    ],
  ])('is refused with %s', (_claim, change, kind) => {
    expect(checkRules(RuleSet.parse({ ...rules, ...change }))).toMatchObject({ ok: false, error: { kind } })
  })
})

describe('a measure', () => {
  it('has no value without a base', () => {
    for (const measure of ['accept_rate', 'up_down', 'returned_share', 'complete_papers'] as const)
      expect(valueOf(measure, 0, 0, null)).toBeNull()
    expect(valueOf('minutes_to_accept', 0, 0, null)).toBeNull()
  })

  it('is a share in percent, a median in minutes, or how many go up for one that goes down', () => {
    expect(valueOf('accept_rate', 2, 3, null)).toBe(66.7)
    expect(valueOf('minutes_to_accept', 4, 4, 12.34)).toBe(12.3)
    expect(valueOf('up_down', 6, 10, null)).toBe(1.5)
    expect(valueOf('up_down', 3, 3, null)).toBeNull()
  })
})

describe('a referral code', () => {
  it('ends with a Luhn digit', () => {
    // ISO/IEC 7812-1 annex B: 7992739871 has the check digit 3.
    expect(checkDigit('7992739871')).toBe(3)
  })
})
