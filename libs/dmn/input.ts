/** Plain values ↔ FEEL values, at the library's door. */
import { readDate, readDateTime, readTemporal, readTime } from './feel/temporal.ts'
import { readDuration } from './feel/duration.ts'
import { isContext, isList, isMadeHere, type FeelType, type SimpleType, type Value } from './feel/value.ts'

/** A temporal value as JSON can carry it. */
export type TaggedText = { readonly feel: Exclude<SimpleType, 'number' | 'string' | 'boolean'>; readonly text: string }

/**
 * Makes a FEEL value of a temporal type from its ISO text.
 * @returns null when the text is none
 */
export function feelValue(type: TaggedText['feel'], text: string): Value {
  switch (type) {
    case 'date':
      return readDate(text)
    case 'time':
      return readTime(text)
    case 'date and time':
      return readDateTime(text)
    case 'years and months duration':
    case 'days and time duration': {
      const duration = readDuration(text)
      return duration?.feel === type ? duration : null
    }
  }
}

const temporalTypes: readonly string[] = [
  'date',
  'time',
  'date and time',
  'years and months duration',
  'days and time duration',
] satisfies readonly TaggedText['feel'][]

const isTemporalType = (name: string): name is TaggedText['feel'] => temporalTypes.includes(name)

const base = (type: FeelType | null): FeelType | null => (type?.kind === 'constrained' ? base(type.base) : type)

/**
 * Makes a FEEL value of a plain one.
 * @param given  JSON, FEEL values, or a mixture; numbers that are not finite and what FEEL has no word for become null
 * @param type   where it is temporal, ISO strings are read as such
 */
export function toValue(given: unknown, type: FeelType | null): Value {
  if (given === null || given === undefined) return null
  const asked = base(type)
  if (typeof given === 'string') return fromText(given, asked)
  if (typeof given === 'number') return Number.isFinite(given) ? given : null
  if (typeof given === 'bigint') return Number(given)
  if (typeof given === 'boolean') return given
  if (Array.isArray(given)) {
    const element = asked?.kind === 'list' ? asked.element : null
    return given.map((item) => toValue(item, element))
  }
  return typeof given === 'object' ? fromObject(given, asked) : null
}

/** Test files and forms write numbers and booleans as text where the type says what they are. */
function fromText(text: string, asked: FeelType | null): Value {
  if (asked === null) return text
  if (isTemporalType(asked.kind)) return feelValue(asked.kind, text)
  if (asked.kind === 'number' && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)) return Number(text)
  if (asked.kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function fromObject(given: object, asked: FeelType | null): Value {
  if (isMadeHere(given)) return given
  const [feel, text]: readonly unknown[] = [Reflect.get(given, 'feel'), Reflect.get(given, 'text')]
  if (typeof feel === 'string' && typeof text === 'string' && isTemporalType(feel)) return feelValue(feel, text)
  const toISOString: unknown = Reflect.get(given, 'toISOString')
  if (typeof toISOString === 'function') {
    const iso = String(Reflect.apply(toISOString, given, []))
    return asked?.kind === 'date' ? readDate(iso.slice(0, 10)) : readTemporal(iso)
  }
  const entries = asked?.kind === 'context' ? asked.entries : []
  // A context where a list of contexts is asked for is read as its item.
  const item = asked?.kind === 'list' ? base(asked.element) : null
  if (item?.kind === 'context') return fromObject(given, item)
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      toValue(value, entries.find((entry) => entry.name === name)?.type ?? null),
    ]),
  )
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** A FEEL value as JSON: temporal values become their text, functions and ranges as well. */
export function toJson(value: Value): Json {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value
  if (isList(value)) return value.map(toJson)
  if (isContext(value)) return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, toJson(entry)]))
  return value.text
}
