import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { partiesOf, type Actor } from '@tingzhou/parties'
import type { FieldGateway } from './field-gateway.ts'
import type { Fix } from './fix.ts'
import type { Box } from './place-grid.ts'
import { reachesNode, seesAll } from './reach.ts'
import type { Telemetry } from './telemetry.ts'

export type MoverDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'last'>
  readonly fieldGateway: FieldGateway | null
}

/** Which movers. */
export type MoverFilter = {
  /** A part of the map; everywhere when left out. */
  readonly box?: Box | undefined
  /** Only this one, wherever it is. */
  readonly point?: number | undefined
  /** Words of a name, code or identity, wherever it is. */
  readonly q?: string | undefined
  readonly onlineOnly: boolean
  /** Only those that were heard of since, by the clock of the server, milliseconds since the epoch. */
  readonly since: number
  /** So many one by one; more are told in groups. */
  readonly limit: number
}

type Mover = Fix & {
  readonly point: number
  readonly deviceId: string | null
  readonly name: string
  readonly online: boolean
}

/** Movers near one another. */
type MoverGroup = {
  readonly lonDeg: number
  readonly latDeg: number
  readonly count: number
  /** How many of them report an alarm. */
  readonly alarms: number
}

export type Movers = {
  /** All that fit, also those that were not heard of since. */
  readonly total: number
  readonly rows: readonly Mover[]
  /** In place of rows where there are more than the limit. */
  readonly groups: readonly MoverGroup[]
}

const everywhere: Box = { west: -180, south: -90, east: 180, north: 90 }

/**
 * What moves in a part of the map, with its last fix.
 * Source: own. The fixes are in memory, found by `PlaceGrid`; names are one statement for at most `limit` rows. 210,000 trucks on
 * one screen cost one look at each.
 */
export async function listMovers(deps: MoverDeps, actor: Actor, filter: MoverFilter): Promise<Movers> {
  const allowed = await allowedPoints(deps, actor, filter)
  const found = placesIn(deps.telemetry, filter, allowed)
  if (found.length > filter.limit) return { total: found.length, rows: [], groups: groupsOf(deps, found, filter.box) }
  const moved = found.filter((point) => deps.telemetry.last.fixHeardAt(point) >= filter.since)
  return { total: found.length, rows: await withNames(deps, actor, moved), groups: [] }
}

/** Points that may be told; null: all. */
async function allowedPoints(deps: MoverDeps, actor: Actor, filter: MoverFilter): Promise<ReadonlySet<number> | null> {
  const { q, onlineOnly, limit } = filter
  const sets: ReadonlySet<number>[] = []
  if (!seesAll(actor)) sets.push(await ownPoints(deps, actor))
  if (onlineOnly) sets.push(await onlinePoints(deps))
  if (q) sets.push(await namedPoints(deps, actor, q, limit))
  const [first, ...rest] = sets
  if (!first) return null
  return rest.reduce((both, set) => new Set([...both].filter((point) => set.has(point))), first)
}

function placesIn(
  { last }: Pick<Telemetry, 'last'>,
  { box, point, q }: MoverFilter,
  allowed: ReadonlySet<number> | null,
): number[] {
  const isAllowed = (one: number): boolean => allowed?.has(one) ?? true
  if (point !== undefined) return last.fix(point) && isAllowed(point) ? [point] : []
  if (q) return [...(allowed ?? [])].filter((one) => last.fix(one) !== undefined)
  const found: number[] = []
  for (const [one] of last.fixesIn(box ?? everywhere)) if (isAllowed(one)) found.push(one)
  return found
}

async function ownPoints({ db, zoneId }: MoverDeps, actor: Actor): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select p.id from telemetry_node n
    join telemetry_point p on p.zone_id = n.zone_id and p.node_id = n.id and p.kind = 'position'
    where n.zone_id = ${zoneId} and n.party_id = any(${[...partiesOf(actor, 'enterprise')]}::text[])`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

async function onlinePoints({ db, zoneId, fieldGateway }: MoverDeps): Promise<ReadonlySet<number>> {
  const online = [...(fieldGateway?.online() ?? [])]
  if (online.length === 0) return new Set()
  const { rows } = await sql<{ id: number }>`
    select p.id from unnest(${online}::uuid[]) as o (id)
    join telemetry_device d on d.zone_id = ${zoneId} and d.id = o.id and d.state = 'active'
    join telemetry_point p on p.zone_id = d.zone_id and p.node_id = d.node_id and p.kind = 'position'`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

async function namedPoints({ db, zoneId }: MoverDeps, actor: Actor, q: string, limit: number) {
  const words = `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<{ id: number }>`
    select p.id from telemetry_point p
    join telemetry_node n on n.zone_id = p.zone_id and n.id = p.node_id
    where p.zone_id = ${zoneId} and p.kind = 'position' and ${reachesNode(actor, sql`n.party_id`)}
      and (n.code ilike ${words} or exists (
        select from telemetry_device d where d.zone_id = n.zone_id and d.node_id = n.id and d.state = 'active'
          and (d.name ilike ${words} or d.identity ilike ${words})))
    order by p.id limit ${limit}`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

type NameRow = { readonly point: number; readonly deviceId: string | null; readonly name: string }

async function withNames(deps: MoverDeps, actor: Actor, points: readonly number[]): Promise<readonly Mover[]> {
  if (points.length === 0) return []
  const { db, zoneId, telemetry, fieldGateway } = deps
  const { rows } = await sql<NameRow>`
    select p.id as point, d.id as "deviceId", coalesce(d.name, n.code) as name
    from unnest(${[...points]}::integer[]) as m (id)
    join telemetry_point p on p.zone_id = ${zoneId} and p.id = m.id
    join telemetry_node n on n.zone_id = p.zone_id and n.id = p.node_id
    left join lateral (
      select id, name from telemetry_device
      where zone_id = n.zone_id and node_id = n.id and state = 'active' order by changed_at desc limit 1
    ) d on true
    where ${reachesNode(actor, sql`n.party_id`)}`.execute(db)
  const online = new Set(fieldGateway?.online())
  return rows.flatMap((row) => {
    const fix = telemetry.last.fix(row.point)
    return fix ? [{ ...row, ...fix, online: row.deviceId !== null && online.has(row.deviceId) }] : []
  })
}

// Groups stand about so many to a side of the map.
const groupsAcross = 16

/** Movers in groups of cells that stay where they are while the map is moved. Pure. O(points). */
function groupsOf(
  { telemetry: { last } }: Pick<MoverDeps, 'telemetry'>,
  points: readonly number[],
  { west, east }: Box = everywhere,
): readonly MoverGroup[] {
  const cellDeg = 2 ** Math.floor(Math.log2(Math.max(east - west, 1e-6) / groupsAcross))
  const groups = new Map<string, { lonDeg: number; latDeg: number; count: number; alarms: number }>()
  for (const point of points) {
    const fix = last.fix(point)
    if (!fix) continue
    const key = `${Math.floor(fix.lonDeg / cellDeg)} ${Math.floor(fix.latDeg / cellDeg)}`
    const group = groups.get(key) ?? { lonDeg: 0, latDeg: 0, count: 0, alarms: 0 }
    group.lonDeg += fix.lonDeg
    group.latDeg += fix.latDeg
    group.count++
    if (fix.alarm !== 0) group.alarms++
    groups.set(key, group)
  }
  return [...groups.values()].map(({ lonDeg, latDeg, count, alarms }) => ({
    lonDeg: lonDeg / count,
    latDeg: latDeg / count,
    count,
    alarms,
  }))
}
