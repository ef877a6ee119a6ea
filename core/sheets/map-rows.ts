import { err, ok, type Result } from '@tingzhou/kernel'
import type { Table, TableRow } from './table.ts'

/** Why the text of a cell is refused: a rule's key, such as `max 60`. */
export type CellRefusal = { readonly rule: string }

/** What one column of an import may be called and must hold. An empty cell of a column that is not required gives null. */
export type ColumnSpec<T> = {
  /** Accepted headers, Chinese and English; case, spaces, brackets' width and a trailing star do not matter. */
  readonly headers: readonly [string, ...string[]]
  readonly required: boolean
  readonly parse: (text: string) => Result<T, CellRefusal>
}

/** The columns of an import by key. */
// Each column has its own type, so the record cannot name one; `unknown` would forbid `parse` results.
// oxlint-disable-next-line typescript/no-explicit-any
export type ColumnSpecs = Readonly<Record<string, ColumnSpec<any>>>

/** What a row becomes. */
export type MappedValue<Specs extends ColumnSpecs> = {
  readonly [Key in keyof Specs]: Specs[Key] extends ColumnSpec<infer T>
    ? Specs[Key]['required'] extends true
      ? T
      : T | null
    : never
}

/** A row that can be imported, and where it stands. */
export type GoodRow<T> = { readonly rowNumber: number; readonly value: T }

/** One refused cell: where it stands, what it holds, which rule it breaks. */
export type BadCell = {
  readonly row: number
  readonly key: string
  /** The header as the file has it, or the first accepted one when the file has no such column. */
  readonly column: string
  readonly value: string
  readonly rule: string
}

export type MappedRows<T> = {
  readonly good: readonly GoodRow<T>[]
  readonly bad: readonly BadCell[]
  /** Headers that no column accepts; their cells are left out. */
  readonly unknownHeaders: readonly string[]
}

type Place = {
  readonly key: string
  readonly column: string
  readonly index: number
  readonly spec: ColumnSpec<unknown>
}

/**
 * Reads the rows of a table as records. A row with a refused cell is not good; every refused cell is told.
 * Without a required column, or with a column twice, no row is good.
 * Source: own. O(cells).
 */
export function mapRows<const Specs extends ColumnSpecs>(specs: Specs, table: Table): MappedRows<MappedValue<Specs>> {
  const headers = table.header.map(headerKey)
  const accepted = new Map(
    Object.entries(specs).flatMap(([key, { headers }]) => headers.map((text) => [headerKey(text), key])),
  )
  const unknownHeaders = table.header.filter((text, i) => text !== '' && !accepted.has(headers[i] ?? ''))
  const places: Place[] = Object.entries(specs).map(([key, spec]) => {
    const index = headers.findIndex((header) => accepted.get(header) === key)
    return { key, spec, index, column: table.header[index] ?? spec.headers[0] }
  })
  const bad = [...badColumns(places, table), ...repeatedColumns(headers, accepted, table)]
  if (bad.length > 0) return { good: [], bad, unknownHeaders }
  const good: GoodRow<MappedValue<Specs>>[] = []
  for (const row of table.rows) {
    const { value, refused } = readRow(places, row)
    // Every key of the specs has been read, by its own parse.
    if (refused.length === 0) good.push({ rowNumber: row.rowNumber, value: value as MappedValue<Specs> })
    for (const cell of refused) bad.push(cell)
  }
  return { good, bad, unknownHeaders }
}

const blank = ok(null)
const missing = err({ rule: 'required' })

function readRow(
  places: readonly Place[],
  row: TableRow,
): { readonly value: object; readonly refused: readonly BadCell[] } {
  const value: Record<string, unknown> = {}
  const refused: BadCell[] = []
  for (const { key, column, index, spec } of places) {
    const text = row.cells[index] ?? ''
    const read = text === '' ? (spec.required ? missing : blank) : spec.parse(text)
    value[key] = read.ok ? read.value : null
    if (!read.ok) refused.push({ row: row.rowNumber, key, column, value: text, rule: read.error.rule })
  }
  return { value, refused }
}

function badColumns(places: readonly Place[], { headerRow }: Table): readonly BadCell[] {
  return places
    .filter(({ spec, index }) => spec.required && index < 0)
    .map(({ key, column }) => ({ row: headerRow, key, column, value: '', rule: 'column_missing' }))
}

function repeatedColumns(
  headers: readonly string[],
  accepted: ReadonlyMap<string, string | undefined>,
  { header, headerRow }: Table,
): readonly BadCell[] {
  const seen = new Set<string>()
  return headers.flatMap((text, i) => {
    const key = accepted.get(text)
    if (key === undefined) return []
    const repeated = seen.has(key)
    seen.add(key)
    const column = header[i] ?? ''
    return repeated ? [{ row: headerRow, key, column, value: column, rule: 'column_repeated' }] : []
  })
}

const headerKey = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '')
    .replaceAll(/^\*+|[*:]+$/g, '')
