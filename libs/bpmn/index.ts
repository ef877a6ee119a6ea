export {
  isActivity,
  type Activity,
  type BoundaryEvent,
  type CallActivity,
  type Definition,
  type Flow,
  type FlowId,
  type HandlerTask,
  type Json,
  type Multi,
  type Node,
  type NodeId,
  type Trigger,
  type UserTask,
  type Value,
  type Vars,
} from './model.ts'
export {
  emptyState,
  type Effect,
  type Input,
  type InstanceState,
  type Ports,
  type Scope,
  type Status,
  type StepError,
  type StepResult,
  type Subscription,
  type Task,
  type Timer,
  type Token,
} from './state.ts'
export type { Complaint, ComplaintKind } from './complaint.ts'
export type { Known } from './check.ts'
export { readDefinition, readDefinitions, type ReadOptions } from './read.ts'
export { step } from './step.ts'
export { explore, inputFor, type Choice, type Exploration, type ExploreOptions, type Path } from './explore.ts'
export { createHeadless, type Handler, type Headless, type HeadlessError, type HeadlessOptions } from './headless.ts'
export { evaluateFeel, feelMistake } from './feel.ts'
export { schedule } from './timer.ts'
