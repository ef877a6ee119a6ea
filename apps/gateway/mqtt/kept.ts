import { at, jsonb, type Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { TopicKind } from './topics.ts'

/** What a device hears, with the granted quality of service. */
export type Subscriptions = { readonly [K in Extract<TopicKind, 'commands' | 'state'>]?: 0 | 1 }

/** The message that a device left under its state topic. */
export type Retained = { readonly payload: Uint8Array; readonly qos: 0 | 1 }

const keyOf = (zoneId: string, deviceId: string) => ({ zone_id: zoneId, device_id: deviceId })

/**
 * The session that was kept for a device; null when none was.
 * Source: own. One statement.
 */
export async function keptSession(db: Db, zoneId: string, deviceId: string): Promise<Subscriptions | null> {
  const row = await db
    .selectFrom('mqtt_session')
    .select('subscriptions')
    .where('zone_id', '=', zoneId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  return row?.subscriptions ?? null
}

/** Keeps a session. One statement. */
export async function keepSession(db: Db, zoneId: string, deviceId: string, subscriptions: Subscriptions) {
  const said = { subscriptions: jsonb(subscriptions) }
  await db
    .insertInto('mqtt_session')
    .values({ ...keyOf(zoneId, deviceId), ...said })
    .onConflict((conflict) => conflict.columns(['zone_id', 'device_id']).doUpdateSet(said))
    .execute()
}

/** Forgets a session. One statement. */
export async function dropSession(db: Db, zoneId: string, deviceId: string): Promise<void> {
  await db.deleteFrom('mqtt_session').where('zone_id', '=', zoneId).where('device_id', '=', deviceId).execute()
}

/** The message that a device left; null when it left none. One statement. */
export async function retainedOf(db: Db, zoneId: string, deviceId: string): Promise<Retained | null> {
  const row = await db
    .selectFrom('mqtt_retained')
    .select(['payload', 'qos'])
    .where('zone_id', '=', zoneId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  return row ?? null
}

/** Keeps a message instead of the one before; an empty one takes it away. One statement. */
export async function retain(
  db: Db,
  zoneId: string,
  deviceId: string,
  { payload, qos }: Retained,
  now: EpochMs,
): Promise<void> {
  if (payload.length === 0) {
    await db.deleteFrom('mqtt_retained').where('zone_id', '=', zoneId).where('device_id', '=', deviceId).execute()
    return
  }
  const said = { payload: Buffer.from(payload), qos, kept_at: at(now) }
  await db
    .insertInto('mqtt_retained')
    .values({ ...keyOf(zoneId, deviceId), ...said })
    .onConflict((conflict) => conflict.columns(['zone_id', 'device_id']).doUpdateSet(said))
    .execute()
}
