import { holdsRole, type Me } from '@tingzhou/ui'
import { numberRoles, regulatingRoles, uploadingRoles } from '../../roles.ts'

/** Who may act is the server's to say; this words the verbs. */
export const mayUpload = (me: Me | null): boolean => holdsRole(me, uploadingRoles)
export const mayRegulate = (me: Me | null): boolean => holdsRole(me, regulatingRoles)
export const seesNumbers = (me: Me | null): boolean => holdsRole(me, numberRoles)
