import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { countedPage } from '@tingzhou/records'
import type { Wish } from '../page.ts'
import '../reach.ts'
import type { Reader } from '../room.ts'
import '../tables.ts'
import type { Basis } from '../words.ts'
import { routesMax } from './limits.ts'

type Input = {
  readonly product: { readonly code: string; readonly zh: string; readonly en: string }
  readonly unit: string
  readonly coefficient: number
  readonly low: number
  readonly high: number
  readonly basis: Basis
}
type Route = {
  readonly route: string
  readonly share: number
  readonly basis: Basis
  readonly source: string
  readonly asOf: string
  readonly inputs: Input[]
}

/** Open routes of a product with their inputs, the largest share first, as JSON. */
const routes = sql<Route[]>`coalesce((select jsonb_agg(w.route order by w.share desc, w.name) from (
    select r.share, r.route as name, jsonb_build_object('route', r.route, 'share', r.share, 'basis', r.basis, 'source', r.source,
      'asOf', r.as_of, 'inputs', coalesce((
        select jsonb_agg(jsonb_build_object('product', jsonb_build_object('code', g.code, 'zh', g.zh, 'en', g.en), 'unit', g.unit,
          'coefficient', i.coefficient, 'low', i.low, 'high', i.high, 'basis', i.basis) order by i.coefficient < 0, i.product_code)
        from chain_recipe_input i join chain_product g on g.zone_id = i.zone_id and g.code = i.product_code
        where i.zone_id = r.zone_id and i.recipe_id = r.id), '[]'::jsonb)) as route
    from chain_recipe r where r.zone_id = p.zone_id and r.output_code = p.code and r.state = 'open'
    limit ${routesMax}) w), '[]'::jsonb)`

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_product as p')
    .where('p.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_recipe', { zoneId, objectId: sql.ref('p.code') }))
    .select([
      'p.code',
      'p.zh',
      'p.en',
      'p.unit',
      sql<number>`(select coalesce(sum(r.rev), 0) from chain_recipe r
        where r.zone_id = p.zone_id and r.output_code = p.code)::integer`.as('rev'),
      routes.as('routes'),
    ])
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = ({ code, zh, en, unit, rev, routes: own }: Row) => ({ output: { code, zh, en }, unit, rev, routes: own })

/** A page of the products that have a recipe, by code. Two statements. */
export async function listRecipes(reader: Reader, wish: Wish & { readonly input?: string | undefined }) {
  const { input, q } = wish
  let query = select(reader).where((eb) =>
    eb.exists(
      eb
        .selectFrom('chain_recipe as r')
        .$if(input !== undefined, (inner) =>
          inner.innerJoin('chain_recipe_input as i', (join) =>
            join
              .onRef('i.zone_id', '=', 'r.zone_id')
              .onRef('i.recipe_id', '=', 'r.id')
              .on('i.product_code', '=', input ?? ''),
          ),
        )
        .select('r.id')
        .whereRef('r.zone_id', '=', 'p.zone_id')
        .whereRef('r.output_code', '=', 'p.code')
        .where('r.state', '=', 'open'),
    ),
  )
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('p.code', 'ilike', containing(q)),
        eb('p.zh', 'ilike', containing(q)),
        eb('p.en', 'ilike', containing(q)),
      ]),
    )
  const page = await countedPage(
    reader.deps.db,
    query,
    [{ ref: sql.ref('p.code'), order: 'asc', kind: 'string', read: (row) => row.code }],
    wish,
  )
  return { ...page, rows: page.rows.map(view) }
}

/** How a product is made, with no routes where nobody said so, or null. One statement. */
export async function findRecipe(reader: Reader, code: string) {
  const row = await select(reader).where('p.code', '=', code).executeTakeFirst()
  return row ? view(row) : null
}
