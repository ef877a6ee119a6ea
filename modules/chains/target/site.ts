import { change, say } from '@tingzhou/casework'
import { at, type Tx } from '@tingzhou/db'
import { err, isUuid, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { note } from '../record.ts'
import type { TargetDossier } from './case.ts'
import type { TargetError } from './errors.ts'
import { lockPlant } from './plant.ts'
import './tables.ts'

/** Who a history line names: a person, or the zone itself. */
const doerOf = ({ doer }: TargetDossier): Actor =>
  doer.actor ?? { accountId: doer.id, name: doer.name, kind: 'machine', lang: 'zh-CN', memberships: [] }

/**
 * Takes a plant for a target, under the plant's lock: of two that want the last one, one gets it. What the target had before is
 * given back.
 */
export async function takePlant(tx: Tx, dossier: TargetDossier, plantId: string): Promise<Result<void, TargetError>> {
  const { deps, row, now } = dossier
  const field = 'plantId'
  if (row.plant_id === plantId) return err({ kind: 'plant_taken', field, value: '', rule: 'own_already' })
  const plant = isUuid(plantId) ? await lockPlant(tx, deps.zoneId, plantId) : undefined
  if (!plant) return err({ kind: 'field_refused', field, value: plantId, rule: 'within_reach' })
  if (plant.state === 'closed') return err({ kind: 'not_open', field, value: plant.name, rule: 'still_open' })
  if (plant.state === 'taken') return err({ kind: 'plant_taken', field, value: plant.name, rule: 'other_target' })
  if (row.plant_id !== null) await givePlant(tx, dossier, 'exchange')
  await tx
    .updateTable('chain_plant')
    .set({
      state: 'taken',
      target_id: row.id,
      rev: plant.rev + 1,
      updated_at: at(now),
      updated_by: dossier.doer.name,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', plantId)
    .execute()
  await note(tx, deps, doerOf(dossier), {
    objectKind: 'chain_plant',
    objectId: plantId,
    verb: 'take',
    data: { targetId: row.id },
  })
  change(dossier, { plant_id: plantId })
  say(dossier, { verb: 'take_plant', reason: plant.name, data: { plantId } })
  return ok(undefined)
}

/** Gives the target's plant back: it is free for others again. Three statements. */
export async function givePlant(tx: Tx, dossier: TargetDossier, why: string): Promise<void> {
  const { deps, row, now } = dossier
  if (row.plant_id === null) return
  const plant = await lockPlant(tx, deps.zoneId, row.plant_id)
  change(dossier, { plant_id: null })
  if (!plant || plant.target_id !== row.id) return
  await tx
    .updateTable('chain_plant')
    .set({ state: 'open', target_id: null, rev: plant.rev + 1, updated_at: at(now), updated_by: dossier.doer.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', plant.id)
    .execute()
  await note(tx, deps, doerOf(dossier), {
    objectKind: 'chain_plant',
    objectId: plant.id,
    verb: 'give',
    data: { targetId: row.id, why },
  })
}
