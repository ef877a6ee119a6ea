import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { NeedsDeps } from './dossier.ts'

// Pauses of one order together last at most fifteen days (casework.md §4); nobody pauses it more often than this.
const pausesMax = 200

/** The pauses of an order that are over, oldest first. One statement. */
export async function pausesOf(
  tx: Tx | Db,
  { zoneId }: Pick<NeedsDeps, 'zoneId'>,
  orderId: string,
): Promise<readonly { readonly from: EpochMs; readonly to: EpochMs }[]> {
  const rows = await tx
    .selectFrom('clock_segment')
    .select(['from_at as from', 'to_at as to'])
    .where('zone_id', '=', zoneId)
    .where('order_id', '=', orderId)
    .where('kind', '=', 'paused')
    .where('to_at', 'is not', null)
    .orderBy('from_at')
    .limit(pausesMax)
    .execute()
  return rows.flatMap(({ from, to }) => (to === null ? [] : [{ from, to }]))
}
