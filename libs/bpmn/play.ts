/**
 * The rules of the token game: what happens when a token enters a node, when its activity is done, when it leaves.
 * Each rule only writes the board and adds moves; step.ts makes the moves until none is left.
 */
import {
  announce,
  assign,
  cancelInside,
  compute,
  computeMappings,
  computeValue,
  consume,
  dropEvents,
  endInstance,
  fail,
  findToken,
  finish,
  isInstance,
  isTrue,
  leave,
  newToken,
  nodeOf,
  putToken,
  scopeOf,
  visible,
  type DraftToken,
  type Game,
} from './game.ts'
import { broadcast, openScope, raise, waitForBoundaries } from './catch.ts'
import { isContext } from './feel.ts'
import { joinInclusive, joinParallel } from './joins.ts'
import { closeInstance, openBody } from './multi.ts'
import { dueOf, keyText, waitFor, triggerOf } from './waiting.ts'
import {
  isActivity,
  type Activity,
  type CallActivity,
  type EndEvent,
  type Feel,
  type Flow,
  type Mapping,
  type Node,
  type ScriptTask,
  type SendTask,
  type Throw,
  type UserTask,
  type Vars,
} from './model.ts'

/** A token comes to its node. */
export function enter(game: Game, token: DraftToken): void {
  const node = nodeOf(game, token.nodeId)
  announce(game, token)
  if (isActivity(node)) return enterActivity(game, token, node)
  switch (node.kind) {
    case 'startEvent':
    case 'boundaryEvent':
    case 'exclusiveGateway':
    case 'eventSubProcess':
      return leave(game, token)
    case 'parallelGateway':
      return node.incoming.length > 1 ? joinParallel(game, token, node) : leave(game, token)
    case 'inclusiveGateway':
      return node.incoming.length > 1 ? joinInclusive(token) : leave(game, token)
    case 'eventGateway':
      return waitForFirst(game, token, node)
    case 'catchEvent':
      return waitFor(game, { tokenId: token.id, scopeId: token.scopeId, nodeId: node.id }, node.trigger)
    case 'throwEvent':
      return enterThrow(game, token, node.result, node.inputs)
    case 'endEvent':
      return enterEnd(game, token, node)
  }
}

/** An activity begins: as a whole when it has many instances, else at once. */
function enterActivity(game: Game, token: DraftToken, node: Activity): void {
  if (!isInstance(token)) waitForBoundaries(game, token, node)
  if (node.multi && !isInstance(token)) return openBody(game, token, node, node.multi)
  beginActivity(game, token, node)
}

function beginActivity(game: Game, token: DraftToken, node: Activity): void {
  switch (node.kind) {
    case 'userTask':
      return openTask(game, token, node)
    case 'serviceTask':
    case 'businessRuleTask':
      return callHandler(game, token, node.handler, inputOf(game, token, node.inputs))
    case 'sendTask':
      return send(game, token, node)
    case 'receiveTask':
      return waitFor(
        game,
        { tokenId: token.id, scopeId: token.scopeId, nodeId: node.id },
        { kind: 'message', ...node.message },
      )
    case 'scriptTask':
      return runScript(game, token, node)
    case 'subProcess': {
      const scope = openScope(game, token, computeMappings(game, node.inputs, visible(game, token.scopeId)))
      putToken(game, scope.id, node.start)
      return
    }
    case 'callActivity':
      return callChild(game, token, node)
    case 'plainTask':
      return finish(game, token, {})
  }
}

/** The mapped inputs; everything in sight when nothing is mapped. */
function inputOf(game: Game, token: DraftToken, inputs: readonly Mapping[]): Vars {
  const vars = visible(game, token.scopeId)
  return inputs.length === 0 ? vars : computeMappings(game, inputs, vars)
}

function openTask(game: Game, token: DraftToken, node: UserTask): void {
  const inSight = visible(game, token.scopeId)
  const own = isInstance(token) ? scopeOf(game, token.scopeId).vars : {}
  const vars = { ...own, ...computeMappings(game, node.inputs, inSight) }
  const all = { ...inSight, ...vars }
  const task = {
    id: game.ports.newId(),
    tokenId: token.id,
    scopeId: token.scopeId,
    nodeId: node.id,
    name: node.name,
    roles: node.roles,
    form: node.form,
    outcomes: node.outcomes,
    policy: node.policy,
    state: 'open' as const,
    openedAt: game.ports.now,
    ...dueOf(game, node.id, node.due, all),
    priority: node.priority === null ? null : computeValue(game, node.priority, all),
    vars,
  }
  game.state.tasks.push(task)
  game.effects.push({ kind: 'task_opened', task: { ...task } })
}

/** Asks the shell to run a handler; it answers with `handled` or `handler_failed`. */
function callHandler(game: Game, token: DraftToken, handler: string, input: Vars): void {
  token.state = 'active'
  game.effects.push({ kind: 'call', tokenId: token.id, nodeId: token.nodeId, handler, input })
}

/** Asks the shell to start a child process; it answers with `child_ended` or `child_failed`. */
function callChild(game: Game, token: DraftToken, node: CallActivity): void {
  token.state = 'wait'
  const vars = inputOf(game, token, node.inputs)
  game.effects.push({ kind: 'called', tokenId: token.id, nodeId: node.id, key: node.called, vars })
}

/** Calls the handler or child of a stuck token again. */
export function callAgain(game: Game, token: DraftToken): void {
  const node = nodeOf(game, token.nodeId)
  if (isActivity(node)) beginActivity(game, token, node)
}

function send(game: Game, token: DraftToken, node: SendTask): void {
  if (node.handler !== null) return callHandler(game, token, node.handler, inputOf(game, token, node.inputs))
  if (node.message) throwMessage(game, token, node.message, inputOf(game, token, node.inputs))
  finish(game, token, {})
}

function throwMessage(
  game: Game,
  token: DraftToken,
  message: { readonly name: string; readonly correlation: Feel | null },
  vars: Vars,
): void {
  const key = message.correlation === null ? null : compute(game, message.correlation, visible(game, token.scopeId))
  tell(game, token, { kind: 'message', ...message }, vars, false, keyText(key))
}

function tell(
  game: Game,
  token: DraftToken,
  what: Throw,
  vars: Vars,
  caught: boolean,
  key: string | null = null,
): void {
  const name = 'name' in what ? what.name : what.code
  const where = { nodeId: token.nodeId, name, correlationKey: key }
  game.effects.push({ kind: 'thrown', what: what.kind, ...where, vars, caught })
}

function runScript(game: Game, token: DraftToken, node: ScriptTask): void {
  const value = compute(game, node.script, { ...visible(game, token.scopeId), ...inputOf(game, token, node.inputs) })
  if (node.result !== null) return finish(game, token, { [node.result]: value })
  if (!isContext(value)) return fail(game, { kind: 'bad_script', nodeId: node.id, value })
  finish(game, token, { ...value })
}

function waitForFirst(game: Game, token: DraftToken, gateway: Node): void {
  for (const flow of flowsOf(game, gateway)) {
    const awaited = triggerOf(nodeOf(game, flow.target))
    if (awaited) waitFor(game, { tokenId: token.id, scopeId: token.scopeId, nodeId: flow.target }, awaited)
  }
}

/** Throws and goes on, unless an interrupting catcher has taken the token away. */
function enterThrow(game: Game, token: DraftToken, result: Throw, inputs: readonly Mapping[]): void {
  if (result.kind === 'signal') return putOff(game, token)
  throwResult(game, token, result, inputs)
  if (findToken(game, token.id)) leave(game, token)
}

/** A signal waits for the other tokens: those on parallel ways may still come to where they await it. */
function putOff(game: Game, token: DraftToken): void {
  game.later.push({ kind: 'throw', tokenId: token.id })
}

/** Throws the signal of the event a token stands at, then goes on or ends. */
export function throwSignal(game: Game, token: DraftToken): void {
  const node = nodeOf(game, token.nodeId)
  if (node.kind !== 'throwEvent' && node.kind !== 'endEvent') return
  if (node.result.kind === 'signal') throwResult(game, token, node.result, node.inputs)
  if (!findToken(game, token.id)) return
  if (node.kind === 'endEvent') return reachEnd(game, token)
  leave(game, token)
}

/** @returns whether something inside the instance caught it */
function throwResult(game: Game, token: DraftToken, result: Throw, inputs: readonly Mapping[]): boolean {
  const vars = computeMappings(game, inputs, visible(game, token.scopeId))
  if (result.kind === 'message') {
    throwMessage(game, token, result, inputs.length === 0 ? visible(game, token.scopeId) : vars)
    return true
  }
  const at = game.effects.length
  const caught =
    result.kind === 'signal'
      ? broadcast(game, result.name, vars)
      : raise(game, token, { kind: result.kind, code: result.code }, thrownVars(result, vars), false)
  tell(game, token, result, vars, caught)
  // Told before what it sets off.
  game.effects.splice(at, 0, ...game.effects.splice(-1))
  return caught
}

function thrownVars(result: Throw, vars: Vars): Vars {
  return result.kind === 'error' ? { ...vars, error: { code: result.code, message: '' } } : vars
}

function enterEnd(game: Game, token: DraftToken, node: EndEvent): void {
  if (node.result.kind === 'signal') return putOff(game, token)
  if (node.result.kind === 'terminate') cancelInside(game, scopeOf(game, token.scopeId), node.name || node.id, token)
  if (node.result.kind !== 'terminate' && node.result.kind !== 'none') {
    const caught = throwResult(game, token, node.result, node.inputs)
    if (node.result.kind === 'error' && !caught)
      return endInstance(game, 'error', { nodeId: node.id, code: node.result.code, reason: null })
  }
  if (findToken(game, token.id)) reachEnd(game, token)
}

function reachEnd(game: Game, token: DraftToken): void {
  game.effects.push({ kind: 'left', nodeId: token.nodeId, tokenId: token.id })
  consume(game, token)
}

/** The activity of a token has ended: its results go to their scope, its boundary events are dropped, it goes on. */
export function done(game: Game, token: DraftToken, vars: Vars, seen: Vars): void {
  const node = nodeOf(game, token.nodeId)
  if (node.kind === 'eventSubProcess') return reachEnd(game, token)
  if (!isActivity(node)) return leave(game, token)
  token.state = 'wait'
  if (isInstance(token) && node.multi) return closeInstance(game, token, node, node.multi, vars, seen)
  assign(game, token.scopeId, resultsOf(game, node, vars, seen))
  leave(game, token)
}

/** The mapped outputs and the outcome; everything when nothing is mapped. */
function resultsOf(game: Game, node: Activity, vars: Vars, seen: Vars): Vars {
  if (node.outputs.length === 0) return vars
  const outcome = vars['outcome'] === undefined ? {} : { outcome: vars['outcome'] }
  return { ...outcome, ...computeMappings(game, node.outputs, { ...seen, ...vars }) }
}

/** A token goes on by the flows its node chooses; without one it has nowhere to go and the step is refused. */
export function goOn(game: Game, token: DraftToken): void {
  const node = nodeOf(game, token.nodeId)
  const chosen = chooseFlows(game, node, visible(game, token.scopeId))
  const [first, ...others] = chosen
  if (first === undefined) return fail(game, { kind: 'no_branch', nodeId: node.id })
  game.effects.push({ kind: 'left', nodeId: node.id, tokenId: token.id })
  dropEvents(game, token.id)
  const copies = others.map((flow) => ({ flow, token: newToken(game, token.scopeId, flow.target) }))
  take(game, token, first)
  for (const copy of copies) take(game, copy.token, copy.flow)
}

function take(game: Game, token: DraftToken, flow: Flow): void {
  token.nodeId = flow.target
  token.via = flow.id
  token.state = 'wait'
  game.effects.push({ kind: 'taken', flowId: flow.id, tokenId: token.id })
  game.moves.push({ kind: 'enter', tokenId: token.id })
}

/**
 * Exclusive: the first that holds. Others: all that hold, and from activities those without a condition besides. The
 * default when no condition holds; an activity's flows without a condition do not count for that.
 * Source: BPMN 2.0.2, 13.2.1 and 13.4.
 */
function chooseFlows(game: Game, node: Node, vars: Vars): readonly Flow[] {
  const flows = flowsOf(game, node)
  if (node.kind === 'parallelGateway') return flows
  const holds = (flow: Flow): boolean =>
    flow.id !== node.defaultFlow && (flow.condition === null || isTrue(game, flow.condition, vars))
  const open = node.kind === 'exclusiveGateway' ? [flows.find(holds) ?? []].flat() : flows.filter(holds)
  const isChosen = isActivity(node) ? open.some((flow) => flow.condition !== null) : open.length > 0
  return isChosen ? open : flows.filter((flow) => open.includes(flow) || flow.id === node.defaultFlow)
}

function flowsOf(game: Game, node: Node): Flow[] {
  return node.outgoing.flatMap((id) => game.definition.flows[id] ?? [])
}
