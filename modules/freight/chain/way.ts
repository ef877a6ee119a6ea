import { drive, type ChainRules, type DriverClock } from '@tingzhou/dispatch'
import type { EpochMs } from '@tingzhou/kernel'
import type { Rest } from './kept.ts'
import type { ChainNumbers } from './words.ts'

/** What a driver's clock reckons with. */
type Pace = Pick<ChainNumbers, 'speedKmh' | 'driveMaxMinutes' | 'restMinutes'>

/** Driving seconds of so many metres. O(1). */
export const drivingS = (metres: number, { speedKmh }: Pick<Pace, 'speedKmh'>): number =>
  Math.ceil((metres * 3.6) / speedKmh)

/** The rule of rests as `drive` of libs/dispatch asks for it. O(1). */
export const restRules = ({ driveMaxMinutes, restMinutes }: Pace): Pick<ChainRules, 'driveMaxS' | 'restS'> => ({
  driveMaxS: driveMaxMinutes * 60,
  restS: restMinutes * 60,
})

/**
 * Where a leg's rests lie: each as late as the rule allows, as `drive` reckons with them.
 * @param clock   seconds
 * @param startMs  when second 0 is
 * Pure. O(rests).
 */
export function restsOn(
  { atS, drivenS }: DriverClock,
  driveS: number,
  { driveMaxS, restS }: Pick<ChainRules, 'driveMaxS' | 'restS'>,
  startMs: number,
): readonly Rest[] {
  const count = Math.max(0, Math.ceil((drivenS + driveS) / driveMaxS) - 1)
  return Array.from({ length: count }, (_, rest) => {
    const from = startMs + (atS + (rest + 1) * driveMaxS - drivenS + rest * restS) * 1_000
    return { at: from, until: from + restS * 1_000 }
  })
}

/** A trip that is under way, as far as its end is reckoned. */
export type Underway = {
  readonly state: string
  /** At the unloading place: against the plan, or when it came there; null: no way was planned. */
  readonly expectedAt: EpochMs | null
  /** Great-circle metres from the loading to the unloading place. */
  readonly straightM: number
}

/** When a truck is free, and how long it has driven since the last rest. */
export type FreeAt = { readonly atMs: number; readonly drivenS: number; readonly unloadingFromMs: number }

/**
 * When a truck on a trip is unloaded: not before now, with the rests of its way.
 * @param bendPct  how much longer a road is than a straight line
 * Pure. O(1).
 */
export function freeAt(trip: Underway, numbers: ChainNumbers, bendPct: number, now: number): FreeAt {
  const rules = restRules(numbers)
  const wayS = drivingS((trip.straightM * bendPct) / 100, numbers)
  const { drivenS } = drive({ atS: 0, drivenS: 0 }, wayS, rules)
  // The plan of the desk holds the rests of the driver.
  const thereMs = trip.expectedAt ?? now + drive({ atS: 0, drivenS: 0 }, wayS, rules).atS * 1_000
  const unloadingFromMs = Math.max(now, thereMs)
  return { atMs: unloadingFromMs + numbers.unloadMinutes * 60_000, drivenS, unloadingFromMs }
}

/** A waybill as one of those that its truck carries at once, and when that would free the truck. */
export type Ending = { readonly id: string; readonly expectedAt: EpochMs | null; readonly free: FreeAt }

/** Whether a truck that carries both waybills unloads the one after the other: it is free after the last of all. Pure. O(1). */
export const endsLater = (one: Ending, other: Ending): boolean =>
  (one.free.atMs - other.free.atMs || (one.expectedAt ?? 0) - (other.expectedAt ?? 0) || (one.id < other.id ? -1 : 1)) >
  0
