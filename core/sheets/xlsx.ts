import { cleanText, columnName } from './cell-text.ts'
import { dateText, isDateFormat, numberText } from './excel-number.ts'
import { overLimit, SheetRefused, unreadable, type SheetLimits, type SheetNote, type TableRow } from './table.ts'
import { attributeOf, createXmlScanner, type XmlEvents } from './xml.ts'
import { listZip, readZipText, type ZipEntry } from './zip.ts'

/** The rows of the first visible sheet that hold something, the header among them. */
export type SheetRows = { readonly rows: readonly TableRow[]; readonly notes: readonly SheetNote[] }

type Archive = {
  readonly bytes: Uint8Array
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly limits: SheetLimits
}
type Workbook = { readonly sheets: readonly SheetLink[]; readonly date1904: boolean }
type SheetLink = { readonly name: string; readonly relationId: string; readonly hidden: boolean }
/** A cell before the shared strings are known: text, or the number of a shared string. */
type RawCell = { readonly column: number; readonly value: string | number }
type RawRow = { readonly rowNumber: number; readonly cells: readonly RawCell[] }

/**
 * Reads the first visible sheet of a workbook as text, streaming: rows are counted while they are unpacked, so that a sheet over the
 * limit costs no more than the limit. A formula counts as its stored value.
 * @throws SheetRefused
 * Source: ECMA-376-1:2016, part 18. Time O(unpacked size), memory O(rows kept + shared strings).
 */
export async function readXlsx(bytes: Uint8Array, limits: SheetLimits): Promise<SheetRows> {
  const archive = { bytes, entries: listZip(bytes), limits }
  const workbookPath = (await findTarget(archive, '_rels/.rels', (type) => type.endsWith('/officeDocument'))) ?? ''
  const workbook = await readWorkbook(archive, workbookPath)
  const sheet = workbook.sheets.find(({ hidden }) => !hidden)
  if (!sheet) throw unreadable('no_sheet')
  const relations = relationsOf(workbookPath)
  const sheetPath = await findTarget(archive, relations, (_, id) => id === sheet.relationId)
  const stringsPath = await findTarget(archive, relations, (type) => type.endsWith('/sharedStrings'))
  const stylesPath = await findTarget(archive, relations, (type) => type.endsWith('/styles'))
  if (sheetPath === null) throw unreadable('no_sheet')

  const dateStyles = stylesPath === null ? new Set<number>() : await readDateStyles(archive, stylesPath)
  const { rows, notes } = await readSheet(archive, sheetPath, { dateStyles, date1904: workbook.date1904 })
  const strings = stringsPath === null ? [] : await readStrings(archive, stringsPath)
  const others = workbook.sheets.filter((other) => other !== sheet).map(({ name }) => name)
  return {
    rows: rows.map((row) => resolveRow(row, strings, limits)).filter(({ cells }) => cells.some((cell) => cell !== '')),
    notes: others.length > 0 ? [...notes, { kind: 'other_sheets', names: others }] : notes,
  }
}

async function scanPart(archive: Archive, path: string, events: XmlEvents): Promise<void> {
  const entry = archive.entries.get(path.toLowerCase())
  if (!entry) throw unreadable('damaged')
  const scanner = createXmlScanner(events)
  for await (const piece of readZipText(archive.bytes, entry, archive.limits.unpackedBytesMax)) scanner.write(piece)
  scanner.end()
}

const ignore = () => {}

/** The part that a relationship points to; null when there is none, or no such part. */
async function findTarget(
  archive: Archive,
  relationsPath: string,
  wanted: (type: string, id: string) => boolean,
): Promise<string | null> {
  if (!archive.entries.has(relationsPath.toLowerCase())) return null
  let found: string | null = null
  const open = (name: string, attributes: string): void => {
    if (name !== 'Relationship' || found !== null) return
    if (wanted(attributeOf(attributes, 'Type') ?? '', attributeOf(attributes, 'Id') ?? ''))
      found = resolvePath(relationsPath, attributeOf(attributes, 'Target') ?? '')
  }
  await scanPart(archive, relationsPath, { open, close: ignore, text: ignore })
  return found !== null && archive.entries.has(String(found).toLowerCase()) ? found : null
}

// Targets are relative to the folder of the part that the relationships belong to, or begin with a slash.
function resolvePath(relationsPath: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const folder = relationsPath.split('/').slice(0, -2)
  for (const step of target.split('/')) {
    if (step === '..') folder.pop()
    if (step !== '..' && step !== '.') folder.push(step)
  }
  return folder.join('/')
}

const relationsOf = (path: string): string => path.replace(/([^/]*)$/, '_rels/$1.rels')

async function readWorkbook(archive: Archive, path: string): Promise<Workbook> {
  const sheets: SheetLink[] = []
  let date1904 = false
  const open = (name: string, attributes: string): void => {
    if (name === 'workbookPr') date1904 = /^(1|true)$/.test(attributeOf(attributes, 'date1904') ?? '')
    if (name !== 'sheet') return
    const hidden = (attributeOf(attributes, 'state') ?? 'visible') !== 'visible'
    sheets.push({
      name: attributeOf(attributes, 'name') ?? '',
      relationId: attributeOf(attributes, 'id') ?? '',
      hidden,
    })
  }
  await scanPart(archive, path, { open, close: ignore, text: ignore })
  return { sheets, date1904 }
}

/** The cell styles, by number, that show a date or a time. */
async function readDateStyles(archive: Archive, path: string): Promise<ReadonlySet<number>> {
  const codes = new Map<number, string>()
  const dates = new Set<number>()
  let inCellStyles = false
  let style = 0
  const open = (name: string, attributes: string): void => {
    if (name === 'numFmt')
      codes.set(Number(attributeOf(attributes, 'numFmtId')), attributeOf(attributes, 'formatCode') ?? '')
    if (name === 'cellXfs') inCellStyles = true
    if (name !== 'xf' || !inCellStyles) return
    const id = Number(attributeOf(attributes, 'numFmtId') ?? 0)
    if (isDateFormat(id, codes.get(id) ?? null)) dates.add(style)
    style++
  }
  const close = (name: string): void => {
    if (name === 'cellXfs') inCellStyles = false
  }
  await scanPart(archive, path, { open, close, text: ignore })
  return dates
}

/** The shared strings in order; runs are joined, phonetic guides left out. */
async function readStrings(archive: Archive, path: string): Promise<readonly string[]> {
  const strings: string[] = []
  const keepMax = archive.limits.cellLengthMax + 1
  let current = ''
  let inText = false
  let inPhonetic = false
  const open = (name: string): void => {
    if (name === 'si') current = ''
    if (name === 'rPh') inPhonetic = true
    if (name === 't') inText = !inPhonetic
  }
  const close = (name: string): void => {
    if (name === 'si') strings.push(current)
    if (name === 'rPh') inPhonetic = false
    if (name === 't') inText = false
  }
  const text = (piece: string): void => {
    if (inText && current.length < keepMax) current += piece.slice(0, keepMax - current.length)
  }
  await scanPart(archive, path, { open, close, text })
  return strings
}

type SheetContext = { readonly dateStyles: ReadonlySet<number>; readonly date1904: boolean }

async function readSheet(
  archive: Archive,
  path: string,
  context: SheetContext,
): Promise<{ readonly rows: readonly RawRow[]; readonly notes: readonly SheetNote[] }> {
  const collector = createCollector(archive.limits, context)
  try {
    await scanPart(archive, path, collector.events)
  } catch (error) {
    throw (await nameRows(archive, path, error)) ?? error
  }
  return { rows: collector.rows, notes: collector.notes() }
}

/** Keeps rows and counts what a reader should know; stops at the limits. */
function createCollector(limits: SheetLimits, { dateStyles, date1904 }: SheetContext) {
  const rows: RawRow[] = []
  const counted = {
    formulas: { count: 0, first: '' },
    error_values: { count: 0, first: '' },
    merged_cells: { count: 0, first: '' },
  }
  const count = (kind: keyof typeof counted, place: string): void => {
    if (counted[kind].count === 0) counted[kind].first = place
    counted[kind].count++
  }
  let rowNumber = 0
  let cells: RawCell[] = []
  let column = -1
  let type = 'n'
  let style = 0
  let value = ''
  let hasFormula = false
  let inValue = false
  let inPhonetic = false

  const openCell = (attributes: string): void => {
    const reference = attributeOf(attributes, 'r')
    column = reference === null ? column + 1 : columnIndex(reference)
    type = attributeOf(attributes, 't') ?? 'n'
    style = Number(attributeOf(attributes, 's') ?? 0)
    value = ''
    hasFormula = false
  }
  const closeCell = (): void => {
    const place = () => `${columnName(column)}${rowNumber}`
    if (hasFormula) count('formulas', place())
    if (type === 'e') count('error_values', place())
    if (value === '') return
    if (column >= limits.cellsPerRowMax) throw overLimit('cells_per_row', column + 1, limits.cellsPerRowMax, rowNumber)
    cells.push({ column, value: cellValue(type, value, dateStyles.has(style), date1904) })
  }
  const closeRow = (): void => {
    if (cells.length === 0) return
    // The header is no row of data.
    if (rows.length > limits.xlsxRowsMax) throw overLimit('rows', rows.length, limits.xlsxRowsMax, rowNumber)
    rows.push({ rowNumber, cells })
  }
  const open = (name: string, attributes: string): void => {
    if (name === 'c') openCell(attributes)
    if (name === 'row') {
      rowNumber = Number(attributeOf(attributes, 'r') ?? rowNumber + 1)
      cells = []
      column = -1
    }
    if (name === 'f') hasFormula = true
    if (name === 'rPh') inPhonetic = true
    if (name === 'v' || name === 't') inValue = !inPhonetic
    if (name === 'mergeCell') count('merged_cells', (attributeOf(attributes, 'ref') ?? '').split(':')[0] ?? '')
  }
  const close = (name: string): void => {
    if (name === 'c') closeCell()
    if (name === 'row') closeRow()
    if (name === 'rPh') inPhonetic = false
    if (name === 'v' || name === 't') inValue = false
  }
  const text = (piece: string): void => {
    if (!inValue) return
    value += piece
    if (value.length > limits.cellLengthMax)
      throw overLimit('cell_length', value.length, limits.cellLengthMax, rowNumber)
  }
  const notes = (): readonly SheetNote[] =>
    (['formulas', 'error_values', 'merged_cells'] as const)
      .filter((kind) => counted[kind].count > 0)
      .map((kind) => ({ kind, ...counted[kind] }))
  return { rows, events: { open, close, text }, notes }
}

function cellValue(type: string, value: string, isDate: boolean, date1904: boolean): string | number {
  if (type === 's') return sharedIndex(value)
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
  if (type === 'n') return isDate ? dateText(value, date1904) : numberText(value)
  // A date cell of strict workbooks: ISO 8601, midnight meaning a day.
  if (type === 'd') return value.replace(/T00:00:00(?:\.0+)?Z?$/, '').replace('T', ' ')
  return unescapeCell(value)
}

function sharedIndex(value: string): number {
  const index = Number(value)
  if (!Number.isSafeInteger(index) || index < 0) throw unreadable('damaged')
  return index
}

// Characters that XML cannot hold are written _xHHHH_. ECMA-376-1:2016, 22.9.2.19.
const unescapeCell = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    : text

function resolveRow(row: RawRow, strings: readonly string[], limits: SheetLimits): TableRow {
  const cells: string[] = []
  for (const { column, value } of row.cells) {
    while (cells.length < column) cells.push('')
    cells[column] = cleanText(typeof value === 'number' ? sharedText(value, strings, limits, row.rowNumber) : value)
  }
  return { rowNumber: row.rowNumber, cells }
}

function sharedText(index: number, strings: readonly string[], limits: SheetLimits, row: number): string {
  const text = strings[index]
  if (text === undefined) throw unreadable('damaged', row)
  if (text.length > limits.cellLengthMax) throw overLimit('cell_length', text.length, limits.cellLengthMax, row)
  return unescapeCell(text)
}

function columnIndex(reference: string): number {
  let index = 0
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') index = index * 26 + (letter.codePointAt(0) ?? 64) - 64
  if (index === 0) throw unreadable('damaged')
  return index - 1
}

/** A sheet refused for its unpacked size most often has too many rows: says so when the first piece of the sheet declares them. */
async function nameRows(archive: Archive, path: string, error: unknown): Promise<SheetRefused | null> {
  if (!(error instanceof SheetRefused && error.fault.kind === 'limit' && error.fault.limit === 'unpacked_bytes'))
    return null
  const entry = archive.entries.get(path.toLowerCase())
  if (!entry) return null
  for await (const piece of readZipText(archive.bytes, entry, Number.POSITIVE_INFINITY)) {
    const rows = Number(/<(?:\w+:)?dimension\s[^>]*ref="[A-Z]+\d+:[A-Z]+(\d+)"/.exec(piece)?.[1] ?? 0)
    return rows > archive.limits.xlsxRowsMax ? overLimit('rows', rows, archive.limits.xlsxRowsMax) : null
  }
  return null
}
