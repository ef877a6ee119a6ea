import type { ProblemTable } from '@tingzhou/http'
import type { RaiseError } from './appeal.ts'
import type { MoveError } from './move-spec.ts'

const area = 'appeal'

/** How each refusal of the needs loop travels; titles are in `locales/`. */
export const appealProblems = {
  not_found: { status: 404 },
  not_in_state: { status: 409, area },
  not_allowed: { status: 403, area },
  task_gone: { status: 409, area },
  unknown_party: { status: 422, area },
  unknown_category: { status: 422, area },
  unknown_article: { status: 422, area },
  bad_leader: { status: 422, area },
  own_department: { status: 422, area },
  return_window_over: { status: 422, area },
  no_second_return: { status: 422, area },
  owner_needed: { status: 422, area },
  not_member: { status: 422, area },
  assists_open: { status: 422, area },
  evidence_missing: { status: 422, area },
  unknown_assist: { status: 422, area },
  extension_refused_by_rule: { status: 422, area },
  no_extension_asked: { status: 409, area },
  callback_answer_missing: { status: 422, area },
  same_half_day: { status: 422, area },
  review_used: { status: 422, area },
  past_date: { status: 422, area },
  unknown_supervision: { status: 422, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
  process_refused: { status: 409, area },
  no_clock_rule: { status: 422, area },
  calendar_not_loaded: { status: 422 },
  stale_revision: { status: 409 },
  command_reused: { status: 409 },
  not_for_enterprise: { status: 403, area },
  enterprise_needed: { status: 422, area },
} satisfies ProblemTable<MoveError | RaiseError>
