export {
  laneRate,
  legS,
  restRule,
  tripsPerHour,
  type Dock,
  type Lane,
  type LaneRate,
  type RestRule,
} from './bulk/lane.ts'
export {
  bucketsMax,
  bulkOptions,
  planBulk,
  tripsMax,
  type Blocker,
  type BulkOptions,
  type BulkOrder,
  type BulkPlan,
  type BulkRefusal,
  type BulkSite,
  type BulkTrip,
  type Wave,
} from './bulk/plan.ts'
export { serveInOrder, type Arrival, type Served } from './bulk/queue.ts'
export {
  bucketOf,
  bucketS,
  bucketStartS,
  driftSlot,
  firstFree,
  releaseSlot,
  slotBook,
  takeSlot,
  type Drift,
  type Opening,
  type SlotBook,
} from './bulk/slots.ts'
export { splitOrder, type Trips } from './bulk/split.ts'
export { emptyBound, loadedRatio, type EmptyBound, type EmptyBoundProblem } from './chain/bound.ts'
export { chainLoads, type BrokenChain, type ChainPlan, type ChainTour } from './chain/chain.ts'
export { drive, type DriverClock } from './chain/drive.ts'
export {
  chainLimits,
  chainRules,
  planeLegs,
  type ChainLoad,
  type ChainProblem,
  type ChainRules,
  type ChainTruck,
  type Legs,
  type PlanePlaces,
} from './chain/model.ts'
export { driveLoad, driveTour, type BreakReason, type DrivenTour, type Leg, type Step } from './chain/tour.ts'
export { assignSpot, type RunOptions, type SpotPlan } from './spot/assign.ts'
export { createGrid, movePlace, nearest, removePlace, type Found, type Grid } from './spot/grid.ts'
export { createSpotMarket, type MarketArc, type MarketLoad, type SpotMarket } from './spot/market.ts'
export { spotLimits, type SpotProblem } from './spot/problem.ts'
export type { FlowRefusal as DispatchRefusal } from '@tingzhou/flow'
export { solveWave, type DropReason, type SpotWave, type WaveOptions, type WavePlan } from './spot/wave.ts'
export { certify, explain, type Certificate, type RunnerUp, type Why } from './spot/why.ts'
export { checkSolution, type PlanFault } from './tours/check.ts'
export type {
  PdptwFault,
  PdptwInstance,
  PdptwOptions,
  PdptwPlan,
  PdptwResult,
  PlannedRoute,
  PlannedStop,
  StartedRoute,
  TourRequest,
  TourRestRule,
  TourRules,
  TourStop,
  VehicleType,
  Visit,
} from './tours/instance.ts'
export { parseLiLim, type LiLimFault } from './tours/lilim.ts'
export { solvePdptw } from './tours/solve.ts'
export { joinTours, splitTours, type SplitOptions } from './tours/split.ts'
export { pdptwLimits } from './tours/validate.ts'
