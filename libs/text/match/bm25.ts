/** A text found by its words. */
export type TextHit = { readonly id: string; readonly score: number }

/** Texts by id, findable by their words; ids may be added, replaced and removed at any time. */
export type TextIndex = {
  readonly size: () => number
  readonly add: (id: string, normalised: string) => void
  readonly remove: (id: string) => void
  readonly search: (normalised: string, limit: number, isWanted?: (id: string) => boolean) => readonly TextHit[]
}

const [k1, b] = [1.2, 0.75]
/** Words of a query that are asked for, the rarest first. */
const queryWordsMax = 64

/**
 * Okapi BM25 over pairs of Chinese characters and Latin words.
 * Source: Robertson, Zaragoza (2009), k1 = 1.2, b = 0.75, idf with 1 added. add, remove O(length); search O(postings of the words asked for).
 */
export function createTextIndex(): TextIndex {
  const postings = new Map<string, Map<string, number>>()
  const texts = new Map<string, { readonly counts: ReadonlyMap<string, number>; readonly length: number }>()
  let total = 0

  const remove = (id: string): void => {
    const text = texts.get(id)
    if (!text) return
    texts.delete(id)
    total -= text.length
    for (const word of text.counts.keys()) {
      const ids = postings.get(word)
      ids?.delete(id)
      if (ids?.size === 0) postings.delete(word)
    }
  }
  const add = (id: string, normalised: string): void => {
    remove(id)
    const words = termsOf(normalised)
    const counts = new Map<string, number>()
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    texts.set(id, { counts, length: words.length })
    total += words.length
    for (const [word, count] of counts) {
      const ids = postings.get(word)
      if (ids) ids.set(id, count)
      else postings.set(word, new Map([[id, count]]))
    }
  }
  const search = (
    normalised: string,
    limit: number,
    isWanted: (id: string) => boolean = () => true,
  ): readonly TextHit[] => {
    const asked = [...new Set(termsOf(normalised))].flatMap((word) => postings.get(word) ?? [])
    const rarest = asked.toSorted((one, other) => one.size - other.size).slice(0, queryWordsMax)
    const [count, mean] = [texts.size, total / Math.max(1, texts.size)]
    const scores = new Map<string, number>()
    for (const ids of rarest) {
      const idf = Math.log(1 + (count - ids.size + 0.5) / (ids.size + 0.5))
      for (const [id, times] of ids) {
        const length = texts.get(id)?.length ?? 0
        const gain = (idf * times * (k1 + 1)) / (times + k1 * (1 - b + (b * length) / mean))
        scores.set(id, (scores.get(id) ?? 0) + gain)
      }
    }
    return [...scores]
      .filter(([id]) => isWanted(id))
      .map(([id, score]) => ({ id, score }))
      .toSorted((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
      .slice(0, limit)
  }
  return { size: () => texts.size, add, remove, search }
}

function termsOf(normalised: string): readonly string[] {
  const terms: string[] = []
  for (const [run] of normalised.matchAll(/\p{Script=Han}+|[a-z0-9.%]+/gu)) {
    if (/^[a-z0-9.%]/.test(run) || run.length === 1) terms.push(run)
    else for (let at = 0; at + 1 < run.length; at++) terms.push(run.slice(at, at + 2))
  }
  return terms
}
