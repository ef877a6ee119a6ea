import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  amountOf,
  apportion,
  canonicalJson,
  divideHalfUp,
  fenMax,
  grossUp,
  partsMax,
  regulatorMass,
  regulatorMoney,
  regulatorVolume,
  roundAmount,
  vatSplit,
  type Rounding,
} from './index.ts'

const max = Number.MAX_SAFE_INTEGER
const money = fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.maxSafeInteger())
const weight = fc.oneof(fc.nat(100), fc.maxSafeNat())

describe('half up', () => {
  it.each([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [1n, 2n, 1n],
    [-1n, 2n, -1n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [5n, 3n, 2n],
    [0n, 7n, 0n],
    [2n ** 80n + 1n, 2n, 2n ** 79n + 1n],
  ])('%s / %s is %s', (numerator, denominator, rounded) => {
    expect(divideHalfUp(numerator, denominator)).toBe(rounded)
  })

  it('is the only integer within half of the exact quotient, and the outer one of two', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: 10n ** 15n }), (numerator, denominator) => {
        const twice = 2n * (divideHalfUp(numerator, denominator) * denominator - numerator)
        const outwards = numerator < 0n ? -twice : twice

        // Twice the error, in denominators: in (−1, 1], the 1 only outwards.
        expect(outwards > -denominator && outwards <= denominator).toBe(true)
      }),
    )
  })

  it('reverses: the rounded of the negative is the negative of the rounded', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n }), (numerator, denominator) => {
        expect(divideHalfUp(-numerator, denominator)).toBe(-divideHalfUp(numerator, denominator))
      }),
    )
  })

  it('needs a denominator', () => {
    expect(() => divideHalfUp(1n, 0n)).toThrow('denominator')
  })
})

describe('the amount of a quantity', () => {
  it.each([
    [{ unit: 'g', quantity: 85_080, priceMilliFen: 420_00_000 }, 35_73n],
    [{ unit: 'g_m', quantity: 32_310_000, distanceM: 251_500, priceMilliFen: 35_000 }, 2_844_09n],
    [{ unit: 'dm3', quantity: 45_678, priceMilliFen: 33_30_000 }, 1_521_08n],
    [{ unit: 's', quantity: 7_800, priceMilliFen: 50_00_000 }, 108_33n],
    [{ unit: 'truck', quantity: 1, priceMilliFen: 500 }, 1n],
    [{ unit: 'each', quantity: 1, priceMilliFen: 499 }, 0n],
    // 9007199254740991² / 1000 = 81129638414606663681390495662.081
    [{ unit: 'each', quantity: max, priceMilliFen: max }, 81_129_638_414_606_663_681_390_495_662n],
  ] as const)('%o', (measured, amount) => {
    expect(amountOf(measured)).toBe(amount)
  })
})

describe('抹零', () => {
  it.each([
    ['none', 2_504_45n, 2_504_45n],
    ['fen_truncated', 2_504_45n, 2_504_45n],
    ['yuan_rounded', 2_504_49n, 2_504_00n],
    ['yuan_rounded', 2_504_50n, 2_505_00n],
    ['yuan_rounded', -2_504_50n, -2_505_00n],
    ['yuan_truncated', 2_504_99n, 2_504_00n],
    ['yuan_truncated', -2_504_99n, -2_504_00n],
    ['ten_yuan_truncated', 2_509_99n, 2_500_00n],
    ['ten_yuan_truncated', 9_99n, 0n],
  ] satisfies [Rounding, bigint, bigint][])('%s of %s is %s', (rounding, amount, rounded) => {
    expect(roundAmount(amount, rounding)).toBe(rounded)
  })
})

describe('a split by weight', () => {
  it.each([
    // Exactly 94551.85, 90718.27 and 87791.88 fen: the two fen left are the third's and the first's.
    ['three trucks', 2_730_62, [32_310, 31_000, 30_000], [945_52, 907_18, 877_92]],
    ['equal parts, the first gets the fen', 100, [1, 1, 1], [34, 33, 33]],
    ['two fen left of three equal', 101, [7, 7, 7], [34, 34, 33]],
    ['an empty truck', 100, [0, 5, 0], [0, 100, 0]],
    ['one part', 12_345, [9], [12_345]],
    ['nothing', 0, [1, 2], [0, 0]],
    ['a credit', -100, [1, 1, 1], [-34, -33, -33]],
    ['less fen than parts', 2, [1, 1, 1, 1], [1, 1, 0, 0]],
    // 9007199254740991 / 2 is a half each.
    ['the largest total', max, [max, max], [4_503_599_627_370_496, 4_503_599_627_370_495]],
  ])('of %s', (_name, total, weights, parts) => {
    expect(apportion(total, weights)).toEqual({ ok: true, value: parts })
  })

  it.each([
    ['no part', 1, [], { field: 'weights', rule: 'missing' }],
    ['weights of nothing', 0, [0, 0], { field: 'weights', rule: 'weights_zero' }],
    ['a negative weight', 1, [1, -1], { field: 'weights[1]', value: -1, rule: 'range' }],
    ['half a kilogram', 1, [0.5], { field: 'weights[0]', value: 0.5, rule: 'range' }],
    ['half a fen', 0.5, [1], { field: 'totalFen', value: 0.5, rule: 'integer' }],
    ['too many', 1, Array.from({ length: partsMax + 1 }, () => 1), { value: 9_802, rule: 'too_many', limit: '9801' }],
  ])('refuses %s', (_name, total, weights, fault) => {
    expect(apportion(total, weights)).toMatchObject({ ok: false, error: fault })
  })

  it('sums to the whole, each part less than a fen from its exact share, more for more weight', () => {
    const weights = fc.array(weight, { minLength: 1, maxLength: 40 }).filter((all) => all.some((one) => one > 0))
    fc.assert(
      fc.property(money, weights, (total, weights) => {
        const split = apportion(total, weights)
        if (!split.ok) throw new Error(split.error.rule)
        const whole = weights.reduce((sum, one) => sum + BigInt(one), 0n)

        expect(split.value.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total))
        for (const [i, part] of split.value.entries()) {
          expect(Number.isSafeInteger(part)).toBe(true)
          const off = BigInt(part) * whole - BigInt(total) * BigInt(weights[i] ?? 0)
          expect(off < whole && off > -whole).toBe(true)
          for (const [j, other] of split.value.entries())
            if ((weights[i] ?? 0) > (weights[j] ?? 0)) expect(Math.abs(part) >= Math.abs(other)).toBe(true)
        }
      }),
    )
  })

  it('splits an order of 9,801 parts', () => {
    const split = apportion(
      123_456_789,
      Array.from({ length: partsMax }, (_, i) => 30_000 + i),
    )

    expect(split.ok && split.value.reduce((sum, part) => sum + part, 0)).toBe(123_456_789)
  })
})

describe('value added tax', () => {
  it.each([
    [2_730_62, 900, 2_505_16, 225_46], // 2730.62 / 1.09 = 2505.1559…
    [1_00, 900, 92, 8], // 1 / 1.09 = 0.9174…
    [1_09, 900, 1_00, 9],
    [1_03, 300, 1_00, 3],
    [1_01, 100, 1_00, 1],
    [3, 10_000, 2, 1], // 0.03 / 2 = 0.015
    [123_45, 0, 123_45, 0],
    [0, 900, 0, 0],
    [-2_730_62, 900, -2_505_16, -225_46],
    [max, 900, 8_263_485_554_808_249, 743_713_699_932_742], // 9007199254740991 / 1.09 = 8263485554808248.62…
  ])('of %i at %i bp is in it: %i and %i', (grossFen, rateBp, netFen, taxFen) => {
    expect(vatSplit(grossFen, rateBp)).toEqual({ ok: true, value: { netFen, taxFen } })
  })

  it('sums to the gross and is the rate on the net to a fen', () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 0, max: 10_000 }), (gross, rate) => {
        const split = vatSplit(gross, rate)
        if (!split.ok) throw new Error(split.error.rule)
        const [net, tax] = [BigInt(split.value.netFen), BigInt(split.value.taxFen)]
        const off = tax * 10_000n - net * BigInt(rate)

        expect(net + tax).toBe(BigInt(gross))
        expect(off <= 10_000n && off >= -10_000n).toBe(true)
      }),
    )
  })

  it('refuses what is no amount or no rate', () => {
    expect(vatSplit(0.5, 900)).toMatchObject({ ok: false, error: { field: 'grossFen', rule: 'integer' } })
    expect(vatSplit(1, 0.09)).toMatchObject({ ok: false, error: { field: 'rateBp', value: 0.09, rule: 'range' } })
    expect(vatSplit(1, 10_001)).toMatchObject({ ok: false, error: { limit: '0..10000' } })
  })
})

describe('a service rate on the whole', () => {
  it.each([
    [94_00, 600, 100_00],
    [2_504_45, 600, 2_664_31], // 2504.45 / 0.94 = 2664.3085…
    [1, 5_000, 2],
    [1, 9_999, 10_000],
    [12_34, 0, 12_34],
    [0, 600, 0],
  ])('bills %i at %i bp as %i', (dueFen, rateBp, billFen) => {
    expect(grossUp(dueFen, rateBp)).toEqual({ ok: true, value: billFen })
  })

  it('refuses the whole as a rate, and a bill beyond the range', () => {
    expect(grossUp(1, 10_000)).toMatchObject({ ok: false, error: { field: 'rateBp', limit: '0..9999' } })
    expect(grossUp(fenMax, 5_000)).toMatchObject({ ok: false, error: { field: 'billFen', rule: 'amount_too_large' } })
  })
})

describe('the decimals of the regulator', () => {
  it.each([
    ['money', regulatorMoney, 2_730_62, '2730.620'],
    ['money', regulatorMoney, 5, '0.050'],
    ['money', regulatorMoney, 0, '0.000'],
    ['money', regulatorMoney, -1_05, '-1.050'],
    ['money', regulatorMoney, max, '90071992547409.910'],
    ['mass', regulatorMass, 32_310, '32310.000'],
    ['mass', regulatorMass, 0, '0.000'],
    ['mass', regulatorMass, 99_999_999_999, '99999999999.000'],
    ['volume', regulatorVolume, 12_345, '12.3450'],
    ['volume', regulatorVolume, 7, '0.0070'],
    ['volume', regulatorVolume, 99_999_999, '99999.9990'],
  ])('of %s', (_name, write, value, text) => {
    expect(write(value)).toBe(text)
  })

  it('are of integers only', () => {
    expect(() => regulatorMoney(0.1)).toThrow('safe integer')
    expect(() => regulatorMass(2 ** 53)).toThrow('safe integer')
  })

  it('are read back as the same fen', () => {
    fc.assert(fc.property(money, (fen) => BigInt(regulatorMoney(fen).replace('.', '')) === BigInt(fen) * 10n))
  })
})

describe('canonical JSON', () => {
  it('orders keys by their units and leaves no space', () => {
    const value = { b: [1, { d: null, c: 'é\n"' }], a: true, B: -5, '10': 0, '9': '' }

    expect(canonicalJson(value)).toBe('{"10":0,"9":"","B":-5,"a":true,"b":[1,{"c":"é\\n\\"","d":null}]}')
  })

  it('is read back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const again = JSON.parse(canonicalJson(value))

        expect(canonicalJson(again)).toBe(canonicalJson(value))
        expect(again).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('x'), () => 1])('has no %s', (value) => {
    expect(() => canonicalJson({ a: [value] })).toThrow(TypeError)
  })
})
