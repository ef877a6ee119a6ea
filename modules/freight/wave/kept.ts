import type { IdlePinKind, ReasonKind, UnservedKind } from './words.ts'

/** What waves keep as data in their rows. */

type Numbers = Readonly<Record<string, number>>
type Names = Readonly<Record<string, string>>

/** A reason of a pair: its text names these numbers, whole metres and hours, and names of trucks and loads. */
export type Reason = { readonly kind: ReasonKind; readonly numbers: Numbers; readonly names: Names }

/** How much a plan serves, over which empty way, at which cost with what it leaves out. */
export type Totals = { readonly matched: number; readonly emptyM: number; readonly costM: number }

/** Truckloads of a load that were left out, and why. */
export type Unserved = {
  readonly loadId: string
  readonly number: string
  readonly trips: number
  readonly kind: UnservedKind
  readonly numbers: Numbers
}

/** What one more truck at a loading place would save. */
export type Worth = { readonly placeId: string; readonly place: string; readonly savesM: number }

/** A pin of a load of the wave that was not kept. */
export type IdlePin = {
  readonly loadId: string
  readonly number: string
  readonly vehicleId: string
  readonly plate: string
  readonly why: IdlePinKind
}

/** Trucks that a trial supposes at a place. */
export type SupposedTruck = {
  /** WGS-84 degrees. */
  readonly lon: number
  readonly lat: number
  readonly ratedKg: number
  readonly count: number
}

/** What a trial supposes. */
export type Supposed = { readonly trucks: readonly SupposedTruck[]; readonly withoutLoads: readonly string[] }

/** Why a proposal was not sent: a word of waves, or the kind of what assigning refused, with its value and rule. */
export type StaleWhy = { readonly kind: string; readonly value: string; readonly rule: string }
