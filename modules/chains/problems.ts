import { caseProblems, type CaseError } from '@tingzhou/casework'
import type { CommandReused, StaleRevision } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import type { ProblemTable } from '@tingzhou/http'

/** A field that a rule refuses. */
export type Fault = { readonly field: string; readonly value: string; readonly rule: string }

export type ChainsError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'not_permitted' }
  | ({ readonly kind: 'field_refused' } & Fault)
  | ({ readonly kind: 'taken' } & Fault)
  | ({ readonly kind: 'not_open' } & Fault)
  | ({ readonly kind: 'run_under_way' } & Fault)
  | ({ readonly kind: 'figures_refused' } & Fault)
  /** The line has a target that is not closed. */
  | ({ readonly kind: 'target_open' } & Fault)
  | ({ readonly kind: 'plant_taken' } & Fault)
  | StaleRevision

const area = 'chains'

/** How each refusal of the chains travels; titles are in `locales/`. */
export const chainsProblems = {
  ...caseProblems(area),
  not_found: { status: 404, field: 'id', rule: 'within_reach' },
  not_permitted: { status: 403, area },
  field_refused: { status: 422, area },
  taken: { status: 409, area },
  not_open: { status: 409, area },
  run_under_way: { status: 409, area },
  figures_refused: { status: 422, area },
  target_open: { status: 409, area },
  plant_taken: { status: 409, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
} satisfies ProblemTable<ChainsError | CaseError | AttachError | CommandReused>
