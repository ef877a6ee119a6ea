import { hasRole, partiesOf, type Actor, type Role } from '@tingzhou/parties'
import type { Order } from './slip.ts'

/** What someone is to one order. */
export type Stand = {
  readonly coordinator: boolean
  /** Acts for the institution that sends. */
  readonly sender: boolean
  /** Acts for the institution that is asked or that took the patient. */
  readonly receiver: boolean
  readonly institutions: readonly string[]
}

/** The institutions (and departments) for which the actor acts: as head, or as clerk. O(memberships). */
export const institutionsOf = (actor: Actor): readonly string[] => partiesOf(actor, 'dept_head', 'dept_officer')

/** Pure. O(memberships). */
export function standOf(actor: Actor, order: Pick<Order, 'from_id' | 'target_id'>): Stand {
  const institutions = institutionsOf(actor)
  return {
    coordinator: actor.memberships.some(({ role, partyId }) => role === 'coordinator' && partyId === null),
    sender: institutions.includes(order.from_id),
    receiver: order.target_id !== null && institutions.includes(order.target_id),
    institutions,
  }
}

/** Whether the actor has anything to do with the order now. O(1). */
export const isParty = (stand: Stand): boolean => stand.coordinator || stand.sender || stand.receiver

/** Who enters institutions, agreements and rules; a machine does so for a demo zone. O(memberships). */
export const mayRule = (actor: Actor): boolean => hasRole(actor, 'admin', 'machine')

/** Who may look at institutions, agreements and rules. */
export const lookers: readonly Role[] = [
  'admin',
  'machine',
  'coordinator',
  'dept_head',
  'dept_officer',
  'supervisor',
  'leader',
  'auditor',
]
