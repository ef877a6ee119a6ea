import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'

/** The number of a waybill: `YD`, the date, six digits or more of a sequence that all days share; at most 20 characters. */
export async function drawNumber(tx: Tx, now: EpochMs): Promise<string> {
  const answer = await sql<{ drawn: string }>`select nextval('freight_number_drawn')::text as drawn`.execute(tx)
  const day = localDateOf(now).slice(2).replaceAll('-', '')
  return `YD${day}${(answer.rows[0]?.drawn ?? '').padStart(6, '0')}`
}

/** What a consignee tells the driver to sign by: eight digits, so that nobody tries them through at the rate that is allowed. */
export const drawSignCode = (): string => String(randomInt(100_000_000)).padStart(8, '0')
