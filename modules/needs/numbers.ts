import { sql, type RawBuilder } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Tx } from '@tingzhou/db'

const prefixes = { appeal: 'SQ', closing: 'XH' } as const

/**
 * The next number of the day: `SQ` or `XH`, the date, four digits, a check digit. No number is given twice; one whose
 * transaction rolls back is not given again, so that nobody waits for another's transaction.
 * @throws Error of the database (check violation) after 9,999 numbers of one kind in a day
 */
export async function drawNumber(tx: Tx, zoneId: string, kind: keyof typeof prefixes, now: EpochMs): Promise<string> {
  const answer = await sql<{ drawn: number }>`select ${drawnNumber(zoneId, kind, now)} as drawn`.execute(tx)
  return numberOf(kind, now, answer.rows[0]?.drawn)
}

/** The drawing of a number inside a larger query; `numberOf` makes the number of it. */
export const drawnNumber = (zoneId: string, kind: keyof typeof prefixes, now: EpochMs): RawBuilder<number> =>
  sql<number>`draw_need_number(${zoneId}, ${kind}, ${localDateOf(now)}::date)`

/** The number of a day that was drawn. */
export function numberOf(kind: keyof typeof prefixes, now: EpochMs, drawn: number | undefined): string {
  assert(drawn !== undefined, 'a number was drawn')
  const digits = localDateOf(now).replaceAll('-', '') + String(drawn).padStart(4, '0')
  return `${prefixes[kind]}${digits}${luhnDigit(digits)}`
}

/**
 * The check digit of a string of digits.
 * @returns one digit that finds every single wrong digit and most neighbours swapped
 * Source: ISO/IEC 7812-1, annex B (Luhn). O(length).
 */
export function luhnDigit(digits: string): number {
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return (10 - (sum % 10)) % 10
}
