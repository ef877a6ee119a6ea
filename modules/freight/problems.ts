import type { CommandReused, StaleRevision } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import { commandProblems, type ProblemTable } from '@tingzhou/http'
import type { SheetError } from '@tingzhou/sheets'
import type { MoneyError } from './money/error.ts'
import type { BeginError } from './waybill/errors.ts'
import { beginProblems } from './waybill/problems.ts'

/** A field that a rule refuses; a number in `value` is masked. */
export type Fault = { readonly field: string; readonly value: string; readonly rule: string }

export type FreightError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'not_allowed' }
  | ({ readonly kind: 'field_refused' } & Fault)
  | ({ readonly kind: 'taken' } & Fault)
  | ({ readonly kind: 'not_open' } & Fault)
  | ({ readonly kind: 'account_unknown' } & Fault)
  // A load has no room for what somebody would take.
  | ({ readonly kind: 'load_taken'; readonly left: number } & Fault)
  // A load, bid or share is not where a step may be made.
  | ({ readonly kind: 'load_state' } & Fault)
  | ({ readonly kind: 'bidding_over' } & Fault)
  | ({ readonly kind: 'bidding_open' } & Fault)
  | ({ readonly kind: 'trips_used' } & Fault)
  // An upload or a reconciliation is not where a step may be made; the regulator gave nothing to work with.
  | ({ readonly kind: 'upload_state' } & Fault)
  | ({ readonly kind: 'count_state' } & Fault)
  | ({ readonly kind: 'regulator_silent' } & Fault)
  // A waybill or a rating is not where it may be rated.
  | ({ readonly kind: 'rating_state' } & Fault)
  // Another wave is made; nothing of a trial is sent; a pair is not where it can be taken back; the solver says no.
  | ({ readonly kind: 'wave_under_way' } & Fault)
  | ({ readonly kind: 'wave_trial' } & Fault)
  | ({ readonly kind: 'wave_pair_state' } & Fault)
  | ({ readonly kind: 'wave_refused' } & Fault)
  // Another day of dispatch is reckoned; a day cannot be.
  | ({ readonly kind: 'dispatch_day_under_way' } & Fault)
  | ({ readonly kind: 'dispatch_day_refused' } & Fault)
  // A truck that was chosen may not go; a tour is not where it can be taken back; nothing can be planned.
  | ({ readonly kind: 'tour_truck' } & Fault)
  | ({ readonly kind: 'tour_state' } & Fault)
  | ({ readonly kind: 'tour_refused' } & Fault)
  // A trip, a next load or a plan is not where that may be done; a truck has its next load; a load does not fit after the trip.
  | ({ readonly kind: 'next_state' } & Fault)
  | ({ readonly kind: 'next_booked' } & Fault)
  | ({ readonly kind: 'next_misfit' } & Fault)
  | ({ readonly kind: 'chain_refused' } & Fault)
  // A slot is full, or a waybill is not where its slot may be changed.
  | ({ readonly kind: 'slot_full' } & Fault)
  | ({ readonly kind: 'slot_state' } & Fault)
  | MoneyError
  | StaleRevision
  | AttachError
  | BeginError

const area = 'freight'

/** How each refusal of freight travels; titles are in `locales/`. */
export const freightProblems = {
  ...commandProblems,
  ...beginProblems,
  not_found: { status: 404, field: 'id', rule: 'within_reach' },
  not_allowed: { status: 403, area },
  field_refused: { status: 422, area },
  taken: { status: 409, area },
  not_open: { status: 409, area },
  account_unknown: { status: 422, area },
  load_taken: { status: 409, area },
  load_state: { status: 409, area },
  bidding_over: { status: 409, area },
  bidding_open: { status: 409, area },
  trips_used: { status: 409, area },
  upload_state: { status: 409, area: 'freight-upload' },
  count_state: { status: 409, area: 'freight-upload' },
  regulator_silent: { status: 502, area: 'freight-upload' },
  rating_state: { status: 409, area: 'freight-rating' },
  wave_under_way: { status: 409, area: 'freight-wave' },
  wave_trial: { status: 409, area: 'freight-wave' },
  wave_pair_state: { status: 409, area: 'freight-wave' },
  wave_refused: { status: 422, area: 'freight-wave' },
  dispatch_day_under_way: { status: 409, area: 'freight-ratio' },
  dispatch_day_refused: { status: 422, area: 'freight-ratio' },
  slot_full: { status: 409, area: 'freight-dock' },
  slot_state: { status: 409, area: 'freight-dock' },
  tour_truck: { status: 409, area: 'freight-tour' },
  tour_state: { status: 409, area: 'freight-tour' },
  tour_refused: { status: 422, area: 'freight-tour' },
  next_state: { status: 409, area: 'freight-chain' },
  next_booked: { status: 409, area: 'freight-chain' },
  next_misfit: { status: 422, area: 'freight-chain' },
  chain_refused: { status: 422, area: 'freight-chain' },
  settlement_refused: { status: 422, area },
  period_closed: { status: 422, area },
  payment_under_way: { status: 409, area },
  batch_state: { status: 409, area },
  same_person: { status: 409, area },
  payee_closed: { status: 409, area },
  payer_missing: { status: 422, area },
  nothing_due: { status: 409, area },
  report_refused: { status: 422, area },
  statement_state: { status: 409, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
  sheet_over_limit: { status: 422, field: 'fileId' },
  sheet_unreadable: { status: 422, field: 'fileId' },
} satisfies ProblemTable<FreightError | SheetError | CommandReused>
