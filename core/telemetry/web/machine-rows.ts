import {
  isBitTable,
  isNumberForm,
  modbusForms,
  modbusTables,
  widthOf,
  type CalledProtocol,
  type ModbusForm,
} from '../source-contract.ts'

/** What a point of a machine is said by, in the order in which it is written and pasted; `main` stands in its row, `more` below. */
export const columnsOf = {
  modbus: {
    main: ['key', 'name', 'table', 'register', 'as', 'unit'],
    more: ['words', 'scale', 'offset', 'resolution', 'low', 'high'],
  },
  opcua: { main: ['key', 'name', 'nodeId', 'unit'], more: ['resolution', 'low', 'high'] },
} as const satisfies Readonly<Record<CalledProtocol, { main: readonly string[]; more: readonly string[] }>>

export type Column = (typeof columnsOf)[CalledProtocol]['main' | 'more'][number]

/** All columns of a protocol. */
export const allColumns = (protocol: CalledProtocol): readonly Column[] => [
  ...columnsOf[protocol].main,
  ...columnsOf[protocol].more,
]

/** A point while it is written: what was typed, also where it is no number. */
export type PointRow = {
  /** Of the row on the screen. */
  readonly id: string
  readonly cells: Readonly<Record<Column, string>>
  /** Whether what stands in it was only proposed: such rows are not sent. */
  readonly isProposed: boolean
  /** Whether what is wrong with it is said: not yet while it is being typed. */
  readonly isChecked: boolean
  /** What the server said against it; gone as soon as it is changed. */
  readonly said: Readonly<Partial<Record<Column, string>>>
}

/**
 * The columns of a row that mean something in it: the order of words where there are several, scale and offset of numbers,
 * limits where the table can be written; and whatever was written all the same.
 */
export function moreColumnsOf(
  protocol: CalledProtocol,
  { cells }: PointRow,
  faults: Readonly<Partial<Record<Column, unknown>>> | null,
): readonly Column[] {
  const form = formIn(cells.as)
  const isReadOnly = cells.table === 'input' || cells.table === 'discrete'
  const isVain = (column: Column): boolean => {
    if (protocol !== 'modbus' || faults?.[column]) return false
    if (column === 'words') return form !== undefined && widthOf(form) === 1
    if (column === 'scale' || column === 'offset') return isBit(cells) && cells[column] === emptyCells[column]
    return (column === 'low' || column === 'high') && isReadOnly && cells[column] === ''
  }
  return columnsOf[protocol].more.filter((column) => !isVain(column))
}

const emptyCells: PointRow['cells'] = {
  key: '',
  name: '',
  table: 'holding',
  register: '',
  as: 'int16',
  unit: '',
  nodeId: '',
  words: 'big',
  scale: '1',
  offset: '0',
  resolution: '',
  low: '',
  high: '',
}

let made = 0

/** A row on the screen; what is not given is as most machines have it. */
export const rowWith = (cells: Partial<PointRow['cells']> = {}, isChecked = false): PointRow => ({
  id: `row${++made}`,
  cells: { ...emptyCells, ...cells },
  isProposed: false,
  isChecked,
  said: {},
})

const typed = ['key', 'name', 'register', 'nodeId', 'unit'] as const satisfies readonly Column[]

/** Whether nothing was written into a row: such rows are not sent. */
export const isBlank = ({ cells, isProposed }: PointRow): boolean =>
  isProposed || typed.every((column) => cells[column].trim() === '')

/** The rows that are sent, in their order. */
export const sentRows = (rows: readonly PointRow[]): readonly PointRow[] => rows.filter((row) => !isBlank(row))

/**
 * A row with another text in a cell; a table of bits holds bits and no numbers, and the other way round, and a bit is neither
 * scaled nor moved.
 */
export function withCell(row: PointRow, column: Column, text: string): PointRow {
  const cells = { ...row.cells, [column]: text }
  const table = modbusTables.find((one) => one === cells.table)
  if (column === 'table' && table && isBitTable(table) !== (cells.as === 'bit'))
    cells.as = isBitTable(table) ? 'bit' : 'int16'
  if ((column === 'table' || column === 'as') && isBit(cells)) {
    cells.scale = emptyCells.scale
    cells.offset = emptyCells.offset
  }
  return { ...row, cells, isProposed: false, said: {} }
}

const formIn = (text: string): ModbusForm | undefined => modbusForms.find((form) => form === text)

function isBit({ as }: PointRow['cells']): boolean {
  const form = formIn(as)
  return form !== undefined && !isNumberForm(form)
}

/** The row after the last one: the next register, of the same kind. */
export function nextRow(rows: readonly PointRow[]): PointRow {
  const last = rows.at(-1)
  if (!last) return rowWith()
  const { table, as, words, scale, offset } = last.cells
  return { ...rowWith({ table, as, words, scale, offset, register: registerAfter(last) }), isProposed: true }
}

/** A row like another, for what lies behind it. */
export function copyOf(row: PointRow, rows: readonly PointRow[]): PointRow {
  const keys = new Set(rows.map(({ cells }) => cells.key))
  const cells = { ...row.cells, key: freeKey(row.cells.key, keys), register: registerAfter(row) }
  return { ...rowWith(cells, row.isChecked), isProposed: row.isProposed }
}

function registerAfter({ cells: { register, as } }: PointRow): string {
  const at = numberIn(register)
  const form = formIn(as)
  // Bits of a register lie in one.
  if (at === null || !form || /^bit\d/.test(form)) return register
  return String(at + widthOf(form))
}

function freeKey(key: string, taken: ReadonlySet<string>): string {
  if (key === '') return ''
  const [, stem = key, number = '1'] = /^(.*?)(\d{1,9})$/.exec(key) ?? []
  for (let next = Number(number) + 1; ; next++) {
    const one = `${stem}${String(next).padStart(stem === key ? 0 : number.length, '0')}`
    if (!taken.has(one)) return one
  }
}

/** A number as people write it, also in hexadecimal (0x10); null for what is none. */
export function numberIn(text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text.trim())
  return Number.isFinite(value) ? value : null
}
