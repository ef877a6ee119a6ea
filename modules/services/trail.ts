import { readHistory } from '@tingzhou/audit'
import { isOfficial } from './application-stand.ts'
import { objectKinds, type Table } from './dossier.ts'
import type { Reader } from './reader.ts'

/** The history of a case as the reader may see it: applicants read what is public. */
export async function trailOf(
  { deps, actor }: Reader,
  id: string,
  page: { readonly after: number; readonly limit: number },
) {
  const rows = await readHistory(deps.db, deps.zoneId, id, { ...page, publicOnly: !isOfficial(actor) })
  return {
    rows: rows.map((row) => {
      // Every entry of a case is written by its dossier, whose data is an object.
      const data = row.data as Record<string, unknown>
      // What somebody did beside the drawing names people and nodes, not states.
      const isMove = !row.verb.startsWith('process.')
      const text = (value: unknown) => (isMove && typeof value === 'string' ? value : null)
      return {
        seq: row.seq,
        at: row.at,
        verb: row.verb,
        actor: row.actorName,
        onBehalfOf: row.onBehalfOf,
        public: row.public,
        from: text(data.from),
        to: text(data.to),
        reason: row.reason,
        data,
        hash: row.hash,
      }
    }),
    next: rows.length === page.limit ? (rows.at(-1)?.seq ?? null) : null,
  }
}

/** The drawing of a case with its tokens; null before it begins. Two statements. */
export async function drawingOf({ deps }: Reader, table: Table, id: string) {
  const row = await deps.db
    .selectFrom('process_instance as i')
    .innerJoin('process_definition as d', (join) =>
      join.onRef('d.zone_id', '=', 'i.zone_id').onRef('d.key', '=', 'i.key').onRef('d.version', '=', 'i.version'),
    )
    .select(['i.key', 'i.version', 'd.xml', 'i.marking', 'i.visited'])
    .where('i.zone_id', '=', deps.zoneId)
    .where('i.business_kind', '=', objectKinds[table])
    .where('i.business_id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    key: row.key,
    version: row.version,
    xml: row.xml,
    active: [...new Set(row.marking.tokens.map(({ nodeId }) => nodeId))],
    visited: Object.keys(row.visited),
  }
}
