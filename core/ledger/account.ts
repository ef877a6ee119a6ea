import { sql } from 'kysely'
import { at, jsonb, newId, type Tx } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import './tables.ts'
import type { UnitCode } from './unit.ts'

type Name = { readonly zh: string; readonly en: string }

/** The side on which an account grows: what one has and what it cost, or what one owes and what one earned. */
export type Side = 'debit' | 'credit'

/** What an account is: the same wish is the same account. */
export type AccountWish = {
  /** What kind of account of the book, such as `carrier_payable`. */
  readonly code: string
  readonly name: Name
  readonly unit: UnitCode
  readonly side: Side
  /** Whose it is. */
  readonly partyId?: string | null
  /** What it is about, such as one waybill. */
  readonly subject?: { readonly kind: string; readonly id: string } | null
  /** The least that must stay available, on its side; null: it may go anywhere. Counts when the account is new. */
  readonly least?: number | null
}

/**
 * Makes the books known that a module keeps; those that are there stay. One statement.
 * @param books  by their keys
 */
export async function ensureBooks(tx: Tx, zoneId: string, books: Readonly<Record<string, Name>>): Promise<void> {
  const rows = Object.entries(books).map(([key, name]) => ({
    zone_id: zoneId,
    id: newId(),
    key,
    name: jsonb(name),
    closed_until: null,
  }))
  await tx
    .insertInto('ledger_book')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['zone_id', 'key']).doNothing())
    .execute()
}

const accountsMax = 500

/**
 * The accounts that are wished for, opened where they are not there yet.
 * @param book  key of a book that is known
 * @param wishes  at most 500
 * @returns their ids, in the order of the wishes
 * @throws Error when the book is not known, or an account is there with another side
 * Source: own. Two statements.
 */
export async function openAccounts(
  tx: Tx,
  zoneId: string,
  book: string,
  wishes: readonly AccountWish[],
  now: EpochMs,
): Promise<readonly string[]> {
  assert(wishes.length <= accountsMax, `at most ${accountsMax} accounts at once`)
  if (wishes.length === 0) return []
  const asked = wishes.map((wish, place) => ({
    place,
    id: newId(),
    code: wish.code,
    name: wish.name,
    unit: wish.unit,
    side: wish.side,
    party: wish.partyId ?? '',
    kind: wish.subject?.kind ?? '',
    subject: wish.subject?.id ?? '',
    least: wish.least ?? null,
  }))
  const records = sql`jsonb_to_recordset(${jsonb(asked)}::jsonb) as w (
    place int, id uuid, code text, name jsonb, unit text, side text, party text, kind text, subject text, least bigint)`
  // In the order of their keys: two who open the same accounts never wait for each other in a circle.
  await sql`insert into ledger_account (zone_id, id, book_id, code, name, party_id, subject_kind, subject_id, unit, side, least, opened_at)
    select ${zoneId}, w.id, b.id, w.code, w.name, w.party, w.kind, w.subject, w.unit, w.side, w.least, ${at(now)}
    from ${records} join ledger_book b on b.zone_id = ${zoneId} and b.key = ${book}
    order by w.code, w.unit, w.party, w.kind, w.subject
    on conflict on constraint ledger_account_is do nothing`.execute(tx)
  const { rows } = await sql<{ readonly place: number; readonly id: string; readonly side: Side }>`
    select w.place, a.id, a.side from ${records}
    join ledger_book b on b.zone_id = ${zoneId} and b.key = ${book}
    join ledger_account a on a.zone_id = ${zoneId} and a.book_id = b.id and a.code = w.code and a.unit = w.unit
      and a.party_id = w.party and a.subject_kind = w.kind and a.subject_id = w.subject
    order by w.place`.execute(tx)
  assert(rows.length === wishes.length, `book ${book} is known and each account is there once`)
  return rows.map(({ id, place, side }) => {
    assert(wishes[place]?.side === side, `account ${wishes[place]?.code} is on the ${side} side`)
    return id
  })
}
