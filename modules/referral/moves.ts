import { makeMove as makeCaseMove, type CaseDeps, type Movable, type MoveStep } from '@tingzhou/casework'
import type { Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { OrderError } from './move-spec.ts'
import * as care from './moves-care.ts'
import * as journey from './moves-journey.ts'
import * as offer from './moves-offer.ts'
import type { Move } from './order-contract.ts'
import { orderPlay } from './process.ts'
import type { OrderCase, Slip } from './slip.ts'
import { isParty, standOf, type Stand } from './stand.ts'
import type { OrderState } from './words.ts'

/** Where an order stands after a command. */
export type Standing = {
  readonly id: string
  readonly code: string
  readonly state: OrderState
  readonly rev: number
}
export const standingOf = ({ row: { id, code, state, rev } }: Slip): Standing => ({ id, code, state, rev })

/** How people move an order. */
export const orderMovable: Movable<OrderCase, Stand, Move, OrderError, Standing> = {
  play: orderPlay,
  moves: {
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
  },
  standOf: (_tx, { row }, actor) => standOf(actor, row),
  answer: standingOf,
  guard: lateOrStranger,
  stateFirst: true,
  shows: 'here',
}

/** Makes a move: one command, one transaction. */
export const makeMove = (
  deps: CaseDeps,
  actor: Actor,
  orderId: string,
  move: Move,
): Promise<Result<Standing, OrderError>> => makeCaseMove(deps, actor, orderMovable, orderId, move)

/** Whoever was asked and comes after the end of the offer, the timer's run awaited or not, learns how it stands; a stranger nothing. */
async function lateOrStranger(step: MoveStep<OrderCase, Stand, Move>): Promise<OrderError | null> {
  return (await lateAnswer(step)) ?? (isParty(step.stand) ? null : { kind: 'not_found' })
}

async function lateAnswer({
  tx,
  dossier: { row, now, deps },
  stand,
  input: { move },
}: MoveStep<OrderCase, Stand, Move>): Promise<OrderError | null> {
  if (row.state === 'offered' && stand.receiver) {
    const answers = move === 'accept' || move === 'decline'
    const over = answers && row.due_at !== null && row.due_at <= now
    return over ? { kind: 'offer_over', move, state: row.state, answer: 'expired' } : null
  }
  if (isParty(stand) || stand.institutions.length === 0) return null
  const ended = await tx
    .selectFrom('referral_offer')
    .select('answer')
    .where('zone_id', '=', deps.zoneId)
    .where('order_id', '=', row.id)
    .where('institution_id', 'in', stand.institutions)
    .where('answer', 'is not', null)
    .orderBy('number', 'desc')
    .executeTakeFirst()
  return ended?.answer ? { kind: 'offer_over', move, state: row.state, answer: ended.answer } : null
}
