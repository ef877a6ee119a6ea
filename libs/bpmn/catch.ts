/** Events that happen: what a timer, message or signal sets off, and who catches an error or escalation. */
import { assert } from '@tingzhou/kernel'
import {
  announce,
  assign,
  cancelInside,
  cancelToken,
  dropEvents,
  findToken,
  finish,
  isInstance,
  leave,
  newScope,
  newToken,
  nodeOf,
  putToken,
  scopeOf,
  type DraftToken,
  type Game,
} from './game.ts'
import { triggerOf, waitFor, type Place } from './waiting.ts'
import {
  isActivity,
  type BoundaryEvent,
  type EventSubProcess,
  type Node,
  type NodeId,
  type StartEvent,
  type Vars,
} from './model.ts'
import type { Scope, Subscription, Token } from './state.ts'

/** Sets off what waits at a place; vars are what the event brings. */
export function trigger(game: Game, place: Place, vars: Vars): void {
  const node = nodeOf(game, place.nodeId)
  if (node.kind === 'startEvent') return startEventSubProcess(game, place.scopeId, node, vars)
  const token = findToken(game, place.tokenId)
  assert(token !== undefined, `the token of a waiting event at ${place.nodeId} exists`)
  if (node.kind === 'boundaryEvent') return crossBoundary(game, token, node, vars)
  if (token.nodeId !== node.id) chooseEvent(game, token, node)
  dropEvents(game, token.id)
  if (node.kind === 'receiveTask') return finish(game, token, vars)
  assign(game, token.scopeId, vars)
  leave(game, token)
}

/** The first event after an event-based gateway wins: the token moves onto it, its siblings are dropped. */
function chooseEvent(game: Game, token: DraftToken, event: Node): void {
  const gateway = nodeOf(game, token.nodeId)
  const flow = gateway.outgoing.find((flow) => game.definition.flows[flow]?.target === event.id)
  assert(flow !== undefined, `a flow leads from ${gateway.id} to ${event.id}`)
  game.effects.push({ kind: 'left', nodeId: gateway.id, tokenId: token.id })
  game.effects.push({ kind: 'taken', flowId: flow, tokenId: token.id })
  token.nodeId = event.id
  token.via = flow
  announce(game, token)
}

/** A boundary event goes off: an interrupting one takes the activity away, both put a token on the event. */
function crossBoundary(game: Game, host: Token, boundary: BoundaryEvent, vars: Vars): void {
  assign(game, host.scopeId, vars)
  if (boundary.interrupting) cancelToken(game, host, reasonOf(boundary))
  putToken(game, host.scopeId, boundary.id)
}

/** Starts an event sub-process in a scope: an interrupting one takes everything else in the scope away. */
function startEventSubProcess(game: Game, scopeId: string, start: StartEvent, vars: Vars): void {
  const container = nodeOf(game, start.parent ?? '')
  const token = newToken(game, scopeId, container.id)
  if (start.interrupting) interrupt(game, scopeOf(game, scopeId), token, reasonOf(start))
  assign(game, scopeId, vars)
  announce(game, token)
  const scope = openScope(game, token, {})
  putToken(game, scope.id, start.id)
}

function interrupt(game: Game, scope: Scope, except: Token, reason: string): void {
  cancelInside(game, scope, reason, except)
  const waitsForScope = (place: Place): boolean => place.scopeId === scope.id && place.tokenId === null
  game.state.timers = game.state.timers.filter((timer) => !waitsForScope(timer))
  game.state.subscriptions = game.state.subscriptions.filter((subscription) => !waitsForScope(subscription))
}

const reasonOf = (node: Node): string => node.name || node.id

/** Opens the scope of the sub-process a token is at, and begins to wait for its event sub-processes. */
export function openScope(game: Game, token: Token, vars: Vars): Scope {
  const link = { parentId: token.scopeId, tokenId: token.id, nodeId: token.nodeId }
  const scope = newScope(game, { kind: 'sub', ...link, vars })
  waitForEventSubProcesses(game, scope, token.nodeId)
  return scope
}

/** Begins to wait for the starts of the event sub-processes of a container (null = the process). */
export function waitForEventSubProcesses(game: Game, scope: Scope, container: NodeId | null): void {
  for (const { start } of eventSubProcesses(game, container)) {
    const awaited = triggerOf(nodeOf(game, start))
    if (awaited) waitFor(game, { tokenId: null, scopeId: scope.id, nodeId: start }, awaited)
  }
}

function eventSubProcesses(game: Game, container: NodeId | null): EventSubProcess[] {
  return Object.values(game.definition.nodes).filter(
    (node): node is EventSubProcess => node.kind === 'eventSubProcess' && node.parent === container,
  )
}

/** Begins to wait for the boundary events of an activity. */
export function waitForBoundaries(game: Game, token: Token, node: Node): void {
  if (!isActivity(node)) return
  for (const id of node.boundaries) {
    const awaited = triggerOf(nodeOf(game, id))
    if (awaited) waitFor(game, { tokenId: token.id, scopeId: token.scopeId, nodeId: id }, awaited)
  }
}

/**
 * Sends a signal to everything in the instance that waits for it.
 * @returns whether anything did
 */
export function broadcast(game: Game, name: string, vars: Vars): boolean {
  const waiting = game.state.subscriptions.filter((one) => one.kind === 'signal' && one.name === name)
  for (const subscription of waiting) if (isAwaiting(game, subscription)) trigger(game, subscription, vars)
  return waiting.length > 0
}

/** An earlier receiver may have interrupted this one. */
const isAwaiting = (game: Game, subscription: Subscription): boolean =>
  game.state.subscriptions.some((one) => one.id === subscription.id)

type Raised = { readonly kind: 'error' | 'escalation'; readonly code: string }
type Catcher =
  | { readonly kind: 'boundary'; readonly host: Token; readonly node: BoundaryEvent }
  | { readonly kind: 'start'; readonly scopeId: string; readonly node: StartEvent }

/**
 * Raises an error or escalation: the nearest boundary event or event sub-process on the way out catches it.
 * @param from  the token that raises; with `atHost` its own node's boundary events may catch too
 * @returns whether it was caught
 */
export function raise(game: Game, from: Token, raised: Raised, vars: Vars, atHost: boolean): boolean {
  const catcher = (atHost ? onBoundary(game, from, raised) : null) ?? findCatcher(game, from, raised)
  if (catcher?.kind === 'boundary') crossBoundary(game, catcher.host, catcher.node, vars)
  if (catcher?.kind === 'start') startEventSubProcess(game, catcher.scopeId, catcher.node, vars)
  return catcher !== null
}

function findCatcher(game: Game, from: Token, raised: Raised): Catcher | null {
  let scope: Scope | undefined = scopeOf(game, from.scopeId)
  let below: Token = from
  while (scope) {
    const start = inScope(game, scope, below, raised)
    if (start) return start
    const owner: Token | undefined = findToken(game, scope.tokenId)
    const boundary = owner ? onBoundary(game, owner, raised) : null
    if (boundary) return boundary
    below = owner ?? below
    const outer: string | null = owner?.scopeId ?? scope.parentId
    scope = outer === null ? undefined : scopeOf(game, outer)
  }
  return null
}

/** An event sub-process does not catch what is raised inside a handler of the same scope. */
function inScope(game: Game, scope: Scope, below: Token, raised: Raised): Catcher | null {
  if (scope.kind !== 'root' && scope.kind !== 'sub') return null
  if (nodeOf(game, below.nodeId).kind === 'eventSubProcess' && below.scopeId === scope.id) return null
  const starts = eventSubProcesses(game, scope.nodeId).map((container) => nodeOf(game, container.start))
  const node = best(starts, raised)
  return node?.kind === 'startEvent' ? { kind: 'start', scopeId: scope.id, node } : null
}

/** Boundary events hang on the activity as a whole, never on one of its instances. */
function onBoundary(game: Game, token: Token, raised: Raised): Catcher | null {
  const node = nodeOf(game, token.nodeId)
  if (!isActivity(node) || isInstance(token)) return null
  const found = best(
    node.boundaries.map((id) => nodeOf(game, id)),
    raised,
  )
  return found?.kind === 'boundaryEvent' ? { kind: 'boundary', host: token, node: found } : null
}

/** An event with the code itself goes before one that catches all. */
function best(nodes: readonly Node[], raised: Raised): Node | undefined {
  const codeOf = (node: Node): string | null | undefined => {
    const awaited = triggerOf(node)
    return awaited?.kind === raised.kind && 'code' in awaited ? awaited.code : undefined
  }
  return nodes.find((node) => codeOf(node) === raised.code) ?? nodes.find((node) => codeOf(node) === null)
}
