import type * as z from 'zod'
import { ModbusPoint, OpcuaPoint, type CalledProtocol } from '../source-contract.ts'
import { allColumns, sentRows, type Column, type PointRow } from './machine-rows.ts'
import { pointIn } from './machine-source.ts'

/** What is wrong with a cell: the name of a rule, with what it asks for. */
export type Fault = { readonly rule: string; readonly values?: Readonly<Record<string, string | number>> }
export type RowFaults = Readonly<Partial<Record<Column, Fault>>>

/** As many points as one machine may have. */
export const pointsMax = 500

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
  const { point, unread } = pointIn(protocol, row)
  const read = pointForms[protocol].safeParse(point)
  const all: Partial<Record<Column, Fault>> = {}
  for (const issue of read.error?.issues ?? []) {
    const column = columnAt(protocol, issue.path)
    all[column] ??= faultOf(issue, column)
  }
  Object.assign(all, unread)
  known[protocol].set(row, all)
  return all
}

/** The cell that a field of the contract is written in: `write.high` is the upper limit. */
function columnAt(protocol: CalledProtocol, path: readonly PropertyKey[]): Column {
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
