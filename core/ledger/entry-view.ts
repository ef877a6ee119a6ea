import * as z from 'zod'
import { encodeCursor } from '@tingzhou/http'
import { Day } from '@tingzhou/http/contract'
import { localDate, type LocalDate } from '@tingzhou/kernel'
import type { Reader } from './account-view.ts'
import { balancesAt, statementOf, type Entry, type EntryPlace } from './balance.ts'
import type { Side } from './account.ts'
import { readCursor } from './cursor-check.ts'
import { endsOf, type End } from './end-view.ts'

export type Span = { readonly from: LocalDate; readonly until: LocalDate }
export type SeenEntry = Omit<Entry, 'other'> & { readonly other: End }
type Held = { readonly id: string; readonly side: Side }

const Place = z.tuple([Day, z.int().min(0)])

const placeOf = (cursor: string | undefined): EntryPlace | null => {
  if (cursor === undefined) return null
  const [day, seq] = readCursor(cursor, ['string', 'number'], Place)
  return { day, seq }
}

/** A page of an account that is in reach, with whatever is in reach of the other ends. Three statements. */
async function readPage(reader: Reader, account: Held, span: Span, after: EntryPlace | null, limit: number) {
  const { db, zoneId } = reader
  const { opening, entries, hasMore } = await statementOf(db, zoneId, account, span, after, limit)
  const { end } = await endsOf(
    reader,
    entries.map(({ other }) => other),
  )
  const last = entries.at(-1)
  const rows = entries.map((entry): SeenEntry => ({ ...entry, other: end(entry.other) }))
  return { opening, rows, after: hasMore && last ? { day: last.day, seq: last.seq } : null }
}

/** A page of the statement of an account that is in reach. Four statements. */
export async function readStatement(
  reader: Reader,
  account: Held,
  span: Span,
  page: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const place = placeOf(page.cursor)
  const { opening, rows, after } = await readPage(reader, account, span, place, page.limit)
  const closing = await balanceAt(reader, account, span.until)
  return { ...span, opening, closing, rows, next: after ? encodeCursor([after.day, after.seq]) : null }
}

/** Balance of an account at the end of a day. One statement. */
export async function balanceAt({ db, zoneId }: Reader, { id }: Held, day: LocalDate): Promise<number> {
  const [balance] = await balancesAt(db, zoneId, [id], day)
  return balance?.balance ?? 0
}

const exportPage = 5_000

/** The whole statement under a span, a part at a time. */
export async function* allEntries(reader: Reader, account: Held, span: Span) {
  for (let after: EntryPlace | null = null; ;) {
    const part: Awaited<ReturnType<typeof readPage>> = await readPage(reader, account, span, after, exportPage)
    yield part.rows
    if (part.after === null) return
    after = part.after
  }
}

/** The days that were asked for: up to today, from the first of the month, where nothing else is said. O(1). */
export function spanOf(
  asked: { readonly from?: string | undefined; readonly until?: string | undefined },
  today: string,
): Span {
  const until = asked.until ?? today
  return { from: localDate(asked.from ?? `${until.slice(0, 7)}-01`), until: localDate(until) }
}
