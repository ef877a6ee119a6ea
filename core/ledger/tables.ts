import type { EpochMs } from '@tingzhou/kernel'
import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { Side } from './account.ts'
import type { LineKind, StoredLine } from './line.ts'

type Name = { readonly zh: string; readonly en: string }
type InstantOrNull = {
  readonly __select__: EpochMs | null
  readonly __insert__: Date | null
  readonly __update__: Date | null
}

declare module '@tingzhou/db' {
  interface Tables {
    ledger_book: { zone_id: string; id: string; key: string; name: Jsonb<Name>; closed_until: string | null }
    ledger_account: {
      zone_id: string
      id: string
      book_id: string
      code: string
      name: Jsonb<Name>
      /** Empty: nobody's, about nothing. */
      party_id: string
      subject_kind: string
      subject_id: string
      unit: string
      side: Side
      least: number | null
      debits: Generated<number>
      credits: Generated<number>
      debits_pending: Generated<number>
      credits_pending: Generated<number>
      opened_at: Instant
      closed_at: InstantOrNull
    }
    ledger_journal: {
      zone_id: string
      id: string
      book_id: string
      on_day: string
      at: Instant
      kind: string
      source_kind: string | null
      source_id: string | null
      reason: string | null
      actor_id: string
      actor_name: string
      lines: Jsonb<readonly StoredLine[]>
    }
    ledger_transfer: {
      zone_id: string
      journal_id: string
      line: number
      seq: Generated<number>
      book_id: string
      on_day: string
      kind: LineKind
      debit_id: string
      credit_id: string
      unit: string
      amount: number
      of_journal: string | null
      of_line: number | null
      released: Generated<number>
      expires_at: InstantOrNull
    }
    ledger_hold: {
      zone_id: string
      journal_id: string
      line: number
      debit_id: string
      credit_id: string
      amount: number
      expires_at: InstantOrNull
    }
    ledger_closing: { zone_id: string; account_id: string; until: string; debits: number; credits: number }
    ledger_period: {
      zone_id: string
      book_id: string
      until: string
      at: Instant
      actor_id: string
      actor_name: string
      transfers: number
      sha256: string
    }
  }
}
