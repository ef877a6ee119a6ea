import { join } from 'node:path'
import type { SpoolOptions } from '@tingzhou/connector'
import type { CalledProtocol } from '@tingzhou/telemetry/source'
import type { GatewayOptions } from '../options.ts'
import { entryOf, type Entry } from './entry.ts'
import { openLogins, type Logins } from './logins.ts'
import { segmentsIn } from './spool-disk.ts'

export const calledProtocols = ['modbus', 'opcua'] as const satisfies readonly CalledProtocol[]

/** How the connector of each protocol is begun whose machines are called, and the passwords of their users. */
export type Calls = { readonly [P in CalledProtocol]?: Entry } & {
  readonly logins?: Logins | null
  /** Where readings wait, by protocol; absent: in memory only. */
  readonly spools?: { readonly [P in CalledProtocol]?: SpoolOptions }
  /** Protocols whose machines are called from here no longer: what waits of them is still sent. */
  readonly emptied?: readonly CalledProtocol[]
}

/**
 * The calls that the options ask for.
 * @param name  of the process, which no other has that shares its folder
 * @throws Error that names what is wrong with the file of passwords
 */
export async function callsOf({ called, opcuaPasswordsFile, spool }: GatewayOptions, name: string): Promise<Calls> {
  const folderOf = (protocol: CalledProtocol): string => join(spool.folder, name, protocol)
  const hasSpool = spool.totalBytesMax > 0
  const waits = (protocol: CalledProtocol): boolean => hasSpool && segmentsIn(folderOf(protocol)) > 0
  const emptied = calledProtocols.filter((protocol) => !called.includes(protocol) && waits(protocol))
  const begun = [...called, ...emptied]
  const limits = {
    keepMs: spool.keepMs,
    deviceBytesMax: spool.deviceBytesMax,
    totalBytesMax: Math.floor(spool.totalBytesMax / Math.max(1, called.length)),
  }
  const spools = begun.map((protocol) => [protocol, { ...limits, folder: folderOf(protocol) }] as const)
  return {
    ...Object.fromEntries(begun.map((protocol) => [protocol, entryOf(protocol)])),
    logins: opcuaPasswordsFile === null ? null : await openLogins(opcuaPasswordsFile),
    spools: hasSpool ? Object.fromEntries(spools) : {},
    emptied,
  }
}
