import type { CalledProtocol } from '@tingzhou/telemetry/source'
import type { GatewayOptions } from '../options.ts'
import { entryOf, type Entry } from './entry.ts'
import { openLogins, type Logins } from './logins.ts'

export const calledProtocols = ['modbus', 'opcua'] as const satisfies readonly CalledProtocol[]

/** How the connector of each protocol is begun whose machines are called, and the passwords of their users. */
export type Calls = { readonly [P in CalledProtocol]?: Entry } & { readonly logins?: Logins | null }

/** The calls that the options ask for. @throws Error that names what is wrong with the file of passwords */
export async function callsOf({ called, opcuaPasswordsFile }: GatewayOptions): Promise<Calls> {
  const entries = Object.fromEntries(called.map((protocol) => [protocol, entryOf(protocol)]))
  return { ...entries, logins: opcuaPasswordsFile === null ? null : await openLogins(opcuaPasswordsFile) }
}
