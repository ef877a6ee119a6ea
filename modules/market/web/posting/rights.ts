import { holdsRole, type Me } from '@tingzhou/ui'
import { keepingRoles, readingRoles } from '../../roles.ts'

type Party = { readonly id: string; readonly name: string }

/** The enterprises that the reader posts for. */
export const firmsOf = (me: Me | null): readonly Party[] =>
  (me?.memberships ?? []).flatMap((one) =>
    one.role === 'enterprise' && one.partyId !== null ? [{ id: one.partyId, name: one.partyName ?? one.partyId }] : [],
  )

export const isOfficer = (me: Me | null): boolean => holdsRole(me, keepingRoles)
export const readsAll = (me: Me | null): boolean => holdsRole(me, readingRoles)
/** Who reads what of a posting is its firm's own, such as its history. */
export const readsOwn = (me: Me | null, firmId: string): boolean =>
  readsAll(me) || firmsOf(me).some(({ id }) => id === firmId)
export const mayPost = (me: Me | null): boolean => isOfficer(me) || firmsOf(me).length > 0
export const actsFor = (me: Me | null, firmId: string): boolean =>
  isOfficer(me) || firmsOf(me).some(({ id }) => id === firmId)
