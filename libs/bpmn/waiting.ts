/** Waiting for time and messages: arming, following the variables a value names, firing once for each value. */
import { nextFiring, schedule } from './timer.ts'
import { compute, computeValue, fail, nodeOf, visible, type DraftTask, type DraftTimer, type Game } from './game.ts'
import type { Json, Node, NodeId, Trigger, Value, Vars } from './model.ts'

/** Where an event waits: on a token, or (null) on a scope whose event sub-process it starts. */
export type Place = { readonly tokenId: string | null; readonly scopeId: string; readonly nodeId: NodeId }

/** Begins to wait for a trigger. Errors and escalations are looked up when thrown, they wait nowhere. */
export function waitFor(game: Game, place: Place, trigger: Trigger): void {
  switch (trigger.kind) {
    case 'timer':
      return addTimer(game, place, trigger.value)
    case 'message':
      return subscribe(game, place, 'message', trigger.name, keyOf(game, place, trigger.correlation))
    case 'signal':
      return subscribe(game, place, 'signal', trigger.name, null)
    case 'error':
    case 'escalation':
      return
  }
}

/** The trigger that a node waits for, when it waits for one. */
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

function subscribe(game: Game, place: Place, kind: 'message' | 'signal', name: string, key: string | null): void {
  game.state.subscriptions.push({ id: game.ports.newId(), ...place, kind, name, correlationKey: key })
}

function keyOf(game: Game, place: Place, correlation: string | null): string | null {
  return correlation === null ? null : keyText(compute(game, correlation, visible(game, place.scopeId)))
}

/** A correlation key as text; null stays null. */
export function keyText(value: Json): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value)
}

function addTimer(game: Game, place: Place, value: Value): void {
  const timer: DraftTimer = {
    id: game.ports.newId(),
    ...place,
    state: 'armed',
    dueAt: null,
    value: null,
    setAt: game.ports.now,
    repeats: null,
    firedFor: [],
  }
  game.state.timers.push(timer)
  arm(game, timer, computeValue(game, value, visible(game, place.scopeId)))
}

/** Sets a timer for a value: null disarms, a value it has fired for does not fire again. */
function arm(game: Game, timer: DraftTimer, value: Json): void {
  const fired = timer.firedFor.some((former) => sameJson(former, value))
  const plan = value === null || fired ? null : schedule(value, game.ports.now, game.ports)
  if (value !== null && !fired && plan === null) fail(game, { kind: 'bad_timer', nodeId: timer.nodeId, value })
  timer.state = fired ? 'fired' : 'armed'
  timer.value = value
  timer.setAt = game.ports.now
  timer.dueAt = plan?.dueAt ?? null
  timer.repeats = plan?.repeats ?? null
}

/** Marks a timer as fired, or moves it to its next repeat. */
export function markFired(game: Game, timer: DraftTimer): void {
  const next = timer.dueAt === null ? null : nextFiring(timer.value, timer.dueAt, timer.repeats, game.ports)
  timer.dueAt = next?.dueAt ?? null
  timer.repeats = next?.repeats ?? null
  if (next) return
  timer.state = 'fired'
  timer.firedFor = [...timer.firedFor, timer.value]
}

/**
 * Lets every timer and due time follow the variables its expression names: a value that differs from the one it was
 * armed for arms it anew. `now()` answers the instant it was armed, so that the clock alone moves nothing.
 */
export function followVariables(game: Game): void {
  for (const timer of game.state.timers) followTimer(game, timer)
  for (const task of game.state.tasks) if (task.state === 'open') followTask(game, task)
}

function followTimer(game: Game, timer: DraftTimer): void {
  const trigger = triggerOf(nodeOf(game, timer.nodeId))
  if (trigger?.kind !== 'timer' || trigger.value.kind === 'literal') return
  const vars = visible(game, timer.scopeId)
  if (sameJson(computeValue(game, trigger.value, vars, timer.setAt), timer.value)) return
  arm(game, timer, computeValue(game, trigger.value, vars))
}

function followTask(game: Game, task: DraftTask): void {
  const node = nodeOf(game, task.nodeId)
  if (node.kind !== 'userTask' || node.due === null || node.due.kind === 'literal') return
  const vars = { ...visible(game, task.scopeId), ...task.vars }
  if (sameJson(computeValue(game, node.due, vars, task.openedAt), task.due)) return
  const due = computeValue(game, node.due, vars, task.openedAt)
  const dueAt = due === null ? null : (schedule(due, task.openedAt, game.ports)?.dueAt ?? null)
  if (due !== null && dueAt === null) return fail(game, { kind: 'bad_timer', nodeId: task.nodeId, value: due })
  task.due = due
  task.dueAt = dueAt
  game.effects.push({ kind: 'task_due_moved', taskId: task.id, dueAt })
}

/** The due time of a new task. */
export function dueOf(game: Game, nodeId: NodeId, due: Value | null, vars: Vars): Pick<DraftTask, 'due' | 'dueAt'> {
  const value = due === null ? null : computeValue(game, due, vars)
  if (value === null) return { due: null, dueAt: null }
  const dueAt = schedule(value, game.ports.now, game.ports)?.dueAt ?? null
  if (dueAt === null) fail(game, { kind: 'bad_timer', nodeId, value })
  return { due: value, dueAt }
}

/** Whether two JSON values are the same, keys in any order. O(size). */
export function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [Object.entries(a), new Map<string, Json>(Object.entries(b))]
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== right.size) return false
  return left.every(([name, value]) => right.has(name) && sameJson(value, right.get(name) ?? null))
}
