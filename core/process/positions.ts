import { isActivity, type Definition, type Flow, type Node, type Scope, type Token } from '@tingzhou/bpmn'
import type { InstanceState } from '@tingzhou/bpmn'

/** Where a token stands on a level of the drawing: at a node, or for a joining gateway on the flow it came by. */
export type Position = { readonly nodeId: string; readonly via: string | null; readonly joining: boolean }

export const positionOf = (token: Token): Position => ({
  nodeId: token.nodeId,
  via: token.via,
  joining: token.state === 'join',
})

/** Nodes and flows that tokens can reach. */
export type Reach = { readonly nodes: ReadonlySet<string>; readonly flows: ReadonlySet<string> }

/**
 * Where tokens can get to on their level with nobody's help: a parallel or inclusive gateway that joins lets them through only
 * when they can come by each of its flows. From one node this is all that a token put there alone may have led to.
 * Pure. O(flows × joins).
 */
export function reachOf(definition: Definition, from: readonly Position[]): Reach {
  const nodes = new Set<string>()
  const flows = new Set<string>()
  const todo: Node[] = []
  const reach = (id: string) => {
    const node = definition.nodes[id]
    if (node && !nodes.has(id)) {
      nodes.add(id)
      todo.push(node)
    }
  }
  const comeBy = (flow: Flow) => {
    flows.add(flow.id)
    const target = definition.nodes[flow.target]
    if (target && (!isJoin(target) || target.incoming.every((id) => flows.has(id)))) reach(target.id)
  }
  for (const { nodeId, via, joining } of from) {
    const flow = joining && via !== null ? definition.flows[via] : undefined
    if (flow) comeBy(flow)
    else reach(nodeId)
  }
  for (let node = todo.shift(); node; node = todo.shift()) {
    for (const boundary of isActivity(node) ? node.boundaries : []) reach(boundary)
    for (const id of node.outgoing) {
      const flow = definition.flows[id]
      if (flow) comeBy(flow)
    }
  }
  return { nodes, flows }
}

const isJoin = (node: Node): boolean =>
  (node.kind === 'parallelGateway' || node.kind === 'inclusiveGateway') && node.incoming.length > 1

/**
 * A parallel gateway at which a token would wait for ever: by some of its flows tokens come, by another none can.
 * @param standing  where the tokens of one level stand
 * @returns the gateway's id, or null. Pure. O(flows × joins)
 */
export function joinThatWaits(definition: Definition, standing: readonly Position[]): string | null {
  const { flows } = reachOf(definition, standing)
  for (const node of Object.values(definition.nodes)) {
    if (node.kind !== 'parallelGateway' || node.incoming.length < 2) continue
    const came = node.incoming.filter((id) => flows.has(id)).length
    if (came > 0 && came < node.incoming.length) return node.id
  }
  return null
}

/** Whether a position lies where tokens can reach. A token at a join lies on the flow it came by. */
export const isReached = ({ nodes, flows }: Reach, { nodeId, via, joining }: Position): boolean =>
  joining && via !== null ? flows.has(via) : nodes.has(nodeId)

/** The scopes around a token, inner first. */
export function scopesAround(state: InstanceState, scopeId: string): readonly Scope[] {
  const around: Scope[] = []
  for (let scope = scopeOf(state, scopeId); scope; scope = scope.parentId ? scopeOf(state, scope.parentId) : undefined)
    around.push(scope)
  return around
}

const scopeOf = (state: InstanceState, id: string): Scope | undefined => state.scopes.find((scope) => scope.id === id)

/** The token that stands on a level for one that lies deeper in it; null when it does not lie in it. */
export function standIn(state: InstanceState, token: Token, level: Scope): Token | null {
  let stands: Token | undefined = token
  while (stands && stands.scopeId !== level.id) {
    const held: string | undefined =
      scopesAround(state, stands.scopeId).find((scope) => scope.tokenId !== null)?.tokenId ?? undefined
    stands = held === undefined ? undefined : state.tokens.find((candidate) => candidate.id === held)
  }
  return stands ?? null
}

/** The node that stands on a level for one that lies deeper in it; null when it does not lie in it. */
export function nodeOnLevel(definition: Definition, nodeId: string, levelNodeId: string | null): Node | null {
  let node = definition.nodes[nodeId]
  while (node && node.parent !== levelNodeId) node = node.parent === null ? undefined : definition.nodes[node.parent]
  return node ?? null
}
