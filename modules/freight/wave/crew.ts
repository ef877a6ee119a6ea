import type { EpochMs } from '@tingzhou/kernel'
import { isLight } from '../light.ts'
import { requiredOf, type Needs } from '../paper-rule.ts'
import type { CarrierKind } from '../words.ts'

/** Why a free vehicle cannot go. */
export type Lack = 'papers' | 'driver'

/** A free vehicle with a position. */
export type FreeTruck = {
  readonly id: string
  readonly plate: string
  readonly ratedKg: number
  readonly typeCode: string
  readonly carrierId: string
  readonly lon: number
  readonly lat: number
  /** Whole hours since it was last unloaded, at most as many as count; so many too when it was never. */
  readonly idleHours: number
  /** Who drives it; null with what it lacks. */
  readonly driverId: string | null
  readonly lack: Lack | null
}

/** A free vehicle as the rows have it. */
export type VehicleRow = {
  readonly id: string
  readonly plate: string
  readonly ratedKg: number
  readonly grossKg: number
  readonly typeCode: string
  readonly carrierId: string
  readonly carrierKind: CarrierKind
  readonly lon: number
  readonly lat: number
  readonly unloadedAt: EpochMs | null
  /** Which of the required papers hold today, a bit each; null: none. */
  readonly papers: number | null
  readonly carrierPapers: number | null
}

/** Somebody who drives for a carrier today. */
export type DrivingRow = {
  readonly carrierId: string
  readonly vehicleId: string | null
  readonly driverId: string
  readonly papers: number | null
}

type HasPapers = (needs: Needs, held: number | null) => boolean

/** Whether somebody has what is required; answers are kept, for there are few different ones. */
export function paperChecks(kinds: Parameters<typeof requiredOf>[0]): HasPapers {
  const known = new Map<string, boolean>()
  return (needs, held) => {
    const key = `${needs.subject} ${needs.light} ${needs.carrierKind} ${held}`
    const answer =
      known.get(key) ?? requiredOf(kinds, needs).every((kind) => (((held ?? 0) >> kinds.indexOf(kind)) & 1) === 1)
    known.set(key, answer)
    return answer
  }
}

/**
 * Gives each vehicle somebody to drive it, and nobody two: first those who drive one vehicle alone, then those who drive any of a
 * carrier's, which go to what was unloaded last. Pure. O(vehicles + drivings), more where many drivers lack papers.
 * @param vehicles  what was unloaded last first
 * @param drivings  those of one vehicle first
 */
export function crewed(
  vehicles: readonly VehicleRow[],
  drivings: readonly DrivingRow[],
  has: HasPapers,
  idleHoursOf: (unloadedAt: EpochMs | null) => number,
): readonly FreeTruck[] {
  const waiting = new Map<string, DrivingRow[]>()
  for (const driving of drivings) {
    const key = `${driving.carrierId} ${driving.vehicleId ?? ''}`
    const line = waiting.get(key)
    if (line) line.push(driving)
    else waiting.set(key, [driving])
  }
  const taken = new Set<string>()
  const drivers = new Map<string, string>()
  for (const isAny of [false, true])
    for (const { id, carrierId, grossKg } of vehicles) {
      if (drivers.has(id)) continue
      const needs = { subject: 'driver', light: isLight(grossKg), carrierKind: null } as const
      const driverId = nextOf(waiting.get(`${carrierId} ${isAny ? '' : id}`) ?? [], taken, (papers) =>
        has(needs, papers),
      )
      if (driverId !== null) drivers.set(id, driverId)
    }
  return vehicles.map((vehicle) => {
    const light = isLight(vehicle.grossKg)
    const holds =
      has({ subject: 'vehicle', light, carrierKind: null }, vehicle.papers) &&
      has({ subject: 'carrier', light, carrierKind: vehicle.carrierKind }, vehicle.carrierPapers)
    const driverId = holds ? (drivers.get(vehicle.id) ?? null) : null
    return {
      id: vehicle.id,
      plate: vehicle.plate,
      ratedKg: vehicle.ratedKg,
      typeCode: vehicle.typeCode,
      carrierId: vehicle.carrierId,
      lon: vehicle.lon,
      lat: vehicle.lat,
      idleHours: idleHoursOf(vehicle.unloadedAt),
      driverId,
      lack: driverId !== null ? null : holds ? 'driver' : 'papers',
    }
  })
}

/** Takes the first out of a line who is not taken and has the papers. */
function nextOf(line: DrivingRow[], taken: Set<string>, has: (papers: number | null) => boolean): string | null {
  for (let at = 0; at < line.length;) {
    const { driverId, papers } = line[at]! // below the length
    if (!taken.has(driverId) && !has(papers)) {
      at++
      continue
    }
    line.splice(at, 1)
    if (taken.has(driverId)) continue
    taken.add(driverId)
    return driverId
  }
  return null
}
