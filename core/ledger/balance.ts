import { sql } from 'kysely'
import { addDays } from '@tingzhou/calendar'
import type { Db, Tx } from '@tingzhou/db'
import type { LocalDate } from '@tingzhou/kernel'
import type { Side } from './account.ts'
import './tables.ts'

/** What an account came to at the end of a day, in whole numbers of its unit's smallest part. */
export type Balance = {
  readonly account: string
  readonly debits: number
  readonly credits: number
  /** On the account's own side. */
  readonly balance: number
}

/** An account's balance on its own side. O(1). */
export const balanceOf = (side: Side, debits: number, credits: number): number =>
  side === 'debit' ? debits - credits : credits - debits

/** What was booked of one account up to and on a day: what was closed, and what came since. */
const sumsUntil = (zoneId: string, account: ReturnType<typeof sql>, day: string) => sql`(
  select coalesce(c.debits, 0) + coalesce(d.amount, 0) as debits, coalesce(c.credits, 0) + coalesce(e.amount, 0) as credits
  from (select 1) one
  left join lateral (select k.until, k.debits, k.credits from ledger_closing k
    where k.zone_id = ${zoneId} and k.account_id = ${account} and k.until <= ${day}::date order by k.until desc limit 1) c on true
  left join lateral (select sum(t.amount)::bigint as amount from ledger_transfer t where t.zone_id = ${zoneId} and t.debit_id = ${account}
    and t.kind in ('posted', 'settled') and t.on_day > coalesce(c.until, '-infinity') and t.on_day <= ${day}::date) d on true
  left join lateral (select sum(t.amount)::bigint as amount from ledger_transfer t where t.zone_id = ${zoneId} and t.credit_id = ${account}
    and t.kind in ('posted', 'settled') and t.on_day > coalesce(c.until, '-infinity') and t.on_day <= ${day}::date) e on true)`

/**
 * What accounts came to at the end of a day; accounts that are not there are left out.
 * @param accounts  ids, at most 500
 * Source: own. One statement, O(transfers since the last period that was closed).
 */
export async function balancesAt(
  db: Db | Tx,
  zoneId: string,
  accounts: readonly string[],
  day: LocalDate,
): Promise<readonly Balance[]> {
  const { rows } = await sql<{
    readonly account: string
    readonly side: Side
    readonly debits: number
    readonly credits: number
  }>`select a.id as account, a.side, s.debits, s.credits
    from ledger_account a cross join lateral ${sumsUntil(zoneId, sql`a.id`, day)} s
    where a.zone_id = ${zoneId} and a.id = any(${accounts}::uuid[])`.execute(db)
  return rows.map(({ account, side, debits, credits }) => ({
    account,
    debits,
    credits,
    balance: balanceOf(side, debits, credits),
  }))
}

/** The accounts of one code and unit together. */
export type TrialRow = {
  readonly code: string
  /** Of the first account of the code. */
  readonly name: { readonly zh: string; readonly en: string }
  readonly unit: string
  readonly side: Side
  readonly accounts: number
  readonly debits: number
  readonly credits: number
}

/** Codes of a book of which a trial balance is made; codes are named by modules, so that a book has tens of them. */
export const trialRowsMax = 1_000

/**
 * The trial balance of a book at the end of a day: the sums of debits and credits of each unit are equal.
 * What the accounts show now, less what counts for later days.
 * @returns rows by unit and code; one more than `trialRowsMax` when there are more
 * Source: own. One statement, O(accounts + transfers after the day).
 */
export async function trialBalance(
  db: Db | Tx,
  zoneId: string,
  bookId: string,
  day: LocalDate,
): Promise<readonly TrialRow[]> {
  const { rows } = await sql<TrialRow>`with later as (
      select m.id, sum(m.debits) as debits, sum(m.credits) as credits
      from ledger_transfer t
      cross join lateral (values (t.debit_id, t.amount, 0), (t.credit_id, 0, t.amount)) m (id, debits, credits)
      where t.zone_id = ${zoneId} and t.book_id = ${bookId} and t.kind in ('posted', 'settled') and t.on_day > ${day}::date
      group by m.id)
    select g.*, (select n.name from ledger_account n where n.zone_id = ${zoneId} and n.book_id = ${bookId} and n.code = g.code
      and n.unit = g.unit order by n.id limit 1) as name
    from (select a.code, a.unit, a.side, count(*) as accounts, sum(a.debits - coalesce(l.debits, 0))::bigint as debits,
        sum(a.credits - coalesce(l.credits, 0))::bigint as credits
      from ledger_account a left join later l on l.id = a.id
      where a.zone_id = ${zoneId} and a.book_id = ${bookId}
      group by a.code, a.unit, a.side order by a.unit, a.code, a.side limit ${trialRowsMax + 1}) g
    order by g.unit, g.code, g.side`.execute(db)
  return rows
}

/** One line of a statement: a transfer as the account sees it. */
export type Entry = {
  readonly seq: number
  readonly day: string
  readonly at: number
  readonly journalId: string
  readonly kind: string
  readonly reason: string | null
  readonly source: { readonly kind: string; readonly id: string } | null
  /** Name of who booked it. */
  readonly actor: string
  readonly side: Side
  readonly amount: number
  /** The account at the other end. */
  readonly other: string
  /** Balance of the account after it, on the account's own side. */
  readonly after: number
}
export type Statement = { readonly opening: number; readonly entries: readonly Entry[]; readonly hasMore: boolean }
/** The last entry of the page before. */
export type EntryPlace = { readonly day: string; readonly seq: number }

type EntryRow = {
  readonly seq: number
  readonly day: string
  readonly at: number
  readonly journalId: string
  readonly kind: string
  readonly reason: string | null
  readonly sourceKind: string | null
  readonly sourceId: string | null
  readonly actor: string
  readonly side: Side
  readonly amount: number
  readonly other: string
}

/**
 * A page of what was booked of an account within days, oldest first, with the balance before it and after each.
 * @param within  both days included
 * @param after  null: from the beginning of the days
 * @param limit  entries, 1 to 5,000
 * Source: own. Two statements; O(transfers since the last period that was closed before the days, and up to the page).
 */
export async function statementOf(
  db: Db | Tx,
  zoneId: string,
  account: { readonly id: string; readonly side: Side },
  within: { readonly from: LocalDate; readonly until: LocalDate },
  after: EntryPlace | null,
  limit: number,
): Promise<Statement> {
  const { id, side } = account
  const { from, until } = within
  const before = after ? sql`(t.on_day, t.seq) <= (${after.day}::date, ${after.seq}::bigint)` : sql`false`
  const sums = await sql<{ readonly debits: number; readonly credits: number }>`select
      s.debits + coalesce((select sum(t.amount) from ledger_transfer t where t.zone_id = ${zoneId} and t.debit_id = ${id}
        and t.kind in ('posted', 'settled') and t.on_day >= ${from}::date and ${before}), 0)::bigint as debits,
      s.credits + coalesce((select sum(t.amount) from ledger_transfer t where t.zone_id = ${zoneId} and t.credit_id = ${id}
        and t.kind in ('posted', 'settled') and t.on_day >= ${from}::date and ${before}), 0)::bigint as credits
    from ${sumsUntil(zoneId, sql`${id}::uuid`, addDays(from, -1))} s`.execute(db)
  const half = (column: 'debit_id' | 'credit_id') => sql`(select t.seq, t.on_day, t.journal_id, t.amount, ${
    column === 'debit_id' ? 'debit' : 'credit'
  }::text as side, ${sql.ref(column === 'debit_id' ? 't.credit_id' : 't.debit_id')} as other
    from ledger_transfer t where t.zone_id = ${zoneId} and ${sql.ref(`t.${column}`)} = ${id} and t.kind in ('posted', 'settled')
      and t.on_day between ${from}::date and ${until}::date and not ${before}
    order by t.on_day, t.seq limit ${limit + 1})`
  const { rows } =
    await sql<EntryRow>`select t.seq, t.on_day::text as day, j.at, t.journal_id as "journalId", j.kind, j.reason,
      j.source_kind as "sourceKind", j.source_id as "sourceId", j.actor_name as actor, t.side, t.amount, t.other
    from (${half('debit_id')} union all ${half('credit_id')}) t
    join ledger_journal j on j.zone_id = ${zoneId} and j.id = t.journal_id
    order by t.on_day, t.seq limit ${limit + 1}`.execute(db)
  const opening = balanceOf(side, sums.rows[0]?.debits ?? 0, sums.rows[0]?.credits ?? 0)
  let balance = opening
  const entries = rows.slice(0, limit).map(({ sourceKind, sourceId, ...row }): Entry => {
    balance += row.side === side ? row.amount : -row.amount
    const source = sourceKind !== null && sourceId !== null ? { kind: sourceKind, id: sourceId } : null
    return { ...row, source, after: balance }
  })
  return { opening, entries, hasMore: rows.length > limit }
}
