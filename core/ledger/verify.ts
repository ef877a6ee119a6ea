import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { periodSeal } from './period.ts'
import './tables.ts'

/** Where the ledger is not what its transfers say. */
export type LedgerFault = {
  readonly kind:
    | 'account_differs'
    | 'pending_differs'
    | 'below_least'
    | 'unbalanced'
    | 'resolved_too_much'
    | 'hold_missing'
    | 'hold_left'
    | 'journal_differs'
    | 'closing_differs'
    | 'period_differs'
  /** Id of the account or journal; book and day of a period. */
  readonly of: string
}

export type LedgerReport = {
  readonly accounts: number
  readonly transfers: number
  readonly journals: number
  readonly periods: number
  /** At most a hundred of each kind. */
  readonly faults: readonly LedgerFault[]
}

const faultsMax = 100

/**
 * Reckons a zone's ledger anew from its transfers and compares: what accounts show, what is set aside, limits, the sum of every
 * unit, the lines of journals, what was closed.
 * Source: own. A statement each, O(transfers).
 */
export async function verifyLedger(db: Db | Tx, zoneId: string): Promise<LedgerReport> {
  const faults: LedgerFault[] = []
  for (const [kind, query] of Object.entries(questions(zoneId))) {
    const { rows } = await sql<{
      readonly of: string
    }>`select q.id::text as of from (${query}) q (id) limit ${faultsMax}`.execute(db)
    // The keys of `questions` are kinds.
    for (const { of } of rows) faults.push({ kind: kind as LedgerFault['kind'], of })
  }
  const periods = await db
    .selectFrom('ledger_period')
    .select(['book_id', 'until', 'transfers', 'sha256'])
    .where('zone_id', '=', zoneId)
    .orderBy('book_id')
    .orderBy('until')
    .execute()
  let before: (typeof periods)[number] | null = null
  for (const period of periods) {
    const after: string | null = before?.book_id === period.book_id ? before.until : null
    const { rows } = await sql<{ readonly transfers: number; readonly sha256: string }>`
      select s.transfers, s.sha256 from ${periodSeal(zoneId, period.book_id, after, period.until)} s`.execute(db)
    if (rows[0]?.sha256 !== period.sha256 || rows[0].transfers !== period.transfers)
      faults.push({ kind: 'period_differs', of: `${period.book_id} ${period.until}` })
    before = period
  }
  const { rows } = await sql<Omit<LedgerReport, 'faults' | 'periods'>>`select
    (select count(*) from ledger_account where zone_id = ${zoneId}) as accounts,
    (select count(*) from ledger_transfer where zone_id = ${zoneId}) as transfers,
    (select count(*) from ledger_journal where zone_id = ${zoneId}) as journals`.execute(db)
  return { accounts: 0, transfers: 0, journals: 0, ...rows[0], periods: periods.length, faults }
}

const ends = (zoneId: string, kinds: ReturnType<typeof sql>) => sql`(
  select m.id, sum(m.debits)::bigint as debits, sum(m.credits)::bigint as credits from ledger_transfer t
  cross join lateral (values (t.debit_id, t.amount, 0::bigint), (t.credit_id, 0::bigint, t.amount)) m (id, debits, credits)
  where t.zone_id = ${zoneId} and ${kinds} group by m.id)`

const questions = (zoneId: string) => ({
  account_differs: sql`select a.id from ledger_account a
    left join ${ends(zoneId, sql`t.kind in ('posted', 'settled')`)} s on s.id = a.id
    where a.zone_id = ${zoneId} and (a.debits, a.credits) is distinct from (coalesce(s.debits, 0), coalesce(s.credits, 0))`,
  pending_differs: sql`select a.id from ledger_account a
    left join ${ends(
      zoneId,
      sql`t.kind = 'pending' and not exists (select from ledger_transfer r
        where r.zone_id = ${zoneId} and r.of_journal = t.journal_id and r.of_line = t.line)`,
    )} s on s.id = a.id
    where a.zone_id = ${zoneId} and (a.debits_pending, a.credits_pending) is distinct from (coalesce(s.debits, 0), coalesce(s.credits, 0))`,
  below_least: sql`select a.id from ledger_account a where a.zone_id = ${zoneId} and a.least is not null
    and case a.side when 'debit' then a.debits - a.credits - a.credits_pending else a.credits - a.debits - a.debits_pending end < a.least`,
  unbalanced: sql`select a.book_id || ' ' || a.unit from ledger_account a where a.zone_id = ${zoneId}
    group by a.book_id, a.unit having sum(a.debits) <> sum(a.credits) or sum(a.debits_pending) <> sum(a.credits_pending)`,
  resolved_too_much: sql`select r.journal_id from ledger_transfer r
    left join ledger_transfer p on p.zone_id = r.zone_id and p.journal_id = r.of_journal and p.line = r.of_line
    where r.zone_id = ${zoneId} and r.of_journal is not null and (p.kind is distinct from 'pending' or r.amount > p.amount or r.released <> p.amount
      or (r.debit_id, r.credit_id) is distinct from (p.debit_id, p.credit_id))`,
  hold_missing: sql`select t.journal_id from ledger_transfer t where t.zone_id = ${zoneId} and t.kind = 'pending'
    and not exists (select from ledger_transfer r where r.zone_id = ${zoneId} and r.of_journal = t.journal_id and r.of_line = t.line)
    and not exists (select from ledger_hold h where h.zone_id = ${zoneId} and h.journal_id = t.journal_id and h.line = t.line and h.amount = t.amount)`,
  hold_left: sql`select h.journal_id from ledger_hold h where h.zone_id = ${zoneId} and not exists (
    select from ledger_transfer t where t.zone_id = ${zoneId} and t.journal_id = h.journal_id and t.line = h.line and t.kind = 'pending'
      and not exists (select from ledger_transfer r where r.zone_id = ${zoneId} and r.of_journal = t.journal_id and r.of_line = t.line))`,
  journal_differs: sql`select j.id from ledger_journal j cross join lateral (
      select count(*) as lines, bool_and(t.book_id = j.book_id and t.on_day = j.on_day and t.kind = j.lines -> (t.line - 1) ->> 'kind'
        and t.amount = coalesce((j.lines -> (t.line - 1) ->> 'amount')::bigint, t.amount)
        and t.debit_id = coalesce((j.lines -> (t.line - 1) ->> 'debit')::uuid, t.debit_id)
        and t.credit_id = coalesce((j.lines -> (t.line - 1) ->> 'credit')::uuid, t.credit_id)) as fits
      from ledger_transfer t where t.zone_id = ${zoneId} and t.journal_id = j.id) s
    where j.zone_id = ${zoneId} and (s.lines <> jsonb_array_length(j.lines) or s.fits is not true)`,
  closing_differs: sql`select c.account_id from ledger_closing c cross join lateral (
      select coalesce(sum(t.amount) filter (where t.debit_id = c.account_id), 0) as debits,
        coalesce(sum(t.amount) filter (where t.credit_id = c.account_id), 0) as credits
      from ledger_transfer t where t.zone_id = ${zoneId} and (t.debit_id = c.account_id or t.credit_id = c.account_id)
        and t.kind in ('posted', 'settled') and t.on_day <= c.until) s
    where c.zone_id = ${zoneId} and (c.debits <> s.debits or c.credits <> s.credits)`,
})
