import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { countedPage } from '@tingzhou/records'
import type { Wish } from '../page.ts'
import '../reach.ts'
import type { Reader } from '../room.ts'
import '../tables.ts'
import type { WordState } from '../words.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_word as w')
    .leftJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 'w.zone_id').onRef('p.code', '=', 'w.product_code'),
    )
    .where('w.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_word', { zoneId, objectId: sql.ref('w.id') }))
    .selectAll('w')
    .select(['p.zh', 'p.en'])

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  id: row.id,
  word: row.word,
  seen: row.seen,
  example: row.example,
  firstAt: row.first_at,
  lastAt: row.last_at,
  state: row.state,
  product: row.product_code === null ? null : { code: row.product_code, zh: row.zh ?? '', en: row.en ?? '' },
  decidedAt: row.decided_at,
  decidedBy: row.decided_by,
  rev: row.rev,
})

/** A page of the words that no list knew, most seen first. Two statements. */
export async function listWords(reader: Reader, wish: Wish & { readonly state?: WordState | undefined }) {
  let query = select(reader)
  const { state, q } = wish
  if (state) query = query.where('w.state', '=', state)
  if (q) query = query.where('w.word', 'ilike', containing(q))
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql.ref('w.seen'), order: 'desc', kind: 'number', read: (row) => row.seen },
      { ref: sql.ref('w.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(view) }
}

/** One word, or null. One statement. */
export async function findWord(reader: Reader, id: string) {
  const row = await select(reader).where('w.id', '=', id).executeTakeFirst()
  return row ? view(row) : null
}
