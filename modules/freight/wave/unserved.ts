import type { FreeTruck } from './crew.ts'
import type { Unserved } from './kept.ts'
import { bears, roadMetres, type Group, type Held } from './model.ts'
import type { Snapshot } from './snapshot.ts'
import { bodyRule, type Solved } from './solve.ts'
import { unservedMax, type WaveNumbers } from './words.ts'

/**
 * Why truckloads were left out, what has to be loaded first before the rest; at most `unservedMax`.
 * @param held  truckloads that were held back before anything was matched
 * Pure. O(trucks) for each group with something left out, O(arcs).
 */
export function unservedOf(
  solved: Solved,
  snapshot: Snapshot,
  numbers: WaveNumbers,
  held: readonly Held[],
): readonly Unserved[] {
  const before = held.map(({ load, trips, ...why }) => ({ load, trips, why: () => why }))
  return [...leftOut(solved, snapshot, numbers), ...before]
    .toSorted((a, b) => a.load.loadUntil - b.load.loadUntil)
    .slice(0, unservedMax)
    .map(({ load, trips, why }) => ({ loadId: load.id, number: load.number, trips, ...why() }))
}

type Why = Pick<Unserved, 'kind' | 'numbers'>

/** Loads with truckloads left out; within a group what may wait longest waits. Why is asked once a group, of those that are told. */
function leftOut(solved: Solved, snapshot: Snapshot, numbers: WaveNumbers) {
  return solved.groups.flatMap((group, left) => {
    let out = solved.plan.dropped[left]! // a count for each group
    let known: Why | null = null
    const why = (): Why => (known ??= whyLeft(solved, left, snapshot, numbers))
    return group.loads.toReversed().flatMap(({ load, trips: wanted }) => {
      const trips = Math.min(out, wanted)
      out -= trips
      return trips > 0 ? [{ load, trips, why }] : []
    })
  })
}

/** The first rule by which no truck is left, with how many trucks each rule left. */
function whyLeft(solved: Solved, left: number, { trucks, mindsBodies }: Snapshot, numbers: WaveNumbers): Why {
  const group = solved.groups[left]! // a group that was solved
  const counts = { inReach: 0, strong: 0, bodied: 0, ready: 0, allowed: 0 }
  const lacks = { papers: 0, driver: 0 }
  const { reachM } = numbers
  const kg = group.kg ?? 0
  const isNear = nearnessOf(group, reachM)
  const fits = bodyRule(mindsBodies)
  for (const truck of trucks) {
    if (!isNear(truck) || roadMetres(truck, group, numbers) > reachM) continue
    counts.inReach++
    if (!bears(group.kg, truck.ratedKg)) continue
    counts.strong++
    if (!fits(group.cargoClass, truck.typeCode)) continue
    counts.bodied++
    if (truck.lack !== null) {
      lacks[truck.lack]++
      continue
    }
    counts.ready++
    if (!group.forbidden.has(truck.id)) counts.allowed++
  }
  const steps = [
    ['no_truck', counts.inReach, { reachM }],
    ['too_light', counts.strong, { trucks: counts.inReach, kg }],
    ['wrong_body', counts.bodied, { trucks: counts.strong }],
    ['not_ready', counts.ready, { trucks: counts.bodied, ...lacks }],
    ['forbidden', counts.allowed, { trucks: counts.ready }],
  ] as const
  for (const [kind, count, said] of steps) if (count === 0) return { kind, numbers: said }
  const own = solved.plan.truckStart[left + 1]! - solved.plan.truckStart[left]! // a group that was solved
  if (own === counts.allowed) return { kind: 'all_used', numbers: { trucks: own } }
  const { leastM, isFree } = cheapest(solved, left)
  return {
    kind: isFree ? 'dearer' : 'outbid',
    numbers: { trucks: counts.allowed, leastM, leaveM: group.leaveM },
  }
}

/** Whether a truck is within a box around the loading place: most are far away, and that is seen at once. */
function nearnessOf({ lon, lat }: Group, reachM: number): (truck: FreeTruck) => boolean {
  // A degree of latitude is 110 km at least; of longitude it is least at the edge that lies nearest to a pole.
  const height = reachM / 110_000
  const width = height / Math.cos((Math.min(89, Math.abs(lat) + height) * Math.PI) / 180)
  return (truck) => Math.abs(truck.lat - lat) <= height && Math.abs(truck.lon - lon) <= width
}

/** The cheapest of a group's candidates that serves no load of it, and whether that one serves nobody. */
function cheapest(
  { problem, plan, shiftM }: Solved,
  left: number,
): { readonly leastM: number; readonly isFree: boolean } {
  const { start, truck, cost } = problem
  for (let arc = start[left]!; arc < start[left + 1]!; arc++) {
    // An arc of the problem has a truck.
    const node = plan.nodeOfTruck[truck[arc]!]!
    if (node !== left) return { leastM: cost[arc]! - shiftM, isFree: node < 0 }
  }
  return { leastM: 0, isFree: false }
}
