/**
 * The board of one step: a draft of the instance that may be written, the moves still to make, the effects so far.
 * Everything here is small and knows no node kind; play.ts knows them.
 */
import { assert, type EpochMs } from '@tingzhou/kernel'
import { evaluateFeel, evaluateValue, holds, type FeelClock } from './feel.ts'
import { defaultOffsetMin } from './timer.ts'
import type { Definition, Feel, Json, Node, NodeId, Value, Vars } from './model.ts'
import type { Effect, InstanceState, Ports, Scope, StepError, Subscription, Task, Timer, Token } from './state.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
export type DraftScope = Mutable<Scope>
export type DraftToken = Mutable<Token>
export type DraftTask = Mutable<Task>
export type DraftTimer = Mutable<Timer>
export type Draft = Omit<Mutable<InstanceState>, 'scopes' | 'tokens' | 'tasks' | 'timers' | 'subscriptions'> & {
  /** By id, in the order they came to be. */
  readonly scopes: Map<string, DraftScope>
  readonly tokens: Map<string, DraftToken>
  tasks: DraftTask[]
  timers: DraftTimer[]
  subscriptions: Subscription[]
}

/**
 * enter: the token has come to its node. done: the activity at its node has ended with these variables. leave: it goes
 * on by the flows of its node. throw: it throws the signal of its event.
 */
export type Move =
  | { readonly kind: 'enter' | 'throw'; readonly tokenId: string }
  | { readonly kind: 'done'; readonly tokenId: string; readonly vars: Vars; readonly seen: Vars }
  | { readonly kind: 'leave'; readonly tokenId: string }

export type Game = {
  readonly definition: Definition
  readonly ports: Ports
  readonly state: Draft
  readonly effects: Effect[]
  readonly moves: Move[]
  /** Moves made when no other is left: a signal is thrown when everything that can come to wait for it does. */
  readonly later: Move[]
  /** The first rule that said no; the step is then refused as a whole. */
  failure: StepError | null
}

/** Opens a board on a copy; the state passed in is never written. O(size of the state). */
export function openGame(definition: Definition, state: InstanceState, ports: Ports): Game {
  const draft: Draft = {
    ...state,
    scopes: new Map(state.scopes.map((scope) => [scope.id, { ...scope }])),
    tokens: new Map(state.tokens.map((token) => [token.id, { ...token }])),
    tasks: state.tasks.map((task) => ({ ...task })),
    timers: state.timers.map((timer) => ({ ...timer })),
    subscriptions: [...state.subscriptions],
  }
  return { definition, ports, state: draft, effects: [], moves: [], later: [], failure: null }
}

/** The instance as it stands on the board. O(size of the state). */
export const stateOf = (game: Game): InstanceState => ({
  ...game.state,
  scopes: scopesOf(game),
  tokens: tokensOf(game),
})

export const tokensOf = (game: Game): DraftToken[] => [...game.state.tokens.values()]

export const scopesOf = (game: Game): DraftScope[] => [...game.state.scopes.values()]

/** Refuses the step; the first reason counts. */
export function fail(game: Game, error: StepError): void {
  game.failure ??= error
}

export function nodeOf(game: Game, id: NodeId): Node {
  const node = game.definition.nodes[id]
  assert(node !== undefined, `the definition ${game.definition.key} has the node ${id} of a running instance`)
  return node
}

export const findToken = (game: Game, id: string | null): DraftToken | undefined =>
  id === null ? undefined : game.state.tokens.get(id)

export const findScope = (game: Game, id: string | null): DraftScope | undefined =>
  id === null ? undefined : game.state.scopes.get(id)

export function scopeOf(game: Game, id: string): DraftScope {
  const scope = findScope(game, id)
  assert(scope !== undefined, `the scope ${id} of a token exists`)
  return scope
}

/** The scope and those around it, inner first. */
export function scopeChain(game: Game, scopeId: string): DraftScope[] {
  const chain: DraftScope[] = []
  let scope = findScope(game, scopeId)
  while (scope) {
    chain.push(scope)
    scope = findScope(game, scope.parentId)
  }
  return chain
}

// Variables

/** The variables in sight of a scope: its own hide those further out. */
export function visible(game: Game, scopeId: string): Vars {
  const layers = scopeChain(game, scopeId).map((scope) => scope.vars)
  return Object.assign({}, game.state.vars, ...layers.toReversed())
}

/**
 * Writes variables: each to the nearest scope that already has it, else to the root. An instance of a multi-instance
 * activity keeps what is written in it.
 */
export function assign(game: Game, scopeId: string, vars: Vars): void {
  const chain = scopeChain(game, scopeId)
  for (const [name, value] of Object.entries(vars)) {
    const scope = chain.find((scope) => scope.kind === 'instance' || Object.hasOwn(scope.vars, name))
    const owner: { vars: Vars } = scope ?? game.state
    owner.vars = { ...owner.vars, [name]: value }
  }
}

export const clockOf = (game: Game, at: EpochMs = game.ports.now): FeelClock => ({
  now: at,
  offsetMin: game.ports.offsetMin ?? defaultOffsetMin,
})

export const isTrue = (game: Game, condition: Feel, vars: Vars): boolean => holds(condition, vars, clockOf(game))

export const compute = (game: Game, text: Feel, vars: Vars): Json => evaluateFeel(text, vars, clockOf(game))

/** at: what `now()` answers; a value is compared with its former self at the instant that one was computed. */
export const computeValue = (game: Game, value: Value, vars: Vars, at?: EpochMs): Json =>
  evaluateValue(value, vars, clockOf(game, at))

export function computeMappings(
  game: Game,
  mappings: readonly { readonly name: string; readonly value: Feel }[],
  vars: Vars,
): Vars {
  return Object.fromEntries(mappings.map(({ name, value }) => [name, compute(game, value, vars)]))
}

// Tokens and scopes

/** Puts a token on a node and lets it enter. */
export function putToken(game: Game, scopeId: string, nodeId: NodeId): DraftToken {
  const token = newToken(game, scopeId, nodeId)
  game.moves.push({ kind: 'enter', tokenId: token.id })
  return token
}

/** A token that waits where it is put. */
export function newToken(game: Game, scopeId: string, nodeId: NodeId): DraftToken {
  const id = game.ports.newId()
  const token: DraftToken = { id, scopeId, nodeId, state: 'wait', via: null, miIndex: null, miTotal: null }
  game.state.tokens.set(id, token)
  return token
}

export function newScope(
  game: Game,
  scope: Pick<Scope, 'kind' | 'parentId' | 'tokenId' | 'nodeId'> & Partial<Scope>,
): DraftScope {
  const made = { miIndex: null, miTotal: null, vars: {}, items: null, outputs: null, ...scope, id: game.ports.newId() }
  game.state.scopes.set(made.id, made)
  return made
}

/** Whether the token is one instance of a multi-instance activity rather than the activity as a whole. */
export const isInstance = (token: Token): boolean => token.miIndex !== null

/** Tells that a token has come to its node, and the case state the node stands for. */
export function announce(game: Game, token: Token): void {
  const { id: nodeId, state } = nodeOf(game, token.nodeId)
  game.effects.push({ kind: 'entered', nodeId, tokenId: token.id, miIndex: token.miIndex })
  if (state !== null && !isInstance(token)) game.effects.push({ kind: 'marked', nodeId, state })
}

/** Lets a token go on from its node. */
export const leave = (game: Game, token: Token): void => {
  game.moves.push({ kind: 'leave', tokenId: token.id })
}

/** Ends the activity a token is at. vars: its results; local: what only the activity itself could see. */
export const finish = (game: Game, token: Token, vars: Vars, local: Vars = {}): void => {
  game.moves.push({ kind: 'done', tokenId: token.id, vars, seen: { ...visible(game, token.scopeId), ...local } })
}

/** Takes the token off the board and, when its scope is then empty, ends the scope. */
export function consume(game: Game, token: Token): void {
  removeToken(game, token.id)
  if (tokensOf(game).some((other) => other.scopeId === token.scopeId)) return
  endScope(game, scopeOf(game, token.scopeId))
}

/** An empty scope ends; the activity it belongs to is done. The root ends the instance. */
function endScope(game: Game, scope: Scope): void {
  if (scope.kind === 'root') return endInstance(game, 'completed', { nodeId: null, code: null, reason: null })
  const seen = visible(game, scope.id)
  removeScope(game, scope.id)
  if (scope.tokenId !== null) game.moves.push({ kind: 'done', tokenId: scope.tokenId, vars: {}, seen })
}

/** Clears the board and tells how it ended. */
export function endInstance(
  game: Game,
  how: 'completed' | 'terminated' | 'error',
  why: { readonly nodeId: NodeId | null; readonly code: string | null; readonly reason: string | null },
): void {
  const root = scopesOf(game).find((scope) => scope.kind === 'root')
  if (root) cancelScope(game, root, why.reason ?? how)
  game.moves.length = 0
  game.later.length = 0
  game.state.status = how === 'error' ? 'failed' : how
  game.effects.push({ kind: 'ended', how, ...why })
}

/** Takes a token away with everything that hangs on it: tasks, timers, subscriptions, inner scopes. */
export function cancelToken(game: Game, token: Token, reason: string): void {
  cancelTasks(game, token.id, reason)
  for (const scope of scopesOf(game).filter((scope) => scope.tokenId === token.id)) cancelScope(game, scope, reason)
  removeToken(game, token.id)
  game.effects.push({ kind: 'cancelled', nodeId: token.nodeId, tokenId: token.id, reason })
}

/** Takes away all tokens of a scope, its inner scopes and then itself. */
export function cancelScope(game: Game, scope: Scope, reason: string): void {
  cancelInside(game, scope, reason)
  removeScope(game, scope.id)
}

/** Takes away what runs in a scope but leaves the scope open. */
export function cancelInside(game: Game, scope: Scope, reason: string, except?: Token): void {
  const inside = tokensOf(game).filter((token) => token.scopeId === scope.id && token.id !== except?.id)
  for (const token of inside) cancelToken(game, token, reason)
  const instances = scopesOf(game).filter((inner) => inner.parentId === scope.id && inner.tokenId === null)
  for (const instance of instances) cancelScope(game, instance, reason)
}

function cancelTasks(game: Game, tokenId: string, reason: string): void {
  for (const task of game.state.tasks) {
    if (task.tokenId !== tokenId || task.state !== 'open') continue
    task.state = 'cancelled'
    game.effects.push({ kind: 'task_cancelled', taskId: task.id, nodeId: task.nodeId, reason })
  }
}

/** Takes a token off the board with the events it waits for. */
export function removeToken(game: Game, tokenId: string): void {
  dropEvents(game, tokenId)
  game.state.tokens.delete(tokenId)
}

export function removeScope(game: Game, scopeId: string): void {
  game.state.timers = game.state.timers.filter((timer) => timer.scopeId !== scopeId)
  game.state.subscriptions = game.state.subscriptions.filter((subscription) => subscription.scopeId !== scopeId)
  game.state.scopes.delete(scopeId)
}

/** Stops waiting for the events that hang on a token. */
export function dropEvents(game: Game, tokenId: string): void {
  game.state.timers = game.state.timers.filter((timer) => timer.tokenId !== tokenId)
  game.state.subscriptions = game.state.subscriptions.filter((subscription) => subscription.tokenId !== tokenId)
}
