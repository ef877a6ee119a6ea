import { encodeGbk, type MessageKind } from '@tingzhou/jt808'
import type { Protocol } from './protocol.ts'

/** What may be asked of a JT/T 808 terminal. */
export const jt808Commands = [
  'text',
  'query_position',
  'track',
  'take_picture',
  'set_parameters',
  'query_parameters',
  'query_attributes',
  'terminal_control',
  'confirm_alarm',
  'link_test',
  'vehicle_control',
  'set_circles',
  'delete_circles',
  'set_rectangles',
  'delete_rectangles',
  'set_polygon',
  'delete_polygons',
  'set_route',
  'delete_routes',
] as const satisfies readonly MessageKind[]

/** What may be asked of an HJ 212 data logger. Source: HJ 212-2017 table 9 and annex C. */
export const hj212Commands = [
  'set_time',
  'read_time',
  'set_retries',
  'set_realtime_interval',
  'read_realtime_interval',
  'set_minute_interval',
  'read_minute_interval',
  'start_realtime',
  'stop_realtime',
  'start_states',
  'stop_states',
  'query_minutes',
  'query_hours',
  'query_days',
  'query_running_times',
  'calibrate',
  'sample_now',
  'wash',
  'compare',
  'keep_sample',
  'set_sampling_cycle',
  'read_sampling_cycle',
  'read_analysis_time',
  'read_ids',
  'read_info',
  'set_parameter',
  'keep_sample_now',
  'start_check',
] as const

/** What may be asked of a machine that is called: a point takes a value. */
export const machineCommands = ['set_value'] as const

/** Kinds by protocol; `any`: the device itself knows what it understands. A protocol that is not here takes no commands. */
const kinds: { readonly [P in Protocol]?: readonly string[] | 'any' } = {
  jt808: jt808Commands,
  hj212: hj212Commands,
  mqtt: 'any',
  modbus: machineCommands,
  opcua: machineCommands,
}

/**
 * What may be asked of a device of a protocol.
 * @returns null when it takes whatever it is sent; empty when it takes nothing
 */
export function commandsOf(protocol: Protocol): readonly string[] | null {
  const known = kinds[protocol] ?? []
  return known === 'any' ? null : known
}

/**
 * Kinds that a person confirms before a device hears of them, by protocol: those by which something moves, stops or is used up, and
 * those that change how an instrument measures or where a terminal calls. `any`: nobody here knows what the device does with it.
 * Source: own; plant sequences §5 (a command moves a machine), JT/T 808 0x8103, 0x8105 and 0x8500, HJ 212-2017 annex C.
 */
const confirmed: { readonly [P in Protocol]?: readonly string[] | 'any' } = {
  jt808: ['vehicle_control', 'terminal_control', 'set_parameters'] satisfies (typeof jt808Commands)[number][],
  hj212: [
    'calibrate',
    'sample_now',
    'wash',
    'compare',
    'keep_sample',
    'keep_sample_now',
    'set_parameter',
    'start_check',
  ] satisfies (typeof hj212Commands)[number][],
  mqtt: 'any',
  modbus: machineCommands,
  opcua: machineCommands,
}

/** Whether a person confirms a command before its device hears of it. O(kinds). */
export function needsConfirmation(protocol: Protocol, kind: string): boolean {
  const kinds = confirmed[protocol] ?? []
  return kinds === 'any' || kinds.includes(kind)
}

/**
 * A character in the body of a command that a device of the protocol cannot be told: JT/T 808 and its texts are GBK.
 * @returns where it stands and which it is; null when there is none. O(characters).
 */
export function unsayable(protocol: Protocol, body: unknown, path = 'body'): Unsayable | null {
  if (protocol !== 'jt808') return null
  if (typeof body === 'string') {
    const bytes = encodeGbk(body)
    return bytes instanceof Uint8Array ? null : { field: path, character: bytes.lacks }
  }
  if (typeof body !== 'object' || body === null) return null
  for (const [key, value] of Object.entries(body)) {
    const found = unsayable(protocol, value, `${path}.${key}`)
    if (found) return found
  }
  return null
}

export type Unsayable = { readonly field: string; readonly character: string }
