import type { MoveSpec } from '@tingzhou/casework'
import type { ShipmentCase } from './case.ts'
import type { ShipmentError } from './errors.ts'
import type { Move, MoveName } from './shipment-contract.ts'
import type { Stand } from './stand.ts'

/** One move of a shipment. */
export type ShipmentMove<N extends MoveName> = MoveSpec<ShipmentCase, Stand, Extract<Move, { move: N }>, ShipmentError>
