import { haversineM, type LonLat } from '@tingzhou/geo'
import type { FreeTruck } from './crew.ts'
import type { Reason, SupposedTruck } from './kept.ts'
import type { OpenLoad, Snapshot } from './snapshot.ts'
import type { WaveNumbers } from './words.ts'

/** A truck that may go. */
export type Ready = LonLat & {
  /** Null: a trial supposes it, by its number there. */
  readonly truck: FreeTruck | null
  readonly supposed: number | null
  readonly ratedKg: number
  /** Null: not known, so that it takes whatever goods. */
  readonly typeCode: string | null
  /** Metres that its waiting is worth. */
  readonly bonusM: number
}

/** A load, and how many of its truckloads this wave may give away. */
export type Wanting = { readonly load: OpenLoad; readonly trips: number; readonly before: number }

/** Loads that no truck can tell apart: one place, one mass, one class of goods, one age. */
export type Group = LonLat & {
  readonly placeId: string
  readonly place: string
  readonly cargoClass: string
  /** What a truckload weighs; null: not known. */
  readonly kg: number | null
  /** Metres that leaving one truckload out costs. */
  readonly leaveM: number
  readonly forbidden: ReadonlySet<string>
  /** What has to be loaded first comes first. */
  readonly loads: readonly Wanting[]
  readonly trips: number
}

/** One truckload and its truck. */
export type Pair = {
  readonly load: OpenLoad
  readonly ready: Ready
  /** In the load's measure. */
  readonly plan: number
  readonly emptyM: number
  readonly costM: number
  /** What comes next, and by how much the whole wave would be dearer; no truck: leaving the load. */
  readonly next: { readonly ready: Ready | null; readonly costM: number; readonly moreM: number } | null
  readonly loadWorthM: number
  readonly truckWorthM: number
  readonly reasons: readonly Reason[]
}

/** Trucks with a driver and papers, and those that a trial supposes. Pure. O(trucks). */
export function readyTrucks(
  trucks: readonly FreeTruck[],
  { fairHourM, fairMaxM }: WaveNumbers,
  supposed: readonly SupposedTruck[],
): readonly Ready[] {
  const real = trucks
    .filter(({ lack }) => lack === null)
    .map((truck): Ready => ({
      truck,
      supposed: null,
      lon: truck.lon,
      lat: truck.lat,
      ratedKg: truck.ratedKg,
      typeCode: truck.typeCode,
      bonusM: Math.min(fairMaxM, fairHourM * truck.idleHours),
    }))
  const more = supposed.flatMap(({ count, lon, lat, ratedKg }) =>
    Array.from({ length: count }, () => ({ lon, lat, ratedKg })),
  )
  return [
    ...real,
    ...more.map((one, number): Ready => ({ ...one, truck: null, supposed: number + 1, typeCode: null, bonusM: 0 })),
  ]
}

/** As many truckloads as a wave gives away, what has to be loaded first before the rest. Pure. O(loads). */
export function wantingOf(loads: readonly OpenLoad[], { loadTripsMax, tripsMax }: WaveNumbers): readonly Wanting[] {
  let room = tripsMax
  return loads.flatMap((load) => {
    const trips = Math.min(room, loadTripsMax, Math.ceil(load.left / load.truckPlan))
    room -= trips
    return trips === 0 ? [] : [{ load, trips, before: 0 }]
  })
}

/** What a truckload weighs, kg; null for loads that are not weighed before. O(1). */
export const kgOf = ({ measure, truckPlan, left }: OpenLoad): number | null =>
  measure === 'ton' ? Math.min(truckPlan, left) : null

/** Whether a truck bears a truckload. O(1). */
export const bears = (kg: number | null, ratedKg: number): boolean => kg === null || kg <= ratedKg

/** Road metres of the empty way: the great circle by the factor of the zone. O(1). */
export const emptyMetres = (from: LonLat, to: LonLat, { bendPct }: Pick<WaveNumbers, 'bendPct'>): number =>
  Math.round((haversineM(from, to) * bendPct) / 100)

/** What the truck of a load's next trip takes, in its measure: the last one what is left. O(1). */
export const planOfTrip = ({ left, truckPlan }: OpenLoad, before: number): number =>
  Math.min(truckPlan, left - before * truckPlan)

const hourMs = 3_600_000

/** Loads that no truck can tell apart, together: so nearest trucks are looked for once for all of them. Pure. O(loads + marks). */
export function groupsOf(
  wanting: readonly Wanting[],
  { marks }: Snapshot,
  { leaveM, leaveHourM, waitHoursMax }: WaveNumbers,
  now: number,
): readonly Group[] {
  const forbidden = new Map<string, Set<string>>()
  for (const { loadId, vehicleId, kind } of marks)
    if (kind === 'forbid') forbidden.set(loadId, (forbidden.get(loadId) ?? new Set()).add(vehicleId))
  const groups = new Map<string, { load: OpenLoad; leaveM: number; forbidden: ReadonlySet<string>; loads: Wanting[] }>()
  for (const one of wanting) {
    const { load } = one
    const hours = Math.min(waitHoursMax, Math.max(0, Math.floor((now - load.since) / hourMs)))
    const not = forbidden.get(load.id) ?? new Set<string>()
    const key = [load.placeId, kgOf(load), load.cargoClass, hours, not.size > 0 ? load.id : ''].join(' ')
    const group = groups.get(key)
    if (group) group.loads.push(one)
    else groups.set(key, { load, leaveM: leaveM + leaveHourM * hours, forbidden: not, loads: [one] })
  }
  return [...groups.values()].map(({ load, ...group }) => ({
    ...group,
    placeId: load.placeId,
    place: load.place,
    cargoClass: load.cargoClass,
    kg: kgOf(load),
    lon: load.lon,
    lat: load.lat,
    trips: group.loads.reduce((sum, { trips }) => sum + trips, 0),
  }))
}
