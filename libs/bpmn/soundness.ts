/** Plays the bare graph, conditions left open, and finds markings from which no end can be reached. */
import { canReach } from './joins.ts'
import { isActivity, type Activity, type Definition, type FlowId, type Node, type NodeId } from './model.ts'

/** Markings looked at for one level; a larger level counts as sound as far as it was seen. */
export const markingsMax = 5_000
/** More tokens than this on one flow are not followed further. */
const tokensMax = 3

/** Tokens on flows: each flow once a token, sorted. */
type Marking = readonly FlowId[]

/**
 * Finds nodes where tokens can get stuck: a parallel join after an exclusive split, a loop without a way out.
 * Each level (process, sub-process, event sub-process) is played by itself; sub-processes count as one activity.
 * @param isLenient  only levels that cannot end at all are found; one that can get stuck, but need not, is let be
 * @returns ids of the nodes at which the stuck tokens wait
 * Source: the option to complete of workflow nets (van der Aalst 1997), on BPMN's own token rules.
 * Complexity: at most markingsMax markings a level.
 */
export function findDeadlocks(definition: Definition, isLenient = false): readonly NodeId[] {
  const starts = Object.values(definition.nodes).filter((node) => node.kind === 'startEvent')
  return [...new Set(starts.flatMap((start) => stuckAfter(definition, start, isLenient)))]
}

function stuckAfter(definition: Definition, start: Node, isLenient: boolean): NodeId[] {
  const first = [...start.outgoing].toSorted()
  const next = new Map<string, { readonly marking: Marking; readonly keys: readonly string[] | null }>()
  const open: Marking[] = [first]
  for (let marking = open.pop(); marking !== undefined; marking = open.pop()) {
    const key = marking.join(' ')
    if (next.has(key)) continue
    // Beyond the limits nothing is known, so nothing is complained about.
    if (next.size >= markingsMax) return []
    const following = isCrowded(marking) ? null : fireAll(definition, marking)
    next.set(key, { marking, keys: following?.map((one) => one.join(' ')) ?? null })
    open.push(...(following ?? []))
  }
  const ending = ableToEnd(next)
  if (isLenient && ending.has(first.join(' '))) return []
  const lost = [...next].filter(([key]) => !ending.has(key)).map(([, spot]) => spot)
  // Markings in which nothing moves name the place best; without one the tokens run round for ever.
  const still = lost.filter(({ keys }) => keys?.length === 0)
  return (still.length > 0 ? still : lost).flatMap(({ marking }) => placesOf(definition, marking))
}

/** A marking is sorted: tokens of one flow stand side by side. */
const isCrowded = (marking: Marking): boolean => marking.some((flow, index) => marking[index + tokensMax] === flow)

function ableToEnd(next: ReadonlyMap<string, { readonly keys: readonly string[] | null }>): ReadonlySet<string> {
  const before = new Map<string, string[]>()
  for (const [key, { keys }] of next) for (const one of keys ?? []) before.set(one, [...(before.get(one) ?? []), key])
  const ending = new Set<string>()
  const open = [...next].filter(([key, { keys }]) => key === '' || keys === null).map(([key]) => key)
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (ending.has(key)) continue
    ending.add(key)
    open.push(...(before.get(key) ?? []))
  }
  return ending
}

/** Where stuck tokens wait: at joins first, they are what is stuck. */
function placesOf(definition: Definition, marking: Marking): NodeId[] {
  const targets = marking.flatMap((flow) => definition.nodes[definition.flows[flow]?.target ?? ''] ?? [])
  const joins = targets.filter((node) => node.kind === 'parallelGateway' || node.kind === 'inclusiveGateway')
  return (joins.length > 0 ? joins : targets).map((node) => node.id)
}

/**
 * The markings that can follow. A node that can fire in one way only is fired alone: nothing else can take its tokens, so
 * the order does not matter, and wide parallel sections stay small.
 * Source: persistent sets, Godefroid 1996; a circle of such nodes alone has no way to an end and is refused before.
 */
function fireAll(definition: Definition, marking: Marking): Marking[] {
  const targets = new Set(marking.flatMap((flow) => definition.flows[flow]?.target ?? []))
  const following: Marking[] = []
  for (const id of targets) {
    const node = definition.nodes[id]
    const next = node ? fire(definition, marking, node) : []
    const [only] = next
    if (only && node && productions(definition, node).length === 1) return [only]
    following.push(...next)
  }
  return following
}

function fire(definition: Definition, marking: Marking, node: Node): Marking[] {
  if (node.kind === 'endEvent' && node.result.kind === 'terminate') return [[]]
  return consumptions(definition, marking, node).flatMap((rest) =>
    productions(definition, node).map((flows) => [...rest, ...flows].toSorted()),
  )
}

/** What is left of a marking after the node took its tokens; empty when it cannot fire. */
function consumptions(definition: Definition, marking: Marking, node: Node): Marking[] {
  const held = node.incoming.filter((flow) => marking.includes(flow))
  if (node.kind === 'parallelGateway') return held.length === node.incoming.length ? [without(marking, held)] : []
  if (node.kind === 'inclusiveGateway') return isAwaited(definition, marking, node) ? [] : [without(marking, held)]
  return held.map((flow) => without(marking, [flow]))
}

function without(marking: Marking, flows: readonly FlowId[]): Marking {
  const rest = [...marking]
  for (const flow of flows) rest.splice(rest.indexOf(flow), 1)
  return rest
}

function isAwaited(definition: Definition, marking: Marking, gateway: Node): boolean {
  if (gateway.incoming.length < 2) return false
  return marking.some((flow) => {
    const target = definition.flows[flow]?.target
    return target !== undefined && target !== gateway.id && canReach(definition, target, gateway.id)
  })
}

/** The sets of flows a node may put tokens on. */
function productions(definition: Definition, node: Node): (readonly FlowId[])[] {
  if (node.kind === 'exclusiveGateway' || node.kind === 'eventGateway') return node.outgoing.map((flow) => [flow])
  if (node.kind === 'inclusiveGateway') return withDefault(node, node.outgoing)
  if (isActivity(node)) return activityProductions(definition, node)
  return [node.outgoing]
}

/** An activity ends, or an interrupting event ends it; beside that none, one or all of the others may have gone off. */
function activityProductions(definition: Definition, node: Activity): (readonly FlowId[])[] {
  const boundaries = node.boundaries.flatMap((id) => definition.nodes[id] ?? [])
  const isInterrupting = (event: Node): boolean => event.kind === 'boundaryEvent' && event.interrupting
  const exits = [...conditional(definition, node), ...boundaries.filter(isInterrupting).map((event) => event.outgoing)]
  const others = boundaries.filter((event) => !isInterrupting(event)).map((event) => event.outgoing)
  const beside = [[], ...others, ...(others.length > 1 ? [others.flat()] : [])]
  return exits.flatMap((exit) => beside.map((more) => [...exit, ...more]))
}

/** Flows without a condition always, those with one in any combination, the default alone. */
function conditional(definition: Definition, node: Node): (readonly FlowId[])[] {
  const isOpen = (flow: FlowId): boolean => definition.flows[flow]?.condition === null && flow !== node.defaultFlow
  const always = node.outgoing.filter(isOpen)
  const maybe = node.outgoing.filter((flow) => !isOpen(flow))
  return maybe.length === 0 ? [always] : withDefault(node, maybe).map((some) => [...always, ...some])
}

/** Any of the flows but the default, or the default alone. */
function withDefault(node: Node, flows: readonly FlowId[]): (readonly FlowId[])[] {
  const others = choices(flows.filter((flow) => flow !== node.defaultFlow))
  return node.defaultFlow === null ? others : [...others, [node.defaultFlow]]
}

/** The non-empty subsets; of more than five ways only each one, and all. */
function choices(flows: readonly FlowId[]): (readonly FlowId[])[] {
  if (flows.length > 5) return [...flows.map((flow) => [flow]), flows]
  const subsets = Array.from({ length: 2 ** flows.length - 1 }, (_, bits) => bits + 1)
  return subsets.map((bits) => flows.filter((_, index) => (bits >> index) & 1))
}
