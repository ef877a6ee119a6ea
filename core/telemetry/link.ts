import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { OpenCommand } from './device-command.ts'
import { isThere } from './gateway-row.ts'

declare module '@tingzhou/db' {
  interface Tables {
    telemetry_link_turn: { zone_id: string; epoch: number }
    telemetry_link: {
      zone_id: string
      device_id: string
      gateway_id: string | null
      epoch: number
      taken_from: string | null
    }
  }
}

/** The newest connection of a device: `epoch` grows with every change of the zone, in the order in which they became visible. */
export type Claimed = {
  readonly deviceId: string
  readonly epoch: number
  /** The process that held a connection of it until now; null: none, or the same. */
  readonly takenFrom: string | null
}

/** What one process tells of the connections of its devices. */
export type LinkChanges = {
  /** Devices that have shown here who they are. */
  readonly taken: readonly string[]
  /** Devices whose connection here is gone. */
  readonly left: readonly string[]
  /** Take only what no other process that is there holds. */
  readonly ifFree?: boolean
}

/** How many devices are told, or read, at once. */
export const linksMax = 5_000

/**
 * Notes that this process holds the newest connections of devices from now on, and which it holds no longer. The order is that of
 * the database: no clock decides.
 * @returns what was taken
 * Source: own. One statement, one at a time in a zone.
 */
export async function claimLinks(
  db: Db,
  zoneId: string,
  gatewayId: string,
  { taken, left, ifFree = false }: LinkChanges,
): Promise<readonly Claimed[]> {
  const free = ifFree
    ? sql`where telemetry_link.gateway_id is null or telemetry_link.gateway_id = excluded.gateway_id or not exists (
        select from telemetry_gateway g
        where g.zone_id = telemetry_link.zone_id and g.id = telemetry_link.gateway_id and ${isThere})`
    : sql``
  const { rows } = await sql<Claimed>`
    with turn as (
      insert into telemetry_link_turn (zone_id, epoch) values (${zoneId}, 1)
      on conflict (zone_id) do update set epoch = telemetry_link_turn.epoch + 1 returning epoch
    ), gone as (
      update telemetry_link l set gateway_id = null, epoch = turn.epoch, taken_from = null
      from turn, unnest(${left}::uuid[]) as t (id)
      where l.zone_id = ${zoneId} and l.device_id = t.id and l.gateway_id = ${gatewayId}::uuid
    )
    insert into telemetry_link (zone_id, device_id, gateway_id, epoch)
    select ${zoneId}, t.id, ${gatewayId}::uuid, turn.epoch from turn, unnest(${taken}::uuid[]) as t (id)
    on conflict (zone_id, device_id) do update set gateway_id = excluded.gateway_id, epoch = excluded.epoch,
      taken_from = nullif(telemetry_link.gateway_id, excluded.gateway_id)
    ${free}
    returning device_id as "deviceId", epoch::float8 as epoch, taken_from as "takenFrom"`.execute(db)
  return rows
}

/** The last change of links in a zone. One statement. */
export async function lastEpoch(db: Db, zoneId: string): Promise<number> {
  const { rows } = await sql<{ epoch: number }>`
    select epoch::float8 as epoch from telemetry_link_turn where zone_id = ${zoneId}`.execute(db)
  return rows[0]?.epoch ?? 0
}

export type LinkRow = { readonly deviceId: string; readonly gatewayId: string | null; readonly epoch: number }

/**
 * Who holds which device, of what changed after a number, in that order: 5 000 and those that changed with the last of them.
 * Source: own. One statement by the index of epochs.
 */
export async function linksAfter(db: Db, zoneId: string, epoch: number): Promise<readonly LinkRow[]> {
  const { rows } = await sql<LinkRow>`
    select device_id as "deviceId", gateway_id as "gatewayId", epoch::float8 as epoch from telemetry_link
    where zone_id = ${zoneId} and epoch > ${epoch}::bigint
    order by epoch fetch first ${sql.lit(linksMax)} rows with ties`.execute(db)
  return rows
}

export type Sending = {
  readonly gatewayId: string
  /** As they were read: one that was on the wire by then is sent again. */
  readonly orders: readonly Pick<OpenCommand, 'id' | 'state'>[]
  /** The devices that they are for, and under which number this process holds their connections. */
  readonly holds: readonly Pick<Claimed, 'deviceId' | 'epoch'>[]
}

/**
 * Notes that commands go on the wire, where this process still holds the connection that it thinks it does: whoever takes over
 * waits until this is noted, and from then on it is not. A command that has ended stays so, and one that somebody else has put on the
 * wire since it was read stays theirs.
 * @returns those that may be sent
 * Source: own. One statement.
 */
export async function takeOrders(
  db: Db,
  zoneId: string,
  { gatewayId, orders, holds }: Sending,
  now: EpochMs,
): Promise<ReadonlySet<string>> {
  if (orders.length === 0) return new Set()
  const idsOf = (isMeant: (order: (typeof orders)[number]) => boolean) => orders.filter(isMeant).map(({ id }) => id)
  const { rows } = await sql<{ id: string }>`
    with own as (
      select l.device_id from telemetry_link l
      join unnest(${holds.map(({ deviceId }) => deviceId)}::uuid[], ${holds.map(({ epoch }) => epoch)}::bigint[])
        as t (id, epoch) on t.id = l.device_id
      where l.zone_id = ${zoneId} and l.epoch = t.epoch and l.gateway_id = ${gatewayId}::uuid
      for share of l
    )
    update telemetry_command c set state = 'sent', sent_at = ${at(now)}, attempts = c.attempts + 1
    from own
    where c.zone_id = ${zoneId} and c.id = any(${idsOf(() => true)}::uuid[]) and c.device_id = own.device_id
      and (c.state = 'queued' or c.state = 'sent' and c.id = any(${idsOf(({ state }) => state === 'sent')}::uuid[])) and c.expires_at > ${at(now)}
    returning c.id`.execute(db)
  return new Set(rows.map(({ id }) => id))
}
