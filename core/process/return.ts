import type { Definition, InstanceState, Scope, Token } from '@tingzhou/bpmn'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { isReached, joinThatWaits, nodeOnLevel, positionOf, reachOf, scopesAround, standIn } from './positions.ts'

/** Why a task cannot be sent back to a node. */
export type ReturnError =
  | { readonly kind: 'node_not_visited'; readonly nodeId: string }
  /** The task is not something that the node led to. */
  | { readonly kind: 'not_on_way'; readonly nodeId: string }
  /** Afterwards this gateway would wait for a token that cannot come. */
  | { readonly kind: 'join_would_wait'; readonly nodeId: string }

/** The tokens that a return takes away, on the level of its target: that of the task and its siblings. */
export type ReturnPlan = { readonly cancels: readonly Token[] }

/**
 * What a return 退回 takes away. Siblings are the tokens that the target alone may have led to, for they would come a second
 * time, and the event sub-processes that began since the target did. What runs beside it from before stays, unless it is
 * listed to go as well.
 * @param visited  how often each node was left
 * @param target   since: when its last task was opened; null when it has none
 * @param also     ids of further tokens to take away
 * Source: own. Pure. O(tokens × flows).
 */
export function planReturn(
  definition: Definition,
  state: InstanceState,
  visited: Readonly<Record<string, number>>,
  from: { readonly tokenId: string },
  { toNodeId, since }: { readonly toNodeId: string; readonly since: EpochMs | null },
  also: readonly string[] = [],
): Result<ReturnPlan, ReturnError> {
  if (!definition.nodes[toNodeId] || (visited[toNodeId] ?? 0) === 0)
    return err({ kind: 'node_not_visited', nodeId: toNodeId })
  const token = state.tokens.find((candidate) => candidate.id === from.tokenId)
  const level = token && levelOf(definition, state, token, toNodeId)
  const target = level && nodeOnLevel(definition, toNodeId, level.nodeId)
  if (!token || !level || !target) return err({ kind: 'not_on_way', nodeId: toNodeId })
  const standing = onLevel(state, level)
  const reach = reachOf(definition, [{ nodeId: target.id, via: null, joining: false }])
  const own = standIn(state, token, level)
  const goes = (one: Token) =>
    also.includes(one.id) || isReached(reach, positionOf(one)) || began(definition, state, level, one, since)
  if (!own || !(goes(own) || isBeside(definition, own))) return err({ kind: 'not_on_way', nodeId: toNodeId })
  const cancels = standing.filter((one) => one === own || goes(one))
  const stay = standing.filter((one) => !cancels.includes(one)).map(positionOf)
  const waits = joinThatWaits(definition, [...stay, { nodeId: target.id, via: null, joining: false }])
  return waits === null ? ok({ cancels }) : err({ kind: 'join_would_wait', nodeId: waits })
}

/** The innermost open level around the token on which the target lies, or lies deeper. */
const levelOf = (definition: Definition, state: InstanceState, token: Token, toNodeId: string): Scope | undefined =>
  scopesAround(state, token.scopeId).find(
    (scope) => (scope.kind === 'root' || scope.kind === 'sub') && nodeOnLevel(definition, toNodeId, scope.nodeId),
  )

const isBeside = (definition: Definition, token: Token): boolean =>
  definition.nodes[token.nodeId]?.kind === 'eventSubProcess'

/** Whether the token is an event sub-process all of whose tasks were opened since an instant. */
function began(
  definition: Definition,
  state: InstanceState,
  level: Scope,
  token: Token,
  since: EpochMs | null,
): boolean {
  if (since === null || !isBeside(definition, token)) return false
  const inside = state.tasks.filter((task) => {
    const holder = state.tokens.find((candidate) => candidate.id === task.tokenId)
    return task.state === 'open' && holder && standIn(state, holder, level)?.id === token.id
  })
  return inside.length > 0 && inside.every((task) => task.openedAt >= since)
}

function onLevel(state: InstanceState, level: Scope): readonly Token[] {
  const found = state.tokens.flatMap((token) => {
    const stands = standIn(state, token, level)
    return stands ? [stands] : []
  })
  return [...new Map(found.map((token) => [token.id, token])).values()]
}
