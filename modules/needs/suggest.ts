/** A category that words point to. */
export type CategorySuggestion = {
  readonly code: string
  /** How many of the compared appeals agree, 0..1. */
  readonly share: number
}

export type Suggested = { readonly categories: readonly CategorySuggestion[]; readonly basis: number }

/** Words of appeals by category, asked for the most alike. */
export type SuggestIndex = {
  readonly size: () => number
  /** Adds an appeal, or replaces the one of this id; the oldest leaves when the index is full. */
  readonly add: (id: string, code: string, tokens: readonly string[]) => void
  /** The categories of the appeals most alike, at most three. */
  readonly suggest: (tokens: readonly string[]) => Suggested
}

type Entry = {
  readonly id: string
  readonly code: string
  readonly weights: ReadonlyMap<string, number>
  readonly length: number
}

const neighboursMax = 20
const categoriesMax = 3
const commonMin = 100
// Fewer than this share no more than a stray word: silence is better than a guess.
const neighboursMin = 3

/**
 * An index from words to closed appeals: each word weighs by how often it stands in a text and how rare it is among all.
 * The share of a category is that of its votes among the nearest appeals, nearer ones counting more.
 * @param capacity  most appeals held; bounds the memory
 * Source: TF-IDF (Salton, Buckley 1988) with nearest neighbours; own. add O(words), suggest O(postings of the words).
 */
export function createSuggestIndex(capacity: number): SuggestIndex {
  const entries = new Map<string, Entry>()
  const postings = new Map<string, Set<Entry>>()

  const remove = (id: string): void => {
    const entry = entries.get(id)
    if (!entry) return
    entries.delete(id)
    for (const token of entry.weights.keys()) {
      const posting = postings.get(token)
      posting?.delete(entry)
      if (posting?.size === 0) postings.delete(token)
    }
  }

  const add = (id: string, code: string, tokens: readonly string[]): void => {
    remove(id)
    const weights = countTokens(tokens)
    if (weights.size === 0) return
    const entry = { id, code, weights, length: Math.hypot(...weights.values()) }
    entries.set(id, entry)
    for (const token of weights.keys()) {
      const posting = postings.get(token)
      if (posting) posting.add(entry)
      else postings.set(token, new Set([entry]))
    }
    // A map keeps the order of insertion: the first is the oldest.
    const [oldest] = entries.size > capacity ? entries.keys() : []
    if (oldest !== undefined) remove(oldest)
  }

  const suggest = (tokens: readonly string[]): Suggested => {
    const scores = new Map<Entry, number>()
    for (const [token, weight] of countTokens(tokens)) {
      const posting = postings.get(token)
      // A word of every third appeal tells nothing and costs most.
      if (!posting || posting.size > Math.max(commonMin, entries.size / 3)) continue
      const rarity = Math.log(1 + entries.size / posting.size)
      for (const entry of posting)
        scores.set(
          entry,
          (scores.get(entry) ?? 0) + (weight * rarity * rarity * (entry.weights.get(token) ?? 0)) / entry.length,
        )
    }
    const nearest = [...scores].toSorted(([a, x], [b, y]) => y - x || (a.id < b.id ? -1 : 1)).slice(0, neighboursMax)
    if (nearest.length < neighboursMin) return { categories: [], basis: nearest.length }
    return { categories: sharesOf(nearest.map(([entry, score]) => [entry.code, score])), basis: nearest.length }
  }

  return { size: () => entries.size, add, suggest }
}

/**
 * Where there is nothing to learn from yet: categories whose own words (names, hints) stand in the text.
 * @param known  tokens by category code
 * Source: own; rarity as in `createSuggestIndex`. O(categories × words).
 */
export function suggestByHints(known: ReadonlyMap<string, ReadonlySet<string>>, tokens: readonly string[]): Suggested {
  const words = [...new Set(tokens)]
  const frequency = new Map(words.map((word) => [word, [...known.values()].filter((own) => own.has(word)).length]))
  const votes = [...known].flatMap(([code, own]): (readonly [string, number])[] => {
    const score = words
      .filter((word) => own.has(word))
      .reduce((sum, word) => sum + Math.log(1 + known.size / (frequency.get(word) ?? 1)), 0)
    return score > 0 ? [[code, score]] : []
  })
  return { categories: sharesOf(votes), basis: 0 }
}

function sharesOf(votes: readonly (readonly [string, number])[]): readonly CategorySuggestion[] {
  const sums = new Map<string, number>()
  for (const [code, score] of votes) sums.set(code, (sums.get(code) ?? 0) + score)
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0)
  return [...sums]
    .map(([code, sum]) => ({ code, share: sum / total }))
    .toSorted((a, b) => b.share - a.share || (a.code < b.code ? -1 : 1))
    .slice(0, categoriesMax)
}

function countTokens(tokens: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1)
  // A word said ten times weighs little more than one said three times.
  return new Map([...counts].map(([token, count]) => [token, 1 + Math.log(count)]))
}
