import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { registerObjectKind, type ObjectPlace } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { complaintRoles, keepingRoles, numberRoles, payingRoles, readingRoles } from './roles.ts'

/**
 * A carrier's people reach the carrier, its vehicles and its drivers through rows of reach (`owner`), a driver's account its own
 * row (`person`). Scans show numbers whole, so only who sees those opens them.
 */
registerObjectKind('freight_carrier', { zoneWide: readingRoles })
registerObjectKind('freight_driver', { zoneWide: readingRoles })
registerObjectKind('freight_vehicle', { zoneWide: readingRoles })
registerObjectKind('freight_paper', { zoneWide: numberRoles })
// Shipper and consignee (`enterprise`), carrier (`owner`) and driver (`person`) reach a waybill through rows of reach.
registerObjectKind('freight_waybill', { zoneWide: readingRoles })
// Both sides of a complaint reach it in the same ways.
registerObjectKind('freight_complaint', { zoneWide: complaintRoles })
// Waves of dispatch and what is said about them are the platform's own.
for (const kind of ['freight_wave', 'freight_wave_mark', 'freight_wave_settings', 'freight_dispatch_day'])
  registerObjectKind(kind, { zoneWide: readingRoles })
// So are plans of tours.
for (const kind of ['freight_tour_plan', 'freight_tour_settings']) registerObjectKind(kind, { zoneWide: readingRoles })

// Next loads of trucks and plans of tours are the platform's; whoever is concerned reads them with the waybill of the trip.
for (const kind of ['freight_next', 'freight_chain', 'freight_chain_settings'])
  registerObjectKind(kind, { zoneWide: readingRoles })

/** Places that belong to nobody are there for every shipper. O(1). */
const isEverybodys = ({ zoneId, objectId }: ObjectPlace): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${objectId})::text in (
    select common.id::text from freight_place common where common.zone_id = ${zoneId} and common.shipper_id is null)`

/**
 * Loads that are offered to all, by grab or bid: to the people of open carriers and to the drivers that such a carrier reaches.
 * By freight_load_open, freight_driver_account. O(open loads).
 */
const isOffered = ({ zoneId, objectId }: ObjectPlace, actor: Actor): RawBuilder<SqlBool> =>
  sql<SqlBool>`((${objectId})::text in (
    select offered.id::text from freight_load offered
    where offered.zone_id = ${zoneId} and offered.state = 'published' and offered.mode in ('grab', 'bid'))
  and exists (
    select from freight_carrier c where c.zone_id = ${zoneId} and c.state = 'open' and (
      c.id = any(${partiesOf(actor, 'carrier')}::text[]) or c.id in (
        select r.party_id from freight_driver d
        join reach r on r.zone_id = d.zone_id and r.object_kind = 'freight_driver' and r.object_id = d.id and r.relation = 'owner'
        where d.zone_id = ${zoneId} and d.account_id = ${actor.accountId} and d.state = 'open'))))`

/**
 * A shipper's people reach its places, loads and the shares of these (`enterprise`); a carrier's people the loads for which they bade
 * or of which they have a share, and their shares (`owner`).
 */
registerObjectKind('freight_place', {
  zoneWide: readingRoles,
  some: { roles: ['enterprise'], anyParty: true, rows: isEverybodys },
})
registerObjectKind('freight_load', {
  zoneWide: readingRoles,
  some: { roles: ['carrier', 'driver'], anyParty: true, rows: isOffered },
})
registerObjectKind('freight_share', { zoneWide: readingRoles })
// What slots are reckoned with is the platform's own.
registerObjectKind('freight_dock_settings', { zoneWide: readingRoles })
// A shipper's people reach its policies (`enterprise`).
registerObjectKind('freight_policy', { zoneWide: readingRoles })

export const seesNumbers = (actor: Actor): boolean => hasRole(actor, ...numberRoles)

/** Whether the actor keeps what one of these carriers has. */
export const keepsFor = (actor: Actor, carrierIds: readonly string[]): boolean =>
  hasRole(actor, ...keepingRoles) || partiesOf(actor, 'carrier').some((id) => carrierIds.includes(id))

/** Whether the actor says where a carrier is paid. */
export const paysFor = (actor: Actor, carrierId: string): boolean =>
  hasRole(actor, ...payingRoles) || partiesOf(actor, 'carrier').includes(carrierId)
