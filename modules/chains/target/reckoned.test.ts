import { describe, expect, it } from 'vitest'
import { chainTargets, productFigures, readEconomy, supplyRisks } from '@tingzhou/chain-model'
import { sampleSettings } from '@tingzhou/chain-model/testing'
import { twoDigits } from '../rounding.ts'
import { firmsBehind, isTelling, shownLine } from './reckoned.ts'
import { pulpLine } from './testing.ts'

/** A chain in which so many mills need wheat from far. */
function behindWheat(mills: number): readonly number[] | undefined {
  const ids = Array.from({ length: mills }, (_, i) => `mill${i}`)
  const read = readEconomy({
    products: [
      { code: 'wheat', kgPerUnit: 1_000, priceFen: 260_000 },
      { code: 'flour', kgPerUnit: 1_000, priceFen: 420_000 },
    ],
    recipes: [{ output: 'flour', inputs: [{ product: 'wheat', coefficient: 1.3 }] }],
    firms: [...ids.map((id) => ({ id, isLocal: true, isStrong: true })), { id: 'farm', isLocal: false }],
    positions: ids.map((firm) => ({ firm, product: 'flour', role: 'produce', capacity: 100, output: 100 }) as const),
    links: ids.map((buyer) => ({
      seller: 'farm',
      buyer,
      product: 'wheat',
      volume: 130,
      priceFen: 260_000,
      distanceKm: 2_600,
      rateFen: 35,
      isContract: false,
    })),
    demands: [],
    chains: [
      {
        code: 'bread',
        leaders: [],
        segments: [{ key: 'up', products: [{ product: 'wheat', weight: 1, isRequired: true, mes: 1 }] }],
      },
    ],
  })
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const economy = read.value
  const risks = supplyRisks(economy, sampleSettings)
  const [fill] = chainTargets({ economy, ...productFigures(economy, sampleSettings), risks, settings: sampleSettings })
  return fill && firmsBehind(economy, risks)(fill)
}

describe('what stands behind a line', () => {
  it('is counted: firms that make it, that need it, and both sides of the purchases that were added up', () => {
    expect(behindWheat(2)).toEqual([0, 2, 1, 2])
    expect(behindWheat(4)).toEqual([0, 4, 1, 4])
  })

  it('tells on a firm when a side has some, and fewer than the least', () => {
    expect(isTelling([0, 3, 5], 3)).toBe(false)
    expect(isTelling([0, 3, 2], 3)).toBe(true)
    expect(isTelling([1, 3, 3], 3)).toBe(true)
  })
})

describe('shownLine', () => {
  it('shows of enough firms three digits of what they traded, and of fewer two of every number but prices', () => {
    const exact = shownLine(pulpLine(['a', 'b', 'c']), 3)
    const rounded = shownLine(pulpLine(['a', 'b']), 3)

    expect(exact).toMatchObject({ isRounded: false, value: 1_230_000_000, buyersVolume: 24_000, units: 22_680 })
    expect(exact.parts).toMatchObject({ need: 22_680, priceFen: 450_000 })
    expect(rounded).toMatchObject({
      isRounded: true,
      value: 1_200_000_000,
      buyersVolume: null,
      units: 23_000,
      parts: { need: 23_000, outsideFen: 25_000, priceFen: 450_000, mes: 20_000 },
    })
  })

  it('tells what all buyers bought in two digits, where enough stand on both sides, however many are listed', () => {
    const bought = { units: 24_731, sellers: 3, buyers: 5 }
    const volume = (over: object) => shownLine(pulpLine(['a', 'b', 'c'], { bought, ...over }), 3).buyersVolume

    expect(volume({})).toBe(25_000)
    expect(volume({ buyers: pulpLine(['a', 'b', 'c', 'd']).buyers })).toBe(25_000)
    expect(volume({ bought: { ...bought, sellers: 2 } })).toBeNull()
    expect(volume({ isClosed: true })).toBeNull()
  })

  it('rounds a line of a product whose sums are closed', () => {
    expect(shownLine(pulpLine(['a', 'b', 'c'], { isClosed: true }), 3)).toMatchObject({
      isRounded: true,
      value: 1_200_000_000,
      units: 23_000,
    })
  })

  it('rounds what is small, negative and none as well', () => {
    expect([0, 0.123, -987, 1e15].map(twoDigits)).toEqual([0, 0.12, -990, 1e15])
  })
})
