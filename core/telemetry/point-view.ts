import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type { Name, PointKind } from './point.ts'
import { reachesNode } from './reach.ts'
import { fromSteps } from './sample.ts'
import type { Telemetry } from './telemetry.ts'
import { flagCode } from './trend-rule.ts'

type Deps = { readonly db: Db; readonly zoneId: string; readonly telemetry: Telemetry }
type PointFilter = {
  readonly ids?: string | undefined
  readonly under?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

type Row = {
  readonly id: number
  readonly code: string
  readonly name: Name
  readonly kind: PointKind
  readonly unit: string | null
  readonly sampleMs: number | null
  readonly nodeCode: string
  readonly nodeName: Name
  readonly placeCode: string | null
  readonly placeName: Name | null
}

const like = (words: string): string => words.replaceAll(/[\\%_]/g, '\\$&')

/**
 * Points that have a trend, in reach, by code, with their places and last values; every word must be found in the code or a name
 * of the point, its equipment or the place of that.
 * Source: own. One statement; a search without a place reads the zone's points.
 */
export async function listPoints(deps: Deps, actor: Actor, filter: PointFilter) {
  const { db, zoneId, telemetry } = deps
  let query = db
    .selectFrom('telemetry_point as p')
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.node_id'),
    )
    .leftJoin('telemetry_node as a', (join) =>
      join.onRef('a.zone_id', '=', 'n.zone_id').onRef('a.id', '=', 'n.parent_id'),
    )
    .select(['p.id', 'p.code', 'p.name', 'p.kind', 'p.unit', 'p.sample_ms as sampleMs'])
    .select(['n.code as nodeCode', 'n.name as nodeName', 'a.code as placeCode', 'a.name as placeName'])
    .where('p.zone_id', '=', zoneId)
    .where('p.kind', '<>', 'position')
    .where(sql<boolean>`p.code !~ ${flagCode.source}`)
    .where(reachesNode(actor, sql`n.party_id`))
  if (filter.ids) query = query.where('p.id', 'in', filter.ids.split(',').map(Number))
  else query = query.where('p.retired_at', 'is', null)
  if (filter.under)
    query = query.where(sql<boolean>`(n.code = ${filter.under} or n.code like ${`${like(filter.under)}.%`})`)
  for (const word of (filter.q ?? '').split(/\s+/).filter(Boolean))
    query = query.where(
      sql<boolean>`concat_ws(' ', p.code, p.name ->> 'zh', p.name ->> 'en', n.name ->> 'zh', n.name ->> 'en', a.name ->> 'zh', a.name ->> 'en') ilike ${`%${like(word)}%`}`,
    )
  const sort = [
    { ref: sql.ref('p.code'), order: 'asc', kind: 'string', read: (row: Row) => row.code },
    { ref: sql.ref('p.id'), order: 'asc', kind: 'number', read: (row: Row) => row.id },
  ] as const
  const { rows, next } = await keysetPage(query, sort, filter)
  return { rows: rows.map((row) => shown(row, telemetry)), next, total: null }
}

function shown({ nodeCode, nodeName, placeCode, placeName, ...row }: Row, { last, catalog }: Telemetry) {
  const sample = last.sample(row.id)
  return {
    ...row,
    equipment: { code: nodeCode, name: nodeName },
    place: placeCode === null || placeName === null ? null : { code: placeCode, name: placeName },
    last: sample
      ? { at: sample.at, value: fromSteps(sample.steps, catalog.resolutionOf(row.id)), quality: sample.quality }
      : null,
  }
}
