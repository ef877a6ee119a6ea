import { amountOf, type Measured } from './amount.ts'
import type { AdditionKind, ReductionKind } from './facts.ts'
import type { Fen } from '@tingzhou/kernel'

/** What a line is for. A screen has a text for each. */
export const lineKeys = [
  'freight', // basis × price
  'minimum', // what the freight lacks to the minimum
  'maximum', // what the freight is above the maximum
  'carriage', // what the carrier is due, on the bill of a service-rate contract
  'service_fee', // what the service rate adds to it
  'loss', // loss that counts × price of the goods
  'carried', // what reductions are above everything else, owed on
  'm0_computed', // 抹零 of the computed amount
  'm0_paid', // 抹零 of the paid amount
] as const
export type LineKey = (typeof lineKeys)[number] | AdditionKind | ReductionKind

/** A line of a sheet. Its amount is that of `measured`, half up, where there is one. */
export type Line = {
  readonly side: 'carrier' | 'shipper'
  readonly key: LineKey
  /** The caller's name, of an item. Side, key and reference name a line once. */
  readonly ref: string | null
  readonly sign: 1 | -1
  /** Never negative. */
  readonly amountFen: Fen
  readonly measured: Measured | null
  /** Which weight was paid for; null where none is. */
  readonly basis: 'load' | 'unload' | null
}

/** A line before it is known to be in range. */
export type Draft = Omit<Line, 'side' | 'amountFen'> & { readonly amount: bigint }

export const measuredLine = (
  key: LineKey,
  sign: 1 | -1,
  measured: Measured,
  ref: string | null = null,
  basis: Line['basis'] = null,
): Draft => ({ key, ref, sign, amount: amountOf(measured), measured, basis })

/** A line of a plain amount, negative or not. */
export const plainLine = (key: LineKey, amount: bigint, ref: string | null = null): Draft => ({
  key,
  ref,
  sign: amount < 0n ? -1 : 1,
  amount: amount < 0n ? -amount : amount,
  measured: null,
  basis: null,
})

/** The same, but none of nothing. */
export const differenceLine = (key: LineKey, amount: bigint): readonly Draft[] =>
  amount === 0n ? [] : [plainLine(key, amount)]

/** What lines come to. O(lines). */
export const sumOf = (lines: readonly Draft[]): bigint =>
  lines.reduce((sum, line) => (line.sign < 0 ? sum - line.amount : sum + line.amount), 0n)
