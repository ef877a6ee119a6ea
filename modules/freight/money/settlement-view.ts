import { sql } from 'kysely'
import { addDays, instantOf } from '@tingzhou/calendar'
import { at } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { localDate } from '@tingzhou/kernel'
import type { Line, Sheet } from '@tingzhou/settlement'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'
import { carriedBy, carriesFor, readsSettlements, shippedBy, shipsFor } from './reach.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) => {
  const query = db
    .selectFrom('freight_settlement as s')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 's.zone_id').onRef('w.id', '=', 's.waybill_id'),
    )
    .where('s.zone_id', '=', zoneId)
    .select([
      's.waybill_id',
      's.version',
      's.sheet',
      's.sha256',
      's.reversal_id',
      's.why',
      's.created_at',
      's.created_by',
      'w.number',
      'w.serial',
      'w.terms_id',
      'w.terms_version',
      'w.shipper_id',
      'w.carrier_id',
      'w.driver_account_id',
    ])
  if (readsSettlements(actor)) return query
  return query.where((where) => where.or([shippedBy(actor, 'w'), carriedBy(actor, 'w')]))
}
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const linesOf = ({ lines }: Sheet, side: Line['side']) =>
  lines
    .filter((line) => line.side === side)
    .map(({ key, ref, sign, amountFen }) => ({ key, ref, amountFen: sign * amountFen }))

/** Each side sees its own figures; the platform both. */
function view({ actor }: Reader, row: Row) {
  const { sheet } = row
  const { totals, facts } = sheet
  const seesAll = readsSettlements(actor)
  const carries = seesAll || carriesFor(actor, row.carrier_id, row.driver_account_id)
  const ships = seesAll || shipsFor(actor, row.shipper_id)
  return {
    waybill: { id: row.waybill_id, number: row.number, serial: row.serial },
    version: row.version,
    terms: { id: row.terms_id, version: row.terms_version },
    sha256: row.sha256,
    loadKg: facts.loadKg,
    unloadKg: facts.unloadKg,
    goodsMilliFen: facts.prices.goodsMilliFen,
    carrier: carries
      ? {
          basis: sheet.weighing.carrier,
          lines: linesOf(sheet, 'carrier'),
          priceMilliFen: facts.prices.carrierMilliFen,
          dueFen: totals.dueFen,
          paidFen: totals.paidFen,
          carriedFen: totals.carriedFen,
          pays: sheet.pays.map(({ to, ref, amountFen, group }) => ({ to, ref, amountFen, group })),
        }
      : null,
    shipper: ships
      ? {
          basis: sheet.weighing.shipper,
          lines: linesOf(sheet, 'shipper'),
          priceMilliFen: facts.prices.shipperMilliFen,
          billFen: totals.billFen,
          netFen: totals.netFen,
          taxFen: totals.taxFen,
          vatBp: facts.vatBp,
        }
      : null,
    isReversed: row.reversal_id !== null,
    why: row.why,
    at: row.created_at,
    by: row.created_by,
  }
}

type Wish = {
  readonly shipperId?: string | undefined
  readonly carrierId?: string | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the settlements that count, the latest first; by freight_settlement_list. One statement. */
export async function listSettlements(reader: Reader, wish: Wish) {
  let query = select(reader).where('s.reversal_id', 'is', null)
  if (wish.shipperId) query = query.where('w.shipper_id', '=', wish.shipperId)
  if (wish.carrierId) query = query.where('w.carrier_id', '=', wish.carrierId)
  if (wish.from) query = query.where(sql<boolean>`s.created_at >= ${at(instantOf(localDate(wish.from), '00:00'))}`)
  if (wish.until)
    query = query.where(sql<boolean>`s.created_at < ${at(instantOf(addDays(localDate(wish.until), 1), '00:00'))}`)
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('s.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('s.waybill_id'), order: 'desc', kind: 'string', read: (row) => row.waybill_id },
    ],
    wish,
  )
  return { rows: rows.map((row) => view(reader, row)), next, total: null }
}

/** The settlements of a waybill, the latest first, at most 100; null: none within reach. One statement. */
export async function findSettlements(reader: Reader, waybillId: string) {
  const rows = await select(reader)
    .where('s.waybill_id', '=', waybillId)
    .orderBy('s.version', 'desc')
    .limit(100)
    .execute()
  return rows.length === 0 ? null : { rows: rows.map((row) => view(reader, row)) }
}
