import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import '../reach.ts'
import type { WaybillState } from '../words.ts'
import '../tables.ts'

/** How a waybill stands, for modules that go on where it ends. */
export type WaybillStand = {
  readonly id: string
  readonly number: string
  readonly state: WaybillState
  readonly signed: boolean
}

/**
 * How a waybill stands; null when there is none.
 * @param reader  who asks: null as well when it is beyond the reader's reach
 * One statement, by primary key.
 */
export async function findWaybillStand(
  db: Db | Tx,
  zoneId: string,
  id: string,
  reader?: Actor,
): Promise<WaybillStand | null> {
  const row = await db
    .selectFrom('freight_waybill as w')
    .select(['w.id', 'w.number', 'w.state', sql<boolean>`w.signed_at is not null`.as('signed')])
    .where('w.zone_id', '=', zoneId)
    .where('w.id', '=', id)
    .where(reader ? reaches(reader, 'freight_waybill', { zoneId, objectId: sql.ref('w.id') }) : sql<boolean>`true`)
    .executeTakeFirst()
  return row ?? null
}
