import {
  chainRules,
  createGrid,
  nearest,
  type ChainLoad,
  type ChainProblem,
  type ChainTruck,
  type Leg,
} from '@tingzhou/dispatch'
import type { LonLat } from '@tingzhou/geo'
import type { Measure } from '../words.ts'
import { bears, roadMetres, kgOf } from '../wave/model.ts'
import { bodyRule, planeOf } from '../wave/solve.ts'
import type { WaveNumbers } from '../wave/words.ts'
import type { Unserved } from './kept.ts'
import { drivingS, restRules } from './way.ts'
import type { ChainNumbers } from './words.ts'

type Place = LonLat & { readonly id: string; readonly name: string }

/** A published load of assignment that can be loaded within the horizon. Times are milliseconds since the epoch. */
export type OpenLoad = {
  readonly id: string
  readonly number: string
  readonly goods: string
  readonly from: Place
  readonly to: Place
  readonly measure: Measure
  /** In the load's measure: what a truck usually takes, and what is left. */
  readonly truckPlan: number
  readonly left: number
  readonly cargoClass: string
  readonly since: number
  readonly loadFrom: number
  readonly loadUntil: number
}

/** A truck with a driver and papers: free where it stands, or on a trip and free where and when that ends. */
export type PlanTruck = LonLat & {
  readonly id: string
  readonly driverId: string
  readonly carrierId: string
  readonly ratedKg: number
  readonly typeCode: string
  readonly freeAtMs: number
  readonly drivenS: number
  /** The trip that it is on; null: it is free. */
  readonly afterId: string | null
  readonly home: Place | null
}

/** What a plan is made of, as the rows stood at one moment. */
export type ChainSnapshot = {
  readonly loads: readonly OpenLoad[]
  readonly trucks: readonly PlanTruck[]
  /** Loads that a truck shall not have, by its id. */
  readonly forbidden: Readonly<Record<string, readonly string[]>>
  readonly mindsBodies: boolean
}

/** What a plan reckons with. */
export type PlanNumbers = { readonly chain: ChainNumbers; readonly wave: WaveNumbers; readonly horizonHours: number }

/** A truckload of a load, by the load's position and how many of it come before. */
export type Trip = { readonly load: number; readonly before: number }

/** The snapshot as the solver takes it; loads of the problem are truckloads, trucks those that are near enough to matter. */
export type Posed = {
  readonly problem: ChainProblem
  readonly trips: readonly Trip[]
  readonly trucks: readonly PlanTruck[]
  /** Truckloads of each load that this plan leaves out unseen, and the limit that they are over. */
  readonly beyond: readonly Beyond[]
  readonly legOf: (from: number, to: number) => Leg
}

type Beyond = Pick<Unserved, 'trips' | 'kind' | 'numbers'>

/** Whether a truck may have a load at all: it bears it, its body takes the goods, and nobody forbade the two. */
type Suits = (load: OpenLoad, truck: PlanTruck) => boolean

const hourMs = 3_600_000
const bitsMax = 31

/**
 * Poses the problem: truckloads with their windows from now on, trucks with where and when they are free, one bit for all trucks that no
 * load can tell apart.
 * Pure. O(loads + trucks log trucks); O(loads × trucks) where no truck may have what is wanted.
 */
export function poseProblem(snapshot: ChainSnapshot, numbers: PlanNumbers, now: number): Posed {
  const { chain, wave, horizonHours } = numbers
  const { trips, beyond } = tripsOf(snapshot.loads, chain)
  const suits = suitsOf(snapshot)
  const near = nearTrucks(snapshot, trips, suits)
  const { bits, classesOf } = classBits(snapshot, near)
  const trucks = near.filter((_, truck) => bits[truck] !== null)
  const spots: LonLat[] = []
  const known = new Map<string, number>()
  const placeOf = (place: Place): number => {
    const at = known.get(place.id) ?? spots.push(place) - 1
    known.set(place.id, at)
    return at
  }
  const seconds = (ms: number): number => Math.max(0, Math.ceil((ms - now) / 1_000))
  const loads = trips.map(({ load, before }): ChainLoad => {
    const one = snapshot.loads[load]! // trips are those of loads
    const earliestS = seconds(one.loadFrom)
    const hours = Math.min(wave.waitHoursMax, Math.max(0, Math.floor((now - one.since) / hourMs)))
    return {
      id: `${one.id} ${before}`,
      pickup: placeOf(one.from),
      delivery: placeOf(one.to),
      kg: kgOf(one) ?? 0,
      classes: classesOf(load),
      earliestS,
      latestS: Math.max(earliestS, Math.min(seconds(one.loadUntil), horizonHours * 3_600)),
      dueS: foreverS,
      loadS: chain.loadMinutes * 60,
      unloadS: chain.unloadMinutes * 60,
      dropCostM: wave.leaveM + wave.leaveHourM * hours,
    }
  })
  const planned = near.flatMap((truck, i): readonly ChainTruck[] => {
    const bit = bits[i] ?? null
    if (bit === null) return []
    const freeAtS = seconds(truck.freeAtMs)
    return [
      {
        id: truck.id,
        place: spots.push(truck) - 1,
        freeAtS,
        shiftEndS: freeAtS + chain.tourHoursMax * 3_600,
        drivenS: truck.drivenS,
        payloadKg: truck.ratedKg,
        vehicleClass: 2 ** bit,
        home: truck.home && placeOf(truck.home),
      },
    ]
  })
  const furthestLat = spots.reduce((most, { lat }) => Math.max(most, Math.abs(lat)), 0)
  // Places of loads and trucks are spots.
  const legOf = (from: number, to: number): Leg => {
    const metres = roadMetres(spots[from]!, spots[to]!, wave)
    return { metres, seconds: drivingS(metres, chain) }
  }
  return {
    problem: {
      places: planeOf(spots, furthestLat),
      loads,
      trucks: planned,
      legs: (from, to) => {
        const legs = Array.from(from, (one, i) => legOf(one, to[i]!)) // both lists have the same length
        return {
          metres: Float64Array.from(legs, (leg) => leg.metres),
          seconds: Float64Array.from(legs, (leg) => leg.seconds),
        }
      },
      rules: {
        ...chainRules,
        ...restRules(chain),
        waitMaxS: chain.waitHoursMax * 3_600,
        waitCostMPerHour: chain.waitHourM,
        activationM: chain.activationM,
        homeWorthM: chain.homeM,
        neighbours: chain.neighbours,
        speedMaxMps: chain.speedKmh / 3.6,
      },
    },
    trips,
    trucks,
    beyond,
    legOf,
  }
}

// No delivery has an hour of its own.
const foreverS = 100 * 86_400

function tripsOf(loads: readonly OpenLoad[], { loadTripsMax, tripsMax }: ChainNumbers) {
  let room = tripsMax
  const trips: Trip[] = []
  const beyond = loads.map(({ left, truckPlan }, load): Beyond => {
    const wanted = Math.ceil(left / truckPlan)
    const count = Math.min(room, loadTripsMax, wanted)
    const limit =
      loadTripsMax <= room
        ? ({ kind: 'over_load_limit', numbers: { loadTripsMax } } as const)
        : ({ kind: 'over_limit', numbers: { tripsMax } } as const)
    room -= count
    for (let before = 0; before < count; before++) trips.push({ load, before })
    return { trips: wanted - count, ...limit }
  })
  return { trips, beyond }
}

function suitsOf({ forbidden, mindsBodies }: ChainSnapshot): Suits {
  const fits = bodyRule(mindsBodies)
  return (load, { id, ratedKg, typeCode }) =>
    bears(kgOf(load), ratedKg) && fits(load.cargoClass, typeCode) && !forbidden[id]?.includes(load.id)
}

/**
 * For each loading place, and each sort of load there that trucks tell apart, so many of the nearest trucks that may have it as could all
 * be needed at the place; of few trucks all of them.
 */
function nearTrucks(
  { loads, trucks, forbidden }: ChainSnapshot,
  trips: readonly Trip[],
  suits: Suits,
): readonly PlanTruck[] {
  const marked = new Set(Object.values(forbidden).flat())
  const wanted = new Map<string, { readonly place: Place; count: number; readonly sorts: Map<string, OpenLoad> }>()
  for (const { load } of trips) {
    const one = loads[load]! // trips are those of loads
    const at = wanted.get(one.from.id) ?? { place: one.from, count: 0, sorts: new Map<string, OpenLoad>() }
    wanted.set(one.from.id, at)
    at.count++
    at.sorts.set([kgOf(one), one.cargoClass, marked.has(one.id) ? one.id : ''].join(' '), one)
  }
  const stands = [...wanted.values()].map(({ place }) => place)
  const furthestLat = [...stands, ...trucks].reduce((most, { lat }) => Math.max(most, Math.abs(lat)), 0)
  const { x, y } = planeOf(trucks, furthestLat)
  const at = planeOf(stands, furthestLat)
  const grid = createGrid(x, y)
  const chosen = new Set<number>()
  for (const [place, { count, sorts }] of [...wanted.values()].entries()) {
    const most = Math.min(trucks.length, Math.ceil(1.3 * count) + 20)
    if (most === 0) continue
    for (const load of sorts.values()) {
      const weigh = (id: number, distanceM: number) => (suits(load, trucks[id]!) ? distanceM : Infinity) // of the grid
      const found = nearest(grid, at.x[place]!, at.y[place]!, most, Infinity, weigh) // a stand
      for (let n = 0; n < found.count; n++) chosen.add(found.ids[n]!) // below the count
    }
  }
  return trucks.filter((_, truck) => chosen.has(truck))
}

/**
 * One bit for all trucks whose bodies take the same goods and which are forbidden the same loads; null: more such sorts than bits, and this
 * truck is of one of the rarest.
 */
function classBits({ loads, forbidden, mindsBodies }: ChainSnapshot, trucks: readonly PlanTruck[]) {
  const fits = bodyRule(mindsBodies)
  const cargo = [...new Set(loads.map(({ cargoClass }) => cargoClass))]
  const inPlan = new Set(loads.map(({ id }) => id))
  const sorts = trucks.map(({ id, typeCode }) => {
    const not = (forbidden[id] ?? []).filter((load) => inPlan.has(load)).toSorted()
    return [cargo.map((one) => (fits(one, typeCode) ? 1 : 0)).join(''), ...not].join(' ')
  })
  const counts = new Map<string, number>()
  for (const sort of sorts) counts.set(sort, (counts.get(sort) ?? 0) + 1)
  const kept = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, bitsMax)
  const bitOf = new Map(kept.map(([sort], bit) => [sort, bit]))
  const told = kept.map(([sort]) => {
    const [goods = '', ...not] = sort.split(' ')
    return { goods, not: new Set(not) }
  })
  const classesOf = (load: number): number => {
    const { id, cargoClass } = loads[load]! // of the snapshot
    const place = cargo.indexOf(cargoClass)
    return told.reduce((sum, { goods, not }, bit) => (goods[place] === '1' && !not.has(id) ? sum + 2 ** bit : sum), 0)
  }
  return { bits: sorts.map((sort) => bitOf.get(sort) ?? null), classesOf }
}
