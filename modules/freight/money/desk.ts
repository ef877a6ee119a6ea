import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import { assert } from '@tingzhou/kernel'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'
import { readsPayments } from './reach.ts'
import './tables.ts'
import { deskBatchesMax } from './words.ts'

type Counts = {
  readonly payments: number
  readonly sumFen: number
  readonly oldestAt: number | null
  readonly againPayments: number
  readonly againSumFen: number
  readonly withoutPayments: number
  readonly withoutSumFen: number
  readonly prepared: number
  readonly preparedSumFen: number
  readonly approved: number
  readonly approvedSumFen: number
  readonly sentPayments: number
  readonly sentSumFen: number
  readonly refusedPayments: number
  readonly refusedSumFen: number
}

/**
 * What waits on the way of money: due, waiting for a person, with the bank. What is due by freight_payment_due; batches, the latest
 * `deskBatchesMax` by freight_payment_batch_list, and their payments by freight_payment_batch_of. One
 * statement.
 */
export async function findDesk({ db, zoneId }: Reader['deps']) {
  const { rows } = await sql<Counts>`
    with due as (
      select p.amount_fen, p.created_at, p.attempt > 1 as again, exists (select 1 from freight_payee y
        where y.zone_id = p.zone_id and y.carrier_id = p.carrier_id and y.state = 'open') as payable
      from freight_payment p where p.zone_id = ${zoneId} and p.state = 'due' and p.means = 'bank'),
    latest as (
      select b.id, b.state, b.sum_fen from freight_payment_batch b where b.zone_id = ${zoneId}
      order by b.prepared_at desc, b.id limit ${deskBatchesMax}),
    sent as (
      select p.amount_fen, exists (select 1 from freight_bank_entry e
        where e.zone_id = p.zone_id and e.payment_id = p.id and e.outcome = 'refused') as refused
      from latest b join freight_payment p on p.zone_id = ${zoneId} and p.batch_id = b.id
      where b.state = 'sent' and p.state = 'sent'),
    due_sum as (select count(*) as payments, coalesce(sum(amount_fen), 0)::bigint as "sumFen", min(created_at) as "oldestAt",
        count(*) filter (where again) as "againPayments", coalesce(sum(amount_fen) filter (where again), 0)::bigint as "againSumFen",
        count(*) filter (where not payable) as "withoutPayments",
        coalesce(sum(amount_fen) filter (where not payable), 0)::bigint as "withoutSumFen" from due),
    batch_sum as (select count(*) filter (where state = 'prepared') as prepared,
        coalesce(sum(sum_fen) filter (where state = 'prepared'), 0)::bigint as "preparedSumFen",
        count(*) filter (where state = 'approved') as approved,
        coalesce(sum(sum_fen) filter (where state = 'approved'), 0)::bigint as "approvedSumFen" from latest),
    sent_sum as (select count(*) as "sentPayments", coalesce(sum(amount_fen), 0)::bigint as "sentSumFen",
        count(*) filter (where refused) as "refusedPayments",
        coalesce(sum(amount_fen) filter (where refused), 0)::bigint as "refusedSumFen" from sent)
    select * from due_sum, batch_sum, sent_sum`.execute(db)
  const [counts] = rows
  assert(counts, 'sums without groups give one row')
  return {
    due: { payments: counts.payments, sumFen: counts.sumFen, oldestAt: counts.oldestAt },
    again: { payments: counts.againPayments, sumFen: counts.againSumFen },
    without: { payments: counts.withoutPayments, sumFen: counts.withoutSumFen },
    prepared: { batches: counts.prepared, sumFen: counts.preparedSumFen },
    approved: { batches: counts.approved, sumFen: counts.approvedSumFen },
    sent: { payments: counts.sentPayments, sumFen: counts.sentSumFen },
    refused: { payments: counts.refusedPayments, sumFen: counts.refusedSumFen },
    batchesMax: deskBatchesMax,
  }
}

/** A page of the carriers that the bank has to be told to pay, whoever waits longest first; by freight_payment_due. One statement. */
export async function listDues(
  { deps: { db, zoneId }, actor }: Reader,
  wish: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const byCarrier = db
    .selectFrom('freight_payment as p')
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'p.zone_id').onRef('c.id', '=', 'p.carrier_id'),
    )
    .where('p.zone_id', '=', zoneId)
    .where('p.state', '=', 'due')
    .where('p.means', '=', 'bank')
    .where(sql<boolean>`${readsPayments(actor)}`)
    .groupBy(['p.carrier_id', 'c.name'])
    .select(({ fn }) => [
      'p.carrier_id as carrierId',
      'c.name',
      fn.countAll<number>().as('payments'),
      sql<number>`sum(p.amount_fen)::bigint`.as('sumFen'),
      fn.min<number>('p.created_at').as('oldestAt'),
      sql<boolean>`exists (select 1 from freight_payee y
        where y.zone_id = ${zoneId} and y.carrier_id = p.carrier_id and y.state = 'open')`.as('hasAccount'),
    ])
    .as('d')
  const { rows, next } = await keysetPage(
    db.selectFrom(byCarrier).selectAll(),
    [
      { ref: sql.ref('d.oldestAt'), order: 'asc', kind: 'instant', read: (row) => row.oldestAt },
      { ref: sql.ref('d.carrierId'), order: 'asc', kind: 'string', read: (row) => row.carrierId },
    ],
    wish,
  )
  return {
    rows: rows.map(({ carrierId, name, ...due }) => ({ carrier: { id: carrierId, name }, ...due })),
    next,
    total: null,
  }
}
