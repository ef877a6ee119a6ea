// 0x0001–0x0102, 0x8001–0x8100, 0x8204: answers, registration, authentication, heartbeat, time, re-sending.
import { instantUtc } from './bcd.ts'
import { oneOf, u16, u8, type Codec } from './codec.ts'
import { list, sized } from './sequence.ts'
import { byVersion, is, nothing, since, struct, until2019, when } from './struct.ts'
import { chars, text } from './text.ts'

const results = { 0: 'ok', 1: 'failed', 2: 'malformed', 3: 'unsupported' } as const

/** 0x0001 */
export const terminalAnswer = struct({ answeredSerial: u16, answeredId: u16, result: oneOf(u8, results) })
/** 0x8001 */
export const platformAnswer = struct({
  answeredSerial: u16,
  answeredId: u16,
  result: oneOf(u8, { ...results, 4: 'alarm_handled' }),
})
/** 0x0002, 0x0003, 0x0004, 0x8104, 0x8107, 0x8201, 0x8204, 0x8702 */
export const empty = nothing
/** 0x8004; the only time of the protocol that is UTC. */
export const timeAnswer = struct({ timeMs: instantUtc })
/** 0x0005, 0x8003 */
export const resendRequest = struct({ firstSerial: u16, indexes: until2019(list(u8, u16), list(u16, u16)) })

/** Colours of a plate. Source: JT/T 415-2006; green ones from the freight code set that JT/T 808-2019 refers to (JT/T 697.7). */
export const plateColours = {
  0: 'none',
  1: 'blue',
  2: 'yellow',
  3: 'black',
  4: 'white',
  5: 'green',
  9: 'other',
  91: 'farm_yellow',
  92: 'farm_green',
  93: 'yellow_green',
  94: 'gradient_green',
} as const

const registration = (maker: number, model: Codec<string>, terminal: number) =>
  struct({
    // First two digits of GB/T 2260, then the other four.
    provinceCode: u16,
    cityCode: u16,
    maker: chars(maker),
    model,
    terminalId: chars(terminal),
    plateColour: oneOf(u8, plateColours),
    // The VIN when the colour is none.
    plate: text,
  })

/** 0x0100 */
export const register = byVersion({
  2011: registration(5, chars(8, 0x20), 7),
  2013: registration(5, chars(20), 7),
  2019: registration(11, chars(30), 30),
})

/** 0x8100 */
export const registerAnswer = struct({
  answeredSerial: u16,
  result: oneOf(u8, {
    0: 'ok',
    1: 'vehicle_registered',
    2: 'vehicle_unknown',
    3: 'terminal_registered',
    4: 'terminal_unknown',
  }),
  authCode: when(is('result', 'ok'), text),
})

/** 0x0102: until 2013 the code is the whole body. */
export const authenticate = struct({
  authCode: until2019(text, sized(u8, text)),
  imei: since('2019', chars(15)),
  softwareVersion: since('2019', chars(20)),
})

/** Where the model stands in a body of 2013. */
const modelOf2013 = { from: 9, to: 29 } as const

/**
 * Whether the body of a registration without the 2019 bit is laid out as in 2011: where 2013 has a model padded with zero
 * bytes, at its end or in front, 2011 has the end of a padded model, a terminal id, a colour and a plate.
 * @param bytes  content; the body is between `at` and `end`
 * Source: own, from the two layouts; a body under 37 bytes cannot be of 2013. O(1).
 */
export function isRegistrationOf2011(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 37) return true
  const last = at + modelOf2013.to
  const front = skip(bytes, at + modelOf2013.from, last, isZero)
  const text = skip(bytes, front, last, isPrinted)
  return skip(bytes, text, last, isZero) < last
}

const isZero = (byte: number): boolean => byte === 0
const isPrinted = (byte: number): boolean => byte >= 0x20 && byte < 0x7f

/** The first place from `at` on whose byte is not like that. */
function skip(bytes: Uint8Array, at: number, end: number, isLike: (byte: number) => boolean): number {
  let next = at
  while (next < end && isLike(bytes[next] ?? 0)) next++
  return next
}
