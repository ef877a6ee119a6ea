import { assert, type EpochMs } from '@tingzhou/kernel'

/** What a transfer does: it is booked, it is set aside, or it says what became of one that was set aside. */
export type LineKind = 'posted' | 'pending' | 'settled' | 'voided' | 'expired'

/** A transfer that was set aside: its journal and its line there, from 1. */
export type PendingRef = { readonly journalId: string; readonly line: number }

/**
 * One transfer of a journal, in whole numbers of the smallest part of its accounts' unit.
 * `settled` books what was set aside, or less of it: the rest is free again. `expired` is only for what is past its time.
 */
export type Line =
  | { readonly kind: 'posted'; readonly debit: string; readonly credit: string; readonly amount: number }
  | {
      readonly kind: 'pending'
      readonly debit: string
      readonly credit: string
      readonly amount: number
      /** When it is free again by itself; null: when somebody says so. */
      readonly until: EpochMs | null
    }
  | { readonly kind: 'settled'; readonly of: PendingRef; readonly amount?: number }
  | { readonly kind: 'voided' | 'expired'; readonly of: PendingRef }

/** A line as the database takes it. */
export type StoredLine = {
  readonly kind: LineKind
  readonly debit?: string
  readonly credit?: string
  readonly amount?: number
  readonly until?: number
  readonly journal?: string
  readonly line?: number
}

/** Lines of one journal. */
export const linesMax = 500

/**
 * A line as it is sent, the same text for the same content. O(1).
 * @throws Error for an amount that is no safe whole number above zero: a bug of the caller, who has rounded before
 */
export function toStored(line: Line): StoredLine {
  if ('amount' in line && line.amount !== undefined)
    assert(
      Number.isSafeInteger(line.amount) && line.amount > 0,
      `an amount is a whole number above zero, not ${line.amount}`,
    )
  switch (line.kind) {
    case 'posted':
      return { kind: line.kind, debit: line.debit, credit: line.credit, amount: line.amount }
    case 'pending': {
      const { kind, debit, credit, amount, until } = line
      return { kind, debit, credit, amount, ...(until === null ? {} : { until }) }
    }
    case 'settled': {
      const { kind, of, amount } = line
      return { kind, journal: of.journalId, line: of.line, ...(amount === undefined ? {} : { amount }) }
    }
    case 'voided':
    case 'expired':
      return { kind: line.kind, journal: line.of.journalId, line: line.of.line }
  }
}
