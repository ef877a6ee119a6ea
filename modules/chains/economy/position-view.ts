import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import { chainCatalogue } from '../catalogue/store.ts'
import { latest, type Wish } from '../page.ts'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import type { PositionRole } from '../words.ts'
import { anyOf, firmsNamed, productOf, productsNamed, type Products } from './named.ts'

export const positionRows = ({ zoneId }: { readonly zoneId: string }, db: Db | Tx, actor: Actor) =>
  db
    .selectFrom('chain_position as p')
    .leftJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'p.zone_id').onRef('e.id', '=', 'p.firm_id'))
    .leftJoin('chain_outside as o', (join) =>
      join
        .onRef('o.zone_id', '=', 'p.zone_id')
        .on(sql<boolean>`o.id = case when p.is_outside then p.firm_id::uuid end`),
    )
    .where('p.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_position', { zoneId, objectId: sql.ref('p.id') }))
    .select(['p.id', 'p.firm_id', 'p.is_outside', 'p.product_code', 'p.role', 'p.year', 'p.capacity', 'p.output'])
    .select(['p.is_qualified', 'p.evidence', 'p.as_of', 'p.synthetic', 'p.rev', 'p.updated_at', 'p.updated_by'])
    .select(sql<string>`coalesce(e.name, o.name, p.firm_id)`.as('firm'))
type PositionRow = Awaited<ReturnType<ReturnType<typeof positionRows>['execute']>>[number]

export const positionView = (row: PositionRow, products: Products) => ({
  id: row.id,
  firm: { id: row.firm_id, name: row.firm, isOutside: row.is_outside },
  product: productOf(products, row.product_code),
  role: row.role,
  year: row.year,
  capacity: row.capacity,
  output: row.output,
  utilisation: row.capacity > 0 ? row.output / row.capacity : null,
  isQualified: row.is_qualified,
  evidence: row.evidence,
  asOf: row.as_of,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

type PositionWish = Wish & {
  readonly firmId?: string | undefined
  readonly productCode?: string | undefined
  readonly role?: PositionRole | undefined
  readonly year?: number | undefined
}

/** A page of the positions within reach, the latest first. */
export async function listPositions({ deps, actor }: Reader, wish: PositionWish) {
  const { products } = await chainCatalogue(deps.db, deps.zoneId)
  let query = positionRows(deps, deps.db, actor)
  const { firmId, productCode, role, year, q } = wish
  if (firmId) query = query.where('p.firm_id', '=', firmId)
  if (productCode) query = query.where('p.product_code', '=', productCode)
  if (role) query = query.where('p.role', '=', role)
  if (year !== undefined) query = query.where('p.year', '=', year)
  const firms = q ? await firmsNamed(deps.db, deps.zoneId, q) : []
  if (q)
    query = query.where((eb) =>
      eb.or([eb('p.product_code', '=', anyOf(productsNamed(products, q))), eb('p.firm_id', '=', anyOf(firms))]),
    )
  const page = await countedPage(deps.db, query, latest('p'), wish)
  return { ...page, rows: page.rows.map((row) => positionView(row, products)) }
}

/** One position, or null. */
export async function findPosition({ deps, actor }: Reader, id: string) {
  const row = await positionRows(deps, deps.db, actor).where('p.id', '=', id).executeTakeFirst()
  return row ? positionView(row, (await chainCatalogue(deps.db, deps.zoneId)).products) : null
}
