import { sql, type RawBuilder } from 'kysely'
import { partiesOf, type Actor, type Role } from '@tingzhou/parties'

/** Whoever keeps the books of the zone, or looks into all of them. */
export const bookRoles = ['admin', 'finance', 'auditor'] as const satisfies readonly Role[]
/** Whoever closes a period. */
export const closerRoles = ['admin', 'finance'] as const satisfies readonly Role[]
/** Whoever sees accounts at all. */
export const accountRoles = [...bookRoles, 'enterprise'] as const satisfies readonly Role[]

/** Whether somebody sees every account: the role is held for the whole zone. O(memberships). */
export const seesAllAccounts = (actor: Actor): boolean =>
  actor.memberships.some(({ role, partyId }) => partyId === null && bookRoles.some((wide) => wide === role))

/**
 * The accounts that somebody may see: who keeps or audits the books all, an enterprise its own. Every read goes through it.
 * @param party  the column that says whose it is
 * Source: own. O(memberships).
 */
export function reachesAccount(actor: Actor, party: RawBuilder<unknown>): RawBuilder<boolean> {
  if (seesAllAccounts(actor)) return sql<boolean>`true`
  return sql<boolean>`(${party} = any(${[...partiesOf(actor, 'enterprise')]}::text[]))`
}
