/** Walks a model on the real engine and finds few paths that together take every sequence flow. */
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { step } from './step.ts'
import { emptyState, type Effect, type Input, type InstanceState, type StepError, type Token } from './state.ts'
import { isActivity, type Definition, type FlowId, type Json, type Node, type NodeId, type Vars } from './model.ts'

/** One abstract move: what somebody or something does at a node, without the ids of a running instance. */
export type Choice =
  | Bringing<'start' | 'complete' | 'message' | 'signal' | 'handled' | 'child_ended'>
  | Failing<'handler_failed' | 'child_failed'>
  | { readonly kind: 'timer'; readonly nodeId: NodeId }

type Bringing<K> = K extends string ? { readonly kind: K; readonly nodeId: NodeId; readonly vars: Vars } : never
type Failing<K> = K extends string ? { readonly kind: K; readonly nodeId: NodeId; readonly code: string } : never

export type Path = readonly Choice[]

export type ExploreOptions = {
  /** Variables to start with; each is tried at every start event. */
  readonly start?: readonly Vars[]
  /** Variables a task, handler, child or message may bring, by node; a task's declared outcomes are added to each. */
  readonly choices?: { readonly [nodeId: NodeId]: readonly Vars[] }
  readonly now?: EpochMs
  /** Different markings looked at before giving up; default 5000. */
  readonly statesMax?: number
}

export type Exploration = {
  readonly paths: readonly Path[]
  readonly covered: readonly FlowId[]
  /** Flows no path takes: with the variables offered they cannot be reached, or statesMax was. */
  readonly missed: readonly FlowId[]
  /** Moves the engine refused, with the way to them: gateways without a branch, bad timers. */
  readonly refused: readonly { readonly path: Path; readonly error: StepError }[]
  readonly states: number
}

/**
 * Finds a small set of paths that covers every sequence flow (and so every boundary event and event sub-process). Each
 * path ends with the instance when an end can be reached. A parallel interleaving is one of many; markings are compared
 * with their variables.
 * @returns paths as abstract moves; replay them with inputFor
 * Source: own; nearest uncovered flow first, then paths that add nothing are dropped. Greedy, so not always the minimum.
 * Complexity: at most statesMax × moves a marking offers.
 */
export function explore(definition: Definition, options: ExploreOptions = {}): Exploration {
  const map = createMap(definition, options)
  const uncovered = new Set(Object.keys(definition.flows))
  const walks: Walk[] = []
  for (let walk = walkOn(map, uncovered); walk.some(({ isNew }) => isNew); walk = walkOn(map, uncovered))
    walks.push(walk.map((edge) => edge.edge))
  const missed = [...uncovered]
  return {
    paths: withoutRedundant(walks).map((walk) => walk.map((edge) => edge.choice)),
    covered: Object.keys(definition.flows).filter((flow) => !uncovered.has(flow)),
    missed,
    refused: map.refused,
    states: map.spots.size,
  }
}

type Edge = { readonly choice: Choice; readonly flows: readonly FlowId[]; readonly to: string }
type Walk = readonly Edge[]
/** A marking that was seen; its edges are found when first asked for. */
type Spot = { readonly state: InstanceState; readonly now: EpochMs; readonly path: Path; edges: readonly Edge[] | null }
type StateMap = {
  readonly definition: Definition
  readonly options: ExploreOptions
  readonly spots: Map<string, Spot>
  readonly refused: { path: Path; error: StepError }[]
  readonly newId: () => string
}

const startKey = 'start'
const refusedMax = 20

function createMap(definition: Definition, options: ExploreOptions): StateMap {
  const state = emptyState('explored', definition.key, 1)
  const spot: Spot = { state, now: options.now ?? epochMs(0), path: [], edges: null }
  let ids = 0
  return { definition, options, spots: new Map([[startKey, spot]]), refused: [], newId: () => `e${ids++}` }
}

/** One walk: from uncovered flow to the nearest next one, then to the nearest end. */
function walkOn(map: StateMap, uncovered: Set<FlowId>): readonly { readonly edge: Edge; readonly isNew: boolean }[] {
  const walk: { edge: Edge; isNew: boolean }[] = []
  let at = startKey
  for (;;) {
    const isWanted = (edge: Edge): boolean => edge.flows.some((flow) => uncovered.has(flow))
    const way = uncovered.size === 0 ? null : nearest(map, at, isWanted)
    const last = way ?? nearest(map, at, (edge) => isOver(map, edge.to)) ?? []
    for (const edge of last) {
      walk.push({ edge, isNew: edge.flows.some((flow) => uncovered.has(flow)) })
      for (const flow of edge.flows) uncovered.delete(flow)
      at = edge.to
    }
    if (way === null || last.length === 0) return walk
  }
}

const isOver = (map: StateMap, key: string): boolean => {
  const state = map.spots.get(key)?.state
  return state !== undefined && state.status !== 'active' && state.scopes.length === 0
}

/** Markings looked at for the shortest way; wide parallel sections have more, and then any way will do. */
const breadthMax = 1_000

/** A way to an edge that is wanted, the shortest unless that takes too long; null when there is none within the limit. */
const nearest = (map: StateMap, from: string, isWanted: (edge: Edge) => boolean): Walk | null =>
  shortest(map, from, isWanted) ?? deepest(map, from, isWanted)

type CameBy = Map<string, { readonly edge: Edge; readonly from: string } | null>

function shortest(map: StateMap, from: string, isWanted: (edge: Edge) => boolean): Walk | null {
  const cameBy: CameBy = new Map([[from, null]])
  let seen = 0
  // A Map keeps the order of insertion and may grow while it is walked: it is the queue as well.
  for (const key of cameBy.keys()) {
    if (seen++ > breadthMax) return null
    for (const edge of edgesOf(map, key)) {
      if (isWanted(edge)) return [...wayTo(cameBy, key), edge]
      if (!cameBy.has(edge.to)) cameBy.set(edge.to, { edge, from: key })
    }
  }
  return null
}

/** Follows one way to its end before it tries the next: of the many orders of parallel work the first. */
function deepest(map: StateMap, from: string, isWanted: (edge: Edge) => boolean): Walk | null {
  const cameBy: CameBy = new Map([[from, null]])
  const open = [from]
  for (let key = open.pop(); key !== undefined; key = open.pop())
    for (const edge of edgesOf(map, key).toReversed()) {
      if (isWanted(edge)) return [...wayTo(cameBy, key), edge]
      if (cameBy.has(edge.to)) continue
      cameBy.set(edge.to, { edge, from: key })
      open.push(edge.to)
    }
  return null
}

function wayTo(cameBy: CameBy, key: string): Edge[] {
  const way: Edge[] = []
  for (let step = cameBy.get(key); step; step = cameBy.get(step.from)) way.unshift(step.edge)
  return way
}

function edgesOf(map: StateMap, key: string): readonly Edge[] {
  const spot = map.spots.get(key)
  if (!spot) return []
  if (spot.edges === null && map.spots.size > (map.options.statesMax ?? 5_000)) return []
  spot.edges ??= choicesAt(map, spot).flatMap((choice) => take(map, spot, choice))
  return spot.edges
}

function take(map: StateMap, spot: Spot, choice: Choice): Edge[] {
  const input = inputFor(map.definition, spot.state, choice)
  if (!input) return []
  const now = timeOf(spot, choice)
  const result = step(map.definition, spot.state, input, { now, newId: map.newId })
  const path = [...spot.path, choice]
  if (!result.ok) {
    if (map.refused.length < refusedMax) map.refused.push({ path, error: result.error })
    return []
  }
  const to = markingKey(result.value.state)
  if (!map.spots.has(to)) map.spots.set(to, { state: result.value.state, now, path, edges: null })
  return [{ choice, flows: flowsIn(result.value.effects), to }]
}

const flowsIn = (effects: readonly Effect[]): FlowId[] =>
  effects.flatMap((effect) => (effect.kind === 'taken' ? [effect.flowId] : []))

/** A timer's move takes the clock with it. */
function timeOf(spot: Spot, choice: Choice): EpochMs {
  if (choice.kind !== 'timer') return spot.now
  const due = nextTimer(spot.state, choice.nodeId)?.dueAt ?? spot.now
  return due > spot.now ? due : spot.now
}

/** What can happen next. Handlers answer first; of the timers only the earliest can fire. */
function choicesAt(map: StateMap, { state }: Spot): Choice[] {
  const { definition, options } = map
  const offered = (nodeId: NodeId): readonly Vars[] => options.choices?.[nodeId] ?? [{}]
  if (state.scopes.length === 0) return state.status === 'active' ? starts(definition, options.start ?? [{}]) : []
  const called = state.tokens.find((token) => token.state === 'active')
  if (called) {
    const ways = offered(called.nodeId).map((vars) => ({ kind: 'handled' as const, nodeId: called.nodeId, vars }))
    return [...ways, ...failures(definition, called, 'handler_failed')]
  }
  return [
    ...distinct(state.tasks.filter((task) => task.state === 'open')).flatMap(({ nodeId, outcomes }) =>
      taskChoices(nodeId, outcomes, offered(nodeId)),
    ),
    ...distinct(state.tokens.filter((token) => isWaitingForChild(definition, token))).flatMap((token) => [
      ...offered(token.nodeId).map((vars) => ({ kind: 'child_ended' as const, nodeId: token.nodeId, vars })),
      ...failures(definition, token, 'child_failed'),
    ]),
    ...distinct(state.subscriptions).flatMap(({ kind, nodeId }) =>
      offered(nodeId).map((vars) => ({ kind, nodeId, vars })),
    ),
    ...earliestTimers(state).map((nodeId) => ({ kind: 'timer' as const, nodeId })),
  ]
}

function starts(definition: Definition, offered: readonly Vars[]): Choice[] {
  return definition.starts.flatMap((nodeId) => offered.map((vars) => ({ kind: 'start' as const, nodeId, vars })))
}

function taskChoices(nodeId: NodeId, outcomes: readonly string[], offered: readonly Vars[]): Choice[] {
  const open = outcomes.length === 0 ? [{}] : outcomes.map((outcome) => ({ outcome }))
  const all = offered.flatMap((vars) => ('outcome' in vars ? [vars] : open.map((outcome) => ({ ...outcome, ...vars }))))
  return all.map((vars) => ({ kind: 'complete' as const, nodeId, vars }))
}

const distinct = <T extends { readonly nodeId: NodeId }>(items: readonly T[]): T[] => [
  ...new Map(items.toReversed().map((item) => [item.nodeId, item])).values(),
]

function isWaitingForChild(definition: Definition, token: Token): boolean {
  const node = definition.nodes[token.nodeId]
  return node?.kind === 'callActivity' && (node.multi === null || token.miIndex !== null)
}

/** The error codes that something around the token would catch. */
function failures(definition: Definition, token: Token, kind: 'handler_failed' | 'child_failed'): Choice[] {
  const codes = new Set<string>()
  for (let node = definition.nodes[token.nodeId]; node; node = node.parent ? definition.nodes[node.parent] : undefined)
    for (const code of codesAround(definition, node)) codes.add(code)
  return [...codes].map((code) => ({ kind, nodeId: token.nodeId, code }))
}

function codesAround(definition: Definition, node: Node): string[] {
  const handlers = Object.values(definition.nodes).filter(
    (other) =>
      other.kind === 'startEvent' && other.parent !== null && definition.nodes[other.parent]?.parent === node.parent,
  )
  const boundaries = isActivity(node) ? node.boundaries.flatMap((id) => definition.nodes[id] ?? []) : []
  return [...handlers, ...boundaries].flatMap((event) =>
    'trigger' in event && event.trigger?.kind === 'error' ? [event.trigger.code ?? 'failed'] : [],
  )
}

function earliestTimers(state: InstanceState): NodeId[] {
  const due = state.timers.flatMap((timer) => (timer.dueAt === null ? [] : [timer.dueAt]))
  const first = due.reduce((earliest, at) => (at < earliest ? at : earliest), epochMs(Number.MAX_SAFE_INTEGER))
  return [...new Set(state.timers.filter((timer) => timer.dueAt === first).map((timer) => timer.nodeId))]
}

function nextTimer(state: InstanceState, nodeId: NodeId) {
  return state.timers
    .filter((timer) => timer.nodeId === nodeId && timer.dueAt !== null)
    .toSorted((a, b) => Number(a.dueAt) - Number(b.dueAt))[0]
}

/**
 * Turns an abstract move into an input for a running instance.
 * @returns null when nothing at the node waits for it. Before a timer's input the clock must have reached its dueAt.
 */
export function inputFor(definition: Definition, state: InstanceState, choice: Choice): Input | null {
  const { nodeId } = choice
  switch (choice.kind) {
    case 'start':
      return startInput(definition, nodeId, choice.vars)
    case 'complete': {
      const task = state.tasks.find((task) => task.nodeId === nodeId && task.state === 'open')
      return task ? { kind: 'complete', taskId: task.id, vars: choice.vars } : null
    }
    case 'message':
    case 'signal': {
      const waiting = state.subscriptions.find((one) => one.nodeId === nodeId && one.kind === choice.kind)
      if (!waiting) return null
      const key = waiting.correlationKey === null ? {} : { correlationKey: waiting.correlationKey }
      return { kind: choice.kind, name: waiting.name, vars: choice.vars, ...(choice.kind === 'message' ? key : {}) }
    }
    case 'timer': {
      const timer = nextTimer(state, nodeId)
      return timer ? { kind: 'timer', timerId: timer.id } : null
    }
    case 'handled':
    case 'handler_failed':
      return answerFor(
        state.tokens.find((token) => token.nodeId === nodeId && token.state === 'active'),
        choice,
      )
    case 'child_ended':
    case 'child_failed':
      return answerFor(
        state.tokens.find((token) => token.nodeId === nodeId && isWaitingForChild(definition, token)),
        choice,
      )
  }
}

function startInput(definition: Definition, nodeId: NodeId, vars: Vars): Input {
  const node = definition.nodes[nodeId]
  const message = node?.kind === 'startEvent' && node.trigger?.kind === 'message' ? node.trigger.name : null
  return message === null ? { kind: 'start', nodeId, vars } : { kind: 'start', message, vars }
}

type Answer = Extract<Choice, { kind: 'handled' | 'child_ended' | 'handler_failed' | 'child_failed' }>

function answerFor(token: Token | undefined, choice: Answer): Input | null {
  if (!token) return null
  const { id: tokenId } = token
  if ('code' in choice) return { kind: choice.kind, tokenId, code: choice.code, message: '' }
  return { kind: choice.kind, tokenId, vars: choice.vars }
}

/** A marking without ids and instants: where tokens are, what they wait for in which order, and the variables. */
function markingKey(state: InstanceState): string {
  const placeOf = (scopeId: string): string => {
    const scope = state.scopes.find((scope) => scope.id === scopeId)
    return scope?.parentId ? `${placeOf(scope.parentId)}/${scope.nodeId}${scope.miIndex ?? ''}` : ''
  }
  const tokens = state.tokens.map(
    (token) => `${placeOf(token.scopeId)}/${token.nodeId}:${token.state}${token.state === 'join' ? token.via : ''}`,
  )
  const timers = state.timers.toSorted((a, b) => Number(a.dueAt) - Number(b.dueAt))
  const waiting = timers.map((timer) => `${timer.nodeId}:${timer.dueAt === null ? timer.state : 'due'}`)
  const scopes = state.scopes.map((scope) => `${placeOf(scope.id)}${stable(scope.vars)}${stable(scope.outputs ?? [])}`)
  return [state.status, tokens.toSorted(), waiting, scopes.toSorted(), stable(state.vars)].join('|')
}

function stable(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${stable(entry)}`).join()}}`
}

/** Drops walks whose flows the others take as well, the longest last. */
function withoutRedundant(walks: readonly Walk[]): Walk[] {
  const kept = [...walks]
  for (const walk of walks) {
    const others = new Set(
      kept.filter((other) => other !== walk).flatMap((other) => other.flatMap((edge) => edge.flows)),
    )
    if (walk.every((edge) => edge.flows.every((flow) => others.has(flow)))) kept.splice(kept.indexOf(walk), 1)
  }
  return kept
}
