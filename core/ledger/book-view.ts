import { sql } from 'kysely'
import * as z from 'zod'
import { keysetPage, problem } from '@tingzhou/http'
import { Day } from '@tingzhou/http/contract'
import type { LocalDate } from '@tingzhou/kernel'
import type { Reader } from './account-view.ts'
import { balanceOf, trialBalance, trialRowsMax } from './balance.ts'
import { readCursor } from './cursor-check.ts'
import './tables.ts'

type Found = { readonly id: string; readonly closedUntil: string | null }

/** A book by its key; null when there is none. One statement. */
export async function findBook({ db, zoneId }: Reader, key: string): Promise<Found | null> {
  const found = await db
    .selectFrom('ledger_book')
    .select(['id', 'closed_until as closedUntil'])
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .executeTakeFirst()
  return found ?? null
}

/** The trial balance of a book with the totals of each unit. One statement. */
export async function readTrial({ db, zoneId }: Reader, { id }: Found, day: LocalDate) {
  const rows = await trialBalance(db, zoneId, id, day)
  if (rows.length > trialRowsMax)
    throw problem({
      kind: 'trial_too_large',
      status: 422,
      area: 'ledger',
      field: 'book',
      rule: `at most ${trialRowsMax} codes`,
      meta: { max: trialRowsMax },
    })
  const sums = new Map<string, { readonly debits: number; readonly credits: number }>()
  for (const { unit, debits, credits } of rows) {
    const sum = sums.get(unit) ?? { debits: 0, credits: 0 }
    sums.set(unit, { debits: sum.debits + debits, credits: sum.credits + credits })
  }
  return {
    rows: rows.map((row) => ({ ...row, balance: balanceOf(row.side, row.debits, row.credits) })),
    totals: [...sums].map(([unit, { debits, credits }]) => ({ unit, debits, credits, difference: debits - credits })),
  }
}

const Place = z.tuple([Day])

/** Closed periods of a book, newest first. One statement. */
export async function listPeriods(
  { db, zoneId }: Reader,
  { id }: Found,
  page: { readonly book: string; readonly cursor?: string | undefined; readonly limit: number },
) {
  if (page.cursor !== undefined) readCursor(page.cursor, ['string'], Place)
  const query = db
    .selectFrom('ledger_period as p')
    .select(['p.until', 'p.at', 'p.actor_name as actor', 'p.transfers', 'p.sha256'])
    .where('p.zone_id', '=', zoneId)
    .where('p.book_id', '=', id)
  const { rows, next } = await keysetPage(
    query,
    [{ ref: sql.ref('p.until'), order: 'desc', kind: 'string', read: (row) => row.until }],
    page,
  )
  return { rows: rows.map((row) => ({ book: page.book, ...row })), next, total: null }
}
