import { TextDecoder } from 'node:util'
import { isUtf8 } from 'node:buffer'
import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { cleanText } from './cell-text.ts'
import { overLimit, unreadable, type SheetLimits, type TableRow } from './table.ts'
import type { SheetRows } from './xlsx.ts'

type Encoding = 'utf-8' | 'utf-16le' | 'gb18030'

const pieceBytes = 262_144

/**
 * Reads separated values as text, streaming. UTF-8 with or without mark, UTF-16 as Excel's "Unicode text" writes it, else GB 18030;
 * separated by comma, semicolon or tab, whichever the first line has most of.
 * @throws SheetRefused
 * Source: RFC 4180; GB 18030-2022. Time O(bytes), memory O(rows kept).
 */
export async function readCsv(bytes: Uint8Array, limits: SheetLimits): Promise<SheetRows> {
  const encoding = encodingOf(bytes)
  const parser = parse({
    delimiter: delimiterOf(bytes, encoding),
    recordDelimiter: ['\r\n', '\n', '\r'],
    relaxColumnCount: true,
    relaxQuotes: true,
    // An unclosed quote would swallow the rest of the file.
    maxRecordSize: limits.cellLengthMax * 4,
  })
  // An error of either end reaches the loop below through the parser.
  pipeline(Readable.from(decodePieces(bytes, encoding)), parser, () => {})
  const rows: TableRow[] = []
  let rowNumber = 0
  try {
    for await (const record of parser) {
      rowNumber++
      const row = readRow(record, rowNumber, limits)
      if (row.cells.every((cell) => cell === '')) continue
      if (rows.length > limits.csvRowsMax) throw overLimit('rows', rows.length, limits.csvRowsMax, rowNumber)
      rows.push(row)
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable('csv_quotes', recordsBefore(error) + 1) : error
  } finally {
    parser.destroy()
  }
  return { rows, notes: [{ kind: 'encoding', encoding }] }
}

// The parser reads ahead of the loop: it knows how many rows it has read, the loop does not.
const recordsBefore = (error: CsvError): number => {
  const records: unknown = Reflect.get(error, 'records')
  return typeof records === 'number' ? records : 0
}

function readRow(record: readonly string[], rowNumber: number, limits: SheetLimits): TableRow {
  const cells = record.map((cell) => cleanText(cell).replace(/^'(?='*[=+\-@])/, ''))
  while (cells.at(-1) === '') cells.pop()
  if (cells.length > limits.cellsPerRowMax)
    throw overLimit('cells_per_row', cells.length, limits.cellsPerRowMax, rowNumber)
  const longest = cells.reduce((length, cell) => Math.max(length, cell.length), 0)
  if (longest > limits.cellLengthMax) throw overLimit('cell_length', longest, limits.cellLengthMax, rowNumber)
  return { rowNumber, cells }
}

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return isUtf8(bytes) ? 'utf-8' : 'gb18030'
}

function* decodePieces(bytes: Uint8Array, encoding: Encoding): Generator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = decode(decoder, bytes.subarray(at, at + pieceBytes), at + pieceBytes < bytes.length)
    // A null character never stands in a table: such a file is something else.
    if (piece.includes('\u0000')) throw unreadable('not_a_table')
    yield piece
  }
}

function decode(decoder: TextDecoder, piece: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(piece, { stream })
  } catch {
    throw unreadable('unknown_encoding')
  }
}

function delimiterOf(bytes: Uint8Array, encoding: Encoding): string {
  const start = new TextDecoder(encoding).decode(bytes.subarray(0, 65_536))
  const firstLine = /[^\r\n]+/.exec(start)?.[0] ?? ''
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: firstLine.split(delimiter).length }))
  return counts.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ','
}
