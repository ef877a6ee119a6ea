/**
 * The token game: one input moves the tokens of an instance until each of them waits.
 *
 * Read in this order: state.ts (what an instance is), this file (which input sets what off), play.ts (what a token does
 * at a node), catch.ts (events), joins.ts and multi.ts (gateways that gather, activities with many instances),
 * waiting.ts (timers), game.ts (the board they all write on).
 */
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import {
  endInstance,
  fail,
  findToken,
  finish,
  isInstance,
  newScope,
  nodeOf,
  openGame,
  assign,
  putToken,
  scopesOf,
  stateOf,
  tokensOf,
  type DraftToken,
  type Game,
  type Move,
} from './game.ts'
import { broadcast, raise, trigger, waitForEventSubProcesses } from './catch.ts'
import { releaseInclusive } from './joins.ts'
import { moveBack } from './move.ts'
import { addInstance, withdrawInstance } from './multi.ts'
import { callAgain, done, enter, goOn, throwSignal } from './play.ts'
import { followVariables, markFired } from './waiting.ts'
import { isActivity, type Definition, type Node } from './model.ts'
import type { Input, InstanceState, Ports, StepError, StepResult, Task, Token } from './state.ts'

/** Nodes entered in one step before it is taken for a loop that never waits. */
export const movesMax = 10_000

type InputOf<K extends Input['kind']> = Extract<Input, { kind: K }>

/**
 * Plays one input. Pure: the caller saves the difference between the two states and acts on the effects.
 * @param definition  the model of this instance, as readDefinition compiled it
 * @param state       emptyState for `start`, else the state of the step before; never written
 * @param ports       the instant of this step and the source of ids
 * @returns the state in which every token waits (a token in state `active` waits for its handler's answer) and what
 *          happened, in order; or the rule that said no, and then nothing has happened
 * Source: BPMN 2.0.2 (OMG formal/2013-12-09) chapter 13, the subset named in the README.
 * Complexity: O(moves × size of the state).
 */
export function step(
  definition: Definition,
  state: InstanceState,
  input: Input,
  ports: Ports,
): Result<StepResult, StepError> {
  const refusal = refuse(state, input)
  if (refusal) return err(refusal)
  const game = openGame(definition, state, ports)
  apply(game, input)
  play(game)
  followVariables(game)
  if (game.failure) return err(game.failure)
  settleStatus(game)
  return ok({ state: stateOf(game), effects: game.effects })
}

const whileSuspended: readonly Input['kind'][] = ['resume', 'terminate', 'set_vars']
const whileFailed: readonly Input['kind'][] = ['handled', 'handler_failed', 'retry', 'move', 'terminate', 'set_vars']

function refuse(state: InstanceState, input: Input): StepError | null {
  const { status } = state
  const isOpen = state.scopes.length > 0
  if (input.kind === 'start' && isOpen) return { kind: 'already_started' }
  if (status === 'active') {
    if (input.kind === 'resume') return { kind: 'not_active', status }
    return isOpen || input.kind === 'start' ? null : { kind: 'not_started' }
  }
  const allowed = status === 'suspended' ? whileSuspended : status === 'failed' ? whileFailed : []
  return isOpen && allowed.includes(input.kind) ? null : { kind: 'not_active', status }
}

function apply(game: Game, input: Input): void {
  switch (input.kind) {
    case 'start':
      return start(game, input)
    case 'complete':
      return complete(game, input)
    case 'message':
      return receive(game, input)
    case 'signal':
      broadcast(game, input.name, input.vars)
      return
    case 'timer':
      return fire(game, input)
    case 'handled':
    case 'handler_failed':
    case 'retry':
      return answerHandler(game, input)
    case 'child_ended':
    case 'child_failed':
    case 'child_escalated':
      return answerChild(game, input)
    case 'set_vars':
      return setVars(game, input)
    case 'cancel_task':
      return cancelTask(game, input)
    case 'add_instance':
      return addElement(game, input)
    case 'move':
      return moveBack(game, input)
    case 'suspend':
    case 'resume':
      return pause(game, input)
    case 'terminate':
      return endInstance(game, 'terminated', { nodeId: null, code: null, reason: input.reason })
  }
}

/**
 * Makes moves until none is left: those at hand, then those put off, then an inclusive join, which is released only when
 * it is known who can still come.
 */
function play(game: Game): void {
  let entered = 0
  while (!game.failure) {
    const move = game.moves.shift() ?? game.later.shift()
    if (!move && !releaseInclusive(game)) return
    const token = move ? findToken(game, move.tokenId) : undefined
    // A token may have been cancelled after its move was planned.
    if (!move || !token) continue
    if (move.kind === 'enter' && !isInstance(token)) entered++
    if (entered > movesMax) return fail(game, { kind: 'endless_loop', nodeId: token.nodeId, moves: movesMax })
    make(game, move, token)
  }
}

function make(game: Game, move: Move, token: DraftToken): void {
  switch (move.kind) {
    case 'enter':
      return enter(game, token)
    case 'done':
      return done(game, token, move.vars, move.seen)
    case 'leave':
      return goOn(game, token)
    case 'throw':
      return throwSignal(game, token)
  }
}

/** A stuck instance plays on when no token owes an answer any more. */
function settleStatus(game: Game): void {
  const { state } = game
  if (state.status !== 'failed' || state.scopes.size === 0) return
  if (!tokensOf(game).some((token) => token.state === 'active')) state.status = 'active'
}

function start(game: Game, input: InputOf<'start'>): void {
  const event = game.definition.starts.map((id) => nodeOf(game, id)).find((node) => isStartFor(node, input))
  const { message = null, nodeId = null } = input
  if (!event) return fail(game, { kind: 'no_start_event', message, nodeId })
  game.state.vars = { ...game.state.vars, ...input.vars }
  const root = newScope(game, { kind: 'root', parentId: null, tokenId: null, nodeId: null })
  waitForEventSubProcesses(game, root, null)
  putToken(game, root.id, event.id)
}

function isStartFor(node: Node, input: InputOf<'start'>): boolean {
  if (node.kind !== 'startEvent') return false
  if (input.nodeId !== undefined) return node.id === input.nodeId
  if (input.message === undefined) return node.trigger === null
  return node.trigger?.kind === 'message' && node.trigger.name === input.message
}

function complete(game: Game, input: InputOf<'complete'>): void {
  const task = openTaskOf(game, input.taskId)
  if (!task) return
  const outcome = input.vars['outcome'] ?? null
  if (task.outcomes.length > 0 && !(typeof outcome === 'string' && task.outcomes.includes(outcome)))
    return fail(game, { kind: 'unknown_outcome', taskId: task.id, outcome, allowed: task.outcomes })
  closeTask(game, task.id, 'done')
  game.effects.push({ kind: 'task_closed', taskId: task.id, nodeId: task.nodeId, vars: input.vars })
  finish(game, tokenOf(game, task.tokenId), input.vars, task.vars)
}

function openTaskOf(game: Game, taskId: string): Task | null {
  const task = game.state.tasks.find((task) => task.id === taskId)
  if (!task) fail(game, { kind: 'no_task', taskId })
  if (task && task.state !== 'open') fail(game, { kind: 'task_not_open', taskId, state: task.state })
  return task?.state === 'open' ? task : null
}

function closeTask(game: Game, taskId: string, state: 'done' | 'cancelled'): void {
  for (const task of game.state.tasks) if (task.id === taskId) task.state = state
}

function tokenOf(game: Game, tokenId: string): DraftToken {
  const token = findToken(game, tokenId)
  assert(token !== undefined, `the token ${tokenId} of an open task exists`)
  return token
}

/** The oldest subscription that asks for this very key goes before one that asks for none. */
function receive(game: Game, input: InputOf<'message'>): void {
  const { name, correlationKey = null } = input
  const named = game.state.subscriptions.filter((one) => one.kind === 'message' && one.name === name)
  const found =
    named.find((one) => one.correlationKey !== null && one.correlationKey === correlationKey) ??
    named.find((one) => one.correlationKey === null)
  if (!found) return fail(game, { kind: 'no_subscription', name, correlationKey })
  trigger(game, found, input.vars)
}

function fire(game: Game, input: InputOf<'timer'>): void {
  const timer = game.state.timers.find((timer) => timer.id === input.timerId)
  if (!timer) return fail(game, { kind: 'no_timer', timerId: input.timerId })
  // It may have been moved or disarmed after the caller saw it fall due.
  if (timer.dueAt === null || timer.dueAt > game.ports.now)
    return fail(game, { kind: 'timer_not_due', timerId: timer.id, dueAt: timer.dueAt })
  game.effects.push({ kind: 'timer_fired', timerId: timer.id, nodeId: timer.nodeId, value: timer.value })
  markFired(game, timer)
  trigger(game, timer, {})
}

function answerHandler(game: Game, input: InputOf<'handled' | 'handler_failed' | 'retry'>): void {
  const token = waitingToken(game, input.tokenId, input.kind, (token) => token.state === 'active')
  if (!token) return
  if (input.kind === 'handled') return endCall(game, token, input.vars)
  if (input.kind === 'handler_failed') return failCall(game, token, input)
  if (game.state.status === 'failed') return callAgain(game, token)
  fail(game, { kind: 'not_waiting_for', tokenId: token.id, input: input.kind })
}

function answerChild(game: Game, input: InputOf<'child_ended' | 'child_failed' | 'child_escalated'>): void {
  const token = waitingToken(game, input.tokenId, input.kind, (token) => isCallActivity(game, token))
  if (!token) return
  if (input.kind === 'child_ended') return endCall(game, token, input.vars)
  if (input.kind === 'child_escalated') return escalate(game, token, input)
  failCall(game, token, input)
}

/** What a child escalates may be caught around the call; if not, it is told on, for the caller's own caller. */
function escalate(game: Game, token: DraftToken, { code, vars }: InputOf<'child_escalated'>): void {
  const at = game.effects.length
  const caught = raise(game, token, { kind: 'escalation', code }, vars, true)
  const where = { nodeId: token.nodeId, name: code, correlationKey: null }
  game.effects.splice(at, 0, { kind: 'thrown', what: 'escalation', ...where, vars, caught })
}

function waitingToken(
  game: Game,
  tokenId: string,
  input: Input['kind'],
  isWaiting: (token: Token) => boolean,
): DraftToken | null {
  const token = findToken(game, tokenId)
  if (!token) fail(game, { kind: 'no_token', tokenId })
  if (token && !isWaiting(token)) fail(game, { kind: 'not_waiting_for', tokenId, input })
  return token && isWaiting(token) ? token : null
}

function isCallActivity(game: Game, token: Token): boolean {
  const node = nodeOf(game, token.nodeId)
  return node.kind === 'callActivity' && (node.multi === null || isInstance(token))
}

function endCall(game: Game, token: DraftToken, vars: InputOf<'handled'>['vars']): void {
  token.state = 'wait'
  finish(game, token, vars)
}

/** A failure is an error of the model; when nothing catches it the instance is stuck, with everything in its place. */
function failCall(game: Game, token: DraftToken, failure: { readonly code: string; readonly message: string }): void {
  const { code, message } = failure
  if (raise(game, token, { kind: 'error', code }, { error: { code, message } }, true)) return
  token.state = 'active'
  game.state.status = 'failed'
  game.effects.push({ kind: 'stuck', tokenId: token.id, nodeId: token.nodeId, code, message })
}

function setVars(game: Game, input: InputOf<'set_vars'>): void {
  const token = input.tokenId === undefined ? null : findToken(game, input.tokenId)
  if (token === undefined) return fail(game, { kind: 'no_token', tokenId: input.tokenId ?? '' })
  const root = scopesOf(game).find((scope) => scope.kind === 'root')
  assert(root !== undefined, 'a started instance has a root scope')
  assign(game, token?.scopeId ?? root.id, input.vars)
}

function cancelTask(game: Game, input: InputOf<'cancel_task'>): void {
  const task = openTaskOf(game, input.taskId)
  if (!task) return
  const node = nodeOf(game, task.nodeId)
  if (!isActivity(node) || !node.multi) return fail(game, { kind: 'not_multi_instance', nodeId: node.id })
  closeTask(game, task.id, 'cancelled')
  game.effects.push({ kind: 'task_cancelled', taskId: task.id, nodeId: node.id, reason: input.reason })
  withdrawInstance(game, tokenOf(game, task.tokenId), node, node.multi)
}

function addElement(game: Game, input: InputOf<'add_instance'>): void {
  const token = waitingToken(game, input.tokenId, input.kind, (token) => !isInstance(token))
  if (!token) return
  const node = nodeOf(game, token.nodeId)
  if (!isActivity(node) || !node.multi) return fail(game, { kind: 'not_multi_instance', nodeId: node.id })
  addInstance(game, token, node, node.multi, input.element)
}

function pause(game: Game, input: InputOf<'suspend' | 'resume'>): void {
  game.state.status = input.kind === 'suspend' ? 'suspended' : 'active'
  game.effects.push({ kind: input.kind === 'suspend' ? 'suspended' : 'resumed', reason: input.reason })
}
