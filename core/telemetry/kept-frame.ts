import { sql } from 'kysely'
import { at, type Db, type Instant, type Json } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { DeviceState } from './device.ts'
import type { LoggedFrame } from './field-gateway.ts'
import type { Protocol } from './protocol.ts'

/** Why a frame is kept as it came; see the table. */
export type KeptWhy =
  | 'stranger'
  | 'password'
  | 'text'
  | 'revised'
  | 'time'
  | 'room'
  | 'encrypted'
  | 'place'
  | 'unread'
  | 'other'

type JsonOrNull = {
  readonly __select__: Json
  readonly __insert__: string | null | undefined
  readonly __update__: never
}

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
      /** What a frame that says something else changed. */
      revision: JsonOrNull
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

export const dayMs = 86_400_000
// Refused frames: HJ 212 server duties. Texts of devices: as long as what they explain, the minutes of the year.
export const keptDays = (why: KeptWhy): number => (why === 'stranger' || why === 'password' ? 30 : 400)
// Of one identity, and of all that nobody knows: a flood of them fills no disk. A device that says more loses its oldest within the hour.
const framesOfOneMax = 20_000
// Anybody can send under an identity that stands on the device: what is refused takes no room from what the device says itself.
const refusedOfOneMax = 1_000
const strangersMax = 20_000

/**
 * Keeps a frame as it came.
 * @returns false when there is no room for more of those that are refused; a known device always has room, at the cost of its oldest
 * Source: own. One statement.
 */
export async function keepFrame(db: Db, zoneId: string, frame: NewKeptFrame, now: EpochMs): Promise<boolean> {
  const { id, protocol, identity, why, body } = frame
  const until = at(epochMs(now + keptDays(why) * dayMs))
  const refused = { stranger: strangersMax, password: refusedOfOneMax }
  const most = why === 'stranger' || why === 'password' ? refused[why] : null
  const ofOne = sql`and protocol = ${protocol} and identity = ${identity}`
  const { numAffectedRows } = await sql`
    insert into telemetry_frame (zone_id, id, protocol, identity, why, received_at, keep_until, body)
    select ${zoneId}, ${id}, ${protocol}, ${identity}, ${why}, ${at(now)}, ${until}, ${body}
    ${
      most === null
        ? sql``
        : sql`where (select count(*) from (select from telemetry_frame where zone_id = ${zoneId} and why = ${why}
            ${why === 'stranger' ? sql`` : ofOne} limit ${most}) s) < ${most}`
    }`.execute(db)
  return (numAffectedRows ?? 0n) > 0n
}

// A statement of rows of at most 16 KiB each.
const rowsMax = 500

/**
 * Keeps frames of devices that are known, all or none of them.
 * @param frames  of known devices: for what is refused of others there may be no room, see `keepFrame`
 * Source: own. A statement 500 frames.
 */
export async function keepFrames(
  db: Db,
  zoneId: string,
  frames: readonly (NewKeptFrame & { readonly receivedAt: EpochMs })[],
): Promise<void> {
  const rows = frames.map(({ receivedAt, why, ...frame }) => ({
    ...frame,
    why,
    zone_id: zoneId,
    received_at: at(receivedAt),
    keep_until: at(epochMs(receivedAt + keptDays(why) * dayMs)),
  }))
  await db.transaction().execute(async (tx) => {
    for (let from = 0; from < rows.length; from += rowsMax)
      await tx
        .insertInto('telemetry_frame')
        .values(rows.slice(from, from + rowsMax))
        .execute()
  })
}

/** When frames under an identity are those of one device, milliseconds since the epoch. */
export type Lifespan = { readonly from: number; readonly to: number }

/**
 * When frames under an identity were those of a device: of others that had it before or have it since, on other equipment, whoever
 * sees this one may see nothing. One statement by the index of identities.
 */
export async function spanOfDevice(
  db: Db,
  zoneId: string,
  { id, protocol, identity, state, nodeId }: Named,
): Promise<Lifespan> {
  const rows = await db
    .selectFrom('telemetry_device')
    .select(['id', 'node_id', 'changed_at'])
    .where('zone_id', '=', zoneId)
    .where('identity', '=', identity)
    .where('protocol', '=', protocol)
    .where('state', '=', 'retired')
    .execute()
  // Nothing changes of a device that was retired.
  const own = rows.find((row) => row.id === id)?.changed_at
  const to = state === 'retired' && own !== undefined ? own : Infinity
  const before = rows.filter((row) => row.id !== id && row.node_id !== nodeId && row.changed_at < to)
  return { from: Math.max(0, ...before.map((row) => row.changed_at)), to }
}

type Named = {
  readonly id: string
  readonly protocol: Protocol
  readonly identity: string
  readonly state: DeviceState
  readonly nodeId: string | null
}

const framesShown = 30

/** The last frames that were kept of a device, oldest first. One statement by the index of devices. */
export async function keptFrames(
  db: Db,
  zoneId: string,
  protocol: Protocol,
  identity: string,
  { from, to }: Lifespan,
): Promise<readonly LoggedFrame[]> {
  const rows = await db
    .selectFrom('telemetry_frame')
    .select(['body', 'received_at', 'why'])
    .where('zone_id', '=', zoneId)
    .where('protocol', '=', protocol)
    .where('identity', '=', identity)
    .where(sql<boolean>`received_at >= ${at(epochMs(from))}::timestamptz`)
    .$if(to !== Infinity, (query) => query.where(sql<boolean>`received_at <= ${at(epochMs(to))}::timestamptz`))
    .orderBy('received_at', 'desc')
    .limit(framesShown)
    .execute()
  return rows.toReversed().map(({ body, received_at: receivedAt, why }) => {
    return { at: receivedAt, direction: 'up', bytes: body, fault: why === 'text' || why === 'other' ? null : why }
  })
}

/** Drops frames whose time is over, and the oldest of devices that said more than there is room for. @returns how many */
export async function dropOldFrames(db: Db, zoneId: string, now: EpochMs): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('telemetry_frame')
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`keep_until <= ${at(now)}`)
    .executeTakeFirst()
  const { numAffectedRows = 0n } = await sql`
    delete from telemetry_frame f
    using (
      select o.id, row_number() over (partition by o.protocol, o.identity order by o.received_at desc, o.id desc) as place
      from telemetry_frame o
      join (select protocol, identity from telemetry_frame
            where zone_id = ${zoneId} and why not in ('stranger', 'password')
            group by protocol, identity having count(*) > ${framesOfOneMax}) full_one using (protocol, identity)
      where o.zone_id = ${zoneId} and o.why not in ('stranger', 'password')
    ) old
    where f.zone_id = ${zoneId} and f.id = old.id and old.place > ${framesOfOneMax}`.execute(db)
  return Number(numDeletedRows + numAffectedRows)
}
