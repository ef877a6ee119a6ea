import type { WaveNumbers } from '../wave/words.ts'

/**
 * A day of dispatch as numbers: places, where trucks stood and what they may carry, the truckloads and when drivers took them. No name, no
 * plate, no driver; what is needed to dispatch it anew. Seconds count from the beginning of the day; degrees are WGS-84.
 */
export type DayRecord = {
  readonly day: string
  readonly numbers: WaveNumbers
  /** What was taken within so many minutes is matched at once. */
  readonly windowMinutes: number
  /** Whether goods must go with the body, as in waves. */
  readonly mindsBodies: boolean
  readonly places: readonly { readonly lon: number; readonly lat: number }[]
  readonly trucks: readonly RecordTruck[]
  /** As drivers took them. */
  readonly loads: readonly RecordLoad[]
}

/** A truck, from when it is known to be free, and where; a hundred metres exactly. */
export type RecordTruck = {
  readonly lon: number
  readonly lat: number
  readonly ratedKg: number
  readonly typeCode: string
  readonly freeS: number
}

/** A truckload that was taken. */
export type RecordLoad = {
  /** Numbers of places. */
  readonly from: number
  readonly to: number
  /** Null: not weighed before. */
  readonly kg: number | null
  readonly cargoClass: string
  readonly takenS: number
  /** From when it was taken to when the truck was unloaded; null: it was not by the end of the record. */
  readonly busyS: number | null
  readonly loadedM: number
  /** The truck that really took it. */
  readonly truck: number
}

/** Degrees of a hundred metres. */
export const roundedDeg = (degrees: number): number => Math.round(degrees * 1_000) / 1_000
