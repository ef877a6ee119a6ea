export {
  evaluate,
  load,
  programOf,
  type DmnError,
  type EvaluateOptions,
  type Inputs,
  type Program,
} from './evaluate.ts'
export { checkModel, readModel } from './check.ts'
export { checkTable, type TablePlaces } from './check-table.ts'
export { parseTableModel, printTableModel, type TableModel } from './print.ts'
export { feelValue, toJson, toValue, type Json, type TaggedText } from './input.ts'
export type { Complaint, ComplaintKind } from './complaint.ts'
export {
  aggregations,
  hitPolicies,
  type Aggregation,
  type DecisionTable,
  type HitPolicy,
  type InputColumn,
  type Model,
  type OutputColumn,
  type Rule,
  type Variable,
} from './model.ts'
export { compile, type Code } from './feel/code.ts'
export type { Expr } from './feel/expr.ts'
export { baseScope, builtInNames, emptySight } from './feel/feel.ts'
export { scopeOf, type Scope } from './feel/scope.ts'
export { readExpr, type SyntaxMistake } from './feel/syntax.ts'
export type {
  Context,
  FeelDate,
  FeelDateTime,
  FeelFunction,
  FeelMonths,
  FeelRange,
  FeelSpan,
  FeelTime,
  FeelType,
  Value,
} from './feel/value.ts'
