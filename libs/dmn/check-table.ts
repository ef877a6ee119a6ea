/** Judges a decision table: its form, rules that overlap, cases that no rule covers. Source: DMN 1.5 clause 8.2; the analysis is our own. */
import { readUnaryTests, type Shape } from './feel/syntax.ts'
import {
  everything,
  isSame,
  united,
  intersection,
  isWithin,
  pieces,
  point,
  regionOf,
  writePart,
  type Part,
  type Region,
} from './region.ts'
import type { Complaint, ComplaintKind } from './complaint.ts'
import type { DecisionTable, Place } from './model.ts'

/** Where a table stands, so that complaints can say so. */
export type TablePlaces = { readonly table: Place; readonly rules: readonly Place[] }

const nowhere: TablePlaces = { table: { id: null, line: null }, rules: [] }

/** More combinations of cases than this are not searched for gaps, nor more rules compared in pairs. */
const casesMax = 20_000
const rulesMax = 500
const gapsMax = 5
/** Gaps that lie side by side are told as one, so more are looked for than told. */
const piecesMax = 100

/**
 * Judges a table by itself; the texts in it are judged with the model, by checkModel.
 * @returns complaints in the order of the rules; gaps as notes. A cell that depends on more than literals keeps its column from being judged.
 * Complexity: O(rules² × columns) for overlaps, at most 20 000 cases for gaps.
 */
export function checkTable(table: DecisionTable, places: TablePlaces = nowhere): readonly Complaint[] {
  return [...checkForm(table, places), ...checkOverlaps(table, places), ...checkGaps(table, places)]
}

function complaint(
  kind: ComplaintKind,
  severity: Complaint['severity'],
  place: Place,
  message: string,
  value: string | null,
): Complaint {
  return { kind, severity, elementId: place.id, line: place.line, message, value }
}

function checkForm(table: DecisionTable, places: TablePlaces): readonly Complaint[] {
  const { inputs, outputs, rules, hitPolicy, aggregation } = table
  const bad = (message: string, value: string | null = null, place: Place = places.table): Complaint =>
    complaint('bad_table', 'error', place, message, value)
  const names = outputs.map(({ name }) => name)
  const needsRanks = hitPolicy === 'PRIORITY' || hitPolicy === 'OUTPUT ORDER'
  return [
    ...(outputs.length === 0 ? [bad('a table needs an output')] : []),
    ...(outputs.length > 1 && names.includes(null) ? [bad('each of several outputs needs a name')] : []),
    ...(new Set(names).size < names.length && !names.includes(null) ? [bad('two outputs have the same name')] : []),
    ...(aggregation !== null && hitPolicy !== 'COLLECT' ? [bad('only COLLECT aggregates', aggregation)] : []),
    ...(needsRanks && outputs.every(({ values }) => values === null)
      ? [bad(`${hitPolicy} needs output values, from the most to the least wanted`, hitPolicy)]
      : []),
    ...rules.flatMap((rule, at) =>
      rule.inputs.length === inputs.length && rule.outputs.length === outputs.length
        ? []
        : [bad(`rule ${at + 1} has another number of cells than the table has columns`, null, placeOf(places, at))],
    ),
  ]
}

const placeOf = (places: TablePlaces, rule: number): Place => places.rules[rule] ?? places.table

/** The region of each cell of a column; null for what is not made of literals. */
function columnRegions(table: DecisionTable, column: number): readonly (Region | null)[] {
  return table.rules.map((rule) => region(rule.inputs[column] ?? '-'))
}

function region(text: string): Region | null {
  const tests = readUnaryTests(text, noNames)
  return tests.ok ? regionOf(tests.value) : null
}

const noNames: { readonly [name: string]: Shape } = {}

function checkOverlaps(table: DecisionTable, places: TablePlaces): readonly Complaint[] {
  if (table.hitPolicy !== 'UNIQUE' || table.rules.length > rulesMax) return []
  const columns = table.inputs.map((_, column) => columnRegions(table, column))
  return table.rules.flatMap((_, second) =>
    table.rules.slice(0, second).flatMap((_, first) => {
      const common = columns.map((cells) => common2(cells[first] ?? null, cells[second] ?? null))
      if (common.some((parts) => parts === null || parts.length === 0)) return []
      const example = common
        .map((parts, column) => (parts?.[0] === undefined ? '-' : write(table, column, parts[0])))
        .join(', ')
      const message = `rules ${first + 1} and ${second + 1} both apply to: ${example}`
      return [complaint('overlapping_rules', 'error', placeOf(places, second), message, example)]
    }),
  )
}

const common2 = (a: Region | null, b: Region | null): Region | null =>
  a === null || b === null ? null : intersection(a, b)

function checkGaps(table: DecisionTable, places: TablePlaces): readonly Complaint[] {
  const hasFallback = table.outputs.some(({ defaultValue }) => defaultValue !== null)
  if (hasFallback || table.inputs.length === 0 || table.rules.length === 0) return []
  const columns = table.inputs.map((_, column) => columnRegions(table, column))
  const cases = columns.map((cells, column) => casesOf(table, column, cells))
  const known = cases.filter((parts) => parts !== null)
  if (known.length < cases.length || known.reduce((count, parts) => count * parts.length, 1) > casesMax) return []
  return sideBySide(findGaps(columns, known))
    .slice(0, gapsMax)
    .map((gap) => {
      const text = gap.map((part, column) => write(table, column, part)).join(', ')
      return complaint('gap', 'note', places.table, `no rule applies to: ${text}`, text)
    })
}

/** The cases of a column that its cells can tell apart; null when a cell or the domain is not made of literals. */
function casesOf(table: DecisionTable, column: number, cells: readonly (Region | null)[]): Region | null {
  const known = cells.filter((cell) => cell !== null)
  const domain = domainOf(table, column)
  if (known.length < cells.length || domain === null) return null
  const mixed = known.some((cell) => intersection(domain, cell) === null || intersection(known[0] ?? [], cell) === null)
  return mixed ? null : pieces(domain, known)
}

/** Booleans stand on the line as 0 and 1. */
function isBoolean(table: DecisionTable, column: number): boolean {
  return table.rules.some((rule) => /^(true|false)$/.test((rule.inputs[column] ?? '').trim()))
}

function write(table: DecisionTable, column: number, part: Part): string {
  const text = writePart(part)
  if (!isBoolean(table, column)) return text
  return text === '0' ? 'false' : text === '1' ? 'true' : text
}

function domainOf(table: DecisionTable, column: number): Region | null {
  const { values = null, typeRef = null } = table.inputs[column] ?? {}
  if (values !== null) return region(values)
  if (typeRef === 'boolean' || isBoolean(table, column)) return [point(0), point(1)]
  return everything
}

type Gap = readonly Part[]

/** Makes one of gaps that differ in one column only and touch there. */
function sideBySide(gaps: readonly Gap[]): readonly Gap[] {
  const result: Gap[] = []
  for (const gap of gaps) {
    const at = result.findIndex((other) => mergedGap(other, gap) !== null)
    const whole = at < 0 ? null : mergedGap(result[at] ?? gap, gap)
    if (whole === null) result.push(gap)
    else result[at] = whole
  }
  return result
}

function mergedGap(a: Gap, b: Gap): Gap | null {
  const differing = a.flatMap((part, column) => (isSame(part, b[column]) ? [] : [column]))
  const [column] = differing
  if (column === undefined || differing.length > 1) return null
  const [left, right] = [a[column], b[column]]
  const whole = left === undefined || right === undefined ? null : united(left, right)
  return whole === null ? null : a.with(column, whole)
}

/** Goes through the cases column by column, with the rules that still apply. */
function findGaps(columns: readonly (readonly (Region | null)[])[], cases: readonly Region[]): readonly Gap[] {
  const gaps: Gap[] = []
  const descend = (column: number, rules: readonly number[], path: readonly Part[]): void => {
    if (gaps.length >= piecesMax) return
    if (rules.length === 0) {
      gaps.push([...path, ...cases.slice(column).map(() => everything[0] ?? point(null))])
      return
    }
    for (const part of cases[column] ?? []) {
      const rest = rules.filter((rule) => {
        const cell = columns[column]?.[rule]
        return cell !== undefined && cell !== null && isWithin(part, cell)
      })
      descend(column + 1, rest, [...path, part])
    }
  }
  descend(
    0,
    (columns[0] ?? []).map((_, rule) => rule),
    [],
  )
  return gaps
}
