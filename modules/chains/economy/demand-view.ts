import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { countedPage } from '@tingzhou/records'
import { chainCatalogue } from '../catalogue/store.ts'
import type { Wish } from '../page.ts'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import { anyOf, productOf, productsNamed, type Products } from './named.ts'

const demandRows = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_demand as d')
    .selectAll('d')
    .where('d.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_demand', { zoneId, objectId: sql.ref('d.id') }))
type DemandRow = Awaited<ReturnType<ReturnType<typeof demandRows>['execute']>>[number]

const demandView = (row: DemandRow, products: Products) => ({
  id: row.id,
  product: productOf(products, row.product_code),
  year: row.year,
  volume: row.volume,
  source: row.source,
  asOf: row.as_of,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

type DemandWish = Wish & { readonly productCode?: string | undefined; readonly year?: number | undefined }

/** A page of final demands, the latest year first. */
export async function listDemands(reader: Reader, wish: DemandWish) {
  const { db, zoneId } = reader.deps
  const { products } = await chainCatalogue(db, zoneId)
  let query = demandRows(reader)
  const { productCode, year, q } = wish
  if (productCode) query = query.where('d.product_code', '=', productCode)
  if (year !== undefined) query = query.where('d.year', '=', year)
  if (q) query = query.where('d.product_code', '=', anyOf(productsNamed(products, q)))
  const page = await countedPage(
    db,
    query,
    [
      { ref: sql.ref('d.year'), order: 'desc', kind: 'number', read: (row) => row.year },
      { ref: sql.ref('d.product_code'), order: 'asc', kind: 'string', read: (row) => row.product_code },
      { ref: sql.ref('d.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map((row) => demandView(row, products)) }
}

/** One demand, or null. */
export async function findDemand(reader: Reader, id: string) {
  const row = await demandRows(reader).where('d.id', '=', id).executeTakeFirst()
  return row ? demandView(row, (await chainCatalogue(reader.deps.db, reader.deps.zoneId)).products) : null
}
