import { isOnTrip, type WaybillState } from './trip.ts'
import type { TourFacts, TourStopFacts } from './views.ts'

const beforeLoaded: ReadonlySet<WaybillState> = new Set(['offered', 'accepted', 'at_load'])
const onBoard: ReadonlySet<WaybillState> = new Set(['loaded', 'in_transit', 'at_unload', 'accident'])
const gone: ReadonlySet<WaybillState> = new Set(['cancelled', 'transloaded'])

/**
 * The stop of a tour that comes next, and which it is of how many; null: nothing is left to do. What is not driven has no stops.
 * @param stateOf  of a waybill of the tour; undefined: the phone does not know it any more
 * Pure. O(stops).
 */
export function nextStop(
  { stops }: TourFacts,
  stateOf: (waybillId: string) => WaybillState | undefined,
): { readonly stop: TourStopFacts; readonly at: number; readonly of: number } | null {
  const driven = stops.flatMap((stop) => {
    const state = stateOf(stop.waybillId)
    return state === undefined || gone.has(state) ? [] : [{ stop, state }]
  })
  const index = driven.findIndex(
    ({ stop, state }) => beforeLoaded.has(state) || (stop.kind === 'unload' && onBoard.has(state)),
  )
  const next = driven[index]
  return next ? { stop: next.stop, at: index + 1, of: driven.length } : null
}

type Row = { readonly trip: { readonly id: string; readonly tour?: TourFacts | null }; readonly state: WaybillState }
type Group<R> = { readonly tour: TourFacts | null; readonly rows: readonly R[] }

/** Rows as they are driven: the waybills of a tour together, where its first stands, each by its next stop. Pure. O(n · stops). */
export function inTourOrder<R extends Row>(rows: readonly R[]): readonly Group<R>[] {
  const shown = new Set<string>()
  return rows.flatMap((row): readonly Group<R>[] => {
    const tour = row.trip.tour ?? null
    if (tour === null) return [{ tour, rows: [row] }]
    if (shown.has(tour.id)) return []
    shown.add(tour.id)
    const own = rows.filter(({ trip }) => trip.tour?.id === tour.id)
    return [{ tour, rows: own.toSorted((a, b) => placeOf(a, tour) - placeOf(b, tour)) }]
  })
}

function placeOf({ trip, state }: Row, tour: TourFacts): number {
  const kind = beforeLoaded.has(state) ? 'load' : 'unload'
  return tour.stops.findIndex((stop) => stop.waybillId === trip.id && stop.kind === kind)
}

/** Whether two waybills are loads of one tour, which are driven together. O(1). */
const isOfTour = (one: Row['trip'], other: Row['trip']): boolean =>
  one.tour !== undefined && one.tour !== null && one.tour.id === other.tour?.id

/** Whether the driver is on another trip, which has to be over before this one: loads of one tour are one trip. Pure. O(rows). */
export const isOnOther = (rows: readonly Row[], trip: Row['trip']): boolean =>
  rows.some((row) => row.trip.id !== trip.id && isOnTrip(row.state) && !isOfTour(row.trip, trip))

/** Whether a waybill is the last of its tour that is unloaded, so that the truck is free after it. Pure. O(rows · stops). */
export function isUnloadedLast(rows: readonly Row[], { id, tour }: Row['trip']): boolean {
  const unloaded = (waybillId: string) =>
    tour?.stops.findIndex((stop) => stop.kind === 'unload' && stop.waybillId === waybillId) ?? -1
  return !rows.some((row) => isOnTrip(row.state) && unloaded(row.trip.id) > unloaded(id))
}
