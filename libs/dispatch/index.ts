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
