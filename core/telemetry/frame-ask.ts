import { sql } from 'kysely'
import { jsonb, type Db, type Instant, type Json } from '@tingzhou/db'
import type { LoggedFrame } from './field-gateway.ts'
import { isThere } from './gateway-row.ts'
import type { Protocol } from './protocol.ts'

declare module '@tingzhou/db' {
  interface Tables {
    telemetry_frame_ask: {
      zone_id: string
      gateway_id: string
      protocol: Protocol
      identity: string
      asked_at: Instant
      frames: {
        readonly __select__: Json
        readonly __insert__: string | null
        readonly __update__: string | null
      }
    }
  }
}

/** Whose frames somebody looks at. */
export type FramesAsked = { readonly protocol: Protocol; readonly identity: string }

type WrittenFrame = Omit<LoggedFrame, 'bytes'> & { readonly bytes: string }

/**
 * Asks the other processes for the last frames of a device.
 * @param ownId  who asks
 * @returns whether one of them has not told any yet
 * Source: own. One statement.
 */
export async function askFrames(
  db: Db,
  zoneId: string,
  ownId: string,
  { protocol, identity }: FramesAsked,
): Promise<boolean> {
  const { rows } = await sql<{ isAwaited: boolean }>`
    insert into telemetry_frame_ask as a (zone_id, gateway_id, protocol, identity, asked_at)
    select g.zone_id, g.id, ${protocol}, ${identity}, clock_timestamp() from telemetry_gateway g
    where g.zone_id = ${zoneId} and g.id <> ${ownId}::uuid and ${isThere}
    on conflict (zone_id, gateway_id, protocol, identity) do update set asked_at = excluded.asked_at
    returning a.frames is null as "isAwaited"`.execute(db)
  return rows.some(({ isAwaited }) => isAwaited)
}

/** What the other processes have told of a device's frames, in no order. One statement. */
export async function toldFrames(
  db: Db,
  zoneId: string,
  ownId: string,
  { protocol, identity }: FramesAsked,
): Promise<readonly LoggedFrame[]> {
  const { rows } = await sql<{ frames: readonly WrittenFrame[] }>`
    select a.frames from telemetry_frame_ask a
    join telemetry_gateway g on g.zone_id = a.zone_id and g.id = a.gateway_id and ${isThere}
    where a.zone_id = ${zoneId} and a.gateway_id <> ${ownId}::uuid and a.protocol = ${protocol}
      and a.identity = ${identity} and a.frames is not null`.execute(db)
  return rows.flatMap(({ frames }) =>
    frames.map(({ at: time, direction, bytes, fault }) => {
      return { at: time, direction, bytes: new Uint8Array(Buffer.from(bytes, 'base64')), fault }
    }),
  )
}

const asksMax = 50

/** Whose frames this process is asked for now, and whether it has told any yet; the 50 that were asked for last. One statement. */
export async function framesAsked(
  db: Db,
  zoneId: string,
  gatewayId: string,
): Promise<readonly (FramesAsked & { readonly isNew: boolean })[]> {
  const { rows } = await sql<FramesAsked & { isNew: boolean }>`
    select protocol, identity, frames is null as "isNew" from telemetry_frame_ask
    where zone_id = ${zoneId} and gateway_id = ${gatewayId}::uuid and asked_at > clock_timestamp() - interval '30 seconds'
    order by asked_at desc limit ${asksMax}`.execute(db)
  return rows
}

/** Tells frames that were asked for. One statement. */
export async function tellFrames(
  db: Db,
  zoneId: string,
  gatewayId: string,
  told: readonly (FramesAsked & { readonly frames: readonly LoggedFrame[] })[],
): Promise<void> {
  if (told.length === 0) return
  const written = told.map(({ frames }) => jsonb(frames.map(writeFrame)))
  await sql`
    update telemetry_frame_ask a set frames = t.frames
    from unnest(${told.map(({ protocol }) => protocol)}::text[], ${told.map(({ identity }) => identity)}::text[],
      ${written}::jsonb[]) as t (protocol, identity, frames)
    where a.zone_id = ${zoneId} and a.gateway_id = ${gatewayId}::uuid and a.protocol = t.protocol
      and a.identity = t.identity`.execute(db)
}

const writeFrame = ({ bytes, ...rest }: LoggedFrame): WrittenFrame => ({
  ...rest,
  bytes: Buffer.from(bytes).toString('base64'),
})
