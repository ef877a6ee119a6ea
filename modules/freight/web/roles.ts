import { holdsRole, type Me, type Role } from '@tingzhou/ui'
import { editingRoles, grantingRoles, keepingRoles, payingRoles, readingRoles, rulingRoles } from '../roles.ts'

/** Who finds the register in the menu. */
export const readers: readonly Role[] = [...readingRoles, 'carrier']
/** Who may enter and change vehicles and drivers; a carrier its own. The server says for which. */
export const mayKeep = (me: Me | null): boolean => holdsRole(me, editingRoles)
export const mayEnterCarriers = (me: Me | null): boolean => holdsRole(me, keepingRoles)
export const mayPay = (me: Me | null): boolean => holdsRole(me, [...payingRoles, 'carrier'])
export const mayRule = (me: Me | null): boolean => holdsRole(me, rulingRoles)
export const mayGrant = (me: Me | null): boolean => holdsRole(me, grantingRoles)
