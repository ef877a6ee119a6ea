import type { Json } from '@tingzhou/db'
import { postingOf, type Market } from '../posting/market-index.ts'
import type { Posting } from './theme.ts'
import { pairsMax } from './words.ts'

/** A firm that comes. */
export type Comer = { readonly firmId: string; readonly wishes: readonly string[] }

/** Two firms that should meet, about what, and how much that is worth. */
export type Proposed = {
  readonly buyerId: string
  readonly sellerId: string
  readonly needId: string | null
  readonly offerId: string | null
  readonly score: number | null
  readonly explanation: Json | null
  readonly wishedBy: readonly string[]
  readonly weight: number
}

/** Offers that are looked at for one need. */
const offersOfNeed = 50
/** A match by words only has at most 24 points: that is no reason for a meeting. */
const scoreLeast = 25
/** What a wish is worth beside the points of a match: whoever asks for a meeting goes before whoever only matches. */
const wishWeight = 100

/** Two firms, whoever buys. Pure. O(1). */
export const pairKey = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`)

/**
 * Who should meet whom: the best match between each two firms that come, and what they wished. Of one firm at most so many, the worthiest
 * first; what stands already counts.
 * @param postings  open postings of the firms, of the theme
 * @param standing  pairs that stand, whose firms they take room from
 * Pure but for reading the index. O(needs * offers of a need + pairs log pairs).
 */
export function proposePairs(
  market: Market,
  postings: readonly Posting[],
  comers: readonly Comer[],
  meetingsMax: number,
  standing: readonly { readonly buyerId: string; readonly sellerId: string }[],
): readonly Proposed[] {
  const best = bestMatches(market, postings)
  const here = new Set(comers.map(({ firmId }) => firmId))
  for (const { firmId, wishes } of comers)
    for (const other of wishes) {
      if (!here.has(other)) continue
      const key = pairKey(firmId, other)
      const known = best.get(key) ?? wishOf(firmId, other)
      best.set(key, { ...known, wishedBy: [...known.wishedBy, firmId], weight: known.weight + wishWeight })
    }
  const room = new Map(comers.map(({ firmId }) => [firmId, meetingsMax]))
  const take = (...firms: readonly string[]) => {
    for (const firm of firms) room.set(firm, (room.get(firm) ?? 0) - 1)
  }
  for (const { buyerId, sellerId } of standing) {
    take(buyerId, sellerId)
    best.delete(pairKey(buyerId, sellerId))
  }
  const chosen: Proposed[] = []
  const order = [...best.entries()].toSorted(([one, a], [other, b]) => b.weight - a.weight || (one < other ? -1 : 1))
  for (const [, pair] of order) {
    if (chosen.length === pairsMax) break
    if ([pair.buyerId, pair.sellerId].some((firm) => (room.get(firm) ?? 0) <= 0)) continue
    take(pair.buyerId, pair.sellerId)
    chosen.push(pair)
  }
  return chosen
}

const wishOf = (firmId: string, other: string): Proposed => ({
  buyerId: firmId,
  sellerId: other,
  needId: null,
  offerId: null,
  score: null,
  explanation: null,
  wishedBy: [],
  weight: 0,
})

/** The best match between each two firms, by their pair. */
function bestMatches(market: Market, postings: readonly Posting[]): Map<string, Proposed> {
  const byId = new Map(postings.map((posting) => [posting.id, posting]))
  const best = new Map<string, Proposed>()
  for (const need of postings) {
    if (need.kind !== 'need') continue
    const isWanted = (id: string): boolean => {
      const offer = byId.get(id)
      return offer?.kind === 'offer' && offer.subject === need.subject && offer.firm_id !== need.firm_id
    }
    const found = market.index.match(postingOf(market, need), offersOfNeed, isWanted)
    if (!found.ok) continue
    for (const { id, score, explanation } of found.value) {
      const sellerId = byId.get(id)?.firm_id
      if (sellerId === undefined || score < scoreLeast) continue
      const key = pairKey(need.firm_id, sellerId)
      if ((best.get(key)?.score ?? 0) >= score) continue
      best.set(key, {
        buyerId: need.firm_id,
        sellerId,
        needId: need.id,
        offerId: id,
        score,
        // What the matcher explains is plain values.
        explanation: explanation as unknown as Json,
        wishedBy: [],
        weight: score,
      })
    }
  }
  return best
}
