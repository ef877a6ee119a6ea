import { commandProblems, type ProblemTable } from '@tingzhou/http'
import type { ServiceError } from './errors.ts'

const area = 'services'

/** How each refusal of the integrated services travels; titles are in `locales/`. */
export const serviceProblems = {
  not_found: { status: 404, field: 'id', rule: 'a case within reach' },
  not_in_state: { status: 409, area, field: 'move' },
  not_allowed: { status: 403, area, field: 'move' },
  task_gone: { status: 409, area, field: 'move' },
  process_refused: { status: 409, area, field: 'move' },
  unknown_one_thing: { status: 422, area },
  not_taking: { status: 422, area },
  not_for_applicant: { status: 403, area },
  wrong_target: { status: 422, area },
  department_missing: { status: 422, area },
  unknown_material: { status: 422, area },
  unknown_field: { status: 422, area },
  not_member: { status: 422, area },
  already_open: { status: 409, area },
  draft_incomplete: { status: 422, area, field: 'fields', valueIn: 'problems' },
  materials_missing: { status: 422, area, field: 'materials' },
  tolerance_refused: { status: 422, area, field: 'promise', valueIn: 'reasons' },
  second_correction_needs_reason: { status: 422, area, field: 'headReason', valueIn: 'earlier', rule: 'second_list' },
  supplement_over: { status: 409, area, field: 'id', valueIn: 'state' },
  not_sampled: { status: 409, area, field: 'move' },
  one_thing_refused: { status: 422, area, field: 'body', valueIn: 'complaints' },
  promise_over: { status: 409, area, field: 'move', valueIn: 'state', rule: 'an_open_promise' },
  promise_past_date: { status: 422, area, field: 'materials', valueIn: 'today', rule: 'until_the_due_day' },
  promise_not_due: { status: 409, area, field: 'move', valueIn: 'today', rule: 'after_the_due_day' },
  not_promised: { status: 422, area, field: 'materials', valueIn: 'material', rule: 'a_promised_material' },
  nothing_supplied: { status: 422, area, field: 'materials', rule: 'at_least_one' },
  already_extended: { status: 409, area, field: 'move', rule: 'extended_once' },
  extension_too_short: { status: 422, area, field: 'workingDays', valueIn: 'days', rule: 'one_day_or_more' },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
  calendar_not_loaded: { status: 422, area, field: 'date', rule: 'a day of the calendar' },
  ...commandProblems,
} satisfies ProblemTable<ServiceError>
