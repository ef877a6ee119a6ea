import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { recorder } from '@tingzhou/records'

/** Objects of the market that have a history. */
export type MarketKind =
  | 'market_posting'
  | 'market_deal'
  | 'market_rfq'
  | 'market_event'
  | 'market_proposal'
  | 'market_settings'

export const { note, noteAll } = recorder<MarketKind>((kind) => `market.${kind}_changed`)

/** Numbers that nobody else has: a prefix, the day of the zone, and what the sequence gives, six digits or more. One statement. */
export async function drawNumbers(tx: Tx, prefix: string, count: number, now: EpochMs): Promise<readonly string[]> {
  const day = localDateOf(now).slice(2).replaceAll('-', '')
  const { rows } = await sql<{ drawn: string }>`
    select nextval('market_number_drawn')::text as drawn from generate_series(1, ${count}::integer)`.execute(tx)
  return rows.map(({ drawn }) => `${prefix}${day}${drawn.padStart(6, '0')}`)
}
