import { costRule, empty, invalid, isCost, tooLarge, type FlowRefusal } from './refusal.ts'

/** Needs, offers and who could supply whom at what cost a unit. */
export type SupplyProblem = {
  /** The arcs of need i are `start[i] .. start[i + 1] - 1` of `offer`, `cost` and `capacity`. */
  readonly start: Int32Array
  /** Offers from 0; each at most once in a row. */
  readonly offer: Int32Array
  /** What a unit costs over the arc: whole numbers from 0, such as fen delivered with what lateness counts for. */
  readonly cost: Float64Array
  /** Units over each arc at most, whole numbers from 0; null: as many as need and offer have. */
  readonly capacity: Float64Array | null
  /** Units of each need, whole numbers from 1. */
  readonly quantity: Float64Array
  /** What a unit that nobody supplies costs, one a need; dearer arcs are never taken. */
  readonly unmetCost: Float64Array
  /** Units that each offer has free, whole numbers from 0. */
  readonly free: Float64Array
  /** Fewest units that each offer sells to one need, whole numbers from 0; null: any. */
  readonly minimum: Float64Array | null
  /** 1 for a need that takes from one offer only; null: none does. */
  readonly isSingle: Uint8Array | null
}

/** Sizes above which a problem is refused. */
export const supplyLimits = { arcs: 10_000_000, needs: 1_000_000, offers: 4_000_000 } as const

const quantityRule = 'is a whole number from 1 to 2^53 - 1'

/**
 * What is wrong with a problem.
 * @returns null when it can be solved
 * Source: own. O(needs + arcs + offers); the sizes first, so an oversized problem costs nothing.
 */
export const supplyFault = (problem: SupplyProblem): FlowRefusal | null =>
  sizeFault(problem) ?? needFault(problem) ?? offerFault(problem) ?? arcFault(problem)

function sizeFault(problem: SupplyProblem): FlowRefusal | null {
  const { start, offer, cost, capacity, quantity, unmetCost, free, minimum, isSingle } = problem
  const needs = quantity.length
  if (needs === 0) return empty('quantity.length')
  if (free.length === 0) return empty('free.length')
  if (needs > supplyLimits.needs) return tooLarge('quantity.length', needs, supplyLimits.needs)
  if (free.length > supplyLimits.offers) return tooLarge('free.length', free.length, supplyLimits.offers)
  if (offer.length > supplyLimits.arcs) return tooLarge('offer.length', offer.length, supplyLimits.arcs)
  const lengths = [
    ['cost', cost, 'offer', offer],
    ['capacity', capacity, 'offer', offer],
    ['unmetCost', unmetCost, 'quantity', quantity],
    ['isSingle', isSingle, 'quantity', quantity],
    ['minimum', minimum, 'free', free],
  ] as const
  for (const [name, values, likeName, like] of lengths)
    if (values && values.length !== like.length)
      return invalid(`${name}.length`, values.length, `is ${likeName}.length, ${like.length}`)
  if (start.length !== needs + 1) return invalid('start.length', start.length, `is quantity.length + 1, ${needs + 1}`)
  if (start[0] !== 0) return invalid('start[0]', start[0]!, 'is 0') // it has needs + 1 entries
  const end = start[needs]! // likewise
  return end === offer.length ? null : invalid(`start[${needs}]`, end, `is offer.length, ${offer.length}`)
}

// The sizes are right from here on, so every read below is in range.

function needFault({ start, quantity, unmetCost }: SupplyProblem): FlowRefusal | null {
  let [units, sum] = [0, 0]
  for (let need = 0; need < quantity.length; need++) {
    if (start[need + 1]! < start[need]!)
      return invalid(`start[${need + 1}]`, start[need + 1]!, `is at least start[${need}], ${start[need]}`)
    if (!(isCost(quantity[need]!) && quantity[need]! > 0))
      return invalid(`quantity[${need}]`, quantity[need]!, quantityRule)
    if (!isCost(unmetCost[need]!)) return invalid(`unmetCost[${need}]`, unmetCost[need]!, costRule)
    units += quantity[need]!
    sum += quantity[need]! * unmetCost[need]!
  }
  if (units > Number.MAX_SAFE_INTEGER) return tooLarge('sum of quantity', units, Number.MAX_SAFE_INTEGER)
  // Leaving everything unmet is a solution, so no cheaper one and no way in it sums to more.
  return sum <= Number.MAX_SAFE_INTEGER ? null : tooLarge('sum of quantity x unmetCost', sum, Number.MAX_SAFE_INTEGER)
}

function offerFault({ free, minimum }: SupplyProblem): FlowRefusal | null {
  for (let offer = 0; offer < free.length; offer++) {
    if (!isCost(free[offer]!)) return invalid(`free[${offer}]`, free[offer]!, costRule)
    if (minimum && !isCost(minimum[offer]!)) return invalid(`minimum[${offer}]`, minimum[offer]!, costRule)
  }
  return null
}

function arcFault({ start, offer, cost, capacity, quantity, free }: SupplyProblem): FlowRefusal | null {
  const seenBy = new Int32Array(free.length).fill(-1)
  for (let need = 0; need < quantity.length; need++)
    for (let arc = start[need]!; arc < start[need + 1]!; arc++) {
      const id = offer[arc]!
      if (id < 0 || id >= free.length) return invalid(`offer[${arc}]`, id, `is an offer from 0 to ${free.length - 1}`)
      if (seenBy[id] === need) return invalid(`offer[${arc}]`, id, `stands once in the row of need ${need}`)
      if (!isCost(cost[arc]!)) return invalid(`cost[${arc}]`, cost[arc]!, costRule)
      if (capacity && !isCost(capacity[arc]!)) return invalid(`capacity[${arc}]`, capacity[arc]!, costRule)
      seenBy[id] = need
    }
  return null
}
