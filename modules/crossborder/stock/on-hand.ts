import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '@tingzhou/db'
import '../tables.ts'

/** What a stock holds at the end of a day: the sum of its movements. By overseas_movement_of and overseas_movement_to. */
export const piecesOn = (alias: string, onDay: string): RawBuilder<number> => sql<number>`(
  coalesce((select sum(m.delta) from overseas_movement m where m.zone_id = ${sql.ref(`${alias}.zone_id`)}
    and m.stock_id = ${sql.ref(`${alias}.id`)} and m.on_day <= ${onDay}::date), 0)
  - coalesce((select sum(m.delta) from overseas_movement m where m.zone_id = ${sql.ref(`${alias}.zone_id`)}
    and m.to_stock_id = ${sql.ref(`${alias}.id`)} and m.on_day <= ${onDay}::date), 0))::bigint`

/** A day after every movement. */
const everyDay = '9999-12-31'

/** Pieces of a shipment that are still in some warehouse. One statement. */
export async function leftOfShipment(tx: Tx, zoneId: string, shipmentId: string): Promise<number> {
  const row = await tx
    .selectFrom('overseas_stock as s')
    .select(sql<number>`coalesce(sum(${piecesOn('s', everyDay)}), 0)::bigint`.as('pieces'))
    .where('s.zone_id', '=', zoneId)
    .where('s.shipment_id', '=', shipmentId)
    .executeTakeFirst()
  return row?.pieces ?? 0
}
