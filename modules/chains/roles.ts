import type { Role } from '@tingzhou/parties'

/** Who may what in the chains; free of server code, so that the browser words its verbs by the same lists. */
type Roles = readonly Role[]

/** Who reads chains, firms, figures and lists of the whole zone. */
export const readingRoles: Roles = ['admin', 'machine', 'chain_officer', 'leader']
/** Who keeps catalogue, positions, links and targets. */
export const keepingRoles: Roles = ['admin', 'machine', 'chain_officer']
