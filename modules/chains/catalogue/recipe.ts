import { sql } from 'kysely'
import { economyLimits, readEconomy, type RecipeRow } from '@tingzhou/chain-model'
import { at, expectRevision, jsonb, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, type RecordDeps, type Saved } from '@tingzhou/records'
import type { ChainsError, Fault } from '../problems.ts'
import { note } from '../record.ts'
import '../tables.ts'
import type { Basis } from '../words.ts'
import { holdCatalogue, revOfAll } from './hold.ts'
import { productsRefused } from './product.ts'
import { productsMax } from './store.ts'

/** What a unit of output needs of a product; a by-product is negative. */
export type InputFields = {
  readonly product: string
  readonly coefficient: number
  readonly low: number
  readonly high: number
  readonly basis: Basis
}

/** One way to make a product. */
export type RouteFields = {
  /** Its name; empty where there is one way. */
  readonly route: string
  /** Part of the local output that is made so. */
  readonly share: number
  readonly basis: Basis
  readonly source: string
  readonly asOf: string
  readonly inputs: readonly InputFields[]
}

/** What routes say by themselves. Pure. O(inputs). */
function routesFault(routes: readonly RouteFields[]): Fault | null {
  const faults = routes.flatMap((route, place) => routeFaults(route, place, routes))
  if (faults[0]) return faults[0]
  const sum = routes.reduce((all, { share }) => all + share, 0)
  return routes.length > 0 && Math.abs(sum - 1) > 1e-9
    ? { field: 'routes', value: String(sum), rule: 'shares_of_one' }
    : null
}

function routeFaults({ route, inputs }: RouteFields, place: number, routes: readonly RouteFields[]): readonly Fault[] {
  const field = `routes.${place}`
  const isTwin = routes.findIndex((one) => one.route === route) < place
  const faults = inputs.flatMap(({ product, coefficient, low, high }, at): readonly Fault[] => {
    const own = `${field}.inputs.${at}`
    if (inputs.findIndex((one) => one.product === product) < at)
      return [{ field: `${own}.product`, value: product, rule: 'once_a_recipe' }]
    if (coefficient === 0) return [{ field: `${own}.coefficient`, value: '0', rule: 'not_zero' }]
    return low <= coefficient && coefficient <= high
      ? []
      : [{ field: `${own}.coefficient`, value: String(coefficient), rule: `between ${low} – ${high}` }]
  })
  return isTwin ? [{ field: `${field}.route`, value: route, rule: 'one_route' }, ...faults] : faults
}

type Kept = {
  readonly id: string
  readonly output: string
  readonly route: string
  readonly share: number
  readonly state: 'open' | 'closed'
  readonly rev: number
  readonly inputs: readonly InputFields[]
}

/** Recipes with their inputs; of one product, closed ones too. One statement. */
async function readRecipes(tx: Tx, zoneId: string, output: string | null): Promise<readonly Kept[]> {
  const { rows } = await sql<Kept>`select r.id, r.output_code as output, r.route, r.share, r.state, r.rev,
      coalesce((select jsonb_agg(jsonb_build_object('product', i.product_code, 'coefficient', i.coefficient, 'low', i.low, 'high', i.high,
          'basis', i.basis) order by i.product_code)
        from chain_recipe_input i where i.zone_id = r.zone_id and i.recipe_id = r.id), '[]'::jsonb) as inputs
    from chain_recipe r
    where r.zone_id = ${zoneId} and ${output === null ? sql`r.state = 'open'` : sql`r.output_code = ${output}`}
    order by r.output_code, r.route limit ${economyLimits.recipes + 1}`.execute(tx)
  return rows
}

/** Enters, changes or closes the recipe 配方系数 of a product: all its routes as they shall be, none to close it. */
export async function saveRecipe(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: {
    readonly code: string
    readonly rev: number
    readonly why: string
    readonly routes: readonly RouteFields[]
  },
): Promise<Result<Saved, ChainsError>> {
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { code, routes } = input
  const before = await readRecipes(tx, deps.zoneId, code)
  const fresh = expectRevision(revOfAll(before), input.rev)
  if (!fresh.ok) return fresh
  const fault = routesFault(routes)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const named = await productsFault(tx, deps.zoneId, code, routes)
  if (named) return err(named)
  const looped = await loopFault(tx, deps.zoneId, actor, code, routes)
  if (looped) return err(looped)
  const saved = await writeRoutes(tx, deps, actor, code, routes, before)
  const was = shown(before.filter(({ state }) => state === 'open'))
  const none = Object.fromEntries(Object.keys(was).map((route) => [route, '']))
  await note(tx, deps, actor, {
    objectKind: 'chain_product',
    objectId: code,
    verb: routes.length > 0 ? 'change_recipe' : 'close_recipe',
    why: input.why,
    data: changesBetween(was, { ...none, ...shown(routes) }),
  })
  return ok({ id: code, rev: saved })
}

/** A recipe as its history has it: a line a route. */
const shown = (routes: readonly Pick<RouteFields, 'route' | 'share' | 'inputs'>[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    routes.map(({ route, share, inputs }) => [
      `recipe ${route}`.trim(),
      [`${share}:`, ...inputs.map(({ product, coefficient }) => `${product} ${coefficient}`)].join(' '),
    ]),
  )

/** Why a recipe cannot be of these products. One statement. */
async function productsFault(
  tx: Tx,
  zoneId: string,
  code: string,
  routes: readonly RouteFields[],
): Promise<ChainsError | null> {
  const inputs = routes.flatMap((route, place) =>
    route.inputs.map(({ product }, at) => ({ field: `routes.${place}.inputs.${at}.product`, product })),
  )
  // What is not made any more may still be closed.
  const refused = await productsRefused(
    tx,
    zoneId,
    [{ field: 'code', product: code }, ...inputs],
    () => routes.length === 0,
  )
  return refused?.kind === 'field_refused' && refused.field === 'code' ? { kind: 'not_found' } : refused
}

/** Products that would need a whole unit of themselves, or what else indicators could not be reckoned with. Two statements. */
async function loopFault(
  tx: Tx,
  zoneId: string,
  { lang }: Pick<Actor, 'lang'>,
  code: string,
  routes: readonly RouteFields[],
): Promise<ChainsError | null> {
  const others = (await readRecipes(tx, zoneId, null)).filter(({ output }) => output !== code)
  const recipes: readonly RecipeRow[] = [...others, ...routes.map((route) => ({ ...route, output: code }))]
  const products = await tx
    .selectFrom('chain_product')
    .select(['code', 'zh', 'en'])
    .where('zone_id', '=', zoneId)
    .limit(productsMax)
    .execute()
  const economy = readEconomy({
    products: products.map((product) => ({ code: product.code, kgPerUnit: 0, priceFen: 0 })),
    recipes,
    firms: [],
    positions: [],
    links: [],
    demands: [],
    chains: [],
  })
  if (economy.ok) return null
  const { kind, value } = economy.error
  if (kind !== 'cyclic') return { kind: 'field_refused', field: 'routes', value: String(value), rule: 'reckoned' }
  const names = new Map(products.map(({ code: one, zh, en }) => [one, lang === 'en' ? en : zh]))
  const loop = String(value)
    .split(' → ')
    .map((one) => `${one} ${names.get(one) ?? ''}`.trim())
  return { kind: 'field_refused', field: 'routes', value: loop.join(' → '), rule: 'loop_below_one' }
}

/** Makes the routes what they shall be. @returns the revision after. Four statements. */
async function writeRoutes(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  actor: Actor,
  code: string,
  routes: readonly RouteFields[],
  before: readonly Kept[],
): Promise<number> {
  const [when, by] = [at(clock()), actor.name]
  const known = new Map(before.map((row) => [row.route, row]))
  const rows = routes.map((route) => ({ ...route, id: known.get(route.route)?.id ?? newId() }))
  const names = new Set(rows.map(({ route }) => route))
  const gone = before.filter(({ route, state }) => state === 'open' && !names.has(route))
  await sql`update chain_recipe set state = 'closed', rev = rev + 1, updated_at = ${when}::timestamptz, updated_by = ${by}
    where zone_id = ${zoneId} and id = any(${gone.map(({ id }) => id)}::uuid[])`.execute(tx)
  await sql`insert into chain_recipe (zone_id, id, output_code, route, share, basis, source, as_of, created_at, created_by, updated_at, updated_by)
    select ${zoneId}, r.id, ${code}, r.route, r.share, r.basis, r.source, r."asOf", ${when}::timestamptz, ${by}, ${when}::timestamptz, ${by}
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as r(id uuid, route text, share double precision, basis text, source text, "asOf" date)
    on conflict (zone_id, id) do update set share = excluded.share, basis = excluded.basis, source = excluded.source, as_of = excluded.as_of,
      state = 'open', rev = chain_recipe.rev + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by`.execute(
    tx,
  )
  await sql`delete from chain_recipe_input where zone_id = ${zoneId} and recipe_id = any(${rows.map(({ id }) => id)}::uuid[])`.execute(
    tx,
  )
  const inputs = rows.flatMap((row) => row.inputs.map((own) => ({ ...own, recipe: row.id })))
  await sql`insert into chain_recipe_input (zone_id, recipe_id, product_code, coefficient, low, high, basis)
    select ${zoneId}, r.recipe, r.product, r.coefficient, r.low, r.high, r.basis
    from jsonb_to_recordset(${jsonb(inputs)}::jsonb) as r(recipe uuid, product text, coefficient double precision, low double precision,
      high double precision, basis text)`.execute(tx)
  // Each route that was closed, changed or entered counts one.
  return revOfAll(before) + gone.length + rows.length
}
