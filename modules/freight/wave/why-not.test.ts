import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assert } from '@tingzhou/kernel'
import type { FreeTruck } from './crew.ts'
import { planWave } from './plan.ts'
import { withFile } from './settings.ts'
import type { OpenLoad } from './snapshot.ts'
import { bodyRule } from './solve.ts'
import { whyUnused, type Price } from './why-not.ts'

const now = Date.UTC(2026, 2, 2, 2)
const hourMs = 3_600_000
const numbers = withFile({ reachM: 300_000, fairHourM: 2_000, fairMaxM: 20_000 })
const fits = bodyRule(false)

const load = (at: number, lon: number): OpenLoad => ({
  id: `load ${at}`,
  number: `HY${at}`,
  placeId: `place ${at}`,
  place: `place ${at}`,
  lon,
  lat: 44,
  measure: 'ton',
  truckPlan: 32_000,
  left: 32_000,
  cargoClass: '0100',
  since: now as never,
  loadUntil: (now + (at + 4) * hourMs) as never,
})
const truck = (at: number, lon: number, idleHours: number): FreeTruck => ({
  id: `truck ${at}`,
  plate: `新B${at}`,
  ratedKg: 33_000,
  typeCode: 'H11',
  carrierId: 'carrier',
  lon,
  lat: 44,
  idleHours,
  driverId: `driver ${at}`,
  lack: null,
})
const planned = (loads: readonly OpenLoad[], trucks: readonly FreeTruck[]) => {
  const plan = planWave({ loads, trucks, marks: [], mindsBodies: false, slots: [] }, numbers, null, now)
  assert(plan.ok, 'it is solved')
  return plan.value
}
/** What a wave says of its loads, as the rows keep it. */
const pricesOf = (loads: readonly OpenLoad[], trucks: readonly FreeTruck[]): readonly Price[] =>
  planned(loads, trucks).pairs.map(({ load: { lon, lat, cargoClass }, plan, emptyM, costM, truckWorthM }) => ({
    lon,
    lat,
    cargoClass,
    kg: plan,
    forbidden: false,
    emptyM,
    worthM: costM + truckWorthM,
  }))

describe('why a truck was not used', () => {
  it('names the first rule that leaves no load, or what would change it', () => {
    const prices = pricesOf([load(0, 87)], [truck(0, 87.1, 0)])
    const stood = { lon: 87.3, lat: 44, ratedKg: 33_000, typeCode: 'H11', idleHours: 0 }
    const ask = (over: object, of = prices) => whyUnused(of, { ...stood, ...over }, numbers, fits).kind
    expect(ask({ lon: 87.5 })).toBe('dearer')
    expect(ask({ lon: 87.2 })).toBe('dearer_waits')
    expect(ask({ lon: 87.1 })).toBe('as_good')
    expect(ask({ lon: 97 })).toBe('too_far')
    expect(ask({ ratedKg: 5_000 })).toBe('too_light')
    expect(
      ask(
        {},
        prices.map((price) => ({ ...price, forbidden: true })),
      ),
    ).toBe('forbidden')
    expect(whyUnused(prices, stood, numbers, () => false).kind).toBe('wrong_body')
    const { otherM, ownM, withinM, moreM } = whyUnused(prices, stood, numbers, fits).numbers
    expect(ownM).toBe((withinM ?? 0) + (moreM ?? 0))
    expect(otherM).toBeLessThan(ownM ?? 0)
  })

  it('is true: nearer than it says, the truck goes; as far as that, the wave is as dear as before', () => {
    const spots = fc.array(fc.double({ min: 86, max: 88, noNaN: true }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(spots, spots, fc.integer({ min: 0, max: 8 }), (places, stands, idle) => {
        const loads = places.map((lon, at) => load(at, lon))
        const trucks = [...stands, ...places.map((lon) => lon + 0.2)].map((lon, at) => truck(at, lon, idle))
        const plan = planned(loads, trucks)
        const used = new Set(plan.pairs.map(({ ready }) => ready.truck?.id))
        const out = trucks.find(({ id }) => !used.has(id))
        if (!out || plan.pairs.length === 0) return
        const why = whyUnused(pricesOf(loads, trucks), out, numbers, fits)
        if (why.kind === 'too_far') return
        const { moreM = 0 } = why.numbers
        // A truck as good as this one and cheaper by what was said and a metre changes the plan; by less it does not.
        const without = trucks.filter(({ id }) => id !== out.id)
        const bonus = (hours: number) => Math.min(numbers.fairMaxM, numbers.fairHourM * hours)
        const costWith = (hours: number) => planned(loads, [...without, { ...out, idleHours: hours }]).costM
        const before = planned(loads, without).costM
        for (const hours of [0, 3, 6, 9, 12])
          if (bonus(hours) <= bonus(out.idleHours) + moreM) expect(costWith(hours)).toBe(before)
          else expect(costWith(hours)).toBeLessThan(before)
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })
})
