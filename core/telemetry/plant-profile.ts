import { sql } from 'kysely'
import { expectRevision, stableJson, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { notePlant } from './plant-deed.ts'
import { lockPlant, saveProfile, type TypeChange, type TypeFault } from './plant.ts'
import type { PointTemplate, Profile } from './profile-points.ts'
import type { Keeper } from './trail.ts'

export type ProfileError =
  | TypeFault
  | StaleRevision
  | UnitUnconfirmed
  | { readonly kind: 'key_taken'; readonly key: string }
  | { readonly kind: 'too_many_profiles'; readonly count: number; readonly rule: string }

/** Readings that are kept would be told in another unit, and nobody said that they are in it. */
export type UnitUnconfirmed = {
  readonly kind: 'unit_unconfirmed'
  readonly field: string
  readonly value: string | null
  /** The unit that they are told in. */
  readonly before: string | null
  readonly rule: 'reason'
}

/** How a writer looks at a type: what was seen (0: nothing, it is new), and why kept readings are told in another unit. */
export type ProfileAsk = {
  readonly rev: number
  readonly reason: string | null
  /** Whether readings of a point are kept. */
  readonly isMeasured: (point: number) => boolean
}

/** Types of equipment of a zone. */
export const profilesMax = 200

/**
 * Saves a type of equipment as a person wrote it, and with it the points that were made from it.
 * @returns the new revision and what it came to
 * Source: plant telemetry §1, hj212 §3: a unit that was proposed is confirmed by a person. About twelve statements.
 */
export async function setProfile(
  tx: Tx,
  zoneId: string,
  profile: Profile,
  { rev, reason, isMeasured }: ProfileAsk,
  who: Keeper,
  now: EpochMs,
): Promise<Result<TypeChange & { readonly rev: number }, ProfileError>> {
  await lockPlant(tx, zoneId, 'change')
  const { key } = profile
  const before = await tx
    .selectFrom('telemetry_profile')
    .select(['name', 'points', 'rev'])
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst()
  if (before && rev === 0) return err({ kind: 'key_taken', key })
  const expected = expectRevision(before?.rev ?? 0, rev)
  if (!expected.ok) return expected
  if (!before) {
    const count = await countProfiles(tx, zoneId)
    if (count >= profilesMax) return err({ kind: 'too_many_profiles', count: count + 1, rule: `<= ${profilesMax}` })
  }
  if (before && reason === null) {
    const unconfirmed = await unconfirmedUnit(tx, zoneId, before.points, profile, isMeasured)
    if (unconfirmed) return err(unconfirmed)
  }
  const saved = await saveProfile(tx, zoneId, profile, now)
  if (!saved.ok) return saved
  const changed = changedEntries(before?.points ?? [], profile.points)
  await notePlant(tx, zoneId, { kind: 'equipment_profile', key }, who, now, {
    verb: before ? 'set' : 'add',
    reason,
    data: {
      before: { name: before?.name ?? null, points: changed.before },
      after: { name: profile.name, points: changed.after },
      ...saved.value,
    },
  })
  return ok({ ...saved.value, rev: rev + 1 })
}

async function countProfiles(tx: Tx, zoneId: string): Promise<number> {
  const row = await tx
    .selectFrom('telemetry_profile')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('zone_id', '=', zoneId)
    .executeTakeFirstOrThrow()
  return row.count
}

/** Entries that differ, as they were and as they are. Pure. O(entries). */
function changedEntries(before: readonly PointTemplate[], after: readonly PointTemplate[]) {
  // What is kept has its fields in another order, and from before there were some none of these.
  const text = ({ formula = null, rawDays = null, ...one }: PointTemplate) => stableJson({ ...one, rawDays, formula })
  const [old, fresh] = [new Set(before.map(text)), new Set(after.map(text))]
  return {
    before: before.filter((one) => !fresh.has(text(one))),
    after: after.filter((one) => !old.has(text(one))),
  }
}

/** The first entry whose unit changes while readings are kept of points that follow it. */
async function unconfirmedUnit(
  tx: Tx,
  zoneId: string,
  before: readonly PointTemplate[],
  { key, points }: Profile,
  isMeasured: (point: number) => boolean,
): Promise<UnitUnconfirmed | null> {
  const old = new Map(before.map((one) => [one.key, one.unit]))
  const others = points.filter((one) => (old.get(one.key) ?? null) !== null && old.get(one.key) !== one.unit)
  if (others.length === 0) return null
  const rows = await tx
    .selectFrom('telemetry_point')
    .select(['id', 'template'])
    .where('zone_id', '=', zoneId)
    .where('profile_key', '=', key)
    .where(sql<boolean>`template = any(${others.map((one) => one.key)}::text[])`)
    .where(sql<boolean>`not own_fields @> '["unit"]'`)
    .execute()
  const first = rows.find(({ id }) => isMeasured(id))
  if (!first) return null
  const index = points.findIndex((one) => one.key === first.template)
  return {
    kind: 'unit_unconfirmed',
    field: `points.${index}.unit`,
    value: points[index]?.unit ?? null,
    before: points[index] ? (old.get(points[index].key) ?? null) : null,
    rule: 'reason',
  }
}
