import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Wish } from '../list.ts'
import type { Reader } from '../papers-view.ts'
import '../reach.ts'
import '../tables.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_policy as p')
    .leftJoin('party as s', (join) => join.onRef('s.zone_id', '=', 'p.zone_id').onRef('s.id', '=', 'p.shipper_id'))
    .where('p.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_policy', { zoneId, objectId: sql.ref('p.id') }))
    .selectAll('p')
    .select('s.name as shipper')
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  id: row.id,
  shipper: row.shipper_id === null ? null : { id: row.shipper_id, name: row.shipper ?? row.shipper_id },
  insurerCode: row.insurer_code,
  number: row.number,
  sumFen: row.sum_fen,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the policies within reach, the one that lasts longest first. Two statements, by freight_policy_list. */
export async function listPolicies(reader: Reader, wish: Wish & { readonly shipperId?: string | undefined }) {
  const { state, shipperId, q } = wish
  let query = select(reader)
  if (state) query = query.where('p.state', '=', state)
  if (shipperId) query = query.where('p.shipper_id', '=', shipperId)
  if (q) query = query.where('p.number', 'ilike', containing(q))
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('p.valid_to'), order: 'desc', kind: 'string', read: (row) => row.valid_to },
      { ref: sql.ref('p.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return { rows: page.rows.map(view), next: page.next, total: counted?.n ?? 0 }
}

/** One policy, or null. One statement. */
export async function findPolicy(reader: Reader, id: string) {
  const row = await select(reader).where('p.id', '=', id).executeTakeFirst()
  return row ? view(row) : null
}
