import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { localDate, type EpochMs } from '@tingzhou/kernel'

/** The number of a waybill: `YD`, the date, six digits or more of a sequence that all days share; at most 20 characters. */
export async function drawNumber(tx: Tx, now: EpochMs): Promise<string> {
  const answer = await sql<{ drawn: string }>`select nextval('freight_number_drawn')::text as drawn`.execute(tx)
  const day = localDateOf(now).slice(2).replaceAll('-', '')
  return `YD${day}${(answer.rows[0]?.drawn ?? '').padStart(6, '0')}`
}

/** What a consignee tells the driver to sign by: eight digits, so that nobody tries them through at the rate that is allowed. */
export const drawSignCode = (): string => String(randomInt(100_000_000)).padStart(8, '0')

/**
 * When waybills whose number begins so were first made; null when that says no date.
 * @param beginning  `YD` and digits: of a year, a month, a day, and what follows
 * @returns milliseconds since the epoch; until is exclusive
 * Pure. O(1).
 */
export function madeWithNumber(beginning: string): { readonly from: EpochMs; readonly until: EpochMs } | null {
  const digits = beginning.slice(2, 8)
  if (!/^\d{2,6}$/.test(digits)) return null
  const clamp = (text: string, least: number, most: number): string =>
    String(Math.min(most, Math.max(least, Number(text)))).padStart(2, '0')
  const dayOf = (fill: '0' | '9'): string => {
    const full = digits.padEnd(6, fill)
    const month = clamp(full.slice(2, 4), 1, 12)
    return `20${full.slice(0, 2)}-${month}-${clamp(full.slice(4), 1, daysOfMonth(Number(full.slice(0, 2)), Number(month)))}`
  }
  return {
    from: instantOf(localDate(dayOf('0')), '00:00'),
    until: instantOf(addDays(localDate(dayOf('9')), 1), '00:00'),
  }
}

const daysOfMonth = (year: number, month: number): number => new Date(Date.UTC(2000 + year, month, 0)).getUTCDate()
