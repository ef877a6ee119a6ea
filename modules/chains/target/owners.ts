import { sql } from 'kysely'
import { containing, type Db, type Tx } from '@tingzhou/db'
import type {} from '@tingzhou/access'
import type { Role } from '@tingzhou/parties'

/** Roles of which one makes an owner. */
export const owningRoles: readonly Role[] = ['chain_officer', 'guide', 'leader']

const shownMax = 50

/** Accounts that may own a target, by name, at most fifty. One statement, by the memberships of their roles. */
export async function listOwners(db: Db | Tx, zoneId: string, q: string | undefined) {
  const { rows } = await sql<{ readonly id: string; readonly name: string; readonly roles: string[] }>`
    select a.id, a.name, array_agg(distinct m.role order by m.role) as roles
    from membership m join account a on a.zone_id = m.zone_id and a.id = m.account_id
    where m.zone_id = ${zoneId} and m.until is null and m.role = any(${[...owningRoles]}::text[]) and a.state = 'open'
      and a.name ilike ${containing(q ?? '')}
    group by a.id, a.name order by a.name, a.id limit ${shownMax}`.execute(db)
  return rows
}

/** Whether an account may own a target. One statement. */
export async function isOwner(tx: Tx, zoneId: string, accountId: string): Promise<boolean> {
  const { rows } = await sql`
    select from account a where a.zone_id = ${zoneId} and a.id = ${accountId} and a.state = 'open' and exists (
      select from membership m where m.zone_id = a.zone_id and m.account_id = a.id and m.until is null
        and m.role = any(${[...owningRoles]}::text[]))`.execute(tx)
  return rows.length > 0
}
