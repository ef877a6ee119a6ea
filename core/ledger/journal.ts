import { sql } from 'kysely'
import { at, jsonb, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type LocalDate, type Result } from '@tingzhou/kernel'
import { linesMax, toStored, type Line } from './line.ts'
import './tables.ts'

/** Transfers that are booked together, for one reason: all of them or none. */
export type Journal = {
  /** Made by whoever books; the same id with the same content is the same journal. */
  readonly id: string
  readonly book: string
  /** The day it counts for, in the zone's time zone. */
  readonly day: LocalDate
  /** What it is, such as `settlement`. */
  readonly kind: string
  readonly source?: { readonly kind: string; readonly id: string } | null
  readonly reason?: string | null
  readonly lines: readonly Line[]
}

type OfLine = { readonly line: number }

/** Why a journal was not booked; nothing of it was. Lines count from 1. */
export type JournalError =
  | { readonly kind: 'book_unknown'; readonly book: string }
  | { readonly kind: 'journal_differs'; readonly id: string }
  | { readonly kind: 'period_closed'; readonly day: string; readonly until: string }
  | (OfLine & { readonly kind: 'account_unknown'; readonly account: string })
  | (OfLine & { readonly kind: 'same_account'; readonly account: string })
  | (OfLine & { readonly kind: 'units_differ'; readonly debit: string; readonly credit: string })
  | (OfLine & { readonly kind: 'pending_unknown' })
  | (OfLine & { readonly kind: 'pending_over' })
  | (OfLine & { readonly kind: 'above_pending'; readonly amount: number; readonly pending: number })
  | {
      readonly kind: 'below_least'
      readonly account: string
      readonly code: string
      readonly unit: string
      readonly least: number
      /** What was there to take from, before this journal. */
      readonly available: number
    }
  | { readonly kind: 'above_range'; readonly account: string; readonly code: string }

export type Booker = { readonly accountId: string; readonly name: string }

type Answer = { readonly repeated: boolean } | { readonly refused: string }

/**
 * Books a journal. Accounts stay locked until the transaction ends: book last. After a refusal the transaction may go on.
 * @returns whether it was booked before, with the same content
 * @throws Error for no line, more than 500, or an amount that is no whole number above zero
 * Source: double entry with transfers in two phases, as TigerBeetle's data model has them; own. One statement, O(lines).
 */
export async function postJournal(
  tx: Tx,
  zoneId: string,
  journal: Journal,
  who: Booker,
  now: EpochMs,
): Promise<Result<{ readonly repeated: boolean }, JournalError>> {
  const { id, book, day, kind, source, reason, lines } = journal
  assert(lines.length > 0 && lines.length <= linesMax, `a journal has 1 to ${linesMax} lines, not ${lines.length}`)
  const { rows } = await sql<{
    readonly answer: Answer
  }>`select ledger_post(${zoneId}, ${id}, ${book}, ${day}, ${at(now)}, ${kind},
    ${source?.kind ?? null}, ${source?.id ?? null}, ${reason ?? null}, ${who.accountId}, ${who.name},
    ${jsonb(lines.map(toStored))}::jsonb) as answer`.execute(tx)
  const answer = rows[0]?.answer
  assert(answer, 'the database answers')
  if ('repeated' in answer) return ok({ repeated: answer.repeated })
  const { refused, ...rest } = answer
  const known = { book_unknown: { book }, journal_differs: { id }, period_closed: { day } }[refused]
  // The function in the database names these kinds with their fields.
  return err({ kind: refused, ...rest, ...known } as JournalError)
}
