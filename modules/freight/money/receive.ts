import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, jsonb, newId, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { balancesAt, postJournal } from '@tingzhou/ledger'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { dealingRoles } from '../roles.ts'
import '../tables.ts'
import { accountsOf, freightBook, linesOf, type AccountCode, type MoneyEnds, type Posting } from './accounts.ts'
import { paymentIdOf } from './bank-file.ts'
import type { BankEntry, BankMessage } from './bank-report.ts'
import type { MoneyError } from './error.ts'
import { judge, type Judged, type Verdict } from './judge.ts'
import './tables.ts'
import type { PaymentState } from './words.ts'

export type Received = {
  readonly id: string
  /** The same message was taken before. */
  readonly repeated: boolean
  readonly entries: number
  readonly taken: number
  readonly refused: number
}

/** A payment under its lock. */
type Payment = Judged & {
  readonly ends: MoneyEnds
  readonly version: number
  readonly line: string
  readonly attempt: number
  /** The settlement that counts; 0: there is none. */
  readonly current: number
}

type Change = {
  readonly payment: Payment
  readonly becomes: NonNullable<Verdict['becomes']>
  readonly serial: string | null
  readonly reason: string | null
}

/**
 * Takes a message of the bank: what it says of each payment is judged, kept, and booked where money moved. What failed or came
 * back is due again. Messages are taken one after another.
 * @param message  of `readBankMessage`
 * @param sha256  of its text
 * Source: own. About fifteen statements, and three for each 200 payments that moved.
 */
export async function receiveMessage(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { message, sha256 }: { readonly message: BankMessage; readonly sha256: string },
): Promise<Result<Received, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  const now = deps.clock()
  await sql`select pg_advisory_xact_lock(hashtextextended(${`freight_bank_report ${zoneId}`}, 0))`.execute(tx)
  const before = await tx
    .selectFrom('freight_bank_report')
    .select(['id', 'entries'])
    .where('zone_id', '=', zoneId)
    .where('sha256', '=', sha256)
    .where('refused', '=', 0)
    .executeTakeFirst()
  if (before) return ok({ ...before, repeated: true, taken: 0, refused: 0 })
  const entries = [...message.entries, ...(await entriesOfFile(tx, zoneId, message.refusedFile))]
  const payments = await lockPayments(tx, zoneId, entries)
  const { verdicts, changes } = judgeAll(entries, payments, await serialsTaken(tx, zoneId, entries))
  const id = newId()
  await savePayments(tx, zoneId, now, actor, changes)
  const booked = await bookChanges(tx, zoneId, now, actor, id, changes)
  if (!booked.ok) return booked
  const refused = verdicts.filter(({ outcome }) => outcome === 'refused').length
  await tx
    .insertInto('freight_bank_report')
    .values({
      zone_id: zoneId,
      id,
      kind: message.kind,
      message_id: message.messageId,
      sha256,
      entries: entries.length,
      refused,
      received_at: at(now),
      received_by: actor.name,
    })
    .execute()
  await saveEntries(tx, zoneId, id, entries, payments, verdicts)
  await note(tx, deps, actor, {
    objectKind: 'freight_bank_report',
    objectId: id,
    verb: 'receive',
    data: { kind: message.kind, messageId: message.messageId, entries: entries.length, refused },
  })
  await tellWaybills(tx, zoneId, now, changes)
  const taken = verdicts.filter(({ outcome }) => outcome === 'taken').length
  return ok({ id, repeated: false, entries: entries.length, taken, refused })
}

/** A file that the bank refused as a whole refuses each of its payments. */
async function entriesOfFile(tx: Tx, zoneId: string, file: BankMessage['refusedFile']): Promise<readonly BankEntry[]> {
  if (!file) return []
  const rows = await tx
    .selectFrom('freight_payment as p')
    .innerJoin('freight_payment_batch as b', (join) =>
      join.onRef('b.zone_id', '=', 'p.zone_id').onRef('b.id', '=', 'p.batch_id'),
    )
    .select('p.id')
    .where('p.zone_id', '=', zoneId)
    .where('b.number', '=', file.messageId)
    .orderBy('p.id')
    .limit(500)
    .execute()
  const named = rows.length > 0 ? rows.map(({ id }) => id.replaceAll('-', '')) : [file.messageId.slice(0, 100)]
  return named.map((endToEndId) => ({ endToEndId, says: 'failed', amountFen: null, serial: null, reason: file.reason }))
}

/** The payments that a message names, by the bank's names for them. One statement; locked in the order of their ids. */
async function lockPayments(
  tx: Tx,
  zoneId: string,
  entries: readonly BankEntry[],
): Promise<ReadonlyMap<string, Payment>> {
  const ids = [...new Set(entries.flatMap(({ endToEndId }) => paymentIdOf(endToEndId) ?? []))]
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{
    readonly id: string
    readonly state: PaymentState
    readonly amountFen: number
    readonly serial: string | null
    readonly retry: PaymentState | null
    readonly waybillId: string
    readonly carrierId: string
    readonly shipperId: string
    readonly version: number
    readonly line: string
    readonly attempt: number
    readonly current: number
  }>`with locked as (
      select p.* from freight_payment p where p.zone_id = ${zoneId} and p.id = any(${ids}::uuid[]) order by p.id for update)
    select p.id, p.state, p.amount_fen as "amountFen", p.bank_serial as serial, n.state as retry, p.waybill_id as "waybillId",
      p.carrier_id as "carrierId", w.shipper_id as "shipperId", p.version, p.line, p.attempt,
      coalesce((select max(s.version) from freight_settlement s where s.zone_id = p.zone_id and s.waybill_id = p.waybill_id), 0) as current
    from locked p
    join freight_waybill w on w.zone_id = p.zone_id and w.id = p.waybill_id
    left join freight_payment n on n.zone_id = p.zone_id and n.waybill_id = p.waybill_id and n.version = p.version
      and n.line = p.line and n.attempt = p.attempt + 1`.execute(tx)
  return new Map(
    rows.map(({ waybillId, carrierId, shipperId, ...row }) => [
      row.id,
      { ...row, ends: { waybillId, carrierId, shipperId } },
    ]),
  )
}

/** Which payments have the bank's numbers already. One statement. */
async function serialsTaken(tx: Tx, zoneId: string, entries: readonly BankEntry[]): Promise<Map<string, string>> {
  const serials = [...new Set(entries.flatMap(({ serial }) => serial ?? []))]
  if (serials.length === 0) return new Map()
  const { rows } = await sql<{ readonly id: string; readonly serial: string }>`
    select p.id, p.bank_serial as serial from freight_payment p
    where p.zone_id = ${zoneId} and p.bank_serial = any(${serials}::text[])`.execute(tx)
  return new Map(rows.map(({ id, serial }) => [serial, id]))
}

/** Judges entries in their order, each against what those before it have made of its payment. Pure. O(entries). */
function judgeAll(
  entries: readonly BankEntry[],
  payments: ReadonlyMap<string, Payment>,
  serials: Map<string, string>,
): { readonly verdicts: readonly Verdict[]; readonly changes: readonly Change[] } {
  const now = new Map(payments)
  const changes: Change[] = []
  const verdicts = entries.map((entry) => {
    const payment = now.get(paymentIdOf(entry.endToEndId) ?? '') ?? null
    const verdict = judge(entry, payment, entry.serial === null ? null : (serials.get(entry.serial) ?? null))
    const { becomes } = verdict
    if (!payment || becomes === null) return verdict
    // A second change of one payment in the same message waits for the next reading of it.
    if (changes.some((change) => change.payment.id === payment.id))
      return { outcome: 'refused', rule: 'one_change', becomes: null } as const
    const serial = becomes === 'done' ? entry.serial : payment.serial
    if (serial !== null) serials.set(serial, payment.id)
    now.set(payment.id, { ...payment, state: becomes, serial })
    changes.push({ payment, becomes, serial, reason: entry.reason })
    return verdict
  })
  return { verdicts, changes }
}

/** Payments as the bank says they are; what was to be tried again is not, and what is to be is due. Two statements. */
async function savePayments(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  actor: Actor,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map(({ payment, becomes, serial, reason }) => ({ id: payment.id, becomes, serial, reason }))
  // What was booked is written with its journal.
  await sql`update freight_payment p set state = r.becomes, failed_why = r.reason, rev = p.rev + 1
    from jsonb_to_recordset(${jsonb(rows.filter(({ becomes }) => becomes === 'failed'))}::jsonb) as r(id uuid, becomes text, reason text)
    where p.zone_id = ${zoneId} and p.id = r.id`.execute(tx)
  const paid = changes.flatMap(({ payment, becomes }) =>
    becomes === 'done' && payment.retry === 'due' ? [payment.id] : [],
  )
  await sql`update freight_payment n set state = 'cancelled', rev = n.rev + 1
    from freight_payment p
    where p.zone_id = ${zoneId} and p.id = any(${paid}::uuid[]) and n.zone_id = p.zone_id and n.waybill_id = p.waybill_id
      and n.version = p.version and n.line = p.line and n.attempt = p.attempt + 1 and n.state = 'due'`.execute(tx)
  const again = changes.flatMap(({ payment, becomes }) => (becomes === 'failed' ? [againOf(payment)] : []))
  await addDue(tx, zoneId, now, actor, again)
}

type DueRow = {
  readonly id: string
  readonly waybillId: string
  readonly carrierId: string
  readonly version: number
  readonly line: string
  readonly attempt: number
  readonly amountFen: number
}

const againOf = ({ ends, version, line, attempt, amountFen }: Payment): DueRow => ({
  id: newId(),
  waybillId: ends.waybillId,
  carrierId: ends.carrierId,
  version,
  line,
  attempt: attempt + 1,
  amountFen,
})

async function addDue(tx: Tx, zoneId: string, now: EpochMs, actor: Actor, rows: readonly DueRow[]): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into freight_payment (zone_id, id, waybill_id, version, line, attempt, carrier_id, amount_fen, means, state, created_at, created_by)
    select ${zoneId}, r.id, r."waybillId", r.version, r.line, r.attempt, r."carrierId", r."amountFen", 'bank', 'due', ${at(now)}::timestamptz, ${actor.name}
    from jsonb_to_recordset(${jsonb(rows)}::jsonb)
      as r(id uuid, "waybillId" uuid, version integer, line text, attempt integer, "carrierId" text, "amountFen" bigint)`.execute(
    tx,
  )
}

/** Where a payment was taken from, or goes back to. */
const owedOn = ({ version, line }: Pick<Payment, 'version' | 'line'>): AccountCode => {
  if (version === 0) return 'carrier_advance'
  return line.startsWith('deposit') ? 'deposit_held' : 'carrier_payable'
}

// A return has two postings at most; a journal takes 500 lines and opens 500 accounts.
const together = 200

/** Books what moved: one journal for each 200 payments and kind. */
async function bookChanges(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  actor: Actor,
  reportId: string,
  changes: readonly Change[],
): Promise<Result<undefined, MoneyError>> {
  const done = changes.filter(({ becomes }) => becomes === 'done')
  const returned = changes.filter(({ becomes }) => becomes === 'returned')
  for (let i = 0; i < done.length; i += together) {
    const some = done.slice(i, i + together)
    const moves = some.map(({ payment }) => ({ ends: payment.ends, posting: paidOut(payment) }))
    const booked = await book(tx, zoneId, now, actor, { reportId, kind: 'payment', moves, changes: some })
    if (!booked.ok) return booked
  }
  for (let i = 0; i < returned.length; i += together) {
    const some = returned.slice(i, i + together)
    const { moves, due } = await goBack(tx, zoneId, now, some)
    const booked = await book(tx, zoneId, now, actor, { reportId, kind: 'payment_return', moves, changes: some })
    if (!booked.ok) return booked
    await addDue(tx, zoneId, now, actor, due)
  }
  return ok(undefined)
}

const paidOut = (payment: Payment): Posting => ({
  debit: owedOn(payment),
  credit: 'bank',
  amountFen: payment.amountFen,
})

/**
 * What a return books, and what is due for it. Where a later settlement counts, it is owed by that, less what the carrier owes on
 * the waybill.
 */
async function goBack(tx: Tx, zoneId: string, now: EpochMs, returned: readonly Change[]) {
  const old = returned.filter(({ payment }) => payment.version < payment.current)
  const accounts = await accountsOf(
    tx,
    zoneId,
    'carrier_advance',
    old.map(({ payment }) => payment.ends),
    now,
  )
  const balances = await balancesAt(tx, zoneId, accounts, localDateOf(now))
  const left = new Map(balances.map(({ account, balance }) => [account, balance]))
  const moves: { readonly ends: MoneyEnds; readonly posting: Posting }[] = []
  const due: DueRow[] = []
  for (const { payment } of returned) {
    const { ends, amountFen, current, version, line } = payment
    const account = accounts[old.findIndex((change) => change.payment === payment)]
    if (account === undefined) {
      moves.push({ ends, posting: { debit: 'bank', credit: owedOn(payment), amountFen } })
      due.push(againOf(payment))
      continue
    }
    const setOff = Math.min(left.get(account) ?? 0, amountFen)
    left.set(account, (left.get(account) ?? 0) - setOff)
    moves.push({ ends, posting: { debit: 'bank', credit: 'carrier_payable', amountFen } })
    moves.push({ ends, posting: { debit: 'carrier_payable', credit: 'carrier_advance', amountFen: setOff } })
    if (amountFen > setOff) {
      const name = `returned:${version}:${line}`.slice(0, 80)
      due.push({
        ...againOf(payment),
        version: current,
        line: name,
        attempt: payment.attempt,
        amountFen: amountFen - setOff,
      })
    }
  }
  return { moves, due }
}

type Booking = {
  readonly reportId: string
  readonly kind: 'payment' | 'payment_return'
  readonly moves: readonly { readonly ends: MoneyEnds; readonly posting: Posting }[]
  readonly changes: readonly Change[]
}

async function book(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  actor: Actor,
  { reportId, kind, moves, changes }: Booking,
): Promise<Result<undefined, MoneyError>> {
  const lines = await linesOf(tx, zoneId, moves, now)
  const id = newId()
  const day = localDateOf(now)
  const source = { kind: 'freight_bank_report', id: reportId }
  const journal = await postJournal(tx, zoneId, { id, book: freightBook, day, kind, source, lines }, actor, now)
  if (!journal.ok) {
    if (journal.error.kind === 'period_closed')
      return err({ kind: 'period_closed', field: 'day', value: day, rule: `day_after ${journal.error.until}` })
    throw new Error(`payments were not booked: ${JSON.stringify(journal.error)}`)
  }
  const rows = changes.map(({ payment, becomes, serial, reason }) => ({ id: payment.id, becomes, serial, reason }))
  await sql`update freight_payment p set state = r.becomes, bank_serial = r.serial, failed_why = r.reason, journal_id = ${id},
      done_at = coalesce(p.done_at, ${at(now)}::timestamptz), rev = p.rev + 1
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as r(id uuid, becomes text, serial text, reason text)
    where p.zone_id = ${zoneId} and p.id = r.id`.execute(tx)
  return ok(undefined)
}

async function saveEntries(
  tx: Tx,
  zoneId: string,
  reportId: string,
  entries: readonly BankEntry[],
  payments: ReadonlyMap<string, Payment>,
  verdicts: readonly Verdict[],
): Promise<void> {
  const rows = entries.map((entry, i) => ({
    place: i + 1,
    ...entry,
    paymentId: payments.get(paymentIdOf(entry.endToEndId) ?? '')?.id ?? null,
    outcome: verdicts[i]?.outcome,
    rule: verdicts[i]?.rule ?? null,
  }))
  if (rows.length === 0) return
  await sql`insert into freight_bank_entry (zone_id, report_id, place, end_to_end_id, payment_id, says, amount_fen, bank_serial, reason, outcome, rule)
    select ${zoneId}, ${reportId}, r.place, r."endToEndId", r."paymentId", r.says, r."amountFen", r.serial, r.reason, r.outcome, r.rule
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as r(place integer, "endToEndId" text, "paymentId" uuid, says text, "amountFen" bigint,
      serial text, reason text, outcome text, rule text)`.execute(tx)
}

/** Waybills whose payments moved are told of after the commit; see `paidHandler`. One statement. */
async function tellWaybills(tx: Tx, zoneId: string, now: EpochMs, changes: readonly Change[]): Promise<void> {
  const carriers = new Map(changes.map(({ payment: { ends } }) => [ends.waybillId, ends.carrierId]))
  if (carriers.size === 0) return
  await addToOutbox(
    tx,
    zoneId,
    [...carriers].map(([waybillId, carrierId]) => ({
      type: paymentsMoved,
      objectKind: 'freight_waybill',
      objectId: waybillId,
      to: [carrierId],
      at: now,
    })),
  )
}

/** Payments of a waybill became done, failed or came back. */
export const paymentsMoved = 'freight.payments_moved'
