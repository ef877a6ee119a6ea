import type { Tx } from '@tingzhou/db'
import type { CalendarNotLoaded } from '@tingzhou/calendar'
import type { CommandReused, StaleRevision } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import type { Result } from '@tingzhou/kernel'
import type { Vars } from '@tingzhou/process'
import type { StepError } from '@tingzhou/bpmn'
import type { Move, MoveName } from './appeal-contract.ts'
import type { ClockError } from './clocks.ts'
import type { Asks, Dossier } from './dossier.ts'
import type { Stand } from './stand.ts'
import type { AppealState } from './words.ts'

/** Why a move is refused; each kind is one row of the problem table in `problems.ts`. */
export type MoveError =
  | { readonly kind: 'not_found' }
  | {
      readonly kind: 'not_in_state'
      readonly move: string
      readonly state: AppealState
      readonly rule: string
      readonly states?: readonly AppealState[]
    }
  | { readonly kind: 'not_allowed'; readonly move: string; readonly reason: string }
  | { readonly kind: 'task_gone'; readonly move: string; readonly state: AppealState }
  | { readonly kind: 'unknown_party'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'unknown_category'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'unknown_article'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'unknown_area'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'unknown_rule'; readonly field: string; readonly value: number; readonly rule: string }
  | { readonly kind: 'bad_leader'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'own_department'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'return_window_over'; readonly until: number | null; readonly rule: string }
  | { readonly kind: 'no_second_return'; readonly rule: string }
  | { readonly kind: 'owner_needed'; readonly field: string; readonly value: null; readonly rule: string }
  | { readonly kind: 'not_member'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'assists_open'; readonly departments: readonly string[]; readonly rule: string }
  | { readonly kind: 'evidence_missing'; readonly field: string; readonly value: number; readonly rule: string }
  | { readonly kind: 'unknown_assist'; readonly field: string; readonly value: string; readonly rule: string }
  | {
      readonly kind: 'extension_refused_by_rule'
      readonly field: string
      readonly value: unknown
      readonly rule: string
    }
  | { readonly kind: 'no_extension_asked'; readonly rule: string }
  | { readonly kind: 'callback_answer_missing'; readonly field: string; readonly value: null; readonly rule: string }
  | { readonly kind: 'same_half_day'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'review_used'; readonly rule: string }
  | { readonly kind: 'past_date'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'unknown_supervision'; readonly field: string; readonly value: string; readonly rule: string }
  | AttachError
  | { readonly kind: 'process_refused'; readonly step: StepError }
  | ClockError
  | CalendarNotLoaded
  | StaleAppeal
  | CommandReused

/** Somebody moved the appeal meanwhile: where it stands now. */
export type StaleAppeal = StaleRevision & { readonly state: AppealState }

/** What the process is told: a task is done, or a message has come; null: the case stays where it is. */
export type Told =
  | { readonly kind: 'complete'; readonly node: string; readonly taskId?: string; readonly vars: Vars }
  | { readonly kind: 'message'; readonly name: string; readonly vars: Vars }
  | { readonly kind: 'set'; readonly vars: Vars }
  | null

export type MoveInput<N extends MoveName> = Extract<Move, { move: N }>

export type MoveStep<N extends MoveName> = {
  readonly tx: Tx
  readonly dossier: Dossier
  readonly stand: Stand
  readonly input: MoveInput<N>
}

/** One move of casework.md §3: where it starts, who may make it, what it does. */
export type MoveSpec<N extends MoveName> = {
  readonly from: readonly AppealState[]
  /** null: may; else the key of the reason under `needs.reason.` */
  readonly may: (stand: Stand) => string | null
  /** What it wants to know beside the appeal. Pure. */
  readonly asks?: (input: MoveInput<N>) => Asks
  readonly run: (step: MoveStep<N>) => Promise<Result<Told, MoveError>>
}

/** Passes when the condition holds, else gives the reason. O(1). */
export const only = (holds: boolean, reason: string): string | null => (holds ? null : reason)
