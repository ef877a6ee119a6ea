import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { keysetPage, type Page } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { reachesNode } from '@tingzhou/telemetry'
import type { CrossingKind } from './geofence-words.ts'

export type CrossingFilter = {
  readonly fence?: string | undefined
  readonly point?: number | undefined
  readonly device?: string | undefined
  readonly kind?: CrossingKind | undefined
  readonly late?: boolean | undefined
  readonly from?: EpochMs | undefined
  readonly to?: EpochMs | undefined
}

/** What was told, of vehicles that somebody may see. */
function visible(db: Db, zoneId: string, actor: Actor, filter: CrossingFilter) {
  let query = db
    .selectFrom('geofence_event as e')
    .innerJoin('geofence_version as v', (join) =>
      join
        .onRef('v.zone_id', '=', 'e.zone_id')
        .onRef('v.fence_id', '=', 'e.fence_id')
        .onRef('v.version', '=', 'e.version'),
    )
    .innerJoin('telemetry_point as p', (join) =>
      join.onRef('p.zone_id', '=', 'e.zone_id').onRef('p.id', '=', 'e.point_id'),
    )
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.node_id'),
    )
    .where('e.zone_id', '=', zoneId)
    .where('e.told', '=', true)
    .where('e.superseded_at', 'is', null)
    .where(reachesNode(actor, sql`n.party_id`))
    .select([
      'e.id',
      'e.point_id as point',
      'e.fence_id as fenceId',
      'e.version',
      'v.name as fenceName',
      'v.purpose',
      'e.kind',
      'e.at',
      'e.known_at as knownAt',
      'e.after',
      'e.entered_at as enteredAt',
      'e.cause',
      'e.lon_deg as lonDeg',
      'e.lat_deg as latDeg',
      'e.speed_kmh as speedKmh',
      'e.late',
      'e.noted_at as notedAt',
    ])
    .select(
      sql<string>`coalesce((select d.name from telemetry_device d where d.zone_id = n.zone_id and d.node_id = n.id
        and d.state = 'active' order by d.changed_at desc limit 1), n.code)`.as('vehicle'),
    )
  if (filter.fence !== undefined) query = query.where('e.fence_id', '=', filter.fence)
  if (filter.point !== undefined) query = query.where('e.point_id', '=', filter.point)
  if (filter.device !== undefined)
    query = query.where(
      sql<boolean>`n.id = (select node_id from telemetry_device where zone_id = ${zoneId} and id = ${filter.device}::uuid)`,
    )
  if (filter.kind !== undefined) query = query.where('e.kind', '=', filter.kind)
  if (filter.late !== undefined) query = query.where('e.late', '=', filter.late)
  if (filter.from !== undefined) query = query.where(sql<boolean>`e.at >= ${at(filter.from)}::timestamptz`)
  if (filter.to !== undefined) query = query.where(sql<boolean>`e.at < ${at(filter.to)}::timestamptz`)
  return query
}

export type CrossingRow = Awaited<ReturnType<ReturnType<typeof visible>['execute']>>[number]

const newestFirst = [
  { ref: sql.ref('e.at'), order: 'desc', kind: 'instant', read: (row: { at: number }) => row.at },
  { ref: sql.ref('e.id'), order: 'desc', kind: 'string', read: (row: { id: string }) => row.id },
] as const

/** Crossings, newest first. One statement by an index on time. */
export const listCrossings = (
  db: Db,
  zoneId: string,
  actor: Actor,
  filter: CrossingFilter & { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<CrossingRow>> => keysetPage(visible(db, zoneId, actor, filter), newestFirst, filter)

const pageRows = 2_000

/** All crossings under a filter, page after page. */
export async function* allCrossings(
  db: Db,
  zoneId: string,
  actor: Actor,
  filter: CrossingFilter,
): AsyncGenerator<readonly CrossingRow[]> {
  let cursor: string | undefined
  do {
    const page: Page<CrossingRow> = await listCrossings(db, zoneId, actor, { ...filter, cursor, limit: pageRows })
    yield page.rows
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}
