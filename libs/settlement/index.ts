export { amountOf, divideHalfUp, type Measured } from './amount.ts'
export { apportion, partsMax } from './apportion.ts'
export { canonicalJson } from './canonical.ts'
export { additionKinds, reductionKinds, type AdditionKind, type Facts, type Item, type ReductionKind } from './facts.ts'
export { type Fault, type FaultRule } from './fault.ts'
export { fenMax } from './limits.ts'
export { lineKeys, type Line, type LineKey } from './line.ts'
export { parseRules } from './parse-rules.ts'
export { type PayLine } from './pay.ts'
export { regulatorMass, regulatorMoney, regulatorVolume } from './regulator.ts'
export { roundAmount, roundings, type Rounding } from './rounding.ts'
export {
  payKinds,
  weightRules,
  type Basis,
  type Counting,
  type LossRule,
  type PayKind,
  type PayPart,
  type SettlementRules,
  type ShipperTerms,
  type Terms,
  type Tolerance,
  type WeightRule,
} from './rules.ts'
export { reproduce, settle } from './settle.ts'
export { type Sheet, type Totals } from './sheet.ts'
export { grossUp, vatSplit } from './tax.ts'
export { type Weighing } from './weigh.ts'
