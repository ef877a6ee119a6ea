import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'

/**
 * The next referral code of the day: `ZZ`, the date, four digits, a check digit. It says nothing about the patient.
 * @throws Error of the database (check violation) after 9,999 in a day
 */
export async function drawCode(tx: Tx, zoneId: string, now: EpochMs): Promise<string> {
  const day = localDateOf(now)
  const answer = await sql<{ drawn: number }>`select draw_referral_number(${zoneId}, ${day}::date) as drawn`.execute(tx)
  const digits = day.replaceAll('-', '') + String(answer.rows[0]?.drawn).padStart(4, '0')
  return `ZZ${digits}${checkDigit(digits)}`
}

/**
 * The check digit of a string of digits.
 * @returns one digit that finds every single wrong digit and most neighbours swapped
 * Source: ISO/IEC 7812-1, annex B (Luhn). O(length).
 */
export function checkDigit(digits: string): number {
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return (10 - (sum % 10)) % 10
}
