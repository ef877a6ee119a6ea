import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crcOfStretch, nextHigh } from './crc.ts'
import { examples, toBytes } from './examples.fixture.ts'
import { crc212, isCrcValue } from './index.ts'

const water = toBytes(examples.water).slice(6, -4)
const everyByte = Array.from({ length: 256 }, (_, byte) => byte)

/** The bytes with one of them replaced. */
const replaced = (bytes: Uint8Array, at: number, byte: number): Uint8Array => {
  const copy = bytes.slice()
  copy[at] = byte
  return copy
}

describe('crc212', () => {
  it.each([
    ['', 0xffff],
    ['A', 0x7080],
    ['ST=32', 0x60c0],
    ['123456789', 0x2f80],
  ])('gives %j its value, which CRC-16/MODBUS would not', (text, value) => {
    expect(crc212(toBytes(text))).toBe(value)
  })

  it('knows 256 values, all with different high bytes', () => {
    const values = everyByte.map((byte) => crc212(Uint8Array.of(byte)))

    expect(new Set(values.map((value) => value >> 8)).size).toBe(256)
    expect(values.every(isCrcValue)).toBe(true)
    expect(Array.from({ length: 65_536 }, (_, value) => value).filter(isCrcValue)).toHaveLength(256)
    expect(isCrcValue(0x21c0)).toBe(true)
    expect(isCrcValue(0x21c1)).toBe(false)
  })

  it('catches each of the 255 changes of each single byte', () => {
    const right = crc212(water)

    for (let at = 0; at < water.length; at++) {
      const passing = everyByte.filter((byte) => crc212(replaced(water, at, byte)) === right)
      expect(passing).toEqual([water[at]])
    }
  })

  it('lets exactly one of the 255 changes of a second byte undo the change of a first', () => {
    const right = crc212(water)
    const places = fc.tuple(fc.nat(water.length - 2), fc.nat(water.length - 1), fc.integer({ min: 1, max: 255 }))

    fc.assert(
      fc.property(places, ([first, second, change]) => {
        fc.pre(second > first)
        const broken = replaced(water, first, (water[first] ?? 0) ^ change)
        const passing = everyByte.filter((byte) => crc212(replaced(broken, second, byte)) === right)
        return passing.length === 1 && passing[0] !== water[second]
      }),
      { numRuns: 200 },
    )
  })
})

describe('crcOfStretch', () => {
  it('gives for any stretch of any stream what hashing the stretch gives', () => {
    const cut = fc.tuple(fc.uint8Array({ maxLength: 600 }), fc.nat(600), fc.nat(600))

    fc.assert(
      fc.property(cut, ([bytes, a, b]) => {
        const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)]
        const highs = [0xff]
        for (const byte of bytes) highs.push(nextHigh(highs.at(-1) ?? 0, byte))
        return crcOfStretch(highs[from] ?? 0, highs[to] ?? 0, to - from) === crc212(bytes, from, to)
      }),
    )
  })
})
