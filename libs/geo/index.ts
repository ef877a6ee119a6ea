export { createFenceIndex, type FenceIndex, type FenceLookup } from './fence-index.ts'
export {
  fenceRules,
  noFences,
  step,
  type FenceEvent,
  type FenceRules,
  type FenceState,
  type FenceStep,
  type Fix,
  type RulesOfFences,
  type Stay,
} from './fence-step.ts'
export {
  distanceToFenceM,
  explainFence,
  isInFence,
  isInPolygon,
  placesMax,
  readyFence,
  sizeMaxM,
  type Fence,
  type FenceFault,
  type ReadyFence,
} from './fence.ts'
export { fromGcj02, inShiftedRectangle, toGcj02, type IsShifted } from './gcj02.ts'
export { bearing, destination, direct, haversineM, inverse, type Geodesic } from './geodesic.ts'
export { nearestOnSegment, shortDistanceM, type Nearest } from './plane.ts'
export { checkPlace, placeFault, type LonLat, type PlaceFault } from './point.ts'
export {
  buildRoadGraph,
  readRoadGraph,
  type Arcs,
  type RoadEdge,
  type RoadFault,
  type RoadGraph,
  type RoadNode,
} from './road-graph.ts'
export { createRouter, type Route, type RouteBy, type Router } from './router.ts'
export { positionAt, simplify, simplifyTrack } from './simplify.ts'
export { createSnapper, type RoadPlace, type Snapper } from './snap.ts'
export {
  coverage,
  fastLegs,
  meanSpeedKmh,
  medianSeparationM,
  orderFixes,
  trackLengthM,
  type Coverage,
  type FastLeg,
  type Gap,
} from './track.ts'
