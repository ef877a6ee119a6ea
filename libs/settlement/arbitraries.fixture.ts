import * as fc from 'fast-check'
import { additionKinds, payKinds, reductionKinds, roundings, weightRules } from './index.ts'

const max = Number.MAX_SAFE_INTEGER

/** Everyday sizes mostly, and up to the limit. */
const upTo = (everyday: number, limit: number) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: everyday }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: limit }) },
  )
const sumFen = upTo(500_000, max)
const priceMilliFen = upTo(100_000_000, max)
/** Some values as they are, the field left out or null for the rest. */
const perhaps = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })

const tolerance = fc.oneof(
  fc.record({ by: fc.constant('fixed'), kg: upTo(500, 99_999_999_999) }),
  fc.record({ by: fc.constant('rate'), bp: upTo(100, 10_000) }),
)
const over = fc.constantFrom('excess', 'whole')
const moneyOrWeight = fc.constantFrom('money', 'weight')

const noLoss = fc.constant({ mode: 'none' })
const loss = (as: fc.Arbitrary<string>) =>
  fc.oneof(noLoss, fc.record({ mode: over, as, tolerance }), fc.record({ mode: fc.constant('real'), as }))
const surplus = fc.oneof(noLoss, fc.record({ mode: over, tolerance }), fc.constant({ mode: 'real' }))

const limits = fc
  .tuple(perhaps(sumFen), perhaps(sumFen))
  .map(([a, b]) => (a !== null && b !== null && a > b ? [b, a] : [a, b]))
  .map(([minimumFen, maximumFen]) => ({ minimumFen, maximumFen }))
const rounding = fc.constantFrom(...roundings)

const weightTerms = fc.record({
  basis: fc.record({ unit: fc.constantFrom('ton', 'ton_km'), weight: fc.constantFrom(...weightRules) }),
  loss: loss(moneyOrWeight),
  surplus,
  rounding,
})
const otherTerms = fc.record({
  basis: fc.record({ unit: fc.constantFrom('truck', 'm3') }),
  loss: loss(fc.constant('money')),
  rounding,
})
export const anyTerms = fc
  .tuple(fc.oneof(weightTerms, otherTerms), limits)
  .map(([terms, limits]) => ({ ...terms, ...limits }))

const ref = fc.option(fc.constantFrom('a', 'b', 'waybill/7:x.1_2-3'), { nil: null })
const uniqueBy = { maxLength: 5, selector: ({ to, ref }: { to: string; ref: string | null }) => `${to} ${ref}` }
/** Shares of at most 500 bp: twelve of them, of rules and facts together, are never the whole. */
const part = (name: fc.Arbitrary<string | null>, least: number) =>
  fc.record({
    to: fc.constantFrom(...payKinds),
    ref: name,
    amount: fc.oneof(
      fc.record({ by: fc.constant('sum'), fen: upTo(least, max) }),
      fc.record({ by: fc.constant('share'), bp: fc.integer({ min: 0, max: 500 }) }),
    ),
  })

/** Rules as JSON would bring them; every one parses. */
export const anyRules = fc.record(
  {
    loadBp: fc.constantFrom(10_000, 9_950, 1, 20_000, 9_999),
    unloadBp: fc.constantFrom(10_000, 9_800, 1, 20_000, 10_001),
    carrier: anyTerms,
    shipper: fc.oneof(
      anyTerms.map((terms) => ({ by: 'price', ...terms })),
      fc.record({ by: fc.constant('service_rate'), rateBp: upTo(1_000, 9_999), rounding }),
    ),
    paidRounding: rounding,
    whenNegative: fc.constantFrom('refuse', 'carry', 'carry'),
    split: fc.record({
      parts: fc.uniqueArray(part(ref, 50_000), uniqueBy),
      whenOver: fc.constantFrom('refuse', 'cap', 'cap'),
    }),
  },
  { requiredKeys: ['carrier', 'shipper'] },
)

const item = fc.record({
  kind: fc.constantFrom(...additionKinds, ...reductionKinds),
  ref,
  side: fc.constantFrom('carrier', 'shipper', 'both'),
  amount: fc.oneof(
    fc.record({ by: fc.constant('sum'), fen: upTo(50_000, max) }),
    fc.record({ by: fc.constant('count'), count: upTo(5, 999_999), eachMilliFen: priceMilliFen }),
    fc.record({
      by: fc.constant('time'),
      waitedS: upTo(90_000, 31_622_400),
      freeS: upTo(20_000, 31_622_400),
      stepS: fc.constantFrom(1, 60, 1_800, 3_600, 86_400),
      hourMilliFen: priceMilliFen,
    }),
  ),
})
const weightKg = upTo(50_000, 99_999_999_999)

/** Facts that any rules can read. */
export const anyFacts = fc.record({
  loadKg: weightKg,
  unloadKg: weightKg,
  volumeDm3: upTo(60_000, 99_999_999),
  distanceM: upTo(2_000_000, 99_999_999),
  trucks: fc.constantFrom(1, 1, 3, 9_999),
  prices: fc.record({
    carrierMilliFen: priceMilliFen,
    shipperMilliFen: priceMilliFen,
    goodsMilliFen: priceMilliFen,
  }),
  items: fc.uniqueArray(item, { maxLength: 6, selector: ({ kind, ref }) => `${kind} ${ref}` }),
  parts: fc.uniqueArray(part(fc.constantFrom('c', 'd'), 50_000), uniqueBy),
  vatBp: fc.constantFrom(0, 100, 300, 900, 1_300, 10_000),
})
