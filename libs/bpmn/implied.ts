/** Starts and ends that a drawing leaves out: BPMN lets a level begin at whatever nothing leads to, and end anywhere. */
import type { EndEvent, Flow, Node, NodeBase, NodeId, StartEvent } from './model.ts'

type Graph = { readonly nodes: readonly Node[]; readonly flows: readonly Flow[] }

/** Ids of supplied nodes hold a colon, which no id in XML can. */
export const isImplied = (id: string): boolean => id.includes(':')

/**
 * Supplies the start event of levels that have none, and an end event after nodes that no flow leaves.
 * @param key  id of the process
 * Source: BPMN 2.0.2, 10.5.2 and 10.5.3: start and end events are optional. O(nodes + flows).
 */
export function withImplied(key: string, graph: Graph): Graph {
  const ended = withEnds(graph)
  const levels = [null, ...ended.nodes.filter((node) => node.kind === 'subProcess').map((node) => node.id)]
  const starts = levels.flatMap((level) => startOf(level, level ?? key, ended) ?? [])
  return {
    nodes: [...ended.nodes.map((node) => startedBy(node, starts)), ...starts.map(({ event }) => event)],
    flows: [...ended.flows, ...starts.flatMap(({ flows }) => flows)],
  }
}

function withEnds({ nodes, flows }: Graph): Graph {
  const left = new Set(flows.map((flow) => flow.source))
  const open = nodes.filter((node) => node.kind !== 'endEvent' && node.kind !== 'eventSubProcess' && !left.has(node.id))
  const ends = open.map((node): EndEvent => ({
    ...blank(`${node.id}:end`, node),
    kind: 'endEvent',
    result: { kind: 'none' },
    inputs: [],
  }))
  return {
    nodes: [...nodes, ...ends],
    flows: [...flows, ...open.map((node) => flowBetween(node.id, `${node.id}:end`))],
  }
}

type Start = { readonly level: NodeId | null; readonly event: StartEvent; readonly flows: readonly Flow[] }

function startOf(level: NodeId | null, name: string, { nodes, flows }: Graph): Start | null {
  const inside = nodes.filter((node) => node.parent === level)
  const reached = new Set(flows.map((flow) => flow.target))
  const first = inside.filter(
    (node) => node.kind !== 'boundaryEvent' && node.kind !== 'eventSubProcess' && !reached.has(node.id),
  )
  const [any] = first
  if (any === undefined || inside.some((node) => node.kind === 'startEvent')) return null
  const base = blank(`${name}:start`, any)
  return {
    level,
    event: { ...base, kind: 'startEvent', trigger: null, interrupting: true },
    flows: first.map((node) => flowBetween(base.id, node.id)),
  }
}

function startedBy(node: Node, starts: readonly Start[]): Node {
  const start = starts.find(({ level }) => level === node.id)
  return start && node.kind === 'subProcess' ? { ...node, start: start.event.id } : node
}

const blank = (id: NodeId, beside: Node): NodeBase => ({
  id,
  name: '',
  parent: beside.parent,
  incoming: [],
  outgoing: [],
  defaultFlow: null,
  state: null,
  line: beside.line,
  documentation: '',
})

const flowBetween = (source: NodeId, target: NodeId): Flow => ({
  id: `${source}-${target}`,
  name: '',
  source,
  target,
  condition: null,
})
