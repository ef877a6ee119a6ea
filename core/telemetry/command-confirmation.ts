import { at, expectRevision, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { noteDeed, settingOf, type Keeper } from './trail.ts'

/** How commands that move something are confirmed. */
export type Confirmation = {
  /** How long a proposed command may be confirmed, seconds. */
  readonly confirmS: number
  /** Another person than who proposed it confirms it. */
  readonly needsOther: boolean
}

/** A minute, by the same person. Source: own. */
export const defaultConfirmation: Confirmation = { confirmS: 60, needsOther: false }

const columns = ['confirm_s as confirmS', 'needs_other as needsOther', 'rev'] as const

/** The rule of a zone, revision 0 when nobody set any. One statement. */
export async function findConfirmation(db: Db | Tx, zoneId: string): Promise<Confirmation & { readonly rev: number }> {
  const row = await db
    .selectFrom('telemetry_confirmation')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  return row ?? { ...defaultConfirmation, rev: 0 }
}

/**
 * Sets how commands are confirmed, and writes down who did; commands that are proposed already keep their rule.
 * @param rev  what the writer saw
 * @returns the new revision
 * Source: own. Four statements.
 */
export async function saveConfirmation(
  tx: Tx,
  zoneId: string,
  { confirmS, needsOther }: Confirmation,
  rev: number,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, StaleRevision>> {
  const { rev: found, ...before } = await lockConfirmation(tx, zoneId, now)
  const expected = expectRevision(found, rev)
  if (!expected.ok) return expected
  await tx
    .updateTable('telemetry_confirmation')
    .set({ confirm_s: confirmS, needs_other: needsOther, changed_at: at(now), rev: rev + 1 })
    .where('zone_id', '=', zoneId)
    .execute()
  await noteDeed(tx, zoneId, settingOf(zoneId, 'confirmation'), who, now, {
    verb: 'save',
    data: { before, after: { confirmS, needsOther } },
  })
  return ok({ rev: rev + 1 })
}

/** A zone without a rule gets a row with the one that holds, so that two writers meet at it. */
async function lockConfirmation(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
): Promise<Confirmation & { readonly rev: number }> {
  const { confirmS, needsOther } = defaultConfirmation
  await tx
    .insertInto('telemetry_confirmation')
    .values({ zone_id: zoneId, confirm_s: confirmS, needs_other: needsOther, rev: 0, changed_at: at(now) })
    .onConflict((conflict) => conflict.column('zone_id').doNothing())
    .execute()
  return tx
    .selectFrom('telemetry_confirmation')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}
