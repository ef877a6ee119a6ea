import { describe, expect, it } from 'vitest'
import { freightSaving, type Inbound } from './saving.ts'

// A paper mill, invented: handling 30 yuan a tonne, 0.35 yuan a tonne and kilometre, base 8,711,460 yuan.
const from = (distanceKm: number, priceFen = 0) => ({ distanceKm, rateFen: 35, priceFen })
const mill: readonly Inbound[] = [
  { key: 'pulp', kg: 22_680_000, before: from(620), after: null },
  { key: 'cartons', kg: 1_900_000, before: from(2_600), after: null },
  { key: 'film', kg: 800_000, before: from(3_400), after: null },
  { key: 'chemicals', kg: 500_000, before: from(1_900), after: null },
]
const near = (changes: Readonly<Record<string, ReturnType<typeof from>>>): readonly Inbound[] =>
  mill.map((one) => ({ ...one, after: changes[one.key] ?? null }))

function must(inbound: readonly Inbound[], handlingFen = 3_000) {
  const saving = freightSaving(inbound, handlingFen)
  if (!saving.ok) throw new Error(JSON.stringify(saving.error))
  return saving.value
}
const percent = (share: number | null): string => (100 * (share ?? Number.NaN)).toFixed(2)

describe('freightSaving', () => {
  it('saves 19.66 % with cartons from 25 km, 10.80 % with film from 40 km, 30.46 % with both', () => {
    const cartons = must(near({ cartons: from(25) }))
    const film = must(near({ film: from(40) }))
    const both = must(near({ cartons: from(25), film: from(40) }))

    expect(cartons).toMatchObject({ beforeFen: 871_146_000, savingFen: 171_237_500 })
    expect([cartons, film, both].map(({ share }) => percent(share))).toEqual(['19.66', '10.80', '30.46'])
    expect(both.savingFen).toBe(cartons.savingFen + film.savingFen)
  })

  it('takes off what the goods cost more here', () => {
    const inbound: Inbound = { key: 'cartons', kg: 1_900_000, before: from(2_600, 400_000), after: from(25, 430_000) }
    const saving = must([inbound])

    // 1,900 t at 300 yuan more.
    expect(saving.dearerFen).toBe(57_000_000)
    expect(saving.netFen).toBe(171_237_500 - 57_000_000)
  })

  it('may come out negative, and has no share of nothing', () => {
    expect(must([{ key: 'a', kg: 1_000, before: from(10), after: from(20) }]).savingFen).toBe(-350)
    expect(must([]).share).toBeNull()
  })

  it('refuses amounts beyond whole fen', () => {
    const heavy: Inbound = { key: 'a', kg: 1e12, before: from(20_000), after: null }
    const dear: Inbound = { key: 'b', kg: 1e8, before: from(1), after: from(1, 1e12) }

    for (const inbound of [[...Array<Inbound>(7).fill(heavy)], [dear]])
      expect(freightSaving(inbound, 3_000)).toMatchObject({
        ok: false,
        error: { kind: 'too_large', field: `inbound[${inbound.length - 1}].kg` },
      })
  })

  it.each([
    ['a price of half a fen', [{ key: 'a', kg: 1, before: from(1, 0.5), after: null }], 'inbound[0].before.priceFen'],
    ['a negative mass', [{ key: 'a', kg: -1, before: from(1), after: null }], 'inbound[0].kg'],
    ['a mass that is none', [{ key: 'a', kg: Number.NaN, before: from(1), after: null }], 'inbound[0].kg'],
    [
      'a way beyond the globe',
      [{ key: 'a', kg: 1, before: from(20_001), after: null }],
      'inbound[0].before.distanceKm',
    ],
    ['a negative price', [{ key: 'a', kg: 1, before: from(1), after: from(1, -1) }], 'inbound[0].after.priceFen'],
  ])('refuses %s', (_, inbound, field) => {
    expect(freightSaving(inbound, 3_000)).toMatchObject({ ok: false, error: { kind: 'invalid', field } })
  })
})
