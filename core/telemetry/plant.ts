import { sql } from 'kysely'
import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { toDecimal } from './decimal.ts'
import { checkChains, checkTypeFormulas, linkFormulas, type FormulaFault } from './formula-rows.ts'
import profiles from './data/profiles.json' with { type: 'json' }
import { isBelow, segmentRule, type NodeLevel } from './plant-rule.ts'
import type { Name } from './point.ts'
import {
  followType,
  keepFixed,
  makePoints,
  type PointTemplate,
  type Profile,
  type RangeCrossed,
  type TemplateFixed,
} from './profile-points.ts'

export type NewNode = {
  readonly id: string
  readonly parentId: string | null
  readonly level: NodeLevel
  /** Its own part of the code: capital letters, digits, `-`. */
  readonly segment: string
  readonly name: Name
  readonly profileKey: string | null
  readonly partyId: string | null
}

export type PlantError =
  | { readonly kind: 'parent_not_found'; readonly parentId: string }
  | { readonly kind: 'profile_not_found'; readonly profileKey: string }
  | { readonly kind: 'level_not_below'; readonly level: NodeLevel; readonly parentLevel: NodeLevel }
  | { readonly kind: 'segment_malformed'; readonly segment: string }
  | { readonly kind: 'code_taken'; readonly code: string }

/** Why a type of equipment is not saved so. */
export type TypeFault =
  | { readonly kind: 'resolution_malformed'; readonly template: string; readonly resolution: number }
  | TemplateFixed
  | RangeCrossed
  | FormulaFault

/** What a change of a type came to, in points. */
export type TypeChange = {
  readonly made: number
  readonly changed: number
  /** Points of entries that the type no longer has: they go on as points of their equipment's own. */
  readonly freed: number
}

/**
 * The plant is changed by one at a time, and nothing is added to it meanwhile: the codes of all that is below a place are told
 * from its own. Who adds a node waits for nobody but those who change what is there.
 */
export const lockPlant = (tx: Tx, zoneId: string, how: 'change' | 'add') =>
  how === 'change'
    ? sql`select pg_advisory_xact_lock(hashtext(${`telemetry.plant ${zoneId}`}))`.execute(tx)
    : sql`select pg_advisory_xact_lock_shared(hashtext(${`telemetry.plant ${zoneId}`}))`.execute(tx)

/**
 * Keeps a type of equipment, whatever it was before. Pieces that are there get points that are new in it; points that were made
 * from it follow it, but for what they say themselves.
 * @returns refused when a resolution is no decimal of at most nine places above zero, or points of it have another kind or resolution,
 *   or a limit of their own on the wrong side of the other one, or a formula cannot be computed
 * Source: plant telemetry §1. Eight statements; time and rows by the pieces of the type.
 */
export async function saveProfile(
  tx: Tx,
  zoneId: string,
  profile: Profile,
  now: EpochMs,
): Promise<Result<TypeChange, TypeFault>> {
  for (const { key, resolution } of profile.points)
    if (!(resolution > 0) || toDecimal(resolution) === null)
      return err({ kind: 'resolution_malformed', template: key, resolution })
  await lockPlant(tx, zoneId, 'change')
  const fixed = await keepFixed(tx, zoneId, profile)
  if (!fixed.ok) return fixed
  const fault = await checkTypeFormulas(tx, zoneId, profile.points)
  if (fault) return err(fault)
  const row = { name: jsonb(profile.name), points: jsonb(profile.points), updated_at: at(now) }
  await tx
    .insertInto('telemetry_profile')
    .values({ zone_id: zoneId, key: profile.key, ...row })
    .onConflict((conflict) =>
      conflict.columns(['zone_id', 'key']).doUpdateSet({ ...row, rev: sql`telemetry_profile.rev + 1` }),
    )
    .execute()
  // Nodes, devices, points: always locked in this order.
  const made = await makePoints(tx, zoneId, profile.points, { profileKey: profile.key })
  if (made > 0) await touchDevicesOfType(tx, zoneId, profile.key)
  const followed = await followType(tx, zoneId, profile, now)
  if (!followed.ok) return followed
  const linked = await linkType(tx, zoneId, profile)
  return linked.ok ? ok({ made, ...followed.value }) : linked
}

/** The points of a type ask the points of their own equipment. */
async function linkType(tx: Tx, zoneId: string, { key, points }: Profile): Promise<Result<null, FormulaFault>> {
  if (!points.some(({ formula }) => formula)) return ok(null)
  await linkFormulas(tx, zoneId, { profileKey: key })
  return checkChains(tx, zoneId, (code) => {
    const index = points.findIndex((entry) => entry.formula && code.endsWith(`.${entry.key}`))
    return index < 0 ? 'points' : `points.${index}.formula`
  })
}

/** Who holds devices in memory reads them again, with their new points. */
const touchDevicesOfType = (tx: Tx, zoneId: string, profileKey: string) =>
  tx
    .updateTable('telemetry_device')
    .set({ changed_at: sql<Date>`clock_timestamp()`, rev: sql`rev + 1` })
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'active')
    .where(
      'node_id',
      'in',
      tx.selectFrom('telemetry_node').select('id').where('zone_id', '=', zoneId).where('profile_key', '=', profileKey),
    )
    .execute()

/**
 * Adds a node with the points of its type. Who owns what it stands in owns it, unless it is said otherwise.
 * @returns its code
 * Source: plant telemetry §1. Five statements.
 */
export async function addNode(tx: Tx, zoneId: string, node: NewNode): Promise<Result<string, PlantError>> {
  const { id, parentId, level, segment, name, profileKey, partyId } = node
  if (!segmentRule.test(segment)) return err({ kind: 'segment_malformed', segment })
  await lockPlant(tx, zoneId, 'add')
  const parent = parentId === null ? null : await findParent(tx, zoneId, parentId)
  if (parentId !== null && !parent) return err({ kind: 'parent_not_found', parentId })
  if (parent && !isBelow(level, parent.level)) return err({ kind: 'level_not_below', level, parentLevel: parent.level })
  const templates = profileKey === null ? [] : await templatesOf(tx, zoneId, profileKey)
  if (templates === null) return err({ kind: 'profile_not_found', profileKey: profileKey ?? '' })
  const code = parent ? `${parent.code}.${segment}` : segment
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('telemetry_node')
    .values({
      zone_id: zoneId,
      id,
      parent_id: parentId,
      level,
      code,
      name: jsonb(name),
      profile_key: profileKey,
      party_id: partyId ?? parent?.party_id ?? null,
      retired_at: null,
    })
    .onConflict((conflict) => conflict.columns(['zone_id', 'code']).doNothing())
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) return err({ kind: 'code_taken', code })
  if (profileKey !== null) await makePoints(tx, zoneId, templates, { nodeId: id, profileKey })
  if (templates.some(({ formula }) => formula)) await linkFormulas(tx, zoneId, { nodeId: id })
  return ok(code)
}

/** Points of one node: more than any equipment has, fewer than a sender that invents names could make. */
const pointsOfNodeMax = 1_000

/**
 * Gives a node points of its own that it does not have yet; whoever holds its devices in memory reads them again.
 * @returns false when it would have more than 1 000
 * Source: own. Four statements.
 */
export async function addNodePoints(
  tx: Tx,
  zoneId: string,
  nodeId: string,
  templates: readonly PointTemplate[],
): Promise<boolean> {
  const node = await tx
    .selectFrom('telemetry_node')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where('id', '=', nodeId)
    .forUpdate()
    .executeTakeFirst()
  if (!node) return false
  const known = await tx
    .selectFrom('telemetry_point')
    .select('template')
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', nodeId)
    .execute()
  const keys = new Set(known.map(({ template }) => template))
  const fresh = templates.filter(({ key }) => !keys.has(key))
  if (fresh.length === 0) return true
  if (known.length + fresh.length > pointsOfNodeMax) return false
  await makePoints(tx, zoneId, fresh, { nodeId })
  if (fresh.some(({ formula }) => formula)) await linkFormulas(tx, zoneId, { nodeId })
  await touchDevicesOf(tx, zoneId, [nodeId])
  return true
}

/** Whoever holds the devices of nodes in memory reads them again. One statement. */
export const touchDevicesOf = (tx: Tx, zoneId: string, nodeIds: readonly string[]) =>
  tx
    .updateTable('telemetry_device')
    .set({ changed_at: sql<Date>`clock_timestamp()`, rev: sql`rev + 1` })
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`node_id = any(${[...nodeIds]}::uuid[])`)
    .where('state', '=', 'active')
    .execute()

/** What a node may be put into: one that is in use, whose code stays while the plant is locked. */
export const findParent = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('telemetry_node')
    .select(['code', 'level', 'party_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()

/** The points of a type, which stays as it is until the transaction ends; null when there is none. */
export async function templatesOf(tx: Tx, zoneId: string, key: string): Promise<readonly PointTemplate[] | null> {
  const row = await tx
    .selectFrom('telemetry_profile')
    .select('points')
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .forShare()
    .executeTakeFirst()
  return row?.points ?? null
}

/** Types of equipment that every zone knows. */
// The file is written to this shape; its resolutions are checked when it is saved.
export const builtInProfiles = profiles as readonly Profile[]

/**
 * Makes the types known that every zone has; those that are there already stay as somebody made them.
 * Source: own. One statement, and two a new type.
 */
export async function ensureProfiles(db: Db, zoneId: string, now: EpochMs): Promise<void> {
  const rows = await db.selectFrom('telemetry_profile').select('key').where('zone_id', '=', zoneId).execute()
  const known = new Set(rows.map(({ key }) => key))
  for (const profile of builtInProfiles)
    if (!known.has(profile.key)) await db.transaction().execute((tx) => saveProfile(tx, zoneId, profile, now))
}
