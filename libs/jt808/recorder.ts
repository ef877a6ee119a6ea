// 0x8700–0x8702, 0x0700–0x0702: tachograph, electronic waybill, driver's card.
import { calendarDay, instant } from './bcd.ts'
import { oneOf, restBytes, u16, u32, u8 } from './codec.ts'
import { sized, sizedBytes } from './sequence.ts'
import { byVersion, is, sinceWhen, struct, when } from './struct.ts'
import { chars, text } from './text.ts'

/** 0x8700, 0x8701: a command of GB/T 19056 and its block of data, which is not opened. */
export const recorderCommand = struct({ command: u8, data: restBytes })
/** 0x0700 */
export const recorderData = struct({ answeredSerial: u16, command: u8, data: restBytes })
/** 0x0701 */
export const electronicWaybill = struct({ data: sizedBytes(u32) })

const driver = {
  name: when(is('readResult', 'ok'), sized(u8, text)),
  licence: when(is('readResult', 'ok'), chars(20)),
  issuer: when(is('readResult', 'ok'), sized(u8, text)),
  validTo: when(is('readResult', 'ok'), calendarDay),
} as const

const card = {
  cardState: oneOf(u8, { 1: 'inserted', 2: 'removed' }),
  timeMs: instant,
  readResult: when(
    is('cardState', 'inserted'),
    oneOf(u8, { 0: 'ok', 1: 'key_failure', 2: 'locked', 3: 'pulled_out', 4: 'checksum' }),
  ),
  ...driver,
} as const

/** 0x0702; 2011 has no card, only who drives. */
export const driverIdentity = byVersion({
  2011: struct({
    name: sized(u8, text),
    identityNumber: chars(20),
    licence: chars(40),
    issuer: sized(u8, text),
  }),
  2013: struct(card),
  2019: struct({ ...card, identityNumber: sinceWhen('2019', is('readResult', 'ok'), chars(20)) }),
})
