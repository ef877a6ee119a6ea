import { holdsRole, type Me, type Role } from '@tingzhou/ui'

/** What the server decides too; here it words the verbs. */
export const editors: readonly Role[] = ['admin', 'dispatcher', 'machine']
export const officials: readonly Role[] = [
  'admin',
  'area_lead',
  'dispatcher',
  'dept_head',
  'dept_officer',
  'supervisor',
  'callback_agent',
  'window_officer',
  'duty_officer',
  'visitor_officer',
  'guide',
  'leader',
  'auditor',
]
export const reviewers: readonly Role[] = ['admin', 'dispatcher', 'area_lead', 'auditor', 'supervisor']

export const mayImport = (me: Me | null): boolean => holdsRole(me, editors)
export const mayFound = (me: Me | null): boolean => holdsRole(me, ['admin', 'machine'])
export const mayRegister = (me: Me | null): boolean => holdsRole(me, [...editors, 'area_lead'])

const holds = (me: Me | null, role: Role, partyId: string | null): boolean =>
  partyId !== null &&
  (me?.memberships.some((membership) => membership.role === role && membership.partyId === partyId) ?? false)

/** Whether the reader edits an enterprise of this area. */
export const mayEdit = (me: Me | null, areaId: string | null): boolean =>
  holdsRole(me, editors) || holds(me, 'area_lead', areaId)

/** Whether the reader keeps the contacts of an enterprise. */
export const mayKeepContacts = (
  me: Me | null,
  firm: { readonly id: string; readonly areaId: string | null },
): boolean => mayEdit(me, firm.areaId) || holds(me, 'enterprise', firm.id)
