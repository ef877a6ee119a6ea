import { holdsRole, type Me, type Role } from '@tingzhou/ui'
import { moneyRoles } from '../../roles.ts'

/** Who reads every payment; the server says so, this keeps screens from asking in vain. */
export const readsMoney = (me: Me | null): boolean => holdsRole(me, moneyRoles)

const bookRoles: readonly Role[] = ['admin', 'finance', 'auditor']
/** Who reads whole books of the ledger. */
export const readsBooks = (me: Me | null): boolean => holdsRole(me, bookRoles)
