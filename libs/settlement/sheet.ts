import type { Fen } from '@tingzhou/kernel'
import type { Facts } from './facts.ts'
import type { Line } from './line.ts'
import type { PayLine } from './pay.ts'
import type { SettlementRules } from './rules.ts'
import type { Weighing } from './weigh.ts'

/** A settlement sheet: what was known, every line, and totals that are the sums of lines. Frozen, of JSON values only. */
export type Sheet = {
  /** The edition of this arithmetic; another one when the same rules and facts would give another sheet. */
  readonly edition: 1
  readonly rules: SettlementRules
  readonly facts: Facts
  /** Null where the terms need no weights. */
  readonly weighing: { readonly carrier: Weighing | null; readonly shipper: Weighing | null }
  readonly lines: readonly Line[]
  readonly pays: readonly PayLine[]
  readonly totals: Totals
}

/** Fen. */
export type Totals = {
  /** The carrier's lines without `carried` and 抹零; may be negative. */
  readonly computedFen: Fen
  /** The line `carried` of the carrier: owed by it, to be recovered. */
  readonly carriedFen: Fen
  /** The carrier's lines without `m0_paid`. */
  readonly dueFen: Fen
  /** All lines of the carrier, and all pays. */
  readonly paidFen: Fen
  /** The pays by group; `outFen` is what leaves now. */
  readonly outFen: Fen
  readonly heldFen: Fen
  readonly withheldFen: Fen
  /** What parts asked for beyond what there was, where the rules cap. */
  readonly shortFen: Fen
  /** All lines of the shipper. */
  readonly billFen: Fen
  /** The line `carried` of the shipper: owed to it. */
  readonly billCarriedFen: Fen
  /** The bill without its tax, and the tax. */
  readonly netFen: Fen
  readonly taxFen: Fen
  /** Bill less due: what the platform earns, tax in it; may be negative. */
  readonly incomeFen: Fen
}
