import { registerObjectKind } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { keepingRoles, numberRoles, payingRoles, readingRoles } from './roles.ts'

/**
 * A carrier's people reach the carrier, its vehicles and its drivers through rows of reach (`owner`), a driver's account its own
 * row (`person`). Scans show numbers whole, so only who sees those opens them.
 */
registerObjectKind('freight_carrier', { zoneWide: readingRoles })
registerObjectKind('freight_driver', { zoneWide: readingRoles })
registerObjectKind('freight_vehicle', { zoneWide: readingRoles })
registerObjectKind('freight_paper', { zoneWide: numberRoles })

export const seesNumbers = (actor: Actor): boolean => hasRole(actor, ...numberRoles)

/** Whether the actor keeps what one of these carriers has. */
export const keepsFor = (actor: Actor, carrierIds: readonly string[]): boolean =>
  hasRole(actor, ...keepingRoles) || partiesOf(actor, 'carrier').some((id) => carrierIds.includes(id))

/** Whether the actor says where a carrier is paid. */
export const paysFor = (actor: Actor, carrierId: string): boolean =>
  hasRole(actor, ...payingRoles) || partiesOf(actor, 'carrier').includes(carrierId)
