import { sql } from 'kysely'
import { at, containing, expectRevision, jsonb, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { partiesOf, type Actor } from '@tingzhou/parties'
import { seesAll } from '@tingzhou/telemetry'
import type { Purpose, Scope } from './geofence-words.ts'
import { judgeShape, type Bounds, type Shape, type ShapeError } from './shape.ts'

/** What somebody wants of a fence; each change makes a version of it. */
export type GeofenceWish = {
  readonly name: string
  readonly purpose: Purpose
  readonly shape: Shape
  readonly validFrom: EpochMs | null
  readonly validUntil: EpochMs | null
  readonly scope: Scope
  readonly partyId: string | null
  readonly points: readonly number[]
  readonly tellsEntry: boolean
  readonly tellsExit: boolean
  readonly dwellS: number | null
  readonly speedLimitKmh: number | null
  readonly marginM: number
  readonly confirmS: number
}

export type GeofenceError =
  | ShapeError
  | StaleRevision
  | { readonly kind: 'geofence_not_found'; readonly id: string }
  | { readonly kind: 'validity_empty'; readonly validUntil: EpochMs }
  | { readonly kind: 'party_missing' }
  | { readonly kind: 'party_unknown'; readonly partyId: string }
  | { readonly kind: 'vehicles_missing' }
  | { readonly kind: 'vehicle_unknown'; readonly point: number }
  | { readonly kind: 'nothing_told' }
  | { readonly kind: 'too_many_geofences'; readonly max: number }

export type Author = { readonly accountId: string; readonly name: string }

/** Fences that are not removed, at most. */
const geofencesMax = 10_000

/** A wish with what does not count left out, or why it cannot be. Pure. */
function judgeGeofence(
  wish: GeofenceWish,
): Result<{ readonly wish: GeofenceWish; readonly bounds: Bounds }, GeofenceError> {
  const { shape, validFrom, validUntil, scope, partyId, points } = wish
  const bounds = judgeShape(shape)
  if (!bounds.ok) return bounds
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom)
    return err({ kind: 'validity_empty', validUntil })
  if (scope === 'party' && partyId === null) return err({ kind: 'party_missing' })
  if (scope === 'chosen' && points.length === 0) return err({ kind: 'vehicles_missing' })
  if (!wish.tellsEntry && !wish.tellsExit && wish.dwellS === null && wish.speedLimitKmh === null)
    return err({ kind: 'nothing_told' })
  return ok({
    bounds: bounds.value,
    wish: {
      ...wish,
      partyId: scope === 'party' ? partyId : null,
      points: scope === 'chosen' ? [...new Set(points)] : [],
    },
  })
}

/** Makes a fence. Source: own. Four statements. */
export async function addGeofence(
  tx: Tx,
  zoneId: string,
  id: string,
  wish: GeofenceWish,
  author: Author,
  now: EpochMs,
): Promise<Result<{ readonly id: string; readonly version: number }, GeofenceError>> {
  const judged = judgeGeofence(wish)
  if (!judged.ok) return judged
  const unknown = await unknownIn(tx, zoneId, judged.value.wish)
  if (unknown) return err(unknown)
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from geofence where zone_id = ${zoneId} and removed_at is null`.execute(tx)
  if ((rows[0]?.n ?? 0) >= geofencesMax) return err({ kind: 'too_many_geofences', max: geofencesMax })
  await tx
    .insertInto('geofence')
    .values({ zone_id: zoneId, id, version: 1, changed_at: at(now), removed_at: null, removed_by: null })
    .execute()
  await insertVersion(tx, zoneId, id, 1, judged.value, author, now)
  return ok({ id, version: 1 })
}

/** Makes the next version of a fence; events of before refer to the one they had. Source: own. Four statements. */
export async function changeGeofence(
  tx: Tx,
  zoneId: string,
  id: string,
  expected: number,
  wish: GeofenceWish,
  author: Author,
  now: EpochMs,
): Promise<Result<{ readonly id: string; readonly version: number }, GeofenceError>> {
  const judged = judgeGeofence(wish)
  if (!judged.ok) return judged
  const version = await lockGeofence(tx, zoneId, id)
  if (version === null) return err({ kind: 'geofence_not_found', id })
  const fresh = expectRevision(version, expected)
  if (!fresh.ok) return fresh
  const unknown = await unknownIn(tx, zoneId, judged.value.wish)
  if (unknown) return err(unknown)
  await tx
    .updateTable('geofence')
    .set({ version: version + 1, changed_at: at(now) })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  await insertVersion(tx, zoneId, id, version + 1, judged.value, author, now)
  return ok({ id, version: version + 1 })
}

/** Ends a fence; what it told stays. Source: own. Two statements. */
export async function removeGeofence(
  tx: Tx,
  zoneId: string,
  id: string,
  expected: number,
  author: Author,
  now: EpochMs,
): Promise<Result<{ readonly id: string; readonly version: number }, GeofenceError>> {
  const version = await lockGeofence(tx, zoneId, id)
  if (version === null) return err({ kind: 'geofence_not_found', id })
  const fresh = expectRevision(version, expected)
  if (!fresh.ok) return fresh
  await tx
    .updateTable('geofence')
    .set({ removed_at: at(now), removed_by: author.name, changed_at: at(now) })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  return ok({ id, version })
}

async function lockGeofence(tx: Tx, zoneId: string, id: string): Promise<number | null> {
  const row = await tx
    .selectFrom('geofence')
    .select('version')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row?.version ?? null
}

/** What a wish names and nobody knows. */
async function unknownIn(tx: Tx, zoneId: string, { partyId, points }: GeofenceWish): Promise<GeofenceError | null> {
  if (partyId !== null) {
    const party = await tx
      .selectFrom('party')
      .select('id')
      .where('zone_id', '=', zoneId)
      .where('id', '=', partyId)
      .where('kind', '=', 'enterprise')
      .executeTakeFirst()
    if (!party) return { kind: 'party_unknown', partyId }
  }
  if (points.length === 0) return null
  const { rows } = await sql<{ id: number }>`
    select w.id from unnest(${[...points]}::integer[]) as w (id)
    where not exists (select from telemetry_point p where p.zone_id = ${zoneId} and p.id = w.id and p.kind = 'position')
    limit 1`.execute(tx)
  const [first] = rows
  return first ? { kind: 'vehicle_unknown', point: first.id } : null
}

async function insertVersion(
  tx: Tx,
  zoneId: string,
  id: string,
  version: number,
  { wish, bounds }: { readonly wish: GeofenceWish; readonly bounds: Bounds },
  author: Author,
  now: EpochMs,
): Promise<void> {
  await tx
    .insertInto('geofence_version')
    .values({
      zone_id: zoneId,
      fence_id: id,
      version,
      from_at: at(now),
      name: wish.name,
      purpose: wish.purpose,
      shape: jsonb(wish.shape),
      ...bounds,
      valid_from: wish.validFrom === null ? null : at(wish.validFrom),
      valid_until: wish.validUntil === null ? null : at(wish.validUntil),
      scope: wish.scope,
      party_id: wish.partyId,
      points: [...wish.points],
      tells_entry: wish.tellsEntry,
      tells_exit: wish.tellsExit,
      dwell_s: wish.dwellS,
      speed_limit_kmh: wish.speedLimitKmh,
      margin_m: wish.marginM,
      confirm_s: wish.confirmS,
      actor_id: author.accountId,
      actor_name: author.name,
    })
    .execute()
}

/** Fences that somebody may see: who sees every vehicle all, members of an enterprise those that can meet its vehicles. */
function reachesFence(actor: Actor, zoneId: string) {
  if (seesAll(actor)) return sql<boolean>`true`
  const own = [...partiesOf(actor, 'enterprise')]
  return sql<boolean>`(cardinality(${own}::text[]) > 0 and (v.scope = 'all' or v.party_id = any(${own}::text[]) or exists (
    select from telemetry_point p join telemetry_node n on n.zone_id = p.zone_id and n.id = p.node_id
    where p.zone_id = ${zoneId} and p.id = any(v.points) and n.party_id = any(${own}::text[]))))`
}

const visible = (db: Db, zoneId: string, actor: Actor) =>
  db
    .selectFrom('geofence as f')
    .innerJoin('geofence_version as v', (join) =>
      join.onRef('v.zone_id', '=', 'f.zone_id').onRef('v.fence_id', '=', 'f.id').onRef('v.version', '=', 'f.version'),
    )
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'v.zone_id').onRef('p.id', '=', 'v.party_id'))
    .where('f.zone_id', '=', zoneId)
    .where(reachesFence(actor, zoneId))
    .select([
      'f.id',
      'f.version',
      'f.changed_at as changedAt',
      'f.removed_at as removedAt',
      'v.name',
      'v.purpose',
      'v.shape',
      'v.valid_from as validFrom',
      'v.valid_until as validUntil',
      'v.scope',
      'v.party_id as partyId',
      'p.name as partyName',
      'v.points',
      'v.tells_entry as tellsEntry',
      'v.tells_exit as tellsExit',
      'v.dwell_s as dwellS',
      'v.speed_limit_kmh as speedLimitKmh',
      'v.margin_m as marginM',
      'v.confirm_s as confirmS',
      'v.actor_name as actorName',
    ])

type ListFilter = {
  readonly q?: string | undefined
  readonly purpose?: Purpose | undefined
  readonly removed?: boolean | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Fences by name. One statement. */
export async function listGeofences(db: Db, zoneId: string, actor: Actor, filter: ListFilter) {
  let query = visible(db, zoneId, actor).where('f.removed_at', filter.removed ? 'is not' : 'is', null)
  if (filter.purpose) query = query.where('v.purpose', '=', filter.purpose)
  if (filter.q) query = query.where('v.name', 'ilike', containing(filter.q))
  const sort = [
    { ref: sql.ref('v.name'), order: 'asc', kind: 'string', read: (row: { name: string }) => row.name },
    { ref: sql`f.id::text`, order: 'asc', kind: 'string', read: (row: { id: string }) => row.id },
  ] as const
  const { rows, next } = await keysetPage(query, sort, filter)
  return { rows: [...rows], next, total: null }
}

/** Fences on the map, at most. */
const shownMax = 1_000

/** Fences that touch a part of the map, and how many more do. Two statements. */
export async function geofencesIn(db: Db, zoneId: string, actor: Actor, { west, south, east, north }: Bounds) {
  const inside = sql<boolean>`f.removed_at is null and v.west <= ${east} and v.east >= ${west} and v.south <= ${north} and v.north >= ${south}`
  const rows = await visible(db, zoneId, actor).where(inside).orderBy('f.id').limit(shownMax).execute()
  if (rows.length < shownMax) return { rows, total: rows.length }
  const counted = await visible(db, zoneId, actor)
    .where(inside)
    .clearSelect()
    .select(sql<number>`count(*)::int`.as('n'))
    .executeTakeFirst()
  return { rows, total: counted?.n ?? rows.length }
}

/** One fence with its versions, newest first; null when there is none in reach. Three statements. */
export async function findGeofence(db: Db, zoneId: string, actor: Actor, id: string) {
  const fence = await visible(db, zoneId, actor).where('f.id', '=', id).executeTakeFirst()
  if (!fence) return null
  const versions = await db
    .selectFrom('geofence_version')
    .select(['version', 'from_at as fromAt', 'name', 'actor_name as actorName'])
    .where('zone_id', '=', zoneId)
    .where('fence_id', '=', id)
    .orderBy('version', 'desc')
    .limit(200)
    .execute()
  const { rows: vehicles } = await sql<{ point: number; name: string }>`
    select p.id as point, coalesce(d.name, n.code) as name
    from telemetry_point p join telemetry_node n on n.zone_id = p.zone_id and n.id = p.node_id
    left join lateral (
      select name from telemetry_device
      where zone_id = n.zone_id and node_id = n.id and state = 'active' order by changed_at desc limit 1
    ) d on true
    where p.zone_id = ${zoneId} and p.id = any(${fence.points}::integer[]) order by p.id limit 500`.execute(db)
  return { ...fence, versions, vehicles }
}
