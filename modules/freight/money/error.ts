import type { Fault } from '../problems.ts'

/** Why money is not moved: each kind with the field, what stood there, and the rule with its limit. */
export type MoneyError =
  /** The rules of settlement refuse the facts of a waybill. */
  | ({ readonly kind: 'settlement_refused' } & Fault)
  /** Nothing is booked on a day that is closed. */
  | ({ readonly kind: 'period_closed' } & Fault)
  /** A payment is with the bank or on its way there. */
  | ({ readonly kind: 'payment_under_way' } & Fault)
  | ({ readonly kind: 'batch_state' } & Fault)
  /** Whoever prepared a batch does not approve it. */
  | ({ readonly kind: 'same_person' } & Fault)
  /** An account for payment was closed, or there is none. */
  | ({ readonly kind: 'payee_closed' } & Fault)
  | ({ readonly kind: 'payer_missing' } & Fault)
  | ({ readonly kind: 'nothing_due' } & Fault)
  /** A message of the bank that is not read. */
  | ({ readonly kind: 'report_refused' } & Fault)
  | ({ readonly kind: 'statement_state' } & Fault)
