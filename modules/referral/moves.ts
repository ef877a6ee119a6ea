import { expectRevision, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import type { Input, InstanceState } from '@tingzhou/bpmn'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { feed } from '@tingzhou/process'
import { moveNames, type Move, type MoveName } from './order-contract.ts'
import type { MoveSpec, OrderError, Told } from './move-spec.ts'
import * as care from './moves-care.ts'
import * as journey from './moves-journey.ts'
import * as offer from './moves-offer.ts'
import { referralHost } from './process.ts'
import type { ReferralDeps } from './runtime.ts'
import { openSlip, type Slip } from './slip.ts'
import { isParty, standOf, type Stand } from './stand.ts'
import type { OrderState } from './words.ts'

const moves = {
  accept: offer.accept,
  decline: offer.decline,
  depart: journey.depart,
  hand_over: journey.handOver,
  take_over: journey.takeOver,
  ready: care.ready,
  conclude: care.conclude,
  summarise: care.summarise,
  follow_up: care.followUp,
  cancel: offer.cancel,
  offer_to: offer.offerTo,
  give_up: offer.giveUp,
} satisfies { [N in MoveName]: MoveSpec<N> }

/** Where an order stands after a command. */
export type Standing = {
  readonly id: string
  readonly code: string
  readonly state: OrderState
  readonly rev: number
}
export const standingOf = ({ order: { id, code, state, rev } }: Slip): Standing => ({ id, code, state, rev })

export type MoveOffer = { readonly move: MoveName; readonly allowed: boolean; readonly reason: string | null }

/**
 * The moves that fit the state, each with the key of the reason when the reader may not make it. Pure. O(moves).
 * @param nodes  nodes with an open task: a side that has signed is not asked again
 */
export function offerMoves(stand: Stand, state: OrderState, nodes: ReadonlySet<string>): readonly MoveOffer[] {
  return moveNames.flatMap((move): readonly MoveOffer[] => {
    const spec = moves[move]
    if (!spec.from.includes(state)) return []
    const reason = spec.may(stand) ?? (signing.has(move) && !nodes.has(move) ? 'signed_already' : null)
    return [{ move, allowed: reason === null, reason }]
  })
}
const signing: ReadonlySet<MoveName> = new Set(['hand_over', 'take_over'])

/**
 * Makes a move: one command, one transaction. A repeat of the command id gives the first answer; an older revision is
 * refused with the present one.
 */
export function makeMove(
  deps: ReferralDeps,
  actor: Actor,
  orderId: string,
  move: Move,
): Promise<Result<Standing, OrderError>> {
  const command = {
    commandId: move.commandId,
    actorId: actor.accountId,
    name: `referral.${move.move}`,
    // The command's row keeps a digest of this, never the words themselves.
    input: { orderId, move },
  }
  return runCommand(deps, command, (tx, last) => moveOrder(tx, last, deps, actor, orderId, move))
}

async function moveOrder(
  tx: Tx,
  last: WriteBatch,
  deps: ReferralDeps,
  actor: Actor,
  orderId: string,
  move: Move,
): Promise<Result<Standing, OrderError>> {
  const slip = await openSlip(tx, deps, orderId, { by: 'actor', actor, verb: move.move }, last)
  if (!slip) return err({ kind: 'not_found' })
  const stand = standOf(actor, slip.order)
  const late = await lateAnswer(tx, slip, stand, move.move)
  if (late) return err(late)
  if (!isParty(stand)) return err({ kind: 'not_found' })
  const fresh = expectRevision(slip.order.rev, move.rev)
  if (!fresh.ok) return err({ ...fresh.error, state: slip.order.state })
  // The name of the move picks the entry of its own type.
  const spec = moves[move.move] as unknown as MoveSpec<MoveName>
  if (!spec.from.includes(slip.order.state))
    return err({
      kind: 'not_in_state',
      move: move.move,
      state: slip.order.state,
      rule: spec.from.join(', '),
      states: spec.from,
    })
  const refused = spec.may(stand)
  if (refused) return err({ kind: 'not_allowed', move: move.move, reason: refused })
  const told = await spec.run({ tx, slip, stand, input: move })
  return told.ok ? tellProcess(tx, slip, move.move, told.value) : told
}

/** Whoever was asked and comes after the end of the offer, the timer's run awaited or not, learns how it stands. */
async function lateAnswer(tx: Tx, slip: Slip, stand: Stand, move: MoveName): Promise<OrderError | null> {
  const { order, now, deps } = slip
  if (order.state === 'offered' && stand.receiver) {
    const answers = move === 'accept' || move === 'decline'
    const over = answers && order.due_at !== null && order.due_at <= now
    return over ? { kind: 'offer_over', move, state: order.state, answer: 'expired' } : null
  }
  if (isParty(stand) || stand.institutions.length === 0) return null
  const row = await tx
    .selectFrom('referral_offer')
    .select('answer')
    .where('zone_id', '=', deps.zoneId)
    .where('order_id', '=', order.id)
    .where('institution_id', 'in', stand.institutions)
    .where('answer', 'is not', null)
    .orderBy('number', 'desc')
    .executeTakeFirst()
  return row?.answer ? { kind: 'offer_over', move, state: order.state, answer: row.answer } : null
}

async function tellProcess(tx: Tx, slip: Slip, move: MoveName, told: Told): Promise<Result<Standing, OrderError>> {
  const { deps } = slip
  const runtime = { deps: { zoneId: deps.zoneId, clock: deps.clock, newId: deps.newId }, definitions: deps.definitions }
  const played = await feed(tx, runtime, referralHost(deps), slip, slip.order.instance_id, (state) =>
    toInput(state, told),
  )
  if (!played.ok) return err({ kind: 'process_refused', step: played.error })
  if (!played.value) return err({ kind: 'task_gone', move, state: slip.before.state })
  return ok(standingOf(slip))
}

function toInput(state: InstanceState, told: Told): Input | null {
  if (told.kind === 'message') return { kind: 'message', name: told.name, vars: told.vars }
  const task = state.tasks.find((candidate) => candidate.state === 'open' && candidate.nodeId === told.node)
  return task ? { kind: 'complete', taskId: task.id, vars: told.vars } : null
}
