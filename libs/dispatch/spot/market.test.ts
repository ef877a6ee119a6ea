import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignSpot, type SpotPlan } from './assign.ts'
import { createSpotMarket, type MarketArc, type SpotMarket } from './market.ts'

/** The market as a list of what came and stayed. */
type Ledger = {
  readonly loads: Map<string, { units: number; readonly dropCost: number; readonly arcs: Map<string, number> }>
  readonly trucks: Set<string>
}

function solveAnew({ loads, trucks }: Ledger): SpotPlan | null {
  if (loads.size === 0 || trucks.size === 0) return null
  const order = [...trucks]
  const rows = [...loads.values()].map(({ arcs }) => [...arcs].map(([id, cost]) => [order.indexOf(id), cost] as const))
  const solved = assignSpot({
    start: Int32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]),
    truck: Int32Array.from(rows.flat(), ([truck]) => truck),
    cost: Float64Array.from(rows.flat(), ([, cost]) => cost),
    supply: Int32Array.from(loads.values(), ({ units }) => units),
    dropCost: Float64Array.from(loads.values(), ({ dropCost }) => dropCost),
    truckCount: order.length,
  })
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

const optimum = (ledger: Ledger): number =>
  solveAnew(ledger)?.cost ?? [...ledger.loads.values()].reduce((sum, { units, dropCost }) => sum + units * dropCost, 0)

/** The market says what the ledger says, and proves it. */
function compare(market: SpotMarket, ledger: Ledger): void {
  let cost = 0
  for (const [id, { units, dropCost, arcs }] of ledger.loads) {
    const trucks = market.trucksOf(id)
    expect(trucks.length + market.droppedOf(id)).toBe(units)
    cost += market.droppedOf(id) * dropCost
    for (const truck of trucks) {
      expect(market.loadOf(truck)).toBe(id)
      cost += arcs.get(truck) ?? Number.NaN
    }
    for (const [truck, price] of arcs)
      expect((market.loadPrice(id) ?? 0) + (market.truckPrice(truck) ?? 0)).toBeLessThanOrEqual(price)
  }
  for (const truck of ledger.trucks) if (market.loadOf(truck) === null) expect(market.truckPrice(truck)).toBe(0)
  expect(market.cost()).toBe(cost)
  expect(cost).toBe(optimum(ledger))
}

const events = fc.array(
  fc.record({
    kind: fc.constantFrom('load', 'load', 'truck', 'truck', 'loadGone', 'truckGone', 'commit', 'ask'),
    pick: fc.nat(),
    units: fc.integer({ min: 1, max: 3 }),
    dropCost: fc.nat(60),
    costs: fc.array(fc.option(fc.nat(50)), { minLength: 12, maxLength: 12 }),
  }),
  { maxLength: 30 },
)

const arcsTo = (ids: Iterable<string>, costs: readonly (number | null)[]): readonly MarketArc[] =>
  [...ids].flatMap((id, i) => {
    const cost = costs[i % costs.length] ?? null
    return cost === null ? [] : [{ id, cost }]
  })

const must = (result: { readonly ok: boolean }): void => expect(result).toMatchObject({ ok: true })

describe('createSpotMarket', () => {
  it('has the optimum of a fresh solve after every event', () => {
    fc.assert(
      fc.property(events, (events) => {
        const market = createSpotMarket()
        const ledger: Ledger = { loads: new Map(), trucks: new Set() }
        for (const [i, event] of events.entries()) {
          happen(market, ledger, `${event.kind}${i}`, event)
          compare(market, ledger)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('commits what is agreed and moves nothing else', () => {
    const market = createSpotMarket()
    for (const id of ['near', 'far']) must(market.addTruck(id, []))
    must(
      market.addLoad({
        id: 'ore',
        units: 2,
        dropCost: 100,
        trucks: [
          { id: 'near', cost: 10 },
          { id: 'far', cost: 60 },
        ],
      }),
    )

    must(market.commit('ore', 'near'))

    expect(market.trucksOf('ore')).toEqual(['far'])
    expect(market.loadOf('near')).toBeNull()
    expect(market.cost()).toBe(60)
  })

  it('refuses what it does not know or already has, and changes nothing', () => {
    const market = createSpotMarket()
    must(market.addTruck('t', []))
    must(market.addLoad({ id: 'l', units: 1, dropCost: 9, trucks: [{ id: 't', cost: 3 }] }))
    const load = { id: 'm', units: 1, dropCost: 9, trucks: [] }
    const refused = [
      [market.addLoad({ ...load, id: 'l' }), 'load.id'],
      [market.addLoad({ ...load, units: 0 }), 'load.units'],
      [market.addLoad({ ...load, dropCost: -1 }), 'load.dropCost'],
      [market.addLoad({ ...load, units: 2, dropCost: 2 ** 53 - 1 }), 'sum of units x dropCost'],
      [market.addLoad({ ...load, trucks: [{ id: 'x', cost: 1 }] }), 'trucks[0].id'],
      [
        market.addLoad({
          ...load,
          trucks: [
            { id: 't', cost: 1 },
            { id: 't', cost: 1 },
          ],
        }),
        'trucks[1].id',
      ],
      [market.addLoad({ ...load, trucks: [{ id: 't', cost: Number.NaN }] }), 'trucks[0].cost'],
      [market.addTruck('t', []), 'truck.id'],
      [market.addTruck('u', [{ id: 'x', cost: 1 }]), 'loads[0].id'],
      [market.removeLoad('x'), 'load'],
      [market.removeTruck('x'), 'truck'],
      [market.commit('x', 't'), 'load'],
      [market.commit('l', 'x'), 'truck'],
    ] as const

    for (const [result, field] of refused) expect(result).toMatchObject({ ok: false, error: { field } })
    expect(market.cost()).toBe(3)
    expect(market.trucksOf('l')).toEqual(['t'])
  })
})

/** One event, in the market and in the ledger. */
function happen(
  market: SpotMarket,
  ledger: Ledger,
  id: string,
  {
    kind,
    pick,
    units,
    dropCost,
    costs,
  }: { kind: string; pick: number; units: number; dropCost: number; costs: readonly (number | null)[] },
): void {
  const [load, truck] = [
    [...ledger.loads.keys()][pick % Math.max(1, ledger.loads.size)],
    [...ledger.trucks][pick % Math.max(1, ledger.trucks.size)],
  ]
  if (kind === 'load') {
    const arcs = arcsTo(ledger.trucks, costs)
    must(market.addLoad({ id, units, dropCost, trucks: arcs }))
    ledger.loads.set(id, { units, dropCost, arcs: new Map(arcs.map((arc) => [arc.id, arc.cost])) })
  }
  if (kind === 'truck') {
    const arcs = arcsTo(ledger.loads.keys(), costs)
    must(market.addTruck(id, arcs))
    ledger.trucks.add(id)
    for (const arc of arcs) ledger.loads.get(arc.id)?.arcs.set(id, arc.cost)
  }
  if (kind === 'loadGone' && load !== undefined) {
    must(market.removeLoad(load))
    ledger.loads.delete(load)
  }
  if (kind === 'truckGone' && truck !== undefined) forget(ledger, truck, () => must(market.removeTruck(truck)))
  if (kind === 'commit' && truck !== undefined) {
    const agreed = market.loadOf(truck)
    if (agreed === null) return
    forget(ledger, truck, () => must(market.commit(agreed, truck)))
    const left = ledger.loads.get(agreed)
    if (left && --left.units === 0) ledger.loads.delete(agreed)
  }
  if (kind === 'ask' && truck !== undefined) {
    const twin = new Map(
      [...ledger.loads].map(([name, one]) => {
        const cost = one.arcs.get(truck)
        return [name, { ...one, arcs: cost === undefined ? one.arcs : new Map([...one.arcs, ['twin', cost]]) }] as const
      }),
    )
    const saving = optimum(ledger) - optimum({ loads: twin, trucks: new Set([...ledger.trucks, 'twin']) })
    expect(market.savingOfOneMore(truck)).toBe(saving)
  }
}

function forget(ledger: Ledger, truck: string, how: () => void): void {
  how()
  ledger.trucks.delete(truck)
  for (const { arcs } of ledger.loads.values()) arcs.delete(truck)
}
