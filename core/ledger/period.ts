import { sql } from 'kysely'
import { at, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type LocalDate, type Result } from '@tingzhou/kernel'
import type { Booker } from './journal.ts'
import './tables.ts'

export type PeriodError =
  | { readonly kind: 'book_unknown'; readonly book: string }
  | { readonly kind: 'day_not_over'; readonly day: string; readonly today: string }
  | { readonly kind: 'closed_already'; readonly day: string; readonly until: string }

export type ClosedPeriod = { readonly until: string; readonly transfers: number; readonly sha256: string }

/**
 * Closes a book up to and on a day: nothing is booked on these days any more. Keeps what every account came to, and a hash of
 * the period's transfers chained to the period before. Journals of the book wait meanwhile.
 * @param until  a day that is over
 * @param today  in the zone's time zone
 * Source: own. Six statements, O(transfers of the period + accounts).
 */
export async function closePeriod(
  tx: Tx,
  zoneId: string,
  book: string,
  until: LocalDate,
  today: LocalDate,
  who: Booker,
  now: EpochMs,
): Promise<Result<ClosedPeriod, PeriodError>> {
  const found = await tx
    .selectFrom('ledger_book')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('key', '=', book)
    .executeTakeFirst()
  if (!found) return err({ kind: 'book_unknown', book })
  if (until >= today) return err({ kind: 'day_not_over', day: until, today })
  await sql`select pg_advisory_xact_lock(ledger_lock(${zoneId}, ${found.id}))`.execute(tx)
  const { closed_until: closed } = await tx
    .selectFrom('ledger_book')
    .select('closed_until')
    .where('zone_id', '=', zoneId)
    .where('id', '=', found.id)
    .executeTakeFirstOrThrow()
  if (closed !== null && closed >= until) return err({ kind: 'closed_already', day: until, until: closed })
  await sql`with moved as (
      select m.id, sum(m.debits) as debits, sum(m.credits) as credits
      from ledger_transfer t
      cross join lateral (values (t.debit_id, t.amount, 0), (t.credit_id, 0, t.amount)) m (id, debits, credits)
      where t.zone_id = ${zoneId} and t.book_id = ${found.id} and t.kind in ('posted', 'settled')
        and t.on_day > ${closed ?? '-infinity'}::date and t.on_day <= ${until}::date
      group by m.id)
    insert into ledger_closing (zone_id, account_id, until, debits, credits)
    select ${zoneId}, m.id, ${until}::date, coalesce(c.debits, 0) + m.debits, coalesce(c.credits, 0) + m.credits
    from moved m left join lateral (select k.debits, k.credits from ledger_closing k
      where k.zone_id = ${zoneId} and k.account_id = m.id order by k.until desc limit 1) c on true`.execute(tx)
  const { rows } =
    await sql<ClosedPeriod>`insert into ledger_period (zone_id, book_id, until, at, actor_id, actor_name, transfers, sha256)
    select ${zoneId}, ${found.id}, ${until}::date, ${at(now)}, ${who.accountId}, ${who.name}, s.transfers, s.sha256
    from ${periodSeal(zoneId, found.id, closed, until)} s
    returning until::text, transfers, sha256`.execute(tx)
  await tx
    .updateTable('ledger_book')
    .set({ closed_until: until })
    .where('zone_id', '=', zoneId)
    .where('id', '=', found.id)
    .execute()
  const [row] = rows
  if (!row) throw new Error('a period that is closed has a row')
  return ok(row)
}

/**
 * The number and the hash of the transfers of a period, chained to the one before: SHA-256 over the hashes of the transfers, each
 * over a JSON array, in the order in which they were booked.
 * @param after  the day before the period; null: from the beginning
 */
export const periodSeal = (zoneId: string, bookId: string, after: string | null, until: string) => sql`(
  select count(*) as transfers, encode(sha256(convert_to(coalesce((select p.sha256 from ledger_period p
      where p.zone_id = ${zoneId} and p.book_id = ${bookId} and p.until = ${after}::date), ''), 'UTF8')
    || coalesce(string_agg(sha256(convert_to(jsonb_build_array(t.journal_id, t.line, t.on_day, t.kind, t.debit_id, t.credit_id, t.unit,
      t.amount, t.of_journal, t.of_line)::text, 'UTF8')), ''::bytea order by t.seq), ''::bytea)), 'hex') as sha256
  from ledger_transfer t where t.zone_id = ${zoneId} and t.book_id = ${bookId}
    and t.on_day > ${after ?? '-infinity'}::date and t.on_day <= ${until}::date)`
