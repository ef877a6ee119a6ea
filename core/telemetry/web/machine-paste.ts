import { isBitTable, modbusForms, modbusTables, type CalledProtocol, type ModbusTable } from '../source-contract.ts'
import { readBlock } from './block-text.ts'
import en from './locales/paste.en.json' with { type: 'json' }
import zhCN from './locales/paste.zh-CN.json' with { type: 'json' }
import { allColumns, numberIn, rowWith, type Column, type PointRow } from './machine-rows.ts'

/**
 * How a list counts registers: from 0 or from 1 in each table, or from 1 with the digit of the table in front, so that 40001 is
 * the first holding register.
 */
export type Numbering = 'from_0' | 'from_1' | 'with_table'

/** What was found in a pasted block. */
export type Pasted = {
  /** One a line, in its order; also those that cannot be used as they are. */
  readonly rows: readonly PointRow[]
  /** Columns of the block that are none of ours. */
  readonly unknown: readonly string[]
  /** How its registers were read. */
  readonly numbering: Numbering
}

/** Letters and digits in small: how a word is compared. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s\p{P}\p{S}]/gu, '')

/** What each of some words is called, in both languages, as `plain` writes it. */
function named(...lists: readonly Readonly<Record<string, string>>[]): ReadonlyMap<string, string> {
  return new Map(
    lists.flatMap((list) =>
      Object.entries(list).flatMap(([name, words]) =>
        [name, ...words.split('|')].map((word) => [plain(word), name] as const),
      ),
    ),
  )
}

const columnWords = named(zhCN.column, en.column)
const byteOrders = new Set([...zhCN.byte_order.split('|'), ...en.byte_order.split('|')].map(plain))
const wordsIn: { readonly [C in Column]?: ReadonlyMap<string, string> } = {
  table: named(zhCN.table, en.table),
  as: named(zhCN.as, en.as, Object.fromEntries(modbusForms.map((form) => [form, form]))),
  words: named(zhCN.words, en.words),
}

/**
 * Reads the points in a block that was copied from a spreadsheet. With a line of column names the columns may stand in any
 * order; without one they stand as on the screen. What cannot be understood stays in its cell, to be corrected there.
 * @param chosen  how the block counts registers; null: as `numberingOf` proposes
 */
export function readPasted(protocol: CalledProtocol, text: string, chosen: Numbering | null): Pasted {
  const { lines, unknown } = readLines(protocol, text)
  const numbering = chosen ?? proposed(protocol, lines)
  const cells = lines.map((line) => withForm(fromZero[numbering](line)))
  return { rows: cells.map((one) => rowWith(one, true)), unknown, numbering }
}

/** How a block seems to count registers: with the table in front where each of its numbers can be read so, else from 0. */
export const numberingOf = (protocol: CalledProtocol, text: string): Numbering =>
  proposed(protocol, readLines(protocol, text).lines)

/** What a column of a block is: one of ours, the order of bytes, or nothing that is known. */
type Head = { readonly column: Column | null; readonly byteOrder: string | null }

function readLines(protocol: CalledProtocol, text: string) {
  const [first = [], ...rest] = readBlock(text)
  const own = allColumns(protocol)
  const named = first.map((cell): Head => {
    const word = columnWords.get(plain(cell))
    const isByteOrder = own.includes('words') && byteOrders.has(plain(cell))
    return { column: own.find((column) => column === word) ?? null, byteOrder: isByteOrder ? cell : null }
  })
  const isHead = isHeading(first, named)
  const heads = isHead ? named : own.map((column) => ({ ...unknownHead, column }))
  const lines = isHead ? rest : [first, ...rest].filter((line) => line.length > 0)
  return {
    lines: lines.map((line) => cellsOf(line, heads)),
    unknown: isHead ? first.filter((cell, index) => cell !== '' && !isKnown(named[index] ?? unknownHead)) : [],
  }
}

const unknownHead: Head = { column: null, byteOrder: null }
const isKnown = ({ column, byteOrder }: Head): boolean => column !== null || byteOrder !== null

type Cells = Partial<Record<Column, string>>

/** Whether a line names columns: most of its cells do, and at least two. */
function isHeading(line: readonly string[], heads: readonly Head[]): boolean {
  const count = heads.filter(isKnown).length
  return count >= 2 && count * 2 >= line.filter((cell) => cell !== '').length
}

/** The first of two columns of one name counts. */
function cellsOf(line: readonly string[], heads: readonly Head[]): Cells {
  const cells: Cells = {}
  for (const [index, text] of line.entries()) {
    const { column, byteOrder } = heads[index] ?? unknownHead
    if (text === '') continue
    if (byteOrder !== null) cells.words = orderOf[plain(text)] ?? `${byteOrder}: ${text}`
    else if (column && cells[column] === undefined) cells[column] = wordsIn[column]?.get(plain(text)) ?? text
  }
  return cells
}

// "Big" of bytes says nothing of words, and bytes in another order than Modbus has cannot be read: only what spells both is
// understood, anything else stays in the cell as it was said.
const orderOf: Readonly<Record<string, string>> = { abcd: 'big', cdab: 'little' }

// The first digit of a register number. Source: MODBUS Application Protocol V1.1b3 clause 4.4 leaves it to the machine; this
// numbering is that of Modicon's controllers, which most lists of registers keep to.
const tableOfDigit: Readonly<Record<string, ModbusTable>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' }

/** A number such as 40001 as table and register; null where it is none, or does not agree with the rest of its line. */
function splitNumber({ register = '', table, as }: Cells): { readonly table: ModbusTable; readonly at: number } | null {
  const [, digit = '', number = ''] = /^([0134])(\d{4,5})$/.exec(register) ?? []
  const own = tableOfDigit[digit]
  const at = Number(number) - 1
  if (!own || at < 0 || (table !== undefined && table !== own)) return null
  // Of bits there are no other forms; a block may leave them out.
  return as !== undefined && isBitTable(own) !== (as === 'bit') ? null : { table: own, at }
}

function proposed(protocol: CalledProtocol, lines: readonly Cells[]): Numbering {
  if (protocol !== 'modbus') return 'from_0'
  const numbered = lines.filter(({ register = '' }) => numberIn(register) !== null)
  return numbered.length > 0 && numbered.every(splitNumber) ? 'with_table' : 'from_0'
}

const fromZero: Readonly<Record<Numbering, (cells: Cells) => Cells>> = {
  from_0: (cells) => cells,
  from_1: (cells) =>
    /^\d+$/.test(cells.register ?? '') ? { ...cells, register: String(Number(cells.register) - 1) } : cells,
  with_table: (cells) => {
    const found = splitNumber(cells)
    return found ? { ...cells, table: found.table, register: String(found.at) } : cells
  },
}

/** What stands in a table of bits is a bit, whether or not the block says so. */
function withForm(cells: Cells): Cells {
  const table = modbusTables.find((one) => one === cells.table)
  return table && isBitTable(table) && cells.as === undefined ? { ...cells, as: 'bit' } : cells
}
