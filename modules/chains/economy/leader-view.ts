import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing, type Db, type Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import type { Wish } from '../page.ts'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import type { LeaderState } from '../words.ts'

export const leaderRows = ({ zoneId }: { readonly zoneId: string }, db: Db | Tx, actor: Actor) =>
  db
    .selectFrom('chain_leader as l')
    .innerJoin('chain as c', (join) => join.onRef('c.zone_id', '=', 'l.zone_id').onRef('c.code', '=', 'l.chain_code'))
    .leftJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'l.zone_id').onRef('e.id', '=', 'l.firm_id'))
    .leftJoin('chain_outside as o', (join) =>
      join.onRef('o.zone_id', '=', 'l.zone_id').on(sql<boolean>`o.id::text = l.firm_id`),
    )
    .selectAll('l')
    .select(['c.zh', 'c.en', sql<boolean>`o.id is not null`.as('outside')])
    .select(sql<string>`coalesce(e.name, o.name, l.firm_id)`.as('firm'))
    .where('l.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_leader', { zoneId, objectId: sql.ref('l.id') }))
type LeaderRow = Awaited<ReturnType<ReturnType<typeof leaderRows>['execute']>>[number]

export const leaderView = (row: LeaderRow) => ({
  id: row.id,
  chain: { code: row.chain_code, zh: row.zh, en: row.en },
  firm: { id: row.firm_id, name: row.firm, isOutside: row.outside },
  isMain: row.is_main,
  basis: row.basis,
  source: row.source,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

type LeaderWish = Wish & {
  readonly chainCode?: string | undefined
  readonly firmId?: string | undefined
  readonly state?: LeaderState | undefined
}

/** A page of lead firms, by chain, the main one first. */
export async function listLeaders({ deps, actor }: Reader, wish: LeaderWish) {
  let query = leaderRows(deps, deps.db, actor)
  const { chainCode, firmId, state, q } = wish
  if (chainCode) query = query.where('l.chain_code', '=', chainCode)
  if (firmId) query = query.where('l.firm_id', '=', firmId)
  if (state) query = query.where('l.valid_to', state === 'now' ? 'is' : 'is not', null)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('c.zh', 'ilike', containing(q)),
        eb('c.en', 'ilike', containing(q)),
        eb('e.name', 'ilike', containing(q)),
        eb('o.name', 'ilike', containing(q)),
      ]),
    )
  const page = await countedPage(
    deps.db,
    query,
    [
      { ref: sql.ref('l.chain_code'), order: 'asc', kind: 'string', read: (row) => row.chain_code },
      { ref: sql.ref('l.is_main'), order: 'desc', kind: 'boolean', read: (row) => row.is_main },
      { ref: sql.ref('l.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(leaderView) }
}

/** One lead firm, or null. */
export async function findLeader({ deps, actor }: Reader, id: string) {
  const row = await leaderRows(deps, deps.db, actor).where('l.id', '=', id).executeTakeFirst()
  return row ? leaderView(row) : null
}
