import { sql } from 'kysely'
import { at, expectRevision, jsonb, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { powerOfTen } from './decimal.ts'
import { checkChains, faultOfText, findInputs, type FormulaFault } from './formula-rows.ts'
import { isSameFormula, type Formula } from './formula.ts'
import { notePlant } from './plant-deed.ts'
import type { UnitUnconfirmed } from './plant-profile.ts'
import { lockPlant, touchDevicesOf } from './plant.ts'
import { fieldsOfItsOwn, type OwnField, type PointKind, type PointSays } from './point.ts'
import type { PointTemplate } from './profile-points.ts'
import type { Keeper } from './trail.ts'

export type PointError =
  | StaleRevision
  | UnitUnconfirmed
  | FormulaFault
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
    .select(['p.stale_after_s as staleAfterS', 'p.counter_max as counterMax', 'p.raw_days as rawDays'])
    .select(['p.own_fields as own', 'p.formula'])
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

/** The same, of one that is in use. */
async function lockInUse(tx: Tx, zoneId: string, id: number, rev: number): Promise<Result<Locked, PointError>> {
  const found = await lockPoint(tx, zoneId, id, rev)
  return found.ok && found.value.isRetired ? err({ kind: 'point_retired', code: found.value.code }) : found
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

const saysOf = ({
  name,
  unit,
  euLow,
  euHigh,
  sampleMs,
  staleAfterS,
  counterMax,
  rawDays = null,
  formula = null,
}: PointSays | PointTemplate): PointSays => ({
  name,
  unit,
  euLow,
  euHigh,
  sampleMs,
  staleAfterS,
  counterMax,
  rawDays,
  formula,
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
 * @returns the new revision; refused where kept readings would be told in another unit without a reason, or a new
 *   formula cannot be computed
 * Source: plant telemetry §1, local overrides survive; hj212 §3. Six statements, two more for a new formula.
 */
export async function setPoint(
  tx: Tx,
  zoneId: string,
  id: number,
  wish: PointSays,
  ask: PointAsk,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, PointError>> {
  await lockPlant(tx, zoneId, 'change')
  const found = await lockInUse(tx, zoneId, id, ask.rev)
  if (!found.ok) return found
  const before = found.value
  if (wish.counterMax !== null && before.kind !== 'counter')
    return err({ kind: 'not_counted', field: 'counterMax', value: wish.counterMax, rule: 'counter' })
  const type = before.profileKey === null ? null : await entryFor(tx, zoneId, before)
  const own = type ? fieldsOfItsOwn(wish, saysOf(type.entry)) : []
  return say(tx, zoneId, id, before, { verb: 'set', says: wish, profileKey: before.profileKey, own }, ask, who, now)
}

/** A first unit takes nothing away: until then nobody said what the readings are. */
const unitOf = (before: Locked, unit: string | null, isFree: boolean): UnitUnconfirmed | null =>
  before.unit === null || before.unit === unit || isFree
    ? null
    : { kind: 'unit_unconfirmed', field: 'unit', value: unit, before: before.unit, rule: 'reason' }

/** The points that a formula asks; null where there is none. */
async function computedBy(
  tx: Tx,
  zoneId: string,
  point: Pick<Locked, 'code' | 'nodeId' | 'kind'>,
  formula: Formula | null,
): Promise<Result<readonly number[] | null, FormulaFault>> {
  if (!formula) return ok(null)
  const fault = faultOfText(formula, point.kind, 'formula')
  return fault ? err(fault) : findInputs(tx, zoneId, point, formula)
}

/** What a point says from now on. */
type Saying = {
  readonly verb: 'set' | 'reset'
  readonly says: PointSays
  readonly profileKey: string | null
  readonly own: readonly OwnField[]
}

/** Writes what a point says, unless that would tell kept readings in another unit without a reason. */
async function say(
  tx: Tx,
  zoneId: string,
  id: number,
  before: Locked,
  { verb, says, profileKey, own }: Saying,
  { rev, reason, isMeasured }: PointAsk,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, PointError>> {
  const unconfirmed = unitOf(before, says.unit, !isMeasured || reason !== null)
  if (unconfirmed) return err(unconfirmed)
  // One that stays is not looked at again: a point whose input is out of use by now may still be renamed.
  const isOther = !isSameFormula(before.formula, says.formula)
  const computed = isOther ? await computedBy(tx, zoneId, before, says.formula) : ok(null)
  if (!computed.ok) return computed
  await update(tx, zoneId, id)
    .set({
      name: jsonb(says.name),
      unit: says.unit,
      eu_low: says.euLow,
      eu_high: says.euHigh,
      sample_ms: says.sampleMs,
      stale_after_s: says.staleAfterS,
      counter_max: says.counterMax,
      raw_days: says.rawDays,
      ...(isOther
        ? { formula: says.formula && jsonb(says.formula), formula_inputs: computed.value, formula_at: at(now) }
        : {}),
      profile_key: profileKey,
      own_fields: jsonb(own),
      ...touched,
    })
    .execute()
  const chains = isOther ? await checkChains(tx, zoneId, () => 'formula') : ok(null)
  if (!chains.ok) return chains
  const data = { before: saysOf(before), after: saysOf(says) }
  await notePlant(tx, zoneId, { kind: 'point', point: id }, who, now, { verb, reason, data })
  return ok({ rev: rev + 1 })
}

/**
 * Lets a point say what its type says, and follow it from now on; also one that its equipment's device declared, where the type has
 * an entry of its key, kind and resolution.
 * @returns the new revision; refused where there is no such entry, or its formula cannot be computed here
 * Source: own. Six statements, two more for a new formula.
 */
export async function resetPoint(
  tx: Tx,
  zoneId: string,
  id: number,
  ask: PointAsk,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, PointError>> {
  await lockPlant(tx, zoneId, 'change')
  const found = await lockInUse(tx, zoneId, id, ask.rev)
  if (!found.ok) return found
  const type = await entryFor(tx, zoneId, found.value)
  if (!type) return err({ kind: 'not_of_type', code: found.value.code })
  const { entry, profileKey } = type
  return say(tx, zoneId, id, found.value, { verb: 'reset', says: saysOf(entry), profileKey, own: [] }, ask, who, now)
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
