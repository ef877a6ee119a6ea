/** Sums, products and powers. Source: DMN 1.5 clause 10.3.2.3, arithmetic. There are no implied conversions. */
import { decimal, isNumber, plus, times } from './number.ts'
import { monthsDuration, scaled, secondsOf, span } from './duration.ts'
import { addDuration, difference } from './temporal.ts'
import {
  isDate,
  isDateTime,
  isDuration,
  isMonths,
  isSpan,
  isTime,
  type Duration,
  type Temporal,
  type Value,
} from './value.ts'

const isTemporal = (value: Value): value is Temporal => isDate(value) || isTime(value) || isDateTime(value)

export function add(a: Value, b: Value): Value {
  if (isNumber(a) && isNumber(b)) return plus(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a + b
  if (isMonths(a) && isMonths(b)) return monthsDuration(a.months + b.months)
  if (isSpan(a) && isSpan(b)) return span(a.seconds + b.seconds, a.nanos + b.nanos)
  if (isTemporal(a) && isDuration(b)) return addDuration(a, b)
  if (isDuration(a) && isTemporal(b)) return addDuration(b, a)
  return null
}

export function subtract(a: Value, b: Value): Value {
  if (isNumber(a) && isNumber(b)) return plus(a, -b)
  if (isDuration(b)) return add(a, opposite(b))
  if (isTemporal(a) && isTemporal(b)) return difference(a, b)
  return null
}

const opposite = (duration: Duration): Duration => scaled(duration, -1)

/** `-a` */
export function negative(value: Value): Value {
  if (isNumber(value)) return -value + 0
  return isDuration(value) ? opposite(value) : null
}

export function multiply(a: Value, b: Value): Value {
  if (isNumber(a) && isNumber(b)) return times(a, b)
  if (isDuration(a) && isNumber(b)) return scaled(a, b)
  if (isNumber(a) && isDuration(b)) return scaled(b, a)
  return null
}

export function divide(a: Value, b: Value): Value {
  if (isNumber(b)) {
    if (b === 0) return null
    if (isNumber(a)) return decimal(a / b)
    if (isMonths(a)) return monthsDuration(a.months / b)
    return isSpan(a) ? span(secondsOf(a) / b) : null
  }
  if (isMonths(a) && isMonths(b)) return b.months === 0 ? null : decimal(a.months / b.months)
  if (isSpan(a) && isSpan(b)) return secondsOf(b) === 0 ? null : decimal(secondsOf(a) / secondsOf(b))
  return null
}

export function power(a: Value, b: Value): Value {
  return isNumber(a) && isNumber(b) ? decimal(a ** b) : null
}
