import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { recorder, type RecordDeps } from '@tingzhou/records'

export { changesBetween, writtenBy, type Saved } from '@tingzhou/records'

export type CrossborderDeps = RecordDeps
export type CrossborderKind =
  | 'export_rule'
  | 'export_contract'
  | 'export_nursery'
  | 'export_lot'
  | 'overseas_warehouse'
  | 'overseas_stock'
  | 'overseas_count'

export const { note, noteAll } = recorder<CrossborderKind>((kind) => `crossborder.${kind}_changed`)

/** A number that nobody else has: a prefix, the day of the zone, and what the sequence gives, six digits or more. */
export async function drawNumber(tx: Tx, prefix: string, now: EpochMs): Promise<string> {
  const [first] = await drawNumbers(tx, prefix, 1, now)
  return first ?? ''
}

/** The same for several. One statement. */
export async function drawNumbers(tx: Tx, prefix: string, count: number, now: EpochMs): Promise<readonly string[]> {
  const day = localDateOf(now).slice(2).replaceAll('-', '')
  const { rows } = await sql<{ drawn: string }>`
    select nextval('export_number_drawn')::text as drawn from generate_series(1, ${count}::integer)`.execute(tx)
  return rows.map(({ drawn }) => `${prefix}${day}${drawn.padStart(6, '0')}`)
}
