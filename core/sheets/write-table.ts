import writeExcelFile, { type Cell, type Row } from 'write-excel-file/node'
import { cleanText } from './cell-text.ts'

/** What a cell of an export may hold; days and instants come as text in the reader's form. */
export type ExportValue = string | number | boolean | null

/** One column of an export. */
export type ExportColumn<T> = {
  readonly header: string
  readonly value: (row: T) => ExportValue
  /** In characters; 16 when absent. */
  readonly width?: number
  /** Number format of the spreadsheet, such as `#,##0.00`. */
  readonly format?: string
}

/** The second sheet: what was asked, by whom and when, so that the file explains itself. */
export type NotesSheet = { readonly name: string; readonly lines: readonly (readonly [label: string, value: string])[] }

export type ExportOptions = { readonly sheetName: string; readonly notesSheet: NotesSheet }

// Limits of the format: ECMA-376 names 31 characters, Excel's specification 32 767 and 1 048 576.
const sheetNameMax = 31
const cellLengthMax = 32_767
const rowsMax = 1_048_575
const defaultWidth = 16

/**
 * Writes a table as an .xlsx workbook: bold frozen header, then a second sheet with the filter and the time.
 * Texts are stored as texts, also those that begin like a formula.
 * @returns the bytes of the file
 * @throws RangeError for more rows than a sheet holds, or a number that is not finite
 * Source: write-excel-file 4. O(cells).
 */
export async function writeXlsx<T>(
  columns: readonly ExportColumn<T>[],
  rows: readonly T[],
  { sheetName, notesSheet }: ExportOptions,
): Promise<Buffer> {
  if (rows.length > rowsMax) throw new RangeError(`a sheet holds ${rowsMax} rows, got ${rows.length}`)
  const header: Row = columns.map((column) => ({ value: xlsxText(column.header), type: String, fontWeight: 'bold' }))
  const data = rows.map((row): Row => columns.map((column) => xlsxCell(column.value(row), column.format)))
  const notes = notesSheet.lines.map(([label, value]): Row => [
    { value: xlsxText(label), type: String, fontWeight: 'bold' },
    xlsxCell(value),
  ])
  const mainName = safeSheetName(sheetName)
  const notesName = safeSheetName(notesSheet.name)
  return writeExcelFile([
    {
      data: [header, ...data],
      sheet: mainName,
      columns: columns.map(({ width }) => ({ width: width ?? defaultWidth })),
      stickyRowsCount: 1,
    },
    {
      data: notes,
      sheet:
        notesName.toLowerCase() === mainName.toLowerCase() ? `${notesName.slice(0, sheetNameMax - 2)} 2` : notesName,
      columns: [{ width: 24 }, { width: 80 }],
    },
  ]).toBuffer()
}

/**
 * Writes a table as UTF-8 separated values with the mark that makes Excel read it as UTF-8. A text that a spreadsheet program would take
 * for a formula gets an apostrophe before it; `readTable` takes it off again.
 * @throws RangeError for a number that is not finite
 * Source: RFC 4180; OWASP "CSV Injection". O(cells).
 */
export function writeCsv<T>(columns: readonly ExportColumn<T>[], rows: readonly T[]): Buffer {
  const header = columns.map((column) => csvText(column.header)).join(',')
  const lines = rows.map((row) => columns.map((column) => csvCell(column.value(row))).join(','))
  return Buffer.from(`\uFEFF${[header, ...lines].join('\r\n')}\r\n`, 'utf8')
}

function xlsxCell(value: ExportValue, format?: string): Cell {
  if (value === null || value === '') return null
  if (typeof value === 'string') return { value: xlsxText(value), type: String }
  if (typeof value === 'boolean') return { value, type: Boolean }
  return { value: finite(value), type: Number, ...(format === undefined ? {} : { format }) }
}

// The reader turns _xHHHH_ into a character, so an underscore that would begin one is itself written so. ECMA-376-1:2016, 22.9.2.19.
function xlsxText(text: string): string {
  const clean = cleanText(text)
  const cut = clean.length > cellLengthMax ? `${clean.slice(0, cellLengthMax - 1)}…` : clean
  // write-excel-file 4.0.7 keeps its strings in a plain object and damages the file for a text such as `constructor`.
  if (cut in Object.prototype) return escapeFirst(cut)
  return cut.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
}

const escapeFirst = (text: string): string =>
  `_x${(text.codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase()}_${text.slice(1)}`

function csvCell(value: ExportValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(finite(value))
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  return csvText(value)
}

function csvText(text: string): string {
  const clean = cleanText(text)
  const harmless = /^'*[=+\-@]/.test(clean) ? `'${clean}` : clean
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`a cell holds a finite number, got ${value}`)
  return value
}

const safeSheetName = (name: string): string =>
  cleanText(name)
    .replaceAll(/[[\]:*?/\\]/g, ' ')
    .replaceAll(/^'+|'+$/g, '')
    .trim()
    .slice(0, sheetNameMax) || 'Sheet'
