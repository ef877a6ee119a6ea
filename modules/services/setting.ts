import type { Db, Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { ServicesDeps } from './dossier.ts'
import './tables.ts'

/** What an administrator may set; invented defaults until somebody does. */
export type Setting = {
  readonly toleranceDaysMax: number
  readonly sampledShare: number
  readonly supplementDays: number
  readonly hearingDays: number
  /** Working days between two urges 催办 of one side. */
  readonly urgeDays: number
  /** Working days for a rating; after them the case is filed without one. */
  readonly rateDays: number
  readonly sampleSeed: string
}

/** Draws the secret of the zone's samples once. */
export async function prepareSetting(
  tx: Tx,
  { zoneId, random }: Pick<ServicesDeps, 'zoneId' | 'random'>,
): Promise<void> {
  const seed = [...random(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  await tx
    .insertInto('service_setting')
    .values({ zone_id: zoneId, sample_seed: seed })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The zone's settings. One statement. */
export async function settingOf(tx: Tx | Db, { zoneId }: Pick<ServicesDeps, 'zoneId'>): Promise<Setting> {
  const row = await tx
    .selectFrom('service_setting')
    .select([
      'tolerance_days_max',
      'sampled_share',
      'supplement_days',
      'hearing_days',
      'urge_days',
      'rate_days',
      'sample_seed',
    ])
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  assert(row, 'the settings of the zone were prepared at the start')
  return {
    toleranceDaysMax: row.tolerance_days_max,
    sampledShare: row.sampled_share,
    supplementDays: row.supplement_days,
    hearingDays: row.hearing_days,
    urgeDays: row.urge_days,
    rateDays: row.rate_days,
    sampleSeed: row.sample_seed,
  }
}
