import { makeMove as makeCaseMove, type CaseDeps, type Movable } from '@tingzhou/casework'
import { err, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { ShipmentState } from '../words.ts'
import type { ShipmentCase } from './case.ts'
import { checkDocument, document } from './document.ts'
import type { ShipmentError } from './errors.ts'
import * as border from './moves-border.ts'
import * as prepare from './moves-prepare.ts'
import * as store from './moves-store.ts'
import { shipmentPlay } from './process.ts'
import type { Move } from './shipment-contract.ts'
import { isParty, standOf, type Stand } from './stand.ts'

/** Where a shipment stands after a move. */
export type Standing = {
  readonly id: string
  readonly number: string
  readonly state: ShipmentState
  readonly rev: number
}

/** How people move a shipment. */
export const shipmentMovable: Movable<ShipmentCase, Stand, Move, ShipmentError, Standing> = {
  play: shipmentPlay,
  moves: {
    lots: prepare.lots,
    document,
    check_document: checkDocument,
    load: prepare.load,
    seal: prepare.seal,
    complete: prepare.complete,
    declare: prepare.declare,
    inspect: border.inspect,
    release: border.release,
    hand_over: border.handOverMove,
    cross: border.cross,
    arrive: border.arrive,
    receive: store.receive,
    deliver: store.deliver,
    hold: border.hold,
    decide: border.decide,
    cancel: prepare.cancel,
  },
  standOf: (_tx, { row }, actor) => standOf(actor, row),
  answer: ({ row: { id, number, state, rev } }) => ({ id, number, state, rev }),
  guard: ({ stand }) => (isParty(stand) ? null : { kind: 'not_found' }),
  shows: 'here',
}

/** Makes a move: one command, one transaction. Of two loads that take one seal at once, the other is told by name. */
export async function makeMove(
  deps: CaseDeps,
  actor: Actor,
  id: string,
  move: Move,
): Promise<Result<Standing, ShipmentError>> {
  try {
    return await makeCaseMove(deps, actor, shipmentMovable, id, move)
  } catch (error) {
    const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : ''
    if (constraint !== 'export_seal_on') throw error
    return err({ kind: 'seal_taken', field: 'seals', value: '', rule: 'one_load' })
  }
}
