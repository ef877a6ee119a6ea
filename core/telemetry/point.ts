import type { Decimal } from './decimal.ts'
import { isSameFormula, type Formula } from './formula.ts'

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
  /** What it is computed by; null of what is measured, and of what is out of use or lacks an input. */
  readonly computed: Computed | null
}

/** A formula with the points that it asks. */
export type Computed = {
  readonly formula: Formula
  /** Numbers of the points, in the order of the formula's inputs. */
  readonly inputs: readonly number[]
  /** Milliseconds since the epoch: nothing before is computed by it; 0: the point has had it from its beginning. */
  readonly since: number
}

/** What a point may say otherwise than its type does. Its kind and resolution it has for ever. */
export const ownFields = [
  'name',
  'unit',
  'euLow',
  'euHigh',
  'sampleMs',
  'staleAfterS',
  'counterMax',
  'rawDays',
  'formula',
] as const
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
  /** For how many days its readings are kept, where its zone keeps them longer; null: as long as the zone. */
  readonly rawDays: number | null
  /** What it is computed by; null of what is measured. */
  readonly formula: Formula | null
}

/** Where a point departs from what its type says. Pure. O(fields). */
export const fieldsOfItsOwn = (point: PointSays, type: PointSays): readonly OwnField[] =>
  ownFields.filter((field) => {
    if (field === 'name') return point.name.zh !== type.name.zh || point.name.en !== type.name.en
    if (field === 'formula') return !isSameFormula(point.formula, type.formula)
    return point[field] !== type[field]
  })
