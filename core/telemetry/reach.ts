import { sql, type RawBuilder } from 'kysely'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'

const staff = ['admin', 'dispatcher', 'supervisor', 'duty_officer', 'leader', 'auditor', 'coordinator'] as const

/**
 * The rows of nodes that somebody may see: staff of the zone all, others what their enterprise owns.
 * @param party  the column that says who owns it
 * Source: own. O(memberships).
 */
export function reachesNode(actor: Actor, party: RawBuilder<unknown>): RawBuilder<boolean> {
  if (hasRole(actor, ...staff)) return sql<boolean>`true`
  return sql<boolean>`${party} = any(${[...partiesOf(actor, 'enterprise')]}::text[])`
}
