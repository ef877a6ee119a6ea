import { sql, type SelectQueryBuilder } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage, type SortColumn } from '@tingzhou/http'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import type { Inspection, State } from '../words.ts'

/** What every list can be asked. */
export type Wish = {
  readonly state?: State | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page, and how many rows there are under the same filters, counted to 1,000. Two statements. */
export async function pageOf<DB, TB extends keyof DB, Row>(
  { deps }: Reader,
  query: SelectQueryBuilder<DB, TB, Row>,
  order: readonly SortColumn<Row>[],
  wish: Pick<Wish, 'cursor' | 'limit'>,
) {
  const page = await keysetPage(query, order, wish)
  const some = query
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(totalMax + 1)
  const counted = await deps.db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  const total = counted?.n ?? 0
  return { rows: page.rows, next: page.next, total: total > totalMax ? null : total }
}
const totalMax = 1_000

type Created = { readonly created_at: number; readonly id: string }
/** The latest first. */
export const latest = <Row extends Created>(alias: string): readonly SortColumn<Row>[] => [
  { ref: sql.ref(`${alias}.created_at`), order: 'desc', kind: 'instant', read: (row) => row.created_at },
  { ref: sql.ref(`${alias}.id`), order: 'asc', kind: 'string', read: (row) => row.id },
]

const sales = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('export_contract as c')
    .innerJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'c.zone_id').onRef('e.id', '=', 'c.exporter_id'))
    .where('c.zone_id', '=', zoneId)
    .where(reaches(actor, 'export_contract', { zoneId, objectId: sql.ref('c.id') }))
    .selectAll('c')
    .select('e.name as exporter')
type SaleRow = Awaited<ReturnType<ReturnType<typeof sales>['execute']>>[number]

const saleView = (row: SaleRow) => ({
  id: row.id,
  number: row.number,
  exporter: { id: row.exporter_id, name: row.exporter },
  buyer: row.buyer,
  country: row.country,
  goodsClass: row.goods_class,
  goods: row.goods,
  species: row.species,
  sku: row.sku,
  pieces: row.pieces,
  drawn: row.drawn,
  left: row.pieces - row.drawn,
  currency: row.currency,
  priceMinor: row.price_minor,
  signedOn: row.signed_on,
  validTo: row.valid_to,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the export contracts within reach, the latest first. */
export async function listSales(reader: Reader, wish: Wish & { readonly exporterId?: string | undefined }) {
  let query = sales(reader)
  const { state, exporterId, q } = wish
  if (state) query = query.where('c.state', '=', state)
  if (exporterId) query = query.where('c.exporter_id', '=', exporterId)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('c.number', 'ilike', containing(q)),
        eb('c.buyer', 'ilike', containing(q)),
        eb('c.goods', 'ilike', containing(q)),
      ]),
    )
  const page = await pageOf(reader, query, latest('c'), wish)
  return { ...page, rows: page.rows.map(saleView) }
}

/** One export contract, or null. */
export async function findSale(reader: Reader, id: string) {
  const row = await sales(reader).where('c.id', '=', id).executeTakeFirst()
  return row ? saleView(row) : null
}

const nurseries = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('export_nursery as n')
    .innerJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'n.zone_id').onRef('e.id', '=', 'n.enterprise_id'))
    .where('n.zone_id', '=', zoneId)
    .where(reaches(actor, 'export_nursery', { zoneId, objectId: sql.ref('n.id') }))
    .selectAll('n')
    .select('e.name as enterprise')
type NurseryRow = Awaited<ReturnType<ReturnType<typeof nurseries>['execute']>>[number]

const nurseryView = (row: NurseryRow) => ({
  id: row.id,
  enterprise: { id: row.enterprise_id, name: row.enterprise },
  name: row.name,
  registration: row.registration,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  address: row.address,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the nurseries within reach, by name. */
export async function listNurseries(reader: Reader, wish: Wish) {
  let query = nurseries(reader)
  const { state, q } = wish
  if (state) query = query.where('n.state', '=', state)
  if (q)
    query = query.where((eb) =>
      eb.or([eb('n.name', 'ilike', containing(q)), eb('n.registration', 'ilike', containing(q))]),
    )
  const page = await pageOf(
    reader,
    query,
    [
      { ref: sql.ref('n.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('n.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(nurseryView) }
}

/** One nursery with its plots and what was lifted from each, or null. Two statements. */
export async function findNursery(reader: Reader, id: string) {
  const { db, zoneId } = reader.deps
  const row = await nurseries(reader).where('n.id', '=', id).executeTakeFirst()
  if (!row) return null
  const plots = await db
    .selectFrom('export_plot as p')
    .leftJoin('export_lot as l', (join) => join.onRef('l.zone_id', '=', 'p.zone_id').onRef('l.plot_id', '=', 'p.id'))
    .select((eb) => [
      'p.id',
      'p.code',
      'p.area_m2 as areaM2',
      'p.lon_deg as lonDeg',
      'p.lat_deg as latDeg',
      'p.remark',
      eb.fn.count<number>('l.id').as('lots'),
      sql<number>`coalesce(sum(l.pieces), 0)::bigint`.as('pieces'),
    ])
    .where('p.zone_id', '=', zoneId)
    .where('p.nursery_id', '=', id)
    .groupBy(['p.id', 'p.code', 'p.area_m2', 'p.lon_deg', 'p.lat_deg', 'p.remark'])
    .orderBy('p.code')
    .limit(200)
    .execute()
  return { ...nurseryView(row), plots }
}

const lots = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('export_lot as l')
    .innerJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'l.zone_id').onRef('e.id', '=', 'l.exporter_id'))
    .leftJoin('export_nursery as n', (join) =>
      join.onRef('n.zone_id', '=', 'l.zone_id').onRef('n.id', '=', 'l.nursery_id'),
    )
    .leftJoin('export_plot as p', (join) => join.onRef('p.zone_id', '=', 'l.zone_id').onRef('p.id', '=', 'l.plot_id'))
    .where('l.zone_id', '=', zoneId)
    .where(reaches(actor, 'export_lot', { zoneId, objectId: sql.ref('l.id') }))
    .selectAll('l')
    .select(['e.name as exporter', 'n.name as nursery', 'p.code as plot'])
type LotRow = Awaited<ReturnType<ReturnType<typeof lots>['execute']>>[number]

const lotView = (row: LotRow) => ({
  id: row.id,
  number: row.number,
  exporter: { id: row.exporter_id, name: row.exporter },
  goodsClass: row.goods_class,
  goods: row.goods,
  species: row.species,
  sku: row.sku,
  nursery: row.nursery_id === null ? null : { id: row.nursery_id, name: row.nursery ?? '' },
  plot: row.plot_id === null ? null : { id: row.plot_id, name: row.plot ?? '' },
  pieces: row.pieces,
  taken: row.taken,
  left: row.pieces - row.taken,
  heightCmMin: row.height_cm_min,
  heightCmMax: row.height_cm_max,
  diameterMmMin: row.diameter_mm_min,
  diameterMmMax: row.diameter_mm_max,
  liftedOn: row.lifted_on,
  prunedOn: row.pruned_on,
  disinfectedOn: row.disinfected_on,
  disinfectant: row.disinfectant,
  bundlePieces: row.bundle_pieces,
  inspection: row.inspection,
  inspectedOn: row.inspected_on,
  inspector: row.inspector,
  certificate: row.certificate,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

type LotWish = Wish & {
  readonly nurseryId?: string | undefined
  readonly plotId?: string | undefined
  readonly exporterId?: string | undefined
  readonly inspection?: Inspection | undefined
}

/** A page of the lots within reach, the latest first. */
export async function listLots(reader: Reader, wish: LotWish) {
  let query = lots(reader)
  const { state, nurseryId, plotId, exporterId, inspection, q } = wish
  if (state) query = query.where('l.state', '=', state)
  if (nurseryId) query = query.where('l.nursery_id', '=', nurseryId)
  if (plotId) query = query.where('l.plot_id', '=', plotId)
  if (exporterId) query = query.where('l.exporter_id', '=', exporterId)
  if (inspection) query = query.where('l.inspection', '=', inspection)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('l.number', 'ilike', containing(q)),
        eb('l.goods', 'ilike', containing(q)),
        eb('l.species', 'ilike', containing(q)),
      ]),
    )
  const page = await pageOf(reader, query, latest('l'), wish)
  return { ...page, rows: page.rows.map(lotView) }
}

/** One lot, or null. */
export async function findLot(reader: Reader, id: string) {
  const row = await lots(reader).where('l.id', '=', id).executeTakeFirst()
  return row ? lotView(row) : null
}
