import type { EpochMs } from '@tingzhou/kernel'
import type { Code } from './catalogue-commands.ts'
import type { Rule } from './complaint.ts'
import type { FieldForm } from './fields.ts'
import { parseTime } from './time.ts'

/** A number as sent. Sums have up to 18 digits, more than a double holds: the text is the truth. */
export type Decimal = {
  readonly kind: 'decimal'
  readonly text: string
  /** The nearest double, or null when there is no value (empty, `-`, `NaN`). */
  readonly number: number | null
}

/** A time as sent; `at` is null when the text is no time. */
export type Time = { readonly kind: 'time'; readonly text: string; readonly at: EpochMs | null }

/** What the text of a field says. */
export type Value =
  | Decimal
  | { readonly kind: 'integer'; readonly text: string; readonly number: number | null }
  | Time
  | { readonly kind: 'code'; readonly text: string; readonly meaning: Code | null }
  /** `text` is what stands between the // of an information text. */
  | { readonly kind: 'text'; readonly text: string }

/** A value, and the rule that its text breaks. */
export type ReadValue = { readonly value: Value; readonly broken: Rule | null }

const noValue = /^(?:|-+|nan|null)$/i
const number = /^[+-]?\d+(?:\.\d+)?$/

/**
 * Reads the text of a field.
 * @param form  how it is read; null keeps the text
 * @returns the value, as far as there is one, and the rule that the text breaks
 * Source: HJ 212-2017 table 4. O(length).
 */
export function readValue(text: string, form: FieldForm | null): ReadValue {
  if (!form) return { value: { kind: 'text', text: unwrap(text) }, broken: null }
  switch (form.form) {
    case 'decimal': {
      const decimal = readDecimal(text)
      const broken =
        decimal.number === null ? (noValue.test(text) ? null : 'number_form') : rangeOf(decimal.number, form)
      return { value: decimal, broken }
    }
    case 'integer': {
      const isInteger = /^\d{1,15}$/.test(text)
      const value = isInteger ? Number(text) : null
      const inList = value === null || !form.oneOf || form.oneOf.includes(value)
      const broken = value === null ? 'number_form' : inList ? rangeOf(value, form) : 'number_range'
      return { value: { kind: 'integer', text, number: value }, broken }
    }
    case 'time': {
      const at = parseTime(text)
      return { value: { kind: 'time', text, at }, broken: at === null ? 'time_form' : null }
    }
    case 'code': {
      const meaning = form.codes.get(text) ?? null
      return { value: { kind: 'code', text, meaning }, broken: meaning ? null : 'code_form' }
    }
    case 'text': {
      const inner = unwrap(text)
      const isLong = inner.length > form.maxLength
      return { value: { kind: 'text', text: inner }, broken: isLong ? 'field_limit' : null }
    }
  }
}

/**
 * Reads a number; what is no number, or is too large for a double, has no value, never 0.
 * Source: own. O(length).
 */
export function readDecimal(text: string): Decimal {
  // 15 digits and the powers of ten up to 14 are exact doubles, so one division rounds once, as Number(text) does.
  if (text.length > 15) return readLongDecimal(text)
  let digits = 0
  let point = -1
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit
    else if (digit === -2 && point < 0 && i > 0) point = i
    else return readLongDecimal(text)
  }
  if (text.length === 0 || point === text.length - 1) return readLongDecimal(text)
  const value = point < 0 ? digits : digits / (powersOfTen[text.length - 1 - point] ?? 1)
  return { kind: 'decimal', text, number: value }
}

const powersOfTen = Array.from({ length: 15 }, (_, power) => 10 ** power)

function readLongDecimal(text: string): Decimal {
  const value = number.test(text) ? Number(text) : Number.NaN
  return { kind: 'decimal', text, number: Number.isFinite(value) ? value : null }
}

const rangeOf = (value: number, { min, max }: { readonly min: number; readonly max: number }): Rule | null =>
  value < min || value > max ? 'number_range' : null

// An information text stands between // and //.
const unwrap = (text: string): string =>
  text.length >= 4 && text.startsWith('//') && text.endsWith('//') ? text.slice(2, -2) : text
