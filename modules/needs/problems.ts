import { commandProblems, type ProblemTable } from '@tingzhou/http'
import type { RaiseError } from './appeal.ts'
import type { MoveError } from './move-spec.ts'

const area = 'appeal'

/** How each refusal of the needs loop travels; titles are in `locales/`. */
export const appealProblems = {
  not_found: { status: 404, field: 'id', rule: 'an appeal within reach' },
  not_in_state: { status: 409, area, field: 'move' },
  not_allowed: { status: 403, area, field: 'move' },
  task_gone: { status: 409, area, field: 'move' },
  unknown_party: { status: 422, area },
  unknown_category: { status: 422, area },
  unknown_article: { status: 422, area },
  unknown_area: { status: 422, area },
  unknown_rule: { status: 422, area },
  bad_leader: { status: 422, area },
  own_department: { status: 422, area },
  return_window_over: { status: 422, area, field: 'until' },
  no_second_return: { status: 422, area, field: 'move' },
  owner_needed: { status: 422, area },
  not_member: { status: 422, area },
  assists_open: { status: 422, area, field: 'departments' },
  evidence_missing: { status: 422, area },
  unknown_assist: { status: 422, area },
  extension_refused_by_rule: { status: 422, area },
  no_extension_asked: { status: 409, area, field: 'move' },
  callback_answer_missing: { status: 422, area },
  same_half_day: { status: 422, area },
  review_used: { status: 422, area, field: 'move' },
  past_date: { status: 422, area },
  unknown_supervision: { status: 422, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
  process_refused: { status: 409, area, field: 'move' },
  no_clock_rule: { status: 422, area, field: 'class' },
  calendar_not_loaded: { status: 422, field: 'date', rule: 'a day of the calendar' },
  ...commandProblems,
  not_for_enterprise: { status: 403, area },
  enterprise_needed: { status: 422, area },
} satisfies ProblemTable<MoveError | RaiseError>
