/** Gateways that wait for siblings. */
import { findToken, leave, nodeOf, removeToken, tokensOf, type DraftToken, type Game } from './game.ts'
import { isActivity, type Definition, type Gateway, type NodeId } from './model.ts'
import type { Token } from './state.ts'

/** Lets a token come to a parallel gateway: it goes on when every incoming flow has brought one. */
export function joinParallel(game: Game, token: DraftToken, gateway: Gateway): void {
  token.state = 'join'
  const first = new Map(
    waitingAt(game, token)
      .toReversed()
      .map((waiting) => [waiting.via, waiting]),
  )
  const gathered = gateway.incoming.map((flow) => first.get(flow))
  if (gathered.every((waiting) => waiting !== undefined)) merge(game, token, gathered)
}

/** Lets a token come to an inclusive gateway; releaseInclusive decides when nothing else can move. */
export function joinInclusive(token: DraftToken): void {
  token.state = 'join'
}

/**
 * Releases an inclusive join that no other token of its scope can still reach.
 * @returns whether one was released
 * Source: BPMN 2.0.2 section 13.4.3; stricter than its text in that a token that can come by a flow which already holds
 * one is waited for as well, so that loops do not release early.
 */
export function releaseInclusive(game: Game): boolean {
  const waiting = tokensOf(game).filter(
    (token) => token.state === 'join' && nodeOf(game, token.nodeId).kind === 'inclusiveGateway',
  )
  const first = waiting.find((token) => !isAwaited(game, token))
  if (!first) return false
  const byFlow = new Map(waitingAt(game, first).map((token) => [token.via, token]))
  merge(game, first, [...byFlow.values()])
  return true
}

function isAwaited(game: Game, joining: Token): boolean {
  return tokensOf(game).some(
    (token) =>
      token.scopeId === joining.scopeId &&
      token.nodeId !== joining.nodeId &&
      canReach(game.definition, token.nodeId, joining.nodeId),
  )
}

/** Whether flows lead from one node to another, boundary events included. O(nodes + flows). */
export function canReach(definition: Definition, from: NodeId, to: NodeId): boolean {
  const seen = new Set<NodeId>()
  const open = [from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of successors(definition, id)) {
      if (next === to) return true
      if (!seen.has(next)) open.push(next)
      seen.add(next)
    }
  }
  return false
}

/** The nodes a token at a node may come to next. */
export function successors(definition: Definition, id: NodeId): NodeId[] {
  const node = definition.nodes[id]
  if (!node) return []
  const sources = isActivity(node) ? [node, ...node.boundaries.map((boundary) => definition.nodes[boundary])] : [node]
  const flows = sources.flatMap((source) => source?.outgoing ?? [])
  return flows.flatMap((flow) => definition.flows[flow]?.target ?? [])
}

function waitingAt(game: Game, token: Token): DraftToken[] {
  return tokensOf(game).filter(
    (other) => other.scopeId === token.scopeId && other.nodeId === token.nodeId && other.state === 'join',
  )
}

/** One token goes on for all that were gathered. */
function merge(game: Game, survivor: DraftToken, gathered: readonly Token[]): void {
  for (const token of gathered) if (token.id !== survivor.id) removeToken(game, token.id)
  survivor.state = 'wait'
  if (findToken(game, survivor.id)) leave(game, survivor)
}
