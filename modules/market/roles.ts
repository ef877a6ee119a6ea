import type { Role } from '@tingzhou/parties'

/** Who may what in the market; free of server code, so that the browser words its verbs by the same lists. */
type Roles = readonly Role[]

/** Who reads every posting and deal. */
export const readingRoles: Roles = ['admin', 'machine', 'chain_officer', 'leader']
/** Who posts for firms, proposes deals and plans matchmaking days. */
export const keepingRoles: Roles = ['admin', 'machine', 'chain_officer']
