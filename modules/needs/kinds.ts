import { registerObjectKind } from '@tingzhou/access'
import { hasRole, type Actor, type Role } from '@tingzhou/parties'

const readers: readonly Role[] = ['dispatcher', 'supervisor', 'admin', 'auditor', 'leader', 'duty_officer', 'machine']

// Visitors, hosts, guides, enterprises, areas and departments reach theirs through rows of reach.
registerObjectKind('visit', { zoneWide: readers })
registerObjectKind('meeting', { zoneWide: readers })
registerObjectKind('mandate', { zoneWide: readers })

/** Whether the actor holds any office in the zone, rather than speaking for an enterprise. O(memberships). */
export const isStaff = (actor: Actor): boolean => actor.memberships.some(({ role }) => role !== 'enterprise')

/** Who may write knowledge articles. */
export const writesArticles: readonly Role[] = ['dispatcher', 'supervisor', 'admin', 'machine', 'dept_head']

/** Who reads indicators; which rows they count is the row predicate's business. */
export const readsFigures = (actor: Actor): boolean =>
  hasRole(actor, ...readers, 'area_lead', 'dept_head', 'dept_officer')
