import { newPlace, newSlot, type Lane, type Place } from './slot.ts'

const lanesMax = 8
const spansMax = 32

/**
 * The place that takes a value which came after a break, for the record. Each goes behind the newest of those before it that were
 * taken; one that is older than all of them begins a lane of its own, so that a stray value keeps out nothing that is older.
 * @returns null for what was taken before, or comes out of order
 * Source: own. O(lanes × breaks), at most 256.
 */
export function laneFor(place: Place, at: number): Place | null {
  const { lanes, breakMs } = place
  let best: Lane | null = null
  for (const lane of lanes) {
    if (lane.spans.some(({ from, to }) => at >= from && at <= to)) return null
    const { lastAt } = lane.place
    if (lastAt < at && (best === null || lastAt > best.place.lastAt)) best = lane
  }
  const span = best?.spans.at(-1)
  if (best && span) {
    if (at - span.to <= breakMs) span.to = at
    else best.spans.push({ from: at, to: at })
    if (best.spans.length > spansMax) best.spans.shift()
    // The last one was used last.
    lanes.push(...lanes.splice(lanes.indexOf(best), 1))
    return best.place
  }
  if (lanes.length >= lanesMax) lanes.shift()
  const begun = { place: lateOf(place), spans: [{ from: at, to: at }] }
  lanes.push(begun)
  return begun.place
}

/** The same rules for values that come after a break: on record only. Slopes and silence say nothing there. */
function lateOf(place: Place): Place {
  const late = newPlace(place.point)
  late.bitRules = place.bitRules
  late.slots = place.slots
    .filter(({ rule: { condition } }) => condition.kind === 'limit' || condition.kind === 'state')
    .map(({ rule }) => newSlot(late, rule, null, null))
  return late
}
