import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyFacts, anyRules, anyTerms } from './arbitraries.fixture.ts'
import {
  canonicalJson,
  reproduce,
  settle,
  type Facts,
  type Line,
  type Measured,
  type SettlementRules,
  type Sheet,
} from './index.ts'
import { rulesFrom } from './testing.ts'

/** A property of every sheet; what is refused must be refused for its size, never for its form. */
const ofEverySheet = (check: (sheet: Sheet) => void) => {
  let settled = 0
  fc.assert(
    fc.property(anyRules, anyFacts, (rules, facts) => {
      const sheet = settle(rulesFrom(rules), facts as Facts)
      if (sheet.ok) check(sheet.value)
      else expect(sheet.error[0]?.rule).toMatch(/^(?:amount_too_large|below_zero|split_over_paid)$/)
      if (sheet.ok) settled++
    }),
    { numRuns: 500 },
  )
  expect(settled).toBeGreaterThan(50)
}

const signed = ({ sign, amountFen }: Line): bigint => BigInt(sign) * BigInt(amountFen)
const total = (lines: readonly Line[]): bigint => lines.reduce((sum, line) => sum + signed(line), 0n)

/** Every number anywhere in a value. */
const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

/** The exact amount in fen as a fraction, from units written out: tons, kilometres, cubic metres, hours, fen. */
function exactly(measured: Measured): readonly [numerator: bigint, denominator: bigint] {
  const product = BigInt(measured.quantity) * BigInt(measured.priceMilliFen)
  switch (measured.unit) {
    case 'g':
      return [product, 1_000n * 1_000n * 1_000n]
    case 'g_m':
      return [product * BigInt(measured.distanceM), 1_000n * 1_000n * 1_000n * 1_000n]
    case 'dm3':
      return [product, 1_000n * 1_000n]
    case 's':
      return [product, 60n * 60n * 1_000n]
    case 'truck':
    case 'each':
      return [product, 1_000n]
  }
}

describe('every sheet', () => {
  it('has lines that sum to its totals', () => {
    ofEverySheet(({ lines, totals }) => {
      const carrier = lines.filter(({ side }) => side === 'carrier')
      const without = (...keys: string[]) => total(carrier.filter(({ key }) => !keys.includes(key)))

      expect(total(carrier)).toBe(BigInt(totals.paidFen))
      expect(without('m0_paid')).toBe(BigInt(totals.dueFen))
      expect(without('m0_paid', 'm0_computed', 'carried')).toBe(BigInt(totals.computedFen))
      expect(total(lines.filter(({ side }) => side === 'shipper'))).toBe(BigInt(totals.billFen))
      expect(BigInt(totals.netFen) + BigInt(totals.taxFen)).toBe(BigInt(totals.billFen))
      expect(BigInt(totals.billFen) - BigInt(totals.dueFen)).toBe(BigInt(totals.incomeFen))
    })
  })

  it('has pays that sum to the payment, none negative, none above what was asked', () => {
    ofEverySheet(({ pays, totals }) => {
      const of = (group: string) =>
        pays.filter((pay) => pay.group === group).reduce((sum, { amountFen }) => sum + BigInt(amountFen), 0n)

      expect(of('paid') + of('held') + of('withheld')).toBe(BigInt(totals.paidFen))
      expect([of('paid'), of('held'), of('withheld')].map(Number)).toEqual([
        totals.outFen,
        totals.heldFen,
        totals.withheldFen,
      ])
      for (const { amountFen, askedFen } of pays) expect(amountFen >= 0 && amountFen <= askedFen).toBe(true)
    })
  })

  it('holds no number but safe integers, no minus zero, and pays and bills nothing negative', () => {
    ofEverySheet((sheet) => {
      const numbers = numbersIn(sheet)

      expect(numbers.filter((number) => !Number.isSafeInteger(number) || Object.is(number, -0))).toEqual([])
      expect(Math.min(sheet.totals.dueFen, sheet.totals.paidFen, sheet.totals.billFen)).toBeGreaterThanOrEqual(0)
      expect(sheet.lines.filter(({ amountFen }) => amountFen < 0)).toEqual([])
    })
  })

  it('rounds the exact amount of every measured line half up', () => {
    ofEverySheet(({ lines }) => {
      for (const { measured, amountFen } of lines) {
        if (!measured) continue
        const [numerator, denominator] = exactly(measured)
        const twiceOff = 2n * (BigInt(amountFen) * denominator - numerator)

        expect(twiceOff > -denominator && twiceOff <= denominator).toBe(true)
      }
    })
  })

  it('names each line once', () => {
    ofEverySheet(({ lines, pays }) => {
      const names = lines.map(({ side, key, ref }) => `${side} ${key} ${ref}`)
      const payNames = pays.map(({ to, ref }) => `${to} ${ref}`)

      expect(new Set(names).size).toBe(names.length)
      expect(new Set(payNames).size).toBe(payNames.length)
    })
  })

  it('is reproduced from its JSON', () => {
    ofEverySheet((sheet) => {
      const stored: unknown = JSON.parse(canonicalJson(sheet))

      expect(reproduce(stored)).toEqual({ ok: true, value: sheet })
    })
  })
})

describe('facts of any kind', () => {
  it('are answered, never thrown at', () => {
    const rules = rulesFrom({ carrier: { basis: { unit: 'truck' } }, shipper: { by: 'service_rate', rateBp: 0 } })
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ prices: fc.anything(), items: fc.anything() })), (facts) => {
        expect(settle(rules, facts as Facts).ok).toBe(false)
      }),
    )
  })

  it('one hair beyond a limit are refused by name', () => {
    const limits = { loadKg: 99_999_999_999, volumeDm3: 99_999_999, distanceM: 99_999_999, trucks: 9_999 }
    const facts = { loadKg: 1, unloadKg: 1, trucks: 1, vatBp: 0, prices: { carrierMilliFen: 1 } }
    const rules = rulesFrom({ carrier: { basis: { unit: 'truck' } }, shipper: { by: 'service_rate', rateBp: 0 } })
    const answer = (field: string, value: number) => settle(rules, { ...facts, [field]: value } as unknown as Facts)

    for (const [field, limit] of Object.entries(limits)) {
      expect(answer(field, limit).ok).toBe(true)
      expect(answer(field, limit + 1)).toMatchObject({ ok: false, error: [{ field, value: limit + 1, rule: 'range' }] })
    }
  })
})

describe('the due', () => {
  const dueOf = (rules: SettlementRules, facts: Facts): number | null => {
    const sheet = settle(rules, facts)
    return sheet.ok ? sheet.value.totals.dueFen : null
  }
  type Weighed = { readonly loadKg: number; readonly unloadKg: number }

  /** A carrier's terms of any kind at everyday prices; a due below zero is nothing. */
  const neverFalls = (
    promise: (terms: { readonly loss: { mode: string }; readonly surplus?: { mode: string } }) => boolean,
    more: (weighed: Weighed, kg: number) => Weighed,
    weighings: object = {},
  ) => {
    let compared = 0
    const kg = fc.integer({ min: 0, max: 50_000 })
    const near = fc.tuple(kg, fc.integer({ min: -300, max: 300 }), fc.oneof(fc.constant(1), fc.nat(400)))
    const price = fc.integer({ min: 0, max: 100_000_000 })
    fc.assert(
      fc.property(
        anyTerms.filter(promise),
        near,
        price,
        price,
        (terms, [loadKg, off, step], carrierMilliFen, goodsMilliFen) => {
          const shipper = { by: 'service_rate', rateBp: 0 }
          const rules = rulesFrom({ carrier: terms, shipper, whenNegative: 'carry', ...weighings })
          const weighed = { loadKg, unloadKg: Math.max(0, loadKg + off) }
          const facts = {
            volumeDm3: 40_000,
            distanceM: 250_000,
            trucks: 1,
            prices: { carrierMilliFen, shipperMilliFen: null, goodsMilliFen },
            items: [],
            parts: [],
            vatBp: 0,
          }
          const [before, after] = [weighed, more(weighed, step)].map((weights) =>
            dueOf(rules, { ...facts, ...weights }),
          )
          if (before === null || after === null || before === undefined || after === undefined) return
          expect(after).toBeGreaterThanOrEqual(before)
          compared++
        },
      ),
      { numRuns: 2_000 },
    )
    expect(compared).toBeGreaterThan(1_000)
  }

  it('never falls when more is unloaded, unless a surplus counts as a whole', () => {
    neverFalls(
      ({ surplus }) => surplus?.mode !== 'whole',
      ({ loadKg, unloadKg }, kg) => ({ loadKg, unloadKg: unloadKg + kg }),
      { loadBp: 9_950, unloadBp: 9_900 },
    )
  })

  it('never falls when more is loaded, where no loss counts', () => {
    neverFalls(
      ({ loss }) => loss.mode === 'none',
      ({ loadKg, unloadKg }, kg) => ({ loadKg: loadKg + kg, unloadKg }),
      { loadBp: 9_950, unloadBp: 9_900 },
    )
  })

  it('never falls when as much more is loaded as unloaded, at p1 and p2 of the whole', () => {
    neverFalls(
      () => true,
      ({ loadKg, unloadKg }, kg) => ({ loadKg: loadKg + kg, unloadKg: unloadKg + kg }),
    )
  })

  const fall = (terms: object, before: Weighed, after: Weighed): readonly (number | null)[] => {
    const rules = rulesFrom({ carrier: terms, shipper: { by: 'service_rate', rateBp: 0 } })
    const prices = { carrierMilliFen: 78_00_000, shipperMilliFen: null, goodsMilliFen: 420_00_000 }
    return [before, after].map((weighed) => dueOf(rules, { ...weighed, vatBp: 0, prices } as unknown as Facts))
  }

  it('falls by the whole loss when a kilogram more is loaded at the edge of W', () => {
    const loss = { mode: 'whole', as: 'money', tolerance: { by: 'fixed', kg: 150 } }

    // 32.310 × 78 = 2520.18 both times; 0.151 × 420 = 63.42.
    expect(
      fall(
        { basis: { unit: 'ton', weight: 'min' }, loss },
        { loadKg: 32_460, unloadKg: 32_310 },
        { loadKg: 32_461, unloadKg: 32_310 },
      ),
    ).toEqual([2_520_18, 2_456_76])
  })

  it('falls by the whole surplus when a kilogram more is unloaded at its edge', () => {
    const surplus = { mode: 'whole', tolerance: { by: 'fixed', kg: 150 } }

    // 32.460 × 78 = 2531.88; 32.310 × 78 = 2520.18.
    expect(
      fall(
        { basis: { unit: 'ton', weight: 'unload' }, surplus },
        { loadKg: 32_310, unloadKg: 32_460 },
        { loadKg: 32_310, unloadKg: 32_461 },
      ),
    ).toEqual([2_531_88, 2_520_18])
  })

  it('falls when more is loaded than arrives and the goods are dearer than the freight', () => {
    const loss = { mode: 'real', as: 'money' }

    // 1 × 78 = 78; 1.001 × 78 = 78.078 → 78.08; 0.001 × 420 = 0.42.
    expect(
      fall(
        { basis: { unit: 'ton', weight: 'load' }, loss },
        { loadKg: 1_000, unloadKg: 1_000 },
        { loadKg: 1_001, unloadKg: 1_000 },
      ),
    ).toEqual([78_00, 77_66])
  })
})
