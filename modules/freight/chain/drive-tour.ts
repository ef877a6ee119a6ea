import {
  drive,
  driveLoad,
  type ChainLoad,
  type ChainTruck,
  type DispatchRefusal,
  type DriverClock,
} from '@tingzhou/dispatch'
import { stopped } from '@tingzhou/flow'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Rest } from './kept.ts'
import type { Posed } from './problem.ts'
import { restsOn } from './way.ts'

/** What one truck does: positions of the problem. */
export type Tour = { readonly truck: number; readonly loads: readonly number[] }

/** A stop at a load while a tour is driven; seconds from now, metres. */
export type Stop = {
  readonly load: number
  readonly emptyM: number
  readonly loadedM: number
  readonly leaveS: number
  readonly arriveS: number
  readonly loadS: number
  readonly departS: number
  readonly unloadS: number
  readonly doneS: number
  readonly rests: readonly Rest[]
}

/** A tour with its times, and its way home; `waitedS` but for the first load, for which a truck leaves as late as it may. */
export type Driven = Tour & {
  readonly stops: readonly Stop[]
  readonly home: {
    readonly place: number
    readonly emptyM: number
    readonly atS: number
    readonly rests: readonly Rest[]
  } | null
  readonly emptyM: number
  readonly loadedM: number
  readonly waitedS: number
}

/**
 * Drives a tour by the rules of libs/dispatch and says when what happens; it holds, for it was planned by the same rules.
 * @param homeM    the longest way home that is worth driving, metres; 0: none
 * @param startMs  when second 0 is
 * Pure. O(loads + rests).
 */
export function driveStops(
  { problem: { loads, trucks, rules }, legOf }: Posed,
  tour: Tour,
  homeM: number,
  startMs: number,
): Driven {
  const truck = trucks[tour.truck]! // of the problem, as its loads are
  let clock: DriverClock = { atS: truck.freeAtS, drivenS: truck.drivenS }
  let place = truck.place
  const stops = tour.loads.map((id, i): Stop => {
    const load = loads[id]!
    const there = legOf(place, load.pickup)
    const onward = legOf(load.pickup, load.delivery)
    const arrived = drive(clock, there.seconds, rules)
    const waitS = Math.max(0, load.earliestS - arrived.atS)
    const leaveS = i === 0 ? clock.atS + waitS : clock.atS
    const loadS = arrived.atS + waitS
    const left = { atS: loadS + load.loadS, drivenS: arrived.drivenS }
    const delivered = drive(left, onward.seconds, rules)
    const stop = {
      load: id,
      emptyM: there.metres,
      loadedM: onward.metres,
      leaveS,
      arriveS: i === 0 ? loadS : arrived.atS,
      loadS,
      departS: left.atS,
      unloadS: delivered.atS,
      doneS: delivered.atS + load.unloadS,
      rests: [
        ...restsOn({ atS: leaveS, drivenS: clock.drivenS }, there.seconds, rules, startMs),
        ...restsOn(left, onward.seconds, rules, startMs),
      ],
    }
    clock = { atS: stop.doneS, drivenS: delivered.drivenS }
    place = load.delivery
    return stop
  })
  const sum = (of: (stop: Stop) => number) => stops.reduce((total, stop) => total + of(stop), 0)
  const home = wayHome({ truck, clock, place, homeM, startMs }, legOf, rules)
  return {
    ...tour,
    stops,
    home,
    emptyM: sum(({ emptyM }) => emptyM) + (home?.emptyM ?? 0),
    loadedM: sum(({ loadedM }) => loadedM),
    waitedS: sum(({ loadS, arriveS }) => loadS - arriveS),
  }
}

function wayHome(
  at: {
    readonly truck: ChainTruck
    readonly clock: DriverClock
    readonly place: number
    readonly homeM: number
    readonly startMs: number
  },
  legOf: Posed['legOf'],
  rules: Posed['problem']['rules'],
): Driven['home'] {
  const { truck, clock, place, homeM, startMs } = at
  if (truck.home === null || homeM === 0) return null
  const { metres, seconds } = legOf(place, truck.home)
  const { atS } = drive(clock, seconds, rules)
  if (metres > homeM || atS > truck.shiftEndS) return null
  return { place: truck.home, emptyM: metres, atS, rests: restsOn(clock, seconds, rules, startMs) }
}

type Appended = { readonly tours: readonly Tour[]; readonly startS: Int32Array }

/**
 * What dispatching by hand makes: load after load, the soonest end of loading first, goes behind the tour from whose end the empty way is
 * shortest, an unused truck counting as much further as using it is held equal to.
 * @param before  tours that are there already, which only grow; none: a plan by hand
 * @param shouldStop  asked now and then; true ends the work
 * @returns tours that hold under the full rules, and when loading of each load begins, seconds; -1: left out; the refusal `stopped`
 * Pure. Source: own; the usual greedy rule, as a measure for the plan and as its hours. O(loads × trucks).
 */
export function appendNearest(
  { problem, legOf }: Posed,
  before: readonly Tour[],
  shouldStop: () => boolean,
): Result<Appended, DispatchRefusal> {
  const { loads, trucks, rules } = problem
  const chains = trucks.map((): number[] => [])
  const stands = trucks.map(({ place, freeAtS, drivenS }) => ({ place, clock: { atS: freeAtS, drivenS } }))
  const startS = new Int32Array(loads.length).fill(-1)
  const put = (truck: number, load: ChainLoad, id: number): boolean => {
    const stand = stands[truck]!
    const step = driveLoad(
      stand.clock,
      trucks[truck]!,
      load,
      legOf(stand.place, load.pickup),
      legOf(load.pickup, load.delivery),
      rules,
    )
    if ('reason' in step || (chains[truck]!.length > 0 && step.waitS > rules.waitMaxS)) return false
    startS[id] = drive(stand.clock, legOf(stand.place, load.pickup).seconds, rules).atS + step.waitS
    stands[truck] = { place: load.delivery, clock: step.clock }
    chains[truck]!.push(id)
    return true
  }
  for (const { truck, loads: chain } of before) for (const id of chain) put(truck, loads[id]!, id)
  const order = [...loads.keys()]
    .filter((id) => startS[id] === -1)
    .toSorted((a, b) => loads[a]!.latestS - loads[b]!.latestS || a - b)
  for (const [done, id] of order.entries()) {
    if (done % 64 === 0 && shouldStop()) return err(stopped(done, order.length))
    const load = loads[id]!
    // Trucks that bear it and take its goods, the nearest first, tried until one is there in time.
    const near = trucks.flatMap(({ payloadKg, vehicleClass }, truck) => {
      if (load.kg > payloadKg || (load.classes & vehicleClass) === 0) return []
      const activationM = chains[truck]!.length > 0 ? 0 : rules.activationM
      const costM = legOf(stands[truck]!.place, load.pickup).metres + activationM
      return costM < load.dropCostM ? [{ truck, costM }] : []
    })
    near.sort((a, b) => a.costM - b.costM || a.truck - b.truck)
    near.some(({ truck }) => put(truck, load, id))
  }
  const tours = chains.flatMap((chain, truck): readonly Tour[] => (chain.length > 0 ? [{ truck, loads: chain }] : []))
  return ok({ tours, startS })
}
