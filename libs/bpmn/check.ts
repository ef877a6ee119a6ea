/** Judges a compiled graph: can every node be reached, does every way end, is every expression and name good. */
import { feelMistake } from './feel.ts'
import { successors } from './joins.ts'
import { findDeadlocks } from './soundness.ts'
import { isTimerLiteral } from './timer.ts'
import {
  isActivity,
  type Definition,
  type Feel,
  type Flow,
  type Node,
  type NodeId,
  type Trigger,
  type Value,
} from './model.ts'
import type { Complaint, ComplaintKind } from './complaint.ts'

/** What the product around the engine knows; a list that is left out is not checked. */
export type Known = {
  readonly handlers?: readonly string[]
  readonly roles?: readonly string[]
  readonly forms?: readonly string[]
  readonly processes?: readonly string[]
  /** Recognises durations in the shell's own words, such as working days. */
  readonly isDuration?: (text: string) => boolean
}

type Complain = (kind: ComplaintKind, id: string, message: string, value?: string | null) => void

/**
 * Lists what is wrong with a graph; markings are only played through when everything else is right.
 * @param lineOf     the line of an element id in the XML
 * @param isForeign  a model of another tool: a way out of a gateway may lack its condition and then always holds,; a
 *                   process may have several plain starts, of which the first is taken; and it may get stuck, if it need
 *                   not
 * Complexity: O(nodes × flows), and at most markingsMax markings.
 */
export function checkDefinition(
  definition: Definition,
  lineOf: (id: string) => number,
  known: Known = {},
  isForeign = false,
): readonly Complaint[] {
  const complaints: Complaint[] = []
  const complain: Complain = (kind, id, message, value = null) =>
    complaints.push({ kind, elementId: id, line: lineOf(id), message, value })
  const nodes = Object.values(definition.nodes)
  checkStarts(definition, nodes, isForeign, complain)
  for (const flow of Object.values(definition.flows)) checkFlow(definition, flow, complain)
  for (const node of nodes) {
    checkShape(definition, node, complain)
    if (!isForeign) checkConditions(definition, node, complain)
    checkExpressions(node, known, complain)
    checkNames(node, known, complain)
  }
  if (complaints.length === 0) checkReach(definition, nodes, complain)
  if (complaints.length === 0)
    for (const id of findDeadlocks(definition, isForeign))
      complain('deadlock', id, 'tokens can get stuck here with no way to an end')
  return complaints
}

function checkStarts(definition: Definition, nodes: readonly Node[], isForeign: boolean, complain: Complain): void {
  const starts = nodes.filter((node) => node.kind === 'startEvent')
  const own = starts.filter((start) => start.parent === null)
  const plain = own.filter((start) => start.trigger === null)
  if (own.length === 0) complain('no_start', definition.key, 'a start event is missing')
  if (!isForeign) checkCrowd(plain, complain)
  for (const { id, kind } of nodes) {
    if (kind !== 'subProcess' && kind !== 'eventSubProcess') continue
    const inside = starts.filter((start) => start.parent === id)
    if (inside.length === 0) complain('no_start', id, 'a start event is missing')
    checkCrowd(inside, complain)
  }
}

function checkCrowd([, second]: readonly Node[], complain: Complain): void {
  if (second) complain('ambiguous_start', second.id, 'there is more than one start event to begin with')
}

function checkFlow(definition: Definition, flow: Flow, complain: Complain): void {
  const [source, target] = [definition.nodes[flow.source], definition.nodes[flow.target]]
  if (!source || !target) return complain('bad_flow', flow.id, 'the flow leads to or from something that is no node')
  if (source.parent !== target.parent) complain('bad_flow', flow.id, 'the flow crosses the border of a sub-process')
  if (flow.condition !== null) checkFeel(flow.id, flow.condition, complain)
}

function checkShape(definition: Definition, node: Node, complain: Complain): void {
  const { incoming, outgoing } = node
  const noIncoming = node.kind === 'startEvent' || node.kind === 'boundaryEvent' || node.kind === 'eventSubProcess'
  const noOutgoing = node.kind === 'endEvent' || node.kind === 'eventSubProcess'
  if (noIncoming && incoming.length > 0) complain('bad_flow', node.id, `no flow may lead to a ${node.kind}`)
  if (noOutgoing && outgoing.length > 0) complain('bad_flow', node.id, `no flow may leave a ${node.kind}`)
  if (!noOutgoing && outgoing.length === 0) complain('dead_end', node.id, 'no flow leaves, and it is not an end event')
  if (node.defaultFlow !== null && !outgoing.includes(node.defaultFlow))
    complain('bad_default', node.id, 'the default flow does not leave this node', node.defaultFlow)
  if (node.kind === 'boundaryEvent') checkBoundary(definition, node.id, node.attachedTo, complain)
  if (node.kind === 'eventGateway') checkEventGateway(definition, node, complain)
}

function checkBoundary(definition: Definition, id: NodeId, attachedTo: NodeId, complain: Complain): void {
  const host = definition.nodes[attachedTo]
  if (!host || !isActivity(host) || host.parent !== definition.nodes[id]?.parent)
    complain('bad_boundary', id, 'a boundary event sits on an activity of its own level', attachedTo)
}

/** Every way out needs a condition, except the default and an only way. */
function checkConditions(definition: Definition, node: Node, complain: Complain): void {
  if (node.kind !== 'exclusiveGateway' && node.kind !== 'inclusiveGateway') return
  if (node.outgoing.length < 2) return
  for (const id of node.outgoing)
    if (id !== node.defaultFlow && definition.flows[id]?.condition === null)
      complain('missing_condition', id, `a flow that leaves ${node.id} needs a condition`)
}

function checkEventGateway(definition: Definition, node: Node, complain: Complain): void {
  const targets = node.outgoing.map((flow) => definition.nodes[definition.flows[flow]?.target ?? ''])
  if (targets.length < 2) complain('bad_event_gateway', node.id, 'an event-based gateway needs two ways out')
  for (const target of targets) {
    const isPlainReceive = target?.kind === 'receiveTask' && target.multi === null && target.boundaries.length === 0
    if (target?.kind !== 'catchEvent' && !isPlainReceive)
      complain('bad_event_gateway', node.id, 'only catch events and plain receive tasks may follow', target?.id)
    if (target && target.incoming.length > 1)
      complain('bad_event_gateway', target.id, 'an event after the gateway has one way in')
  }
}

function checkExpressions(node: Node, known: Known, complain: Complain): void {
  const feel = (text: Feel | null): void => (text === null ? undefined : checkFeel(node.id, text, complain))
  if ('inputs' in node) for (const { value } of node.inputs) feel(value)
  if ('trigger' in node && node.trigger) checkTrigger(node.id, node.trigger, known, complain)
  if ('result' in node && node.result !== null && typeof node.result === 'object' && 'correlation' in node.result)
    feel(node.result.correlation)
  if (!isActivity(node)) return
  for (const { value } of node.outputs) feel(value)
  if (node.multi)
    for (const text of [node.multi.collection, node.multi.cardinality, node.multi.completion, node.multi.outputElement])
      feel(text)
  if (node.kind === 'scriptTask') feel(node.script)
  if ((node.kind === 'sendTask' || node.kind === 'receiveTask') && node.message) feel(node.message.correlation)
  if (node.kind === 'userTask') checkUserTask(node.id, node.due, node.priority, known, complain)
}

function checkUserTask(id: NodeId, due: Value | null, priority: Value | null, known: Known, complain: Complain): void {
  if (due) checkTime(id, due, ['date', 'duration'], known, complain)
  if (priority?.kind === 'feel') checkFeel(id, priority.text, complain)
}

function checkTrigger(id: NodeId, trigger: Trigger, known: Known, complain: Complain): void {
  if (trigger.kind === 'message' && trigger.correlation !== null) checkFeel(id, trigger.correlation, complain)
  if (trigger.kind === 'timer') checkTime(id, trigger.value, [trigger.timer], known, complain)
}

function checkTime(
  id: NodeId,
  value: Value,
  kinds: readonly ('date' | 'duration' | 'cycle')[],
  known: Known,
  complain: Complain,
): void {
  if (value.kind === 'feel') return checkFeel(id, value.text, complain)
  const isKnown = known.isDuration ?? (() => false)
  if (kinds.some((kind) => isTimerLiteral(kind, value.text, isKnown))) return
  complain('bad_timer', id, `this is not an ISO 8601 ${kinds.join(' or ')}`, value.text)
}

function checkFeel(id: string, text: Feel, complain: Complain): void {
  const mistake = feelMistake(text)
  if (mistake !== null) complain('bad_feel', id, `this is not FEEL: ${mistake}`, text)
}

function checkNames(node: Node, known: Known, complain: Complain): void {
  const check = (kind: ComplaintKind, list: readonly string[] | undefined, name: string | null, what: string): void => {
    if (list && name !== null && !list.includes(name)) complain(kind, node.id, `there is no ${what} ${name}`, name)
  }
  if ('handler' in node) check('unknown_handler', known.handlers, node.handler, 'handler')
  if (node.kind === 'callActivity') check('unknown_process', known.processes, node.called, 'process')
  if (node.kind !== 'userTask') return
  check('unknown_form', known.forms, node.form, 'form')
  for (const role of node.roles) check('unknown_role', known.roles, role, 'role')
}

/** Every node can be reached from a start, and an end of its own level can be reached from it. */
function checkReach(definition: Definition, nodes: readonly Node[], complain: Complain): void {
  const reached = reachable(definition, nodes)
  for (const node of nodes)
    if (!reached.has(node.id)) complain('unreachable', node.id, 'no way leads here from a start event')
  const ending = leadingToEnd(definition, nodes)
  for (const node of nodes)
    if (!ending.has(node.id)) complain('no_way_to_end', node.id, 'no way leads from here to an end event')
}

function reachable(definition: Definition, nodes: readonly Node[]): ReadonlySet<NodeId> {
  const seen = new Set<NodeId>()
  const open = [...definition.starts, ...handlersIn(nodes, null)]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = definition.nodes[id]
    if (!node || seen.has(id)) continue
    seen.add(id)
    open.push(...successors(definition, id))
    if (isActivity(node)) open.push(...node.boundaries)
    if (node.kind === 'subProcess' || node.kind === 'eventSubProcess') open.push(node.start, ...handlersIn(nodes, id))
  }
  return seen
}

const handlersIn = (nodes: readonly Node[], container: NodeId | null): NodeId[] =>
  nodes.filter((node) => node.kind === 'eventSubProcess' && node.parent === container).map((node) => node.id)

function leadingToEnd(definition: Definition, nodes: readonly Node[]): ReadonlySet<NodeId> {
  const before = new Map<NodeId, NodeId[]>()
  for (const { id } of nodes)
    for (const next of successors(definition, id)) before.set(next, [...(before.get(next) ?? []), id])
  const seen = new Set<NodeId>()
  const open = nodes.filter((node) => node.kind === 'endEvent' || node.kind === 'eventSubProcess').map(({ id }) => id)
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(before.get(id) ?? []))
  }
  return seen
}
