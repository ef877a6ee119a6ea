import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import { threeDigits } from '../rounding.ts'
import type { Reader } from '../room.ts'
import { firmOf, firmsById } from '../target/firm-names.ts'
import './tables.ts'

const runs = ({ deps: { db, zoneId } }: Reader) => db.selectFrom('chain_run').where('zone_id', '=', zoneId)

const headColumns = ['id', 'year', 'input_version', 'made_at', 'made_by', 'checked_at'] as const

export type RunNow = NonNullable<Awaited<ReturnType<typeof currentRun>>>

/** The run that pages show: the last of the year that is asked for, or of the latest. One statement, by chain_run_list. */
export async function currentRun(reader: Reader, year?: number) {
  let query = runs(reader).select([...headColumns, 'numbers', 'counts'])
  if (year !== undefined) query = query.where('year', '=', year)
  return query.orderBy('year', 'desc').orderBy('made_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst()
}

type HeadRow = Pick<RunNow, (typeof headColumns)[number]>

export const runHead = (row: HeadRow) => ({
  id: row.id,
  year: row.year,
  version: row.input_version,
  madeAt: row.made_at,
  madeBy: row.made_by,
  checkedAt: row.checked_at,
})

const details = (reader: Reader) =>
  runs(reader).select([...headColumns, 'counts', 'followed', 'is_exact', 'read_ms', 'solve_ms'])
type DetailRow = Awaited<ReturnType<ReturnType<typeof details>['execute']>>[number]

const detailOf = (row: DetailRow) => ({
  ...runHead(row),
  counts: row.counts,
  followed: row.followed === null ? null : threeDigits(row.followed),
  isExact: row.is_exact,
  readMs: row.read_ms,
  solveMs: row.solve_ms,
})

type Wish = { readonly year?: number | undefined; readonly cursor?: string | undefined; readonly limit: number }

/** A page of runs, the latest first. One statement. */
export async function listRuns(reader: Reader, wish: Wish) {
  let query = details(reader)
  if (wish.year !== undefined) query = query.where('year', '=', wish.year)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('made_at'), order: 'desc', kind: 'instant', read: (row) => row.made_at },
      { ref: sql.ref('id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: page.rows.map(detailOf), next: page.next, total: null }
}

/** One run with its settings and the most critical firms, or null. Three statements. */
export async function findRun(reader: Reader, id: string) {
  const { db, zoneId } = reader.deps
  const row = await details(reader).select('numbers').where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const critical = await db
    .selectFrom('chain_critical')
    .select(['place', 'firm_id', 'value'])
    .where('zone_id', '=', zoneId)
    .where('run_id', '=', id)
    .orderBy('place')
    .execute()
  const names = await firmsById(
    db,
    zoneId,
    critical.map(({ firm_id }) => firm_id),
  )
  return {
    ...detailOf(row),
    settings: row.numbers,
    critical: critical.map(({ place, firm_id, value }) => ({ place, firm: firmOf(names, firm_id), value })),
  }
}

/** The network of the run that pages show. Three statements. */
export async function findNetwork(reader: Reader, year?: number) {
  const { db, zoneId } = reader.deps
  const run = await currentRun(reader, year)
  const none = { ids: [], names: [], isLocal: [], x: [], y: [], links: [], critical: [], chains: [], edges: [] }
  if (!run) return { run: null, ...none, allFirms: 0, allLinks: 0 }
  const row = await db
    .selectFrom('chain_network')
    .select('body')
    .where('zone_id', '=', zoneId)
    .where('run_id', '=', run.id)
    .executeTakeFirstOrThrow()
  const { firms, isLocal, x, y, links, critical, chains, edges, allFirms, allLinks } = row.body
  const names = await firmsById(db, zoneId, firms)
  return {
    run: runHead(run),
    ids: [...firms],
    names: firms.map((id) => firmOf(names, id).name),
    isLocal: [...isLocal],
    x: [...x],
    y: [...y],
    links: [...links],
    critical: [...critical],
    chains: chains.map((own) => [...own]),
    edges: [...edges],
    allFirms,
    allLinks,
  }
}
