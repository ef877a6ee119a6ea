import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { at, expectRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import type { FreightError } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { changesBetween, note, type FreightDeps } from '../record.ts'
import { lockVehicle } from '../vehicle.ts'
import { capacityOf, lawfulGrossKg } from './model.ts'

/** What decides what a vehicle may carry beside its rated load; null: not known. Kilograms, cubic decimetres. */
export type Body = {
  readonly axles: number | null
  readonly driveAxles: number | null
  readonly tareKg: number | null
  readonly volumeDm3: number | null
}

/** What the register knows of a vehicle within reach, and what it may carry by that; null: out of reach. One statement. */
export async function findBody({ deps: { db, zoneId }, actor }: Reader, id: string) {
  const row = await db
    .selectFrom('freight_vehicle as v')
    .select(['v.axles', 'v.drive_axles as driveAxles', 'v.tare_kg as tareKg', 'v.volume_dm3 as volumeDm3', 'v.rev'])
    .select(['v.rated_load_kg as ratedKg', 'v.type_code as typeCode', 'v.trailer_plate as trailerPlate'])
    .where('v.zone_id', '=', zoneId)
    .where('v.id', '=', id)
    .where(reaches(actor, 'freight_vehicle', { zoneId, objectId: sql.ref('v.id') }))
    .executeTakeFirst()
  if (!row) return null
  const { ratedKg, typeCode, trailerPlate, ...body } = row
  const truck = { ...body, ratedKg, isCombination: isCombination(typeCode, trailerPlate) }
  return { ...body, lawfulGrossKg: lawfulGrossKg(truck), capacityKg: capacityOf(truck) }
}

/** A tractor, or a truck with a trailer. O(1). */
export const isCombination = (typeCode: string, trailerPlate: string): boolean =>
  typeCode.startsWith('Q') || trailerPlate !== ''

/** Says how many axles a vehicle has, what it weighs empty, and what its bed holds. Four statements. */
export async function setBody(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { id, rev, why, ...body }: Body & { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<{ id: string; rev: number }, FreightError>> {
  const row = await lockVehicle(tx, deps, actor, id)
  if (!row) return err({ kind: 'not_found' })
  if (!keepsFor(actor, [row.carrier_id])) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, rev)
  if (!fresh.ok) return fresh
  const { axles, driveAxles, tareKg, volumeDm3 } = body
  const no = (field: string, value: number, rule: string) =>
    err({ kind: 'field_refused', field, value: String(value), rule } as const)
  if (driveAxles !== null && driveAxles >= (axles ?? 0)) return no('driveAxles', driveAxles, 'tour_drive_axles')
  // A tractor's gross mass is its own; the empty combination weighs more.
  if (tareKg !== null && tareKg >= row.gross_kg && !isCombination(row.type_code, row.trailer_plate))
    return no('tareKg', tareKg, 'below_gross')
  const after = { axles, drive_axles: driveAxles, tare_kg: tareKg, volume_dm3: volumeDm3 }
  await tx
    .updateTable('freight_vehicle')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_vehicle',
    objectId: id,
    verb: 'change',
    why,
    data: changesBetween(row, after),
    to: [row.carrier_id],
  })
  return ok({ id, rev: row.rev + 1 })
}
