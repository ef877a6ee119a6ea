import type { Role } from '@tingzhou/parties'

/** Who may what in crossborder; free of server code, so that the browser words its verbs by the same lists. */
type Roles = readonly Role[]

/** Who reads everything. */
export const readingRoles: Roles = [
  'admin',
  'machine',
  'freight_dispatcher',
  'freight_audit',
  'finance',
  'overseas_keeper',
]
/** Who keeps contracts, nurseries, lots and shipments of every exporter. */
export const keepingRoles: Roles = ['admin', 'machine', 'freight_dispatcher']
/** Who checks documents, decides what is held and changes rules. */
export const checkingRoles: Roles = ['admin', 'freight_audit']
/** Who changes which documents are needed. */
export const rulingRoles: Roles = ['admin', 'machine', 'freight_audit']
/** Who moves and counts overseas stock. */
export const storingRoles: Roles = ['admin', 'machine', 'overseas_keeper']
/** Who adjusts stock to what another person counted. */
export const adjustingRoles: Roles = ['admin', 'overseas_keeper', 'freight_audit']
