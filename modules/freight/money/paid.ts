import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import '../tables.ts'
import './tables.ts'

/** What leaves to the carrier by the settlement that counts, and what of it has left. Fen. */
export type PaidOf = { readonly payableFen: number; readonly paidFen: number }

/**
 * How far a waybill is paid: it is when both are equal. What is held as a deposit or withheld leaves later or never and counts in
 * neither. Nothing is payable before there is a settlement.
 * Source: own. One statement, by keys.
 */
export async function paidOf(tx: Tx | Db, zoneId: string, waybillId: string): Promise<PaidOf> {
  const { rows } = await sql<{ readonly outFen: number; readonly leftFen: number }>`
    select (s.sheet -> 'totals' ->> 'outFen')::bigint as "outFen", coalesce((
      select sum(p.amount_fen)::bigint from freight_payment p
      where p.zone_id = ${zoneId} and p.waybill_id = ${waybillId} and p.line not like 'deposit%'
        and p.state in ('due', 'prepared', 'approved', 'sent')), 0) as "leftFen"
    from freight_settlement s where s.zone_id = ${zoneId} and s.waybill_id = ${waybillId}
    order by s.version desc limit 1`.execute(tx)
  const [row] = rows
  return row ? { payableFen: row.outFen, paidFen: row.outFen - row.leftFen } : { payableFen: 0, paidFen: 0 }
}
