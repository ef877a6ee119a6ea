import { isBitTable, modbusForms, modbusTables, type CalledProtocol, type ModbusTable } from '../source-contract.ts'
import { readBlock } from './block-text.ts'
import en from './locales/paste.en.json' with { type: 'json' }
import zhCN from './locales/paste.zh-CN.json' with { type: 'json' }
import { allColumns, rowWith, type Column, type PointRow } from './machine-rows.ts'

/** What was found in a pasted block. */
export type Pasted = {
  /** One a line, in its order; also those that cannot be used as they are. */
  readonly rows: readonly PointRow[]
  /** Columns of the block that are none of ours. */
  readonly unknown: readonly string[]
  /** Whether addresses such as 40001 were read as table and register. */
  readonly isNumbered: boolean
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
const wordsIn: { readonly [C in Column]?: ReadonlyMap<string, string> } = {
  table: named(zhCN.table, en.table),
  as: named(zhCN.as, en.as, Object.fromEntries(modbusForms.map((form) => [form, form]))),
  words: named(zhCN.words, en.words),
}

/**
 * Reads the points in a block that was copied from a spreadsheet. With a line of column names the columns may stand in any
 * order; without one they stand as on the screen. What cannot be understood stays in its cell, to be corrected there.
 * @param firstRegister  the number that the block gives to the first register of a table
 */
export function readPasted(protocol: CalledProtocol, text: string, firstRegister: 0 | 1): Pasted {
  const [first = [], ...rest] = readBlock(text)
  const own = allColumns(protocol)
  const head = first.map((cell) => own.find((column) => column === columnWords.get(plain(cell))) ?? null)
  const isHead = isHeading(first, head)
  const columns = isHead ? head : own
  const lines = isHead ? rest : [first, ...rest].filter((line) => line.length > 0)
  const cells = lines.map((line) => cellsOf(line, columns))
  const numbered = protocol === 'modbus' ? readNumbered(cells) : null
  const shifted = protocol === 'modbus' && !numbered && firstRegister === 1 ? cells.map(fromZero) : cells
  return {
    rows: (numbered ?? shifted).map((one) => rowWith(withForm(one), true)),
    unknown: isHead ? first.filter((cell, index) => cell !== '' && head[index] === null) : [],
    isNumbered: numbered !== null,
  }
}

type Cells = Partial<Record<Column, string>>

/** Whether a line names columns: most of its cells do, and at least two. */
function isHeading(line: readonly string[], columns: readonly (Column | null)[]): boolean {
  const count = columns.filter((column) => column !== null).length
  return count >= 2 && count * 2 >= line.filter((cell) => cell !== '').length
}

/** The first of two columns of one name counts. */
function cellsOf(line: readonly string[], columns: readonly (Column | null)[]): Cells {
  const cells: Cells = {}
  for (const [index, text] of line.entries()) {
    const column = columns[index]
    if (!column || text === '' || cells[column] !== undefined) continue
    cells[column] = wordsIn[column]?.get(plain(text)) ?? text
  }
  return cells
}

// The first digit of a register number. Source: MODBUS Application Protocol V1.1b3 clause 4.4 leaves it to the machine; this
// numbering is that of Modicon's controllers, which most lists of registers keep to.
const tableOfDigit: Readonly<Record<string, ModbusTable>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' }

/** Numbers such as 40001 as table and register; null unless every line has one that agrees with its table. */
function readNumbered(lines: readonly Cells[]): readonly Cells[] | null {
  const read = lines.flatMap((cells) => {
    const [, digit = '', number = ''] = /^([0134])(\d{4,5})$/.exec(cells.register ?? '') ?? []
    const table = tableOfDigit[digit]
    const register = Number(number) - 1
    if (!table || register < 0 || (cells.table !== undefined && cells.table !== table)) return []
    return [{ ...cells, table, register: String(register) }]
  })
  return lines.length > 0 && read.length === lines.length ? read : null
}

const fromZero = (cells: Cells): Cells =>
  /^\d+$/.test(cells.register ?? '') ? { ...cells, register: String(Number(cells.register) - 1) } : cells

/** What stands in a table of bits is a bit, whether or not the block says so. */
function withForm(cells: Cells): Cells {
  const table = modbusTables.find((one) => one === cells.table)
  return table && isBitTable(table) && cells.as === undefined ? { ...cells, as: 'bit' } : cells
}
