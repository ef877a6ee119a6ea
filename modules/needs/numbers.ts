import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { EpochMs } from '@tingzhou/kernel'
import type { Tx } from '@tingzhou/db'

const prefixes = { appeal: 'SQ', closing: 'XH' } as const

/**
 * The next number of the day: `SQ` or `XH`, the date, four digits, a check digit. Gaps are possible only when a
 * transaction that drew one rolls back together with the draw, so there are none.
 * @throws Error of the database (check constraint) after 9,999 numbers of one kind in a day
 */
export async function drawNumber(tx: Tx, zoneId: string, kind: keyof typeof prefixes, now: EpochMs): Promise<string> {
  const day = localDateOf(now)
  const answer = await sql<{ last: number }>`
    insert into need_number as n (zone_id, kind, day, last) values (${zoneId}, ${kind}, ${day}::date, 1)
    on conflict (zone_id, kind, day) do update set last = n.last + 1 returning last`.execute(tx)
  const last = answer.rows[0]?.last ?? 0
  const digits = day.replaceAll('-', '') + String(last).padStart(4, '0')
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
