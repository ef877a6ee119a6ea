import { marketOf, postingOf, publicRivals } from '../posting/market-index.ts'
import { reachedPosting } from '../posting/posting-view.ts'
import type { Reader } from '../room.ts'
import type { Judged } from './deal.ts'

/** As many rivals of an offer as are looked at. */
const rivalsMax = 50

/**
 * What matching says of an offer for a need; null when it is none of the candidates, or out of the reader's reach. Both sides read it:
 * beside it stand the offers that everybody sees, so that it tells nothing of one that is for its buyer alone.
 */
export async function judgePair(reader: Reader, needId: string, offerId: string): Promise<Judged | null> {
  const [need, offer] = [await reachedPosting(reader, needId), await reachedPosting(reader, offerId)]
  if (need?.kind !== 'need' || !offer || offer.firm_id === need.firm_id || offer.subject !== need.subject) return null
  const market = await marketOf(reader.deps)
  const isRival = publicRivals(market, need)
  const isWanted = (id: string) => id === offerId || isRival(id)
  const found = market.index.match(postingOf(market, need, need.confirmed_at !== null), rivalsMax, isWanted)
  const candidate = found.ok ? found.value.find(({ id }) => id === offerId) : undefined
  return candidate ? { score: candidate.score, explanation: candidate.explanation } : null
}
