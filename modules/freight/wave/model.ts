import { haversineM, type LonLat } from '@tingzhou/geo'
import type { FreeSlots } from '../dock/free.ts'
import type { FreeTruck } from './crew.ts'
import type { Reason, SupposedTruck, Unserved } from './kept.ts'
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

/** Truckloads of a load that are held back before anything is matched, and why. */
export type Held = Pick<Unserved, 'trips' | 'kind' | 'numbers'> & { readonly load: OpenLoad }

/**
 * As many truckloads as a wave gives away, what has to be loaded first before the rest: of a place whose docks give slots no more than
 * slots are free there until the wave's look-ahead, for a truck more would only wait.
 * @returns them, and what is held back with why. Pure. O(loads).
 */
export function shareOut(
  loads: readonly OpenLoad[],
  { loadTripsMax, tripsMax }: WaveNumbers,
  slots: readonly FreeSlots[],
): { readonly wanting: readonly Wanting[]; readonly held: readonly Held[] } {
  const atPlace = new Map(slots.map((one) => [one.placeId, { ...one, left: one.free }]))
  const wanting: Wanting[] = []
  const held: Held[] = []
  let room = tripsMax
  for (const load of loads) {
    const open = Math.ceil(load.left / load.truckPlan)
    const wish = Math.min(room, loadTripsMax, open)
    if (wish === 0) {
      held.push({ load, trips: open, kind: 'over_limit', numbers: { tripsMax } })
      continue
    }
    const place = atPlace.get(load.placeId)
    const trips = Math.min(wish, place?.left ?? wish)
    room -= trips
    if (trips > 0) wanting.push({ load, trips, before: 0 })
    if (!place) continue
    place.left -= trips
    const { capacity, booked, free, hours } = place
    const numbers = { capacity, booked, free, hours }
    if (trips < wish) held.push({ load, trips: wish - trips, kind: 'no_slot', numbers })
  }
  return { wanting, held }
}

/** What a truckload weighs, kg; null for loads that are not weighed before. O(1). */
export const kgOf = ({ measure, truckPlan, left }: Pick<OpenLoad, 'measure' | 'truckPlan' | 'left'>): number | null =>
  measure === 'ton' ? Math.min(truckPlan, left) : null

/** Whether a truck bears a truckload. O(1). */
export const bears = (kg: number | null, ratedKg: number): boolean => kg === null || kg <= ratedKg

/** Road metres between two places: the great circle by the factor of the zone. O(1). */
export const roadMetres = (from: LonLat, to: LonLat, { bendPct }: Pick<WaveNumbers, 'bendPct'>): number =>
  Math.round((haversineM(from, to) * bendPct) / 100)

/** What the truck of a load's next trip takes, in its measure: the last one what is left. O(1). */
export const planOfTrip = ({ left, truckPlan }: Pick<OpenLoad, 'left' | 'truckPlan'>, before: number): number =>
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
