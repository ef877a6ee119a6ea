import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyRules } from './arbitraries.fixture.ts'
import { canonicalJson, parseRules } from './index.ts'

const minTons = { unit: 'ton', weight: 'min' }
const least = { carrier: { basis: minTons }, shipper: { by: 'service_rate', rateBp: 600 } }
const fixed = (kg: number) => ({ by: 'fixed', kg })
const sum = (to: string, fen: unknown) => ({ to, amount: { by: 'sum', fen } })
const share = (to: string, bp: number) => ({ to, amount: { by: 'share', bp } })

const faultsOf = (value: unknown) => {
  const rules = parseRules(value)
  return rules.ok ? [] : rules.error
}

describe('parseRules', () => {
  it('writes every default out', () => {
    expect(parseRules(least)).toEqual({
      ok: true,
      value: {
        loadBp: 10_000,
        unloadBp: 10_000,
        carrier: {
          basis: minTons,
          loss: { mode: 'none' },
          surplus: { mode: 'none' },
          minimumFen: null,
          maximumFen: null,
          rounding: 'none',
        },
        shipper: { by: 'service_rate', rateBp: 600, rounding: 'none' },
        paidRounding: 'none',
        whenNegative: 'refuse',
        split: { parts: [], whenOver: 'refuse' },
      },
    })
  })

  it('parses what canonical JSON printed of rules to the same rules', () => {
    fc.assert(
      fc.property(anyRules, (value) => {
        const rules = parseRules(value)
        if (!rules.ok) throw new Error(JSON.stringify(rules.error))
        const printed = canonicalJson(rules.value)

        expect(parseRules(JSON.parse(printed))).toEqual(rules)
      }),
    )
  })

  it('gives frozen rules that share nothing with what was read', () => {
    const value = structuredClone({ ...least, split: { parts: [sum('advance', 1)] } })
    const rules = parseRules(value)
    value.carrier.basis.weight = 'max'

    expect(rules.ok && rules.value.carrier.basis).toEqual(minTons)
    expect(rules.ok && Object.isFrozen(rules.value.split.parts[0]?.amount)).toBe(true)
  })

  it('answers, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ carrier: fc.anything(), shipper: fc.anything() })), (value) => {
        for (const fault of faultsOf(value)) expect(JSON.parse(JSON.stringify(fault))).toEqual(fault)
        expect(faultsOf(value).length).toBeGreaterThan(0)
      }),
    )
  })

  const terms = (change: object) => ({ ...least, carrier: { basis: minTons, ...change } })
  it.each([
    ['', null, null, 'object', null],
    ['', undefined, null, 'missing', null],
    ['', [], 'list', 'object', null],
    ['carrier', { shipper: least.shipper }, null, 'missing', null],
    ['shipper', { carrier: least.carrier, shipper: 6 }, 6, 'object', null],
    ['shipper.by', { carrier: least.carrier, shipper: {} }, null, 'missing', 'price, service_rate'],
    ['shipper.by', { ...least, shipper: { by: 'gift' } }, 'gift', 'one_of', 'price, service_rate'],
    ['shipper.rateBp', { ...least, shipper: { by: 'service_rate', rateBp: 10_000 } }, 10_000, 'range', '0..9999'],
    ['shipper.loss', { ...least, shipper: { ...least.shipper, loss: {} } }, 'object', 'unknown_field', null],
    ['shipper.rateBp', { ...least, shipper: { by: 'price', basis: minTons, rateBp: 6 } }, 6, 'unknown_field', null],
    ['loadBp', { ...least, loadBp: 0 }, 0, 'range', '1..20000'],
    ['unloadBp', { ...least, unloadBp: 99.5 }, 99.5, 'integer', null],
    ['paidRounding', { ...least, paidRounding: 'up' }, 'up', 'one_of', expect.stringContaining('yuan_rounded')],
    ['whenNegative', { ...least, whenNegative: null }, null, 'one_of', 'refuse, carry'],
    ['p1', { ...least, p1: 1 }, 1, 'unknown_field', null],
    ['carrier.basis', { ...least, carrier: {} }, null, 'missing', null],
    ['carrier.basis.unit', terms({ basis: { unit: 'mile' } }), 'mile', 'one_of', 'ton, ton_km, truck, m3'],
    ['carrier.basis.unit', terms({ basis: { unit: 'toString' } }), 'toString', 'one_of', 'ton, ton_km, truck, m3'],
    ['carrier.basis.weight', terms({ basis: { unit: 'ton' } }), null, 'missing', 'load, unload, min, max'],
    ['carrier.basis.weight', terms({ basis: { unit: 'truck', weight: 'min' } }), 'min', 'unknown_field', null],
    ['carrier.loss.mode', terms({ loss: { mode: 'E' } }), 'E', 'one_of', 'none, excess, whole, real'],
    ['carrier.loss.as', terms({ loss: { mode: 'real' } }), null, 'missing', 'money, weight'],
    ['carrier.loss.tolerance', terms({ loss: { mode: 'whole', as: 'money' } }), null, 'missing', null],
    ['carrier.loss.tolerance', terms({ loss: { mode: 'real', as: 'money', tolerance: 1 } }), 1, 'unknown_field', null],
    [
      'carrier.loss.tolerance.kg',
      terms({ loss: { mode: 'excess', as: 'money', tolerance: fixed(-1) } }),
      -1,
      'range',
      '0..99999999999',
    ],
    [
      'carrier.loss.tolerance.kg',
      terms({ loss: { mode: 'excess', as: 'money', tolerance: { by: 'rate', bp: 20, kg: 5 } } }),
      5,
      'unknown_field',
      null,
    ],
    ['carrier.surplus.as', terms({ surplus: { mode: 'real', as: 'money' } }), 'money', 'unknown_field', null],
    [
      'carrier.loss.as',
      terms({ basis: { unit: 'truck' }, loss: { mode: 'real', as: 'weight' } }),
      'weight',
      'needs_weight_basis',
      'truck',
    ],
    [
      'carrier.surplus.mode',
      terms({ basis: { unit: 'm3' }, surplus: { mode: 'real' } }),
      'real',
      'needs_weight_basis',
      'm3',
    ],
    ['carrier.minimumFen', terms({ minimumFen: 2, maximumFen: 1 }), 2, 'over_maximum', '1'],
    ['carrier.maximumFen', terms({ maximumFen: '1' }), '1', 'integer', null],
    ['split.parts', { ...least, split: { parts: {} } }, 'object', 'list', null],
    ['split.parts[0].to', { ...least, split: { parts: [sum('balance', 1)] } }, 'balance', 'one_of', expect.any(String)],
    ['split.parts[0].amount.fen', { ...least, split: { parts: [sum('etc', 1.5)] } }, 1.5, 'integer', null],
    ['split.parts', { ...least, split: { parts: [sum('etc', 1), sum('etc', 2)] } }, 'etc', 'duplicate', null],
    [
      'split.parts',
      { ...least, split: { parts: [share('etc', 5_000), share('tax', 5_001)] } },
      10_001,
      'shares_over_whole',
      '10000',
    ],
    [
      'split.parts',
      { ...least, split: { parts: Array.from({ length: 101 }, () => sum('etc', 1)) } },
      101,
      'too_many',
      '100',
    ],
  ])('names %s', (field, value, shown, rule, limit) => {
    expect(faultsOf(value)).toEqual([{ field, value: shown, rule, limit }])
  })

  it('names everything that is wrong at once', () => {
    const faults = faultsOf({ loadBp: 0, carrier: { basis: { unit: 'ton' } }, shipper: null, split: 1 })

    expect(faults.map(({ field }) => field)).toEqual(['loadBp', 'carrier.basis.weight', 'shipper', 'split'])
  })

  it('names twenty of many unknown fields, and cuts what they say', () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [`${'x'.repeat(200)}${i}`, 'y'.repeat(999)]),
    )
    const faults = faultsOf({ ...least, ...many })

    expect(faults).toHaveLength(20)
    expect(faults[0]).toEqual({ field: 'x'.repeat(64), value: 'y'.repeat(100), rule: 'unknown_field', limit: null })
  })
})
