/** Return to a node 退回: tokens are taken back and one enters the target. */
import { assert } from '@tingzhou/kernel'
import {
  announce,
  cancelToken,
  computeMappings,
  fail,
  findToken,
  newToken,
  nodeOf,
  putToken,
  scopeChain,
  scopeOf,
  visible,
  type DraftScope,
  type Game,
} from './game.ts'
import { openScope, waitForBoundaries } from './catch.ts'
import { isActivity, type Node, type NodeId, type SubProcess } from './model.ts'
import type { Input, Token } from './state.ts'

/**
 * Moves tokens to another node: what stands for them at the level of the target is cancelled, then one token enters it.
 * Sub-processes around the target that are not open are entered on the way.
 */
export function moveBack(game: Game, input: Extract<Input, { kind: 'move' }>): void {
  const { nodes } = game.definition
  const target = Object.hasOwn(nodes, input.toNodeId) ? nodes[input.toNodeId] : undefined
  if (!target) return fail(game, { kind: 'unknown_node', nodeId: input.toNodeId })
  const tokens = input.tokenIds.map((id) => findToken(game, id))
  const missing = tokens.indexOf(undefined)
  if (missing >= 0) return fail(game, { kind: 'no_token', tokenId: input.tokenIds[missing] ?? '' })
  const moved = tokens.filter((token) => token !== undefined)
  const base = moved[0] ? baseFor(game, moved[0], target) : undefined
  const obstacle = obstacleTo(game, target, moved, base)
  if (obstacle !== null || !base) return fail(game, { kind: 'bad_target', nodeId: target.id, reason: obstacle ?? '' })
  for (const id of new Set(moved.map((token) => lift(game, token, base).id))) {
    const standing = findToken(game, id)
    if (standing) cancelToken(game, standing, input.reason)
  }
  enterFrom(game, base, target)
}

/** The innermost open scope around the token that also lies around the target. */
function baseFor(game: Game, token: Token, target: Node): DraftScope | undefined {
  const around = containers(game, target)
  return scopeChain(game, token.scopeId).find(
    (scope) => scope.kind === 'root' || (scope.kind === 'sub' && around.some((node) => node.id === scope.nodeId)),
  )
}

/** The sub-processes around a node, inner first. */
function containers(game: Game, node: Node): Node[] {
  const around: Node[] = []
  for (let id: NodeId | null = node.parent; id !== null; id = nodeOf(game, id).parent) around.push(nodeOf(game, id))
  return around
}

function obstacleTo(game: Game, target: Node, tokens: readonly Token[], base: DraftScope | undefined): string | null {
  if (!base) return 'no token to move'
  if (!isActivity(target) && target.kind !== 'catchEvent' && target.kind !== 'eventGateway')
    return 'only activities, catch events and event-based gateways can be returned to'
  if (tokens.some((token) => !scopeChain(game, token.scopeId).includes(base)))
    return 'the tokens do not lie in one scope with the target'
  if (toEnter(game, base, target).some((node) => node.kind !== 'subProcess' || node.multi !== null))
    return 'a sub-process around the target can only be entered by its own start'
  return null
}

/** The sub-processes between an open scope and a node, outer first. */
function toEnter(game: Game, base: DraftScope, target: Node): Node[] {
  const around = containers(game, target)
  const known = around.findIndex((node) => node.id === base.nodeId)
  return (known < 0 ? around : around.slice(0, known)).toReversed()
}

/** The token that stands, in the given scope, for one that lies deeper. */
function lift(game: Game, token: Token, base: DraftScope): Token {
  if (token.scopeId === base.id) return token
  const [, ...outer] = scopeChain(game, token.scopeId)
  const owner = findToken(game, scopeOf(game, token.scopeId).tokenId ?? outer[0]?.tokenId ?? null)
  assert(owner !== undefined, 'an inner scope is held by a token')
  return lift(game, owner, base)
}

function enterFrom(game: Game, base: DraftScope, target: Node): void {
  let scopeId = base.id
  for (const container of toEnter(game, base, target).filter(
    (node): node is SubProcess => node.kind === 'subProcess',
  )) {
    const token = newToken(game, scopeId, container.id)
    announce(game, token)
    waitForBoundaries(game, token, container)
    scopeId = openScope(game, token, computeMappings(game, container.inputs, visible(game, scopeId))).id
  }
  putToken(game, scopeId, target.id)
}
