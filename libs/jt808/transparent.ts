// 0x0900, 0x8900, 0x0901, 0x0A00, 0x8A00: bytes that pass through, compression, keys.
import { bytes, oneOf, restBytes, u32, u8 } from './codec.ts'
import { sizedBytes } from './sequence.ts'
import { struct } from './struct.ts'

/** 0x0900, 0x8900; 0xF0–0xFF is the maker's own. */
export const transparent = struct({
  channelKind: oneOf(u8, { 0x00: 'gnss_detail', 0x0b: 'ic_card', 0x41: 'serial_1', 0x42: 'serial_2' }),
  data: restBytes,
})
/** 0x0901: a message compressed by gzip, which is not opened here. */
export const compressed = struct({ data: sizedBytes(u32) })
/** 0x0A00, 0x8A00 */
export const rsaKey = struct({ exponent: u32, modulus: bytes(128) })
