// Contracts import their building blocks (`listInput`, `CommandId` …) from `@tingzhou/http/contract`, which the browser may load.
export { apiPrefix } from './api.ts'
export { answerFinder, commandRunner } from './command.ts'
export { chooseLang, type Identity, type RequestContext } from './context.ts'
export { decodeCursor, encodeCursor, keysetPage, type CursorValue, type Page, type SortColumn } from './cursor.ts'
export type { Deps, Log } from './deps.ts'
export { requireActor, requireRole } from './guard.ts'
export { contextOf, createHttp, type HttpLimits, type HttpOptions } from './http.ts'
export type { EventHub, LiveEvent } from './hub.ts'
export type { ModuleRouter, ServerModule } from './module.ts'
export {
  commandProblems,
  problem,
  ProblemError,
  unwrap,
  type FieldProblem,
  type ProblemRow,
  type ProblemSpec,
  type ProblemTable,
} from './problem.ts'
export { sendWorkbook } from './send.ts'
export { readStory, type ApiStory } from './story.ts'
export {
  fill,
  problemText,
  registerProblems,
  registerWords,
  ruleText,
  type ProblemText,
  type ProblemTexts,
} from './texts.ts'
