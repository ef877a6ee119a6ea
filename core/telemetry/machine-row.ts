import { sql } from 'kysely'
import type { Db, Instant } from '@tingzhou/db'
import type { MachineState } from './field-gateway.ts'
import { isThere } from './gateway-row.ts'
import type { Protocol } from './protocol.ts'

declare module '@tingzhou/db' {
  interface Tables {
    telemetry_machine: {
      zone_id: string
      device_id: string
      gateway_id: string
      address: string | null
      reason: string | null
      since: Instant
      backlog: number | null
      backlog_since: Instant | null
    }
  }
}

/** A machine, by its device. */
export type ToldMachine = MachineState & { readonly deviceId: string }

/**
 * Tells how it stands with machines whose state changed, and which are no longer called from here.
 * Source: own. One statement, which writes nothing where nothing changed.
 */
export async function tellMachines(
  db: Db,
  zoneId: string,
  gatewayId: string,
  changed: readonly ToldMachine[],
  gone: readonly string[],
): Promise<void> {
  if (changed.length + gone.length === 0) return
  await sql`
    with gone as (
      delete from telemetry_machine
      where zone_id = ${zoneId} and gateway_id = ${gatewayId}::uuid and device_id = any(${gone}::uuid[])
    )
    insert into telemetry_machine (zone_id, device_id, gateway_id, address, reason, since, backlog, backlog_since)
    select ${zoneId}, t.device, ${gatewayId}::uuid, t.address, t.reason, to_timestamp(t.since / 1000.0), t.backlog,
      to_timestamp(t.backlog_since / 1000.0)
    from unnest(${changed.map(({ deviceId }) => deviceId)}::uuid[], ${changed.map(({ address }) => address)}::text[],
      ${changed.map(({ reason }) => reason)}::text[], ${changed.map(({ since }) => since)}::double precision[],
      ${changed.map(({ backlog }) => backlog?.readings ?? null)}::bigint[],
      ${changed.map(({ backlog }) => backlog?.since ?? null)}::double precision[])
      as t (device, address, reason, since, backlog, backlog_since)
    on conflict (zone_id, device_id) do update set gateway_id = excluded.gateway_id, address = excluded.address,
      reason = excluded.reason, since = excluded.since, backlog = excluded.backlog, backlog_since = excluded.backlog_since
    where (telemetry_machine.gateway_id, telemetry_machine.address, telemetry_machine.reason, telemetry_machine.since,
        telemetry_machine.backlog, telemetry_machine.backlog_since)
      is distinct from (excluded.gateway_id, excluded.address, excluded.reason, excluded.since, excluded.backlog,
        excluded.backlog_since)`.execute(db)
}

/** How it stands with a machine that another process calls; null: none does. One statement. */
export async function findMachine(
  db: Db,
  zoneId: string,
  protocol: Protocol,
  identity: string,
): Promise<MachineState | null> {
  const row = await db
    .selectFrom('telemetry_device as d')
    .innerJoin('telemetry_machine as m', (join) =>
      join.onRef('m.zone_id', '=', 'd.zone_id').onRef('m.device_id', '=', 'd.id'),
    )
    .innerJoin('telemetry_gateway as g', (join) =>
      join.onRef('g.zone_id', '=', 'm.zone_id').onRef('g.id', '=', 'm.gateway_id'),
    )
    .select([
      'm.address',
      'm.reason',
      'm.since',
      'm.backlog as waiting',
      'm.backlog_since as waitingSince',
      'g.beat_at as beatAt',
      isThere.as('isThere'),
    ])
    .where('d.zone_id', '=', zoneId)
    .where('d.identity', '=', identity)
    .where('d.protocol', '=', protocol)
    .where('d.state', '=', 'active')
    .executeTakeFirst()
  if (!row) return null
  const { address, reason, since, beatAt, waiting, waitingSince } = row
  const backlog = waiting === null || waitingSince === null ? null : { readings: waiting, since: waitingSince }
  return row.isThere
    ? { address, reason, since, backlog }
    : { address: null, reason: 'the gateway that calls it is away', since: beatAt, backlog }
}
