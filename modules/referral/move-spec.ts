import type { CalendarNotLoaded } from '@tingzhou/calendar'
import type { CaseError, MoveSpec } from '@tingzhou/casework'
import type { AttachError } from '@tingzhou/files'
import type { Move, MoveName } from './order-contract.ts'
import type { OrderCase } from './slip.ts'
import type { Stand } from './stand.ts'
import type { OrderState } from './words.ts'

type Field<K extends string, V = string> = {
  readonly kind: K
  readonly field: string
  readonly value: V
  readonly rule: string
}

/** Why something about an order is refused; each kind is one row of the problem table in `problems.ts`. */
export type OrderError =
  | CaseError
  /** Somebody who was asked comes too late: how the offer ended and where the order stands. */
  | { readonly kind: 'offer_over'; readonly move: string; readonly state: OrderState; readonly answer: string }
  | Field<'identity_in_text'>
  | Field<'ready_in_past', number>
  | Field<'birth_year_ahead', number>
  | Field<'unknown_item'>
  | Field<'item_repeated'>
  | Field<'unknown_reason'>
  | Field<'unknown_institution'>
  | Field<'wrong_side'>
  | Field<'not_your_institution'>
  | Field<'consent_missing', boolean>
  | Field<'files_outside_consent', number>
  | AttachError
  | CalendarNotLoaded

/** One move of an order. */
export type OrderMove<N extends MoveName> = MoveSpec<OrderCase, Stand, Extract<Move, { move: N }>, OrderError>
