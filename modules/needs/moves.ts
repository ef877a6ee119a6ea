import { expectRevision, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import type { InstanceState, Input } from '@tingzhou/bpmn'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { feed } from '@tingzhou/process'
import type { Move, MoveName } from './appeal-contract.ts'
import { raisedOf, submitDraft, type Raised } from './appeal.ts'
import {
  assistsOf,
  closeDossier,
  openDossier,
  say,
  type Appeal,
  type Asked,
  type Asks,
  type Dossier,
  type NeedsDeps,
  type WorkOrder,
} from './dossier.ts'
import { activeMandates } from './mandates.ts'
import type { MoveError, MoveSpec, Told } from './move-spec.ts'
import * as applicant from './moves-applicant.ts'
import * as check from './moves-check.ts'
import * as intake from './moves-intake.ts'
import * as owner from './moves-owner.ts'
import { appealHost } from './process.ts'
import { standOf, type Stand } from './stand.ts'

/** Every move of casework.md §3 by name. */
const moves = {
  submit: intake.submit,
  classify: intake.classify,
  decline: intake.decline,
  answer: intake.answer,
  merge: intake.merge,
  unmerge: intake.unmerge,
  split: intake.split,
  dispatch: intake.dispatch,
  sign: owner.sign,
  assign: owner.assign,
  return: owner.giveBack,
  accept_return: check.acceptReturn,
  refuse_return: check.refuseReturn,
  decide_jointly: check.decideJointly,
  contact: owner.contact,
  ask_applicant: owner.askApplicant,
  supplement: applicant.supplement,
  ask_assistant: owner.askAssistant,
  opinion: owner.opinion,
  overrule: owner.overrule,
  ask_extension: owner.askExtension,
  decide_extension: check.decideExtension,
  reply: owner.reply,
  pass_reply: check.passReply,
  reject_reply: check.rejectReply,
  callback: check.callback,
  hold_meeting: check.holdMeeting,
  strike_off: check.strikeOff,
  list_planned: check.listPlanned,
  refuse_planned: check.refusePlanned,
  review_planned: check.reviewPlanned,
  review: applicant.review,
  withdraw: applicant.withdraw,
  rate: applicant.rate,
  urge: applicant.urge,
  supervise: check.supervise,
  answer_supervision: check.answerSupervision,
  lift_supervision: check.liftSupervision,
  note: applicant.note,
} satisfies { [N in MoveName]: MoveSpec<N> }

/** What a reader may do now: each move with the key of the reason when it is not allowed. */
export type MoveOffer = { readonly move: MoveName; readonly allowed: boolean; readonly reason: string | null }

/**
 * The moves that belong to the reader's roles, allowed where the state fits. Pure. O(moves).
 * @param nodes  nodes with an open task or a waiting message: a move whose node is not reached is not offered as allowed
 */
export function offerMoves(stand: Stand, state: Appeal['state'], nodes: ReadonlySet<string>): readonly MoveOffer[] {
  return names.flatMap((move): readonly MoveOffer[] => {
    const spec = moves[move]
    const refused = spec.may(stand)
    const fits = spec.from.includes(state)
    if (refused) return fits ? [{ move, allowed: false, reason: refused }] : []
    if (!fits) return [{ move, allowed: false, reason: 'not_in_state' }]
    const node = nodeOfMove[move]
    return node && !nodes.has(node)
      ? [{ move, allowed: false, reason: 'not_reached' }]
      : [{ move, allowed: true, reason: null }]
  })
}

// Object.keys of a literal gives its own keys.
const names = Object.keys(moves) as MoveName[]

/** Moves that finish one named task of the drawing, where several tasks share a state. */
const nodeOfMove: Partial<Record<MoveName, string>> = {
  pass_reply: 'quality',
  reject_reply: 'quality',
  list_planned: 'list',
  refuse_planned: 'list',
  callback: 'callback',
  strike_off: 'strike_off',
  hold_meeting: 'meeting',
  accept_return: 'judge',
  refuse_return: 'judge',
  decide_jointly: 'joint',
  reply: 'work',
  ask_applicant: 'work',
  ask_assistant: 'work',
  ask_extension: 'work',
}

/**
 * Makes a move: one command, one transaction. A repeat of the command id gives the first answer; an older revision is
 * refused with the present one.
 */
export function makeMove(
  deps: NeedsDeps,
  actor: Actor,
  appealId: string,
  move: Move,
): Promise<Result<Raised, MoveError>> {
  const command = {
    commandId: move.commandId,
    actorId: actor.accountId,
    name: `needs.${move.move}`,
    input: { appealId, move },
  }
  return runCommand(deps, command, (tx, last) => moveAppeal(tx, last, deps, actor, appealId, move))
}

async function moveAppeal(
  tx: Tx,
  last: WriteBatch,
  deps: NeedsDeps,
  actor: Actor,
  appealId: string,
  move: Move,
): Promise<Result<Raised, MoveError>> {
  // The name of the move picks the entry of its own type.
  const spec = moves[move.move] as unknown as MoveSpec<MoveName>
  const asks: Asks = { ...spec.asks?.(move), ...(isCaller(actor) ? { assists: true } : {}) }
  const dossier = await openDossier(tx, deps, appealId, { by: 'actor', actor, verb: move.move }, last, asks)
  if (!dossier) return err({ kind: 'not_found' })
  const fresh = expectRevision(dossier.appeal.rev, move.rev)
  if (!fresh.ok) return err({ ...fresh.error, state: dossier.appeal.state })
  const stand = await standIn(tx, deps, actor, dossier.appeal, dossier.order, dossier.asked)
  const refused = spec.may(stand)
  if (refused) return err({ kind: 'not_allowed', move: move.move, reason: refused })
  if (!spec.from.includes(dossier.appeal.state))
    return err({
      kind: 'not_in_state',
      move: move.move,
      state: dossier.appeal.state,
      rule: spec.from.join(', '),
      states: spec.from,
    })
  dossier.onBehalfOf = actsForAnother(stand, actor, dossier)
  if (move.move === 'submit') return submitDraft(tx, dossier)
  const told = await spec.run({ tx, dossier, stand, input: move })
  return told.ok ? tellProcess(tx, dossier, move.move, told.value) : told
}

const actsForAnother = (stand: Stand, actor: Actor, dossier: Dossier): string | null =>
  stand.applicant && !actor.memberships.some((held) => held.partyId === dossier.appeal.enterprise_id)
    ? dossier.appeal.enterprise_id
    : null

async function tellProcess(tx: Tx, dossier: Dossier, move: MoveName, told: Told): Promise<Result<Raised, MoveError>> {
  const { deps, appeal } = dossier
  if (told === null) {
    if (dossier.said.length === 0) say(dossier, { verb: move })
    closeDossier(tx, dossier)
    return ok(raisedOf(dossier))
  }
  assert(appeal.instance_id, 'a submitted appeal has a process')
  const runtime = { deps: { zoneId: deps.zoneId, clock: deps.clock, newId: deps.newId }, definitions: deps.definitions }
  const played = await feed(tx, runtime, appealHost(deps), dossier, appeal.instance_id, (state) => toInput(state, told))
  if (!played.ok) return err({ kind: 'process_refused', step: played.error })
  if (!played.value) return err({ kind: 'task_gone', move, state: dossier.before.state })
  return ok(raisedOf(dossier))
}

function toInput(state: InstanceState, told: Exclude<Told, null>): Input | null {
  if (told.kind === 'set') return { kind: 'set_vars', vars: told.vars }
  if (told.kind === 'message') return { kind: 'message', name: told.name, vars: told.vars }
  const task = state.tasks.find((candidate) => candidate.state === 'open' && matches(candidate, told.node))
  return task ? { kind: 'complete', taskId: task.id, vars: told.vars } : null
}

/** `assist:<department>` names the task of one assistant, wherever it was asked. */
function matches(task: InstanceState['tasks'][number], node: string): boolean {
  if (!node.startsWith('assist:')) return task.nodeId === node
  return task.nodeId.startsWith('assist') && task.vars.assistant === node.slice('assist:'.length)
}

/** What the actor is to an appeal, with the two look-ups that it needs where they were not read along. */
export async function standIn(
  tx: Tx | NeedsDeps['db'],
  deps: NeedsDeps,
  actor: Actor,
  appeal: Appeal,
  order: WorkOrder | null,
  asked: Asked = {},
): Promise<Stand> {
  const assists = isCaller(actor) ? await assistsOf(tx, deps, appeal.id, asked) : []
  return standOf(actor, {
    appeal,
    order,
    assistantIds: assists.map(({ departmentId }) => departmentId),
    mandateEnterprises: hasRole(actor, 'guide')
      ? await activeMandates(tx, deps.zoneId, actor.accountId, deps.clock())
      : [],
  })
}

/** Only a caller must be told from those who helped. */
const isCaller = (actor: Actor): boolean => hasRole(actor, 'callback_agent')
