export type { Beside, CaseDeps, CaseKind, CaseRow, CaseShape } from './case-kind.ts'
export { closeDossier, columnValue } from './close.ts'
export {
  change,
  dossierOf,
  grant,
  openDossier,
  revoke,
  say,
  tell,
  write,
  type Doer,
  type Dossier,
  type Said,
  type Way,
} from './dossier.ts'
export { caseHost, runtimeOf, type CasePlay } from './host.ts'
export {
  makeMove,
  offerMoves,
  only,
  type CaseError,
  type Movable,
  type MoveOffer,
  type MoveSpec,
  type MoveStep,
  type MoveTable,
  type NamedMove,
} from './move.ts'
export { caseNotices, hasBegun, type About, type NoticeLine, type NoticeRules } from './notices.ts'
export { caseDeps, oncePerServer } from './ports.ts'
export { caseProblems } from './problems.ts'
export {
  beginCase,
  messageCase,
  tellProcess,
  type Heard,
  type ProcessRefused,
  type TaskGone,
  type Told,
} from './told.ts'
export { drawingOf, lineOf, readTrail, type TrailLine } from './trail.ts'
