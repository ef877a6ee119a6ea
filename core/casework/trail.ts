import { readHistory, type HistoryRow } from '@tingzhou/audit'
import type { Db } from '@tingzhou/db'

/** A line of a case's history as screens show it. */
export type TrailLine = Pick<HistoryRow, 'seq' | 'at' | 'verb' | 'reason' | 'onBehalfOf' | 'public' | 'hash'> & {
  readonly actor: string
  /** The states between which it moved the case, if it did. */
  readonly from: string | null
  readonly to: string | null
}

/** Pure. O(1). */
export function lineOf({ seq, at, verb, actorName, reason, onBehalfOf, hash, data, ...row }: HistoryRow): TrailLine {
  const text = (name: 'from' | 'to') => {
    const value: unknown = typeof data === 'object' && data !== null ? new Map(Object.entries(data)).get(name) : null
    return typeof value === 'string' ? value : null
  }
  const states = { from: text('from'), to: text('to') }
  return { seq, at, verb, actor: actorName, reason, onBehalfOf, public: row.public, hash, ...states }
}

/**
 * A page of the history of a case, oldest first. The caller has checked the reach.
 * @param page  after: the last number seen; limit: 1..200; publicOnly: what applicants may read
 * @returns lines, and after which the next page begins (null: there is none). One statement.
 */
export async function readTrail(
  db: Db,
  zoneId: string,
  id: string,
  page: { readonly after?: number; readonly limit?: number; readonly publicOnly?: boolean } = {},
): Promise<{ readonly rows: TrailLine[]; readonly next: number | null }> {
  const limit = page.limit ?? 200
  const rows = await readHistory(db, zoneId, id, { ...page, limit })
  return { rows: rows.map(lineOf), next: rows.length === limit ? (rows.at(-1)?.seq ?? null) : null }
}

/**
 * The drawing of a case, where its tokens stand and which nodes were passed; null before it begins. One statement.
 * The caller has checked the reach.
 */
export async function drawingOf(db: Db, zoneId: string, objectKind: string, id: string) {
  const row = await db
    .selectFrom('process_instance as i')
    .innerJoin('process_definition as d', (join) =>
      join.onRef('d.zone_id', '=', 'i.zone_id').onRef('d.key', '=', 'i.key').onRef('d.version', '=', 'i.version'),
    )
    .select(['i.key', 'i.version', 'd.xml', 'd.graph', 'i.marking', 'i.visited'])
    .where('i.zone_id', '=', zoneId)
    .where('i.business_kind', '=', objectKind)
    .where('i.business_id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { key, version, xml } = row
  return {
    key,
    version,
    xml,
    active: [...new Set(row.marking.tokens.map(({ nodeId }) => nodeId))],
    visited: Object.keys(row.visited).filter((name) => name in row.graph.nodes),
  }
}
