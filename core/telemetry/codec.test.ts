import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packBlock, unpackBlock } from './block-codec.ts'
import { CorruptBytes, newWriter, readSigned, readVarint, writeSigned, writeVarint } from './bytes.ts'
import { powerOfTen, toDecimal } from './decimal.ts'
import { addFix, fixIn, type Fix } from './fix.ts'
import { fixKind, sampleKind, widthOf } from './kind.ts'
import { newReadings, packReadings, strideOf, unpackReadings } from './readings.ts'
import { addRow, inOrder, mergeRows, newRows, type Rows } from './rows.ts'
import { addSample, fromSteps, summariseSamples, toSteps } from './sample.ts'

const whole = { mantissa: 1, scale: 0 }
const steps = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })

function rowsOf(kind: Rows['kind'], readings: readonly (readonly number[])[]): Rows {
  const rows = newRows(kind, 1)
  for (const [time = 0, ...columns] of readings) addRow(rows, time, Float64Array.from(columns), 0)
  return rows
}
const listOf = ({ kind, data, count }: Rows): number[][] =>
  Array.from({ length: count }, (_, index) => [...data.subarray(index * widthOf(kind), (index + 1) * widthOf(kind))])

describe('numbers', () => {
  it('come back from varints, at both ends of what can be told', () => {
    const writer = newWriter(1)
    const unsigned = [0, 1, 127, 128, 2 ** 31, 2 ** 32, 2 ** 35, Number.MAX_SAFE_INTEGER]
    const signed = [0, -1, 1, 2 ** 31, -(2 ** 31), 2 ** 52 - 1, -(2 ** 52 - 1)]

    for (const value of unsigned) writeVarint(writer, value)
    for (const value of signed) writeSigned(writer, value)

    const reader = { buffer: writer.buffer.slice(0, writer.length), offset: 0 }
    expect(unsigned.map(() => readVarint(reader))).toEqual(unsigned)
    expect(signed.map(() => readSigned(reader))).toEqual(signed)
    expect(() => writeVarint(writer, 0.5)).toThrow('got 0.5')
    expect(() => writeVarint(writer, -1)).toThrow('got -1')
    expect(() => writeSigned(writer, 2 ** 52)).toThrow(RangeError)
    expect(() => writeSigned(writer, Number.NaN)).toThrow('got NaN')
  })

  it('are decimals when they have at most nine places', () => {
    expect(toDecimal(0.05)).toEqual({ mantissa: 5, scale: 2 })
    expect(toDecimal(-12.345)).toEqual({ mantissa: -12_345, scale: 3 })
    expect(toDecimal(Math.PI)).toBeNull()
    expect(toDecimal(2 ** 52)).toBeNull()
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(9), (mantissa, scale) => {
        const value = mantissa / powerOfTen(scale)
        const decimal = toDecimal(value)
        expect(decimal && decimal.mantissa / powerOfTen(decimal.scale)).toBe(value)
      }),
    )
  })

  it('are whole steps of a resolution, and come back without dust', () => {
    const tenth = { mantissa: 1, scale: 1 }
    const half = { mantissa: 5, scale: 1 }

    expect(fromSteps(toSteps(0.3, tenth) ?? 0, tenth)).toBe(0.3)
    expect(toSteps(1.3, half)).toBe(3)
    expect(toSteps(Number.NaN, tenth)).toBeNull()
    expect(toSteps(Infinity, tenth)).toBeNull()
    expect(toSteps(1e18, tenth)).toBeNull()
  })
})

describe('a minute of readings', () => {
  it('comes back as it was packed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(59_999), steps, fc.nat(4)), { maxLength: 200 }), (readings) => {
        const rows = inOrder(rowsOf(sampleKind, readings))
        const again = unpackBlock(sampleKind, packBlock(rows, { mantissa: 5, scale: 3 }))
        expect(listOf(again.rows)).toEqual(listOf(rows))
        expect(again.resolution).toEqual({ mantissa: 5, scale: 3 })
      }),
    )
  })

  it('costs a few bytes when it is steady', () => {
    const rows = rowsOf(
      sampleKind,
      Array.from({ length: 60 }, (_, second) => [second * 1_000, 418, 0]),
    )
    expect(packBlock(rows, { mantissa: 1, scale: 1 }).length).toBeLessThan(20)
  })

  it('is never read from bytes that were cut or turned', () => {
    const rows = rowsOf(
      sampleKind,
      Array.from({ length: 20 }, (_, second) => [second * 1_000 + (second % 3), 400 + second * second, 0]),
    )
    const bytes = packBlock(rows, whole)

    for (let length = 0; length < bytes.length; length++)
      expect(() => unpackBlock(sampleKind, bytes.subarray(0, length))).toThrow(CorruptBytes)
    expect(() => unpackBlock(sampleKind, Uint8Array.of(...bytes, 0))).toThrow('left over')
    expect(() => unpackBlock(sampleKind, Uint8Array.of(9, ...bytes.subarray(1)))).toThrow('version 9')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          unpackBlock(sampleKind, noise)
        } catch (error) {
          expect(error instanceof CorruptBytes || error instanceof RangeError).toBe(true)
        }
      }),
    )
  })

  it('holds each reading once, the first that came, in the order of time', () => {
    const rows = rowsOf(sampleKind, [
      [2_000, 7, 0],
      [1_000, 5, 0],
      [2_000, 9, 1],
    ])

    expect(listOf(inOrder(rows))).toEqual([
      [1_000, 5, 0],
      [2_000, 7, 0],
    ])
    const merged = mergeRows(
      inOrder(rows),
      rowsOf(sampleKind, [
        [1_000, 6, 0],
        [3_000, 1, 0],
      ]),
    )
    expect(listOf(merged)).toEqual([
      [1_000, 5, 0],
      [2_000, 7, 0],
      [3_000, 1, 0],
    ])
  })

  it('sums up only what counts, and says nothing rather than zero', () => {
    const tenth = { mantissa: 1, scale: 1 }

    const mixed = summariseSamples(
      rowsOf(sampleKind, [
        [0, 10, 0],
        [1, 999, 3],
        [2, 30, 1],
      ]),
      tenth,
    )
    const none = summariseSamples(rowsOf(sampleKind, [[0, 10, 3]]), tenth)

    expect(mixed).toEqual({ count: 2, min: 1, max: 3, sum: 4, first: 1, last: 3, quality: 3 })
    expect(none).toEqual({ count: 0, min: null, max: null, sum: 0, first: null, last: null, quality: 3 })
  })
})

const fix: Fix = {
  at: 1_762_763_405_000,
  lonDeg: 87.305341,
  latDeg: 44.007806,
  altitudeM: -154,
  speedKmh: 65.1,
  headingDeg: 271,
  status: 0xc0303,
  alarm: 0x80000002,
  odometerKm: 123_456.7,
  flags: 1,
}

describe('readings of many points', () => {
  it('come back from the journal as they came in, of both kinds', () => {
    const samples = newReadings(sampleKind, 1)
    const fixes = newReadings(fixKind, 1)
    for (let index = 0; index < 50; index++) {
      addSample(samples, 1 + (index % 7), 1_762_763_405_000 + index, index * index - 40)
      addFix(fixes, 900 + index, { ...fix, odometerKm: index % 2 ? null : 1.5 })
    }

    const again = unpackReadings(packReadings([samples, fixes]))

    expect(again.map(({ kind, count }) => [kind.name, count])).toEqual([
      ['sample', 50],
      ['fix', 50],
    ])
    for (const [index, { data }] of again.entries()) {
      const before = index === 0 ? samples : fixes
      expect([...data]).toEqual([...before.data.subarray(0, 50 * strideOf(before.kind))])
    }
    expect(fixIn(again[1] ?? fixes, 1)).toEqual({ ...fix, odometerKm: null })
    expect(fixIn(again[1] ?? fixes, 0)).toEqual({ ...fix, odometerKm: 1.5 })
  })
})
