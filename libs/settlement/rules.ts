import type { Brand } from '@tingzhou/kernel'
import type { Rounding } from './rounding.ts'

/** Which of the two settlement weights is paid for. */
export const weightRules = ['load', 'unload', 'min', 'max'] as const
export type WeightRule = (typeof weightRules)[number]

/** What freight is paid by; a price is in thousandths of a fen for one of its units. */
export type Basis =
  | { readonly unit: 'ton'; readonly weight: WeightRule }
  | { readonly unit: 'ton_km'; readonly weight: WeightRule }
  | { readonly unit: 'truck' }
  | { readonly unit: 'm3' }

/** How much may differ for nothing: a fixed mass (定额), or a rate of the settlement weight at loading (定率). */
export type Tolerance = { readonly by: 'fixed'; readonly kg: number } | { readonly by: 'rate'; readonly bp: number }

/**
 * What of a difference counts: nothing (N), what is over the tolerance (E), all of it once it is over (W), all of it always (R).
 */
export type Counting =
  | { readonly mode: 'none' }
  | { readonly mode: 'excess' | 'whole'; readonly tolerance: Tolerance }
  | { readonly mode: 'real' }

/** A loss that counts is charged at the price of the goods, or taken off the weight that is paid for (减吨). */
export type LossRule =
  | { readonly mode: 'none' }
  | { readonly mode: 'excess' | 'whole'; readonly as: 'money' | 'weight'; readonly tolerance: Tolerance }
  | { readonly mode: 'real'; readonly as: 'money' | 'weight' }

/** What a side is paid, or pays, by. */
export type Terms = {
  readonly basis: Basis
  readonly loss: LossRule
  /** A surplus (涨吨) that counts is not paid for; it is never charged. */
  readonly surplus: Counting
  /** Fen; freight below or above becomes it, by a line of its own. */
  readonly minimumFen: number | null
  readonly maximumFen: number | null
  /** Of the computed amount. */
  readonly rounding: Rounding
}

/** The shipper pays by a price, or what the carrier is due and a rate of service on the whole bill. */
export type ShipperTerms =
  | ({ readonly by: 'price' } & Terms)
  | { readonly by: 'service_rate'; readonly rateBp: number; readonly rounding: Rounding }

/**
 * Where a payment goes, in the order in which parts are served: what is out of hand already, what the law takes, what is owed,
 * what is held. The balance is what is left.
 */
export const payKinds = [
  'advance',
  'fuel_card',
  'etc',
  'court_freeze',
  'tax',
  'advance_recovery',
  'loan',
  'insurance',
  'deposit',
] as const
export type PayKind = (typeof payKinds)[number]

/** A part of a payment: a sum in fen, or a share of the payment in basis points. */
export type PayPart = {
  readonly to: PayKind
  /** The caller's name for it, where there are several of a kind. */
  readonly ref: string | null
  readonly amount: { readonly by: 'sum'; readonly fen: number } | { readonly by: 'share'; readonly bp: number }
}

/** How one or many waybills are settled. Made by `parseRules` only. */
export type SettlementRules = Brand<
  {
    /** p1, p2: the part of the weighed net that is settled, 10,000 for all of it. */
    readonly loadBp: number
    readonly unloadBp: number
    readonly carrier: Terms
    readonly shipper: ShipperTerms
    /** Of what is paid, after `carrier.rounding`. */
    readonly paidRounding: Rounding
    /** Reductions above freight and additions: no sheet, or a debt that is carried over and a due of nothing. */
    readonly whenNegative: 'refuse' | 'carry'
    readonly split: {
      readonly parts: readonly PayPart[]
      /** A part above what is left: no sheet, or only what is left. */
      readonly whenOver: 'refuse' | 'cap'
    }
  },
  'SettlementRules'
>
