import type { Brand } from './brand.ts'

/** An instant, milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Brand<number, 'EpochMs'>
/** A calendar day in the zone's time zone, `YYYY-MM-DD`. */
export type LocalDate = Brand<string, 'LocalDate'>
/** Money, 1/100 yuan, a safe integer. */
export type Fen = Brand<number, 'Fen'>
/** Mass in whole kilograms. */
export type Kg = Brand<number, 'Kg'>
/** The port through which time enters; tests and the demo move it. */
export type Clock = () => EpochMs

/**
 * Makes an instant.
 * @param n  milliseconds since the epoch, a safe integer
 * @throws RangeError when it is not a safe integer
 */
export function epochMs(n: number): EpochMs {
  if (!Number.isSafeInteger(n)) throw new RangeError(`epochMs must be a safe integer, got ${n}`)
  return n as EpochMs
}

/**
 * Makes an amount of money.
 * @param n  fen, a safe integer
 * @throws RangeError when it is not a safe integer
 */
export function fen(n: number): Fen {
  if (!Number.isSafeInteger(n)) throw new RangeError(`fen must be a safe integer, got ${n}`)
  return n as Fen
}

/**
 * Makes a calendar day, checking that it exists in the proleptic Gregorian calendar.
 * @param text  `YYYY-MM-DD`
 * @throws RangeError when it is not an existing day
 */
export function localDate(text: string): LocalDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const [year, month, day] = match ? match.slice(1).map(Number) : []
  if (year === undefined || month === undefined || day === undefined || day < 1 || day > daysInMonth(year, month))
    throw new RangeError(`a calendar day is written YYYY-MM-DD and must exist, got ${text}`)
  return text as LocalDate
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  if (month < 1 || month > 12) return 0
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
