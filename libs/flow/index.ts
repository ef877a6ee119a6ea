export { assignSupply, type SupplyAdvice, type SupplyOptions, type SupplyPlan } from './assign.ts'
export { createHeap, pop, push, type Heap } from './heap.ts'
export { costRule, empty, invalid, isCost, stopped, tooLarge, type FlowRefusal } from './refusal.ts'
export { sortPairs, sortRows } from './rows.ts'
export { supplyLimits, type SupplyProblem } from './supply.ts'
export {
  timetable,
  timetableLimits,
  type LeftOut,
  type MeetingPair,
  type Timetable,
  type TimetableProblem,
} from './timetable.ts'
export { addFlow, costOf, createTransport, pour, type Rows, type Transport } from './transport.ts'
export {
  addArc,
  addLeft,
  addRight,
  freeze,
  openForEdits,
  removeLeft,
  removeRight,
  savingOfRoom,
  settleRight,
  takeBack,
  type EditableTransport,
} from './transport-edit.ts'
export { wayWithout, type Way } from './transport-way.ts'
export { pourFromRoom } from './transport-turn.ts'
