import { sql } from 'kysely'
import { grantReach, revokeReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { openCarrier } from './carrier.ts'
import { lockDriver } from './driver.ts'
import type { FreightError } from './problems.ts'
import { keepsFor } from './reach.ts'
import { note, type FreightDeps } from './record.ts'
import { isVehicleOf } from './vehicle.ts'

/** How many pairs `letGoOfDrivers` takes in one call. */
export const lettingGoMax = 5_000

/** Lets a driver drive for a carrier, with one of its vehicles or with any; from now on the carrier reaches the driver. */
export async function beginDriving(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: {
    readonly driverId: string
    readonly carrierId: string
    readonly vehicleId: string | null
    readonly validFrom: string
  },
): Promise<Result<{ id: string }, FreightError>> {
  const { driverId, carrierId, vehicleId, validFrom } = input
  const driver = await lockDriver(tx, deps, actor, driverId)
  if (!driver) return err({ kind: 'field_refused', field: 'driverId', value: driverId, rule: 'within_reach' })
  const carrier = await openCarrier(tx, deps, actor, carrierId)
  if (!carrier.ok) return carrier
  if (driver.state === 'closed')
    return err({ kind: 'not_open', field: 'driverId', value: driver.name, rule: 'still_open' })
  if (vehicleId !== null && !(await isVehicleOf(tx, deps, vehicleId, carrierId)))
    return err({ kind: 'field_refused', field: 'vehicleId', value: vehicleId, rule: 'vehicle_of_carrier' })
  const id = newId()
  const added = await tx
    .insertInto('freight_driving')
    .values({
      zone_id: deps.zoneId,
      id,
      driver_id: driverId,
      carrier_id: carrierId,
      vehicle_id: vehicleId,
      valid_from: validFrom,
      valid_to: null,
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    .onConflict((conflict) =>
      conflict
        .expression(sql`zone_id, driver_id, carrier_id, coalesce(vehicle_id, '')`)
        .where('valid_to', 'is', null)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (!added) return err({ kind: 'taken', field: 'carrierId', value: carrier.value.name, rule: 'each_once' })
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'freight_driver', objectId: driverId, partyId: carrierId, relation: 'owner' },
  ])
  await note(tx, deps, actor, {
    objectKind: 'freight_driver',
    objectId: driverId,
    verb: 'begin_driving',
    data: { carrierId, vehicleId, validFrom },
    to: [carrierId],
  })
  return ok({ id })
}

/** Ends a relation with a last day. The carrier no longer reaches the driver once no relation is left; see `letGoOfDrivers`. */
export async function endDriving(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly validTo: string; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  const row = await tx
    .selectFrom('freight_driving')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  const driver = row && (await lockDriver(tx, deps, actor, row.driver_id))
  // A driver reaches the own row, but neither of the two ends it for the other; another carrier's relation is none of theirs.
  if (!driver || !keepsFor(actor, [row.carrier_id])) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const today = localDateOf(deps.clock())
  if (row.valid_to !== null && row.valid_to < today)
    return err({ kind: 'not_open', field: 'id', value: input.id, rule: 'still_open' })
  if (input.validTo < row.valid_from)
    return err({ kind: 'field_refused', field: 'validTo', value: input.validTo, rule: 'not_before_begin' })
  await tx
    .updateTable('freight_driving')
    .set({ valid_to: input.validTo, rev: row.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_driver',
    objectId: row.driver_id,
    verb: 'end_driving',
    why: input.why,
    data: { carrierId: row.carrier_id, vehicleId: row.vehicle_id, validTo: input.validTo },
    to: [row.carrier_id],
  })
  await letGoOfDrivers(tx, deps, row.driver_id)
  return ok({ id: input.id })
}

/**
 * Takes drivers out of the reach of carriers for whom they no longer drive: of one driver at once, of all each morning.
 * @returns pairs let go of, at most `lettingGoMax`
 * Source: own. Two statements; by freight_driving_carrier.
 */
export async function letGoOfDrivers(tx: Tx, { zoneId, clock }: FreightDeps, driverId?: string): Promise<number> {
  const today = localDateOf(clock())
  const ended = await sql<{ driverId: string; carrierId: string }>`
    select r.object_id as "driverId", r.party_id as "carrierId"
    from reach r
    where r.zone_id = ${zoneId} and r.object_kind = 'freight_driver' and r.relation = 'owner'
      and (${driverId ?? null}::text is null or r.object_id = ${driverId ?? null})
      and not exists (
        select from freight_driving g
        where g.zone_id = r.zone_id and g.driver_id = r.object_id and g.carrier_id = r.party_id
          and (g.valid_to is null or g.valid_to >= ${today}::date))
    limit ${lettingGoMax}`.execute(tx)
  await revokeReach(
    tx,
    zoneId,
    ended.rows.map(({ driverId: objectId, carrierId: partyId }) => ({
      objectKind: 'freight_driver',
      objectId,
      partyId,
      relation: 'owner' as const,
    })),
  )
  return ended.rows.length
}
