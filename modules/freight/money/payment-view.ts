import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import { maskNumber } from '../numbers.ts'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'
import { findPayer } from './payer.ts'
import { carriedBy, readsPayments } from './reach.ts'
import './tables.ts'
import type { BatchState, PaymentState } from './words.ts'

const selectPayments = ({ deps: { db, zoneId }, actor }: Reader) => {
  const query = db
    .selectFrom('freight_payment as p')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'p.zone_id').onRef('w.id', '=', 'p.waybill_id'),
    )
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'p.zone_id').onRef('c.id', '=', 'p.carrier_id'),
    )
    .where('p.zone_id', '=', zoneId)
    .selectAll('p')
    .select(['w.number', 'w.serial', 'c.name as carrier'])
    // By freight_bank_entry_payment; what the bank says of one payment is little.
    .select(
      sql<readonly string[]>`coalesce((select jsonb_agg(e.rule order by r.received_at desc) from freight_bank_entry e
        join freight_bank_report r on r.zone_id = e.zone_id and r.id = e.report_id
        where e.zone_id = p.zone_id and e.payment_id = p.id and e.outcome = 'refused'), '[]'::jsonb)`.as('flags'),
    )
  return readsPayments(actor) ? query : query.where(carriedBy(actor, 'w'))
}

type PaymentWish = {
  readonly state?: PaymentState | undefined
  readonly waybillId?: string | undefined
  readonly carrierId?: string | undefined
  readonly batchId?: string | undefined
  readonly order: 'asc' | 'desc'
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the payments within reach. One statement. */
export async function listPayments(reader: Reader, wish: PaymentWish) {
  let query = selectPayments(reader)
  if (wish.state) query = query.where('p.state', '=', wish.state)
  if (wish.waybillId) query = query.where('p.waybill_id', '=', wish.waybillId)
  if (wish.carrierId) query = query.where('p.carrier_id', '=', wish.carrierId)
  if (wish.batchId) query = query.where('p.batch_id', '=', wish.batchId)
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('p.created_at'), order: wish.order, kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('p.id'), order: wish.order, kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return {
    rows: rows.map((row) => ({
      id: row.id,
      waybill: { id: row.waybill_id, number: row.number, serial: row.serial },
      version: row.version,
      line: row.line,
      attempt: row.attempt,
      carrier: { id: row.carrier_id, name: row.carrier },
      amountFen: row.amount_fen,
      means: row.means,
      state: row.state,
      batchId: row.batch_id,
      payee:
        row.payee_account === null
          ? null
          : {
              holder: row.payee_holder ?? '',
              bankCode: row.payee_bank_code ?? '',
              account: maskNumber(row.payee_account),
            },
      bankSerial: row.bank_serial,
      doneAt: row.done_at,
      failedWhy: row.failed_why,
      flags: [...row.flags],
      createdAt: row.created_at,
    })),
    next,
    total: null,
  }
}

const selectBatches = ({ deps: { db, zoneId }, actor }: Reader) => {
  const stateIs = (state: PaymentState) =>
    sql<number>`(select count(*) from freight_payment p where p.zone_id = b.zone_id and p.batch_id = b.id and p.state = ${state})`
  return db
    .selectFrom('freight_payment_batch as b')
    .where('b.zone_id', '=', zoneId)
    .where(sql<boolean>`${readsPayments(actor)}`)
    .selectAll('b')
    .select([stateIs('done').as('done'), stateIs('failed').as('failed')])
}
type BatchRow = Awaited<ReturnType<ReturnType<typeof selectBatches>['execute']>>[number]

const batchView = ({ actor }: Reader, row: BatchRow) => ({
  id: row.id,
  number: row.number,
  state: row.state,
  payments: row.payments,
  sumFen: row.sum_fen,
  done: row.done,
  failed: row.failed,
  payer: { holder: row.payer_holder, bankCode: row.payer_bank_code, account: maskNumber(row.payer_account) },
  preparedAt: row.prepared_at,
  preparedBy: row.prepared_by,
  isOwn: row.prepared_by_id === actor.accountId,
  approvedAt: row.approved_at,
  approvedBy: row.approved_by,
  rejectedWhy: row.rejected_why,
  sentAt: row.sent_at,
  sentBy: row.sent_by,
  fileSha256: row.file_sha256,
  rev: row.rev,
})

/** A page of the batches, the latest first. One statement. */
export async function listBatches(
  reader: Reader,
  wish: { readonly state?: BatchState | undefined; readonly cursor?: string | undefined; readonly limit: number },
) {
  const query = selectBatches(reader)
  const { rows, next } = await keysetPage(
    wish.state ? query.where('b.state', '=', wish.state) : query,
    [
      { ref: sql.ref('b.prepared_at'), order: 'desc', kind: 'instant', read: (row) => row.prepared_at },
      { ref: sql.ref('b.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: rows.map((row) => batchView(reader, row)), next, total: null }
}

/** One batch, or null. */
export async function findBatch(reader: Reader, id: string) {
  const row = await selectBatches(reader).where('b.id', '=', id).executeTakeFirst()
  return row ? batchView(reader, row) : null
}

/** The account that the platform pays from, masked, or null. */
export async function showPayer({ deps: { db, zoneId }, actor }: Reader) {
  const row = readsPayments(actor) ? await findPayer(db, zoneId) : undefined
  if (!row) return { payer: null }
  return {
    payer: {
      holder: row.holder,
      bankCode: row.bank_code,
      account: maskNumber(row.account_number),
      updatedAt: row.updated_at,
      updatedBy: row.updated_by,
      rev: row.rev,
    },
  }
}

const selectReports = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_bank_report as r')
    .where('r.zone_id', '=', zoneId)
    .where(sql<boolean>`${readsPayments(actor)}`)
    .select([
      'r.id',
      'r.kind',
      'r.message_id as messageId',
      'r.entries',
      'r.refused',
      'r.received_at as at',
      'r.received_by as by',
    ])

/** A page of the messages of the bank, the latest first. One statement. */
export async function listReports(
  reader: Reader,
  wish: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const { rows, next } = await keysetPage(
    selectReports(reader),
    [
      { ref: sql.ref('r.received_at'), order: 'desc', kind: 'instant', read: (row) => row.at },
      { ref: sql.ref('r.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: [...rows], next, total: null }
}

/** One message with a page of its entries, or null. Two statements. */
export async function findReport(
  reader: Reader,
  { id, after, limit }: { readonly id: string; readonly after: number; readonly limit: number },
) {
  const report = await selectReports(reader).where('r.id', '=', id).executeTakeFirst()
  if (!report) return null
  const rows = await reader.deps.db
    .selectFrom('freight_bank_entry as e')
    .leftJoin('freight_payment as p', (join) =>
      join.onRef('p.zone_id', '=', 'e.zone_id').onRef('p.id', '=', 'e.payment_id'),
    )
    .leftJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'p.zone_id').onRef('w.id', '=', 'p.waybill_id'),
    )
    .select([
      'e.place',
      'e.end_to_end_id as endToEndId',
      'e.payment_id as paymentId',
      'e.says',
      'e.amount_fen as amountFen',
      'e.bank_serial as bankSerial',
      'e.reason',
      'e.outcome',
      'e.rule',
      'w.id as waybillId',
      'w.number',
      'w.serial',
    ])
    .where('e.zone_id', '=', reader.deps.zoneId)
    .where('e.report_id', '=', id)
    .where('e.place', '>', after)
    .orderBy('e.place')
    .limit(limit)
    .execute()
  const last = rows.at(-1)?.place ?? after
  const entries = rows.map(({ waybillId, number, serial, ...entry }) => ({
    ...entry,
    waybill: waybillId === null ? null : { id: waybillId, number: number ?? '', serial: serial ?? '' },
  }))
  return { ...report, rows: entries, next: last < report.entries ? last : null }
}
