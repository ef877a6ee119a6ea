import { sql } from 'kysely'
import { jsonb, newId, type Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { queueCommands, type NewCommand } from './device-command.ts'
import type { ContactOrder, FirstContact } from './first-contact.ts'

type Who = Pick<NewCommand, 'actorId' | 'actorName' | 'reason' | 'expiresAt'>

/**
 * Keeps the orders of a first contact, once, whichever process the logger calls and however often it is asked at once. Their answers
 * are those of any command.
 * @param wish  what the caller saw that it is to be told
 * @returns false when it was told meanwhile, or is to be told something else
 * Source: own. Two statements in one transaction.
 */
export async function tellFirst(
  db: Db,
  zoneId: string,
  deviceId: string,
  wish: FirstContact,
  orders: readonly ContactOrder[],
  who: Who,
  now: EpochMs,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('telemetry_device')
      .set({
        settings: sql`settings || jsonb_build_object('contacted', settings -> 'firstContact')`,
        // Found by its time, which is that of the database. What a person has read of it stays as new as it was.
        changed_at: sql<Date>`clock_timestamp()`,
      })
      .where('zone_id', '=', zoneId)
      .where('id', '=', deviceId)
      .where('state', '=', 'active')
      .where(sql<boolean>`settings -> 'firstContact' = ${jsonb(wish)}::jsonb`)
      .where(sql<boolean>`settings -> 'contacted' is distinct from settings -> 'firstContact'`)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    const commands = orders.map((order) => ({ id: newId(), deviceId, ...order, ...who }))
    await queueCommands(tx, zoneId, commands, now)
    return true
  })
}
