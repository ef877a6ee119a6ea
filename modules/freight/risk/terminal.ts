import { sql } from 'kysely'
import { mayReach } from '@tingzhou/access'
import { at, containing, newId, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import './tables.ts'

/** The terminal of a vehicle 车载终端, as it is or was. */
export type Terminal = {
  readonly id: string
  readonly deviceId: string
  readonly name: string
  readonly identity: string
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs | null
  readonly createdBy: string
}

export type TerminalWish = { readonly vehicleId: string; readonly deviceId: string | null; readonly why: string }

/**
 * Says which terminal a vehicle has from now on, or that it has none. A terminal that is in another vehicle is refused: it is taken
 * out there first. Trips that have begun keep the terminal with which they left. Six statements.
 */
export async function setTerminal(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { vehicleId, deviceId, why }: TerminalWish,
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId, clock } = deps
  const vehicle = await tx
    .selectFrom('freight_vehicle')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', vehicleId)
    .forUpdate()
    .executeTakeFirst()
  if (!vehicle) return err({ kind: 'not_found' })
  const before = await openTerminal(tx, zoneId, vehicleId)
  if ((before?.device_id ?? null) === deviceId) return ok({ id: vehicleId })
  const device = deviceId === null ? null : await findDevice(tx, zoneId, deviceId)
  if (deviceId !== null && !device?.point)
    return err({ kind: 'field_refused', field: 'deviceId', value: deviceId, rule: 'risk_terminal_position' })
  if (device?.vehicleId)
    return err({ kind: 'taken', field: 'deviceId', value: device.plate ?? '', rule: 'risk_terminal_free' })
  const now = at(clock())
  if (before)
    await tx
      .updateTable('freight_terminal')
      .set({ ends_at: sql<Date>`greatest(starts_at, ${now}::timestamptz)`, ended_by: actor.name })
      .where('zone_id', '=', zoneId)
      .where('id', '=', before.id)
      .execute()
  if (deviceId !== null && device?.point)
    await tx
      .insertInto('freight_terminal')
      .values({
        zone_id: zoneId,
        id: newId(),
        vehicle_id: vehicleId,
        device_id: deviceId,
        point_id: device.point,
        starts_at: now,
        ends_at: null,
        created_by: actor.name,
        ended_by: null,
      })
      .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_vehicle',
    objectId: vehicleId,
    verb: 'set_terminal',
    why,
    data: { changes: [{ field: 'terminal', from: before?.device_id ?? null, to: deviceId }] },
  })
  return ok({ id: vehicleId })
}

const openTerminal = (tx: Tx, zoneId: string, vehicleId: string) =>
  tx
    .selectFrom('freight_terminal')
    .select(['id', 'device_id'])
    .where('zone_id', '=', zoneId)
    .where('vehicle_id', '=', vehicleId)
    .where('ends_at', 'is', null)
    .executeTakeFirst()

type Device = { readonly point: number | null; readonly vehicleId: string | null; readonly plate: string | null }

/** An active device, its position point, and the vehicle that it is in. By keys. */
async function findDevice(tx: Tx, zoneId: string, deviceId: string): Promise<Device | null> {
  const { rows } = await sql<Device>`
    select (select p.id from telemetry_point p where p.zone_id = d.zone_id and p.node_id = d.node_id and p.kind = 'position'
        and p.retired_at is null order by p.id limit 1) as point, v.id as "vehicleId", v.plate
    from telemetry_device d
    left join freight_terminal t on t.zone_id = d.zone_id and t.device_id = d.id and t.ends_at is null
    left join freight_vehicle v on v.zone_id = t.zone_id and v.id = t.vehicle_id
    where d.zone_id = ${zoneId} and d.id = ${deviceId} and d.state = 'active'`.execute(tx)
  return rows[0] ?? null
}

/** The terminals that a vehicle has and had, the latest first, at most 50; null: it is out of reach. Two statements. */
export async function terminalsOf(
  db: Db,
  zoneId: string,
  actor: Actor,
  vehicleId: string,
): Promise<readonly Terminal[] | null> {
  if (!(await mayReach(db, actor, zoneId, 'freight_vehicle', vehicleId))) return null
  return db
    .selectFrom('freight_terminal as t')
    .innerJoin('telemetry_device as d', (join) =>
      join.onRef('d.zone_id', '=', 't.zone_id').onRef('d.id', '=', 't.device_id'),
    )
    .select([
      't.id',
      't.device_id as deviceId',
      'd.name',
      'd.identity',
      't.starts_at as startsAt',
      't.ends_at as endsAt',
      't.created_by as createdBy',
    ])
    .where('t.zone_id', '=', zoneId)
    .where('t.vehicle_id', '=', vehicleId)
    .orderBy('t.starts_at', 'desc')
    .orderBy('t.id', 'desc')
    .limit(50)
    .execute()
}

const candidatesMax = 20

/** Active devices that have a position, by name or number, with the vehicle that each is in; at most 20. One statement. */
export async function findDevices(db: Db, zoneId: string, words: string) {
  const like = containing(words)
  const { rows } = await sql<{ id: string; name: string; identity: string; plate: string | null }>`
    select d.id, d.name, d.identity, v.plate
    from telemetry_device d
    left join freight_terminal t on t.zone_id = d.zone_id and t.device_id = d.id and t.ends_at is null
    left join freight_vehicle v on v.zone_id = t.zone_id and v.id = t.vehicle_id
    where d.zone_id = ${zoneId} and d.state = 'active' and (d.name ilike ${like} or d.identity ilike ${like})
      and exists (select from telemetry_point p where p.zone_id = d.zone_id and p.node_id = d.node_id and p.kind = 'position'
        and p.retired_at is null)
    order by d.name, d.id limit ${candidatesMax}`.execute(db)
  return rows
}
