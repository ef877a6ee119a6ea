import { sql } from 'kysely'
import { at, expectRevision, jsonb, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { powerOfTen } from './decimal.ts'
import { notePlant, type Keeper } from './plant-deed.ts'
import type { UnitUnconfirmed } from './plant-profile.ts'
import { touchDevicesOf } from './plant.ts'
import { fieldsOfItsOwn, type OwnField, type PointKind, type PointSays } from './point.ts'
import type { PointTemplate } from './profile-points.ts'

export type PointError =
  | StaleRevision
  | UnitUnconfirmed
  | { readonly kind: 'not_found' }
  | { readonly kind: 'point_retired'; readonly code: string }
  | { readonly kind: 'point_in_use'; readonly code: string }
  | { readonly kind: 'node_retired'; readonly code: string }
  | { readonly kind: 'not_counted'; readonly field: 'counterMax'; readonly value: number; readonly rule: 'counter' }
  | { readonly kind: 'not_of_type'; readonly code: string }

type Locked = PointSays & {
  readonly code: string
  readonly nodeId: string
  readonly kind: PointKind
  readonly step: number
  readonly key: string | null
  readonly profileKey: string | null
  readonly own: readonly OwnField[]
  readonly isRetired: boolean
}

/** A point as the writer saw it, locked until the transaction ends. */
async function lockPoint(tx: Tx, zoneId: string, id: number, rev: number): Promise<Result<Locked, PointError>> {
  const row = await tx
    .selectFrom('telemetry_point as p')
    .select(['p.code', 'p.node_id as nodeId', 'p.kind', 'p.template as key', 'p.profile_key as profileKey'])
    .select(['p.name', 'p.unit', 'p.eu_low as euLow', 'p.eu_high as euHigh', 'p.sample_ms as sampleMs'])
    .select(['p.stale_after_s as staleAfterS', 'p.counter_max as counterMax', 'p.own_fields as own'])
    .select(['p.resolution_mantissa as mantissa', 'p.resolution_scale as scale', 'p.retired_at as retiredAt', 'p.rev'])
    .where('p.zone_id', '=', zoneId)
    .where('p.id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const { rev: actual, mantissa, scale, retiredAt, ...point } = row
  const expected = expectRevision(actual, rev)
  if (!expected.ok) return expected
  return ok({ ...point, step: mantissa / powerOfTen(scale), isRetired: retiredAt !== null })
}

/** The entry of the type that a node has for a point of a kind and resolution; null when there is none. */
async function entryFor(tx: Tx, zoneId: string, { nodeId, key, kind, step }: Locked) {
  const row = await tx
    .selectFrom('telemetry_node as n')
    .innerJoin('telemetry_profile as f', (join) =>
      join.onRef('f.zone_id', '=', 'n.zone_id').onRef('f.key', '=', 'n.profile_key'),
    )
    .select(['f.key as profileKey', 'f.points'])
    .where('n.zone_id', '=', zoneId)
    .where('n.id', '=', nodeId)
    .executeTakeFirst()
  const entry = row?.points.find((one) => one.key === key && one.kind === kind && one.resolution === step)
  return row && entry ? { profileKey: row.profileKey, entry } : null
}

const saysOf = ({ name, unit, euLow, euHigh, sampleMs, staleAfterS, counterMax }: PointSays): PointSays => ({
  name,
  unit,
  euLow,
  euHigh,
  sampleMs,
  staleAfterS,
  counterMax,
})

const update = (tx: Tx, zoneId: string, id: number) =>
  tx.updateTable('telemetry_point').where('zone_id', '=', zoneId).where('id', '=', id)

const touched = { rev: sql<number>`rev + 1`, changed_at: sql<Date>`clock_timestamp()` }

/** How a writer looks at a point: what was seen, and why readings that are kept are told in another unit. */
export type PointAsk = {
  readonly rev: number
  readonly reason: string | null
  /** Whether readings of it are kept. */
  readonly isMeasured: boolean
}

/**
 * Sets what a point is called and told in, and what is expected of it. What equals its type goes on following the type; the rest
 * it says itself from now on.
 * @returns the new revision; refused where kept readings would be told in another unit without a reason
 * Source: plant telemetry §1, local overrides survive; hj212 §3. Five statements.
 */
export async function setPoint(
  tx: Tx,
  zoneId: string,
  id: number,
  wish: PointSays,
  { rev, reason, isMeasured }: PointAsk,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, PointError>> {
  const found = await lockPoint(tx, zoneId, id, rev)
  if (!found.ok) return found
  const before = found.value
  if (before.isRetired) return err({ kind: 'point_retired', code: before.code })
  if (wish.counterMax !== null && before.kind !== 'counter')
    return err({ kind: 'not_counted', field: 'counterMax', value: wish.counterMax, rule: 'counter' })
  const unconfirmed = unitOf(before, wish.unit, !isMeasured || reason !== null)
  if (unconfirmed) return err(unconfirmed)
  const type = before.profileKey === null ? null : await entryFor(tx, zoneId, before)
  await save(tx, zoneId, id, wish, before.profileKey, type ? fieldsOfItsOwn(wish, type.entry) : [])
  await notePlant(tx, zoneId, { kind: 'point', point: id }, who, now, {
    verb: 'set',
    reason,
    data: { before: saysOf(before), after: saysOf(wish) },
  })
  return ok({ rev: rev + 1 })
}

/** A first unit takes nothing away: until then nobody said what the readings are. */
const unitOf = (before: Locked, unit: string | null, isFree: boolean): UnitUnconfirmed | null =>
  before.unit === null || before.unit === unit || isFree
    ? null
    : { kind: 'unit_unconfirmed', field: 'unit', value: unit, before: before.unit, rule: 'reason' }

const save = (
  tx: Tx,
  zoneId: string,
  id: number,
  says: PointSays,
  profileKey: string | null,
  own: readonly OwnField[],
) =>
  update(tx, zoneId, id)
    .set({
      name: jsonb(says.name),
      unit: says.unit,
      eu_low: says.euLow,
      eu_high: says.euHigh,
      sample_ms: says.sampleMs,
      stale_after_s: says.staleAfterS,
      counter_max: says.counterMax,
      profile_key: profileKey,
      own_fields: jsonb(own),
      ...touched,
    })
    .execute()

/**
 * Lets a point say what its type says, and follow it from now on; also one that its equipment's device declared, where the type has
 * an entry of its key, kind and resolution.
 * @returns the new revision; refused where there is no such entry
 * Source: own. Five statements.
 */
export async function resetPoint(
  tx: Tx,
  zoneId: string,
  id: number,
  { rev, reason, isMeasured }: PointAsk,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, PointError>> {
  const found = await lockPoint(tx, zoneId, id, rev)
  if (!found.ok) return found
  const before = found.value
  if (before.isRetired) return err({ kind: 'point_retired', code: before.code })
  const type = await entryFor(tx, zoneId, before)
  if (!type) return err({ kind: 'not_of_type', code: before.code })
  const { entry, profileKey }: { entry: PointTemplate; profileKey: string } = type
  const unconfirmed = unitOf(before, entry.unit, !isMeasured || reason !== null)
  if (unconfirmed) return err(unconfirmed)
  await save(tx, zoneId, id, entry, profileKey, [])
  await notePlant(tx, zoneId, { kind: 'point', point: id }, who, now, {
    verb: 'reset',
    reason,
    data: { before: saysOf(before), after: saysOf(entry) },
  })
  return ok({ rev: rev + 1 })
}

/**
 * Takes a point out of use, or into use again: what is sent of it is not taken meanwhile, what was kept of it stays.
 * @returns the new revision; refused where it stands so already, or its equipment is out of use
 * Source: own. Six statements.
 */
export async function retirePoint(
  tx: Tx,
  zoneId: string,
  id: number,
  { rev, reason, isInUse }: Omit<PointAsk, 'isMeasured'> & { readonly isInUse: boolean },
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, PointError>> {
  const node = await nodeOf(tx, zoneId, id)
  if (!node) return err({ kind: 'not_found' })
  if (node.isRetired) return err({ kind: 'node_retired', code: node.code })
  // Nodes, devices, points: always locked in this order.
  await touchDevicesOf(tx, zoneId, [node.id])
  const found = await lockPoint(tx, zoneId, id, rev)
  if (!found.ok) return found
  const { isRetired, code } = found.value
  if (isRetired !== isInUse) return err({ kind: isInUse ? 'point_in_use' : 'point_retired', code })
  await update(tx, zoneId, id)
    .set({ retired_at: isInUse ? null : at(now), ...touched })
    .execute()
  await notePlant(tx, zoneId, { kind: 'point', point: id }, who, now, { verb: isInUse ? 'restore' : 'retire', reason })
  return ok({ rev: rev + 1 })
}

/** Where a point is; the place stays in use until the transaction ends. */
async function nodeOf(tx: Tx, zoneId: string, point: number) {
  const row = await tx
    .selectFrom('telemetry_node')
    .select(['id', 'code', 'retired_at'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', (from) =>
      from
        .selectFrom('telemetry_point')
        .select('node_id')
        .where('telemetry_point.zone_id', '=', zoneId)
        .where('telemetry_point.id', '=', point),
    )
    .forShare()
    .executeTakeFirst()
  return row ? { id: row.id, code: row.code, isRetired: row.retired_at !== null } : null
}
