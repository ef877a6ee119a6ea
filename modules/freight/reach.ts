import { registerObjectKind } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor, type Role } from '@tingzhou/parties'

/** Who reads the whole register. */
const readers = [
  'admin',
  'machine',
  'freight_dispatcher',
  'freight_audit',
  'finance',
] as const satisfies readonly Role[]
/** Who edits the whole register. */
export const keepingRoles = ['admin', 'machine', 'freight_dispatcher'] as const satisfies readonly Role[]
/** Who adds and closes accounts for payment of any carrier. */
export const payingRoles = ['admin', 'machine', 'finance'] as const satisfies readonly Role[]
/** Who changes which papers are required. */
export const rulingRoles = ['admin', 'machine', 'freight_audit'] as const satisfies readonly Role[]
/** Who gives people a carrier or a driver's row. */
export const grantingRoles = ['admin', 'machine'] as const satisfies readonly Role[]
/** Who sees numbers whole, and scans. */
const numberRoles = ['finance', 'freight_audit'] as const satisfies readonly Role[]

/**
 * A carrier's people reach the carrier, its vehicles and its drivers through rows of reach (`owner`), a driver's account its own
 * row (`person`). Scans show numbers whole, so only who sees those opens them.
 */
registerObjectKind('freight_carrier', { zoneWide: readers })
registerObjectKind('freight_driver', { zoneWide: readers })
registerObjectKind('freight_vehicle', { zoneWide: readers })
registerObjectKind('freight_paper', { zoneWide: numberRoles })

export const seesNumbers = (actor: Actor): boolean => hasRole(actor, ...numberRoles)

/** Whether the actor keeps what one of these carriers has. */
export const keepsFor = (actor: Actor, carrierIds: readonly string[]): boolean =>
  hasRole(actor, ...keepingRoles) || partiesOf(actor, 'carrier').some((id) => carrierIds.includes(id))
