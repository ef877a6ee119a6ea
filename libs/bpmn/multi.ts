/** Activities with many instances: one body scope counts, one instance scope each keeps local variables. */
import {
  assign,
  cancelInside,
  compute,
  computeMappings,
  fail,
  findToken,
  isTrue,
  leave,
  newScope,
  newToken,
  removeScope,
  removeToken,
  scopeOf,
  scopesOf,
  visible,
  type DraftScope,
  type DraftToken,
  type Game,
} from './game.ts'
import { assert } from '@tingzhou/kernel'
import type { Activity, Json, Multi, Vars } from './model.ts'
import type { Token } from './state.ts'

/** More instances than this are taken for a mistake in the model's data. */
export const instancesMax = 10_000

/** Opens the body and its first instances (all when parallel). An empty collection passes at once. */
export function openBody(game: Game, token: DraftToken, node: Activity, multi: Multi): void {
  const items = itemsOf(game, token, node, multi)
  if (items === null) return
  const vars = { nrOfInstances: items.length, nrOfActiveInstances: 0, nrOfCompletedInstances: 0 }
  const link = { parentId: token.scopeId, tokenId: token.id, nodeId: node.id }
  const body = newScope(game, { kind: 'body', ...link, miTotal: items.length, vars, items, outputs: [] })
  if (items.length === 0) return closeBody(game, body, multi)
  const first = multi.sequential ? 1 : items.length
  for (let index = 0; index < first; index++) openInstance(game, body, node, multi, index)
}

function itemsOf(game: Game, token: Token, node: Activity, multi: Multi): readonly Json[] | null {
  const value = compute(game, multi.collection ?? multi.cardinality ?? 'null', visible(game, token.scopeId))
  // A collection that is not there yet is an empty one.
  const items = multi.collection === null ? numbered(value) : (value ?? [])
  if (Array.isArray(items) && items.length <= instancesMax) return items
  fail(game, { kind: 'bad_collection', nodeId: node.id, value })
  return null
}

function numbered(count: Json): Json[] | null {
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > instancesMax) return null
  return Array.from({ length: count }, (_, index) => index + 1)
}

function openInstance(game: Game, body: DraftScope, node: Activity, multi: Multi, index: number): void {
  const item = body.items?.[index] ?? null
  const vars: Vars = { loopCounter: index + 1, ...(multi.element === null ? {} : { [multi.element]: item }) }
  const place = { miIndex: index, miTotal: body.miTotal }
  const link = { parentId: body.id, tokenId: null, nodeId: node.id }
  const scope = newScope(game, { kind: 'instance', ...link, ...place, vars })
  const token = newToken(game, scope.id, node.id)
  Object.assign(token, place)
  count(body, { nrOfActiveInstances: 1 })
  game.moves.push({ kind: 'enter', tokenId: token.id })
}

/** The variables of a body that completion conditions read. */
function count(body: DraftScope, change: { readonly [name: string]: number }): void {
  const changed = Object.entries(change).map(([name, by]) => [name, Number(body.vars[name] ?? 0) + by])
  body.vars = { ...body.vars, ...Object.fromEntries(changed) }
}

/**
 * Ends one instance: gathers its result, then closes the body, opens the next instance, or waits for the others.
 * @param vars  results, kept local to the instance
 * @param seen  everything in sight when it ended
 */
export function closeInstance(
  game: Game,
  token: DraftToken,
  node: Activity,
  multi: Multi,
  vars: Vars,
  seen: Vars,
): void {
  const instance = scopeOf(game, token.scopeId)
  const body = bodyOf(game, instance)
  assign(game, instance.id, vars)
  const all = { ...seen, ...vars }
  assign(game, body.id, computeMappings(game, node.outputs, all))
  gather(game, body, instance, multi, all)
  count(body, { nrOfActiveInstances: -1, nrOfCompletedInstances: 1 })
  const now = { ...all, ...visible(game, body.id), ...instance.vars }
  const isComplete = multi.completion !== null && isTrue(game, multi.completion, now)
  dropInstance(game, token, instance)
  if (isComplete) return closeBody(game, body, multi)
  goOn(game, body, node, multi)
}

function gather(game: Game, body: DraftScope, instance: DraftScope, multi: Multi, all: Vars): void {
  if (multi.output === null) return
  const value = multi.outputElement === null ? ownResults(instance, multi) : compute(game, multi.outputElement, all)
  body.outputs = [...(body.outputs ?? []), { index: instance.miIndex ?? 0, value }]
}

function ownResults(instance: DraftScope, multi: Multi): Vars {
  const own = Object.entries(instance.vars).filter(([name]) => name !== 'loopCounter' && name !== multi.element)
  return Object.fromEntries(own)
}

function goOn(game: Game, body: DraftScope, node: Activity, multi: Multi): void {
  const total = body.miTotal ?? 0
  const opened = Number(body.vars['nrOfCompletedInstances']) + Number(body.vars['nrOfActiveInstances']) + dropped(body)
  if (multi.sequential && Number(body.vars['nrOfActiveInstances']) === 0 && opened < total)
    return openInstance(game, body, node, multi, opened)
  if (Number(body.vars['nrOfActiveInstances']) === 0) closeBody(game, body, multi)
}

/** Instances that were taken away: total counts them still, nrOfInstances does not. */
const dropped = (body: DraftScope): number => (body.miTotal ?? 0) - Number(body.vars['nrOfInstances'])

function dropInstance(game: Game, token: Token, instance: DraftScope): void {
  removeToken(game, token.id)
  removeScope(game, instance.id)
}

/** Cancels what still runs, hands the gathered list over in the order of the collection, lets the token go on. */
function closeBody(game: Game, body: DraftScope, multi: Multi): void {
  const token = findToken(game, body.tokenId)
  assert(token !== undefined, `a token waits for the body ${body.id}`)
  cancelInside(game, body, 'completion_condition')
  removeScope(game, body.id)
  if (multi.output !== null) assign(game, token.scopeId, { [multi.output]: inOrder(body) })
  leave(game, token)
}

const inOrder = (body: DraftScope): Json[] =>
  [...(body.outputs ?? [])].toSorted((a, b) => a.index - b.index).map((output) => output.value)

/** Takes one instance away without a result (its task or token is cancelled by the caller). */
export function withdrawInstance(game: Game, token: DraftToken, node: Activity, multi: Multi): void {
  const instance = scopeOf(game, token.scopeId)
  const body = bodyOf(game, instance)
  count(body, { nrOfInstances: -1, nrOfActiveInstances: -1 })
  dropInstance(game, token, instance)
  if (multi.completion !== null && isTrue(game, multi.completion, visible(game, body.id)))
    return closeBody(game, body, multi)
  goOn(game, body, node, multi)
}

/** Adds an element to a running body: at once when parallel, as the last one when sequential. */
export function addInstance(game: Game, token: DraftToken, node: Activity, multi: Multi, element: Json): void {
  const body = scopesOf(game).find((scope) => scope.kind === 'body' && scope.tokenId === token.id)
  if (!body || (body.items?.length ?? 0) >= instancesMax)
    return fail(game, { kind: 'not_multi_instance', nodeId: node.id })
  body.items = [...(body.items ?? []), element]
  body.miTotal = body.items.length
  count(body, { nrOfInstances: 1 })
  if (!multi.sequential) openInstance(game, body, node, multi, body.items.length - 1)
}

function bodyOf(game: Game, instance: DraftScope): DraftScope {
  assert(instance.parentId !== null, `the instance ${instance.id} has a body`)
  return scopeOf(game, instance.parentId)
}
