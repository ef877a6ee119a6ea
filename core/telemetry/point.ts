import type { Decimal } from './decimal.ts'

export const pointKinds = ['analog', 'discrete', 'counter', 'setpoint', 'position'] as const
export type PointKind = (typeof pointKinds)[number]

/** A name in both languages. */
export type Name = { readonly zh: string; readonly en: string }

/** Something that is measured or set. */
export type Point = {
  /** 1..2^24 − 1, for ever the same. */
  readonly id: number
  /** The whole path, `TSMF.L1.MILL.B1-3.I`. */
  readonly code: string
  readonly nodeId: string
  readonly kind: PointKind
  readonly name: Name
  /** UCUM; null for what has none. */
  readonly unit: string | null
  /** The smallest meaningful step. */
  readonly resolution: Decimal
  /** Where its values should lie. */
  readonly euLow: number | null
  readonly euHigh: number | null
  /** How often it is expected, ms. */
  readonly sampleMs: number | null
  /** After how long without a value it counts as stale, s. */
  readonly staleAfterS: number | null
}

/** What a point may say otherwise than its type does. Its kind and resolution it has for ever. */
export const ownFields = ['name', 'unit', 'euLow', 'euHigh', 'sampleMs', 'staleAfterS', 'counterMax'] as const
export type OwnField = (typeof ownFields)[number]

/** What a point is called and told in, what is expected of it, and when it counts as silent. */
export type PointSays = {
  readonly name: Name
  readonly unit: string | null
  readonly euLow: number | null
  readonly euHigh: number | null
  readonly sampleMs: number | null
  readonly staleAfterS: number | null
  /** Where a counter begins again; null when it does not. */
  readonly counterMax: number | null
}

/** Where a point departs from what its type says. Pure. O(fields). */
export const fieldsOfItsOwn = (point: PointSays, type: PointSays): readonly OwnField[] =>
  ownFields.filter((field) =>
    field === 'name' ? point.name.zh !== type.name.zh || point.name.en !== type.name.en : point[field] !== type[field],
  )
