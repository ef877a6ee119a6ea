import type { PdptwInstance, PdptwPlan, PlannedRoute, PlannedStop } from './instance.ts'
import { legIn } from './rests.ts'
import { endOf, startOf, type State } from './state.ts'

// Every `!` of this file reads a typed array or list at an index that the problem or the instance made.

/** Writes the kept solution as a plan. O(nodes). */
export function planOf(instance: PdptwInstance, s: State, iterations: number): PdptwPlan {
  const { p } = s
  const routes: PlannedRoute[] = []
  for (let r = 0; r < p.routes; r++) if (s.typeOf[r]! >= 0) routes.push(routeOf(instance, s, r))
  const left = Array.from(s.absent.subarray(0, s.absents)).toSorted((a, b) => a - b)
  const fixed = routes.reduce(
    (sum, { vehicleType }) => sum + (instance.vehicleTypes.find(({ id }) => id === vehicleType)?.fixedCostM ?? 0),
    0,
  )
  const distanceM = routes.reduce((sum, route) => sum + route.distanceM, 0)
  const dropped = left.reduce((sum, q) => sum + (p.dropCost[q]! < Infinity ? p.dropCost[q]! : 0), 0)
  return {
    routes,
    unserved: left.map((q) => instance.requests[p.requestAt[q]!]!.id),
    isComplete: s.keptMissing === 0,
    distanceM,
    costM: distanceM + fixed + dropped,
    iterations,
  }
}

function routeOf(instance: PdptwInstance, s: State, r: number): PlannedRoute {
  const { p } = s
  const type = instance.vehicleTypes[s.typeOf[r]!]!
  const started = r < p.started ? (instance.started?.[r] ?? null) : null
  const stops: PlannedStop[] = (started?.doneStops ?? []).map((stop) => ({ ...stop, arriveS: null, leaveS: null }))
  let distanceM = doneDistance(instance, type.startSite, stops)
  const start = startOf(p, r)
  const end = endOf(p, r)
  const clock = { timeS: s.leave[start]!, drivenS: s.driven[start]! }
  let node = start
  for (let next = s.next[start]!; next !== end; next = s.next[next]!) {
    distanceM += s.arc[node]!
    legIn(clock, s.leg[node]!, p.rest)
    const arriveS = clock.timeS
    clock.timeS = s.leave[next]!
    clock.drivenS = s.driven[next]!
    const q = next < p.n ? next : next - p.n
    stops.push({
      request: instance.requests[p.requestAt[q]!]!.id,
      kind: next < p.n ? 'pickup' : 'delivery',
      arriveS,
      leaveS: clock.timeS,
    })
    node = next
  }
  distanceM += s.arc[node]!
  legIn(clock, s.leg[node]!, p.rest)
  return { vehicleType: type.id, started: started ? r : null, stops, distanceM, endS: clock.timeS }
}

/** What a vehicle under way has driven already, from its yard on. */
function doneDistance(instance: PdptwInstance, startSite: number, stops: readonly PlannedStop[]): number {
  let [sum, at] = [0, startSite]
  for (const { request, kind } of stops) {
    const site = instance.requests.find(({ id }) => id === request)![kind].site
    sum += instance.distanceM[at * instance.siteCount + site]!
    at = site
  }
  return sum
}
