import type { UnservedKind } from './words.ts'

/** What plans of chained loads keep as data in their rows. */

type Named = { readonly id: string; readonly name: string }

/** A rest on the way, milliseconds since the epoch. */
export type Rest = { readonly at: number; readonly until: number }

/** One load of a tour: the empty way to it and the loaded way; times are milliseconds since the epoch. */
export type TourLeg = {
  readonly load: { readonly id: string; readonly number: string; readonly goods: string }
  readonly from: Named
  readonly to: Named
  /** In the load's measure. */
  readonly plan: number
  readonly emptyM: number
  readonly loadedM: number
  readonly leaveAt: number
  readonly arriveAt: number
  /** Loading begins: the truck waits until then. */
  readonly loadAt: number
  readonly departAt: number
  readonly unloadAt: number
  readonly doneAt: number
  readonly rests: readonly Rest[]
}

/** The empty way home at the end of a tour. */
export type TourHome = Named & { readonly emptyM: number; readonly at: number; readonly rests: readonly Rest[] }

/** Truckloads of a load that are in no tour, and why. */
export type Unserved = {
  readonly loadId: string
  readonly number: string
  readonly trips: number
  readonly kind: UnservedKind
  readonly numbers: Readonly<Record<string, number>>
}

/** How much is served with how many trucks, metres. */
export type ChainTotals = {
  readonly served: number
  readonly used: number
  readonly emptyM: number
  readonly loadedM: number
}
