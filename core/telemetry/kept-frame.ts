import { sql } from 'kysely'
import { at, type Db, type Instant } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { LoggedFrame } from './field-gateway.ts'
import type { Protocol } from './protocol.ts'

/** Why a frame is kept as it came; see the table. */
export type KeptWhy = 'stranger' | 'password' | 'text' | 'revised' | 'time' | 'room'

declare module '@tingzhou/db' {
  interface Tables {
    telemetry_frame: {
      zone_id: string
      id: string
      protocol: Protocol
      identity: string
      why: KeptWhy
      received_at: Instant
      keep_until: Instant
      body: Uint8Array
    }
  }
}

export type NewKeptFrame = {
  readonly id: string
  readonly protocol: Protocol
  readonly identity: string
  readonly why: KeptWhy
  /** As it came, but for codes. */
  readonly body: Uint8Array
}

const dayMs = 86_400_000
// Refused frames: HJ 212 server duties. Texts of devices: as long as what they explain, the minutes of the year.
const keptDays = (why: KeptWhy): number => (why === 'stranger' || why === 'password' ? 30 : 400)
// Of one identity, and of all that nobody knows: a flood of them fills no disk.
const framesOfOneMax = 20_000
const strangersMax = 20_000

/**
 * Keeps a frame as it came.
 * @returns false when there is no room for more of its device
 * Source: own. One statement.
 */
export async function keepFrame(db: Db, zoneId: string, frame: NewKeptFrame, now: EpochMs): Promise<boolean> {
  const { id, protocol, identity, why, body } = frame
  const until = at(epochMs(now + keptDays(why) * dayMs))
  const room =
    why === 'stranger'
      ? sql`select count(*) from (select from telemetry_frame where zone_id = ${zoneId} and why = 'stranger' limit ${strangersMax}) s`
      : sql`select count(*) from (select from telemetry_frame where zone_id = ${zoneId} and protocol = ${protocol}
          and identity = ${identity} limit ${framesOfOneMax}) s`
  const most = why === 'stranger' ? strangersMax : framesOfOneMax
  const { numAffectedRows } = await sql`
    insert into telemetry_frame (zone_id, id, protocol, identity, why, received_at, keep_until, body)
    select ${zoneId}, ${id}, ${protocol}, ${identity}, ${why}, ${at(now)}, ${until}, ${body}
    where (${room}) < ${most}`.execute(db)
  return (numAffectedRows ?? 0n) > 0n
}

const framesShown = 30

/** The last frames that were kept of a device, oldest first. One statement by the index of devices. */
export async function keptFrames(
  db: Db,
  zoneId: string,
  protocol: Protocol,
  identity: string,
): Promise<readonly LoggedFrame[]> {
  const rows = await db
    .selectFrom('telemetry_frame')
    .select(['body', 'received_at', 'why'])
    .where('zone_id', '=', zoneId)
    .where('protocol', '=', protocol)
    .where('identity', '=', identity)
    .orderBy('received_at', 'desc')
    .limit(framesShown)
    .execute()
  return rows.toReversed().map(({ body, received_at: receivedAt, why }) => {
    return { at: receivedAt, direction: 'up', bytes: body, fault: why === 'text' ? null : why }
  })
}

/** Drops frames whose time is over. @returns how many. One statement by the index of times. */
export async function dropOldFrames(db: Db, zoneId: string, now: EpochMs): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('telemetry_frame')
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`keep_until <= ${at(now)}`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
