import type { Product } from '../catalogue.ts'
import type { Amount } from '../measures.ts'
import { judgeSpecs, type AxisVerdict } from '../specs.ts'
import { unitOf } from '../units.ts'
import type { ReadPosting } from './posting.ts'

const scoreParts = ['product', 'spec', 'cost', 'quantity', 'lead', 'record', 'local'] as const

/** The points of a match; their sum is what a perfect one gets. */
export type Weights = Readonly<Record<(typeof scoreParts)[number], number>>

/** specs/chains.md §6. */
export const defaultWeights: Weights = { product: 40, spec: 20, cost: 15, quantity: 10, lead: 5, record: 5, local: 5 }

/** A way between seller and buyer: kilometres, and what carrying one tonne costs; `rate` says how that was reckoned. */
export type FreightQuote = { readonly km: number; readonly milliFenPerTonne: number; readonly rate: string }

/** How near the products are. */
export type Nearness = 'same' | 'family' | 'sibling' | 'text'

/** A part of the score: its points, the most it could have, and the figures that decided it. */
export type ScorePart = { readonly part: keyof Weights; readonly points: number; readonly of: number }

/** Why an offer stands where it stands; figures of money in milli-fen, quantities in base units of `dimension`. */
export type Explanation = {
  readonly path: {
    readonly wanted: string | null
    readonly offered: string | null
    readonly nearness: Nearness
    readonly family: string | null
  }
  /** The product was confirmed by a person or stands at the head of its phrase, in the need and in the offer. */
  readonly isSure: { readonly need: boolean; readonly offer: boolean }
  readonly aliases: { readonly need: readonly string[]; readonly offer: readonly string[] }
  readonly specs: readonly AxisVerdict[]
  readonly quantity: {
    readonly needed: number | null
    readonly free: number | null
    readonly dimension: string | null
    readonly isComparable: boolean
  }
  readonly cost: {
    readonly unitPrice: { readonly milliFen: number; readonly per: string } | null
    readonly freight: FreightQuote | null
    /** Price and freight of one unit of the product; null where one of them is not known. */
    readonly deliveredMilliFen: number | null
    readonly bestMilliFen: number | null
  }
  readonly leadDays: { readonly offered: number | null; readonly allowed: number | null }
  readonly parts: readonly ScorePart[]
  /** What the score was held down to, and by which rule. */
  readonly cap: { readonly points: number; readonly rule: 'spec_conflict' | 'text_only' } | null
}

/** A pair as it is judged, before the best cost among its rivals is known. */
export type Pair = {
  readonly need: ReadPosting
  readonly offer: ReadPosting
  readonly nearness: Nearness
  readonly specs: readonly AxisVerdict[]
  readonly freight: FreightQuote | null
  readonly deliveredMilliFen: number | null
  readonly textScore: number
}

const nearnessShare: Readonly<Record<Nearness, number>> = { same: 1, family: 0.5, sibling: 0.25, text: 0 }
const verdictShare = { equal: 1, tolerance: 0.5, unknown: 0.5, conflict: 0 } as const
// What nobody said is worth half, as an unknown axis of the specification is.
const unknownShare = 0.5
const guessShare = 0.75
const conflictCap = 59
const textCap = 24

export function nearnessOf(wanted: Product | null, offered: Product | null): Nearness {
  if (!wanted || !offered) return 'text'
  if (wanted.code === offered.code) return 'same'
  if (wanted.family === offered.family) return 'family'
  const isNear = wanted.parent !== undefined && (wanted.parent === offered.parent || wanted.parent === offered.code)
  return isNear || offered.parent === wanted.code ? 'sibling' : 'text'
}

/** @param freight  null when the way is not known, undefined when nobody reckons ways */
export function pairOf(
  need: ReadPosting,
  offer: ReadPosting,
  freight: FreightQuote | null | undefined,
  textScore: number,
): Pair {
  const nearness = nearnessOf(need.product, offer.product)
  const specs = need.product && nearness !== 'text' ? judgeSpecs(need.specs, offer.specs, need.product) : []
  const deliveredMilliFen = freight === null ? null : deliveredOf(need, offer, freight)
  return { need, offer, nearness, specs, freight: freight ?? null, deliveredMilliFen, textScore }
}

/**
 * Price and freight of one unit of the wanted product, in whole milli-fen.
 * A price per another unit of the same dimension is converted; one per another dimension (per piece of what is needed by the ton) is unknown.
 */
function deliveredOf(
  { product }: ReadPosting,
  { price }: ReadPosting,
  freight: FreightQuote | undefined,
): number | null {
  const [unit, per] = [unitOf(product?.unit ?? ''), price && unitOf(price.per)]
  if (!unit || !price || !per || unit.dimension !== per.dimension) return null
  const carried =
    freight === undefined ? 0 : unit.dimension === 'mass' ? (freight.milliFenPerTonne * unit.base) / 1e6 : 0
  const delivered = Math.round((price.milliFen * unit.base) / per.base + carried)
  return Number.isSafeInteger(delivered) ? delivered : null
}

/** Points and reasons of a pair, beside the cheapest of its rivals. */
export function scoreOf(pair: Pair, bestMilliFen: number | null, weights: Weights, allowedDays: number | null) {
  const { need, offer, nearness, specs, deliveredMilliFen, freight } = pair
  const certain = need.isSure && offer.isSure ? 1 : guessShare
  const [needed, free] = [need.quantity, offer.quantity]
  const isComparable =
    needed !== null && free !== null && needed.dimension === free.dimension && isSamePeriod(needed, free)
  const leadDays = offer.posting.leadDays ?? null
  const shares: Readonly<Record<keyof Weights, number>> = {
    product: nearnessShare[nearness] * certain,
    spec:
      specs.length === 0
        ? need.specs.length === 0 && nearness !== 'text'
          ? 1
          : unknownShare
        : meanOf(specs.map(({ verdict }) => verdictShare[verdict])),
    cost: costShare(deliveredMilliFen, bestMilliFen),
    quantity: isComparable && needed.value > 0 ? Math.min(1, free.value / needed.value) : unknownShare,
    lead: leadDays === null || allowedDays === null ? unknownShare : leadDays <= allowedDays ? 1 : 0,
    record: offer.posting.record ?? unknownShare,
    local: freight === null ? unknownShare : freight.km <= localKm ? 1 : 0,
  }
  const parts = scoreParts.map((part) => ({
    part,
    points: round(weights[part] * shares[part]),
    of: weights[part],
  }))
  const sum = parts.reduce((points, part) => points + part.points, 0)
  const rule: NonNullable<Explanation['cap']>['rule'] | null =
    nearness === 'text' ? 'text_only' : specs.some(({ verdict }) => verdict === 'conflict') ? 'spec_conflict' : null
  const cap = rule === null ? null : { points: rule === 'text_only' ? textCap : conflictCap, rule }
  const explanation: Explanation = {
    path: {
      wanted: need.product?.code ?? null,
      offered: offer.product?.code ?? null,
      nearness,
      family: need.product?.family ?? null,
    },
    isSure: { need: need.isSure, offer: offer.isSure },
    aliases: { need: aliasesOf(need), offer: aliasesOf(offer) },
    specs,
    quantity: {
      needed: needed?.value ?? null,
      free: free?.value ?? null,
      dimension: (needed ?? free)?.dimension ?? null,
      isComparable,
    },
    cost: { unitPrice: offer.price, freight, deliveredMilliFen, bestMilliFen },
    leadDays: { offered: leadDays, allowed: allowedDays },
    parts,
    cap,
  }
  return { score: round(Math.min(sum, cap?.points ?? Infinity)), explanation }
}

// 200 t each day are not served by 200 t in stock.
const isSamePeriod = (one: Amount, other: Amount): boolean => (one.period ?? 'once') === (other.period ?? 'once')

/** As far as an offer counts as local. */
const localKm = 100

const round = (points: number): number => Math.round(points * 100) / 100
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

// Full at the best, nothing from one and a half times the best.
function costShare(delivered: number | null, best: number | null): number {
  if (delivered === null || best === null) return unknownShare
  return best === 0 ? (delivered === 0 ? 1 : 0) : Math.max(0, Math.min(1, (1.5 * best - delivered) / (0.5 * best)))
}

const aliasesOf = ({ resolution, product }: ReadPosting): readonly string[] => [
  ...new Set(
    resolution.mentions.filter(({ code, weight }) => code === product?.code && weight > 0).map(({ alias }) => alias),
  ),
]
