import { holdsRole, type Me } from '@tingzhou/ui'
import { keepingRoles } from '../../roles.ts'

/** Who opens targets and keeps plants. */
export const mayKeep = (me: Me | null): boolean => holdsRole(me, keepingRoles)
