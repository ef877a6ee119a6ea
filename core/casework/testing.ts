export {
  cleanWalk,
  dueAtOf,
  nameOfChoice,
  shippedDefinition,
  stateOf,
  walkPaths,
  type PathWalk,
  type Walker,
  type WalkReport,
} from './testing-paths.ts'
export { caseZone } from './testing-zone.ts'
