import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import './tables.ts'

const nothing = { active: 0, suspended: 0, failed: 0, completed: 0, terminated: 0 }

const columns = [
  'd.key',
  'd.version',
  'd.name',
  'd.state',
  'd.deployed_at as deployedAt',
  'd.deployed_by as deployedBy',
] as const

/** Versions of drawings by key, the newest first, with how many cases run by each. Two statements. */
export async function listDefinitions(
  db: Db,
  zoneId: string,
  filter: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const query = db.selectFrom('process_definition as d').where('d.zone_id', '=', zoneId).select(columns)
  const sort = [
    { ref: sql.ref('d.key'), order: 'asc', kind: 'string', read: (row: { key: string }) => row.key },
    { ref: sql.ref('d.version'), order: 'desc', kind: 'number', read: (row: { version: number }) => row.version },
  ] as const
  const { rows, next } = await keysetPage(query, sort, filter)
  const counts = await countInstances(
    db,
    zoneId,
    rows.map(({ key }) => key),
  )
  return {
    rows: rows.map((row) => ({ ...row, counts: { ...nothing, ...counts.get(`${row.key}@${row.version}`) } })),
    next,
    total: null,
  }
}

/** Cases by version and status, from the index process_instance_version alone. */
async function countInstances(db: Db, zoneId: string, keys: readonly string[]) {
  const counts = new Map<string, Record<string, number>>()
  if (keys.length === 0) return counts
  const rows = await db
    .selectFrom('process_instance')
    .select(['key', 'version', 'status', (eb) => eb.fn.countAll<number>().as('count')])
    .where('zone_id', '=', zoneId)
    .where('key', 'in', [...new Set(keys)])
    .groupBy(['key', 'version', 'status'])
    .execute()
  for (const { key, version, status, count } of rows) {
    const id = `${key}@${version}`
    counts.set(id, { ...counts.get(id), [status]: count })
  }
  return counts
}

/** One version with its drawing, or null. */
export async function findDefinition(db: Db, zoneId: string, key: string, version: number) {
  const row = await db
    .selectFrom('process_definition as d')
    .select([...columns, 'd.xml', 'd.graph'])
    .where('d.zone_id', '=', zoneId)
    .where('d.key', '=', key)
    .where('d.version', '=', version)
    .executeTakeFirst()
  if (!row) return null
  const { graph, ...rest } = row
  return {
    ...rest,
    nodes: Object.values(graph.nodes).map(({ id, name, kind, parent, state }) => ({ id, name, kind, parent, state })),
    flows: Object.values(graph.flows).map(({ id, name, source, target }) => ({ id, name, source, target })),
  }
}
