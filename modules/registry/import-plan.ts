import { mapRows, type BadCell, type MappedValue, type Table } from '@tingzhou/sheets'
import { checkUscc } from '@tingzhou/uscc'
import { isIdentifying, readCode, type ReadCode } from './enterprise.ts'
import type { EnterpriseChange } from './enterprise-contract.ts'
import type { StoredFault } from './import-report.ts'
import { fieldOf, headOf, sheetColumns, type SheetField, type SheetScene } from './sheet-columns.ts'

/** A good row: what it says of the enterprise and of one contact. */
export type PlannedRow = {
  readonly row: number
  readonly name: string
  /** The code, when it names one enterprise. */
  readonly code: string | null
  readonly input: EnterpriseChange
  readonly contact: PlannedContact | null
}
export type PlannedContact = {
  readonly name: string
  readonly role?: string
  readonly phone?: string
  readonly email?: string
}

/** A sheet, read: the good rows, and what is wrong with the others. */
export type Plan = {
  readonly columns: readonly { readonly head: string; readonly field: string | null }[]
  readonly rows: number
  readonly good: readonly PlannedRow[]
  readonly badRows: ReadonlySet<number>
  readonly faults: readonly StoredFault[]
  readonly warnings: readonly StoredFault[]
}

type Values = MappedValue<ReturnType<typeof sheetColumns>>
type Heads = (field: SheetField) => string

/** Reads a table as an enterprise register, row by row; a bad row never spoils a good one. Pure. */
export function planImport(table: Table, scene: SheetScene): Plan {
  const specs = sheetColumns(scene)
  const mapped = mapRows(specs, table)
  const columns = columnsOf(table, mapped.unknownHeaders)
  const heads: Heads = (field) => columns.find((column) => column.field === field)?.head ?? headOf(field, 'zh-CN')
  const faults = mapped.bad.map(faultOf)
  const warnings = sheetNotes(table)
  const seen = new Map<string, number>()
  const good: PlannedRow[] = []
  for (const { rowNumber, value } of mapped.good) {
    const code = readCode(value.uscc)
    const fault = halfPoint(rowNumber, value, heads) ?? findRepeat(seen, rowNumber, value, code, heads)
    if (fault) faults.push(fault)
    if (fault) continue
    warnings.push(...notesOf(rowNumber, value, code, heads))
    good.push(planRow(rowNumber, value, code))
  }
  const wholeFile = mapped.bad.some(({ rule }) => rule === 'column_missing' || rule === 'column_repeated')
  const badRows = new Set(wholeFile ? table.rows.map((row) => row.rowNumber) : faults.map((fault) => fault.row))
  return {
    columns,
    rows: table.rows.length,
    good,
    badRows,
    faults: faults.toSorted((a, b) => a.row - b.row),
    warnings,
  }
}

const faultOf = ({ row, column, value, rule }: BadCell): StoredFault => ({ row, column, value: shorten(value), rule })

const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)

/** How each head was read. */
const columnsOf = (table: Table, unknown: readonly string[]): Plan['columns'] =>
  table.header.map((head) => ({ head, field: unknown.includes(head) ? null : (fieldOf(head) ?? null) }))

/** The same enterprise twice in one file: by its code, or by its name where the row has none. */
function findRepeat(
  seen: Map<string, number>,
  row: number,
  values: Values,
  { uscc, usccStatus }: ReadCode,
  heads: Heads,
): StoredFault | null {
  const byCode = isIdentifying(usccStatus)
  const byName = `name ${values.name}`
  const key = byCode ? `code ${uscc}` : byName
  const before = seen.get(key)
  if (before !== undefined) {
    const field = byCode ? 'uscc' : 'name'
    return { row, column: heads(field), value: values[field] ?? '', rule: `repeated_in_file ${before}` }
  }
  seen.set(key, row)
  if (byCode && !seen.has(byName)) seen.set(byName, row)
  return null
}

function halfPoint(row: number, { lon, lat }: Values, heads: Heads): StoredFault | null {
  if ((lon === null) === (lat === null)) return null
  const field = lon === null ? 'lon' : 'lat'
  return { row, column: heads(field), value: '', rule: 'half_a_point' }
}

/** What blocks nothing but should be looked at. */
function notesOf(row: number, values: Values, { usccStatus }: ReadCode, heads: Heads): StoredFault[] {
  const notes: StoredFault[] = []
  if (values.uscc !== null && (usccStatus === 'legacy' || usccStatus === 'malformed')) {
    const code = checkUscc(values.uscc)
    const place = { row, column: heads('uscc'), value: shorten(values.uscc) }
    if (code.kind === 'legacy') notes.push({ ...place, rule: `uscc_legacy ${code.expectedCheck}` })
    if (code.kind === 'malformed') notes.push({ ...place, rule: `uscc_${code.why} ${code.position}` })
  }
  const orphan = values.contactName === null ? (values.phone ?? values.email ?? values.contactRole) : null
  if (orphan !== null) notes.push({ row, column: heads('contactName'), value: '', rule: 'contact_without_name' })
  return notes
}

function sheetNotes(table: Table): StoredFault[] {
  return table.notes.flatMap((note) =>
    note.kind === 'formulas' || note.kind === 'error_values' || note.kind === 'merged_cells'
      ? [{ row: table.headerRow, column: note.first, value: '', rule: `sheet_${note.kind} ${note.count}` }]
      : [],
  )
}

/** A blank cell says nothing, so it changes nothing. */
function planRow(row: number, values: Values, { uscc, usccStatus }: ReadCode): PlannedRow {
  const { contactName, contactRole, phone, email, lon, lat } = values
  const facts = withoutBlanks(values, notFacts)
  return {
    row,
    name: values.name.replace(/\s+/g, ' '),
    code: isIdentifying(usccStatus) ? uscc : null,
    input: lon === null || lat === null ? facts : { ...facts, point: { lon, lat } },
    contact: contactName === null ? null : { name: contactName, ...withoutBlanks({ role: contactRole, phone, email }) },
  }
}

const notFacts = ['contactName', 'contactRole', 'phone', 'email', 'lon', 'lat'] as const

type Filled<T> = { [Key in keyof T]?: Exclude<T[Key], null> }
function withoutBlanks<T extends object, Left extends keyof T & string = never>(
  fields: T,
  left: readonly Left[] = [],
): Filled<Omit<T, Left>> {
  const filled: Record<string, unknown> = {}
  const leftOut: readonly string[] = left
  for (const [key, value] of Object.entries(fields)) if (value !== null && !leftOut.includes(key)) filled[key] = value
  // Dropping the nulls and what is left out is exactly what the type says.
  return filled as Filled<Omit<T, Left>>
}
