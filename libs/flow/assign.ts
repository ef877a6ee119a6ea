import { err, ok, type Result } from '@tingzhou/kernel'
import { solveWithin, type Bounds, type NoPlan, type Relaxed } from './relaxed.ts'
import { stopped, type FlowRefusal } from './refusal.ts'
import { supplyFault, type SupplyProblem } from './supply.ts'

/** Who supplies whom. */
export type SupplyPlan = {
  /** Units over each arc of the problem, in its order. */
  readonly units: Float64Array
  /** Units of each need that nobody supplies. */
  readonly unmet: Float64Array
  readonly cost: number
  /** No plan that keeps the rules costs less; the cost itself when the plan is proved optimal. */
  readonly lowerBound: number
  readonly isOptimal: boolean
  /** What one unit more of a need would cost, and minus what one unit more of an offer would save, beside the rules. */
  readonly needPrice: Float64Array
  readonly offerPrice: Float64Array
  /** Where the cheapest plan of all breaks a rule, and what it would save: something to talk about with the supplier. */
  readonly advice: readonly SupplyAdvice[]
  readonly branches: number
}

/** A rule that stands between the plan and a cheaper one. */
export type SupplyAdvice = {
  /** `below_minimum`: the offer sells no so small amount; `several_suppliers`: the need would take from more than one. */
  readonly kind: 'below_minimum' | 'several_suppliers'
  readonly need: number
  readonly offer: number
  readonly arc: number
  /** Units that the cheapest plan of all has over the arc. */
  readonly units: number
}

/** How a run is watched and bounded. */
export type SupplyOptions = {
  /** Asked now and then; true ends the run: with the best plan so far, or with the refusal `stopped` when there is none yet. */
  readonly shouldStop?: () => boolean
  /** Branches looked at for minima and single suppliers; where more arcs than this break a rule at first, none is. */
  readonly branchesMax?: number
}

/**
 * Assigns offers to needs at the least cost: sparse, exact, quantities of any size.
 * @param problem  sums of quantity, and of quantity x unmetCost, below 2^53; sizes within `supplyLimits`
 * @returns the plan; equal problems give equal plans. Without minima and single suppliers it is always optimal; with them it keeps every
 * rule and says how far it may be from the optimum
 * Source: own; successive shortest paths with prices after J. Edmonds, R. M. Karp (1972), then branch and bound, best bound first, A. H.
 * Land, A. G. Doig (1960). Up to 10 + 2 x branchesMax solutions of the problem without rules.
 */
export function assignSupply(problem: SupplyProblem, options: SupplyOptions = {}): Result<SupplyPlan, FlowRefusal> {
  const { shouldStop = () => false, branchesMax = 20 } = options
  const fault = supplyFault(problem)
  if (fault) return err(fault)
  const search: Search = { problem, needOf: needsOf(problem), shouldStop }
  const root = solve(search, null)
  if (isNone(root)) return err(stopped(0, problem.quantity.length))
  const advice = breaches(search, root.plan)
  if (advice.length === 0) return ok(planOf(root.plan, root.plan.cost, advice, 0))
  const first = dive(search, root)
  if (first === null) return err(stopped(1, 2))
  // A branch settles one breach: where there are more of them, branching could not close the gap, only spend time on it.
  const branchable = advice.length <= branchesMax ? branchesMax : 0
  const { best, lowerBound, branches } = branch(search, root, first, branchable)
  return ok(planOf(best, lowerBound, advice, branches))
}

type Search = {
  readonly problem: SupplyProblem
  readonly needOf: Int32Array
  readonly shouldStop: () => boolean
}

/** What was decided about an arc, after what was decided before. */
type Decision = {
  readonly before: Decision | null
  /** `without`: nothing over the arc; `with`: its offer's minimum at least; `sole`: nothing over the other arcs of its need. */
  readonly kind: 'without' | 'with' | 'sole'
  readonly arc: number
}

type Node = { readonly plan: Relaxed; readonly decided: Decision | null }

const isNone = (node: Node | NoPlan): node is NoPlan => typeof node === 'string'

const planOf = (plan: Relaxed, lowerBound: number, advice: readonly SupplyAdvice[], branches: number): SupplyPlan => ({
  ...plan,
  lowerBound,
  isOptimal: plan.cost <= lowerBound,
  advice,
  branches,
})

// Needs, offers and arcs come from a problem that was checked, so every read of an array below is in range.

function needsOf({ start, offer, quantity }: SupplyProblem): Int32Array {
  const needOf = new Int32Array(offer.length)
  for (let need = 0; need < quantity.length; need++) needOf.fill(need, start[need]!, start[need + 1]!)
  return needOf
}

function solve({ problem, needOf, shouldStop }: Search, decided: Decision | null): Node | NoPlan {
  const bounds = boundsOf(problem, needOf)
  for (let decision = decided; decision; decision = decision.before) apply(problem, needOf, decision, bounds)
  // Two decisions may ask for an arc's minimum and forbid the arc.
  if (bounds.atLeast.some((units, arc) => units > bounds.atMost[arc]!)) return 'infeasible'
  const plan = solveWithin(problem, bounds, shouldStop)
  return typeof plan === 'string' ? plan : { plan, decided }
}

/** What need, offer and arc allow; an arc that cannot carry its offer's minimum carries nothing. */
function boundsOf({ offer, capacity, quantity, free, minimum }: SupplyProblem, needOf: Int32Array): Bounds {
  const atMost = new Float64Array(offer.length)
  for (let arc = 0; arc < offer.length; arc++) {
    const units = Math.min(quantity[needOf[arc]!]!, capacity?.[arc] ?? Infinity)
    const least = minimum?.[offer[arc]!] ?? 0
    atMost[arc] = least > Math.min(units, free[offer[arc]!]!) ? 0 : units
  }
  return { atLeast: new Float64Array(offer.length), atMost }
}

function apply({ start, offer, minimum }: SupplyProblem, needOf: Int32Array, { kind, arc }: Decision, bounds: Bounds) {
  if (kind === 'without') bounds.atMost[arc] = 0
  if (kind === 'with') bounds.atLeast[arc] = minimum?.[offer[arc]!] ?? 0
  if (kind !== 'sole') return
  const need = needOf[arc]!
  for (let other = start[need]!; other < start[need + 1]!; other++) if (other !== arc) bounds.atMost[other] = 0
}

/** Where a plan breaks the rules; of a need with several suppliers every arc used. */
function breaches({ problem, needOf }: Search, { units }: Relaxed): readonly SupplyAdvice[] {
  const { start, offer, minimum, isSingle } = problem
  const found: SupplyAdvice[] = []
  for (let arc = 0; arc < offer.length; arc++)
    if (units[arc]! > 0 && units[arc]! < (minimum?.[offer[arc]!] ?? 0))
      found.push({ kind: 'below_minimum', need: needOf[arc]!, offer: offer[arc]!, arc, units: units[arc]! })
  if (!isSingle) return found
  for (const [need, single] of isSingle.entries()) {
    if (!single) continue
    const used: SupplyAdvice[] = []
    for (let arc = start[need]!; arc < start[need + 1]!; arc++)
      if (units[arc]! > 0) used.push({ kind: 'several_suppliers', need, offer: offer[arc]!, arc, units: units[arc]! })
    if (used.length > 1) found.push(...used)
  }
  return found
}

const roundsMax = 8

/**
 * A plan that keeps the rules: breach by breach is rounded, all of a round at once, and whatever is still broken after some rounds is left
 * out. What flows well then must go on flowing, so there is always an end.
 * @returns null when told to stop
 */
function dive(search: Search, root: Node): Relaxed | null {
  let node = root
  for (let round = 0; ; round++) {
    const broken = breaches(search, node.plan)
    if (broken.length === 0) return node.plan
    const next = solve(search, round < roundsMax ? rounded(search, node, broken) : settled(search, node))
    if (next === 'stopped') return null
    // Minima rounded up may ask together for more than there is.
    const safe = next === 'infeasible' ? solve(search, settled(search, node)) : next
    if (isNone(safe)) return null
    node = safe
  }
}

function rounded({ problem }: Search, { decided }: Node, broken: readonly SupplyAdvice[]): Decision | null {
  const largest = largestByNeed(broken)
  let all = decided
  for (const { kind, need, offer, arc, units } of broken) {
    const isKept = kind === 'below_minimum' ? 2 * units >= (problem.minimum?.[offer] ?? 0) : largest.get(need) === arc
    if (kind === 'several_suppliers') all = isKept ? { before: all, kind: 'sole', arc } : all
    else all = { before: all, kind: isKept ? 'with' : 'without', arc }
  }
  return all
}

/** For each need with several suppliers the arc with the most units, the first of equal ones. */
function largestByNeed(broken: readonly SupplyAdvice[]): ReadonlyMap<number, number> {
  const best = new Map<number, SupplyAdvice>()
  for (const one of broken)
    if (one.kind === 'several_suppliers' && one.units > (best.get(one.need)?.units ?? 0)) best.set(one.need, one)
  return new Map([...best].map(([need, { arc }]) => [need, arc]))
}

/** Decides every arc that a rule is about as the plan has it, leaving out what breaks a rule. */
function settled({ problem }: Search, { plan }: Node): Decision | null {
  const { start, offer, minimum, isSingle, quantity } = problem
  let all: Decision | null = null
  const kept = new Uint8Array(offer.length).fill(1)
  for (let need = 0; need < quantity.length; need++) {
    if (!isSingle?.[need]) continue
    let most = start[need]!
    for (let arc = start[need]!; arc < start[need + 1]!; arc++) if (plan.units[arc]! > plan.units[most]!) most = arc
    for (let arc = start[need]!; arc < start[need + 1]!; arc++) kept[arc] = arc === most ? 1 : 0
  }
  for (let arc = 0; arc < offer.length; arc++) {
    const least = minimum?.[offer[arc]!] ?? 0
    const isGood = kept[arc] === 1 && plan.units[arc]! >= least
    if (!isGood) all = { before: all, kind: 'without', arc }
    else if (least > 0) all = { before: all, kind: 'with', arc }
  }
  return all
}

function branch(search: Search, root: Node, first: Relaxed, branchesMax: number) {
  let best = first
  let branches = 0
  const open: Node[] = [root]
  while (open.length > 0 && branches < branchesMax) {
    // Some twenty nodes: looking through them is cheaper than keeping order.
    const at = open.reduce((least, { plan }, index) => (plan.cost < open[least]!.plan.cost ? index : least), 0)
    const node = open[at]!
    if (node.plan.cost >= best.cost) break
    const children = [...bothWays(search, node)].map((decided) => solve(search, decided))
    // The node itself stays open, and with it the bound, when its children were not all solved.
    if (children.includes('stopped')) break
    open.splice(at, 1)
    branches++
    for (const child of children) {
      if (isNone(child) || child.plan.cost >= best.cost) continue
      if (breaches(search, child.plan).length === 0) best = child.plan
      else open.push(child)
    }
  }
  return { best, branches, lowerBound: open.reduce((least, { plan }) => Math.min(least, plan.cost), best.cost) }
}

/** The two decisions about the breach with the most money in it: one way or the other, no plan that keeps the rules is lost. */
function bothWays({ problem, ...search }: Search, { plan, decided }: Node): readonly [Decision, Decision] {
  const { cost, unmetCost } = problem
  const broken = breaches({ problem, ...search }, plan)
  const money = ({ units, arc, need }: SupplyAdvice): number => units * (unmetCost[need]! - cost[arc]!)
  const { kind, arc } = broken.reduce((most, one) => (money(one) > money(most) ? one : most)) // a node that breaks a rule
  return [
    { before: decided, kind: kind === 'below_minimum' ? 'with' : 'sole', arc },
    { before: decided, kind: 'without', arc },
  ]
}
