import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { registerObjectKind, type ObjectPlace } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { keepingRoles, readingRoles } from './roles.ts'

/** What is open for everybody in the zone. By the primary key of market_posting. */
const isPublic = ({ zoneId, objectId }: ObjectPlace): RawBuilder<SqlBool> =>
  sql<SqlBool>`exists (select from market_posting open where open.zone_id = ${zoneId} and open.id = (${objectId})::uuid
    and open.state in ('open', 'matched') and open.visibility = 'zone')`

/** A matchmaking day that takes registrations. By the primary key of market_event. */
const takesRegistrations = ({ zoneId, objectId }: ObjectPlace): RawBuilder<SqlBool> =>
  sql<SqlBool>`exists (select from market_event day where day.zone_id = ${zoneId} and day.id = (${objectId})::uuid and day.state in ('open', 'planned'))`

// A firm reaches its own postings and deals, and what it was asked for, through rows of reach (`enterprise`); what is open, every firm.
registerObjectKind('market_posting', {
  zoneWide: readingRoles,
  some: { roles: ['enterprise'], anyParty: true, rows: isPublic },
})
for (const kind of ['market_deal', 'market_rfq']) registerObjectKind(kind, { zoneWide: readingRoles })
// A matchmaking day is reached by those that come or were invited, and by every firm while it takes registrations.
registerObjectKind('market_event', {
  zoneWide: readingRoles,
  some: { roles: ['enterprise'], anyParty: true, rows: takesRegistrations },
})
for (const kind of ['market_proposal', 'market_settings']) registerObjectKind(kind, { zoneWide: readingRoles })

/** Whether the actor acts for a firm. O(memberships). */
export const actsFor = (actor: Actor, firmId: string): boolean =>
  hasRole(actor, ...keepingRoles) || partiesOf(actor, 'enterprise').includes(firmId)

/** Whether the actor reads what of a posting or request is its firm's own: those who are asked, its history. O(memberships). */
export const readsOwn = (actor: Actor, firmId: string): boolean =>
  hasRole(actor, ...readingRoles) || partiesOf(actor, 'enterprise').includes(firmId)
