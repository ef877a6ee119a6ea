import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { findChainFault, formulaRule, type Formula } from './formula.ts'
import { readFormula, type FormulaMistake } from './formula-text.ts'
import type { PointKind } from './point.ts'
import type { PointTemplate } from './profile-points.ts'

/** Why a point is not computed so. */
export type FormulaFault =
  | (FormulaMistake & { readonly field: string })
  | { readonly kind: 'formula_input_unknown'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'formula_input_retired'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'formula_position'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'formula_circle'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'formula_too_deep'; readonly field: string; readonly value: number; readonly rule: string }

/** How the refusals of formulas travel. */
export const formulaProblems = {
  formula_unreadable: { status: 422, area: 'telemetry' },
  formula_forbidden: { status: 422, area: 'telemetry' },
  formula_name_unknown: { status: 422, area: 'telemetry' },
  formula_name_taken: { status: 422, area: 'telemetry' },
  formula_input_unknown: { status: 422, area: 'telemetry' },
  formula_input_retired: { status: 422, area: 'telemetry' },
  formula_position: { status: 422, area: 'telemetry' },
  formula_circle: { status: 422, area: 'telemetry' },
  formula_too_deep: { status: 422, area: 'telemetry' },
} as const

/** What is wrong with a text by itself, and with a formula of a position. Pure. O(text). */
export function faultOfText(formula: Formula, kind: PointKind, field: string): FormulaFault | null {
  if (kind === 'position') return { kind: 'formula_position', field, value: kind, rule: 'a point with a value' }
  const read = readFormula(formula)
  if (read.ok) return null
  return { ...read.error, field: `${field}.${read.error.kind === 'formula_name_taken' ? 'inputs' : 'expression'}` }
}

type Asked = { readonly kind: PointKind; readonly isRetired: boolean }

/** What is wrong with an input; null when nothing is. Pure. */
function faultOfInput(asked: Asked | undefined, field: string, value: string): FormulaFault | null {
  const rule = 'a point in use, with a value'
  if (!asked) return { kind: 'formula_input_unknown', field, value, rule }
  if (asked.isRetired) return { kind: 'formula_input_retired', field, value, rule }
  return asked.kind === 'position' ? { kind: 'formula_position', field, value, rule } : null
}

const inputField = (field: string, index: number): string => `${field}.inputs.${index}.point`
const depthRule = `<= ${formulaRule.depthMax}`

/** Whether an input is named by its whole code; else by the last part of one of the same equipment, which has no dot. */
const isWhole = (point: string): boolean => point.includes('.')

/**
 * What is wrong with the formulas of a type.
 * @returns refused where a text cannot be computed, an input is neither an entry of the type nor a point in use, or one stands
 *   on itself
 * Source: own. Two statements where a whole code is named, else none.
 */
export async function checkTypeFormulas(
  tx: Tx,
  zoneId: string,
  points: readonly PointTemplate[],
): Promise<FormulaFault | null> {
  const own = new Map(points.map(({ key, kind }) => [key, { kind, isRetired: false }]))
  const computed = points.flatMap(({ key, kind, formula }, index) =>
    formula ? [{ key, kind, formula, field: `points.${index}.formula` }] : [],
  )
  if (computed.length === 0) return null
  for (const { formula, kind, field } of computed) {
    const fault = faultOfText(formula, kind, field)
    if (fault) return fault
  }
  const codes = computed.flatMap(({ formula }) => formula.inputs.map(({ point }) => point).filter(isWhole))
  const whole = await pointsByCode(tx, zoneId, codes)
  for (const { formula, field } of computed)
    for (const [index, { point }] of formula.inputs.entries()) {
      const fault = faultOfInput(isWhole(point) ? whole.get(point) : own.get(point), inputField(field, index), point)
      if (fault) return fault
    }
  const depths = await depthsOf(tx, zoneId, codes)
  const graph = new Map(computed.map(({ key, formula }) => [key, formula.inputs.map(({ point }) => point)]))
  const fault = findChainFault(graph, (key) => depths.get(key) ?? 0)
  if (!fault) return null
  const field = computed.find(({ key }) => key === (fault.kind === 'deep' ? fault.of : fault.way[0]))?.field ?? 'points'
  return fault.kind === 'deep'
    ? { kind: 'formula_too_deep', field: `${field}.inputs`, value: fault.depth, rule: depthRule }
    : { kind: 'formula_circle', field: `${field}.inputs`, value: fault.way.join(' → '), rule: 'no circle' }
}

async function pointsByCode(tx: Tx, zoneId: string, codes: readonly string[]): Promise<Map<string, Asked>> {
  if (codes.length === 0) return new Map()
  const rows = await tx
    .selectFrom('telemetry_point')
    .select(['code', 'kind', 'retired_at'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`code = any(${[...codes]}::text[])`)
    .execute()
  return new Map(rows.map(({ code, kind, retired_at: gone }) => [code, { kind, isRetired: gone !== null }]))
}

type Stacked = { readonly id: number; readonly code: string; readonly input: number | null }

/** Every formula of the zone with the formulas that it asks, null where it asks none. One statement. */
async function stackedFormulas(tx: Tx, zoneId: string): Promise<readonly Stacked[]> {
  const { rows } = await sql<Stacked>`
    select f.id, f.code, g.id as input
    from telemetry_point f
    left join telemetry_point g on g.zone_id = f.zone_id and g.formula is not null and g.id = any(f.formula_inputs)
    where f.zone_id = ${zoneId} and f.formula is not null`.execute(tx)
  return rows
}

function graphOf(rows: readonly Stacked[]): Map<number, number[]> {
  const graph = new Map<number, number[]>()
  for (const { id, input } of rows) {
    const inputs = graph.get(id) ?? []
    if (input !== null) inputs.push(input)
    graph.set(id, inputs)
  }
  return graph
}

/** How many formulas stand on one another under each of some codes. */
async function depthsOf(tx: Tx, zoneId: string, codes: readonly string[]): Promise<Map<string, number>> {
  const depths = new Map<string, number>()
  if (codes.length === 0) return depths
  const rows = await stackedFormulas(tx, zoneId)
  const graph = graphOf(rows)
  const wanted = new Set(codes)
  const depthOf = (id: number): number => 1 + Math.max(0, ...(graph.get(id) ?? []).map(depthOf))
  for (const { id, code } of rows) if (wanted.has(code)) depths.set(code, depthOf(id))
  return depths
}

/** Which points are asked about. */
type Which = { readonly profileKey: string } | { readonly nodeId: string }

const whichOf = (which: Which): RawBuilder<boolean> =>
  'nodeId' in which ? sql`f.node_id = ${which.nodeId}` : sql`f.profile_key = ${which.profileKey}`

/**
 * Finds the points that formulas ask, by the names that they are written with: those of the same equipment first.
 * Source: own. One statement by the index of points by code; rows that stay so are not touched.
 */
export async function linkFormulas(tx: Tx, zoneId: string, which: Which): Promise<void> {
  await sql`
    update telemetry_point p set formula_inputs = s.inputs, changed_at = clock_timestamp()
    from (
      select f.id, array_agg(coalesce(own.id, whole.id) order by i.place) as inputs
      from telemetry_point f
      join telemetry_node n on n.zone_id = f.zone_id and n.id = f.node_id
      cross join lateral jsonb_array_elements(f.formula -> 'inputs') with ordinality i (input, place)
      left join telemetry_point own on own.zone_id = f.zone_id and own.node_id = f.node_id
        and own.code = n.code || '.' || (i.input ->> 'point')
      left join telemetry_point whole on whole.zone_id = f.zone_id and whole.code = i.input ->> 'point'
      where f.zone_id = ${zoneId} and f.formula is not null and ${whichOf(which)}
      group by f.id
    ) s
    where p.zone_id = ${zoneId} and p.id = s.id and p.formula_inputs is distinct from s.inputs`.execute(tx)
}

/**
 * The points that a formula of a point asks, in the order of its inputs: those of the same equipment first.
 * @returns refused at the first input that is no point in use with a value
 * Source: own. One statement by the index of points by code.
 */
export async function findInputs(
  db: Db,
  zoneId: string,
  { code, nodeId }: { readonly code: string; readonly nodeId: string },
  { inputs }: Formula,
): Promise<Result<readonly number[], FormulaFault>> {
  const base = code.slice(0, code.lastIndexOf('.') + 1)
  const rows = await db
    .selectFrom('telemetry_point')
    .select(['id', 'code', 'node_id', 'kind', 'retired_at'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`code = any(${inputs.flatMap(({ point }) => [base + point, point])}::text[])`)
    .execute()
  const byCode = new Map(rows.map((row) => [row.code, row]))
  const found: number[] = []
  for (const [index, { point }] of inputs.entries()) {
    const own = byCode.get(base + point)
    const row = own?.node_id === nodeId ? own : byCode.get(point)
    const asked = row && { kind: row.kind, isRetired: row.retired_at !== null }
    const fault = faultOfInput(asked, inputField('formula', index), point)
    if (fault) return err(fault)
    if (row) found.push(row.id)
  }
  return ok(found)
}

/**
 * Whether no formula of the zone stands on itself or on too many others. The plant is locked: two changes that would only
 * together close a circle come one after the other.
 * @param fieldOf  the field that holds the formula of a point, by its code
 * Source: own. One statement; O(formulas of the zone).
 */
export async function checkChains(
  tx: Tx,
  zoneId: string,
  fieldOf: (code: string) => string,
): Promise<Result<null, FormulaFault>> {
  const rows = await stackedFormulas(tx, zoneId)
  const fault = findChainFault(graphOf(rows))
  if (!fault) return ok(null)
  const codes = new Map(rows.map(({ id, code }) => [id, code]))
  const codeOf = (id: number): string => codes.get(id) ?? String(id)
  if (fault.kind === 'deep') {
    const field = `${fieldOf(codeOf(fault.of))}.inputs`
    return err({ kind: 'formula_too_deep', field, value: fault.depth, rule: depthRule })
  }
  const way = fault.way.map(codeOf)
  return err({
    kind: 'formula_circle',
    field: `${fieldOf(way[0] ?? '')}.inputs`,
    value: way.join(' → '),
    rule: 'no circle',
  })
}

/**
 * Writes whole codes in formulas anew where what they name got another code.
 * @param before, code  of the place that moved
 * Source: own. Two statements; the first reads the zone's formulas, the second its types.
 */
export async function followCodes(tx: Tx, zoneId: string, before: string, code: string): Promise<void> {
  const moved = (formula: RawBuilder<unknown>) => sql`jsonb_set(${formula}, '{inputs}', (
    select jsonb_agg(case when starts_with(i.input ->> 'point', ${`${before}.`}::text)
      then jsonb_set(i.input, '{point}', to_jsonb(${code}::text || substr(i.input ->> 'point', ${before.length + 1})))
      else i.input end order by i.place)
    from jsonb_array_elements(${formula} -> 'inputs') with ordinality i (input, place)))`
  const names = (formula: RawBuilder<unknown>) => sql<boolean>`exists (
    select from jsonb_array_elements(${formula} -> 'inputs') i (input)
    where starts_with(i.input ->> 'point', ${`${before}.`}::text))`
  await sql`
    update telemetry_profile f set rev = f.rev + 1, points = (
      select jsonb_agg(case when jsonb_typeof(e.entry -> 'formula') = 'object'
        then jsonb_set(e.entry, '{formula}', ${moved(sql`(e.entry -> 'formula')`)}) else e.entry end order by e.place)
      from jsonb_array_elements(f.points) with ordinality e (entry, place))
    where f.zone_id = ${zoneId} and exists (
      select from jsonb_array_elements(f.points) e (entry)
      where jsonb_typeof(e.entry -> 'formula') = 'object' and ${names(sql`(e.entry -> 'formula')`)})`.execute(tx)
  await sql`
    update telemetry_point p set formula = ${moved(sql`p.formula`)}, rev = p.rev + 1, changed_at = clock_timestamp()
    where p.zone_id = ${zoneId} and p.formula is not null and ${names(sql`p.formula`)}`.execute(tx)
}
