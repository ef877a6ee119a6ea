import { sql } from 'kysely'
import { addDays, instantOf } from '@tingzhou/calendar'
import { at } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { localDate } from '@tingzhou/kernel'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'
import { carriedBy, readsPayments, readsSettlements, shippedBy } from './reach.ts'
import './tables.ts'
import type { StatementState } from './words.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) => {
  const query = db
    .selectFrom('freight_statement as s')
    .innerJoin('party as p', (join) => join.onRef('p.zone_id', '=', 's.zone_id').onRef('p.id', '=', 's.shipper_id'))
    .where('s.zone_id', '=', zoneId)
    .selectAll('s')
    .select('p.name as shipper')
  return readsSettlements(actor) ? query : query.where(shippedBy(actor, 's'))
}
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  id: row.id,
  number: row.number,
  shipper: { id: row.shipper_id, name: row.shipper },
  fromDay: row.from_day,
  untilDay: row.until_day,
  openingFen: row.opening_fen,
  billedFen: row.billed_fen,
  netFen: row.net_fen,
  taxFen: row.tax_fen,
  closingFen: row.closing_fen,
  lines: row.lines,
  sha256: row.sha256,
  state: row.state,
  issuedAt: row.issued_at,
  issuedBy: row.issued_by,
  confirmedAt: row.confirmed_at,
  confirmedBy: row.confirmed_by,
  rev: row.rev,
})

type Wish = {
  readonly shipperId?: string | undefined
  readonly state?: StatementState | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the statements within reach, the latest days first. One statement. */
export async function listStatements(reader: Reader, wish: Wish) {
  let query = select(reader)
  if (wish.shipperId) query = query.where('s.shipper_id', '=', wish.shipperId)
  if (wish.state) query = query.where('s.state', '=', wish.state)
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('s.until_day'), order: 'desc', kind: 'string', read: (row) => row.until_day },
      { ref: sql.ref('s.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: rows.map(view), next, total: null }
}

/** One statement without its lines, or null. One statement. */
export async function findStatementHead(reader: Reader, id: string) {
  const row = await select(reader).where('s.id', '=', id).executeTakeFirst()
  return row ? view(row) : null
}

/** Lines of one statement from a place on. One statement. */
async function linesOf({ deps: { db, zoneId } }: Reader, id: string, after: number, limit: number) {
  const rows = await db
    .selectFrom('freight_statement_line as l')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'l.zone_id').onRef('w.id', '=', 'l.waybill_id'),
    )
    .selectAll('l')
    .select(['w.number', 'w.serial'])
    .where('l.zone_id', '=', zoneId)
    .where('l.statement_id', '=', id)
    .where('l.place', '>', after)
    .orderBy('l.place')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    place: row.place,
    day: row.day,
    waybill: { id: row.waybill_id, number: row.number, serial: row.serial },
    version: row.version,
    kind: row.kind,
    amountFen: row.amount_fen,
    netFen: row.net_fen,
    taxFen: row.tax_fen,
  }))
}

/** One statement with a page of its lines and the invoices that were asked for, at most 200; or null. Three statements. */
export async function findStatement(
  reader: Reader,
  { id, after, limit }: { readonly id: string; readonly after: number; readonly limit: number },
) {
  const row = await select(reader).where('s.id', '=', id).executeTakeFirst()
  if (!row) return null
  const rows = await linesOf(reader, id, after, limit)
  const invoices = await reader.deps.db
    .selectFrom('freight_invoice_request')
    .select([
      'id',
      'title',
      'tax_number as taxNumber',
      'lines',
      'net_fen as netFen',
      'tax_fen as taxFen',
      'requested_at as at',
      'requested_by as by',
    ])
    .where('zone_id', '=', reader.deps.zoneId)
    .where('statement_id', '=', id)
    .orderBy('requested_at')
    .limit(200)
    .execute()
  const last = rows.at(-1)?.place ?? after
  return {
    ...view(row),
    rows,
    next: last < row.lines ? last : null,
    invoices: invoices.map((invoice) => ({ ...invoice, lines: [...invoice.lines] })),
  }
}

/** The first day of a month and that of the next, as instants of the zone. */
function spanOf(month: string) {
  const from = localDate(`${month}-01`)
  const until = localDate(`${addDays(from, 31).slice(0, 7)}-01`)
  return { from: at(instantOf(from, '00:00')), until: at(instantOf(until, '00:00')) }
}

type IncomeWish = {
  readonly month: string
  readonly carrierId?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of what was paid in a month within reach, in its order, and what all of it comes to. Two statements. */
export async function listIncomes(reader: Reader, wish: IncomeWish) {
  const { deps, actor } = reader
  const { from, until } = spanOf(wish.month)
  let query = deps.db
    .selectFrom('freight_payment as p')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'p.zone_id').onRef('w.id', '=', 'p.waybill_id'),
    )
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'p.zone_id').onRef('c.id', '=', 'p.carrier_id'),
    )
    .where('p.zone_id', '=', deps.zoneId)
    .where('p.state', '=', 'done')
    .where(sql<boolean>`p.done_at >= ${from} and p.done_at < ${until}`)
    .selectAll('p')
    .select(['w.number', 'w.serial', 'c.name as carrier'])
  if (!readsPayments(actor)) query = query.where(carriedBy(actor, 'w'))
  if (wish.carrierId) query = query.where('p.carrier_id', '=', wish.carrierId)
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('p.done_at'), order: 'asc', kind: 'instant', read: (row) => row.done_at ?? 0 },
      { ref: sql.ref('p.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const [all] = await query
    .clearSelect()
    .select(({ fn }) => [fn.countAll<number>().as('n'), sql<number>`coalesce(sum(p.amount_fen), 0)::bigint`.as('fen')])
    .execute()
  return {
    rows: rows.flatMap((row) =>
      row.done_at === null
        ? []
        : [
            {
              paymentId: row.id,
              waybill: { id: row.waybill_id, number: row.number, serial: row.serial },
              carrier: { id: row.carrier_id, name: row.carrier },
              line: row.line,
              means: row.means,
              amountFen: row.amount_fen,
              bankSerial: row.bank_serial,
              doneAt: row.done_at,
            },
          ],
    ),
    next,
    total: all?.n ?? 0,
    sumFen: all?.fen ?? 0,
  }
}
