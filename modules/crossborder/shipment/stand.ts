import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Shipment } from './case.ts'

/** What somebody is to one shipment. */
export type Stand = {
  readonly exporter: boolean
  readonly dispatcher: boolean
  readonly checker: boolean
  readonly keeper: boolean
  readonly reader: boolean
}

/** Pure. O(memberships). */
export const standOf = (actor: Actor, { exporter_id: exporterId }: Pick<Shipment, 'exporter_id'>): Stand => ({
  exporter: partiesOf(actor, 'enterprise').includes(exporterId),
  dispatcher: hasRole(actor, 'freight_dispatcher', 'admin', 'machine'),
  checker: hasRole(actor, 'freight_audit', 'admin'),
  keeper: hasRole(actor, 'overseas_keeper', 'admin', 'machine'),
  reader: hasRole(actor, 'finance'),
})

/** Whether the actor has anything to do with the shipment. O(1). */
export const isParty = (stand: Stand): boolean => Object.values(stand).some(Boolean)

/** Whoever brings the shipment on its way. O(1). */
export const sends = ({ exporter, dispatcher }: Stand): boolean => exporter || dispatcher
