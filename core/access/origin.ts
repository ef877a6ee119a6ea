import type { EpochMs } from '@tingzhou/kernel'
import { at, type Db } from '@tingzhou/db'

/**
 * Decides at the first start, and tells at every later one, whether the zone is the demo.
 * @param wish  what this start was asked to be; counts only for a zone that has never been started
 */
export async function settleOrigin(
  db: Db,
  zoneId: string,
  wish: { readonly demo: boolean },
  now: EpochMs,
): Promise<{ readonly demo: boolean }> {
  await db
    .insertInto('zone_origin')
    .values({ zone_id: zoneId, demo: wish.demo, created_at: at(now) })
    .onConflict((oc) => oc.doNothing())
    .execute()
  return db.selectFrom('zone_origin').select('demo').where('zone_id', '=', zoneId).executeTakeFirstOrThrow()
}
