import { sql } from 'kysely'
import { at, jsonb, type Db, type Json, type Tx } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { CommandState } from './command-state.ts'
import type { DeviceOrder } from './device.ts'

export type NewCommand = DeviceOrder & {
  readonly actorId: string
  readonly actorName: string
  readonly reason: string | null
}

/**
 * Keeps a command until its device has answered it or its time is over. The same id again changes nothing.
 * Source: plant telemetry §5 (a result is feedback, not "sent"). One statement.
 */
export const queueCommand = (tx: Tx | Db, zoneId: string, command: NewCommand, now: EpochMs): Promise<void> =>
  queueCommands(tx, zoneId, [command], now)

/** The same of a few commands, which go out in their order. One statement. */
export async function queueCommands(
  tx: Tx | Db,
  zoneId: string,
  commands: readonly NewCommand[],
  now: EpochMs,
): Promise<void> {
  if (commands.length === 0) return
  await tx
    .insertInto('telemetry_command')
    .values(
      commands.map((command, index) => ({
        zone_id: zoneId,
        id: command.id,
        device_id: command.deviceId,
        kind: command.kind,
        body: jsonb(command.body),
        state: 'queued' as const,
        actor_id: command.actorId,
        actor_name: command.actorName,
        reason: command.reason,
        // They go out by their time: a millisecond apart.
        created_at: at(epochMs(now + index)),
        expires_at: at(command.expiresAt),
        sent_at: null,
        answered_at: null,
        answer: null,
      })),
    )
    .onConflict((conflict) => conflict.columns(['zone_id', 'id']).doNothing())
    .execute()
}

const openOfDeviceMax = 20
/** A command that waits for its device, or for the answer of it. */
export type OpenCommand = DeviceOrder & { readonly state: 'queued' | 'sent' }

const openMax = 5_000

/**
 * Commands that wait for one of these devices, or for its answer, oldest first: of each device at most 20 that wait and 20 that are
 * on the wire, so that what is never answered keeps nothing else waiting; at most 5 000 in all, of each device the oldest before the
 * next of any.
 * Source: own. One statement by the index of open commands: O(open commands).
 */
export async function openCommands(
  db: Db,
  zoneId: string,
  devices: readonly string[],
  now: EpochMs,
): Promise<readonly OpenCommand[]> {
  const { rows } = await sql<OpenCommand>`
    select id, device_id as "deviceId", kind, body, state, expires_at as "expiresAt" from (
      select id, device_id, kind, body, state, expires_at, created_at,
        row_number() over (partition by device_id, state order by created_at, id) as place
      from telemetry_command
      where zone_id = ${zoneId} and state in ('queued', 'sent') and expires_at > ${at(now)}
        and device_id = any(${devices}::uuid[])
      order by place, created_at, id limit ${openMax}
    ) c
    where place <= ${openOfDeviceMax}
    order by created_at, id`.execute(db)
  return rows
}

/** Ends a command with what the device said. @returns false when it had ended before */
export async function endCommand(
  db: Db,
  zoneId: string,
  id: string,
  end: { readonly state: 'acknowledged' | 'failed'; readonly answer: Json },
  now: EpochMs,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('telemetry_command')
    .set({ state: end.state, answered_at: at(now), answer: jsonb(end.answer) })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'sent'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const unended: readonly CommandState[] = ['proposed', 'queued', 'sent']

/** Ends commands whose time is over, those that nobody confirmed too. One statement by the index of open commands. @returns how many */
export async function expireCommands(db: Db, zoneId: string, now: EpochMs): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('telemetry_command')
    .set({ state: 'expired', answered_at: at(now) })
    .where('zone_id', '=', zoneId)
    .where('state', 'in', unended)
    .where(sql<boolean>`expires_at <= ${at(now)}`)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
