import { createBoxIndex } from './box-index.ts'
import type { Box } from './fence.ts'
import { nearestOnSegment, scaleAt, shortDistanceM } from './plane.ts'
import { checkPlace, type LonLat } from './point.ts'
import type { RoadGraph } from './road-graph.ts'

/** A place on a road. */
export type RoadPlace = {
  readonly edge: number
  /** How far along the edge, 0 at its first node, 1 at its second; by the length of its line. */
  readonly share: number
  readonly place: LonLat
  /** From the place that was asked for. */
  readonly distanceM: number
}

/** Finds roads and nodes near a place. */
export type Snapper = {
  /** The nearest place on a road within a distance, or null. */
  readonly nearestRoad: (place: LonLat, maxM: number) => RoadPlace | null
  /** The nearest node within a distance, or null. */
  readonly nearestNode: (place: LonLat, maxM: number) => { readonly node: number; readonly distanceM: number } | null
}

/** A straight piece of an edge's line, and the share of the edge at its two ends. */
type Piece = {
  readonly edge: number
  readonly from: LonLat
  readonly to: LonLat
  readonly fromShare: number
  readonly toShare: number
}

// The first look; each further one looks four times as far.
const firstLookM = 500

/**
 * Makes a finder of the roads near a place.
 * Source: own, on `createBoxIndex`: a look at a box of growing size, until what was found is nearer than the box reaches.
 * Building O(places of all lines); a question O(pieces near the place).
 */
export function createSnapper(graph: RoadGraph): Snapper {
  const pieces = graph.lines.flatMap(piecesOf)
  const roads = createBoxIndex()
  for (const { from, to } of pieces) roads.insert(boxOf(from, to))
  const nodes = createBoxIndex()
  const nodeAt = (node: number): LonLat => ({ lon: graph.lon[node] ?? 0, lat: graph.lat[node] ?? 0 })
  for (let node = 0; node < graph.nodeIds.length; node++) nodes.insert(boxOf(nodeAt(node), nodeAt(node)))

  // Entries are given out in the order of insertion, so an entry is the index of its piece or node.
  const nearestRoad = (place: LonLat, maxM: number): RoadPlace | null =>
    look<RoadPlace>(place, maxM, (box, offer) =>
      roads.meeting(box, (entry) => {
        const piece = pieces[entry]
        if (piece) offer(onPiece(place, piece))
      }),
    )

  const nearestNode = (place: LonLat, maxM: number) =>
    look<{ readonly node: number; readonly distanceM: number }>(place, maxM, (box, offer) =>
      nodes.meeting(box, (node) => offer({ node, distanceM: shortDistanceM(place, nodeAt(node)) })),
    )

  return { nearestRoad, nearestNode }
}

/** Looks at growing boxes around a place; `inBox` offers what it finds in one. */
function look<Found extends { readonly distanceM: number }>(
  place: LonLat,
  maxM: number,
  inBox: (box: Box, offer: (found: Found) => void) => void,
): Found | null {
  checkPlace(place)
  if (!(maxM > 0)) throw new RangeError(`maxM ${maxM}: maxM is above 0 metres`)
  for (let reachM = Math.min(firstLookM, maxM); ; reachM = Math.min(4 * reachM, maxM)) {
    const offers: Found[] = []
    inBox(boxWithin(place, reachM), (found) => {
      if (found.distanceM < (offers[0]?.distanceM ?? Infinity)) offers[0] = found
    })
    const [best] = offers
    if (best && best.distanceM <= reachM) return best
    if (reachM === maxM) return null
  }
}

function boxWithin({ lon, lat }: LonLat, reachM: number): Box {
  // A hundredth wider than needed: the box is measured at one latitude.
  const dLat = (reachM * 1.01) / scaleAt(lat).latM
  const dLon = (reachM * 1.01) / scaleAt(Math.min(89, Math.abs(lat) + dLat)).lonM
  return { minLon: lon - dLon, maxLon: lon + dLon, minLat: lat - dLat, maxLat: lat + dLat }
}

const boxOf = (a: LonLat, b: LonLat): Box => ({
  minLon: Math.min(a.lon, b.lon),
  minLat: Math.min(a.lat, b.lat),
  maxLon: Math.max(a.lon, b.lon),
  maxLat: Math.max(a.lat, b.lat),
})

function piecesOf(line: readonly LonLat[], edge: number): readonly Piece[] {
  const lengths = line.slice(1).map((to, i) => shortDistanceM(line[i] ?? to, to))
  const whole = lengths.reduce((sum, length) => sum + length, 0)
  let done = 0
  return line.slice(1).map((to, i) => {
    const fromShare = whole === 0 ? 0 : done / whole
    done += lengths[i] ?? 0
    return { edge, from: line[i] ?? to, to, fromShare, toShare: whole === 0 ? 1 : done / whole }
  })
}

function onPiece(place: LonLat, { edge, from, to, fromShare, toShare }: Piece): RoadPlace {
  const { distanceM, share } = nearestOnSegment(place, from, to)
  return {
    edge,
    share: fromShare + share * (toShare - fromShare),
    place: { lon: from.lon + share * (to.lon - from.lon), lat: from.lat + share * (to.lat - from.lat) },
    distanceM,
  }
}
