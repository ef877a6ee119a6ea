import type { Highs } from 'highs'
import type { SupplyPlan } from './assign.ts'
import type { SupplyProblem } from './supply.ts'
import type { Timetable, TimetableProblem } from './timetable.ts'

/** A stream of numbers from 0 to below 1. Source: G. Marsaglia, Xorshift RNGs (2003), 13-17-5. */
export function seeded(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Who may be invented: sizes, and how much of what is needed there is. */
export type Invented = {
  readonly needs: number
  readonly offers: number
  readonly arcsOfNeed: number
  /** Units on offer over units needed. */
  readonly plenty: number
  readonly hasMinima: boolean
}

/** Invented needs and offers on a square of 1,000 km, costs in fen: price and road, each need with its nearest offers. */
export function inventSupply(seed: number, { needs, offers, arcsOfNeed, plenty, hasMinima }: Invented): SupplyProblem {
  const random = seeded(seed)
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1))
  const places = (count: number) =>
    Array.from({ length: count }, () => ({ x: random() * 1_000, y: random() * 1_000, price: whole(280_000, 320_000) }))
  const [buyers, sellers] = [places(needs), places(offers)]
  const quantity = Float64Array.from(buyers, () => whole(500, 20_000))
  const mean = (quantity.reduce((sum, one) => sum + one, 0) * plenty) / offers
  const free = Float64Array.from(sellers, () => Math.max(1, Math.round(2 * mean * random())))
  const rows = buyers.map(({ x, y }) =>
    sellers
      .map((seller, offer) => ({ offer, km: 1.3 * Math.hypot(x - seller.x, y - seller.y), price: seller.price }))
      .toSorted((a, b) => a.km - b.km)
      .slice(0, arcsOfNeed)
      .map(({ offer, km, price }) => ({ offer, cost: Math.round(price + 3_000 + 35 * km) })),
  )
  return {
    start: Int32Array.from({ length: needs + 1 }, (_, need) => need * Math.min(arcsOfNeed, offers)),
    offer: Int32Array.from(rows.flatMap((row) => row.map(({ offer }) => offer))),
    cost: Float64Array.from(rows.flatMap((row) => row.map(({ cost }) => cost))),
    capacity: null,
    quantity,
    unmetCost: new Float64Array(needs).fill(1_000_000),
    free,
    minimum: hasMinima ? Float64Array.from(free, (units) => Math.ceil(units / 4)) : null,
    isSingle: null,
  }
}

type Entry = { readonly row: number; readonly value: number }

/**
 * The optimum as another solver finds it; with minima and single suppliers as a mixed-integer program. A corner of the program has whole
 * units, so they are rounded and the cost is counted exactly.
 */
export function highsOptimum(highs: Highs, problem: SupplyProblem): number {
  const { offer, cost, capacity, quantity, unmetCost, free, minimum, isSingle } = problem
  const needOf = needsOf(problem)
  const columns: { cost: number; upper: number; isWhole: boolean; entries: Entry[] }[] = []
  const bounds: { lower: number; upper: number }[] = [
    ...Array.from(quantity, (units) => ({ lower: units, upper: units })),
    ...Array.from(free, (units) => ({ lower: 0, upper: units })),
  ]
  const addRow = (lower: number, upper: number): number => bounds.push({ lower, upper }) - 1
  const oneOf = Array.from(isSingle ?? [], (single) => (single ? addRow(0, 1) : -1))
  const chosen: { arc: number; entries: Entry[] }[] = []
  for (let arc = 0; arc < offer.length; arc++) {
    const [need, id] = [needOf[arc]!, offer[arc]!] // an arc of the problem
    const upper = Math.min(capacity?.[arc] ?? Infinity, quantity[need]!, free[id]!)
    const entries: Entry[] = [
      { row: need, value: 1 },
      { row: quantity.length + id, value: 1 },
    ]
    const single = oneOf[need] ?? -1
    if ((minimum?.[id] ?? 0) > 0 || single >= 0) {
      const [least, most] = [addRow(0, highs.infinity), addRow(-highs.infinity, 0)]
      entries.push({ row: least, value: 1 }, { row: most, value: 1 })
      const pick = [
        { row: least, value: -(minimum?.[id] ?? 0) },
        { row: most, value: -upper },
      ]
      chosen.push({ arc, entries: single >= 0 ? [{ row: single, value: 1 }, ...pick] : pick })
    }
    columns.push({ cost: cost[arc]!, upper, isWhole: false, entries })
  }
  for (const [need, units] of unmetCost.entries())
    columns.push({ cost: units, upper: highs.infinity, isWhole: false, entries: [{ row: need, value: 1 }] })
  for (const { entries } of chosen) columns.push({ cost: 0, upper: 1, isWhole: true, entries })
  const values = solveColumns(highs, columns, bounds)
  return columns.reduce((sum, column, index) => sum + column.cost * Math.round(values[index] ?? Number.NaN), 0)
}

function solveColumns(
  highs: Highs,
  columns: readonly { cost: number; upper: number; isWhole: boolean; entries: readonly Entry[] }[],
  bounds: readonly { lower: number; upper: number }[],
): Float64Array {
  const [numCols, numRows] = [columns.length, bounds.length]
  const starts = new Int32Array(numCols + 1)
  for (const [index, { entries }] of columns.entries()) starts[index + 1] = starts[index]! + entries.length // numCols + 1
  const model = highs.createModel({
    numCols,
    numRows,
    colCost: Float64Array.from(columns, (column) => column.cost),
    colLower: new Float64Array(numCols),
    colUpper: Float64Array.from(columns, ({ upper }) => upper),
    rowLower: Float64Array.from(bounds, ({ lower }) => lower),
    rowUpper: Float64Array.from(bounds, ({ upper }) => upper),
    // Told of whole columns, it takes its mixed-integer way even when there are none.
    ...(columns.some(({ isWhole }) => isWhole)
      ? { integrality: Int32Array.from(columns, ({ isWhole }) => (isWhole ? 1 : 0)) }
      : {}),
    matrix: {
      format: 'csc',
      numRows,
      numCols,
      starts,
      indices: Int32Array.from(columns.flatMap(({ entries }) => entries.map(({ row }) => row))),
      values: Float64Array.from(columns.flatMap(({ entries }) => entries.map(({ value }) => value))),
    },
  })
  try {
    model.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 1e-6 })
    model.run()
    return Float64Array.from(model.getSolution().colValue)
  } finally {
    model.dispose()
  }
}

const needsOf = ({ start, quantity }: SupplyProblem): readonly number[] =>
  Array.from(quantity).flatMap((_, need) => Array<number>(start[need + 1]! - start[need]!).fill(need)) // a need's row

/** What is wrong with a plan: rules that it breaks, units that are nowhere, sums that differ; empty when nothing is. */
export function flaws(problem: SupplyProblem, plan: SupplyPlan): readonly string[] {
  const { offer, cost, capacity, quantity, unmetCost, free, minimum, isSingle } = problem
  const needOf = needsOf(problem)
  const said: string[] = []
  const [met, sold, suppliers] = [
    new Float64Array(quantity.length),
    new Float64Array(free.length),
    new Int32Array(quantity.length),
  ]
  let sum = 0
  for (const [arc, units] of plan.units.entries()) {
    // Arcs, needs and offers of the problem.
    const [need, id] = [needOf[arc]!, offer[arc]!]
    if (!(Number.isSafeInteger(units) && units >= 0)) said.push(`arc ${arc}: ${units} units`)
    if (units > (capacity?.[arc] ?? Infinity)) said.push(`arc ${arc}: more than it carries`)
    if (units > 0 && units < (minimum?.[id] ?? 0)) said.push(`arc ${arc}: below the minimum`)
    met[need]! += units
    sold[id]! += units
    if (units > 0) suppliers[need]!++
    sum += units * cost[arc]!
  }
  for (const [need, units] of quantity.entries()) {
    if (met[need]! + plan.unmet[need]! !== units) said.push(`need ${need}: not every unit is told of`)
    if (isSingle?.[need] && suppliers[need]! > 1) said.push(`need ${need}: several suppliers`)
    sum += plan.unmet[need]! * unmetCost[need]!
  }
  for (const [id, units] of free.entries()) if (sold[id]! > units) said.push(`offer ${id}: more than it has`)
  if (sum !== plan.cost) said.push(`cost ${plan.cost} is not ${sum}`)
  if (plan.lowerBound > plan.cost) said.push('the bound is above the cost')
  return said
}

/** What keeps a plan without rules from being proved optimal by its own prices; empty when it is. */
export function priceFlaws(problem: SupplyProblem, plan: SupplyPlan): readonly string[] {
  const { offer, cost, capacity, quantity, unmetCost, free } = problem
  const needOf = needsOf(problem)
  const said: string[] = []
  const sold = new Float64Array(free.length)
  for (const [arc, units] of plan.units.entries()) {
    // Arcs, needs and offers of the problem.
    const [need, id] = [needOf[arc]!, offer[arc]!]
    const reduced = cost[arc]! - plan.needPrice[need]! - plan.offerPrice[id]!
    const isFull = units >= Math.min(capacity?.[arc] ?? Infinity, quantity[need]!)
    if (reduced < 0 && !isFull) said.push(`arc ${arc}: would improve by ${-reduced}`)
    if (reduced > 0 && units > 0) said.push(`arc ${arc}: used above its price`)
    sold[id]! += units
  }
  for (const [need, units] of plan.unmet.entries()) {
    if (plan.needPrice[need]! > unmetCost[need]!) said.push(`need ${need}: dearer than leaving it unmet`)
    if (units > 0 && plan.needPrice[need] !== unmetCost[need]) said.push(`need ${need}: unmet, but not at its price`)
  }
  for (const [id, units] of sold.entries())
    if (plan.offerPrice[id]! > 0 || (units < free[id]! && plan.offerPrice[id] !== 0)) said.push(`offer ${id}: price`)
  return said
}

/** What is wrong with a timetable, by looking at every pair of meetings; empty when nothing is. */
export function clashes(problem: TimetableProblem, { slot, leftOut, slotsUsed }: Timetable): readonly string[] {
  const { pairs, tables, slots, unavailable } = problem
  const said: string[] = []
  const meetings = pairs.flatMap((pair, index) =>
    (slot[index] ?? -1) < 0 ? [] : [{ ...pair, index, at: slot[index] ?? -1 }],
  )
  for (const { a, b, index, at, fixed } of meetings) {
    if (at >= slots || at >= slotsUsed) said.push(`pair ${index}: slot ${at}`)
    if (fixed !== null && fixed !== at) said.push(`pair ${index}: moved`)
    for (const firm of [a, b]) if (unavailable[firm]?.includes(at)) said.push(`pair ${index}: firm ${firm} is away`)
    for (const other of meetings)
      if (other.index < index && other.at === at && [other.a, other.b].some((firm) => firm === a || firm === b))
        said.push(`pairs ${other.index} and ${index}: a firm in two places`)
  }
  for (let at = 0; at < slots; at++)
    if (meetings.filter((meeting) => meeting.at === at).length > tables) said.push(`slot ${at}: too few tables`)
  const without = pairs.flatMap((_, index) => ((slot[index] ?? -1) < 0 ? [index] : []))
  if (JSON.stringify(without) !== JSON.stringify(leftOut.map(({ pair }) => pair)))
    said.push('not every pair is told of')
  return said
}
