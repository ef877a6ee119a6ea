import { sql } from 'kysely'
import { containing, type Db, type Tx } from '@tingzhou/db'
import type { Role } from '@tingzhou/parties'
import type { Official } from './zone-contract.ts'

/** People of the zone's offices by name, with their roles: who may be named lead, head, leader in charge or guide. At most 50. */
export async function listOfficials(
  db: Db | Tx,
  zoneId: string,
  filter: {
    readonly q?: string | undefined
    readonly role?: Role | undefined
    readonly accountId?: readonly string[] | undefined
  },
): Promise<readonly Official[]> {
  let query = db
    .selectFrom('party as p')
    .innerJoin('membership as m', (join) =>
      join.onRef('m.zone_id', '=', 'p.zone_id').onRef('m.account_id', '=', 'p.id'),
    )
    .leftJoin('party as place', (join) =>
      join.onRef('place.zone_id', '=', 'm.zone_id').onRef('place.id', '=', 'm.party_id'),
    )
    .select(['p.id as accountId', 'p.name'])
    .select(sql<Role[]>`array_agg(distinct m.role order by m.role)`.as('roles'))
    .select(
      sql<string[]>`coalesce(array_agg(distinct place.name) filter (where place.name is not null), '{}')`.as('places'),
    )
    .where('p.zone_id', '=', zoneId)
    .where('p.kind', '=', 'person')
    .where('m.until', 'is', null)
    .where('m.role', 'not in', ['enterprise', 'machine'])
    .groupBy(['p.id', 'p.name'])
  const { q, role, accountId } = filter
  if (q) query = query.where('p.name', 'ilike', containing(q))
  if (role) query = query.where('m.role', '=', role)
  if (accountId) query = query.where('p.id', 'in', accountId)
  return query.orderBy('p.name').orderBy('p.id').limit(50).execute()
}
