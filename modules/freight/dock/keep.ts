import { write } from '@tingzhou/casework'
import { at, type Tx } from '@tingzhou/db'
import type { WaybillDossier } from '../waybill/case.ts'
import type { PlaceEnd } from '../words.ts'
import { bookSlots } from './slot.ts'
import './tables.ts'

/**
 * What a step of a waybill does to its slots: the first books them, an arrival is noted, an end without carriage gives them back.
 * One statement at most where no place of it has docks.
 */
export async function keepSlots(tx: Tx, dossier: WaybillDossier): Promise<void> {
  const { row, before, fresh } = dossier
  if (fresh) return bookSlots(tx, dossier, row.state === 'loaded' ? ['unload'] : ['load', 'unload'])
  if (row.state === before.state) return
  if (row.state === 'at_load') write(dossier, arrived(tx, dossier, 'load'))
  if (row.state === 'at_unload') write(dossier, arrived(tx, dossier, 'unload'))
  if (row.state === 'cancelled' || row.state === 'transloaded') write(dossier, unserved(tx, dossier))
}

/** Another unloading place: the slot there instead of the one here. Executed at once, but for the new slot. Six statements at most. */
export async function divertSlot(tx: Tx, dossier: WaybillDossier): Promise<void> {
  await unserved(tx, dossier).execute()
  await bookSlots(tx, dossier, ['unload'])
}

/** Gives back the slots of a waybill at ends where it was not weighed. By the primary key. */
export const unserved = (tx: Tx, { deps, row }: Pick<WaybillDossier, 'deps' | 'row'>) =>
  tx
    .deleteFrom('freight_dock_slot')
    .where('zone_id', '=', deps.zoneId)
    .where('waybill_id', '=', row.id)
    .where('place_end', 'in', row.loaded_at === null ? ['load', 'unload'] : ['unload'])

const arrived = (tx: Tx, { deps, row, now }: WaybillDossier, end: PlaceEnd) =>
  tx
    .updateTable('freight_dock_slot')
    .set({ arrived_at: at((end === 'load' ? row.arrived_load_at : row.arrived_unload_at) ?? now) })
    .where('zone_id', '=', deps.zoneId)
    .where('waybill_id', '=', row.id)
    .where('place_end', '=', end)
