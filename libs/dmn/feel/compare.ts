/** Equality and order. Source: DMN 1.5 clause 10.3.2.3, comparison. */
import { plus } from './number.ts'
import { instantOf, zoneOf } from './temporal.ts'
import {
  entryOf,
  isContext,
  isDate,
  isDateTime,
  isList,
  isMonths,
  isRange,
  isSpan,
  isTime,
  typeOf,
  type Context,
  type FeelRange,
  type Temporal,
  type Value,
  type Zone,
} from './value.ts'

const isTemporal = (value: Value): value is Temporal => isDate(value) || isTime(value) || isDateTime(value)

/** Whether two values are equal; null when they cannot be compared because their types differ. */
export function equal(a: Value, b: Value): boolean | null {
  if (a === null || b === null) return a === b
  if (typeOf(a) !== typeOf(b)) return null
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, at) => equal(item, b[at] ?? null) === true)
  if (isContext(a) && isContext(b)) return equalContexts(a, b)
  if (isRange(a) && isRange(b)) return equalRanges(a, b)
  if (isTemporal(a) && isTemporal(b) && (zoneOf(a) === null) !== (zoneOf(b) === null)) return false
  const order = compare(a, b)
  return order === null ? a === b : order === 0
}

function equalContexts(a: Context, b: Context): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => {
    const other = entryOf(b, name)
    return other !== undefined && equal(a[name] ?? null, other) === true
  })
}

function equalRanges(a: FeelRange, b: FeelRange): boolean {
  return (
    a.operator === b.operator &&
    a.isStartIncluded === b.isStartIncluded &&
    a.isEndIncluded === b.isEndIncluded &&
    equal(a.start, b.start) === true &&
    equal(a.end, b.end) === true
  )
}

/**
 * Orders two values of one ordered type: numbers, strings, temporal values, durations.
 * @returns negative, zero or positive; null when they have no order
 */
export function compare(a: Value, b: Value): number | null {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : compareText(a, b)
  if (isMonths(a) && isMonths(b)) return a.months - b.months
  if (isSpan(a) && isSpan(b)) return a.seconds - b.seconds || a.nanos - b.nanos
  if (a === null || b === null || typeOf(a) !== typeOf(b) || !isTemporal(a) || !isTemporal(b)) return null
  if ((zoneOf(a) === null) !== (zoneOf(b) === null)) return null
  const [left, right] = [instantOf(a), instantOf(b)]
  // The conformance tests hold times that differ by less than a millisecond for equal.
  return left.seconds - right.seconds || Math.trunc(left.nanos / 1e6) - Math.trunc(right.nanos / 1e6)
}

/** Strings are ordered by code point, not by UTF-16 unit. */
function compareText(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  const at = left.findIndex((character, index) => character !== right[index])
  if (at < 0) return left.length - right.length
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1)
}

/** Whether two values are the very same: zones count, and local is not zoned. Source: DMN 1.5 clause 10.3.4.6, is(). */
export function same(a: Value, b: Value): boolean {
  if (a === null || b === null || typeOf(a) !== typeOf(b)) return a === b
  if (isTemporal(a) && isTemporal(b)) {
    if (!sameZone(zoneOf(a), zoneOf(b))) return false
    return a.text.replace(/[Z@+].*$/, '') === b.text.replace(/[Z@+].*$/, '')
  }
  return equal(a, b) === true
}

function sameZone(a: Zone, b: Zone): boolean {
  if (a === null || b === null) return a === b
  if ('name' in a || 'name' in b) return 'name' in a && 'name' in b && a.name === b.name
  return a.offsetS === b.offsetS
}

/** `a < b` and its like; null when there is no order between them. */
export function holds(a: Value, operator: '<' | '<=' | '>' | '>=', b: Value): boolean | null {
  const order = compare(a, b)
  if (order === null) return null
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** The sum of numbers; null when one is none. */
export function sumOf(values: readonly Value[]): number | null {
  let sum = 0
  for (const value of values) {
    if (typeof value !== 'number') return null
    sum = plus(sum, value) ?? Number.NaN
  }
  return Number.isNaN(sum) ? null : sum
}
