import { sql } from 'kysely'
import { at, expectRevision, stableJson, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import type {} from '@tingzhou/registry'
import { unitOf, type ServiceKind } from '@tingzhou/text'
import type { ChainsError, Fault } from '../problems.ts'
import { note } from '../record.ts'
import '../tables.ts'
import type { Basis, SiteNeeds, State } from '../words.ts'
import { isCodeTaken } from './codes.ts'
import { holdCatalogue } from './hold.ts'
import { nameFault, othersCalled, type SameName } from './names.ts'
import { chainCatalogue, productsMax } from './store.ts'
import { treeFault } from './tree.ts'
import { useOf } from './use.ts'

/** What is known of a product 产品. */
export type ProductFields = {
  readonly parent: string | null
  readonly zh: string
  readonly en: string
  readonly unit: string
  readonly family: string
  readonly axis: string | null
  readonly axisValues: readonly string[]
  readonly grades: Readonly<Record<string, readonly string[]>>
  readonly service: ServiceKind | null
  readonly kgPerUnit: number
  readonly priceFen: number
  readonly industry: string | null
  readonly marginShare: number | null
  readonly site: { readonly [need in keyof SiteNeeds]?: SiteNeeds[need] | undefined } | null
  readonly basis: Basis
  readonly source: string
  readonly asOf: string
}

/** What a command about names answers: the row, and names that others have too. */
export type Named = Saved & { readonly warnings: SameName[] }

/** As a row and as its history has it; `grades` and `site` as text. */
const toRow = (fields: ProductFields, unit: string) => ({
  parent: fields.parent,
  zh: fields.zh,
  en: fields.en,
  unit,
  family: fields.family,
  axis: fields.axis,
  axis_values: [...fields.axisValues],
  grades: stableJson(fields.grades),
  service: fields.service,
  kg_per_unit: fields.kgPerUnit,
  price_fen: fields.priceFen,
  industry: fields.industry,
  margin_share: fields.marginShare,
  site: fields.site === null ? null : stableJson(fields.site),
  basis: fields.basis,
  source: fields.source,
  as_of: fields.asOf,
})

/** What the fields say by themselves. Pure. O(fields). */
function fieldFault({ zh, en, unit, axis, axisValues, grades }: ProductFields): Fault | null {
  const unnamed = nameFault('zh', zh) ?? nameFault('en', en)
  if (unnamed) return unnamed
  if (!unitOf(unit)) return { field: 'unit', value: unit, rule: 'catalogue_unit' }
  return axis === null && (axisValues.length > 0 || Object.keys(grades).length > 0)
    ? { field: 'axis', value: '', rule: 'axis_of_values' }
    : null
}

/** What the fields say beside other rows. Three statements at most. */
async function rowFault(
  tx: Tx,
  { zoneId }: RecordDeps,
  code: string,
  { industry, parent }: ProductFields,
): Promise<Fault | null> {
  if (industry !== null && !(await hasIndustry(tx, industry)))
    return { field: 'industry', value: industry, rule: 'a_class' }
  return parent === null ? null : treeFault(tx, zoneId, code, parent)
}

/** Whether GB/T 4754 has a class 小类 of this number; the register writes its section before it. One statement. */
async function hasIndustry(tx: Tx, industry: string): Promise<boolean> {
  const row = await tx
    .selectFrom('industry')
    .select('code')
    .where('level', '=', 4)
    .where(sql`substr(code, 2)`, '=', industry)
    .executeTakeFirst()
  return row !== undefined
}

/** Enters a product. */
export async function enterProduct(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: ProductFields & { readonly code: string },
): Promise<Result<Named, ChainsError>> {
  const zone = await chainCatalogue(tx, deps.zoneId)
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { code } = input
  if (await isCodeTaken(tx, deps.zoneId, code))
    return err({ kind: 'taken', field: 'code', value: code, rule: 'one_code' })
  if (zone.products.size >= productsMax)
    return err({ kind: 'field_refused', field: 'code', value: code, rule: `at_most ${productsMax}` })
  const fault = fieldFault(input) ?? (await rowFault(tx, deps, code, input))
  if (fault) return err({ kind: 'field_refused', ...fault })
  const row = toRow(input, unitOf(input.unit)?.unit ?? input.unit)
  await tx
    .insertInto('chain_product')
    .values({ zone_id: deps.zoneId, code, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_product',
    objectId: code,
    verb: 'enter',
    data: changesBetween({}, row),
  })
  return ok({ id: code, rev: 1, warnings: othersCalled(zone, code, [input.zh, input.en]) })
}

/** Changes, closes or reopens a product; what others count in its unit keeps its unit, and what others need stays open. */
export async function changeProduct(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: ProductFields & {
    readonly code: string
    readonly rev: number
    readonly why: string
    readonly state: State
  },
): Promise<Result<Named, ChainsError>> {
  const zone = await chainCatalogue(tx, deps.zoneId)
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { code, state } = input
  const before = await lockProduct(tx, deps.zoneId, code)
  if (!before) return err({ kind: 'not_found' })
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = fieldFault(input) ?? (await rowFault(tx, deps, code, input))
  if (fault) return err({ kind: 'field_refused', ...fault })
  const unit = unitOf(input.unit)?.unit ?? input.unit
  if (unit !== before.unit || (state === 'closed' && before.state === 'open')) {
    const use = await useOf(tx, deps.zoneId, code)
    if (unit !== before.unit && use.counted)
      return err({ kind: 'field_refused', field: 'unit', value: input.unit, rule: `unit_counted ${before.unit}` })
    if (state === 'closed' && before.state === 'open' && use.needed !== null)
      return err({ kind: 'field_refused', field: 'state', value: use.needed, rule: 'still_needed' })
  }
  const after = { ...toRow(input, unit), state }
  await tx
    .updateTable('chain_product')
    .set({ ...after, rev: before.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', code)
    .execute()
  const shown = {
    ...before,
    grades: stableJson(before.grades),
    site: before.site === null ? null : stableJson(before.site),
  }
  await note(tx, deps, actor, {
    objectKind: 'chain_product',
    objectId: code,
    verb: verbOf(before.state, state),
    why: input.why,
    data: changesBetween(shown, after),
  })
  const warnings = state === 'open' ? othersCalled(zone, code, [input.zh, input.en]) : []
  return ok({ id: code, rev: before.rev + 1, warnings })
}

/** What a change of state is called in the history. */
export function verbOf(before: State, after: State): 'change' | 'close' | 'reopen' {
  if (before === after) return 'change'
  return after === 'closed' ? 'close' : 'reopen'
}

/** The product, locked. One statement. */
const lockProduct = (tx: Tx, zoneId: string, code: string) =>
  tx
    .selectFrom('chain_product')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('code', '=', code)
    .forUpdate()
    .executeTakeFirst()

/**
 * Why fields cannot name their products: the first that nobody has, else the first that is closed. One statement, none without products.
 * @param mayBeClosed  which of them need not be open
 */
export async function productsRefused(
  tx: Tx,
  zoneId: string,
  wanted: readonly { readonly field: string; readonly product: string }[],
  mayBeClosed: (code: string) => boolean = () => false,
): Promise<ChainsError | null> {
  if (wanted.length === 0) return null
  const rows = await tx
    .selectFrom('chain_product')
    .select(['code', 'state'])
    .where('zone_id', '=', zoneId)
    .where('code', 'in', [...new Set(wanted.map(({ product }) => product))])
    .execute()
  const states = new Map(rows.map((row) => [row.code, row.state]))
  const missing = wanted.find(({ product }) => !states.has(product))
  if (missing) return { kind: 'field_refused', field: missing.field, value: missing.product, rule: 'within_reach' }
  const closed = wanted.find(({ product }) => states.get(product) === 'closed' && !mayBeClosed(product))
  return closed ? { kind: 'not_open', field: closed.field, value: closed.product, rule: 'still_open' } : null
}
