import type { LonLat } from '../libs/geo/point.ts'
import { draw, seeded } from '../libs/dispatch/spot/testing.ts'

/** A place of loading and unloading, with docks for each direction. */
export type Site = LonLat & { readonly name: string; loadDocks: number; unloadDocks: number }

/** Truckloads of one lane that are published together. */
export type Order = {
  readonly from: number
  readonly to: number
  readonly trips: number
  /** Milliseconds after the day began. */
  readonly publishedMs: number
}

/** Where a truck stands in the morning; off duty: its terminal last spoke more than a day ago. */
export type Stand = LonLat & { readonly isOnDuty: boolean }

export type DayWish = {
  readonly loads: number
  readonly trucks: number
  readonly seed: number
  /** Trucks on duty, 0 to 1. */
  readonly onDuty: number
}

export type InventedDay = {
  readonly sites: readonly Site[]
  readonly orders: readonly Order[]
  readonly trucks: readonly Stand[]
}

export const dayBegins = { hour: 5, publishedUntilHour: 18, ordersUntilHour: 22 } as const
export const service = { loadS: 480, unloadS: 600 } as const
const hourMs = 3_600_000
/** South-west corner of the invented region of 176 × 133 km. */
const corner = { lon: 86.2, lat: 43.6 } as const
const size = { lon: 2.2, lat: 1.2 } as const
const [mines, plants, yards] = [14, 10, 16]
/** Of the truckloads: coal one way, what comes back from near the plants, and the rest. */
const shares = { bulk: 0.7, back: 0.18 } as const
const orderTripsMax = 20
/** How busy docks are on average: then a queue is a matter of when trucks come. */
const dockLoad = 0.8

/**
 * An invented day: mines in three fields, plants and yards around towns, coal that flows one way, some goods back, trucks around the
 * towns. Pure. O(loads + trucks).
 */
export function inventDay({ loads, trucks, seed, onDuty }: DayWish): InventedDay {
  const random = seeded(seed)
  const anywhere = (): LonLat => ({ lon: corner.lon + size.lon * random(), lat: corner.lat + size.lat * random() })
  const near = ({ lon, lat }: LonLat, spreadKm: number): LonLat => {
    const radius = spreadKm * Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    return { lon: lon + (radius * Math.cos(angle)) / 80, lat: lat + (radius * Math.sin(angle)) / 111 }
  }
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]! // below the length
  const [fields, towns] = [Array.from({ length: 3 }, anywhere), Array.from({ length: 12 }, anywhere)]
  const site = (name: string, at: LonLat): Site => ({ ...at, name, loadDocks: 1, unloadDocks: 1 })
  const sites: readonly Site[] = [
    ...Array.from({ length: mines }, (_, n) => site(`synthetic mine ${n + 1}`, near(pick(fields), 12))),
    ...Array.from({ length: plants }, (_, n) => site(`synthetic plant ${n + 1}`, near(pick(towns), 10))),
    ...Array.from({ length: yards }, (_, n) => site(`synthetic yard ${n + 1}`, near(pick(towns), 15))),
  ]
  const mine = () => Math.floor(random() * mines)
  const plant = () => mines + Math.floor(random() * plants)
  const yard = () => mines + plants + Math.floor(random() * yards)
  // Lanes send as 1 / rank^0.8.
  const lanesOf = (count: number, from: () => number, to: () => number) =>
    Array.from({ length: count }, () => [from(), to()] as const).filter(([a, b]) => a !== b)
  const kinds = [
    { share: shares.bulk, lanes: lanesOf(32, mine, plant) },
    { share: shares.back, lanes: [...lanesOf(8, plant, mine), ...lanesOf(8, yard, mine)] },
    { share: 1 - shares.bulk - shares.back, lanes: lanesOf(40, yard, () => (random() < 0.5 ? yard() : plant())) },
  ]
  const orders: Order[] = []
  for (const { share, lanes } of kinds) {
    const weights = lanes.map((_, rank) => 1 / (rank + 1) ** 0.8)
    let left = Math.round(loads * share)
    while (left > 0) {
      const [from, to] = lanes[draw(weights, random)]! // drawn from the lanes
      const trips = Math.min(left, 1 + Math.floor(random() * orderTripsMax))
      const publishedMs = Math.floor(
        (dayBegins.hour + (dayBegins.publishedUntilHour - dayBegins.hour) * random()) * hourMs,
      )
      orders.push({ from, to, trips, publishedMs })
      left -= trips
    }
  }
  for (const { loadDocks, unloadDocks, at } of docksOf(sites.length, orders))
    Object.assign(sites[at]!, { loadDocks, unloadDocks })
  return {
    sites,
    orders: orders.toSorted((a, b) => a.publishedMs - b.publishedMs),
    trucks: Array.from({ length: trucks }, () => ({
      ...near(random() < 0.7 ? pick(towns) : pick(sites), 12),
      isOnDuty: random() < onDuty,
    })),
  }
}

/** As many docks as serve a site's trucks of the day at `dockLoad`. */
function docksOf(sites: number, orders: readonly Order[]) {
  const hours = dayBegins.ordersUntilHour - dayBegins.hour
  const need = (trips: number, serviceS: number): number =>
    Math.max(1, Math.ceil((trips * serviceS) / (hours * 3_600 * dockLoad)))
  return Array.from({ length: sites }, (_, at) => {
    const sum = (end: 'from' | 'to') => orders.reduce((all, order) => all + (order[end] === at ? order.trips : 0), 0)
    return { at, loadDocks: need(sum('from'), service.loadS), unloadDocks: need(sum('to'), service.unloadS) }
  })
}
