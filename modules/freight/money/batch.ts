import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, newId, type Db, type Tx } from '@tingzhou/db'
import { assert, epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { maskNumber } from '../numbers.ts'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { dealingRoles } from '../roles.ts'
import '../tables.ts'
import { bankFile } from './bank-file.ts'
import { findPayer } from './payer.ts'
import './tables.ts'
import { batchPaymentsMax, type BatchState, type PaymentState } from './words.ts'

export type Prepared = {
  readonly id: string
  readonly payments: number
  readonly sumFen: number
  /** Payments that were passed over: their carriers have no open account for payment. */
  readonly left: number
}

/**
 * Puts payments that are due into a batch, each with the account of its carrier as it is now: the open one that was added last.
 * @param paymentIds  null: the oldest that are due, without those whose carrier has no account
 */
export async function prepareBatch(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly paymentIds: readonly string[] | null },
): Promise<Result<Prepared, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  const payer = await findPayer(tx, zoneId)
  if (!payer) return err({ kind: 'payer_missing', field: 'payer', value: '', rule: 'payer_named' })
  const wanted = input.paymentIds === null ? null : [...new Set(input.paymentIds)]
  const due = await lockDue(tx, zoneId, wanted)
  const gone = wanted?.find((id) => !due.some((payment) => payment.id === id))
  if (gone !== undefined) return err({ kind: 'batch_state', field: 'paymentIds', value: gone, rule: 'payment_due' })
  const ready = due.filter(({ payeeId }) => payeeId !== null)
  const without = due.find(({ payeeId }) => payeeId === null)
  if (wanted && without)
    return err({ kind: 'payee_closed', field: 'paymentIds', value: without.carrier, rule: 'payee_open' })
  if (ready.length === 0) return err({ kind: 'nothing_due', field: 'paymentIds', value: '', rule: 'payment_due' })
  const sumFen = ready.reduce((sum, { amountFen }) => sum + amountFen, 0)
  if (!Number.isSafeInteger(sumFen))
    return err({
      kind: 'field_refused',
      field: 'paymentIds',
      value: String(sumFen),
      rule: `max ${Number.MAX_SAFE_INTEGER}`,
    })
  const id = newId()
  const now = deps.clock()
  const number = await drawNumber(tx, localDateOf(now))
  await tx
    .insertInto('freight_payment_batch')
    .values({
      zone_id: zoneId,
      id,
      number,
      state: 'prepared',
      payments: ready.length,
      sum_fen: sumFen,
      payer_holder: payer.holder,
      payer_bank_code: payer.bank_code,
      payer_account: payer.account_number,
      prepared_at: at(now),
      prepared_by_id: actor.accountId,
      prepared_by: actor.name,
    })
    .execute()
  const rows = ready.map(({ id: payment, payeeId, holder, bankCode, account }) => ({
    payment,
    payeeId,
    holder,
    bankCode,
    account,
  }))
  await sql`update freight_payment p set state = 'prepared', batch_id = ${id}, payee_id = r."payeeId", payee_holder = r.holder,
      payee_bank_code = r."bankCode", payee_account = r.account, rev = p.rev + 1
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as r(payment uuid, "payeeId" text, holder text, "bankCode" text, account text)
    where p.zone_id = ${zoneId} and p.id = r.payment`.execute(tx)
  await noteBatch(tx, deps, actor, id, 'prepare', { number, payments: ready.length, sumFen })
  return ok({ id, payments: ready.length, sumFen, left: due.length - ready.length })
}

type Due = {
  readonly id: string
  readonly amountFen: number
  readonly carrier: string
  readonly payeeId: string | null
  readonly holder: string | null
  readonly bankCode: string | null
  readonly account: string | null
}

/** Payments that are due, with the account of the carrier; by freight_payment_due. */
async function lockDue(tx: Tx, zoneId: string, wanted: readonly string[] | null): Promise<readonly Due[]> {
  const which = wanted === null ? sql`true` : sql`p.id = any(${wanted}::uuid[])`
  // Whoever prepares at the same time takes others.
  const lock = wanted === null ? sql`for update of p skip locked` : sql`for update of p`
  const { rows } = await sql<Due>`
    select p.id, p.amount_fen as "amountFen", c.name as carrier, y.id as "payeeId", y.holder, y.bank_code as "bankCode",
      y.account_number as account
    from freight_payment p
    join freight_carrier c on c.zone_id = p.zone_id and c.id = p.carrier_id
    left join lateral (select e.id, e.holder, e.bank_code, e.account_number from freight_payee e
      where e.zone_id = p.zone_id and e.carrier_id = p.carrier_id and e.state = 'open'
      order by e.created_at desc, e.id desc limit 1) y on true
    where p.zone_id = ${zoneId} and p.state = 'due' and p.means = 'bank' and ${which}
    order by p.created_at, p.id limit ${batchPaymentsMax} ${lock}`.execute(tx)
  return rows
}

/** A number that names the day and stands once; gaps may be. */
async function drawNumber(tx: Tx, day: string): Promise<string> {
  const { rows } = await sql<{ readonly n: number }>`select nextval('freight_number_drawn') as n`.execute(tx)
  return `FK${day.replaceAll('-', '')}${String(rows[0]?.n ?? 0).padStart(6, '0')}`
}

const noteBatch = (
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  objectId: string,
  verb: string,
  data: { readonly [key: string]: string | number },
  why?: string,
) =>
  note(tx, deps, actor, {
    objectKind: 'freight_payment_batch',
    objectId,
    verb,
    data,
    ...(why === undefined ? {} : { why }),
  })

type Step = { readonly id: string; readonly rev: number }

/** The batch under its lock, if it stands where a step may be made. */
async function lockBatch(
  tx: Tx,
  { zoneId }: FreightDeps,
  actor: Actor,
  { id, rev }: Step,
  from: readonly BatchState[],
) {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' } as const)
  const row = await tx
    .selectFrom('freight_payment_batch')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  if (!from.includes(row.state))
    return err({ kind: 'batch_state', field: 'state', value: row.state, rule: `batch_in ${from.join(' ')}` } as const)
  const fresh = expectRevision(row.rev, rev)
  return fresh.ok ? ok(row) : fresh
}

/** The account of a payment in the batch that was closed since, masked, or null. One statement. */
async function closedPayee(tx: Tx, { zoneId }: FreightDeps, batchId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('freight_payment as p')
    .innerJoin('freight_payee as y', (join) =>
      join.onRef('y.zone_id', '=', 'p.zone_id').onRef('y.id', '=', 'p.payee_id'),
    )
    .select(['p.payee_holder', 'p.payee_account'])
    .where('p.zone_id', '=', zoneId)
    .where('p.batch_id', '=', batchId)
    .where('y.state', '=', 'closed')
    .limit(1)
    .executeTakeFirst()
  return row ? `${row.payee_holder} ${maskNumber(row.payee_account ?? '')}` : null
}

async function moveBatch(
  tx: Tx,
  { zoneId }: FreightDeps,
  { id, rev }: Step,
  batch: object,
  state: PaymentState,
): Promise<void> {
  await tx
    .updateTable('freight_payment_batch')
    .set({ ...batch, rev: rev + 1 })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  await tx
    .updateTable('freight_payment')
    .set(({ eb }) => ({ state, rev: eb('rev', '+', 1) }))
    .where('zone_id', '=', zoneId)
    .where('batch_id', '=', id)
    .execute()
}

/** Approves a batch; whoever prepared it may not. Of two at once the second finds it approved. */
export async function approveBatch(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Step,
): Promise<Result<{ id: string; rev: number }, FreightError>> {
  const batch = await lockBatch(tx, deps, actor, input, ['prepared'])
  if (!batch.ok) return batch
  if (batch.value.prepared_by_id === actor.accountId)
    return err({ kind: 'same_person', field: 'approvedBy', value: actor.name, rule: 'another_person' })
  const closed = await closedPayee(tx, deps, input.id)
  if (closed !== null) return err({ kind: 'payee_closed', field: 'payee', value: closed, rule: 'payee_open' })
  const approved = { approved_at: at(deps.clock()), approved_by_id: actor.accountId, approved_by: actor.name }
  await moveBatch(tx, deps, input, { state: 'approved', ...approved }, 'approved')
  await noteBatch(tx, deps, actor, input.id, 'approve', { sumFen: batch.value.sum_fen })
  return ok({ id: input.id, rev: input.rev + 1 })
}

/** Gives a batch up before the bank has it; its payments are due again. */
export async function rejectBatch(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Step & { readonly why: string },
): Promise<Result<{ id: string; rev: number }, FreightError>> {
  const batch = await lockBatch(tx, deps, actor, input, ['prepared', 'approved'])
  if (!batch.ok) return batch
  await tx
    .updateTable('freight_payment_batch')
    .set({ state: 'rejected', rejected_why: input.why, rev: input.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await tx
    .updateTable('freight_payment')
    .set(({ eb }) => ({
      state: 'due',
      batch_id: null,
      payee_id: null,
      payee_holder: null,
      payee_bank_code: null,
      payee_account: null,
      rev: eb('rev', '+', 1),
    }))
    .where('zone_id', '=', deps.zoneId)
    .where('batch_id', '=', input.id)
    .execute()
  await noteBatch(tx, deps, actor, input.id, 'reject', { payments: batch.value.payments }, input.why)
  return ok({ id: input.id, rev: input.rev + 1 })
}

/**
 * Makes the file for the bank, once: from now on the payments are with the bank. It pays to the accounts that were approved; one
 * that was closed since refuses the file.
 */
export async function sendBatch(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Step,
): Promise<Result<{ id: string; rev: number; sha256: string }, FreightError>> {
  const batch = await lockBatch(tx, deps, actor, input, ['approved'])
  if (!batch.ok) return batch
  const closed = await closedPayee(tx, deps, input.id)
  if (closed !== null) return err({ kind: 'payee_closed', field: 'payee', value: closed, rule: 'payee_open' })
  const file = await fileOf(tx, deps.zoneId, batch.value)
  const sha256 = hashOf(file)
  const sent = { state: 'sent', sent_at: at(deps.clock()), sent_by: actor.name, file_sha256: sha256 }
  await moveBatch(tx, deps, input, sent, 'sent')
  await noteBatch(tx, deps, actor, input.id, 'send', { sha256 })
  return ok({ id: input.id, rev: input.rev + 1, sha256 })
}

const hashOf = (file: string): string => createHash('sha256').update(file).digest('hex')

type Filed = {
  readonly id: string
  readonly number: string
  readonly approved_at: number | null
  readonly payer_holder: string
  readonly payer_bank_code: string
  readonly payer_account: string
}

/** The file of a batch out of what was approved: the same each time. One statement. */
async function fileOf(db: Db | Tx, zoneId: string, batch: Filed): Promise<string> {
  const rows = await db
    .selectFrom('freight_payment as p')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'p.zone_id').onRef('w.id', '=', 'p.waybill_id'),
    )
    .select(['p.id', 'p.amount_fen', 'p.payee_holder', 'p.payee_bank_code', 'p.payee_account', 'w.number', 'w.serial'])
    .where('p.zone_id', '=', zoneId)
    .where('p.batch_id', '=', batch.id)
    .orderBy('p.id')
    .limit(batchPaymentsMax)
    .execute()
  assert(batch.approved_at !== null, 'a file is made of what was approved')
  const madeAt = epochMs(batch.approved_at)
  return bankFile({
    messageId: batch.number,
    madeAt,
    payOn: localDateOf(madeAt),
    payer: { holder: batch.payer_holder, bankCode: batch.payer_bank_code, accountNumber: batch.payer_account },
    payments: rows.map((row) => ({
      id: row.id,
      amountFen: row.amount_fen,
      holder: row.payee_holder ?? '',
      bankCode: row.payee_bank_code ?? '',
      accountNumber: row.payee_account ?? '',
      about: `${row.number}-${row.serial}`,
    })),
  })
}

/**
 * The file that the bank was given, or null when there is none.
 * @throws Error when the rows no longer give the file whose hash was kept
 * Two statements.
 */
export async function readFile(
  db: Db,
  zoneId: string,
  batchId: string,
): Promise<{ readonly number: string; readonly xml: string } | null> {
  const batch = await db
    .selectFrom('freight_payment_batch')
    .select(['id', 'number', 'approved_at', 'payer_holder', 'payer_bank_code', 'payer_account', 'file_sha256'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', batchId)
    .where('state', '=', 'sent')
    .executeTakeFirst()
  if (!batch) return null
  const xml = await fileOf(db, zoneId, batch)
  assert(hashOf(xml) === batch.file_sha256, `batch ${batch.number} still gives the file that was sent`)
  return { number: batch.number, xml }
}
