import { describe, expect, it } from 'vitest'
import type { PriceRow } from './api.ts'
import { blankLoad, laneKey, lanesOf, loadInput, truckPlanOf, type LoadValues } from './load-values.ts'

const price = (part: Partial<PriceRow>): PriceRow => ({
  id: 'p1',
  goods: '动力煤',
  cargoClass: '0100',
  from: { id: 'a', name: '示例露天矿' },
  to: { id: 'b', name: '示例电厂' },
  measure: 'ton',
  carrierMilliFen: null,
  shipperMilliFen: 8_500_000,
  goodsMilliFen: 0,
  startsOn: '2026-01-01',
  endsOn: '2026-12-31',
  ...part,
})

const values: LoadValues = {
  shipperId: 's',
  contractId: 'c',
  goods: '动力煤',
  cargoClass: '0100',
  fromId: 'a',
  toId: 'b',
  consignee: '示例电厂',
  measure: 'ton',
  quantity: 320_000,
  truckPlan: null as never,
  mode: 'assign',
  loadFrom: 1,
  loadUntil: 2,
  terms: 't 3',
  bidKind: 'sealed',
  bidUntil: 5,
  tripsADay: 4,
  shipperMilliFen: 8_500_000,
  carrierMilliFen: 7_800_000,
}

describe('the lanes of a contract', () => {
  it('are each there once, with the price that counts first', () => {
    const lanes = lanesOf(
      [
        price({ id: 'next', startsOn: '2026-07-01', shipperMilliFen: 9_000_000 }),
        price({ id: 'now', endsOn: '2026-06-30' }),
        price({ id: 'over', goods: '焦煤', endsOn: '2026-02-01' }),
        price({ id: 'other', to: { id: 'c', name: '示例焦化厂' } }),
      ],
      '2026-06-01',
    )
    expect(lanes.map(({ id }) => id)).toEqual(['now', 'other'])
    expect(lanes[0]?.key).toBe(laneKey({ goods: '动力煤', fromId: 'a', toId: 'b', measure: 'ton' }))
  })
})

describe('what is sent of a load', () => {
  it('leaves prices and rules to the contract, and drops what belongs to other modes', () => {
    expect(loadInput(values, true)).toMatchObject({
      contractId: 'c',
      terms: null,
      shipperMilliFen: null,
      carrierMilliFen: null,
      bidKind: null,
      bidUntil: null,
      tripsADay: null,
      truckPlan: 32_000,
    })
  })

  it('without a contract names rules and prices; what carriers get only the platform says', () => {
    const own = { ...values, contractId: null }
    expect(loadInput(own, true)).toMatchObject({
      terms: { id: 't', version: 3 },
      shipperMilliFen: 8_500_000,
      carrierMilliFen: 7_800_000,
    })
    expect(loadInput(own, false).carrierMilliFen).toBeNull()
  })

  it('keeps what belongs to its mode', () => {
    expect(loadInput({ ...values, mode: 'bid' }, true)).toMatchObject({
      bidKind: 'sealed',
      bidUntil: 5,
      tripsADay: null,
    })
    expect(loadInput({ ...values, mode: 'standing' }, true)).toMatchObject({ bidKind: null, tripsADay: 4 })
  })

  it('a truck takes the usual, at most all of it, and is one where trucks are counted', () => {
    expect(truckPlanOf({ measure: 'ton', quantity: 10_000, truckPlan: null as never })).toBe(10_000)
    expect(truckPlanOf({ measure: 'truck', quantity: 8, truckPlan: 3 })).toBe(1)
    expect(truckPlanOf({ measure: 'm3', quantity: 100_000, truckPlan: 25_000 })).toBe(25_000)
  })

  it('begins with the next whole hour', () => {
    expect(blankLoad(3_600_001)).toMatchObject({ loadFrom: 7_200_000, loadUntil: 7_200_000 + 72 * 3_600_000 })
  })
})
