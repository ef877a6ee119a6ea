import type { MoveSpec } from '@tingzhou/casework'
import type { MoneyError } from '../money/error.ts'
import type { WaybillCase } from './case.ts'
import type { WaybillError } from './errors.ts'
import type { Stand } from './stand.ts'
import type { Move, MoveName } from './waybill-contract.ts'

/** Why a move is refused. */
export type MoveError = WaybillError | MoneyError

/** One move of a waybill. */
export type WaybillMove<N extends MoveName> = MoveSpec<WaybillCase, Stand, Extract<Move, { move: N }>, MoveError>
