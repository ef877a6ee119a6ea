import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type {
  BankSays,
  BatchState,
  EntryOutcome,
  PaymentMeans,
  PaymentState,
  ReportKind,
  StatementState,
} from './words.ts'

type PayerTable = {
  zone_id: string
  holder: string
  bank_code: string
  account_number: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type BatchTable = {
  zone_id: string
  id: string
  number: string
  state: BatchState
  payments: number
  sum_fen: number
  payer_holder: string
  payer_bank_code: string
  payer_account: string
  prepared_at: Instant
  prepared_by_id: string
  prepared_by: string
  approved_at: Instant | null
  approved_by_id: string | null
  approved_by: string | null
  rejected_why: string | null
  sent_at: Instant | null
  sent_by: string | null
  file_sha256: string | null
  rev: Generated<number>
}

type PaymentTable = {
  zone_id: string
  id: string
  waybill_id: string
  version: number
  line: string
  attempt: Generated<number>
  carrier_id: string
  amount_fen: number
  means: PaymentMeans
  state: PaymentState
  batch_id: string | null
  payee_id: string | null
  payee_holder: string | null
  payee_bank_code: string | null
  payee_account: string | null
  bank_serial: string | null
  done_at: Instant | null
  failed_why: string | null
  journal_id: string | null
  created_at: Instant
  created_by: string
  rev: Generated<number>
}

type ReportTable = {
  zone_id: string
  id: string
  kind: ReportKind
  message_id: string
  sha256: string
  entries: number
  refused: number
  received_at: Instant
  received_by: string
}

type EntryTable = {
  zone_id: string
  report_id: string
  place: number
  end_to_end_id: string
  payment_id: string | null
  says: BankSays
  amount_fen: number | null
  bank_serial: string | null
  reason: string | null
  outcome: EntryOutcome
  rule: string | null
}

type StatementTable = {
  zone_id: string
  id: string
  number: string
  shipper_id: string
  from_day: string
  until_day: string
  opening_fen: number
  billed_fen: number
  net_fen: number
  tax_fen: number
  closing_fen: number
  lines: number
  sha256: string
  state: Generated<StatementState>
  issued_at: Instant
  issued_by: string
  confirmed_at: Instant | null
  confirmed_by: string | null
  rev: Generated<number>
}

type StatementLineTable = {
  zone_id: string
  statement_id: string
  place: number
  day: string
  waybill_id: string
  version: number
  kind: 'settlement' | 'reversal'
  amount_fen: number
  net_fen: number
  tax_fen: number
}

/** A line of an invoice that was asked for; fen, the rate in basis points. */
export type InvoiceLine = {
  readonly name: string
  readonly vatBp: number
  readonly netFen: number
  readonly taxFen: number
}

type InvoiceRequestTable = {
  zone_id: string
  id: string
  statement_id: string
  title: string
  tax_number: string
  lines: Jsonb<readonly InvoiceLine[]>
  net_fen: number
  tax_fen: number
  requested_at: Instant
  requested_by: string
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_payer: PayerTable
    freight_payment_batch: BatchTable
    freight_payment: PaymentTable
    freight_bank_report: ReportTable
    freight_bank_entry: EntryTable
    freight_statement: StatementTable
    freight_statement_line: StatementLineTable
    freight_invoice_request: InvoiceRequestTable
  }
}
