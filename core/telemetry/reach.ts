import { sql, type RawBuilder } from 'kysely'
import { registerObjectKind } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'

const staff = [
  'admin',
  'machine',
  'dispatcher',
  'supervisor',
  'duty_officer',
  'leader',
  'auditor',
  'coordinator',
] as const

// What a device sent, such as pictures, is read by those who see the device.
registerObjectKind('device', { zoneWide: staff })

/** Whether somebody sees every node of the zone. O(roles). */
export const seesAll = (actor: Actor): boolean => hasRole(actor, ...staff)

/**
 * The rows of nodes that somebody may see: staff of the zone all, others what their enterprise owns.
 * @param party  the column that says who owns it
 * Source: own. O(memberships).
 */
export function reachesNode(actor: Actor, party: RawBuilder<unknown>): RawBuilder<boolean> {
  if (seesAll(actor)) return sql<boolean>`true`
  return sql<boolean>`${party} = any(${[...partiesOf(actor, 'enterprise')]}::text[])`
}
