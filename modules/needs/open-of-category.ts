import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import './reach.ts'
import './tables.ts'

/** An enterprise's need that is not closed yet, as far as another module goes on with it. */
export type OpenAppeal = {
  readonly id: string
  readonly no: string
  readonly title: string
  readonly text: string
  readonly wanted: string
  readonly enterpriseId: string
  readonly synthetic: boolean
  readonly receivedAt: EpochMs
}

/**
 * Needs of a category within the reader's reach that were received and are not closed, the latest first.
 * @param id  given: that one alone
 * @param limit  at most 200
 * One statement.
 */
export async function openAppealsOf(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  { category, id, limit }: { readonly category: string; readonly id?: string; readonly limit: number },
): Promise<readonly OpenAppeal[]> {
  let query = db
    .selectFrom('appeal as a')
    .select([
      'a.id',
      sql<string>`coalesce(a.no, '')`.as('no'),
      'a.title',
      'a.body as text',
      'a.wanted',
      sql<string>`a.enterprise_id`.as('enterpriseId'),
      'a.synthetic',
      sql<EpochMs>`a.received_at`.as('receivedAt'),
    ])
    .where('a.zone_id', '=', zoneId)
    .where('a.category', '=', category)
    .where('a.received_at', 'is not', null)
    .where('a.closed_at', 'is', null)
    .where('a.merged_into', 'is', null)
    .where('a.enterprise_id', 'is not', null)
    .where(reaches(actor, 'appeal', { zoneId, objectId: sql.ref('a.id') }))
  if (id !== undefined) query = query.where('a.id', '=', id)
  return query.orderBy('a.received_at', 'desc').orderBy('a.id').limit(Math.min(limit, 200)).execute()
}
