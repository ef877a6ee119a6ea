import { holdsRole, type Me } from '@tingzhou/ui'
import { adjustingRoles, keepingRoles, readingRoles, rulingRoles, storingRoles } from '../roles.ts'

type Party = { readonly id: string; readonly name: string }

/** The enterprises that the reader exports for. */
export const exportersOf = (me: Me | null): readonly Party[] =>
  (me?.memberships ?? []).flatMap((one) =>
    one.role === 'enterprise' && one.partyId !== null ? [{ id: one.partyId, name: one.partyName ?? one.partyId }] : [],
  )

export const isStaff = (me: Me | null): boolean => holdsRole(me, readingRoles)
export const mayKeepAll = (me: Me | null): boolean => holdsRole(me, keepingRoles)
/** Who enters contracts, nurseries, lots and shipments: for which exporter the server says. */
export const mayExport = (me: Me | null): boolean => mayKeepAll(me) || exportersOf(me).length > 0
export const keepsFor = (me: Me | null, exporterId: string): boolean =>
  mayKeepAll(me) || exportersOf(me).some(({ id }) => id === exporterId)
export const mayStore = (me: Me | null): boolean => holdsRole(me, storingRoles)
export const mayAdjust = (me: Me | null): boolean => holdsRole(me, adjustingRoles)
export const mayRule = (me: Me | null): boolean => holdsRole(me, rulingRoles)
