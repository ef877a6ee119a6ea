import { registerObjectKind } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { keepingRoles, readingRoles } from './roles.ts'

// What the zone's chains, products and recipes are, every firm may read: it posts by them.
for (const kind of ['chain', 'chain_cluster', 'chain_product', 'chain_recipe', 'chain_outside', 'chain_leader'])
  registerObjectKind(kind, { zoneWide: readingRoles, anyParty: ['enterprise'] })
// Positions and links: the firms they are of, through rows of reach (`enterprise`); volume and price of a link only they, see link.ts.
for (const kind of ['chain_position', 'chain_link']) registerObjectKind(kind, { zoneWide: readingRoles })
// The zone's own.
for (const kind of ['chain_word', 'chain_demand', 'chain_settings', 'chain_run', 'chain_plant'])
  registerObjectKind(kind, { zoneWide: readingRoles })
// A target's owner reaches it by a row of reach (`watcher`), officers and leaders all of them.
registerObjectKind('chain_target', { zoneWide: readingRoles })

/** Whether the actor keeps what a firm says of itself. O(memberships). */
export const keepsFor = (actor: Actor, firmId: string): boolean =>
  hasRole(actor, ...keepingRoles) || isOf(actor, firmId)

/** Whether the actor belongs to a firm. O(memberships). */
export const isOf = (actor: Actor, firmId: string): boolean => partiesOf(actor, 'enterprise').includes(firmId)
