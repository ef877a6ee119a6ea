import { sql, type RawBuilder } from 'kysely'
import { reaches, reachesAll } from '@tingzhou/access'
import { at, escapeLike } from '@tingzhou/db'
import { encodeCursor, keysetPage } from '@tingzhou/http'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { CaseDeps } from '@tingzhou/casework'
import type * as z from 'zod'
import { plateKey } from '../numbers.ts'
import type { WaybillState } from '../words.ts'
import { standOf } from './stand.ts'
import { madeWithNumber } from './numbers.ts'
import type { WaybillRow } from './waybill-contract.ts'

/** The one who reads, and the ports of reading. */
export type Reader = { readonly deps: CaseDeps; readonly actor: Actor }
export type Row = z.infer<typeof WaybillRow>

export type Wish = {
  readonly state?: readonly WaybillState[] | undefined
  readonly carrierId?: string | undefined
  readonly shipperId?: string | undefined
  readonly driverId?: string | undefined
  readonly loadId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Everything the reader may see of waybills. */
export function readable(reader: Reader) {
  const { deps, actor } = reader
  return deps.db
    .selectFrom('freight_waybill as w')
    .where('w.zone_id', '=', deps.zoneId)
    .where(reaches(actor, 'freight_waybill', { zoneId: deps.zoneId, objectId: sql.ref('w.id') }))
}

/**
 * Lists name the same rows by the columns that a waybill begins with, for reach is granted to exactly these parties and never taken.
 * Each way to them is asked by itself, so that its index gives the rows in order; no waybill is on two of them.
 */
function waysOf(actor: Actor): readonly RawBuilder<boolean>[] {
  if (reachesAll(actor, 'freight_waybill')) return [sql<boolean>`true`]
  const carriers = partiesOf(actor, 'carrier')
  const firms = partiesOf(actor, 'enterprise')
  const ways = [
    ...(hasRole(actor, 'driver') ? [oneOf('w.driver_account_id', [actor.accountId])] : []),
    ...(carriers.length > 0 ? [oneOf('w.carrier_id', carriers)] : []),
    ...(firms.length > 0 ? [oneOf('w.shipper_id', firms), oneOf('w.consignee_id', firms)] : []),
  ]
  return ways.map((way, index) =>
    index === 0 ? way : sql<boolean>`(${way} and (${sql.join(ways.slice(0, index), sql` or `)}) is not true)`,
  )
}

/** With one value an index gives its rows in order. */
const oneOf = (column: string, ids: readonly string[]) =>
  ids.length === 1
    ? sql<boolean>`${sql.ref(column)} = ${ids[0]}`
    : sql<boolean>`${sql.ref(column)} = any(${ids}::text[])`

function filtered({ deps }: Reader, wish: Wish, way: RawBuilder<boolean>) {
  let query = deps.db.selectFrom('freight_waybill as w').where('w.zone_id', '=', deps.zoneId).where(way)
  if (wish.q) query = query.where(matches(deps.zoneId, wish.q))
  if (wish.state && wish.state.length > 0) query = query.where('w.state', 'in', [...wish.state])
  if (wish.carrierId) query = query.where('w.carrier_id', '=', wish.carrierId)
  if (wish.shipperId) query = query.where('w.shipper_id', '=', wish.shipperId)
  if (wish.driverId) query = query.where('w.driver_id', '=', wish.driverId)
  if (wish.loadId) query = query.where('w.load_id', '=', wish.loadId)
  if (wish.from)
    query = query.where(sql<boolean>`w.created_at >= ${wish.from}::date::timestamp at time zone 'Asia/Shanghai'`)
  if (wish.to)
    query = query.where(sql<boolean>`w.created_at < (${wish.to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`)
  return query
}

/** What somebody types: the beginning of a number, of a plate (a province's sign and a letter), or of a driver's name. */
function matches(zoneId: string, q: string) {
  const beginning = (text: string) => `${escapeLike(text)}%`
  if (/^YD\d*$/i.test(q)) return numbered(zoneId, q.toUpperCase(), beginning(q.toUpperCase()))
  const key = plateKey(q)
  if (/^\p{Script=Han}[A-Z]/u.test(key) || /^[A-Z0-9]{4,}$/.test(key))
    return sql<boolean>`w.plate_key like ${beginning(key)}`
  return sql<boolean>`w.driver_name like ${beginning(q)}`
}

/**
 * Numbers say when their waybills were made, so that a page is found from there instead of from today: later ones are only the legs of
 * those that were transloaded (freight_waybill_leg).
 */
function numbered(zoneId: string, q: string, beginning: string) {
  const made = madeWithNumber(q)
  if (!made) return sql<boolean>`w.number like ${beginning}`
  return sql<boolean>`(w.number like ${beginning} and w.created_at >= ${at(made.from)} and w.created_at <= greatest(${at(made.until)},
    (select max(leg.created_at) from freight_waybill leg
      where leg.zone_id = ${zoneId} and leg.serial <> '0000' and leg.number like ${beginning})))`
}

const rowColumns = <T extends ReturnType<typeof filtered>>(query: T) =>
  query.select([
    'w.id',
    'w.number',
    'w.serial',
    'w.state',
    'w.goods',
    'w.measure',
    'w.plan',
    'w.load_id',
    'w.shipper_id',
    'w.consignee_id',
    'w.carrier_id',
    'w.driver_id',
    'w.driver_account_id',
    'w.sign_link_sha256',
    'w.driver_name',
    'w.from_id',
    'w.to_id',
    'w.load_net_kg',
    'w.unload_net_kg',
    'w.due_fen',
    'w.bill_fen',
    'w.due_at',
    'w.next_step',
    'w.created_at',
    'w.updated_at',
    'w.closed_at',
    'w.synthetic',
    'w.rev',
    sql<string>`w.agreement -> 'shipper' ->> 'name'`.as('shipper_name'),
    sql<string>`w.agreement -> 'carrier' ->> 'name'`.as('carrier_name'),
    sql<string>`w.agreement -> 'vehicle' ->> 'name'`.as('plate'),
    sql<string>`w.agreement -> 'from' ->> 'name'`.as('from_name'),
    sql<string>`(select p.name from freight_place p where p.zone_id = w.zone_id and p.id = w.to_id)`.as('to_name'),
  ])

type Selected = Awaited<ReturnType<ReturnType<typeof rowColumns>['execute']>>[number]

/** What of the money somebody sees: the carrier's side, the shipper's side. Staff see both. O(memberships). */
export function moneySides(
  actor: Actor,
  row: Parameters<typeof standOf>[1],
): { readonly due: boolean; readonly bill: boolean } {
  if (reachesAll(actor, 'freight_waybill')) return { due: true, bill: true }
  const { carrier, driver, shipper } = standOf(actor, row)
  return { due: carrier || driver, bill: shipper }
}

export function toRow(actor: Actor, row: Selected): Row {
  const sides = moneySides(actor, row)
  return {
    id: row.id,
    number: row.number,
    serial: row.serial,
    state: row.state,
    goods: row.goods,
    measure: row.measure,
    plan: row.plan,
    loadId: row.load_id,
    shipper: { id: row.shipper_id, name: row.shipper_name },
    carrier: { id: row.carrier_id, name: row.carrier_name },
    driver: { id: row.driver_id, name: row.driver_name },
    plate: row.plate,
    from: { id: row.from_id, name: row.from_name },
    to: { id: row.to_id, name: row.to_name },
    loadNetKg: row.load_net_kg,
    unloadNetKg: row.unload_net_kg,
    dueFen: sides.due ? row.due_fen : null,
    billFen: sides.bill ? row.bill_fen : null,
    dueAt: row.due_at,
    nextStep: row.next_step,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    synthetic: row.synthetic,
    rev: row.rev,
  }
}

/** Counting all of two million rows would take longer than anybody waits. */
const totalMax = 1_000

/** One page of the waybills within reach, the latest first; counted up to 1,000. Two statements a way, of which most have one. */
export async function listWaybills(reader: Reader, wish: Wish) {
  const found = await Promise.all(waysOf(reader.actor).map((way) => pageOf(reader, wish, way)))
  const rows = found.flatMap((page) => page.rows).toSorted(latestFirst)
  const shown = rows.slice(0, wish.limit)
  const last = shown.at(-1)
  const more = rows.length > wish.limit || found.some(({ next }) => next !== null)
  const total = found.reduce((sum, { n }) => sum + n, 0)
  return {
    rows: shown.map((row) => toRow(reader.actor, row)),
    next: more && last ? encodeCursor([last.created_at, last.id]) : null,
    total: total > totalMax ? null : total,
  }
}

const latestFirst = (a: Selected, b: Selected): number => b.created_at - a.created_at || (a.id < b.id ? -1 : 1)

async function pageOf(reader: Reader, wish: Wish, way: RawBuilder<boolean>) {
  const query = filtered(reader, wish, way)
  const page = await keysetPage(
    rowColumns(query),
    [
      { ref: sql.ref('w.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('w.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const some = query.select(sql<number>`1`.as('one')).limit(totalMax + 1)
  const counted = await reader.deps.db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return { ...page, n: counted?.n ?? 0 }
}

/** The list's row of one waybill; null when it is out of reach or does not exist. */
export async function findRow(reader: Reader, id: string): Promise<Row | null> {
  const row = await rowColumns(readable(reader)).where('w.id', '=', id).executeTakeFirst()
  return row ? toRow(reader.actor, row) : null
}

/** Whether the waybill is within the reader's reach. One statement. */
export async function isReadable(reader: Reader, id: string): Promise<boolean> {
  return (await readable(reader).select('w.id').where('w.id', '=', id).executeTakeFirst()) !== undefined
}
