import { describe, expect, it } from 'vitest'
import { rankPlants, scaledSite, scaleFor, type FitPlant } from './fit.ts'

const plant = (id: string, over: Partial<FitPlant> = {}): FitPlant => ({
  id,
  areaM2: 10_000,
  heightM: 8,
  powerKw: 1_000,
  waterM3Day: 100,
  priceFen: 1_000,
  lon: 87.3,
  lat: 44,
  ...over,
})
const site = { landM2: 10_000, powerKw: 2_000, heightM: 8 }

describe('rankPlants', () => {
  it('says of each need whether it is met, short or unknown', () => {
    const [only] = rankPlants([plant('a', { heightM: null })], site, [])

    expect(only?.needs).toEqual([
      { need: 'landM2', wanted: 10_000, has: 10_000, verdict: 'met' },
      { need: 'powerKw', wanted: 2_000, has: 1_000, verdict: 'short' },
      { need: 'heightM', wanted: 8, has: null, verdict: 'unknown' },
    ])
    // 1 for met, half of a half for short, 0.5 for unknown.
    expect(only?.fit).toBeCloseTo((1 + 0.25 + 0.5) / 3, 12)
    expect(only?.buyersKm).toBeNull()
  })

  it('puts the better fit first, then the nearer to the buyers, then the cheaper', () => {
    const buyers = [{ lon: 87.3, lat: 44 }]
    const ranked = rankPlants(
      [
        plant('far', { lat: 45 }),
        plant('dear', { priceFen: 2_000 }),
        plant('nowhere', { lon: null, lat: null }),
        plant('cheap'),
        plant('unpriced', { priceFen: null }),
        plant('strong', { powerKw: 2_000, lat: 46 }),
      ],
      site,
      buyers,
    )

    expect(ranked.map(({ plant: { id } }) => id)).toEqual(['strong', 'cheap', 'dear', 'unpriced', 'far', 'nowhere'])
    expect(ranked[0]?.fit).toBe(1)
  })
})

it('a plant of three times the scale needs three times the land and power, not the height', () => {
  expect(scaledSite(site, 3)).toEqual({ landM2: 30_000, powerKw: 6_000, heightM: 8 })
})

it('a plant is never smaller than the least that pays', () => {
  expect([scaleFor(30, 100), scaleFor(250, 100), scaleFor(5, 0)]).toEqual([1, 2.5, 1])
})
