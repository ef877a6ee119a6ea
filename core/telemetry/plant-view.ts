import { sql } from 'kysely'
import { containing, type Db } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { findParty, type Actor } from '@tingzhou/parties'
import { powerOfTen } from './decimal.ts'
import { profilesMax } from './plant-profile.ts'
import { reachesNode } from './reach.ts'
import { fromSteps } from './sample.ts'
import type { Telemetry } from './telemetry.ts'

type Deps = { readonly db: Db; readonly zoneId: string; readonly telemetry: Telemetry }
type Page = { readonly cursor?: string | undefined; readonly limit: number }
type NodeFilter = Page & {
  readonly parentId?: string | undefined
  readonly q?: string | undefined
  readonly retired: '0' | '1'
}

const nodesInReach = ({ db, zoneId }: Deps, actor: Actor) =>
  db
    .selectFrom('telemetry_node as n')
    .select(['n.id', 'n.parent_id as parentId', 'n.level', 'n.code', 'n.name', 'n.profile_key as profileKey'])
    .select([
      sql<string>`substring(n.code from '[^.]*$')`.as('segment'),
      sql<boolean>`n.retired_at is not null`.as('retired'),
      sql<boolean>`exists (select from telemetry_node c where c.zone_id = n.zone_id and c.parent_id = n.id
        and c.retired_at is null and ${reachesNode(actor, sql`c.party_id`)})`.as('hasChildren'),
      sql<number>`(select count(*)::integer from telemetry_point p where p.zone_id = n.zone_id and p.node_id = n.id
        and p.retired_at is null)`.as('points'),
    ])
    .where('n.zone_id', '=', zoneId)
    .where(reachesNode(actor, sql`n.party_id`))

/**
 * Places in reach by code: what stands in one, the topmost, or, with words, all whose code or name has every one of them.
 * Source: own. One statement by the index of nodes by parent; a search reads the zone's nodes.
 */
export async function listNodes(deps: Deps, actor: Actor, { parentId, q, retired, ...page }: NodeFilter) {
  const words = (q ?? '').split(/\s+/).filter(Boolean)
  let query = nodesInReach(deps, actor).where('n.retired_at', retired === '1' ? 'is not' : 'is', null)
  for (const word of words)
    query = query.where(
      sql<boolean>`concat_ws(' ', n.code, n.name ->> 'zh', n.name ->> 'en') ilike ${containing(word)}`,
    )
  if (parentId !== undefined) query = query.where('n.parent_id', '=', parentId)
  else if (words.length === 0)
    query = query.where(
      sql<boolean>`(n.parent_id is null or not exists (select from telemetry_node a where a.zone_id = n.zone_id
        and a.id = n.parent_id and ${reachesNode(actor, sql`a.party_id`)}))`,
    )
  const sort = [
    { ref: sql.ref('n.code'), order: 'asc', kind: 'string', read: (row: { code: string }) => row.code },
  ] as const
  const { rows, next } = await keysetPage(query, sort, page)
  return { rows: [...rows], next, total: null }
}

const devicesShown = 50

/** A place with what it stands in and the devices that are built into it; null when there is none in reach. Five statements. */
export async function findPlantNode(deps: Deps, actor: Actor, id: string) {
  const { db, zoneId } = deps
  const found = await nodesInReach(deps, actor)
    .select(['n.rev', 'n.party_id as partyId'])
    .where('n.id', '=', id)
    .executeTakeFirst()
  if (!found) return null
  const { partyId, ...node } = found
  const devices = await db
    .selectFrom('telemetry_device')
    .select(['id', 'name', 'identity', 'protocol', 'state'])
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', id)
    .orderBy('state')
    .orderBy('identity')
    .orderBy('id')
    .limit(devicesShown)
    .execute()
  const owner = partyId === null ? null : await findParty(db, zoneId, partyId)
  return {
    ...node,
    devices,
    owner: owner ? { id: owner.id, name: owner.name } : null,
    path: node.parentId === null ? [] : await readPath(deps, actor, node.parentId),
    profile: node.profileKey === null ? null : await readProfileName(deps, node.profileKey),
  }
}

/** A place and what it stands in, from the top. */
async function readPath({ db, zoneId }: Deps, actor: Actor, id: string) {
  const { rows } = await sql<{ id: string }>`
    with recursive above (id, parent_id) as (
      select id, parent_id from telemetry_node where zone_id = ${zoneId} and id = ${id}
      union all
      select n.id, n.parent_id from above a join telemetry_node n on n.zone_id = ${zoneId} and n.id = a.parent_id
    )
    select id from above`.execute(db)
  return db
    .selectFrom('telemetry_node as n')
    .select(['n.id', 'n.code', 'n.name', 'n.level'])
    .where('n.zone_id', '=', zoneId)
    .where(sql<boolean>`n.id = any(${rows.map((row) => row.id)}::uuid[])`)
    .where(reachesNode(actor, sql`n.party_id`))
    .orderBy('n.code')
    .execute()
}

async function readProfileName({ db, zoneId }: Deps, key: string) {
  const row = await db
    .selectFrom('telemetry_profile')
    .select(['key', 'name'])
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row ?? null
}

/** Points of a place by code, with what they say themselves and their last values. One statement. */
export async function listNodePoints(
  { db, zoneId, telemetry }: Deps,
  {
    id,
    q,
    retired,
    ...page
  }: Page & { readonly id: string; readonly q?: string | undefined; readonly retired: '0' | '1' },
) {
  let query = db
    .selectFrom('telemetry_point as p')
    .select(['p.id as point', 'p.code', 'p.template as key', 'p.kind', 'p.name', 'p.unit', 'p.eu_low as euLow'])
    .select(['p.eu_high as euHigh', 'p.sample_ms as sampleMs', 'p.stale_after_s as staleAfterS'])
    .select([
      'p.counter_max as counterMax',
      'p.raw_days as rawDays',
      'p.profile_key as profileKey',
      'p.own_fields as own',
      'p.formula',
      'p.rev',
    ])
    .select(['p.resolution_mantissa as mantissa', 'p.resolution_scale as scale'])
    .select(sql<boolean>`p.retired_at is not null`.as('retired'))
    .where('p.zone_id', '=', zoneId)
    .where('p.node_id', '=', id)
    .where('p.retired_at', retired === '1' ? 'is not' : 'is', null)
  for (const word of (q ?? '').split(/\s+/).filter(Boolean))
    query = query.where(
      sql<boolean>`concat_ws(' ', p.code, p.name ->> 'zh', p.name ->> 'en') ilike ${containing(word)}`,
    )
  const sort = [
    { ref: sql.ref('p.code'), order: 'asc', kind: 'string', read: (row: { code: string }) => row.code },
  ] as const
  const { rows, next } = await keysetPage(query, sort, page)
  const shown = rows.map(({ mantissa, scale, own, ...row }) => {
    const sample = telemetry.last.sample(row.point)
    const resolution = { mantissa, scale }
    return {
      ...row,
      own: [...own],
      resolution: mantissa / powerOfTen(scale),
      last: sample ? { at: sample.at, value: fromSteps(sample.steps, resolution), quality: sample.quality } : null,
      lastFix: telemetry.last.fix(row.point) ?? null,
    }
  })
  return { rows: shown, next, total: null }
}

const piecesOf = sql<number>`(select count(*)::integer from telemetry_node n where n.zone_id = f.zone_id
  and n.profile_key = f.key and n.retired_at is null)`

/** Types of equipment by key, all that a zone may have. One statement. */
export const listProfiles = ({ db, zoneId }: Deps) =>
  db
    .selectFrom('telemetry_profile as f')
    .select(['f.key', 'f.name', 'f.rev'])
    .select([sql<number>`jsonb_array_length(f.points)`.as('points'), piecesOf.as('nodes')])
    .where('f.zone_id', '=', zoneId)
    .orderBy('f.key')
    .limit(profilesMax)
    .execute()

/** A type of equipment and how many points follow each of its entries; null when there is none. Two statements. */
export async function findProfile({ db, zoneId }: Deps, key: string) {
  const row = await db
    .selectFrom('telemetry_profile as f')
    .select(['f.key', 'f.name', 'f.rev', 'f.points', 'f.updated_at as updatedAt'])
    .select(piecesOf.as('nodes'))
    .where('f.zone_id', '=', zoneId)
    .where('f.key', '=', key)
    .executeTakeFirst()
  if (!row) return null
  const made = await db
    .selectFrom('telemetry_point')
    .select(['template', sql<number>`count(*)::integer`.as('count')])
    .where('zone_id', '=', zoneId)
    .where('profile_key', '=', key)
    .groupBy('template')
    .execute()
  const counts = new Map(made.map(({ template, count }) => [template, count]))
  return {
    ...row,
    points: row.points.map((entry) => ({
      ...entry,
      rawDays: entry.rawDays ?? null,
      formula: entry.formula ?? null,
      made: counts.get(entry.key) ?? 0,
    })),
  }
}
