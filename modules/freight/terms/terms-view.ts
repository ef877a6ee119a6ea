import { sql } from 'kysely'
import { reachesAll } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_terms as t')
    .where('t.zone_id', '=', zoneId)
    .where(sql<boolean>`${reachesAll(actor, 'freight_terms')}`)
    .select([
      't.id',
      't.version',
      't.name',
      't.rules',
      't.vat_bp as vatBp',
      't.sha256',
      't.why',
      't.synthetic',
      't.created_at as createdAt',
      't.created_by as createdBy',
    ])

type Wish = { readonly q?: string | undefined; readonly cursor?: string | undefined; readonly limit: number }

/** A page of the latest versions, by name. Two statements. */
export async function listTerms(reader: Reader, wish: Wish) {
  let query = select(reader).where(
    sql<boolean>`not exists (select from freight_terms n where n.zone_id = t.zone_id and n.id = t.id and n.version > t.version)`,
  )
  if (wish.q) query = query.where('t.name', 'ilike', containing(wish.q))
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('t.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('t.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const [counted] = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .execute()
  return { rows: [...rows], next, total: counted?.n ?? 0 }
}

/** The versions of one set of rules, the latest first, at most 200; null: there is none within reach. */
export async function findTerms(reader: Reader, id: string) {
  const versions = await select(reader).where('t.id', '=', id).orderBy('t.version', 'desc').limit(200).execute()
  return versions.length === 0 ? null : { id, versions }
}
