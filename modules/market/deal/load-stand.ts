import type { Db, Tx } from '@tingzhou/db'
import { findLoadStand, type LoadStand } from '@tingzhou/freight'

/** Whether a load of a deal goes yet: it may be taken, or is on its way. What ended without a waybill carries nothing. Pure. */
export const isUnderway = ({ state, waybills }: Pick<LoadStand, 'state' | 'waybills'>): boolean =>
  waybills > 0 || state === 'draft' || state === 'published'

/** What is weighed differs from what was agreed by less than this. */
const shareToCome = 0.95

/** Whether a deal's load has come: everything was signed for, and no more goes. Pure. */
export const hasCome = ({ state, quantity, taken, waybills, signed }: Omit<LoadStand, 'id' | 'number'>): boolean =>
  signed > 0 && signed === waybills && (state !== 'published' || taken >= quantity * shareToCome)

/** The load that carries a deal; null: none was drafted, or it came to nothing. One statement. */
export async function loadOfDeal(
  db: Db | Tx,
  zoneId: string,
  { load_id }: { readonly load_id: string | null },
): Promise<LoadStand | null> {
  const stand = load_id === null ? null : await findLoadStand(db, zoneId, load_id)
  return stand && isUnderway(stand) ? stand : null
}
