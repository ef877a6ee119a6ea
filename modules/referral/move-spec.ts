import type { StepError } from '@tingzhou/bpmn'
import type { CalendarNotLoaded } from '@tingzhou/calendar'
import type { CommandReused, StaleRevision, Tx } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import type { Result } from '@tingzhou/kernel'
import type { Vars } from '@tingzhou/process'
import type { Move, MoveName } from './order-contract.ts'
import type { Slip } from './slip.ts'
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
  | { readonly kind: 'not_found' }
  | {
      readonly kind: 'not_in_state'
      readonly move: string
      readonly state: OrderState
      readonly rule: string
      readonly states: readonly OrderState[]
    }
  | { readonly kind: 'not_allowed'; readonly move: string; readonly reason: string }
  | { readonly kind: 'task_gone'; readonly move: string; readonly state: OrderState }
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
  | { readonly kind: 'process_refused'; readonly step: StepError }
  | CalendarNotLoaded
  | (StaleRevision & { readonly state: OrderState })
  | CommandReused

/** What the process is told: a task is done, or a message has come. */
export type Told =
  | { readonly kind: 'complete'; readonly node: string; readonly vars: Vars }
  | { readonly kind: 'message'; readonly name: string; readonly vars: Vars }

export type MoveInput<N extends MoveName> = Extract<Move, { move: N }>

export type MoveStep<N extends MoveName> = {
  readonly tx: Tx
  readonly slip: Slip
  readonly stand: Stand
  readonly input: MoveInput<N>
}

/** One move: where it starts, who may make it, what it does. */
export type MoveSpec<N extends MoveName> = {
  readonly from: readonly OrderState[]
  /** null: may; else the key of the reason under `referral.reason.` */
  readonly may: (stand: Stand) => string | null
  readonly run: (step: MoveStep<N>) => Promise<Result<Told, OrderError>>
}

/** Passes when the condition holds, else gives the reason. O(1). */
export const only = (holds: boolean, reason: string): string | null => (holds ? null : reason)
