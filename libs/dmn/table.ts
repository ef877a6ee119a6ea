/** Decision tables at work. Source: DMN 1.5 clauses 8.2.8 to 8.2.11. */
import { compare, equal, sumOf } from './feel/compare.ts'
import { compileExpr, compileTests, type CellTest, type Sight } from './feel/feel.ts'
import { readUnaryTests } from './feel/syntax.ts'
import { compile, type Code } from './feel/code.ts'
import { coerced, converted } from './feel/type.ts'
import type { Scope } from './feel/scope.ts'
import type { FeelType, Value } from './feel/value.ts'
import type { DecisionTable, InputColumn, OutputColumn } from './model.ts'

const nothing: Code = () => null
const never: CellTest = () => false

/** A text as code; one that is no expression is worth null. */
export function codeOf(text: string, sight: Sight): Code {
  const code = compileExpr(text, sight)
  return code.ok ? code.value : nothing
}

function testOf(text: string, sight: Sight): CellTest {
  const test = compileTests(text, sight)
  return test.ok ? test.value : never
}

type Input = { readonly value: Code; readonly cells: readonly CellTest[] }
type Output = {
  readonly name: string
  readonly cells: readonly Code[]
  readonly fallback: Code | null
  /** Allowed values from the most to the least wanted. */
  readonly ranks: readonly Value[]
}
type Row = readonly Value[]

/** Compiles a table. O(cells). */
export function compileTable(table: DecisionTable, sight: Sight): Code {
  const inputs = table.inputs.map((column, at) =>
    compileInput(
      column,
      table.rules.map((rule) => rule.inputs[at] ?? '-'),
      sight,
    ),
  )
  const outputs = table.outputs.map((column, at) =>
    compileOutput(
      column,
      table.rules.map((rule) => ({ text: rule.outputs[at] ?? '', typeRef: rule.outputTypes?.[at] ?? null })),
      sight,
    ),
  )
  const shapeRow = (row: Row): Value =>
    outputs.length === 1 ? (row[0] ?? null) : Object.fromEntries(outputs.map(({ name }, at) => [name, row[at] ?? null]))
  return (scope) => {
    const values = inputs.map((input) => input.value(scope))
    const hits = table.rules.flatMap((_, rule) =>
      inputs.every((input, at) => input.cells[rule]?.(values[at] ?? null, scope) === true) ? [rule] : [],
    )
    if (hits.length === 0) return withoutHit(table, outputs, scope, shapeRow)
    const rows = (table.hitPolicy === 'FIRST' ? hits.slice(0, 1) : hits).map((rule) =>
      outputs.map((output) => output.cells[rule]?.(scope) ?? null),
    )
    return resultOf(table, outputs, rows, shapeRow)
  }
}

function typeFor(typeRef: string | null, sight: Sight): FeelType | null {
  return typeRef === null ? null : sight.typeOf(typeRef)
}

function compileInput(column: InputColumn, cells: readonly string[], sight: Sight): Input {
  const code = codeOf(column.expression, sight)
  const type = typeFor(column.typeRef, sight)
  const isAllowed = column.values === null ? null : testOf(column.values, sight)
  return {
    value: (scope) => {
      const given = code(scope)
      // To the letter of clause 10.3.2.9.4 a value of another type is null here. The conformance tests have columns with a
      // wrong type and expect their hits, so the type converts where it can and refuses nothing; allowed values do.
      const value = converted(given, type) ?? given
      return isAllowed !== null && value !== null && !isAllowed(value, scope) ? null : value
    },
    cells: cells.map((text) => testOf(text, sight)),
  }
}

type OutputCell = { readonly text: string; readonly typeRef: string | null }

function compileOutput(column: OutputColumn, cells: readonly OutputCell[], sight: Sight): Output {
  const type = typeFor(column.typeRef, sight)
  const isAllowed = column.values === null ? null : testOf(column.values, sight)
  const checked =
    (code: Code, cellType: FeelType | null): Code =>
    (scope) => {
      const value = coerced(coerced(code(scope), cellType), type)
      return isAllowed !== null && value !== null && !isAllowed(value, scope) ? null : value
    }
  return {
    name: column.name ?? '',
    cells: cells.map(({ text, typeRef }) => checked(codeOf(text, sight), typeFor(typeRef, sight))),
    fallback: column.defaultValue === null ? null : checked(codeOf(column.defaultValue, sight), null),
    ranks: column.values === null ? [] : ranksOf(column.values, sight),
  }
}

function ranksOf(text: string, sight: Sight): readonly Value[] {
  const tests = readUnaryTests(text, sight.shapes)
  if (!tests.ok || tests.value.kind === 'any') return []
  return tests.value.tests.map((test) => compile(test, sight)({ own: {}, outer: null }))
}

function withoutHit(
  table: DecisionTable,
  outputs: readonly Output[],
  scope: Scope,
  shapeRow: (row: Row) => Value,
): Value {
  if (outputs.some(({ fallback }) => fallback !== null)) {
    const value = shapeRow(outputs.map(({ fallback }) => fallback?.(scope) ?? null))
    return isListed(table) ? [value] : value
  }
  if (table.hitPolicy !== 'COLLECT') return null
  if (table.aggregation === 'COUNT') return 0
  return table.aggregation === null ? [] : null
}

function isListed(table: DecisionTable): boolean {
  if (table.hitPolicy === 'COLLECT') return table.aggregation === null
  return table.hitPolicy === 'RULE ORDER' || table.hitPolicy === 'OUTPUT ORDER'
}

function resultOf(
  table: DecisionTable,
  outputs: readonly Output[],
  rows: readonly Row[],
  shapeRow: (row: Row) => Value,
): Value {
  const first = shapeRow(rows[0] ?? [])
  switch (table.hitPolicy) {
    case 'UNIQUE':
      return rows.length === 1 ? first : null
    case 'FIRST':
      return first
    case 'ANY':
      return rows.every((row) => equal(shapeRow(row), first) === true) ? first : null
    case 'PRIORITY':
      return shapeRow(byRank(rows, outputs)[0] ?? [])
    case 'OUTPUT ORDER':
      return byRank(rows, outputs).map(shapeRow)
    case 'RULE ORDER':
      return rows.map(shapeRow)
    case 'COLLECT':
      return table.aggregation === null ? rows.map(shapeRow) : aggregated(table.aggregation, rows, shapeRow)
  }
}

/** The most wanted first, by the columns from the left; equals keep the order of the rules. */
function byRank(rows: readonly Row[], outputs: readonly Output[]): readonly Row[] {
  const rank = (row: Row, at: number): number => {
    const { ranks = [] } = outputs[at] ?? {}
    const found = ranks.findIndex((value) => equal(value, row[at] ?? null) === true)
    return found < 0 ? ranks.length : found
  }
  return rows.toSorted((a, b) => {
    for (const at of outputs.keys()) {
      const difference = rank(a, at) - rank(b, at)
      if (difference !== 0) return difference
    }
    return 0
  })
}

function aggregated(
  aggregation: NonNullable<DecisionTable['aggregation']>,
  rows: readonly Row[],
  shapeRow: (row: Row) => Value,
): Value {
  if (aggregation === 'COUNT') {
    const distinct: Value[] = []
    for (const row of rows.map(shapeRow)) if (!distinct.some((other) => equal(other, row) === true)) distinct.push(row)
    return distinct.length
  }
  const columns = rows[0]?.map((_, at) => rows.map((row) => row[at] ?? null)) ?? []
  return shapeRow(columns.map((column) => aggregate(aggregation, column)))
}

function aggregate(aggregation: 'SUM' | 'MIN' | 'MAX', values: readonly Value[]): Value {
  if (aggregation === 'SUM') return sumOf(values)
  let best = values[0] ?? null
  for (const value of values) {
    const order = compare(value, best)
    if (order === null) return null
    if (aggregation === 'MIN' ? order < 0 : order > 0) best = value
  }
  return best
}
