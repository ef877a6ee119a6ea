import { describe, expect, it } from 'vitest'
import { parseRules, type SettlementRules } from '@tingzhou/settlement'
import file from '../../data/terms.json' with { type: 'json' }
import { blankTerms, termsRules, termsValues, type TermsValues } from './terms-values.ts'

function read(rules: unknown): SettlementRules {
  const parsed = parseRules(rules)
  if (!parsed.ok) throw new Error(parsed.error.map(({ field, rule }) => `${field} ${rule}`).join())
  return parsed.value
}

describe('rules of settlement in a form', () => {
  it.each(file.terms)('$name come out as they went in', ({ rules }) => {
    const base = read(rules)
    const values = { name: 'x', vatBp: 900, ...termsValues(base) }
    expect(read(termsRules(values, base))).toEqual(base)
  })

  it('begin as rules that the arithmetic reads', () => {
    const rules = read(termsRules({ name: 'x', ...blankTerms } as TermsValues, null))
    expect(rules.carrier.loss).toEqual({ mode: 'excess', as: 'money', tolerance: { by: 'rate', bp: 20 } })
    expect(rules.shipper).toEqual({ by: 'price', ...rules.carrier })
  })

  it('by the truck count no loss, whatever stood in the form before', () => {
    const rules = read(termsRules({ name: 'x', ...blankTerms, unit: 'truck' } as TermsValues, null))
    expect(rules.carrier).toMatchObject({ basis: { unit: 'truck' }, loss: { mode: 'none' } })
  })

  it('keep what the form does not show', () => {
    const base = read({
      carrier: { basis: { unit: 'ton', weight: 'load' }, minimumFen: 10_000 },
      shipper: { by: 'price', basis: { unit: 'truck' } },
      loadBp: 9_900,
      split: { parts: [{ to: 'advance', amount: { by: 'sum', fen: 50_000 } }] },
    })
    const values = { name: 'x', vatBp: 900, ...termsValues(base), weight: 'min' as const, depositBp: 500 }
    const rules = read(termsRules(values, base))
    expect(rules.carrier.minimumFen).toBe(10_000)
    expect(rules.shipper).toEqual(base.shipper)
    expect(rules.loadBp).toBe(9_900)
    expect(rules.split.parts.map(({ to }) => to)).toEqual(['advance', 'deposit'])
    expect(rules.carrier.basis).toEqual({ unit: 'ton', weight: 'min' })
  })
})
