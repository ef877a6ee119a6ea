import { sql } from 'kysely'
import { jsonb, type Db, type Instant, type Jsonb } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'

type Counts = Readonly<Record<string, number>>

declare module '@tingzhou/db' {
  interface Tables {
    telemetry_gateway: {
      zone_id: string
      id: string
      name: string
      began_at: Instant
      beat_at: Instant
      online: number
      counts: Jsonb<Counts>
    }
  }
}

/** How often a process says that it is there. */
export const beatMs = 5_000

/** Whether a process `g` is there: it has said so within three beats, by the clock of the database. */
export const isThere = sql<boolean>`g.beat_at > clock_timestamp() - interval '15 seconds'`

export type Beat = {
  readonly id: string
  readonly name: string
  /** How many devices are connected to it. */
  readonly online: number
  readonly counts: Counts
}

/**
 * Says that a process is there and what it has counted. The first time, what went before under its name is forgotten; so is, every
 * time, who has said nothing for a day, and the frames that nobody has looked at for a minute.
 * @returns whether nothing was known of it, not even what it had told before
 * Source: own. One statement.
 */
export async function beat(
  db: Db,
  zoneId: string,
  { id, name, online, counts }: Beat,
  isFirst: boolean,
): Promise<boolean> {
  const before = isFirst ? sql`or (name = ${name} and id <> ${id}::uuid)` : sql``
  const { rows } = await sql<{ isNew: boolean }>`
    with old as (
      delete from telemetry_gateway
      where zone_id = ${zoneId} and (beat_at < clock_timestamp() - interval '1 day' ${before}) and id <> ${id}::uuid
    ), unwanted as (
      delete from telemetry_frame_ask
      where zone_id = ${zoneId} and gateway_id = ${id}::uuid and asked_at < clock_timestamp() - interval '1 minute'
    )
    insert into telemetry_gateway (zone_id, id, name, began_at, beat_at, online, counts)
    values (${zoneId}, ${id}, ${name}, clock_timestamp(), clock_timestamp(), ${online}, ${jsonb(counts)})
    on conflict (zone_id, id) do update set beat_at = excluded.beat_at, online = excluded.online, counts = excluded.counts
    returning xmax = 0 as "isNew"`.execute(db)
  return rows[0]?.isNew ?? false
}

/** Forgets a process that ends, with all that it has told. One statement. */
export async function leaveGateways(db: Db, zoneId: string, id: string): Promise<void> {
  await db.deleteFrom('telemetry_gateway').where('zone_id', '=', zoneId).where('id', '=', id).execute()
}

/** A process that devices call. */
export type GatewayRow = {
  readonly id: string
  readonly name: string
  readonly beganAt: EpochMs
  readonly beatAt: EpochMs
  readonly isThere: boolean
  readonly online: number
  readonly counts: Counts
}

const gatewaysMax = 200

/** The processes that devices call, by name. One statement. */
export async function listGateways(db: Db, zoneId: string): Promise<readonly GatewayRow[]> {
  return db
    .selectFrom('telemetry_gateway as g')
    .select(['id', 'name', 'began_at as beganAt', 'beat_at as beatAt', 'online', 'counts', isThere.as('isThere')])
    .where('zone_id', '=', zoneId)
    .orderBy('name')
    .limit(gatewaysMax)
    .execute()
}
