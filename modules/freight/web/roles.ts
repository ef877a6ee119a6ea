import { holdsRole, type Me, type Role } from '@tingzhou/ui'

/** Who finds the register in the menu. */
export const readers: readonly Role[] = ['admin', 'freight_dispatcher', 'freight_audit', 'finance', 'carrier']
/** Who may enter and change vehicles and drivers; a carrier its own. The server says for which. */
export const mayKeep = (me: Me | null): boolean => holdsRole(me, ['admin', 'machine', 'freight_dispatcher', 'carrier'])
export const mayEnterCarriers = (me: Me | null): boolean => holdsRole(me, ['admin', 'machine', 'freight_dispatcher'])
export const mayPay = (me: Me | null): boolean => holdsRole(me, ['admin', 'machine', 'finance', 'carrier'])
export const mayRule = (me: Me | null): boolean => holdsRole(me, ['admin', 'machine', 'freight_audit'])
export const mayGrant = (me: Me | null): boolean => holdsRole(me, ['admin', 'machine'])
