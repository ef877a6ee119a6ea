import { sql } from 'kysely'
import { change, say } from '@tingzhou/casework'
import { at as instant, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, epochMs, type Result } from '@tingzhou/kernel'
import type { HandOverPoint, LegKind } from '../words.ts'
import type { Shipment, ShipmentDossier } from './case.ts'
import { attachToShipment } from './document.ts'
import type { ShipmentError } from './errors.ts'

/** When, where and how something was done. */
export type Done = {
  readonly at: number | null
  readonly place: string
  readonly position: { readonly lonDeg: number; readonly latDeg: number } | null
  readonly photoIds: readonly string[]
}
export type Crew = { readonly carrier: string; readonly vehicle: string; readonly driver: string }
export const nobody: Crew = { carrier: '', vehicle: '', driver: '' }

/** The time of the step before. Pure. O(1). */
function lastStepAt(row: Shipment): number {
  const { completed_at, declared_at, inspected_at, released_at, crossed_at, arrived_at, received_at } = row
  const times = [completed_at, declared_at, inspected_at, released_at, crossed_at, arrived_at, received_at]
  return Math.max(row.created_at, ...times.map((time) => time ?? 0))
}

/** When a step was done: not before the step before it, not after now. Pure. O(1). */
export function doneAt({ row, now }: ShipmentDossier, at: number | null): Result<EpochMs, ShipmentError> {
  if (at === null) return ok(now)
  if (at > now) return err({ kind: 'time_refused', field: 'at', value: at, rule: 'not_after_now' })
  const last = lastStepAt(row)
  return at < last
    ? err({ kind: 'time_refused', field: 'at', value: at, rule: 'not_before_last_step' })
    : ok(epochMs(at))
}

/** Numbers of the seals that are on, in their order. One statement. */
export async function sealsOn(tx: Tx, { deps, row }: ShipmentDossier): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('export_seal')
    .select('number')
    .where('zone_id', '=', deps.zoneId)
    .where('shipment_id', '=', row.id)
    .where('removed_at', 'is', null)
    .execute()
  // Sorted here: a database may sort by the rules of a language.
  return rows.map(({ number }) => number).toSorted()
}

/** Numbers as they are compared: capitals, no spaces, each once, in their order. Pure. O(seals). */
export const tidySeals = (numbers: readonly string[]): readonly string[] =>
  [...new Set(numbers.map((number) => number.normalize('NFKC').replaceAll(/\s+/g, '').toUpperCase()))].toSorted()

const legsAt: Readonly<Record<HandOverPoint, { readonly ends: LegKind | null; readonly begins: LegKind | null }>> = {
  load: { ends: null, begins: 'pickup' },
  yard: { ends: 'pickup', begins: 'border' },
  border: { ends: 'border', begins: 'foreign' },
  warehouse: { ends: 'foreign', begins: null },
}

/**
 * Writes down a hand-over 交接 with the seals that were seen.
 * @returns whether they are other than those that are on
 * Eight statements at most.
 */
export async function handOver(
  tx: Tx,
  dossier: ShipmentDossier,
  point: HandOverPoint,
  seen: readonly string[],
  crew: Crew,
  { at, place, position, photoIds }: Done,
): Promise<Result<{ readonly differs: boolean; readonly at: EpochMs }, ShipmentError>> {
  const { deps, row, doer } = dossier
  const time = doneAt(dossier, at)
  if (!time.ok) return time
  // One after the other: a load that is dated back would pass for one that was seen at the yard.
  const last = await lastHandOver(tx, dossier)
  if (time.value < last)
    return err({ kind: 'time_refused', field: 'at', value: time.value, rule: 'not_before_last_hand_over' })
  const attached = await attachToShipment(tx, dossier, photoIds)
  if (!attached.ok) return attached
  const due = await sealsOn(tx, dossier)
  const differs = due.join(' ') !== seen.join(' ')
  await tx
    .insertInto('export_hand_over')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      shipment_id: row.id,
      point,
      place,
      lon_deg: position?.lonDeg ?? null,
      lat_deg: position?.latDeg ?? null,
      ...crew,
      seals_due: [...due],
      seals_seen: [...seen],
      differs,
      photo_ids: [...photoIds],
      at: instant(time.value),
      by_name: doer.name,
    })
    .execute()
  // Whoever stands at the border or at the gate with other seals has not come through.
  if (!differs || crew.carrier !== '') await turnLegs(tx, dossier, point, crew, time.value)
  return ok({ differs, at: time.value })
}

/** When the shipment was handed over last; 0: not yet. One statement. */
async function lastHandOver(tx: Tx, { deps, row }: ShipmentDossier): Promise<number> {
  const last = await tx
    .selectFrom('export_hand_over')
    .select('at')
    .where('zone_id', '=', deps.zoneId)
    .where('shipment_id', '=', row.id)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.at ?? 0
}

/** One leg ends where the next begins; what was begun or ended before stays. Two statements at most. */
async function turnLegs(tx: Tx, { deps, row }: ShipmentDossier, point: HandOverPoint, crew: Crew, at: EpochMs) {
  const { ends, begins } = legsAt[point]
  const leg = () => tx.updateTable('export_leg').where('zone_id', '=', deps.zoneId).where('shipment_id', '=', row.id)
  if (ends !== null)
    await leg()
      .set({ ended_at: instant(at) })
      .where('kind', '=', ends)
      .where('began_at', 'is not', null)
      .where('ended_at', 'is', null)
      .execute()
  if (begins === null || crew.carrier === '') return
  await leg()
    .set({ ...crew, began_at: sql<Date>`coalesce(began_at, ${instant(at)})` })
    .where('kind', '=', begins)
    .execute()
}

/** Stops a shipment whose seals are not those that are on: somebody must decide by name. Pure. O(1). */
export function holdForSeals(dossier: ShipmentDossier, due: readonly string[], seen: readonly string[]): void {
  const words = `${due.join(' ') || '–'} ≠ ${seen.join(' ') || '–'}`
  change(dossier, { held_from: dossier.row.state, hold_reason: 'seals_differ', hold_words: words })
  say(dossier, { verb: 'seals_differ', data: { due: [...due], seen: [...seen] } })
}

/** Takes seals off and puts seals on. Two statements at most. */
export async function changeSeals(
  tx: Tx,
  { deps, row, doer, now }: ShipmentDossier,
  removed: readonly string[],
  applied: readonly string[],
  why: string,
): Promise<Result<void, ShipmentError>> {
  if (removed.length > 0)
    await tx
      .updateTable('export_seal')
      .set({ removed_at: instant(now), removed_by: doer.name, why })
      .where('zone_id', '=', deps.zoneId)
      .where('shipment_id', '=', row.id)
      .where('number', 'in', [...removed])
      .where('removed_at', 'is', null)
      .execute()
  if (applied.length === 0) return ok(undefined)
  const elsewhere = await tx
    .selectFrom('export_seal')
    .select('number')
    .where('zone_id', '=', deps.zoneId)
    .where('number', 'in', [...applied])
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (elsewhere) return err({ kind: 'seal_taken', field: 'seals', value: elsewhere.number, rule: 'one_load' })
  await tx
    .insertInto('export_seal')
    .values(
      applied.map((number) => ({
        zone_id: deps.zoneId,
        id: deps.newId(),
        shipment_id: row.id,
        number,
        applied_at: instant(now),
        applied_by: doer.name,
        removed_at: null,
        removed_by: null,
        why,
      })),
    )
    .execute()
  return ok(undefined)
}
