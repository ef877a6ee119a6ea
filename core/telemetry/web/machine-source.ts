import { OpcuaSource, type CalledProtocol, type DeviceSource } from '../source-contract.ts'
import { allColumns, numberIn, rowWith, sentRows, type Column, type PointRow } from './machine-rows.ts'

/** Where a machine is, as a form holds it. */
export type SourceValues = {
  readonly host?: string
  readonly port?: number
  readonly unit?: number
  readonly url?: string
  readonly security?: OpcuaSource['security']
  readonly username?: string
  /** How often it is read, s. */
  readonly everyS?: number
  readonly points: readonly PointRow[]
}

/** How a channel to an OPC UA server can be secured. */
export const securities = OpcuaSource.shape.security.unwrap().options

/** What a form begins with where nothing is known of a machine yet: as most of them are. */
export const newSource = (): SourceValues => ({
  port: 502,
  unit: 1,
  security: 'none',
  everyS: 1,
  points: [rowWith()],
})

/** A source as a form holds it. */
export function valuesOf({ everyMs, points, ...source }: DeviceSource): SourceValues {
  const { username, ...rest } = { username: null, ...source }
  return {
    ...newSource(),
    ...rest,
    ...(username === null ? {} : { username }),
    everyS: everyMs / 1_000,
    points: rowsOf(points),
  }
}

/** What a form holds as the contract has it; whether it is right the contract says. */
export function sourceOf(protocol: CalledProtocol, { everyS, points, ...values }: SourceValues): object {
  const common = {
    ...(everyS === undefined ? {} : { everyMs: Math.round(everyS * 1_000) }),
    points: pointsOf(protocol, points),
  }
  const { host, port, unit, url, security, username } = values
  if (protocol === 'modbus') return { host: host?.trim(), port, unit, ...common }
  return { url: url?.trim(), security, username: username?.trim() || null, ...common }
}

/** Where a machine is, in one line: `10.1.2.3:502` or the address of an OPC UA server. */
export function addressOf(source: DeviceSource): string {
  if (!('host' in source)) return source.url
  const host = source.host.includes(':') ? `[${source.host}]` : source.host
  return `${host}:${source.port}`
}

/** The points as the contract has them, of rows without faults. */
const pointsOf = (protocol: CalledProtocol, rows: readonly PointRow[]): readonly object[] =>
  sentRows(rows).map((row) => pointIn(protocol, row).point)

type AnyPoint = DeviceSource['points'][number]

/** The points of a machine as rows. */
const rowsOf = (points: readonly AnyPoint[]): readonly PointRow[] =>
  points.map(({ write, ...point }) => {
    const texts = Object.entries({ ...point, low: write?.low, high: write?.high }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    )
    return rowWith(Object.fromEntries(texts))
  })

const numbers: ReadonlySet<Column> = new Set(['register', 'scale', 'offset', 'resolution', 'low', 'high'])
const required: ReadonlySet<Column> = new Set(['key', 'table', 'register', 'as', 'nodeId'])

/** What a row says as the contract has it, and the rules that keep the rest of it from being read. */
export function pointIn(protocol: CalledProtocol, { cells }: PointRow) {
  const unread: Partial<Record<Column, { readonly rule: string }>> = {}
  const point: Record<string, unknown> = {}
  const limits: { low?: number; high?: number } = {}
  for (const column of allColumns(protocol)) {
    const text = cells[column].trim()
    if (text === '') {
      if (required.has(column)) unread[column] = { rule: 'required' }
      continue
    }
    const value = numbers.has(column) ? numberIn(text) : text
    if (value === null) unread[column] = { rule: 'number' }
    else if ((column === 'low' || column === 'high') && typeof value === 'number') limits[column] = value
    else point[column] = value
  }
  const { low, high } = limits
  const isRead = cells.low.trim() === '' && cells.high.trim() === ''
  if (!isRead && cells.low.trim() === '') unread.low = { rule: 'both_limits' }
  if (!isRead && cells.high.trim() === '') unread.high = { rule: 'both_limits' }
  point['write'] = low === undefined || high === undefined ? null : { low, high }
  return { point, unread }
}
