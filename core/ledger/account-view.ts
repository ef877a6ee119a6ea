import { sql } from 'kysely'
import * as z from 'zod'
import { containing, type Db } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import { balanceOf } from './balance.ts'
import type { Account, AccountQuery, Book } from './contract.ts'
import { readCursor } from './cursor-check.ts'
import { reachesAccount, seesAllAccounts } from './reach.ts'
import './tables.ts'

export type Reader = { readonly db: Db; readonly zoneId: string; readonly actor: Actor }

const booksMax = 200

/** The books with what is in reach of them; who does not see all sees those in which something is. One statement. */
export async function listBooks({ db, zoneId, actor }: Reader): Promise<z.output<typeof Book>[]> {
  const rows = await db
    .selectFrom('ledger_book as b')
    .leftJoin('ledger_account as a', (join) =>
      join
        .onRef('a.zone_id', '=', 'b.zone_id')
        .onRef('a.book_id', '=', 'b.id')
        .on(reachesAccount(actor, sql.ref('a.party_id'))),
    )
    .select(['b.key', 'b.name', 'b.closed_until as closedUntil'])
    .select([
      sql<number>`count(a.id)::int`.as('accounts'),
      sql<string[]>`coalesce(array_agg(distinct a.unit order by a.unit) filter (where a.unit is not null), '{}')`.as(
        'units',
      ),
    ])
    .where('b.zone_id', '=', zoneId)
    .groupBy(['b.zone_id', 'b.id'])
    .$if(!seesAllAccounts(actor), (query) => query.having(sql<boolean>`count(a.id) > 0`))
    .orderBy('b.key')
    .limit(booksMax)
    .execute()
  return rows
}

/** Accounts in reach, with the names of their book and of whose they are. */
const visible = ({ db, zoneId, actor }: Reader) =>
  db
    .selectFrom('ledger_account as a')
    .innerJoin('ledger_book as b', (join) => join.onRef('b.zone_id', '=', 'a.zone_id').onRef('b.id', '=', 'a.book_id'))
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'a.zone_id').onRef('p.id', '=', 'a.party_id'))
    .select([
      'a.id',
      'a.book_id as bookId',
      'b.key as book',
      'b.name as bookName',
      'a.code',
      'a.name',
      'a.unit',
      'a.side',
      'a.party_id as partyId',
      'p.name as partyName',
      'a.subject_kind as subjectKind',
      'a.subject_id as subjectId',
      'a.least',
      'a.debits',
      'a.credits',
      'a.debits_pending as debitsPending',
      'a.credits_pending as creditsPending',
      'a.opened_at as openedAt',
      'a.closed_at as closedAt',
    ])
    .where('a.zone_id', '=', zoneId)
    .where(reachesAccount(actor, sql.ref('a.party_id')))

type Found = Awaited<ReturnType<ReturnType<typeof visible>['execute']>>[number]

function rowOf(found: Found): z.output<typeof Account> {
  const { id, book, bookName, code, name, unit, side, least, openedAt, closedAt } = found
  const balance = balanceOf(side, found.debits, found.credits)
  const [pendingIn, pendingOut] =
    side === 'debit' ? [found.debitsPending, found.creditsPending] : [found.creditsPending, found.debitsPending]
  return {
    id,
    book,
    bookName,
    code,
    name,
    unit,
    side,
    party: found.partyId === '' ? null : { id: found.partyId, name: found.partyName },
    subject: found.subjectKind === '' ? null : { kind: found.subjectKind, id: found.subjectId },
    balance,
    pendingIn,
    pendingOut,
    least,
    available: balance - pendingOut,
    openedAt,
    closedAt,
  }
}

// Index ledger_account_listed; an enterprise is read by ledger_account_party.
const byBookAndCode = [
  { ref: sql.ref('a.book_id'), order: 'asc', kind: 'string', read: (row: Found) => row.bookId },
  { ref: sql.ref('a.code'), order: 'asc', kind: 'string', read: (row: Found) => row.code },
  { ref: sql.ref('a.id'), order: 'asc', kind: 'string', read: (row: Found) => row.id },
] as const
const Place = z.tuple([z.uuid(), z.string().regex(/^[a-z0-9_.-]{1,60}$/), z.uuid()])

/** Accounts in reach by book and code. One statement. */
export async function listAccounts(reader: Reader, input: z.output<typeof AccountQuery>) {
  const { book, code, unit, party, subjectKind, subjectId, show, q, cursor } = input
  if (cursor !== undefined) readCursor(cursor, ['string', 'string', 'string'], Place)
  let query = visible(reader)
  if (book !== undefined) query = query.where('b.key', '=', book)
  if (code !== undefined) query = query.where('a.code', '=', code)
  if (unit !== undefined) query = query.where('a.unit', '=', unit)
  if (party !== undefined) query = query.where('a.party_id', '=', party)
  if (subjectKind !== undefined) query = query.where('a.subject_kind', '=', subjectKind)
  if (subjectId !== undefined) query = query.where('a.subject_id', '=', subjectId)
  if (show === 'nonzero')
    query = query.where(sql<boolean>`(a.debits <> a.credits or a.debits_pending <> 0 or a.credits_pending <> 0)`)
  if (q) {
    const words = containing(q)
    query = query.where(sql<boolean>`(a.code ilike ${words} or a.name ->> 'zh' ilike ${words}
      or a.name ->> 'en' ilike ${words})`)
  }
  const { rows, next } = await keysetPage(query, byBookAndCode, input)
  return { rows: rows.map(rowOf), next, total: null }
}

/** One account; null when there is none in reach. One statement. */
export async function findAccount(reader: Reader, id: string): Promise<z.output<typeof Account> | null> {
  const found = await visible(reader).where('a.id', '=', id).executeTakeFirst()
  return found ? rowOf(found) : null
}
