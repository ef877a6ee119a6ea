import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Trip, Waybill } from './case.ts'

/** What someone is to one waybill. */
export type Stand = {
  /** The account of the driver. */
  readonly driver: boolean
  readonly carrier: boolean
  readonly shipper: boolean
  /** The consignee's people, or whoever holds the waybill's link. */
  readonly consignee: boolean
  /** Keeps the whole zone's carriage: dispatchers, administrators, machines. */
  readonly dispatcher: boolean
  readonly audit: boolean
  readonly finance: boolean
  readonly machine: boolean
  readonly admin: boolean
  /** Weighs at the loading place, at the unloading place. */
  readonly clerkAtLoad: boolean
  readonly clerkAtUnload: boolean
}

const linkPrefix = 'sign-link:'

/** The account as which whoever holds a waybill's link acts; no real account has such an id. O(1). */
export const linkAccount = (sha256: string): string => linkPrefix + sha256

/** The columns that say who somebody is to a waybill. */
export type Parties = Pick<
  Waybill,
  'driver_account_id' | 'carrier_id' | 'shipper_id' | 'consignee_id' | 'sign_link_sha256'
>

/** Whose the places of a waybill are; where nobody asks for it, nobody's. */
type Owners = Pick<Trip, 'fromOwnerId' | 'toOwnerId'>
const nobodys: Owners = { fromOwnerId: null, toOwnerId: null }

/** Pure. O(memberships). */
export function standOf(actor: Actor, row: Parties, { fromOwnerId, toOwnerId }: Owners = nobodys): Stand {
  const { accountId } = actor
  const shippers = partiesOf(actor, 'enterprise')
  const weighs = partiesOf(actor, 'weighbridge_clerk')
  const byLink = row.sign_link_sha256 !== null && accountId === linkAccount(row.sign_link_sha256)
  return {
    driver: row.driver_account_id !== null && accountId === row.driver_account_id,
    carrier: partiesOf(actor, 'carrier').includes(row.carrier_id),
    shipper: shippers.includes(row.shipper_id),
    consignee: byLink || (row.consignee_id !== null && shippers.includes(row.consignee_id)),
    dispatcher: hasRole(actor, 'freight_dispatcher', 'admin', 'machine'),
    audit: hasRole(actor, 'freight_audit'),
    finance: hasRole(actor, 'finance'),
    machine: hasRole(actor, 'machine'),
    admin: hasRole(actor, 'admin'),
    clerkAtLoad: fromOwnerId !== null && weighs.includes(fromOwnerId),
    clerkAtUnload: toOwnerId !== null && weighs.includes(toOwnerId),
  }
}

/** Whether the actor has anything to do with the waybill. O(1). */
export const isParty = (stand: Stand): boolean => Object.values(stand).some(Boolean)

/** Whoever drives, or acts for the driver: the carrier's people, the dispatcher. O(1). */
export const drives = ({ driver, carrier, dispatcher }: Stand): boolean => driver || carrier || dispatcher

/** Takes steps back and decides: the platform's audit and administrators. O(1). */
export const supervises = ({ audit, admin }: Stand): boolean => audit || admin
