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
import { tradeFor } from './trade.ts'
import { anyOf, firmsNamed, productOf, productsNamed, type Products } from './named.ts'
import { readSource } from './way.ts'

/** The links within reach, with everything: what goes out goes through `linkView`. */
export const linkRows = ({ zoneId }: { readonly zoneId: string }, db: Db | Tx, actor: Actor) =>
  db
    .selectFrom('chain_link as l')
    .leftJoin('party as s', (join) => join.onRef('s.zone_id', '=', 'l.zone_id').onRef('s.id', '=', 'l.seller_id'))
    .leftJoin('party as b', (join) => join.onRef('b.zone_id', '=', 'l.zone_id').onRef('b.id', '=', 'l.buyer_id'))
    .leftJoin('chain_outside as os', (join) =>
      join
        .onRef('os.zone_id', '=', 'l.zone_id')
        .on(sql<boolean>`os.id = case when l.seller_outside then l.seller_id::uuid end`),
    )
    .leftJoin('chain_outside as ob', (join) =>
      join
        .onRef('ob.zone_id', '=', 'l.zone_id')
        .on(sql<boolean>`ob.id = case when l.buyer_outside then l.buyer_id::uuid end`),
    )
    .where('l.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_link', { zoneId, objectId: sql.ref('l.id') }))
    .select(['l.id', 'l.seller_id', 'l.seller_outside', 'l.buyer_id', 'l.buyer_outside', 'l.product_code', 'l.year'])
    .select([
      'l.volume',
      'l.price_fen',
      'l.distance_km',
      'l.mode',
      'l.rate_fen',
      'l.is_contract',
      'l.source',
      'l.as_of',
    ])
    .select(['l.synthetic', 'l.rev', 'l.updated_at', 'l.updated_by'])
    .select([
      sql<string>`coalesce(s.name, os.name, l.seller_id)`.as('seller'),
      sql<string>`coalesce(b.name, ob.name, l.buyer_id)`.as('buyer'),
    ])
type LinkRow = Awaited<ReturnType<ReturnType<typeof linkRows>['execute']>>[number]

/** A link as this reader may see it. */
export const linkView = (actor: Actor, row: LinkRow, products: Products) => ({
  id: row.id,
  seller: { id: row.seller_id, name: row.seller, isOutside: row.seller_outside },
  buyer: { id: row.buyer_id, name: row.buyer, isOutside: row.buyer_outside },
  product: productOf(products, row.product_code),
  year: row.year,
  ...tradeFor(actor, row),
  distanceKm: row.distance_km,
  ...readSource(row.source),
  mode: row.mode,
  rateFen: row.rate_fen,
  isContract: row.is_contract,
  asOf: row.as_of,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

export type LinkWish = Wish & {
  readonly firmId?: string | undefined
  readonly sellerId?: string | undefined
  readonly buyerId?: string | undefined
  readonly productCode?: string | undefined
  readonly year?: number | undefined
}

/** A page of the links within reach, the latest first. Nothing is asked or sorted by what is hidden. */
export async function listLinks({ deps, actor }: Reader, wish: LinkWish) {
  const { products } = await chainCatalogue(deps.db, deps.zoneId)
  let query = linkRows(deps, deps.db, actor)
  const { firmId, sellerId, buyerId, productCode, year, q } = wish
  if (firmId) query = query.where((eb) => eb.or([eb('l.seller_id', '=', firmId), eb('l.buyer_id', '=', firmId)]))
  if (sellerId) query = query.where('l.seller_id', '=', sellerId)
  if (buyerId) query = query.where('l.buyer_id', '=', buyerId)
  if (productCode) query = query.where('l.product_code', '=', productCode)
  if (year !== undefined) query = query.where('l.year', '=', year)
  const firms = q ? await firmsNamed(deps.db, deps.zoneId, q) : []
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('l.product_code', '=', anyOf(productsNamed(products, q))),
        eb('l.seller_id', '=', anyOf(firms)),
        eb('l.buyer_id', '=', anyOf(firms)),
      ]),
    )
  const page = await countedPage(deps.db, query, latest('l'), wish)
  return { ...page, rows: page.rows.map((row) => linkView(actor, row, products)) }
}

/** One link, or null. */
export async function findLink({ deps, actor }: Reader, id: string) {
  const row = await linkRows(deps, deps.db, actor).where('l.id', '=', id).executeTakeFirst()
  return row ? linkView(actor, row, (await chainCatalogue(deps.db, deps.zoneId)).products) : null
}
