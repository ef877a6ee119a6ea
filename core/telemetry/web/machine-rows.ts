import type * as z from 'zod'
import {
  isBitTable,
  isNumberForm,
  modbusForms,
  modbusTables,
  ModbusPoint,
  OpcuaPoint,
  widthOf,
  type CalledProtocol,
  type DeviceSource,
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

/** What is wrong with a cell: the name of a rule, with what it asks for. */
export type Fault = { readonly rule: string; readonly values?: Readonly<Record<string, string | number>> }
export type RowFaults = Readonly<Partial<Record<Column, Fault>>>

/**
 * The columns of a row that mean something in it: the order of words where there are several, scale and offset of numbers,
 * limits where the table can be written; and whatever was written all the same.
 */
export function moreColumnsOf(
  protocol: CalledProtocol,
  { cells }: PointRow,
  faults: RowFaults | null,
): readonly Column[] {
  const form = formIn(cells.as)
  const isReadOnly = cells.table === 'input' || cells.table === 'discrete'
  const isVain = (column: Column): boolean => {
    if (protocol !== 'modbus' || faults?.[column]) return false
    if (column === 'words') return form !== undefined && widthOf(form) === 1
    if (column === 'scale' || column === 'offset')
      return form !== undefined && !isNumberForm(form) && cells[column] === emptyCells[column]
    return (column === 'low' || column === 'high') && isReadOnly && cells[column] === ''
  }
  return columnsOf[protocol].more.filter((column) => !isVain(column))
}

/** As many points as one machine may have. */
export const pointsMax = 500

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

/** A row with another text in a cell; a table of bits holds bits and no numbers, and the other way round. */
export function withCell(row: PointRow, column: Column, text: string): PointRow {
  const cells = { ...row.cells, [column]: text }
  const table = modbusTables.find((one) => one === cells.table)
  if (column === 'table' && table && isBitTable(table) !== (cells.as === 'bit'))
    cells.as = isBitTable(table) ? 'bit' : 'int16'
  return { ...row, cells, isProposed: false, said: {} }
}

const formIn = (text: string): ModbusForm | undefined => modbusForms.find((form) => form === text)

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

const numbers: ReadonlySet<Column> = new Set(['register', 'scale', 'offset', 'resolution', 'low', 'high'])
const required: ReadonlySet<Column> = new Set(['key', 'table', 'register', 'as', 'nodeId'])

/** What a row says as the contract has it, and what in it cannot be read at all. */
function given(protocol: CalledProtocol, { cells }: PointRow) {
  const faults: Partial<Record<Column, Fault>> = {}
  const point: Record<string, unknown> = {}
  const limits: { low?: number; high?: number } = {}
  for (const column of allColumns(protocol)) {
    const text = cells[column].trim()
    if (text === '') {
      if (required.has(column)) faults[column] = { rule: 'required' }
      continue
    }
    const value = numbers.has(column) ? numberIn(text) : text
    if (value === null) faults[column] = { rule: 'number' }
    else if ((column === 'low' || column === 'high') && typeof value === 'number') limits[column] = value
    else point[column] = value
  }
  const { low, high } = limits
  const isRead = cells.low.trim() === '' && cells.high.trim() === ''
  if (!isRead && cells.low.trim() === '') faults.low = { rule: 'both_limits' }
  if (!isRead && cells.high.trim() === '') faults.high = { rule: 'both_limits' }
  point['write'] = low === undefined || high === undefined ? null : { low, high }
  return { point, faults }
}

const pointForms = { modbus: ModbusPoint, opcua: OpcuaPoint } as const
type Issue = z.core.$ZodIssue

// Of each row as it stands: a table of five hundred is read again with every key that is pressed in one of them.
const known: Readonly<Record<CalledProtocol, WeakMap<PointRow, RowFaults>>> = {
  modbus: new WeakMap(),
  opcua: new WeakMap(),
}

function faultsIn(protocol: CalledProtocol, row: PointRow): RowFaults {
  const found = known[protocol].get(row)
  if (found) return found
  const { point, faults } = given(protocol, row)
  const read = pointForms[protocol].safeParse(point)
  const all: Partial<Record<Column, Fault>> = {}
  for (const issue of read.error?.issues ?? []) {
    const column = columnAt(protocol, issue.path)
    all[column] ??= faultOf(issue, column)
  }
  Object.assign(all, faults)
  known[protocol].set(row, all)
  return all
}

/** The cell that a field of the contract is written in: `write.high` is the upper limit. */
export function columnAt(protocol: CalledProtocol, path: readonly PropertyKey[]): Column {
  const name = path[0] === 'write' ? (path[1] ?? 'low') : path[0]
  return allColumns(protocol).find((column) => column === name) ?? 'key'
}

function faultOf(issue: Issue, column: Column): Fault {
  switch (issue.code) {
    case 'custom': {
      const [, rule] = /^source\.(.+)$/.exec(issue.message) ?? []
      return { rule: rule ?? ruleOfForm[column] ?? 'wrong' }
    }
    case 'too_big':
      return { rule: issue.origin === 'string' ? 'length' : 'at_most', values: { limit: Number(issue.maximum) } }
    case 'too_small':
      return { rule: issue.inclusive ? 'at_least' : 'above', values: { limit: Number(issue.minimum) } }
    case 'invalid_type':
      return { rule: 'whole' }
    case 'invalid_value':
      return { rule: 'one_of' }
    default:
      return { rule: ruleOfForm[column] ?? 'wrong' }
  }
}

/** What a cell looks like that has a form of its own. */
const ruleOfForm: { readonly [C in Column]?: string } = { key: 'key', resolution: 'resolution', nodeId: 'node_id' }

/**
 * What is wrong with the rows of a machine, by row; rows with nothing in them are left out.
 * @returns nothing for rows that can be sent
 * Source: the rules of the contract, row by row, and each key once. O(rows).
 */
export function faultsOf(protocol: CalledProtocol, rows: readonly PointRow[]): ReadonlyMap<string, RowFaults> {
  const sent = sentRows(rows)
  const counts = new Map<string, number>()
  for (const { cells } of sent) counts.set(cells.key.trim(), (counts.get(cells.key.trim()) ?? 0) + 1)
  const faults = new Map<string, RowFaults>()
  for (const row of sent) {
    const own = faultsIn(protocol, row)
    const isTwice = (counts.get(row.cells.key.trim()) ?? 0) > 1
    const all = isTwice && !own.key ? { ...own, key: { rule: 'unique' } } : own
    if (Object.keys(all).length > 0) faults.set(row.id, all)
  }
  return faults
}

/** The points as the contract has them, of rows without faults. */
export const pointsOf = (protocol: CalledProtocol, rows: readonly PointRow[]): readonly object[] =>
  sentRows(rows).map((row) => given(protocol, row).point)

type AnyPoint = DeviceSource['points'][number]

/** The points of a machine as rows. */
export const rowsOf = (points: readonly AnyPoint[]): readonly PointRow[] =>
  points.map(({ write, ...point }) => {
    const texts = Object.entries({ ...point, low: write?.low, high: write?.high }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    )
    return rowWith(Object.fromEntries(texts))
  })

/** What the server said against points, put at the cells that they were sent from. */
export function withSaid(
  protocol: CalledProtocol,
  rows: readonly PointRow[],
  errors: readonly { readonly field: string; readonly message: string }[],
): { readonly rows: readonly PointRow[]; readonly placed: number } {
  const sent = sentRows(rows)
  const said = new Map<string, Partial<Record<Column, string>>>()
  let placed = 0
  for (const { field, message } of errors) {
    const [, index, path] = /^source\.points\.(\d+)(?:\.(.+))?$/.exec(field) ?? []
    const row = index === undefined ? undefined : sent[Number(index)]
    if (!row) continue
    const cells = said.get(row.id) ?? {}
    cells[columnAt(protocol, (path ?? 'key').split('.'))] ??= message
    said.set(row.id, cells)
    placed++
  }
  const marked = rows.map((row) => {
    const own = said.get(row.id)
    return own ? { ...row, said: own, isChecked: true } : row
  })
  return { rows: marked, placed }
}
