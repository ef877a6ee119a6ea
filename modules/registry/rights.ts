import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor, type Role } from '@tingzhou/parties'

/** Roles that read every enterprise. */
export const readingRoles: readonly Role[] = [
  'admin',
  'machine',
  'dispatcher',
  'dept_head',
  'dept_officer',
  'supervisor',
  'callback_agent',
  'window_officer',
  'duty_officer',
  'visitor_officer',
  'leader',
  'auditor',
]
/** Roles that edit every enterprise, import, merge. */
export const editingRoles = ['admin', 'machine', 'dispatcher'] as const satisfies readonly Role[]
/** Roles that edit areas and departments. */
export const foundingRoles = ['admin', 'machine'] as const satisfies readonly Role[]

export type NotYourArea = { readonly kind: 'not_your_area' }

/**
 * Whether the actor may edit an enterprise that stands, or will stand, in these areas: an area lead only inside own areas.
 * @param areaIds  the area before and after; null for none
 */
export function mayEdit(actor: Actor, areaIds: readonly (string | null)[]): Result<void, NotYourArea> {
  if (hasRole(actor, ...editingRoles)) return ok(undefined)
  const own = partiesOf(actor, 'area_lead')
  return areaIds.every((id) => id !== null && own.includes(id)) ? ok(undefined) : err({ kind: 'not_your_area' })
}

type Firm = { readonly id: string; readonly areaId: string | null }

/** Whether the actor keeps the contacts of an enterprise: who edits it, and the enterprise itself. */
export const mayEditContacts = (actor: Actor, firm: Firm): boolean =>
  mayEdit(actor, [firm.areaId]).ok || partiesOf(actor, 'enterprise').includes(firm.id)

/** Whether the actor sees phone numbers by role alone; others see them while they handle a case of the enterprise. */
export const seesPhones = (actor: Actor, firm: Firm): boolean =>
  mayEditContacts(actor, firm) || hasRole(actor, 'admin', 'dispatcher', 'machine')
