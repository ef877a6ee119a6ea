import type { Role } from '@tingzhou/parties'

/** Who may what in the register; free of server code, so that the browser words its verbs by the same lists. */
type Roles = readonly Role[]

/** Who reads the whole register. */
export const readingRoles: Roles = ['admin', 'machine', 'freight_dispatcher', 'freight_audit', 'finance']
/** Who edits the whole register. */
export const keepingRoles: Roles = ['admin', 'machine', 'freight_dispatcher']
/** Who edits vehicles, drivers and papers: a carrier only its own. */
export const editingRoles: Roles = [...keepingRoles, 'carrier']
/** Who adds and closes accounts for payment of any carrier. */
export const payingRoles: Roles = ['admin', 'machine', 'finance']
/** Who changes which papers are required. */
export const rulingRoles: Roles = ['admin', 'machine', 'freight_audit']
/** Who audits waybills. */
export const auditingRoles: Roles = ['admin', 'machine', 'freight_audit']
/** Who reads every complaint: dispatchers answer, audit reviews. */
export const complaintRoles: Roles = ['admin', 'machine', 'freight_dispatcher', 'freight_audit']
/** Who gives people a carrier or a driver's row. */
export const grantingRoles: Roles = ['admin', 'machine']
/** Who sees numbers whole, and scans. */
export const numberRoles: Roles = ['finance', 'freight_audit']
/** Who writes rules of settlement and contracts, and moves money. */
export const dealingRoles: Roles = ['admin', 'machine', 'finance']
/** Who reads every payment; account numbers are masked for all of them. */
export const moneyRoles: Roles = [...dealingRoles, 'freight_audit']
/** Who reads what goes to the regulator; numbers of persons are masked in lists. */
export const uploadReadingRoles: Roles = ['admin', 'machine', 'freight_audit', 'finance', 'freight_dispatcher']
/** Who sends again, gives up, counts with the regulator. */
export const uploadingRoles: Roles = ['admin', 'machine', 'freight_audit']
/** Who says which regulator is told, and by which keys. */
export const regulatingRoles: Roles = ['admin', 'machine']
/** Who sees the day's carriage on a wall; money only the platform's people. */
export const wallRoles: Roles = [...readingRoles, 'leader', 'duty_officer']
