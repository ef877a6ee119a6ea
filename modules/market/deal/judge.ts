import { matchesOf } from '../posting/match.ts'
import type { Reader } from '../room.ts'
import type { Judged } from './deal.ts'

/** As many rivals of an offer as are looked at. */
const rivalsMax = 50

/** What matching says of an offer for a need, as far as the reader sees its rivals; null when it is none of the candidates. */
export async function judgePair(reader: Reader, needId: string, offerId: string): Promise<Judged | null> {
  const found = await matchesOf(reader, { postingId: needId }, rivalsMax, 'need')
  const candidate = found.ok ? found.value.candidates.find(({ posting }) => posting.id === offerId) : undefined
  return candidate ? { score: candidate.score, explanation: candidate.explanation } : null
}
