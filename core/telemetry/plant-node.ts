import { sql } from 'kysely'
import { at, expectRevision, jsonb, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { notePlant } from './plant-deed.ts'
import { isBelow, segmentRule, type NodeLevel } from './plant-rule.ts'
import { findParent, lockPlant, templatesOf, touchDevicesOf, type PlantError } from './plant.ts'
import type { Name } from './point.ts'
import { followCodes, linkFormulas } from './formula-rows.ts'
import { makePoints } from './profile-points.ts'
import type { Keeper } from './trail.ts'

export type NodeError =
  | PlantError
  | StaleRevision
  | { readonly kind: 'not_found' }
  | { readonly kind: 'node_retired'; readonly code: string }
  | { readonly kind: 'node_not_empty'; readonly code: string; readonly nodes: number; readonly devices: number }
  | { readonly kind: 'too_many_below'; readonly count: number; readonly rule: string }

type Locked = {
  readonly code: string
  readonly level: NodeLevel
  readonly name: Name
  readonly parentId: string | null
  readonly profileKey: string | null
}

/** A node in use as the writer saw it, locked with the plant until the transaction ends. */
async function lockNode(tx: Tx, zoneId: string, id: string, rev: number): Promise<Result<Locked, NodeError>> {
  await lockPlant(tx, zoneId, 'change')
  const row = await tx
    .selectFrom('telemetry_node')
    .select(['code', 'level', 'name', 'parent_id as parentId', 'profile_key as profileKey', 'retired_at', 'rev'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const { retired_at: retiredAt, rev: actual, ...node } = row
  if (retiredAt !== null) return err({ kind: 'node_retired', code: node.code })
  const expected = expectRevision(actual, rev)
  return expected.ok ? ok(node) : expected
}

const update = (tx: Tx, zoneId: string, id: string) =>
  tx.updateTable('telemetry_node').where('zone_id', '=', zoneId).where('id', '=', id)

/**
 * Sets what a node is called and of which type it is. Points of a type that it had go on as its own; those of a type that it gets
 * are made.
 * @param rev  what the writer saw
 * @returns the new revision
 * Source: plant telemetry §1. Nine statements.
 */
export async function setNode(
  tx: Tx,
  zoneId: string,
  id: string,
  { name, profileKey }: { readonly name: Name; readonly profileKey: string | null },
  rev: number,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, NodeError>> {
  const found = await lockNode(tx, zoneId, id, rev)
  if (!found.ok) return found
  const before = found.value
  const isOther = profileKey !== before.profileKey
  const templates = isOther && profileKey !== null ? await templatesOf(tx, zoneId, profileKey) : []
  if (templates === null) return err({ kind: 'profile_not_found', profileKey: profileKey ?? '' })
  await update(tx, zoneId, id)
    .set({ name: jsonb(name), profile_key: profileKey, rev: sql`rev + 1` })
    .execute()
  if (isOther) {
    if (profileKey !== null) await makePoints(tx, zoneId, templates, { nodeId: id, profileKey })
    await touchDevicesOf(tx, zoneId, [id])
    await freePoints(tx, zoneId, id, profileKey)
    if (templates.some(({ formula }) => formula)) await linkFormulas(tx, zoneId, { nodeId: id })
  }
  await notePlant(tx, zoneId, { kind: 'plant_node', id }, who, now, {
    verb: 'set',
    data: {
      before: { name: before.name, profileKey: before.profileKey },
      after: { name, profileKey },
    },
  })
  return ok({ rev: rev + 1 })
}

/** Points of a node that follow another type than it has now follow none. Whoever holds them in memory reads them again. */
const freePoints = (tx: Tx, zoneId: string, nodeId: string, profileKey: string | null) =>
  tx
    .updateTable('telemetry_point')
    .set({
      profile_key: null,
      own_fields: jsonb([]),
      rev: sql`rev + (profile_key is not null)::integer`,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', nodeId)
    .where(sql<boolean>`(${profileKey}::text is null or profile_key is distinct from ${profileKey}::text)`)
    .execute()

/** Nodes that one move takes along at most: their codes and those of their points are written anew. */
const belowMax = 20_000

/**
 * Puts a node into another place, or gives it another code. The codes of all that is below, and of its points, follow: a code says
 * where something is. Points keep their numbers and with them their history. No place can come to stand in itself, for every
 * step down is a level further along. Who owns it stays.
 * @param rev  what the writer saw
 * @returns its code, the new revision and how many nodes moved
 * Source: plant telemetry §1, a code is derived from the path. Eleven statements; rows by what is below.
 */
export async function moveNode(
  tx: Tx,
  zoneId: string,
  id: string,
  { parentId, segment }: { readonly parentId: string | null; readonly segment: string },
  rev: number,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly code: string; readonly rev: number; readonly nodes: number }, NodeError>> {
  if (!segmentRule.test(segment)) return err({ kind: 'segment_malformed', segment })
  const found = await lockNode(tx, zoneId, id, rev)
  if (!found.ok) return found
  const { code: before, level, parentId: parentBefore } = found.value
  const parent = parentId === null ? null : await findParent(tx, zoneId, parentId)
  if (parentId !== null && !parent) return err({ kind: 'parent_not_found', parentId })
  if (parent && !isBelow(level, parent.level)) return err({ kind: 'level_not_below', level, parentLevel: parent.level })
  const code = parent ? `${parent.code}.${segment}` : segment
  if (code !== before && (await isTaken(tx, zoneId, code))) return err({ kind: 'code_taken', code })
  const below = await idsBelow(tx, zoneId, id)
  if (below.length > belowMax) return err({ kind: 'too_many_below', count: below.length, rule: `<= ${belowMax}` })
  const around = await idsAbove(tx, zoneId, [parentBefore, parentId])
  await update(tx, zoneId, id)
    .set({ parent_id: parentId, ...(code === before ? { rev: sql`rev + 1` } : {}) })
    .execute()
  if (code !== before) await followCode(tx, zoneId, below, around, before, code)
  await notePlant(tx, zoneId, { kind: 'plant_node', id }, who, now, {
    verb: 'move',
    data: { before: { code: before }, after: { code }, nodes: below.length },
  })
  return ok({ code, rev: rev + 1, nodes: below.length })
}

async function isTaken(tx: Tx, zoneId: string, code: string): Promise<boolean> {
  const row = await tx
    .selectFrom('telemetry_node')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('code', '=', code)
    .executeTakeFirst()
  return row !== undefined
}

/** A node and all below it, also what is no longer in use; one more than may be moved at most. */
async function idsBelow(tx: Tx, zoneId: string, id: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive below (id) as (
      select ${id}::uuid
      union all
      select n.id from below b join telemetry_node n on n.zone_id = ${zoneId} and n.parent_id = b.id
    )
    select id from below limit ${belowMax + 1}`.execute(tx)
  return rows.map((row) => row.id)
}

/** Nodes and what they stand in. */
async function idsAbove(tx: Tx, zoneId: string, ids: readonly (string | null)[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive above (id, parent_id) as (
      select id, parent_id from telemetry_node
      where zone_id = ${zoneId} and id = any(${ids.filter((id) => id !== null)}::uuid[])
      union
      select n.id, n.parent_id from above a join telemetry_node n on n.zone_id = ${zoneId} and n.id = a.parent_id
    )
    select id from above`.execute(tx)
  return rows.map((row) => row.id)
}

/** Nodes, devices, points: always locked in this order. A device may say the codes of what is below its own place. */
async function followCode(
  tx: Tx,
  zoneId: string,
  below: readonly string[],
  around: readonly string[],
  before: string,
  code: string,
): Promise<void> {
  const rest = before.length + 1
  await sql`update telemetry_node set code = ${code}::text || substr(code, ${rest}), rev = rev + 1
    where zone_id = ${zoneId} and id = any(${[...below]}::uuid[])`.execute(tx)
  await touchDevicesOf(tx, zoneId, [...below, ...around])
  await sql`update telemetry_point set code = ${code}::text || substr(code, ${rest}), rev = rev + 1,
      changed_at = clock_timestamp()
    where zone_id = ${zoneId} and node_id = any(${[...below]}::uuid[])`.execute(tx)
  await followCodes(tx, zoneId, before, code)
}

/**
 * Takes a node out of use with its points. What was measured stays, and so does its code: another cannot have it.
 * @param rev  what the writer saw
 * @returns refused while places in use are in it, or devices in use are built into it
 * Source: own. Six statements.
 */
export async function retireNode(
  tx: Tx,
  zoneId: string,
  id: string,
  reason: string,
  rev: number,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly id: string }, NodeError>> {
  const found = await lockNode(tx, zoneId, id, rev)
  if (!found.ok) return found
  const { code } = found.value
  const { nodes, devices } = await countIn(tx, zoneId, id)
  if (nodes + devices > 0) return err({ kind: 'node_not_empty', code, nodes, devices })
  await update(tx, zoneId, id)
    .set({ retired_at: at(now), rev: sql`rev + 1` })
    .execute()
  await tx
    .updateTable('telemetry_point')
    .set({ retired_at: at(now), rev: sql`rev + 1`, changed_at: sql<Date>`clock_timestamp()` })
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', id)
    .where('retired_at', 'is', null)
    .execute()
  await notePlant(tx, zoneId, { kind: 'plant_node', id }, who, now, { verb: 'retire', reason, data: { code } })
  return ok({ id })
}

async function countIn(tx: Tx, zoneId: string, id: string) {
  const { rows } = await sql<{ nodes: number; devices: number }>`
    select (select count(*)::integer from telemetry_node where zone_id = ${zoneId} and parent_id = ${id} and retired_at is null)
        as nodes,
      (select count(*)::integer from telemetry_device where zone_id = ${zoneId} and node_id = ${id} and state = 'active')
        as devices`.execute(tx)
  return rows[0] ?? { nodes: 0, devices: 0 }
}
