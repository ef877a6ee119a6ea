import {
  isActivity,
  type Definition,
  type Effect,
  type InstanceState,
  type Node,
  type Scope,
  type Task,
  type Token,
} from '@tingzhou/bpmn'
import { err, ok, type Result } from '@tingzhou/kernel'
import { eventsOf, triggerOf, type Events, type Ports } from './migrate-events.ts'
import { mapOf, type Mapping, type NodeMap } from './node-map.ts'
import { joinThatWaits, positionOf } from './positions.ts'

/** Why an instance cannot go on by another version; each names the node that it stands at. */
export type MigrateError =
  | { readonly kind: 'node_missing'; readonly nodeId: string; readonly to: string }
  /** Another kind of node, or one instance where there were many. */
  | {
      readonly kind: 'node_differs'
      readonly nodeId: string
      readonly to: string
      readonly is: string
      readonly was: string
    }
  /** It lies in another sub-process. */
  | { readonly kind: 'level_differs'; readonly nodeId: string; readonly to: string }
  /** A token waits at a join, and the flow that it came by is no more. */
  | { readonly kind: 'flow_missing'; readonly nodeId: string; readonly flowId: string }
  /** A join of the target would wait for a token that cannot come. */
  | { readonly kind: 'join_would_wait'; readonly nodeId: string }

/** What a migration changes beside the version. */
export type MigratePlan = Pick<Events, 'armed' | 'dropped'> & {
  readonly state: InstanceState
  readonly visited: Readonly<Record<string, number>>
  /** States of the case that the target marks where tokens stand, if they differ. */
  readonly effects: readonly Effect[]
}

/**
 * Puts a running instance on another version of its drawing: every token, task, timer and subscription on the node that
 * stands for its own, waiting tokens of joins on the flow that stands for theirs. Boundary events and event sub-processes
 * that are new begin to be waited for, those that are gone end. Timers that are new are armed by the next step.
 * @param version  that of the target
 * Source: own. Pure. O(size of the state × size of the drawing).
 */
export function planMigration(
  from: Definition,
  to: Definition,
  version: number,
  state: InstanceState,
  visited: Readonly<Record<string, number>>,
  nodeMap: NodeMap,
  ports: Ports,
): Result<MigratePlan, MigrateError> {
  const map = mapOf(from, to, nodeMap)
  const live = new Set([
    ...state.tokens.map((token) => token.nodeId),
    ...state.scopes.flatMap((scope) => (scope.nodeId === null ? [] : [scope.nodeId])),
  ])
  for (const nodeId of live) {
    const refused = refusalOf(from, to, map, nodeId)
    if (refused) return err(refused)
  }
  const lostFlow = state.tokens.find((token) => token.state === 'join' && token.via !== null && !map.flow(token.via))
  if (lostFlow) return err({ kind: 'flow_missing', nodeId: lostFlow.nodeId, flowId: lostFlow.via ?? '' })
  const tokens = state.tokens.map((token): Token => ({
    ...token,
    nodeId: map.node(token.nodeId),
    via: viaOf(token, map),
  }))
  const scopes = state.scopes.map((scope): Scope => ({
    ...scope,
    nodeId: scope.nodeId === null ? null : map.node(scope.nodeId),
  }))
  const tasks = state.tasks.map((task) => taskOn(to, map.node(task.nodeId), task))
  const moved: InstanceState = {
    ...state,
    definitionVersion: version,
    tokens,
    scopes,
    tasks,
    timers: [],
    subscriptions: [],
  }
  const waits = joinIn(to, moved)
  if (waits !== null) return err({ kind: 'join_would_wait', nodeId: waits })
  const events = eventsOf(from, to, moved, state, map, ports)
  return ok({
    state: { ...moved, timers: events.timers, subscriptions: events.subscriptions },
    visited: mapVisits(from, to, visited, map),
    effects: marksOf(from, to, state, map),
    armed: events.armed,
    dropped: events.dropped,
  })
}

const viaOf = (token: Token, map: Mapping): string | null => (token.via === null ? null : (map.flow(token.via) ?? null))

function refusalOf(from: Definition, to: Definition, map: Mapping, nodeId: string): MigrateError | null {
  const was = from.nodes[nodeId]
  const id = map.node(nodeId)
  const is = to.nodes[id]
  if (!was || !is) return { kind: 'node_missing', nodeId, to: id }
  if (shapeOf(was) !== shapeOf(is)) return { kind: 'node_differs', nodeId, to: id, was: shapeOf(was), is: shapeOf(is) }
  const level = was.parent === null ? null : map.node(was.parent)
  return level === is.parent ? null : { kind: 'level_differs', nodeId, to: id }
}

/** What must be the same for a token to stand there: the kind of node, how many instances, the kind of event. */
function shapeOf(node: Node): string {
  const trigger = triggerOf(node)
  const multi = isActivity(node) && node.multi ? (node.multi.sequential ? ' sequential' : ' parallel') : ''
  return `${node.kind}${trigger ? ` ${trigger.kind}` : ''}${multi}`
}

/** A task says what its node says: name, roles, form, outcomes, policy. */
function taskOn(to: Definition, nodeId: string, task: Task): Task {
  const node = to.nodes[nodeId]
  if (node?.kind !== 'userTask') return { ...task, nodeId }
  const { name, roles, form, outcomes, policy } = node
  return { ...task, nodeId, name, roles, form, outcomes, policy }
}

function joinIn(to: Definition, state: InstanceState): string | null {
  for (const scope of state.scopes) {
    if (scope.kind !== 'root' && scope.kind !== 'sub') continue
    const standing = state.tokens.filter((token) => token.scopeId === scope.id).map(positionOf)
    const waits = joinThatWaits(to, standing)
    if (waits !== null) return waits
  }
  return null
}

function mapVisits(
  from: Definition,
  to: Definition,
  visited: Readonly<Record<string, number>>,
  map: Mapping,
): Readonly<Record<string, number>> {
  const mapped: Record<string, number> = {}
  for (const [id, count] of Object.entries(visited)) {
    const target = from.nodes[id] ? map.node(id) : map.flow(id)
    if (target !== undefined && (to.nodes[target] || to.flows[target])) mapped[target] = (mapped[target] ?? 0) + count
  }
  return mapped
}

function marksOf(from: Definition, to: Definition, state: InstanceState, map: Mapping): readonly Effect[] {
  return state.tokens.flatMap((token): readonly Effect[] => {
    const nodeId = map.node(token.nodeId)
    const mark = to.nodes[nodeId]?.state ?? null
    return mark !== null && mark !== from.nodes[token.nodeId]?.state ? [{ kind: 'marked', nodeId, state: mark }] : []
  })
}
