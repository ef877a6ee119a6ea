import { err, ok, type Result } from '@tingzhou/kernel'

/** The built-in types by their numbers. Source: OPC 10000-6 table 1. */
const typeNames =
  'Null Boolean SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Float Double String DateTime Guid ByteString XmlElement NodeId ExpandedNodeId StatusCode QualifiedName LocalizedText ExtensionObject DataValue Variant DiagnosticInfo'.split(
    ' ',
  )

const typeBoolean = 1
const typeInt64 = 8
const typeUInt64 = 9
const typeFloat = 10
const typeDouble = 11

/** Of the integer types, by their numbers. */
const integerBits: { readonly [type: number]: { readonly bits: number; readonly isSigned: boolean } } = {
  2: { bits: 8, isSigned: true },
  3: { bits: 8, isSigned: false },
  4: { bits: 16, isSigned: true },
  5: { bits: 16, isSigned: false },
  6: { bits: 32, isSigned: true },
  7: { bits: 32, isSigned: false },
  [typeInt64]: { bits: 64, isSigned: true },
  [typeUInt64]: { bits: 64, isSigned: false },
}

/** A value as the library gives and takes it; a 64-bit integer is two halves of 32 bits, the higher first. */
export type Variant = { readonly dataType: number; readonly arrayType: number; readonly value: unknown }
export type Written = {
  readonly dataType: number
  readonly arrayType: 0
  readonly value: number | boolean | [number, number]
}

/** A number; nothing, where the server has no value; or what there is instead. */
export type Found =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'other'; readonly what: string }

/** What a built-in type is called. O(1). */
export const typeName = (type: number): string => typeNames[type] ?? `type ${type}`

/** The number that a value is; true is 1. 64-bit integers beyond 2⁵³ are rounded. Source: OPC 10000-6 §5.2.2. O(1). */
export function numberOf(variant: Variant | null | undefined): Found {
  if (!variant || variant.dataType === 0 || variant.value === null || variant.value === undefined)
    return { kind: 'nothing' }
  const { dataType, arrayType, value } = variant
  if (arrayType !== 0) return { kind: 'other', what: `an array of ${typeName(dataType)}` }
  if (dataType === typeBoolean) return { kind: 'number', value: value === true ? 1 : 0 }
  const number = typeof value === 'number' ? value : wideNumber(dataType, value)
  if (number === null || !isNumberType(dataType)) return { kind: 'other', what: `of the type ${typeName(dataType)}` }
  return Number.isFinite(number) ? { kind: 'number', value: number } : { kind: 'other', what: String(number) }
}

const isNumberType = (type: number): boolean => type === typeFloat || type === typeDouble || type in integerBits

function wideNumber(type: number, value: unknown): number | null {
  if ((type !== typeInt64 && type !== typeUInt64) || !Array.isArray(value)) return null
  const [high, low]: unknown[] = value
  if (typeof high !== 'number' || typeof low !== 'number') return null
  return (type === typeInt64 ? high | 0 : high >>> 0) * 2 ** 32 + (low >>> 0)
}

/**
 * A number as a type takes it: nothing is rounded or cut but a Float, which holds seven digits.
 * @returns what is written, or why the type does not hold the number
 * Source: OPC 10000-6 §5.2.2. O(1).
 */
export function toType(type: number, value: number): Result<Written, string> {
  const refuse = (why: string) => err(`${value} ${why} ${typeName(type)}`)
  const accept = (written: Written['value']) => ok({ dataType: type, arrayType: 0, value: written } as const)
  if (!Number.isFinite(value)) return refuse('is no number for')
  if (type === typeBoolean) return value === 0 || value === 1 ? accept(value === 1) : refuse('is neither 0 nor 1, as')
  if (type === typeDouble) return accept(value)
  if (type === typeFloat) return Number.isFinite(Math.fround(value)) ? accept(Math.fround(value)) : refuse('is beyond')
  const integer = integerBits[type]
  if (!integer) return refuse('cannot be written as')
  if (!Number.isInteger(value)) return refuse('is no whole number, as')
  const low = integer.isSigned ? -(2 ** (integer.bits - 1)) : 0
  if (value < low || value >= low + 2 ** integer.bits) return refuse('is beyond')
  if (integer.bits < 64) return accept(value)
  // Beyond this the number that was meant is not known.
  if (!Number.isSafeInteger(value)) return refuse('has more digits than are exact, for')
  return accept([Math.floor(value / 2 ** 32) >>> 0, value >>> 0])
}
