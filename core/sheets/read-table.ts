import { readFile, stat } from 'node:fs/promises'
import { err, ok, type Result } from '@tingzhou/kernel'
import { readCsv } from './csv.ts'
import {
  defaultLimits,
  overLimit,
  SheetRefused,
  unreadable,
  type SheetError,
  type SheetLimits,
  type SheetSource,
  type Table,
} from './table.ts'
import { readXlsx, type SheetRows } from './xlsx.ts'

/**
 * Reads the table of a spreadsheet (.xlsx) or of separated values (.csv, .tsv, .txt) as text, within limits. The content decides what
 * it is; the name only tells a text table from any other text.
 * Numbers come with at most 15 digits, dates as `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, truth values as TRUE and FALSE.
 * @param source  bytes, or the path of a file
 * @param limits  those that differ from `defaultLimits`
 * @returns header and rows, or the limit passed or why it cannot be read; what the disk refuses throws
 * Source: own. Time O(unpacked size), memory O(rows).
 */
export async function readTable(
  source: SheetSource,
  limits: Partial<SheetLimits> = {},
): Promise<Result<Table, SheetError>> {
  const all = { ...defaultLimits, ...limits }
  try {
    const bytes = await loadBytes(source, all)
    return ok(withHeader(await readRows(bytes, source.name, all)))
  } catch (error) {
    if (error instanceof SheetRefused) return err(describe(error, source.name))
    throw error
  }
}

async function loadBytes(source: SheetSource, { fileBytesMax }: SheetLimits): Promise<Uint8Array> {
  const size = 'bytes' in source ? source.bytes.length : (await stat(source.path)).size
  if (size > fileBytesMax) throw overLimit('file_bytes', size, fileBytesMax)
  return 'bytes' in source ? source.bytes : readFile(source.path)
}

function readRows(bytes: Uint8Array, name: string, limits: SheetLimits): Promise<SheetRows> {
  const signature = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  if (signature === '504b0304') return readXlsx(bytes, limits)
  // The compound file of .xls and of encrypted .xlsx.
  if (signature === 'd0cf11e0') throw unreadable('old_or_encrypted_workbook')
  if (bytes.length === 0) throw unreadable('no_header')
  if (/\.(csv|tsv|txt)$/i.test(name)) return readCsv(bytes, limits)
  throw unreadable('not_a_table')
}

function withHeader({ rows, notes }: SheetRows): Table {
  const [header, ...data] = rows
  if (!header) throw unreadable('no_header')
  return { header: header.cells, headerRow: header.rowNumber, rows: data, notes }
}

function describe({ fault }: SheetRefused, name: string): SheetError {
  const row = fault.row ?? null
  if (fault.kind === 'unreadable')
    return { kind: 'sheet_unreadable', field: 'file', value: name, rule: fault.rule, row }
  const { limit, value, max } = fault
  return {
    kind: 'sheet_over_limit',
    field: 'file',
    limit,
    value,
    max,
    row,
    rule: `at most ${max} ${limit.replaceAll('_', ' ')}`,
  }
}
