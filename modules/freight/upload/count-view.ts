import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import { maskNumber } from '../numbers.ts'
import type { Reader } from '../papers-view.ts'
import { readsUploads } from './reach.ts'
import './tables.ts'
import type { CountState } from './words.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_upload_count as c')
    .where('c.zone_id', '=', zoneId)
    .where(sql<boolean>`${readsUploads(actor)}::boolean`)
    .selectAll('c')
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  id: row.id,
  month: row.month,
  figures: row.figures.map((figure) => ({ ...figure })),
  isEqual: row.is_equal,
  differing: row.differences.length + row.unlisted,
  countedAt: row.counted_at,
  countedBy: row.counted_by,
  state: row.state,
  closedAt: row.closed_at,
  closedBy: row.closed_by,
  words: row.words,
  rev: row.rev,
})

type Wish = {
  readonly state?: CountState | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the months that were counted, the latest first. One statement. */
export async function listCounts(reader: Reader, wish: Wish) {
  const query = wish.state ? select(reader).where('c.state', '=', wish.state) : select(reader)
  const { rows, next } = await keysetPage(
    query,
    [{ ref: sql.ref('c.month'), order: 'desc', kind: 'string', read: (row) => row.month }],
    wish,
  )
  return { rows: rows.map(view), next, total: null }
}

/** One month with what differs; null: it is not there for the reader. One statement. */
export async function findCount(reader: Reader, id: string) {
  const row = await select(reader).where('c.id', '=', id).executeTakeFirst()
  if (!row) return null
  return {
    ...view(row),
    differences: row.differences.map((one) => ({
      ...one,
      number: one.kind === 'driver' ? maskNumber(one.number) : one.number,
    })),
  }
}
