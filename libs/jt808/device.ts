// 0x8103–0x8108, 0x0104–0x0108: parameters, control, attributes, firmware.
import { gnssFlags, radioFlags, terminalTypeFlags } from './alarm.ts'
import { digits } from './bcd.ts'
import { bits, oneOf, u16, u32, u8 } from './codec.ts'
import { parameter } from './parameters.ts'
import { list, sized, sizedBytes } from './sequence.ts'
import { only, struct, until2019 } from './struct.ts'
import { chars, fields, text } from './text.ts'

/** 0x8103; 2011 says how many there are in all before how many are in this message. */
export const setParameters = struct({ totalCount: only('2011', u8), parameters: list(u8, parameter) })
/** 0x0104 */
export const parametersAnswer = struct({ answeredSerial: u16, parameters: list(u8, parameter) })
/** 0x8106 */
export const queryListedParameters = struct({ parameterIds: list(u8, u32) })

/** 0x8105; 2019 keeps 2, 4 and 5. */
export const terminalControl = struct({
  command: oneOf(u8, {
    1: 'upgrade',
    2: 'connect_to_server',
    3: 'power_off',
    4: 'reset',
    5: 'factory_reset',
    6: 'close_data_link',
    7: 'close_radio',
  }),
  arguments: fields,
})

/** 0x0107 */
export const attributesAnswer = struct({
  terminalTypeBits: bits(u16, terminalTypeFlags),
  maker: chars(5),
  model: until2019(chars(20), chars(30)),
  terminalId: until2019(chars(7), chars(30)),
  iccid: digits(10),
  hardwareVersion: sized(u8, text),
  firmwareVersion: sized(u8, text),
  gnssBits: bits(u8, gnssFlags),
  radioBits: bits(u8, radioFlags),
})

const firmwareKinds = { 0: 'terminal', 12: 'ic_card_reader', 52: 'gnss_module' } as const

/** 0x8108 */
export const firmwarePackage = struct({
  target: oneOf(u8, firmwareKinds),
  maker: chars(5),
  firmwareVersion: sized(u8, text),
  data: sizedBytes(u32),
})
/** 0x0108 */
export const firmwareResult = struct({
  target: oneOf(u8, firmwareKinds),
  result: oneOf(u8, { 0: 'ok', 1: 'failed', 2: 'cancelled' }),
})
