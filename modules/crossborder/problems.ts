import { caseProblems } from '@tingzhou/casework'
import type { CommandReused, StaleRevision } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import type { ProblemTable } from '@tingzhou/http'
import type { ShipmentError } from './shipment/errors.ts'

/** A field that a rule refuses. */
export type Fault = { readonly field: string; readonly value: unknown; readonly rule: string }

export type CrossborderError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'not_permitted' }
  | ({ readonly kind: 'field_refused' } & Fault)
  | ({ readonly kind: 'taken' } & Fault)
  | ({ readonly kind: 'not_open' } & Fault)
  /** A contract has fewer pieces left than are asked for. */
  | ({ readonly kind: 'contract_overdrawn'; readonly left: number } & Fault)
  | ({ readonly kind: 'lot_overdrawn'; readonly left: number; readonly lot: string } & Fault)
  /** Below what shipments have taken already. */
  | ({ readonly kind: 'below_taken'; readonly taken: number } & Fault)
  /** A stock has fewer pieces available than are asked for. */
  | ({ readonly kind: 'stock_short'; readonly available: number } & Fault)
  | ({ readonly kind: 'period_closed' } & Fault)
  | ({ readonly kind: 'reservation_state' } & Fault)
  | ({ readonly kind: 'count_state' } & Fault)
  /** A stock moved between the opening of a sheet and its count. */
  | ({ readonly kind: 'count_moved'; readonly book: number } & Fault)
  /** Who counted does not adjust. */
  | ({ readonly kind: 'same_person' } & Fault)
  | StaleRevision

const area = 'crossborder'

/** How each refusal of crossborder travels; titles are in `locales/`. */
export const crossborderProblems = {
  ...caseProblems(area),
  not_found: { status: 404, field: 'id', rule: 'within_reach' },
  not_permitted: { status: 403, area },
  field_refused: { status: 422, area },
  taken: { status: 409, area },
  not_open: { status: 409, area },
  contract_overdrawn: { status: 409, area },
  lot_overdrawn: { status: 409, area },
  below_taken: { status: 409, area },
  stock_short: { status: 409, area },
  period_closed: { status: 422, area },
  reservation_state: { status: 409, area },
  count_state: { status: 409, area },
  count_moved: { status: 409, area },
  same_person: { status: 409, area },
  blocked: { status: 422, area },
  lots_differ: { status: 422, area },
  not_loaded: { status: 409, area },
  loaded_already: { status: 409, area },
  loaded_over: { status: 422, area },
  seal_taken: { status: 409, area },
  seal_unknown: { status: 422, area },
  document_unknown: { status: 422, area },
  document_stays: { status: 409, area },
  decision_unfit: { status: 422, area },
  time_refused: { status: 422, area },
  received_over: { status: 422, area },
  stock_left: { status: 409, area },
  waybill_unknown: { status: 422, area },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
} satisfies ProblemTable<CrossborderError | ShipmentError | AttachError | CommandReused>
