import data from '../data/stations.json' with { type: 'json' }

/** Something that a station measures. */
export type Measured = {
  readonly code: string
  readonly base: number
  readonly spread: number
  /** Digits behind the point, as its instrument has them. */
  readonly decimals: number
}

/** A monitoring station. Everything is invented. */
export type Identity = {
  readonly id: number
  readonly mn: string
  readonly pw: string
  /** System code of HJ 212. */
  readonly st: string
  /** Code of the equipment. */
  readonly segment: string
  readonly name: string
  readonly factors: readonly Measured[]
}

/** The stations of the demo. */
export const stations: readonly Identity[] = data.map((station, id) => ({ id, ...station }))
