import { makeMove as makeCaseMove, type CaseDeps, type Movable } from '@tingzhou/casework'
import { err, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { WaybillState } from '../words.ts'
import type { WaybillCase } from './case.ts'
import type { MoveError } from './move-spec.ts'
import * as close from './moves-close.ts'
import * as side from './moves-side.ts'
import * as trip from './moves-trip.ts'
import * as weigh from './moves-weigh.ts'
import { waybillPlay } from './process.ts'
import { isParty, standOf, type Stand } from './stand.ts'
import type { Move } from './waybill-contract.ts'

/** Where a waybill stands after a move. */
export type Standing = {
  readonly id: string
  readonly number: string
  readonly serial: string
  readonly state: WaybillState
  readonly rev: number
}

/** How people move a waybill. */
export const waybillMovable: Movable<WaybillCase, Stand, Move, MoveError, Standing> = {
  play: waybillPlay,
  moves: {
    accept: trip.accept,
    refuse: trip.refuse,
    arrive_load: trip.arriveLoad,
    load: weigh.load,
    depart: trip.depart,
    arrive_unload: trip.arriveUnload,
    unload: weigh.unload,
    sign: close.sign,
    cancel: trip.cancel,
    accident: trip.accident,
    resume: trip.resume,
    divert: side.divert,
    transload: side.transload,
    unweigh: weigh.unweigh,
    unsign: close.unsign,
    dispute: close.dispute,
    decide: close.decide,
    audit: close.audit,
    settle: close.settle,
    pay: close.pay,
    report: close.report,
  },
  standOf: (_tx, { row, beside }, actor) => standOf(actor, row, beside.trip ?? undefined),
  answer: ({ row: { id, number, serial, state, rev } }) => ({ id, number, serial, state, rev }),
  guard: ({ stand }) => (isParty(stand) ? null : { kind: 'not_found' }),
  content: contentOf,
  wording: (error) =>
    error.kind === 'not_in_state' ? { ...error, waybillState: error.state, waybillStates: error.states } : error,
}

/** A phone sends again what it did at another moment, and whoever signs by a link its picture as another file. */
function contentOf(move: Move): unknown {
  if (!('sentAt' in move)) return move
  return { ...move, sentAt: null, ...('fileId' in move ? { fileId: null } : {}) }
}

/** Makes a move: one command, one transaction. Of two at once that the database lets only one through, the other is told by name. */
export async function makeMove(
  deps: CaseDeps,
  actor: Actor,
  id: string,
  move: Move,
): Promise<Result<Standing, MoveError>> {
  try {
    return await makeCaseMove(deps, actor, waybillMovable, id, move)
  } catch (error) {
    const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : ''
    const taken = takenBy[constraint]
    if (!taken) throw error
    return err(taken)
  }
}

const onTrip = (field: string): MoveError => ({ kind: 'trip_taken', field, value: '', rule: 'one trip at a time' })

/** What the unique indexes guard that two moves at once may both see free. */
const takenBy: Readonly<Record<string, MoveError>> = {
  freight_waybill_vehicle_busy: onTrip('vehicle'),
  freight_waybill_driver_busy: onTrip('driver'),
  freight_slip_photo: weigh.photoUsed(''),
}
