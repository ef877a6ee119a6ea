const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let shift = 0; shift < 8; shift++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1
  return rest
})

/**
 * The check value of bytes.
 * @returns 32 bits, unsigned; 0 for no bytes
 * Source: CRC-32/ISO-HDLC (ISO/IEC/IEEE 8802-3 clause 3.2.9): reversed polynomial 0xEDB88320. O(bytes).
 */
export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff
  for (const byte of bytes) rest = (rest >>> 8) ^ table[(rest ^ byte) & 0xff]! // the index is below 256
  return (rest ^ 0xffffffff) >>> 0
}
