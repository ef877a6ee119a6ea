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
