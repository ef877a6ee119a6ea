import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { EpochMs } from '@tingzhou/kernel'
import type { Tx } from '@tingzhou/db'

/**
 * The number of an application 办件编号: `BJ`, the day, a running number. None is given twice; one whose transaction rolls back is not
 * given again, so that nobody waits for another's transaction. One statement.
 */
export async function drawApplicationNumber(tx: Tx, now: EpochMs): Promise<string> {
  const answer = await sql<{ drawn: number }>`select nextval('service_application_number')::float8 as drawn`.execute(tx)
  return `BJ${localDateOf(now).replaceAll('-', '')}${String(answer.rows[0]?.drawn ?? 0).padStart(6, '0')}`
}
