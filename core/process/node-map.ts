import type { Definition } from '@tingzhou/bpmn'

/** Which node of the target stands for a node of the present version; those not named keep their id. */
export type NodeMap = Readonly<Record<string, string>>

/** What stands in the target for a node, and for a flow if any does. */
export type Mapping = { readonly node: (id: string) => string; readonly flow: (id: string) => string | undefined }

/** A node map read both ways: named nodes first, flows by the nodes that they join. Pure. O(flows) a look-up. */
export function mapOf(from: Definition, to: Definition, nodeMap: NodeMap): Mapping {
  const node = (id: string): string => (Object.hasOwn(nodeMap, id) ? (nodeMap[id] ?? id) : id)
  const flow = (id: string): string | undefined => {
    const was = from.flows[id]
    if (!was) return undefined
    const [source, target] = [node(was.source), node(was.target)]
    const same = to.flows[id]
    if (same?.source === source && same.target === target) return id
    return Object.values(to.flows).find((candidate) => candidate.source === source && candidate.target === target)?.id
  }
  return { node, flow }
}
