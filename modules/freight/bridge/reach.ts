import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { registerObjectKind, type ObjectPlace } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { keepingRoles, readingRoles } from '../roles.ts'

/** Weighbridges at places of the actor's parties. By primary keys. */
const ofOwnPlaces = (zoneId: string, actor: Actor): RawBuilder<unknown> => sql`
  select own.id from freight_bridge own
  join freight_place yard on yard.zone_id = own.zone_id and yard.id = own.place_id
  where own.zone_id = ${zoneId} and yard.shipper_id = any(${partiesOf(actor, 'enterprise', 'weighbridge_clerk')}::text[])`

const isOfOwnPlace = ({ zoneId, objectId }: ObjectPlace, actor: Actor): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${objectId})::text in (select own_bridge.id::text from (${ofOwnPlaces(zoneId, actor)}) own_bridge)`

const isWeighedThere = ({ zoneId, objectId }: ObjectPlace, actor: Actor): RawBuilder<SqlBool> =>
  sql<SqlBool>`exists (select from freight_weighing said where said.zone_id = ${zoneId} and said.id::text = (${objectId})::text
    and said.bridge_id in (${ofOwnPlaces(zoneId, actor)}))`

// Owner and clerks of a place reach its weighbridges and what these said; parties of a waybill the record that proves it, by rows.
registerObjectKind('freight_bridge', {
  zoneWide: readingRoles,
  some: { roles: ['enterprise', 'weighbridge_clerk'], anyParty: true, rows: isOfOwnPlace },
})
registerObjectKind('freight_weighing', {
  zoneWide: readingRoles,
  some: { roles: ['enterprise', 'weighbridge_clerk'], anyParty: true, rows: isWeighedThere },
})

/** Whether the actor enters and decides what is weighed at a place. O(memberships). */
export const weighsAt = (actor: Actor, ownerId: string | null): boolean =>
  hasRole(actor, ...keepingRoles) || isClerkOf(actor, ownerId)

/** Whether the actor's key is that of a weighbridge's software at a place; a machine of one firm speaks for its places alone. O(memberships). */
export const speaksFor = (actor: Actor, ownerId: string | null): boolean =>
  actor.memberships.some(({ role, partyId }) => role === 'machine' && (partyId === null || partyId === ownerId)) ||
  isClerkOf(actor, ownerId)

/** Whether the actor is a clerk of whoever a place belongs to. O(memberships). */
const isClerkOf = (actor: Actor, ownerId: string | null): boolean =>
  ownerId !== null && partiesOf(actor, 'weighbridge_clerk').includes(ownerId)
