import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, newId, type Tx } from '@tingzhou/db'
import { assert, err, localDate, ok, type Result } from '@tingzhou/kernel'
import { statementOf, type Entry } from '@tingzhou/ledger'
import { findParty, hasRole, type Actor } from '@tingzhou/parties'
import { canonicalJson } from '@tingzhou/settlement'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { dealingRoles } from '../roles.ts'
import '../tables.ts'
import { accountsOf } from './accounts.ts'
import { readsSettlements, shipsFor } from './reach.ts'
import './tables.ts'
import type { InvoiceLine } from './tables.ts'

/** Transfers of one statement. */
const entriesMax = 5_000

type StatementLine = {
  readonly place: number
  readonly day: string
  readonly waybillId: string
  readonly version: number
  readonly kind: 'settlement' | 'reversal'
  readonly amountFen: number
  readonly netFen: number
  readonly taxFen: number
}

/**
 * Issues the statement of a shipper over days that are over: what the ledger says of its account, a line for each settlement and
 * each that was taken back. Statements of one shipper do not overlap.
 */
export async function issueStatement(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly shipperId: string; readonly fromDay: string; readonly untilDay: string },
): Promise<Result<{ id: string; number: string }, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  const { shipperId, fromDay, untilDay } = input
  const now = deps.clock()
  if (untilDay < fromDay)
    return err({ kind: 'field_refused', field: 'untilDay', value: untilDay, rule: 'not_before_begin' })
  // Nothing more is booked on a day that is over.
  if (untilDay >= localDateOf(now))
    return err({ kind: 'field_refused', field: 'untilDay', value: untilDay, rule: 'day_over' })
  const shipper = await findParty(tx, zoneId, shipperId)
  if (shipper?.kind !== 'enterprise')
    return err({ kind: 'field_refused', field: 'shipperId', value: shipperId, rule: 'open_shipper' })
  await sql`select pg_advisory_xact_lock(hashtextextended(${`freight_statement ${zoneId} ${shipperId}`}, 0))`.execute(
    tx,
  )
  const other = await tx
    .selectFrom('freight_statement')
    .select(['number'])
    .where('zone_id', '=', zoneId)
    .where('shipper_id', '=', shipperId)
    .where('from_day', '<=', untilDay)
    .where('until_day', '>=', fromDay)
    .limit(1)
    .executeTakeFirst()
  if (other) return err({ kind: 'taken', field: 'fromDay', value: fromDay, rule: `statement_days ${other.number}` })
  const ends = { shipperId, waybillId: '', carrierId: '' }
  const [account = ''] = await accountsOf(tx, zoneId, 'shipper_receivable', [ends], now)
  const days = { from: localDate(fromDay), until: localDate(untilDay) }
  const booked = await statementOf(tx, zoneId, { id: account, side: 'debit' }, days, null, entriesMax)
  if (booked.hasMore)
    return err({ kind: 'field_refused', field: 'untilDay', value: untilDay, rule: `entries_max ${entriesMax}` })
  const lines = await linesOf(tx, zoneId, booked.entries)
  const sum = (of: (line: StatementLine) => number) => lines.reduce((total, line) => total + of(line), 0)
  const billedFen = sum(({ amountFen }) => amountFen)
  const id = newId()
  const number = await drawNumber(tx, untilDay)
  const figures = {
    from_day: fromDay,
    until_day: untilDay,
    opening_fen: booked.opening,
    billed_fen: billedFen,
    net_fen: sum(({ netFen }) => netFen),
    tax_fen: sum(({ taxFen }) => taxFen),
    closing_fen: booked.opening + billedFen,
  }
  const sha256 = createHash('sha256')
    .update(canonicalJson({ number, shipperId, ...figures, lines }))
    .digest('hex')
  await tx
    .insertInto('freight_statement')
    .values({
      zone_id: zoneId,
      id,
      number,
      shipper_id: shipperId,
      ...figures,
      lines: lines.length,
      sha256,
      issued_at: at(now),
      issued_by: actor.name,
    })
    .execute()
  await sql`insert into freight_statement_line (zone_id, statement_id, place, day, waybill_id, version, kind, amount_fen, net_fen, tax_fen)
    select ${zoneId}, ${id}, r.place, r.day, r."waybillId", r.version, r.kind, r."amountFen", r."netFen", r."taxFen"
    from jsonb_to_recordset(${jsonb(lines)}::jsonb) as r(place integer, day date, "waybillId" uuid, version integer, kind text,
      "amountFen" bigint, "netFen" bigint, "taxFen" bigint)`.execute(tx)
  await note(tx, deps, actor, {
    objectKind: 'freight_statement',
    objectId: id,
    verb: 'issue',
    data: { number, fromDay, untilDay, billedFen },
    to: [shipperId],
  })
  return ok({ id, number })
}

/** A line for each journal of the shipper's account, in the order in which they were booked. One statement. */
async function linesOf(tx: Tx, zoneId: string, entries: readonly Entry[]): Promise<readonly StatementLine[]> {
  const journals = new Map<string, { readonly day: string; readonly waybillId: string; readonly amountFen: number }>()
  for (const { journalId, day, source, side, amount } of entries) {
    const amountFen = (journals.get(journalId)?.amountFen ?? 0) + (side === 'debit' ? amount : -amount)
    journals.set(journalId, { day, waybillId: source?.id ?? '', amountFen })
  }
  const sources = [...journals].map(([id, { waybillId }]) => ({ id, waybillId }))
  const { rows } = await sql<{
    readonly journalId: string
    readonly waybillId: string
    readonly version: number
    readonly isReversal: boolean
    readonly taxFen: number
  }>`select j.id as "journalId", s.waybill_id as "waybillId", s.version, s.reversal_id is not distinct from j.id as "isReversal",
      (s.sheet -> 'totals' ->> 'taxFen')::bigint as "taxFen"
    from jsonb_to_recordset(${jsonb(sources)}::jsonb) as j(id uuid, "waybillId" uuid)
    join freight_settlement s on s.zone_id = ${zoneId} and s.waybill_id = j."waybillId"
      and (s.journal_id = j.id or s.reversal_id = j.id)`.execute(tx)
  const known = new Map(rows.map((row) => [row.journalId, row]))
  return [...journals].map(([journalId, { day, amountFen }], i) => {
    const row = known.get(journalId)
    assert(row, `journal ${journalId} of a shipper's account is that of a settlement`)
    const taxFen = row.isReversal ? -row.taxFen : row.taxFen
    return {
      place: i + 1,
      day,
      waybillId: row.waybillId,
      version: row.version,
      kind: row.isReversal ? 'reversal' : 'settlement',
      amountFen,
      netFen: amountFen - taxFen,
      taxFen,
    }
  })
}

async function drawNumber(tx: Tx, day: string): Promise<string> {
  const { rows } = await sql<{ readonly n: number }>`select nextval('freight_number_drawn') as n`.execute(tx)
  return `DZ${day.replaceAll('-', '')}${String(rows[0]?.n ?? 0).padStart(6, '0')}`
}

async function lockStatement(tx: Tx, { zoneId }: FreightDeps, actor: Actor, id: string) {
  const row = await tx
    .selectFrom('freight_statement')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && (readsSettlements(actor) || shipsFor(actor, row.shipper_id)) ? row : undefined
}

/** Confirms a statement, by the shipper's own people. */
export async function confirmStatement(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number },
): Promise<Result<{ id: string }, FreightError>> {
  const row = await lockStatement(tx, deps, actor, input.id)
  if (!row) return err({ kind: 'not_found' })
  if (!shipsFor(actor, row.shipper_id)) return err({ kind: 'not_allowed' })
  if (row.state !== 'issued')
    return err({ kind: 'statement_state', field: 'state', value: row.state, rule: 'issued_statement' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  await tx
    .updateTable('freight_statement')
    .set({ state: 'confirmed', confirmed_at: at(deps.clock()), confirmed_by: actor.name, rev: row.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_statement',
    objectId: input.id,
    verb: 'confirm',
    data: { number: row.number, closingFen: row.closing_fen },
    to: [row.shipper_id],
  })
  return ok({ id: input.id })
}

/** Asks for an invoice on a confirmed statement; all invoices together are at most what it bills, net and tax each. */
export async function requestInvoice(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly title: string
    readonly taxNumber: string
    readonly lines: readonly InvoiceLine[]
  },
): Promise<Result<{ id: string }, FreightError>> {
  const row = await lockStatement(tx, deps, actor, input.id)
  if (!row) return err({ kind: 'not_found' })
  if (!shipsFor(actor, row.shipper_id) && !hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  if (row.state !== 'confirmed')
    return err({ kind: 'statement_state', field: 'state', value: row.state, rule: 'confirmed_statement' })
  const before = await tx
    .selectFrom('freight_invoice_request')
    .select(({ fn }) => [fn.sum<number | null>('net_fen').as('net'), fn.sum<number | null>('tax_fen').as('tax')])
    .where('zone_id', '=', deps.zoneId)
    .where('statement_id', '=', input.id)
    .executeTakeFirstOrThrow()
  const { title, taxNumber, lines } = input
  const netFen = lines.reduce((sum, line) => sum + line.netFen, 0)
  const taxFen = lines.reduce((sum, line) => sum + line.taxFen, 0)
  const left = { netFen: row.net_fen - Number(before.net ?? 0), taxFen: row.tax_fen - Number(before.tax ?? 0) }
  if (netFen > left.netFen)
    return err({ kind: 'field_refused', field: 'lines.netFen', value: String(netFen), rule: `max ${left.netFen}` })
  if (taxFen > left.taxFen)
    return err({ kind: 'field_refused', field: 'lines.taxFen', value: String(taxFen), rule: `max ${left.taxFen}` })
  const id = newId()
  await tx
    .insertInto('freight_invoice_request')
    .values({
      zone_id: deps.zoneId,
      id,
      statement_id: input.id,
      title,
      tax_number: taxNumber,
      lines: jsonb(lines),
      net_fen: netFen,
      tax_fen: taxFen,
      requested_at: at(deps.clock()),
      requested_by: actor.name,
    })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_statement',
    objectId: input.id,
    verb: 'request_invoice',
    data: { number: row.number, netFen, taxFen },
    to: [row.shipper_id],
  })
  return ok({ id })
}
