import { sql, type RawBuilder } from 'kysely'
import { at, jsonb, newId, type Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { starterProducts } from '@tingzhou/text'
import chains from '../data/chains.json' with { type: 'json' }
import clusters from '../data/clusters.json' with { type: 'json' }
import products from '../data/products.json' with { type: 'json' }
import recipes from '../data/recipes.json' with { type: 'json' }
import '../tables.ts'
import { numbered } from './numbered.ts'

/**
 * Gives a zone without a catalogue the start catalogue of `data/` and of libs/text, with the marks that its rows have there. What the zone has
 * stays: a repeat, or another server at the same time, does nothing.
 * @returns whether it was loaded now
 * Nine statements, one for a zone that has its catalogue.
 */
export const loadCatalogue = (db: Db, zoneId: string, now: EpochMs): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    // Another server that loads holds this row until its rows are there.
    const begun = await tx
      .insertInto('chain_catalogue')
      .values({ zone_id: zoneId, updated_at: at(now) })
      .onConflict((conflict) => conflict.column('zone_id').doNothing())
      .returning('zone_id')
      .executeTakeFirst()
    if (!begun) return false
    for (const statement of startStatements(zoneId, now)) await statement.execute(tx)
    return true
  })

/** The first of the month in which the files were made. */
const since = (month: string): string => `${month}-01`

function startStatements(zoneId: string, now: EpochMs): readonly RawBuilder<unknown>[] {
  const written = sql`${at(now)}::timestamptz, '', ${at(now)}::timestamptz, ''`
  const { products: goods, aliases } = startProducts()
  const { segments, places } = startSegments()
  const { made, inputs } = startRecipes()
  return [
    sql`insert into chain_cluster (zone_id, id, code, zh, en, basis, valid_from, created_at, created_by, updated_at, updated_by)
      select ${zoneId}, r.id, r.code, r.zh, r.en, r.basis, ${since(clusters.version)}::date, ${written}
      from jsonb_to_recordset(${jsonb(numbered(clusters.rows))}::jsonb)
        as r(id uuid, code text, zh text, en text, basis text)`,
    sql`insert into chain_product (zone_id, code, zh, en, unit, family, axis, axis_values, grades, service, kg_per_unit, price_fen, industry,
        site, basis, as_of, created_at, created_by, updated_at, updated_by)
      select ${zoneId}, r.code, r.zh, r.en, r.unit, r.family, r.axis, r.values, r.grades, r.service, r."kgPerUnit", r."priceFen", r.industry,
        r.site, r.basis, ${since(products.version)}::date, ${written}
      from jsonb_to_recordset(${jsonb(goods)}::jsonb) as r(code text, zh text, en text, unit text, family text, axis text, values text[],
        grades jsonb, service text, "kgPerUnit" double precision, "priceFen" bigint, industry text, site jsonb, basis text)`,
    sql`insert into chain_alias (zone_id, id, product_code, lang, alias, basis, created_at, created_by, updated_at, updated_by)
      select ${zoneId}, r.id, r.code, r.lang, r.alias, 'inv', ${written}
      from jsonb_to_recordset(${jsonb(aliases)}::jsonb) as r(id uuid, code text, lang text, alias text)`,
    sql`insert into chain (zone_id, code, cluster_code, zh, en, basis, valid_from, created_at, created_by, updated_at, updated_by)
      select ${zoneId}, r.code, r.cluster, r.zh, r.en, r.basis, ${since(chains.version)}::date, ${written}
      from jsonb_to_recordset(${jsonb(chains.rows)}::jsonb) as r(code text, cluster text, zh text, en text, basis text)`,
    sql`insert into chain_segment (zone_id, chain_code, key, stage, place, zh, en)
      select ${zoneId}, r.chain, r.key, r.stage, r.place, r.zh, r.en
      from jsonb_to_recordset(${jsonb(segments)}::jsonb) as r(chain text, key text, stage text, place integer, zh text, en text)`,
    sql`insert into chain_segment_product (zone_id, chain_code, segment_key, product_code, place, weight, is_required, mes)
      select ${zoneId}, r.chain, r.segment, r.product, r.place, r.weight, r."isRequired", r.mes
      from jsonb_to_recordset(${jsonb(places)}::jsonb) as r(chain text, segment text, product text, place integer, weight double precision,
        "isRequired" boolean, mes double precision)`,
    sql`insert into chain_recipe (zone_id, id, output_code, route, share, basis, source, as_of, created_at, created_by, updated_at, updated_by)
      select ${zoneId}, r.id, r.output, r.route, r.share, r.basis, r.source, r."asOf", ${written}
      from jsonb_to_recordset(${jsonb(made)}::jsonb) as r(id uuid, output text, route text, share double precision, basis text, source text,
        "asOf" date)`,
    sql`insert into chain_recipe_input (zone_id, recipe_id, product_code, coefficient, low, high, basis)
      select ${zoneId}, r.recipe, r.product, r.coefficient, r.low, r.high, r.basis
      from jsonb_to_recordset(${jsonb(inputs)}::jsonb) as r(recipe uuid, product text, coefficient double precision, low double precision,
        high double precision, basis text)`,
  ]
}

/** Products with their first name in each language, and their other names. */
function startProducts() {
  const named = new Map(starterProducts.map((product) => [product.code, product]))
  const goods = products.rows.map(({ added, ...row }) => {
    const known = named.get(row.code)
    const { zh = [], en = [], unit = '' } = known ?? added ?? {}
    const { axis, values = [] } = known?.spec ?? {}
    const { family = row.code, grades = {}, service } = known ?? {}
    return { ...row, zh: zh[0], en: en[0], names: { zh, en }, unit, family, axis, values, grades, service }
  })
  const aliases = goods.flatMap(({ code, names }) =>
    (['zh', 'en'] as const).flatMap((lang) => otherNames(names[lang]).map((alias) => ({ code, lang, alias }))),
  )
  return { products: goods, aliases: numbered(aliases) }
}

/** Names but the first, each once in whatever case. */
function otherNames(names: readonly string[]): readonly string[] {
  const folded = names.map((name) => name.toLowerCase())
  return names.filter((_, i) => folded.indexOf(folded[i] ?? '') === i).slice(1)
}

function startSegments() {
  const segments = chains.rows.flatMap((chain) =>
    chain.segments.map((segment, place) => ({ ...segment, chain: chain.code, place })),
  )
  const places = segments.flatMap(({ chain, key, products: own }) =>
    own.map((product, place) => ({ ...product, chain, segment: key, place })),
  )
  return { segments, places }
}

function startRecipes() {
  const made = recipes.rows.map((recipe) => ({
    ...recipe,
    id: newId(),
    route: recipe.route ?? '',
    share: recipe.share ?? 1,
    asOf: since(recipe.asOf),
  }))
  const inputs = made.flatMap(({ id, basis, inputs: own }) =>
    own.map((input) => ({ ...input, recipe: id, basis: input.basis ?? basis })),
  )
  return { made, inputs }
}
