export type { Actor, Role } from '@tingzhou/parties'
export {
  clearReach,
  grantReach,
  mayReach,
  pairsOf,
  partiesThatReach,
  reaches,
  reachesAll,
  registerObjectKind,
  revokeReach,
  type ObjectKindRule,
  type ReachRow,
} from './reach.ts'
export { relations, type Relation } from './tables.ts'
