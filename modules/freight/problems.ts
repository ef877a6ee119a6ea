import type { CommandReused, StaleRevision } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import { commandProblems, type ProblemTable } from '@tingzhou/http'
import type { SheetError } from '@tingzhou/sheets'

/** A field that a rule refuses; a number in `value` is masked. */
export type Fault = { readonly field: string; readonly value: string; readonly rule: string }

export type FreightError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'not_allowed' }
  | ({ readonly kind: 'field_refused' } & Fault)
  | ({ readonly kind: 'taken' } & Fault)
  | ({ readonly kind: 'not_open' } & Fault)
  | ({ readonly kind: 'account_unknown' } & Fault)
  | StaleRevision
  | AttachError

const area = 'freight'

/** How each refusal of freight travels; titles are in `locales/`. */
export const freightProblems = {
  ...commandProblems,
  not_found: { status: 404, field: 'id', rule: 'within_reach' },
  not_allowed: { status: 403, area },
  field_refused: { status: 422, area },
  taken: { status: 409, area },
  not_open: { status: 409, area },
  account_unknown: { status: 422, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
  sheet_over_limit: { status: 422, field: 'fileId' },
  sheet_unreadable: { status: 422, field: 'fileId' },
} satisfies ProblemTable<FreightError | SheetError | CommandReused>
