import { registerObjectKind } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { keepingRoles, readingRoles } from './roles.ts'

/** An exporter's people reach its contracts, lots, shipments and stock, and a nursery's enterprise its nurseries and their lots. */
registerObjectKind('export_contract', { zoneWide: readingRoles })
registerObjectKind('export_nursery', { zoneWide: readingRoles })
registerObjectKind('export_lot', { zoneWide: readingRoles })
registerObjectKind('export_shipment', { zoneWide: readingRoles })
registerObjectKind('overseas_stock', { zoneWide: readingRoles })
registerObjectKind('overseas_count', { zoneWide: readingRoles })
// Where goods may be sent is there for every exporter, and what is asked of documents.
registerObjectKind('overseas_warehouse', { zoneWide: readingRoles, anyParty: ['enterprise'] })
registerObjectKind('export_rule', { zoneWide: readingRoles, anyParty: ['enterprise'] })

/** Whether the actor keeps what an exporter has. O(memberships). */
export const keepsFor = (actor: Actor, exporterId: string): boolean =>
  hasRole(actor, ...keepingRoles) || partiesOf(actor, 'enterprise').includes(exporterId)
