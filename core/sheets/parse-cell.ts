import { err, localDate, ok, type LocalDate, type Result } from '@tingzhou/kernel'
import type { CellRefusal } from './map-rows.ts'

type Parse<T> = (text: string) => Result<T, CellRefusal>

/**
 * Accepts a text.
 * @param lengthMax  most characters
 */
export const textCell =
  (lengthMax: number): Parse<string> =>
  (text) =>
    text.length <= lengthMax ? ok(text) : err({ rule: `max ${lengthMax}` })

/**
 * Accepts a number written with digits, optional thousands commas and a point; full-width digits too.
 * @param range  least and most, both allowed
 */
export const numberCell =
  ({ min, max }: { readonly min: number; readonly max: number }): Parse<number> =>
  (text) => {
    const plain = text.normalize('NFKC').replaceAll(/\s/g, '')
    if (!/^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$/.test(plain)) return err({ rule: 'number' })
    const value = Number(plain.replaceAll(',', ''))
    if (value < min) return err({ rule: `min ${min}` })
    return value > max ? err({ rule: `max ${max}` }) : ok(value)
  }

/** Accepts a whole number in a range. */
export const integerCell =
  (range: { readonly min: number; readonly max: number }): Parse<number> =>
  (text) => {
    const number = numberCell(range)(text)
    return number.ok && !Number.isSafeInteger(number.value) ? err({ rule: 'integer' }) : number
  }

/** Accepts a day: `2025-09-26`, `2025/9/26`, `2025.9.26`, `2025年9月26日`, `20250926`, with or without a time after it. */
export const dateCell: Parse<LocalDate> = (text) => {
  const [, year, month, day] =
    /^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ T].*)?$/.exec(text.normalize('NFKC')) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text) ??
    []
  if (year === undefined || month === undefined || day === undefined) return err({ rule: 'date' })
  try {
    return ok(localDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`))
  } catch (error) {
    if (error instanceof RangeError) return err({ rule: 'date' })
    throw error
  }
}

/**
 * Accepts one of several words and gives what it stands for.
 * @param values  by accepted word, Chinese and English; case does not matter
 */
export const oneOfCell =
  <T>(values: Readonly<Record<string, T>>): Parse<T> =>
  (text) => {
    const wanted = text.normalize('NFKC').toLowerCase()
    const found = Object.entries(values).find(([word]) => word.normalize('NFKC').toLowerCase() === wanted)
    return found ? ok(found[1]) : err({ rule: `one of ${Object.keys(values).join(', ')}` })
  }
