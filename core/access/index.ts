export type { Actor, Role } from '@tingzhou/parties'
export { createAccess, type Access, type AccessOptions } from './access.ts'
export { createAccount, findPersonAccount, hasAdmin, type NewAccount } from './account.ts'
export { createApiKey, type NewApiKey } from './api-key.ts'
export { openSetup } from './link-handlers.ts'
export { localMachineId } from './local-machine.ts'
export { accessModule } from './module.ts'
export { settleOrigin } from './origin.ts'
export { newToken } from './secret.ts'
export {
  clearReach,
  grantReach,
  reachInsert,
  mayReach,
  pairsOf,
  partiesThatReach,
  reaches,
  reachesAll,
  registerObjectKind,
  revokeReach,
  type ObjectKindRule,
  type ObjectPlace,
  type ReachRow,
} from './reach.ts'
export { relations, type Relation } from './tables.ts'
export type { OidcConfig } from './auth.ts'
