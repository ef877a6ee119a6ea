import { hasRole, partiesOf, type Actor, type Role } from '@tingzhou/parties'
import type { Complaint } from './case.ts'
import type { ComplaintSide } from './words.ts'

/** What somebody is to one complaint. */
export type Stand = {
  /** Who complains: the account, or the people of its party. */
  readonly complainer: boolean
  /** The side of the waybill that it is about. */
  readonly other: boolean
  readonly handler: boolean
  readonly audit: boolean
  readonly admin: boolean
  readonly machine: boolean
  /** Accepted or answered it: does not review it. */
  readonly handled: boolean
}

const roleOf: Readonly<Record<ComplaintSide, Role>> = {
  shipper: 'enterprise',
  consignee: 'enterprise',
  carrier: 'carrier',
  driver: 'driver',
}

type Parties = Pick<
  Complaint,
  'side' | 'party_id' | 'complainer_id' | 'other_party_id' | 'other_account_id' | 'accepted_by' | 'answered_by'
>

/** Pure. O(memberships). */
export function standOf(actor: Actor, row: Parties): Stand {
  const { accountId } = actor
  // Who is complained of by shippers is the carrier, by carriers the shipper.
  const otherRole = row.side === 'shipper' || row.side === 'consignee' ? 'carrier' : 'enterprise'
  return {
    complainer: row.party_id === accountId || partiesOf(actor, roleOf[row.side]).includes(row.party_id),
    other:
      row.other_account_id === accountId ||
      (row.other_party_id !== null && partiesOf(actor, otherRole).includes(row.other_party_id)),
    handler: hasRole(actor, 'freight_dispatcher', 'admin', 'machine'),
    audit: hasRole(actor, 'freight_audit'),
    admin: hasRole(actor, 'admin'),
    machine: hasRole(actor, 'machine'),
    handled: row.answered_by === accountId || row.accepted_by === accountId,
  }
}

/** Whether the actor has anything to do with the complaint. O(1). */
export const isParty = ({ complainer, other, handler, audit }: Stand): boolean =>
  complainer || other || handler || audit

/** Who belongs to either side does nothing of the platform's on it. O(1). */
export const isImpartial = ({ complainer, other }: Stand): boolean => !complainer && !other

/** Whoever is only complained of learns what is said, not which person said it or how to reach them. O(1). */
export const isOnlyOther = ({ complainer, other, handler, audit }: Stand): boolean =>
  other && !complainer && !handler && !audit
