import { sql } from 'kysely'
import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { toDecimal } from './decimal.ts'
import profiles from './data/profiles.json' with { type: 'json' }
import type { Name, PointKind } from './point.ts'

export const nodeLevels = ['site', 'area', 'line', 'section', 'equipment'] as const
/** ISA-95 site and area; a section is an ISA-88 unit, equipment a module of it. */
export type NodeLevel = (typeof nodeLevels)[number]

/** A point that every piece of equipment of a type has. */
export type PointTemplate = {
  /** The last part of the point's code, `I`. */
  readonly key: string
  readonly kind: PointKind
  readonly name: Name
  readonly unit: string | null
  /** The smallest meaningful step: a decimal of at most nine places. */
  readonly resolution: number
  readonly euLow: number | null
  readonly euHigh: number | null
  readonly sampleMs: number | null
  readonly staleAfterS: number | null
  readonly counterMax: number | null
}

/** A type of equipment. */
export type Profile = { readonly key: string; readonly name: Name; readonly points: readonly PointTemplate[] }

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
  | { readonly kind: 'resolution_malformed'; readonly template: string; readonly resolution: number }

const segmentRule = /^[A-Z0-9](?:[A-Z0-9-]{0,38}[A-Z0-9])?$/

/**
 * Keeps a type of equipment; pieces that are there already get points that are new in it.
 * @returns refused when a resolution is no decimal of at most nine places above zero
 * Source: plant telemetry §1. Two statements.
 */
export async function saveProfile(
  tx: Tx,
  zoneId: string,
  profile: Profile,
  now: EpochMs,
): Promise<Result<null, PlantError>> {
  for (const { key, resolution } of profile.points)
    if (!(resolution > 0) || toDecimal(resolution) === null)
      return err({ kind: 'resolution_malformed', template: key, resolution })
  const row = { name: jsonb(profile.name), points: jsonb(profile.points), updated_at: at(now) }
  await tx
    .insertInto('telemetry_profile')
    .values({ zone_id: zoneId, key: profile.key, ...row })
    .onConflict((conflict) =>
      conflict.columns(['zone_id', 'key']).doUpdateSet({ ...row, rev: sql`telemetry_profile.rev + 1` }),
    )
    .execute()
  const nodes = await tx
    .selectFrom('telemetry_node')
    .select(['id', 'code'])
    .where('zone_id', '=', zoneId)
    .where('profile_key', '=', profile.key)
    .where('retired_at', 'is', null)
    .execute()
  await addPoints(tx, zoneId, nodes, profile.points)
  // Who holds devices in memory reads them again, with their new points.
  await tx
    .updateTable('telemetry_device')
    .set({ changed_at: sql<Date>`clock_timestamp()`, rev: sql`rev + 1` })
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'active')
    .where(
      'node_id',
      'in',
      tx.selectFrom('telemetry_node').select('id').where('zone_id', '=', zoneId).where('profile_key', '=', profile.key),
    )
    .execute()
  return ok(null)
}

/**
 * Adds a node with the points of its type.
 * @returns its code
 * Source: plant telemetry §1. Four statements.
 */
export async function addNode(tx: Tx, zoneId: string, node: NewNode): Promise<Result<string, PlantError>> {
  const { id, parentId, level, segment, name, profileKey, partyId } = node
  if (!segmentRule.test(segment)) return err({ kind: 'segment_malformed', segment })
  const parent = parentId === null ? null : await findNode(tx, zoneId, parentId)
  if (parentId !== null && !parent) return err({ kind: 'parent_not_found', parentId })
  if (parent && nodeLevels.indexOf(level) <= nodeLevels.indexOf(parent.level))
    return err({ kind: 'level_not_below', level, parentLevel: parent.level })
  const profile = profileKey === null ? null : await findProfile(tx, zoneId, profileKey)
  if (profileKey !== null && !profile) return err({ kind: 'profile_not_found', profileKey })
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
  if (profile) await addPoints(tx, zoneId, [{ id, code }], profile.points)
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
  await addPoints(tx, zoneId, [{ id: nodeId, code: node.code }], fresh)
  await tx
    .updateTable('telemetry_device')
    .set({ changed_at: sql<Date>`clock_timestamp()`, rev: sql`rev + 1` })
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', nodeId)
    .where('state', '=', 'active')
    .execute()
  return true
}

const findNode = (tx: Tx | Db, zoneId: string, id: string) =>
  tx
    .selectFrom('telemetry_node')
    .select(['code', 'level', 'party_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()

const findProfile = (tx: Tx | Db, zoneId: string, key: string) =>
  tx
    .selectFrom('telemetry_profile')
    .select('points')
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .executeTakeFirst()

/** Points that nodes do not have yet; those that are there keep what they say themselves. */
async function addPoints(
  tx: Tx,
  zoneId: string,
  nodes: readonly { readonly id: string; readonly code: string }[],
  templates: readonly PointTemplate[],
): Promise<void> {
  const rows = nodes.flatMap((node) => templates.map((template) => pointRow(zoneId, node, template)))
  const perStatement = 500
  for (let start = 0; start < rows.length; start += perStatement)
    await tx
      .insertInto('telemetry_point')
      .values(rows.slice(start, start + perStatement))
      .onConflict((conflict) => conflict.columns(['zone_id', 'code']).doNothing())
      .execute()
}

function pointRow(zoneId: string, node: { readonly id: string; readonly code: string }, template: PointTemplate) {
  const { key, kind, name, unit, resolution, euLow, euHigh, sampleMs, staleAfterS, counterMax } = template
  const step = toDecimal(resolution)
  if (!step) throw new RangeError(`a resolution must be a decimal of at most nine places, got ${resolution}`)
  return {
    zone_id: zoneId,
    node_id: node.id,
    code: `${node.code}.${key}`,
    template: key,
    kind,
    name: jsonb(name),
    unit,
    resolution_mantissa: step.mantissa,
    resolution_scale: step.scale,
    eu_low: euLow,
    eu_high: euHigh,
    sample_ms: sampleMs,
    stale_after_s: staleAfterS,
    counter_max: counterMax,
    retired_at: null,
  }
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
