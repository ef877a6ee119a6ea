import type { EpochMs, Result } from '@tingzhou/kernel'
import { err, ok } from '@tingzhou/kernel'
import { at, expectRevision, type Db, type StaleRevision, type Tx } from '@tingzhou/db'

/** How people sign in here. Revision 0: never changed. */
export type AccessSettings = { readonly totpForStaff: boolean; readonly rev: number }

/** The zone's settings, or the defaults. */
export async function findSettings(tx: Tx | Db, zoneId: string): Promise<AccessSettings> {
  const row = await tx
    .selectFrom('access_setting')
    .select(['totp_for_staff as totpForStaff', 'rev'])
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  return row ?? { totpForStaff: false, rev: 0 }
}

/** Changes the settings if nobody else did since `rev`. */
export async function changeSettings(
  tx: Tx,
  zoneId: string,
  change: { readonly rev: number; readonly totpForStaff: boolean },
  by: string,
  now: EpochMs,
): Promise<Result<AccessSettings, StaleRevision>> {
  const held = await tx
    .selectFrom('access_setting')
    .select('rev')
    .where('zone_id', '=', zoneId)
    .forUpdate()
    .executeTakeFirst()
  const fits = expectRevision(held?.rev ?? 0, change.rev)
  if (!fits.ok) return err(fits.error)
  const values = { totp_for_staff: change.totpForStaff, rev: change.rev + 1, updated_at: at(now), updated_by: by }
  await tx
    .insertInto('access_setting')
    .values({ zone_id: zoneId, ...values })
    .onConflict((oc) => oc.column('zone_id').doUpdateSet(values))
    .execute()
  return ok({ totpForStaff: change.totpForStaff, rev: change.rev + 1 })
}
