export {
  createDefinitionStore,
  deploy,
  newestVersion,
  readDrawing,
  type Deployed,
  type DeployError,
  type DefinitionStore,
} from './definitions.ts'
export { createProcesses, deployDrawings, processRuntime } from './module.ts'
export type {
  AnyHost,
  Call,
  CaseworkDone,
  Cause,
  Handler,
  Json,
  Opened,
  Played,
  ProcessDeps,
  ProcessHost,
  Vars,
} from './host.ts'
export { feed, hear, startInstance, type Runtime } from './play.ts'
export { instanceJson, loadInstance, openInstance, type LoadedInstance, type OpenInstance } from './rows.ts'
export { waitsFor } from './task.ts'
export { fireDue, fireTimer, nextTimerAt, type FireReport } from './timers.ts'
export { holdsOneOf, isAllowed, type Verb, type VerbError, type VerbName } from './verb.ts'
export { makeVerb, type VerbAnswer, type VerbDeps } from './verbs.ts'
