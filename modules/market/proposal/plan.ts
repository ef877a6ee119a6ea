import { defineJob } from '@tingzhou/compute'
import { assignSupply, type SupplyAdvice } from '@tingzhou/flow'

/** A need that lacks something; quantities in whole base units of its dimension. */
export type PlanNeed = { readonly id: string; readonly lacks: number; readonly isSingle: boolean }
export type PlanOffer = { readonly id: string; readonly free: number; readonly minimum: number }

/** An offer that could serve a need: by their places in the lists. */
export type PlanArc = {
  readonly need: number
  readonly offer: number
  /** What a thousand base units cost delivered, milli-fen. */
  readonly costMilliFen: number
  /** The same with what its misfit counts for, by which plans are chosen. */
  readonly weighedMilliFen: number
}

export type PlanInput = {
  /** In the order in which they were posted. */
  readonly needs: readonly PlanNeed[]
  readonly offers: readonly PlanOffer[]
  readonly arcs: readonly PlanArc[]
  /** What a quantity that nobody serves counts for, in hundredths of the dearest offer for it. */
  readonly unmetPct: number
}

/** Quantities over arcs, and what they come to. */
export type Served = {
  /** One an arc, base units. */
  readonly quantities: readonly number[]
  readonly costFen: number
  readonly penaltyFen: number
  /** Needs that lack something still. */
  readonly unmet: number
}

export type Plan = {
  readonly best: Served
  readonly first: Served
  readonly isOptimal: boolean
  readonly advice: readonly {
    readonly kind: SupplyAdvice['kind']
    readonly need: number
    readonly offer: number
    readonly quantity: number
  }[]
  /** Needs of groups that could not be reckoned, with the rule. */
  readonly refused: readonly { readonly need: number; readonly rule: string }[]
}

/** Quantities are counted in a thousandth of the smallest unit that trade uses, at least. */
const baseOfCost = 1_000

/**
 * Offers for needs at the least cost in all, beside serving needs in the order of posting. Needs and offers that share nothing are reckoned
 * apart, each group in the greatest quantum that divides its quantities, so that nothing is rounded.
 * Pure. Source: own, over `assignSupply` of libs/flow.
 */
export function planDeals(input: PlanInput, shouldStop: () => boolean = () => false): Plan {
  const best = new Float64Array(input.arcs.length)
  const refused: { need: number; rule: string }[] = []
  const advice: Plan['advice'][number][] = []
  let isOptimal = true
  for (const group of groupsOf(input)) {
    const problem = problemOf(input, group)
    const plan = assignSupply(problem, { shouldStop })
    if (!plan.ok) {
      refused.push(
        ...group.needs.map((need) => ({
          need,
          rule: plan.error.kind === 'stopped' ? 'plan_stopped' : plan.error.rule,
        })),
      )
      continue
    }
    isOptimal &&= plan.value.isOptimal
    for (const [place, arc] of group.arcs.entries()) best[arc] = (plan.value.units[place] ?? 0) * group.quantum
    for (const { kind, need, offer, units } of plan.value.advice)
      advice.push({
        kind,
        need: group.needs[need] ?? 0, // the group's own numbers
        offer: group.offers[offer] ?? 0,
        quantity: units * group.quantum,
      })
  }
  const left = new Set(refused.map(({ need }) => need))
  return {
    best: servedOf(input, [...best], left),
    first: servedOf(input, firstCome(input, left), left),
    isOptimal: isOptimal && refused.length === 0,
    advice,
    refused,
  }
}

/** `planDeals` by the server's threads. */
export const proposalJob = defineJob('market.proposal', (input: PlanInput, shouldStop) => planDeals(input, shouldStop))

type Group = {
  readonly needs: readonly number[]
  readonly offers: readonly number[]
  readonly arcs: readonly number[]
  readonly quantum: number
}

/** Needs and offers that are joined by arcs, in the order of their needs. O(arcs). */
function groupsOf({ needs, offers, arcs }: PlanInput): readonly Group[] {
  const parent = Array.from({ length: needs.length + offers.length }, (_, node) => node)
  const rootOf = (node: number): number => {
    let root = node
    while (parent[root] !== root) root = parent[root] ?? root
    parent[node] = root
    return root
  }
  for (const { need, offer } of arcs) parent[rootOf(needs.length + offer)] = rootOf(need)
  const byRoot = new Map<number, { needs: number[]; offers: Set<number>; arcs: number[] }>()
  for (const need of needs.keys()) {
    const root = rootOf(need)
    const group = byRoot.get(root) ?? { needs: [], offers: new Set<number>(), arcs: [] }
    byRoot.set(root, group)
    group.needs.push(need)
  }
  const order = [...arcs.keys()].toSorted((one, other) => (arcs[one]?.need ?? 0) - (arcs[other]?.need ?? 0))
  for (const arc of order) {
    const { need, offer } = arcs[arc]! // an arc's own number
    const group = byRoot.get(rootOf(need))
    group?.arcs.push(arc)
    group?.offers.add(offer)
  }
  return [...byRoot.values()]
    .filter((group) => group.arcs.length > 0)
    .map((group) => {
      const all = [
        ...group.needs.map((need) => needs[need]?.lacks ?? 0),
        ...[...group.offers].flatMap((offer) => [offers[offer]?.free ?? 0, offers[offer]?.minimum ?? 0]),
      ]
      return { needs: group.needs, offers: [...group.offers], arcs: group.arcs, quantum: all.reduce(gcd, 0) || 1 }
    })
}

const gcd = (one: number, other: number): number => (other === 0 ? one : gcd(other, one % other))

function problemOf({ needs, offers, arcs, unmetPct }: PlanInput, group: Group) {
  const offerAt = new Map(group.offers.map((offer, place) => [offer, place]))
  const quantity = Float64Array.from(group.needs, (need) => (needs[need]?.lacks ?? 0) / group.quantum)
  const raw = group.arcs.map((arc) => (arcs[arc]?.weighedMilliFen ?? 0) * (group.quantum / baseOfCost))
  const dearest = Math.max(1, ...raw)
  const ofNeed = dearestOf(arcs, needs.length)
  // Milli-fen while their sum stays a whole number that is counted exactly; else fen, yuan.
  const sum = quantity.reduce((all, units) => all + units, 0) * dearest * (unmetPct / 100)
  const scale = [1, 1_000, 100_000].find((one) => sum / one < Number.MAX_SAFE_INTEGER / 2) ?? 100_000_000
  const cost = Float64Array.from(raw, (one) => Math.round(one / scale))
  const unmetCost = Float64Array.from(group.needs, (need) =>
    Math.ceil((((ofNeed[need] ?? 0) * (group.quantum / baseOfCost)) / scale) * (unmetPct / 100)),
  )
  const start = new Int32Array(group.needs.length + 1)
  const placeOf = new Map(group.needs.map((need, place) => [need, place]))
  for (const arc of group.arcs) {
    const place = placeOf.get(arcs[arc]?.need ?? -1) ?? 0
    start[place + 1] = (start[place + 1] ?? 0) + 1
  }
  for (let place = 0; place < group.needs.length; place++)
    start[place + 1] = (start[place + 1] ?? 0) + (start[place] ?? 0)
  return {
    start,
    offer: Int32Array.from(group.arcs, (arc) => offerAt.get(arcs[arc]?.offer ?? -1) ?? 0),
    cost,
    capacity: null,
    quantity,
    unmetCost,
    free: Float64Array.from(group.offers, (offer) => (offers[offer]?.free ?? 0) / group.quantum),
    minimum: Float64Array.from(group.offers, (offer) => (offers[offer]?.minimum ?? 0) / group.quantum),
    isSingle: Uint8Array.from(group.needs, (need) => (needs[need]?.isSingle ? 1 : 0)),
  }
}

/** Each need in the order of posting takes what is cheapest for it of what is left. Pure. O(arcs log arcs). */
export function firstCome({ needs, offers, arcs }: PlanInput, without: ReadonlySet<number> = new Set()): number[] {
  const free = offers.map((offer) => offer.free)
  const taken = arcs.map(() => 0)
  const byNeed = new Map<number, number[]>()
  for (const [arc, { need }] of arcs.entries()) byNeed.set(need, [...(byNeed.get(need) ?? []), arc])
  for (const [need, { lacks, isSingle }] of needs.entries()) {
    if (without.has(need)) continue
    let rest = lacks
    const own = (byNeed.get(need) ?? []).toSorted(
      (one, other) => (arcs[one]?.weighedMilliFen ?? 0) - (arcs[other]?.weighedMilliFen ?? 0),
    )
    for (const arc of own) {
      const offer = arcs[arc]?.offer ?? -1
      const quantity = Math.min(rest, free[offer] ?? 0)
      if (quantity <= 0 || quantity < (offers[offer]?.minimum ?? 0)) continue
      taken[arc] = quantity
      free[offer] = (free[offer] ?? 0) - quantity
      rest -= quantity
      if (rest === 0 || isSingle) break
    }
  }
  return taken
}

/** What the dearest offer for each need weighs. O(arcs). */
function dearestOf(arcs: readonly PlanArc[], needs: number): readonly number[] {
  const dearest = Array.from({ length: needs }, () => 0)
  for (const { need, weighedMilliFen } of arcs) dearest[need] = Math.max(dearest[need] ?? 0, weighedMilliFen)
  return dearest
}

function servedOf(
  { needs, arcs, unmetPct }: PlanInput,
  quantities: readonly number[],
  without: ReadonlySet<number>,
): Served {
  const rest = needs.map(({ lacks }) => lacks)
  const dearest = dearestOf(arcs, needs.length)
  let costMilliFen = 0
  for (const [arc, { need, costMilliFen: cost }] of arcs.entries()) {
    const quantity = quantities[arc] ?? 0
    rest[need] = (rest[need] ?? 0) - quantity
    costMilliFen += (quantity / baseOfCost) * cost
  }
  const lacking = rest.filter((left, need) => left > 0 && !without.has(need))
  const penalty = rest.reduce(
    (sum, left, need) =>
      without.has(need) ? sum : sum + (left / baseOfCost) * (dearest[need] ?? 0) * (unmetPct / 100),
    0,
  )
  return {
    quantities,
    costFen: Math.round(costMilliFen / 1_000),
    penaltyFen: Math.round(penalty / 1_000),
    unmet: lacking.length,
  }
}
