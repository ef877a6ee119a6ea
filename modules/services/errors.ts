import type { StepError } from '@tingzhou/bpmn'
import type { CalendarNotLoaded } from '@tingzhou/calendar'
import type { CommandReused, StaleRevision } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import type { JudgeError, ListError, Unapprovable } from './judgement.ts'
import type { PromiseError } from './promise.ts'
import type { NothingChanged } from './setting-rules.ts'
import type { ToleranceRefusal } from './tolerance.ts'

/** One thing wrong with a draft: a field, an answer or a material, and the rule that it breaks. */
export type DraftProblem = { readonly field: string; readonly value: unknown; readonly rule: string }

type Refused<K extends string> = {
  readonly kind: K
  readonly field: string
  readonly value: unknown
  readonly rule: string
}

/** Why something is refused; each kind is one row of the problem table in `problems.ts`. */
export type ServiceError =
  | { readonly kind: 'not_found' }
  | {
      readonly kind: 'not_in_state'
      readonly move: string
      readonly state: string
      readonly rule: string
      readonly states: readonly string[]
    }
  | { readonly kind: 'not_allowed'; readonly move: string; readonly reason: string }
  | { readonly kind: 'task_gone'; readonly move: string; readonly state: string }
  | { readonly kind: 'process_refused'; readonly step: StepError }
  | (StaleRevision & { readonly state: string })
  | CommandReused
  | AttachError
  | CalendarNotLoaded
  | PromiseError
  | NothingChanged
  | JudgeError
  | ListError
  | Unapprovable
  | { readonly kind: 'nothing_asked'; readonly rule: string }
  | Refused<'unknown_one_thing'>
  | Refused<'not_taking'>
  | Refused<'not_for_applicant'>
  | Refused<'wrong_target'>
  | Refused<'mode_not_offered'>
  | Refused<'department_missing'>
  | Refused<'unknown_material'>
  | Refused<'unknown_field'>
  | Refused<'not_member'>
  | Refused<'already_open'>
  | Refused<'not_late'>
  | Refused<'file_needed'>
  | Refused<'bad_answer'>
  | Refused<'wrong_token'>
  | { readonly kind: 'already_answered'; readonly state: string }
  | { readonly kind: 'data_pending'; readonly services: readonly string[]; readonly rule: string }
  | Refused<'wrong_drawing_key'>
  | { readonly kind: 'draft_incomplete'; readonly problems: readonly DraftProblem[]; readonly rule: string }
  | { readonly kind: 'materials_missing'; readonly materials: readonly string[]; readonly rule: string }
  | {
      readonly kind: 'tolerance_refused'
      readonly reasons: readonly ToleranceRefusal['kind'][]
      readonly refusals: readonly ToleranceRefusal[]
      readonly rule: string
    }
  | { readonly kind: 'second_correction_needs_reason'; readonly earlier: number }
  | { readonly kind: 'supplement_over'; readonly state: string; readonly rule: string }
  | { readonly kind: 'not_sampled'; readonly rule: string }
  | {
      readonly kind: 'one_thing_refused'
      readonly complaints: readonly unknown[]
      readonly rule: string
    }
