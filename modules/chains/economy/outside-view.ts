import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { countedPage } from '@tingzhou/records'
import { holds } from '../grams.ts'
import type { Wish } from '../page.ts'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import type { State } from '../words.ts'

const outsideRows = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_outside as o')
    .selectAll('o')
    .where('o.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_outside', { zoneId, objectId: sql.ref('o.id') }))
type OutsideRow = Awaited<ReturnType<ReturnType<typeof outsideRows>['execute']>>[number]

const outsideView = (row: OutsideRow) => ({
  id: row.id,
  name: row.name,
  country: row.country,
  place: row.place,
  lonDeg: row.lon,
  latDeg: row.lat,
  industry: row.industry,
  isStrong: row.is_strong,
  expansion: row.expansion,
  source: row.source,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

type OutsideWish = Wish & {
  readonly state?: State | undefined
  readonly industry?: string | undefined
  readonly country?: string | undefined
}

/** A page of the firms outside, by name. */
export async function listOutside(reader: Reader, wish: OutsideWish) {
  let query = outsideRows(reader)
  const { state, industry, country, q } = wish
  if (state) query = query.where('o.state', '=', state)
  if (industry) query = query.where(sql<boolean>`starts_with(o.industry, ${industry})`)
  if (country) query = query.where('o.country', '=', country.toUpperCase())
  if (q) query = query.where(holds(q, 'o', ['name', 'place']))
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql.ref('o.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('o.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(outsideView) }
}

/** One firm outside, or null. */
export async function findOutside(reader: Reader, id: string) {
  const row = await outsideRows(reader).where('o.id', '=', id).executeTakeFirst()
  return row ? outsideView(row) : null
}
