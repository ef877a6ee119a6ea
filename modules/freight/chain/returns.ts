import { drive } from '@tingzhou/dispatch'
import type { LonLat } from '@tingzhou/geo'
import type { Measure } from '../words.ts'
import { bears, roadMetres, kgOf } from '../wave/model.ts'
import { drivingS, restRules, type FreeAt } from './way.ts'
import { tightMinutes, type ChainNumbers, type Misfit, type ReturnReason } from './words.ts'

/** A published load with truckloads left, as it is offered to a truck on a trip. */
export type ReturnLoad = {
  readonly id: string
  readonly number: string
  readonly from: LonLat
  readonly to: LonLat
  readonly measure: Measure
  /** In the load's measure: what a truck usually takes, and what is left. */
  readonly truckPlan: number
  readonly left: number
  readonly cargoClass: string
  readonly loadFrom: number
  readonly loadUntil: number
  /** Whether a dispatcher forbade it to the truck. */
  readonly forbidden: boolean
}

/** The truck that looks for its next load. */
export type Seeker = {
  /** Where it unloads. */
  readonly place: LonLat
  readonly free: FreeAt
  readonly ratedKg: number
  readonly typeCode: string
  /** Where it belongs; null: nowhere that is known. */
  readonly home: LonLat | null
}

/** What the reckoning rests on. */
export type ReturnRules = {
  readonly numbers: ChainNumbers
  readonly bendPct: number
  /** Whether the body takes the goods, or that is not minded. */
  readonly fits: (cargoClass: string, typeCode: string) => boolean
}

/** Why a load stands where it stands: numbers in metres and minutes. */
export type Reason = { readonly kind: ReturnReason; readonly numbers: Readonly<Record<string, number>> }

/** A load that a truck can have next. */
export type Return<L extends ReturnLoad = ReturnLoad> = {
  readonly load: L
  readonly emptyM: number
  readonly loadedM: number
  /** At the loading place, milliseconds since the epoch. */
  readonly arriveAt: number
  readonly waitMinutes: number
  /** Empty metres home with this load between; null: no home is known. */
  readonly homeAfterM: number | null
  readonly reasons: readonly Reason[]
  /** Empty metres less what it brings the truck nearer home. */
  readonly scoreM: number
}

const minuteMs = 60_000

/**
 * Whether a truck can take a load next, and what that would be.
 * @returns the load with its figures, or why not
 * Pure. Source: own; the clock is that of libs/dispatch. O(1).
 */
export function judgeReturn<L extends ReturnLoad>(
  load: L,
  { place, free, ratedKg, typeCode, home }: Seeker,
  { numbers, bendPct, fits }: ReturnRules,
): Return<L> | { readonly misfit: Misfit } {
  if (!bears(kgOf(load), ratedKg)) return { misfit: 'too_heavy' }
  if (!fits(load.cargoClass, typeCode)) return { misfit: 'wrong_body' }
  if (load.forbidden) return { misfit: 'forbidden' }
  const metres = (a: LonLat, b: LonLat) => roadMetres(a, b, { bendPct })
  const emptyM = metres(place, load.from)
  const there = drive({ atS: 0, drivenS: free.drivenS }, drivingS(emptyM, numbers), restRules(numbers))
  const arriveAt = free.atMs + there.atS * 1_000
  if (arriveAt > load.loadUntil) return { misfit: 'too_late' }
  const waitMinutes = Math.max(0, Math.ceil((load.loadFrom - arriveAt) / minuteMs))
  if (waitMinutes > numbers.waitHoursMax * 60) return { misfit: 'too_long_wait' }
  const homeBeforeM = home && metres(place, home)
  const homeAfterM = home && metres(load.to, home)
  const nearerM = homeBeforeM === null || homeAfterM === null ? 0 : homeBeforeM - homeAfterM
  const worthM = Math.round((nearerM * numbers.homePct) / 100)
  const leftMinutes = Math.floor((load.loadUntil - arriveAt) / minuteMs)
  const reasons: readonly (Reason | null)[] = [
    { kind: 'empty', numbers: { emptyM } },
    homeBeforeM !== null && homeAfterM !== null && emptyM + homeAfterM < homeBeforeM
      ? { kind: 'home_loaded', numbers: { insteadM: homeBeforeM, emptyM: emptyM + homeAfterM } }
      : null,
    worthM === 0
      ? null
      : { kind: worthM > 0 ? 'homeward' : 'away', numbers: { nearerM: Math.abs(nearerM), worthM: Math.abs(worthM) } },
    waitMinutes > 0 ? { kind: 'wait', numbers: { minutes: waitMinutes } } : null,
    leftMinutes < tightMinutes ? { kind: 'tight', numbers: { minutes: leftMinutes } } : null,
  ]
  return {
    load,
    emptyM,
    loadedM: metres(load.from, load.to),
    arriveAt,
    waitMinutes,
    homeAfterM,
    reasons: reasons.filter((reason) => reason !== null),
    scoreM: emptyM - worthM,
  }
}

/**
 * The loads that a truck can take next, the best first: few empty metres, less what going homeward is worth.
 * Pure. O(loads log loads).
 */
export const rankReturns = <L extends ReturnLoad>(
  loads: readonly L[],
  seeker: Seeker,
  rules: ReturnRules,
): readonly Return<L>[] =>
  loads
    .flatMap((load) => {
      const judged = judgeReturn(load, seeker, rules)
      return 'misfit' in judged || judged.emptyM > rules.numbers.returnReachM ? [] : [judged]
    })
    .toSorted((a, b) => a.scoreM - b.scoreM || a.arriveAt - b.arriveAt || (a.load.number < b.load.number ? -1 : 1))
