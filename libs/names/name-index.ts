import { evenly, weightedJaccard, type Weigh, type Weights } from './bigrams.ts'

/** A stored key that resembles the asked one. */
export type NameSuggestion = { readonly id: string; readonly key: string; readonly score: number }

/** Keys by id, findable by likeness. */
export type NameIndex = {
  readonly size: () => number
  /** Adds a key, or replaces the one of this id. */
  readonly add: (id: string, key: string) => void
  readonly remove: (id: string) => void
  /** The keys at least `threshold` alike, best first, then by id; at most `limit`. */
  readonly lookup: (key: string, options?: LookupOptions) => readonly NameSuggestion[]
}

type LookupOptions = { readonly threshold?: number; readonly limit?: number }
type Entry = { readonly id: string; readonly key: string; readonly grams: Weights; readonly weight: number }
type Postings = Map<string, Set<Entry>>

/**
 * An inverted index from bigrams to keys (`nameCore` of names, `textKey` of appeals).
 * A look-up reads only the postings of the rarest bigrams that any match must share one of (prefix filter), then compares exactly.
 * Threshold default 0.7; `npm run bench -- dedupe` measures what it finds.
 * @param weigh  how much each pair of a key weighs: `frontHeavy` for cores of names, `evenly` for other texts
 * @throws RangeError from `lookup` unless 0 < threshold <= 1
 * Source: prefix filtering after Chaudhuri, Ganti, Kaushik (2006). add, remove O(length); lookup O(postings of the prefix).
 */
export function createNameIndex(weigh: Weigh = evenly): NameIndex {
  const entries = new Map<string, Entry>()
  const postings: Postings = new Map()

  const remove = (id: string): void => {
    const entry = entries.get(id)
    if (!entry) return
    entries.delete(id)
    for (const gram of entry.grams.keys()) dropPosting(postings, gram, entry)
  }
  const add = (id: string, key: string): void => {
    remove(id)
    const grams = weigh(key)
    const entry = { id, key, grams, weight: weightOf(grams) }
    entries.set(id, entry)
    for (const gram of grams.keys()) addPosting(postings, gram, entry)
  }
  const lookup = (key: string, { threshold = 0.7, limit = 10 }: LookupOptions = {}): readonly NameSuggestion[] => {
    if (!(threshold > 0 && threshold <= 1)) throw new RangeError(`threshold must be in (0, 1], got ${threshold}`)
    const grams = weigh(key)
    return [...candidatesOf(postings, grams, threshold)]
      .map((entry) => ({ id: entry.id, key: entry.key, score: weightedJaccard(grams, entry.grams) }))
      .filter(({ score }) => score >= threshold)
      .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, limit)
  }
  return { size: () => entries.size, add, remove, lookup }
}

const weightOf = (grams: Weights): number => [...grams.values()].reduce((sum, weight) => sum + weight, 0)

// The margin keeps 0.7 · 10 = 7.000000000000001 from asking for more than 7.
const margin = 1e-9

// J(a, b) >= t needs a common weight of t·|a|: what shares none of the rarest pairs has at most the weight of the others in common.
function candidatesOf(postings: Postings, grams: Weights, threshold: number): ReadonlySet<Entry> {
  const whole = weightOf(grams)
  const commonMin = threshold * whole - margin
  const rarestFirst = [...grams].toSorted(([a], [b]) => (postings.get(a)?.size ?? 0) - (postings.get(b)?.size ?? 0))
  const candidates = new Set<Entry>()
  let left = whole
  for (const [gram, weight] of rarestFirst) {
    if (left < commonMin) break
    left -= weight
    for (const entry of postings.get(gram) ?? [])
      if (entry.weight >= commonMin && entry.weight * threshold <= whole + margin) candidates.add(entry)
  }
  return candidates
}

function addPosting(postings: Postings, gram: string, entry: Entry): void {
  const posting = postings.get(gram)
  if (posting) posting.add(entry)
  if (!posting) postings.set(gram, new Set([entry]))
}

function dropPosting(postings: Postings, gram: string, entry: Entry): void {
  const posting = postings.get(gram)
  posting?.delete(entry)
  if (posting?.size === 0) postings.delete(gram)
}
