import type { LeftKind, StopKind } from './words.ts'

/** What plans and tours keep as data in their rows. Metres, kilograms, cubic decimetres, milliseconds since the epoch, WGS-84 degrees. */

/** Where and when a truck loads or unloads what. */
export type Stop = {
  readonly kind: StopKind
  readonly loadId: string
  readonly number: string
  readonly goods: string
  readonly placeId: string
  readonly place: string
  readonly lon: number
  readonly lat: number
  /** What is loaded or unloaded, in the measure of the load. */
  readonly plan: number
  readonly measure: 'ton' | 'm3'
  /** Way from the stop before, or from where the truck stood. */
  readonly legM: number
  /** What the driver rests on that way. */
  readonly restS: number
  readonly arriveAt: number
  readonly startAt: number
  readonly leaveAt: number
  /** On board after the stop. */
  readonly onBoardKg: number
  readonly onBoardDm3: number
}

/** A load that is in no tour, and why: its text names these numbers. */
export type LeftLoad = {
  readonly loadId: string
  readonly number: string
  readonly kind: LeftKind
  readonly numbers: Readonly<Record<string, number>>
}
