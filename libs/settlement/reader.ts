import { fault, type Fault, type FaultRule } from './fault.ts'

/** Where readers put what they find; a reader that found a fault answers a harmless value, so that the next field is looked at too. */
export type Faults = Fault[]

export type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads a plain object and refuses fields that are not among `known`; null when it is none. O(fields). */
export function readObject(faults: Faults, field: string, value: unknown, known: readonly string[]): Fields | null {
  const fields = readFields(faults, field, value)
  if (fields) refuseOthers(faults, field, fields, known)
  return fields
}

/**
 * Reads an object whose field `key` says which variant it is, and with it which other fields it may have; null at a fault of
 * the object or of its word. O(fields).
 */
export function readVariant<Word extends string>(
  faults: Faults,
  field: string,
  value: unknown,
  key: string,
  variants: Readonly<Record<Word, readonly string[]>>,
): { readonly word: Word; readonly fields: Fields } | null {
  const fields = readFields(faults, field, value)
  if (!fields) return null
  const said = fields[key]
  const isWord = (word: unknown): word is Word => typeof word === 'string' && Object.hasOwn(variants, word)
  if (isWord(said)) {
    refuseOthers(faults, field, fields, [key, ...variants[said]])
    return { word: said, fields }
  }
  const rule = said === undefined ? 'missing' : 'one_of'
  faults.push(fault(at(field, key), said, rule, Object.keys(variants).join(', ')))
  return null
}

function readFields(faults: Faults, field: string, value: unknown): Fields | null {
  if (isFields(value)) return value
  faults.push(fault(field, value, value === undefined ? 'missing' : 'object'))
  return null
}

function refuseOthers(faults: Faults, field: string, fields: Fields, known: readonly string[]): void {
  const others = Object.entries(fields).filter(([key]) => !known.includes(key))
  // Whoever sends thousands of them is told of twenty.
  for (const [key, value] of others.slice(0, 20))
    faults.push(fault(at(field, key.slice(0, 64)), value, 'unknown_field'))
}

/** Reads a list; absent is empty. O(1). */
export function readList(faults: Faults, field: string, value: unknown, lengthMax: number): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.length <= lengthMax) return value
  faults.push(
    Array.isArray(value) ? fault(field, value.length, 'too_many', String(lengthMax)) : fault(field, value, 'list'),
  )
  return []
}

/** Reads a safe integer in [min, max]; absent is `absent` where there is one. O(1). */
export function readInteger(
  faults: Faults,
  field: string,
  value: unknown,
  min: number,
  max: number,
  absent?: number,
): number {
  if (value === undefined && absent !== undefined) return absent
  const rule = brokenBy(value, min, max)
  // Minus zero is a safe integer, and must not be another zero in a sheet.
  if (rule === null) return Number(value) + 0
  faults.push(fault(field, value, rule, rule === 'range' ? `${min}..${max}` : null))
  return min
}

function brokenBy(value: unknown, min: number, max: number): FaultRule | null {
  if (value === undefined || value === null) return 'missing'
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return 'integer'
  return value < min || value > max ? 'range' : null
}

/** Reads a safe integer in [min, max] or nothing. O(1). */
export const readIntegerOrNull = (
  faults: Faults,
  field: string,
  value: unknown,
  min: number,
  max: number,
): number | null => (value === undefined || value === null ? null : readInteger(faults, field, value, min, max))

/** Reads one of the words; absent is `absent` where there is one. O(options). */
export function readOneOf<const Word extends string>(
  faults: Faults,
  field: string,
  value: unknown,
  options: readonly [Word, ...Word[]],
  absent?: NoInfer<Word>,
): Word {
  if (value === undefined && absent !== undefined) return absent
  const word = options.find((option) => option === value)
  if (word !== undefined) return word
  faults.push(fault(field, value, value === undefined ? 'missing' : 'one_of', options.join(', ')))
  return options[0]
}

/** Reads the caller's reference of an item or a part, or nothing. O(length). */
export function readRef(faults: Faults, field: string, value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && /^[\w.:/-]{1,64}$/.test(value)) return value
  faults.push(fault(field, value, 'pattern', '[A-Za-z0-9_.:/-]{1,64}'))
  return null
}

/** The path of a field within another. */
export const at = (field: string, key: string): string => (field === '' ? key : `${field}.${key}`)
