import { holdsRole, type Me, type Role } from '@tingzhou/ui'
import { dealingRoles, keepingRoles, readingRoles } from '../../roles.ts'

/** How the reader stands to a load; the server decides, this words its verbs. */
export type Side = 'platform' | 'shipper' | 'carrier'
type Party = { readonly id: string; readonly name: string }

const partiesOf = (me: Me | null, role: Role): readonly Party[] =>
  (me?.memberships ?? []).flatMap((one) =>
    one.role === role && one.partyId !== null ? [{ id: one.partyId, name: one.partyName ?? one.partyId }] : [],
  )

/** The enterprises that the reader ships for, and the carriers that the reader acts for. */
export const shippersOf = (me: Me | null): readonly Party[] => partiesOf(me, 'enterprise')
export const carriersOf = (me: Me | null): readonly Party[] => partiesOf(me, 'carrier')

export function sideOf(me: Me | null, shipperId: string): Side {
  if (holdsRole(me, readingRoles)) return 'platform'
  return shippersOf(me).some(({ id }) => id === shipperId) ? 'shipper' : 'carrier'
}

export const isPlatform = (me: Me | null): boolean => holdsRole(me, readingRoles)
export const mayDispatch = (me: Me | null): boolean => holdsRole(me, keepingRoles)
export const mayDeal = (me: Me | null): boolean => holdsRole(me, dealingRoles)
/** Who posts loads and enters places: for which shipper the server says. */
export const mayShip = (me: Me | null): boolean => mayDispatch(me) || shippersOf(me).length > 0
/** Who keeps what a shipper has; null: what belongs to everybody. */
export const keepsForShipper = (me: Me | null, shipperId: string | null): boolean =>
  mayDispatch(me) || shippersOf(me).some(({ id }) => id === shipperId)
export const carriesFor = (me: Me | null, carrierId: string): boolean =>
  mayDispatch(me) || carriersOf(me).some(({ id }) => id === carrierId)
