import { sql, type RawBuilder } from 'kysely'
import { reachesAll, registerObjectKind } from '@tingzhou/access'
import { partiesOf, type Actor } from '@tingzhou/parties'
import { moneyRoles, readingRoles } from '../roles.ts'

/**
 * Contracts are reached by rows of reach (`enterprise`); settlements, payments and statements by the parties on their rows: the
 * shipper its bills, the carrier what it is due, a driver the own trips.
 */
registerObjectKind('freight_terms', { zoneWide: readingRoles })
registerObjectKind('freight_contract', { zoneWide: readingRoles })
registerObjectKind('freight_settlement', { zoneWide: readingRoles })
registerObjectKind('freight_payment', { zoneWide: moneyRoles })
registerObjectKind('freight_payment_batch', { zoneWide: moneyRoles })

export const readsSettlements = (actor: Actor): boolean => reachesAll(actor, 'freight_settlement')
export const readsPayments = (actor: Actor): boolean => reachesAll(actor, 'freight_payment')

/** Whether the actor ships for the party. */
export const shipsFor = (actor: Actor, shipperId: string): boolean => partiesOf(actor, 'enterprise').includes(shipperId)
/** Whether the actor carries: for the party, or as the driver. */
export const carriesFor = (actor: Actor, carrierId: string, driverAccountId: string | null): boolean =>
  partiesOf(actor, 'carrier').includes(carrierId) || driverAccountId === actor.accountId

/** The waybills that the actor carried, for the alias of the waybill in the query around it. */
export const carriedBy = (actor: Actor, alias: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(`${alias}.carrier_id`)} = any(${[...partiesOf(actor, 'carrier')]}::text[])
    or ${sql.ref(`${alias}.driver_account_id`)} = ${actor.accountId})`

/** The waybills that the actor had shipped. */
export const shippedBy = (actor: Actor, alias: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(`${alias}.shipper_id`)} = any(${[...partiesOf(actor, 'enterprise')]}::text[]))`
