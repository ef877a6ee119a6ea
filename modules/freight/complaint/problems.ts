import { caseProblems } from '@tingzhou/casework'
import type { ProblemTable } from '@tingzhou/http'
import type { ComplaintError } from './moves.ts'

const area = 'freight-complaint'

/** How each refusal of a complaint's moves travels; titles are in `locales/`. */
export const complaintProblems = {
  ...caseProblems(area),
  field_refused: { status: 422, area: 'freight' },
  file_unknown: { status: 422, field: 'photoIds' },
  file_not_yours: { status: 422, field: 'photoIds' },
  file_already_attached: { status: 422, field: 'photoIds' },
} satisfies ProblemTable<ComplaintError>
