import {
  addArc,
  addLeft,
  addRight,
  costOf,
  costRule,
  createTransport,
  freeze,
  invalid,
  isCost,
  openForEdits,
  pour,
  removeLeft,
  removeRight,
  savingOfRoom,
  settleRight,
  takeBack,
  tooLarge,
  type FlowRefusal,
} from '@tingzhou/flow'
import { err, ok, type Result } from '@tingzhou/kernel'

/** A truck that could take a load, or a load a truck could take, and what that costs: a whole number from 0. */
export type MarketArc = { readonly id: string; readonly cost: number }

/** Loads of one kind that come to the market together. */
export type MarketLoad = {
  readonly id: string
  readonly units: number
  readonly dropCost: number
  /** Trucks of the market that could take one. */
  readonly trucks: readonly MarketArc[]
}

/** An assignment that is optimal after every event: loads and trucks come, go, and are agreed. */
export type SpotMarket = {
  /** A load comes: one search a unit. */
  readonly addLoad: (load: MarketLoad) => Result<void, FlowRefusal>
  /** A load goes; its trucks go to whom they help most. */
  readonly removeLoad: (id: string) => Result<void, FlowRefusal>
  /** A truck comes, with the loads of the market it could take. */
  readonly addTruck: (id: string, loads: readonly MarketArc[]) => Result<void, FlowRefusal>
  /** A truck goes; its load is given anew. */
  readonly removeTruck: (id: string) => Result<void, FlowRefusal>
  /** A truck that the plan gives a load is agreed: both leave the market, nothing else changes. */
  readonly commit: (load: string, truck: string) => Result<void, FlowRefusal>
  readonly trucksOf: (load: string) => readonly string[]
  readonly loadOf: (truck: string) => string | null
  /** Units of a load that are left out now. */
  readonly droppedOf: (load: string) => number
  /** Prices that prove the plan optimal over the arcs given; undefined for what is not in the market. */
  readonly loadPrice: (load: string) => number | undefined
  readonly truckPrice: (truck: string) => number | undefined
  /** Exactly what one more truck like this one, at its place, would save now. */
  readonly savingOfOneMore: (truck: string) => number | undefined
  readonly cost: () => number
}

type Node<Extra> = { readonly node: number } & Extra

/**
 * Makes an empty market.
 * @returns the market; refusals change nothing
 * Source: own; each event is one shortest path, forward for what comes to be placed and backward for room that comes free. An event
 * O(arcs log arcs) at worst, mostly the neighbourhood.
 */
export function createSpotMarket(): SpotMarket {
  const net = createTransport(
    { start: new Int32Array(1), right: new Int32Array(0), cost: new Float64Array(0) },
    new Float64Array(0),
    new Float64Array(0),
  )
  const edit = openForEdits(net)
  const loads = new Map<string, Node<{ units: number; readonly dropCost: number }>>()
  const trucks = new Map<string, Node<unknown>>()
  const loadAt: string[] = []
  const truckAt: string[] = []
  let worth = 0

  const addLoad = (load: MarketLoad): Result<void, FlowRefusal> => {
    const { id, units, dropCost } = load
    if (loads.has(id)) return err(invalid('load.id', id, 'is not in the market yet'))
    if (!(Number.isSafeInteger(units) && units > 0)) return err(invalid('load.units', units, 'is whole, from 1'))
    if (!isCost(dropCost)) return err(invalid('load.dropCost', dropCost, costRule))
    if (worth + units * dropCost > Number.MAX_SAFE_INTEGER)
      return err(tooLarge('sum of units x dropCost', worth + units * dropCost, Number.MAX_SAFE_INTEGER))
    const fault = arcsFault('trucks', load.trucks, trucks)
    if (fault) return err(fault)
    const node = addLeft(edit, dropCost)
    for (const arc of load.trucks) addArc(edit, node, trucks.get(arc.id)!.node, arc.cost) // arcsFault found it
    loads.set(id, { node, units, dropCost })
    loadAt[node] = id
    worth += units * dropCost
    pour(net, node, units)
    return ok(undefined)
  }

  const removeLoad = (id: string): Result<void, FlowRefusal> => {
    const load = loads.get(id)
    if (!load) return err(invalid('load', id, 'is in the market'))
    takeBack(edit, load.node, load.units)
    forgetLoad(id)
    return ok(undefined)
  }

  const forgetLoad = (id: string): void => {
    const load = loads.get(id)
    if (!load) return
    worth -= load.units * load.dropCost
    loads.delete(id)
    removeLeft(edit, load.node)
  }

  const addTruck = (id: string, arcs: readonly MarketArc[]): Result<void, FlowRefusal> => {
    if (trucks.has(id)) return err(invalid('truck.id', id, 'is not in the market yet'))
    const fault = arcsFault('loads', arcs, loads)
    if (fault) return err(fault)
    const node = addRight(edit, 1)
    for (const arc of arcs) addArc(edit, loads.get(arc.id)!.node, node, arc.cost) // arcsFault found it
    trucks.set(id, { node })
    truckAt[node] = id
    settleRight(edit, node)
    return ok(undefined)
  }

  const removeTruck = (id: string): Result<void, FlowRefusal> => {
    const truck = trucks.get(id)
    if (!truck) return err(invalid('truck', id, 'is in the market'))
    trucks.delete(id)
    removeRight(edit, truck.node)
    return ok(undefined)
  }

  const commit = (loadId: string, truckId: string): Result<void, FlowRefusal> => {
    const [load, truck] = [loads.get(loadId), trucks.get(truckId)]
    if (!load) return err(invalid('load', loadId, 'is in the market'))
    if (!truck || loadOf(truckId) !== loadId) return err(invalid('truck', truckId, `is the plan's for ${loadId}`))
    freeze(edit, load.node, truck.node)
    trucks.delete(truckId)
    load.units--
    worth -= load.dropCost
    if (load.units === 0) forgetLoad(loadId)
    return ok(undefined)
  }

  const loadOf = (id: string): string | null => {
    const truck = trucks.get(id)
    const entry = truck ? net.flow.first[truck.node]! : -1 // a node of the problem
    return entry < 0 ? null : loadAt[net.flow.left[entry]!]! // a load's node
  }

  const trucksOf = (id: string): readonly string[] => {
    const load = loads.get(id)
    if (!load) return []
    const row = net.arcRight.subarray(net.rowStart[load.node], net.rowEnd[load.node])
    return Array.from(row, (right) => truckAt[right]!).filter((truck) => loadOf(truck) === id) // trucks of the market
  }

  const priceAt = (node: Node<unknown> | undefined, prices: Float64Array): number | undefined =>
    node === undefined ? undefined : prices[node.node]

  return {
    addLoad,
    removeLoad,
    addTruck,
    removeTruck,
    commit,
    trucksOf,
    loadOf,
    droppedOf: (id) => priceAt(loads.get(id), net.dropped) ?? 0,
    loadPrice: (id) => priceAt(loads.get(id), net.leftPrice),
    truckPrice: (id) => priceAt(trucks.get(id), net.rightPrice),
    savingOfOneMore: (id) => {
      const truck = trucks.get(id)
      return truck && savingOfRoom(edit, truck.node)
    },
    cost: () => costOf(net),
  }
}

function arcsFault(field: string, arcs: readonly MarketArc[], known: ReadonlyMap<string, unknown>): FlowRefusal | null {
  const seen = new Set<string>()
  for (const [i, { id, cost }] of arcs.entries()) {
    if (!known.has(id)) return invalid(`${field}[${i}].id`, id, 'is in the market')
    if (seen.has(id)) return invalid(`${field}[${i}].id`, id, 'stands once')
    if (!isCost(cost)) return invalid(`${field}[${i}].cost`, cost, costRule)
    seen.add(id)
  }
  return null
}
