import { assert, property, maxSafeInteger, constantFrom, double } from 'fast-check'
import { expect, it } from 'vitest'
import { numberOf, toType } from './value.ts'

// OPC 10000-6 table 1.
const types = {
  SByte: 2,
  Byte: 3,
  Int16: 4,
  UInt16: 5,
  Int32: 6,
  UInt32: 7,
  Int64: 8,
  UInt64: 9,
  Float: 10,
  Double: 11,
}
const errorOf = (type: number, value: number) => {
  const written = toType(type, value)
  return written.ok ? null : written.error
}

it('what a type takes reads back as the number that was given', () => {
  assert(
    property(constantFrom(2, 3, 4, 5, 6, 7, 8, 9, 11), maxSafeInteger(), (type, value) => {
      const written = toType(type, value)
      return !written.ok || (numberOf(written.value).kind === 'number' && expectNumber(written.value) === value)
    }),
  )
  assert(
    property(double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const written = toType(types.Double, value)
      return written.ok && expectNumber(written.value) === value
    }),
  )
})

const expectNumber = (written: Parameters<typeof numberOf>[0]): number => {
  const found = numberOf(written)
  return found.kind === 'number' ? found.value : Number.NaN
}

it('a type takes the ends of its range and nothing beyond', () => {
  const ends = {
    SByte: [-128, 127],
    Byte: [0, 255],
    Int16: [-32_768, 32_767],
    UInt16: [0, 65_535],
    Int32: [-2_147_483_648, 2_147_483_647],
    UInt32: [0, 4_294_967_295],
  } as const
  for (const [name, [low, high]] of Object.entries(ends)) {
    const type = Object.entries(types).find(([one]) => one === name)?.[1] ?? 0
    expect([errorOf(type, low), errorOf(type, high)]).toEqual([null, null])
    expect(errorOf(type, low - 1)).toBe(`${low - 1} is beyond ${name}`)
    expect(errorOf(type, high + 1)).toBe(`${high + 1} is beyond ${name}`)
  }
  expect(errorOf(types.UInt64, -1)).toBe('-1 is beyond UInt64')
  expect(errorOf(types.Int64, 2 ** 53)).toBe('9007199254740992 has more digits than are exact, for Int64')
  expect(errorOf(types.Float, 1e39)).toBe('1e+39 is beyond Float')
  expect(errorOf(types.Double, Number.NaN)).toBe('NaN is no number for Double')
  expect(errorOf(12, 1)).toBe('1 cannot be written as String')
})

it('a number that is none, and what is no number, is named', () => {
  const read = (dataType: number, value: unknown, arrayType = 0) => numberOf({ dataType, arrayType, value })

  expect(read(11, Number.NaN)).toEqual({ kind: 'other', what: 'NaN' })
  expect(read(13, new Date())).toEqual({ kind: 'other', what: 'of the type DateTime' })
  expect(read(6, [1], 1)).toEqual({ kind: 'other', what: 'an array of Int32' })
  expect(read(0, null)).toEqual({ kind: 'nothing' })
})
