import { sortPairs, type Rows } from '@tingzhou/flow'
import { createGrid, nearest, type Grid } from '../spot/grid.ts'
import { drive } from './drive.ts'
import type { ChainLoad, ChainProblem, ChainTruck } from './model.ts'
import { driveLoad } from './tour.ts'

/**
 * Who may follow whom. Left nodes are the loads' starts and then the homes; right nodes are the trucks and then the loads' ends. A load
 * that is left out takes its own end, so that nothing follows it.
 */
export type ChainGraph = {
  readonly rows: Rows
  /** The place of each home and how many trucks belong there. */
  readonly homes: readonly Home[]
  /** When each load is unloaded, if loading begins where in its window the rules plan it. */
  readonly finishS: Float64Array
  readonly loadedM: Float64Array
  readonly loadedS: Float64Array
}

/** A place where trucks belong, and how many. */
export type Home = { readonly place: number; readonly trucks: number }

// Loads, trucks, places and nodes below are the problem's own, which was checked, so every read of an array is in range.

/**
 * Finds the arcs between what ends and what may follow.
 * @param problem      checked
 * @param activationM  what giving a first load to each truck is held equal to, metres
 * @returns rows cheapest first
 * Source: own; the nearest from each side by straight metres and waiting, then priced by their legs. O(nodes x neighbours log).
 */
export function chainGraph(problem: ChainProblem, activationM: Float64Array): ChainGraph {
  const { loads, trucks, legs, rules } = problem
  const loaded = legs(
    Int32Array.from(loads, ({ pickup }) => pickup),
    Int32Array.from(loads, ({ delivery }) => delivery),
  )
  const finishS = Float64Array.from(loads, (load, i) => {
    const plannedS = load.earliestS + Math.round(((load.latestS - load.earliestS) * rules.plannedPct) / 100)
    const left = { atS: plannedS + load.loadS, drivenS: 0 }
    return drive(left, loaded.seconds[i]!, rules).atS + load.unloadS
  })
  const homes = rules.homeWorthM > 0 ? homesOf(trucks) : []
  const pairs = createPairs()
  for (let load = 0; load < loads.length; load++) addPair(pairs, load, trucks.length + load)
  pairLoads(problem, finishS, pairs)
  pairTrucks(problem, pairs)
  pairHomes(problem, homes, pairs)
  const found = distinct(pairs, loads.length + homes.length, trucks.length + loads.length)
  const rows = priceRows(
    problem,
    { homes, finishS, loadedM: loaded.metres, loadedS: loaded.seconds },
    activationM,
    found,
  )
  return { rows, homes, finishS, loadedM: loaded.metres, loadedS: loaded.seconds }
}

function homesOf(trucks: readonly ChainTruck[]): readonly Home[] {
  const counts = new Map<number, number>()
  for (const { home } of trucks) if (home !== null) counts.set(home, (counts.get(home) ?? 0) + 1)
  return [...counts].map(([place, trucks]) => ({ place, trucks }))
}

/** Arcs as they are found, some twice. */
type Pairs = { left: Int32Array; right: Int32Array; count: number }

const createPairs = (): Pairs => ({ left: new Int32Array(1_024), right: new Int32Array(1_024), count: 0 })

function addPair(pairs: Pairs, left: number, right: number): void {
  if (pairs.count === pairs.left.length) {
    const { left, right } = pairs
    pairs.left = new Int32Array(2 * left.length)
    pairs.left.set(left)
    pairs.right = new Int32Array(2 * right.length)
    pairs.right.set(right)
  }
  pairs.left[pairs.count] = left
  pairs.right[pairs.count++] = right
}

/** Seconds from one load's end to the next one's window: 0 when the truck comes within it, -1 when too late or too long before. */
function waitS(readyS: number, next: ChainLoad, waitMaxS: number): number {
  if (readyS > next.latestS) return -1
  const wait = Math.max(0, next.earliestS - readyS)
  return wait <= waitMaxS ? wait : -1
}

/** Each load's nearest loads to follow, and each load's nearest to come before. */
function pairLoads(
  { places: { x, y }, loads, trucks, rules }: ChainProblem,
  finishS: Float64Array,
  pairs: Pairs,
): void {
  const { neighbours, speedMaxMps, waitMaxS } = rules
  const waitCostMPerS = rules.waitCostMPerHour / 3_600
  // Numbers beside each other: this is asked tens of millions of times.
  const classes = Int32Array.from(loads, (load) => load.classes)
  const earliestS = Float64Array.from(loads, (load) => load.earliestS)
  const latestS = Float64Array.from(loads, (load) => load.latestS)
  const weigh = (before: number, next: number, distanceM: number): number => {
    const readyS = finishS[before]! + distanceM / speedMaxMps
    if (readyS > latestS[next]! || earliestS[next]! - readyS > waitMaxS) return Infinity
    if (before === next || (classes[before]! & classes[next]!) === 0) return Infinity
    return distanceM + Math.max(0, earliestS[next]! - readyS) * waitCostMPerS
  }
  const slotS = Math.max(1, waitMaxS / 4)
  const starts = timeSlots(
    earliestS,
    Float64Array.from(loads, (load) => x[load.pickup]!),
    Float64Array.from(loads, (load) => y[load.pickup]!),
    slotS,
  )
  const ends = timeSlots(
    finishS,
    Float64Array.from(loads, (load) => x[load.delivery]!),
    Float64Array.from(loads, (load) => y[load.delivery]!),
    slotS,
  )
  const widestS = loads.reduce((widest, load) => Math.max(widest, load.latestS - load.earliestS), 0)
  for (const [load, { pickup, delivery }] of loads.entries()) {
    const readyS = finishS[load]!
    inSlots(
      starts,
      readyS - widestS,
      readyS + waitMaxS + slotS,
      x[delivery]!,
      y[delivery]!,
      neighbours,
      (id, distanceM) => weigh(load, id, distanceM),
      (id) => addPair(pairs, id, trucks.length + load),
    )
    inSlots(
      ends,
      latestS[load]!,
      earliestS[load]! - waitMaxS - slotS,
      x[pickup]!,
      y[pickup]!,
      neighbours,
      (id, distanceM) => weigh(id, load, distanceM),
      (id) => addPair(pairs, load, trucks.length + id),
    )
  }
}

/** Places by the time they belong to, one grid a slot of time: most of the others are out of the question by their time alone. */
type TimeSlots = { readonly slotS: number; readonly slots: readonly TimeSlot[] }
type TimeSlot = { readonly slot: number; readonly grid: Grid; readonly ids: readonly number[] }

function timeSlots(timesS: Float64Array, x: Float64Array, y: Float64Array, slotS: number): TimeSlots {
  const idsOf = new Map<number, number[]>()
  for (const [id, timeS] of timesS.entries()) {
    const slot = Math.floor(timeS / slotS)
    const ids = idsOf.get(slot)
    if (ids) ids.push(id)
    else idsOf.set(slot, [id])
  }
  const gridOf = (ids: readonly number[]): Grid =>
    createGrid(
      Float64Array.from(ids, (id) => x[id]!),
      Float64Array.from(ids, (id) => y[id]!),
    )
  const slots = [...idsOf].map(([slot, ids]) => ({ slot, grid: gridOf(ids), ids }))
  return { slotS, slots: slots.toSorted((a, b) => a.slot - b.slot) }
}

/** The nearest in each slot from one time towards another, a fifth of those wanted from each, until there are twice as many. */
function inSlots(
  { slotS, slots }: TimeSlots,
  fromS: number,
  toS: number,
  x: number,
  y: number,
  wanted: number,
  weigh: (id: number, distanceM: number) => number,
  each: (id: number) => void,
): void {
  const isForward = fromS <= toS
  const low = firstSlot(slots, Math.floor(Math.min(fromS, toS) / slotS))
  const high = firstSlot(slots, Math.floor(Math.max(fromS, toS) / slotS) + 1)
  const perSlot = Math.ceil(wanted / 5)
  let count = 0
  for (let i = low; i < high && count < 2 * wanted; i++) {
    const { grid, ids } = slots[isForward ? i : high - 1 - (i - low)]!
    const found = nearest(grid, x, y, perSlot, Infinity, (id, distanceM) => weigh(ids[id]!, distanceM))
    for (let n = 0; n < found.count; n++) each(ids[found.ids[n]!]!)
    count += found.count
  }
}

/** The first of the slots that is not before a slot. */
function firstSlot(slots: readonly TimeSlot[], slot: number): number {
  let [low, high] = [0, slots.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (slots[middle]!.slot < slot) low = middle + 1
    else high = middle
  }
  return low
}

/** Each load's nearest trucks, and each truck's nearest loads. */
function pairTrucks({ places: { x, y }, loads, trucks, rules }: ChainProblem, pairs: Pairs): void {
  const { neighbours, speedMaxMps } = rules
  const weigh = (truck: ChainTruck, load: ChainLoad, distanceM: number): number => {
    const fits = load.kg <= truck.payloadKg && (load.classes & truck.vehicleClass) !== 0
    return fits && truck.freeAtS + distanceM / speedMaxMps <= load.latestS ? distanceM : Infinity
  }
  const starts = createGrid(
    Float64Array.from(loads, ({ pickup }) => x[pickup]!),
    Float64Array.from(loads, ({ pickup }) => y[pickup]!),
  )
  const stands = createGrid(
    Float64Array.from(trucks, ({ place }) => x[place]!),
    Float64Array.from(trucks, ({ place }) => y[place]!),
  )
  for (const [i, load] of loads.entries()) {
    const near = nearest(stands, starts.x[i]!, starts.y[i]!, neighbours, Infinity, (id, distanceM) =>
      weigh(trucks[id]!, load, distanceM),
    )
    for (let n = 0; n < near.count; n++) addPair(pairs, i, near.ids[n]!)
  }
  for (const [i, truck] of trucks.entries()) {
    const near = nearest(starts, stands.x[i]!, stands.y[i]!, neighbours, Infinity, (id, distanceM) =>
      weigh(truck, loads[id]!, distanceM),
    )
    for (let n = 0; n < near.count; n++) addPair(pairs, near.ids[n]!, i)
  }
}

/** The homes nearest to each load's end and to each truck, and the truck's own. */
function pairHomes({ places: { x, y }, loads, trucks }: ChainProblem, homes: readonly Home[], pairs: Pairs): void {
  if (homes.length === 0) return
  const yards = createGrid(
    Float64Array.from(homes, ({ place }) => x[place]!),
    Float64Array.from(homes, ({ place }) => y[place]!),
  )
  for (const [i, { delivery }] of loads.entries()) {
    const near = nearest(yards, x[delivery]!, y[delivery]!, 8, Infinity, (_, distanceM) => distanceM)
    for (let n = 0; n < near.count; n++) addPair(pairs, loads.length + near.ids[n]!, trucks.length + i)
  }
  const homeAt = new Map(homes.map(({ place }, home) => [place, home]))
  for (const [i, { home, place }] of trucks.entries()) {
    const at = home === null ? undefined : homeAt.get(home)
    if (at !== undefined) addPair(pairs, loads.length + at, i)
    const near = nearest(yards, x[place]!, y[place]!, 8, Infinity, (_, distanceM) => distanceM)
    for (let n = 0; n < near.count; n++) addPair(pairs, loads.length + near.ids[n]!, i)
  }
}

/** The pairs by left node, each once; costs are still to come. */
function distinct({ left, right, count }: Pairs, lefts: number, rights: number): Rows {
  const from = new Int32Array(lefts + 1)
  for (let i = 0; i < count; i++) from[left[i]! + 1]!++
  for (let node = 0; node < lefts; node++) from[node + 1]! += from[node]!
  const sorted = new Int32Array(count)
  const at = from.slice()
  for (let i = 0; i < count; i++) sorted[at[left[i]!]!++] = right[i]!
  const start = new Int32Array(lefts + 1)
  const seenBy = new Int32Array(rights).fill(-1)
  let end = 0
  for (let node = 0; node < lefts; node++) {
    for (let i = from[node]!; i < from[node + 1]!; i++) {
      const id = sorted[i]!
      if (seenBy[id] === node) continue
      seenBy[id] = node
      sorted[end++] = id
    }
    start[node + 1] = end
  }
  return { start, right: sorted.subarray(0, end), cost: new Float64Array(end) }
}

/** Prices the arcs by their legs, drops those that the rules forbid, and sorts the rows. */
function priceRows(
  problem: ChainProblem,
  { homes, finishS, loadedM, loadedS }: Omit<ChainGraph, 'rows'>,
  activationM: Float64Array,
  found: Rows,
): Rows {
  const { loads, trucks, legs, rules } = problem
  const [from, to] = [new Int32Array(found.right.length), new Int32Array(found.right.length)]
  for (let node = 0; node + 1 < found.start.length; node++) {
    const place = node < loads.length ? loads[node]!.pickup : homes[node - loads.length]!.place
    for (let arc = found.start[node]!; arc < found.start[node + 1]!; arc++) {
      const id = found.right[arc]!
      from[arc] = id < trucks.length ? trucks[id]!.place : loads[id - trucks.length]!.delivery
      to[arc] = place
    }
  }
  const { metres, seconds } = legs(from, to)
  const costOf = (node: number, id: number, arc: number): number => {
    if (node >= loads.length) return metres[arc]!
    const load = loads[node]!
    if (id === trucks.length + node) return load.dropCostM
    const there = { metres: metres[arc]!, seconds: seconds[arc]! }
    if (id < trucks.length) {
      // A first load is asked with every rule, so every chain has one that its truck can do.
      const clock = { atS: trucks[id]!.freeAtS, drivenS: trucks[id]!.drivenS }
      const step = driveLoad(
        clock,
        trucks[id]!,
        load,
        there,
        { metres: loadedM[node]!, seconds: loadedS[node]! },
        rules,
      )
      return 'reason' in step ? Infinity : there.metres + activationM[id]!
    }
    const readyS = drive({ atS: finishS[id - trucks.length]!, drivenS: 0 }, there.seconds, rules).atS
    const wait = waitS(readyS, load, rules.waitMaxS)
    return wait < 0 ? Infinity : there.metres + Math.round((wait * rules.waitCostMPerHour) / 3_600)
  }
  const start = new Int32Array(found.start.length)
  let end = 0
  for (let node = 0; node + 1 < found.start.length; node++) {
    for (let arc = found.start[node]!; arc < found.start[node + 1]!; arc++) {
      const cost = costOf(node, found.right[arc]!, arc)
      if (cost === Infinity) continue
      found.right[end] = found.right[arc]!
      found.cost[end++] = cost
    }
    start[node + 1] = end
    sortPairs(found.cost, found.right, start[node]!, end)
  }
  return { start, right: found.right.subarray(0, end), cost: found.cost.subarray(0, end) }
}
