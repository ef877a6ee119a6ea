import { localDateOf } from '@tingzhou/calendar'
import {
  ensureBooks,
  openAccounts,
  postJournal,
  type AccountWish,
  type JournalError,
  type Line,
} from '@tingzhou/ledger'
import type { Tx } from '@tingzhou/db'
import { err, localDate, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import file from '../data/accounts.json' with { type: 'json' }
import type { CrossborderError } from '../problems.ts'

/** The key of the book of overseas stock in the ledger. */
const overseasBook = 'overseas'
type AccountCode = keyof typeof file.accounts
type AccountRule = { zh: string; en: string; side: 'debit' | 'credit'; least: number | null }
// The file is written by hand in this shape; a wrong side would not pass the ledger.
const rules = file.accounts as Readonly<Record<AccountCode, AccountRule>>

/** A stock as the ledger knows it. */
export type StockRef = { readonly id: string; readonly ownerId: string }

/** Pieces that move from one account to another, are set aside, or come from what was set aside. */
export type Posting = {
  readonly debit: StockRef | Exclude<AccountCode, 'stock'>
  readonly credit: StockRef | Exclude<AccountCode, 'stock'>
  readonly pieces: number
  /** Set aside until then. */
  readonly until?: EpochMs
  /** The journal that set aside what is booked now. */
  readonly ofJournal?: string
}

/** Makes the book of overseas stock known. One statement. */
export const keepOverseasBook = (tx: Tx, zoneId: string): Promise<void> =>
  ensureBooks(tx, zoneId, { [overseasBook]: file.book })

function wishOf(end: Posting['debit']): AccountWish {
  const code: AccountCode = typeof end === 'string' ? end : 'stock'
  const { zh, en, side, least } = rules[code]
  const own = typeof end === 'string' ? {} : { partyId: end.ownerId, subject: { kind: 'overseas_stock', id: end.id } }
  return { code, name: { zh, en }, unit: 'pcs', side, least, ...own }
}

const keyOf = (end: Posting['debit']): string => (typeof end === 'string' ? end : end.id)

type Who = { readonly accountId: string; readonly name: string }
type Head = {
  readonly id: string
  readonly kind: string
  readonly source: { readonly kind: string; readonly id: string }
  readonly reason?: string
}

/**
 * Books pieces today, all or none; a stock never has less than nothing available.
 * @param postings  1 to 500
 * Source: own, on core/ledger. Three statements.
 */
export async function postPieces(
  tx: Tx,
  zoneId: string,
  head: Head,
  postings: readonly Posting[],
  who: Who,
  now: EpochMs,
): Promise<Result<void, CrossborderError>> {
  const ends = new Map(postings.flatMap(({ debit, credit }) => [debit, credit]).map((end) => [keyOf(end), wishOf(end)]))
  const ids = await openAccounts(tx, zoneId, overseasBook, [...ends.values()], now)
  const idOf = new Map([...ends.keys()].map((key, place) => [key, ids[place] ?? '']))
  const lines = postings.map(({ debit, credit, pieces, until, ofJournal }): Line => {
    if (ofJournal !== undefined) return { kind: 'settled', of: { journalId: ofJournal, line: 1 }, amount: pieces }
    const pair = { debit: idOf.get(keyOf(debit)) ?? '', credit: idOf.get(keyOf(credit)) ?? '', amount: pieces }
    return until === undefined ? { kind: 'posted', ...pair } : { kind: 'pending', ...pair, until }
  })
  return booked(tx, zoneId, head, lines, who, now)
}

/** Frees what a journal set aside. One statement. */
export const freePieces = (tx: Tx, zoneId: string, head: Head, ofJournal: string, who: Who, now: EpochMs) =>
  booked(tx, zoneId, head, [{ kind: 'voided', of: { journalId: ofJournal, line: 1 } }], who, now)

async function booked(
  tx: Tx,
  zoneId: string,
  head: Head,
  lines: readonly Line[],
  who: Who,
  now: EpochMs,
): Promise<Result<void, CrossborderError>> {
  const { id, kind, source, reason } = head
  const day = localDate(localDateOf(now))
  const journal = { id, book: overseasBook, day, kind, source, reason: reason ?? null, lines }
  const posted = await postJournal(tx, zoneId, journal, { accountId: who.accountId, name: who.name }, now)
  return posted.ok ? ok(undefined) : err(refusalOf(posted.error, lines))
}

/** What the ledger refuses, in the words of a warehouse. @throws Error for what only a bug can cause */
function refusalOf(error: JournalError, lines: readonly Line[]): CrossborderError {
  const asked = lines.reduce((sum, line) => sum + ('amount' in line ? (line.amount ?? 0) : 0), 0)
  switch (error.kind) {
    case 'below_least':
      return {
        kind: 'stock_short',
        field: 'pieces',
        value: asked,
        rule: 'at_most_available',
        available: error.available,
      }
    case 'above_pending':
      return { kind: 'stock_short', field: 'pieces', value: asked, rule: 'at_most_reserved', available: error.pending }
    case 'pending_unknown':
    case 'pending_over':
      return { kind: 'reservation_state', field: 'reservationId', value: null, rule: 'still_reserved' }
    case 'above_range':
      return { kind: 'field_refused', field: 'pieces', value: asked, rule: 'above_range' }
    case 'period_closed':
      return { kind: 'period_closed', field: 'onDay', value: error.day, rule: `after ${error.until}` }
    default:
      throw new Error(`the ledger refuses overseas stock: ${JSON.stringify(error)}`)
  }
}
