import { caseProblems } from '@tingzhou/casework'
import type { UploadError } from '@tingzhou/files'
import type { ProblemTable } from '@tingzhou/http'
import type { BeginError, WaybillError } from './errors.ts'

const area = 'freight-waybill'

/** How the refusals of a waybill that is being made travel. */
export const beginProblems = {
  blocked: { status: 422, area },
  over_rated_load: { status: 422, area },
  trip_taken: { status: 409, area },
  process_refused: { status: 409, area, field: 'move' },
} satisfies ProblemTable<BeginError>

/** How each refusal of a waybill travels; titles are in `locales/`. */
export const waybillProblems = {
  ...caseProblems(area),
  ...beginProblems,
  offer_over: { status: 409, area },
  load_gone: { status: 409, area },
  outside_fence: { status: 422, area },
  weights_swapped: { status: 422, area },
  net_not_positive: { status: 422, area },
  over_legal_gross: { status: 422, area },
  photo_required: { status: 422, area },
  photo_used: { status: 409, area },
  photo_not_image: { status: 422, area },
  source_not_yours: { status: 403, area },
  place_unknown: { status: 422, area },
  same_place: { status: 422, area },
  same_vehicle: { status: 422, area },
  code_wrong: { status: 422, area },
  proof_missing: { status: 422, area },
  dispute_late: { status: 409, area },
  audit_blocked: { status: 422, area },
  override_useless: { status: 422, area },
  why_missing: { status: 422, area },
  not_paid: { status: 409, area },
  link_spent: { status: 410, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
} satisfies ProblemTable<WaybillError>

/** How refusals of a picture that comes with a signature travel, as those of any upload. */
export const uploadProblems = {
  file_too_large: { status: 413, area: 'files' },
  file_empty: { status: 422, area: 'files' },
  file_type_not_allowed: { status: 415, area: 'files' },
  file_type_mismatch: { status: 422, area: 'files' },
  file_not_an_image: { status: 422, area: 'files' },
  image_too_large: { status: 422, area: 'files' },
} satisfies ProblemTable<UploadError>
