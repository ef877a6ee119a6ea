import {
  evaluateFeel,
  isActivity,
  schedule,
  type Definition,
  type InstanceState,
  type Node,
  type Scope,
  type Subscription,
  type Timer,
  type Token,
  type Trigger,
  type Value,
  type Vars,
} from '@tingzhou/bpmn'
import type { EpochMs } from '@tingzhou/kernel'
import type { Mapping } from './node-map.ts'

export type Ports = { readonly now: EpochMs; readonly newId: () => string }

/** A place where an event is waited for: on a token, or on a scope whose event sub-process it starts. */
type Place = { readonly tokenId: string | null; readonly scopeId: string; readonly nodeId: string }

export type Events = Pick<InstanceState, 'timers' | 'subscriptions'> & {
  /** Nodes of events that are waited for from now on, and no more. */
  readonly armed: readonly string[]
  readonly dropped: readonly string[]
}

/** What is waited for after the migration: what was and still can be, and what is new. */
export function eventsOf(
  from: Definition,
  to: Definition,
  moved: InstanceState,
  was: InstanceState,
  map: Mapping,
  ports: Ports,
): Events {
  const places = [
    ...moved.tokens.flatMap((token) => onToken(to, token)),
    ...moved.scopes.flatMap((scope) => onScope(to, scope)),
  ]
  const at = ({ tokenId, scopeId, nodeId }: Place) => `${tokenId ?? scopeId} ${nodeId}`
  const timerAt = new Map(was.timers.map((timer) => [at({ ...timer, nodeId: map.node(timer.nodeId) }), timer]))
  const messageAt = new Map(was.subscriptions.map((one) => [at({ ...one, nodeId: map.node(one.nodeId) }), one]))
  const old = placesBefore(from, map)
  const timers: Timer[] = []
  const subscriptions: Subscription[] = []
  const armed: string[] = []
  const kept = new Set<string>()
  for (const place of places) {
    const node = to.nodes[place.nodeId]
    const trigger = node ? triggerOf(node) : null
    const timer = timerAt.get(at(place))
    const message = messageAt.get(at(place))
    // An event that the instance could have waited for and does not any more has been and gone.
    if (!node || !trigger || (!timer && !message && old.has(`${node.id} ${hostOf(node)}`))) continue
    const { nodeId } = place
    if (trigger.kind === 'timer') {
      if (timer) kept.add(timer.id)
      else armed.push(nodeId)
      timers.push(timer ? { ...timer, nodeId } : newTimer(place, trigger.value, ports))
    }
    if (trigger.kind === 'message' || trigger.kind === 'signal') {
      const same = message?.kind === trigger.kind && message.name === trigger.name ? message : undefined
      if (same) kept.add(same.id)
      else armed.push(nodeId)
      subscriptions.push(same ? { ...same, nodeId } : subscription(moved, place, trigger, ports))
    }
  }
  const dropped = [...was.timers, ...was.subscriptions].filter(({ id }) => !kept.has(id)).map(({ nodeId }) => nodeId)
  return { timers, subscriptions, armed, dropped }
}

/** Events of the present version under the ids of the target, each with what it hangs on. */
const placesBefore = (from: Definition, map: Mapping): ReadonlySet<string> =>
  new Set(Object.values(from.nodes).map((node) => `${map.node(node.id)} ${map.node(hostOf(node))}`))

const hostOf = (node: Node): string => (node.kind === 'boundaryEvent' ? node.attachedTo : '')

/** Events that are waited for where a token stands. Many instances are one activity: its boundary events hang on the whole. */
function onToken(to: Definition, token: Token): readonly Place[] {
  const node = to.nodes[token.nodeId]
  if (!node || token.state === 'join') return []
  const place = (nodeId: string): Place => ({ tokenId: token.id, scopeId: token.scopeId, nodeId })
  const isOneOfMany = token.miIndex !== null
  const boundaries = isActivity(node) && !isOneOfMany ? node.boundaries.map(place) : []
  if (node.kind === 'eventGateway')
    return node.outgoing.flatMap((id) => {
      const target = to.flows[id]?.target
      return target === undefined ? [] : [place(target)]
    })
  const waits = node.kind === 'catchEvent' || (node.kind === 'receiveTask' && (node.multi === null || isOneOfMany))
  return [...boundaries, ...(waits ? [place(node.id)] : [])]
}

function onScope(to: Definition, scope: Scope): readonly Place[] {
  if (scope.kind !== 'root' && scope.kind !== 'sub') return []
  return Object.values(to.nodes).flatMap((node) =>
    node.kind === 'eventSubProcess' && node.parent === scope.nodeId
      ? [{ tokenId: null, scopeId: scope.id, nodeId: node.start }]
      : [],
  )
}

/** The event that a node waits for, if any. */
export function triggerOf(node: Node): Trigger | null {
  switch (node.kind) {
    case 'catchEvent':
    case 'boundaryEvent':
    case 'startEvent':
      return node.trigger
    case 'receiveTask':
      return { kind: 'message', ...node.message }
    default:
      return null
  }
}

/** A timer for a value that is written out is set at once; one that follows variables is set by the step after this. */
function newTimer(place: Place, value: Value, { now, newId }: Ports): Timer {
  const plan = value.kind === 'literal' ? schedule(value.text, now, {}) : null
  return {
    id: newId(),
    ...place,
    state: 'armed',
    dueAt: plan?.dueAt ?? null,
    value: plan ? value.text : null,
    setAt: now,
    repeats: plan?.repeats ?? null,
    firedFor: [],
  }
}

// Local time without an offset is Beijing's, as the engine reads it.
const offsetMin = 480

function subscription(
  state: InstanceState,
  place: Place,
  trigger: Extract<Trigger, { kind: 'message' | 'signal' }>,
  { now, newId }: Ports,
): Subscription {
  const feel = trigger.kind === 'message' ? trigger.correlation : null
  const key = feel === null ? null : evaluateFeel(feel, inSight(state, place.scopeId), { now, offsetMin })
  const correlationKey = key === null || typeof key === 'string' ? key : JSON.stringify(key)
  return { id: newId(), ...place, kind: trigger.kind, name: trigger.name, correlationKey }
}

/** The variables that an expression sees, inner scopes first. */
function inSight(state: InstanceState, scopeId: string): Vars {
  const scope = state.scopes.find((candidate) => candidate.id === scopeId)
  if (!scope) return state.vars
  const outer = scope.parentId === null ? state.vars : inSight(state, scope.parentId)
  return { ...outer, ...scope.vars }
}
