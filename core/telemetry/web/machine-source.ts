import type { CalledProtocol, DeviceSource, OpcuaSource } from '../source-contract.ts'
import { pointsOf, rowsOf, rowWith, type PointRow } from './machine-rows.ts'

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

export const securities = ['none', 'sign', 'sign_and_encrypt'] as const satisfies readonly OpcuaSource['security'][]

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
