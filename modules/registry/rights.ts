import type { Db, Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { registerObjectKind } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor, type Role } from '@tingzhou/parties'

// Officers are known by their department, and read the whole register nonetheless.
const officers: readonly Role[] = [
  'dept_head',
  'dept_officer',
  'window_officer',
  'duty_officer',
  'visitor_officer',
  'callback_agent',
  'leader',
]
/** Roles that edit every enterprise, import, merge. */
export const editingRoles = ['admin', 'machine', 'dispatcher'] as const satisfies readonly Role[]
/** Roles that edit areas and departments. */
export const foundingRoles = ['admin', 'machine'] as const satisfies readonly Role[]

registerObjectKind('enterprise', {
  zoneWide: ['admin', 'machine', 'dispatcher', 'supervisor', 'auditor', ...officers],
  anyParty: officers,
})
registerObjectKind('enterprise_import', { zoneWide: editingRoles })
registerObjectKind('enterprise_merge_batch', { zoneWide: editingRoles })
// Whoever reaches an enterprise reads its figures; this is for what a workbook of them did.
registerObjectKind('enterprise_figure', { zoneWide: editingRoles })
registerObjectKind('figure_indicator', { zoneWide: editingRoles, anyParty: officers })

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

/** What decides about an enterprise's contacts. */
export type Firm = { readonly id: string; readonly areaId: string | null; readonly guideAccountId: string | null }
export type NotYourEnterprise = { readonly kind: 'not_your_enterprise' }

/** Whether the actor keeps the contacts of an enterprise: who edits it, and the enterprise itself. */
export const mayEditContacts = (actor: Actor, firm: Firm): Result<void, NotYourEnterprise> =>
  mayEdit(actor, [firm.areaId]).ok || partiesOf(actor, 'enterprise').includes(firm.id)
    ? ok(undefined)
    : err({ kind: 'not_your_enterprise' })

/** Whether someone handles a case of an enterprise just now; a module that has cases answers for them. */
export type HandlerCheck = (db: Db | Tx, zoneId: string, actor: Actor, enterpriseId: string) => Promise<boolean>

const handlerChecks = new Map<string, HandlerCheck>()

/** Lets a module say who handles an enterprise's cases and therefore sees its phone numbers. Repeating a name replaces. */
export const onHandlerAsked = (name: string, check: HandlerCheck): void => {
  handlerChecks.set(name, check)
}

/** Whether the actor sees the phone numbers of an enterprise unmasked: those who keep or handle it, and its guide. */
export async function seesPhones(db: Db | Tx, zoneId: string, actor: Actor, firm: Firm): Promise<boolean> {
  if (mayEditContacts(actor, firm).ok || firm.guideAccountId === actor.accountId) return true
  for (const check of handlerChecks.values()) if (await check(db, zoneId, actor, firm.id)) return true
  return false
}
