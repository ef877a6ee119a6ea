/**
 * The set of pairs of neighbouring characters of a text; a single character stands for itself.
 * @param text  already normalised; counted in code points, so that rare characters are one
 * Source: own. O(length).
 */
export const bigrams = (text: string): ReadonlySet<string> => new Set(pairsOf(text))

function pairsOf(text: string): readonly string[] {
  const letters = [...text]
  return letters.length < 2 ? letters : letters.slice(1).map((letter, i) => (letters[i] ?? '') + letter)
}

/**
 * How much two sets have in common.
 * @returns |a ∩ b| / |a ∪ b| in [0, 1]; 0 when both are empty, since nothing is known then
 * Source: Jaccard (1901). O(min).
 */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a]
  let common = 0
  for (const item of small) if (large.has(item)) common++
  const union = a.size + b.size - common
  return union === 0 ? 0 : common / union
}

/** How much each pair of a text weighs when texts are compared. */
export type Weights = ReadonlyMap<string, number>
export type Weigh = (text: string) => Weights

/**
 * Every pair weighs the same.
 * Source: own. O(length).
 */
export const evenly: Weigh = (text) => new Map([...bigrams(text)].map((pair) => [pair, 1]))

// The trade name 字号, two or three characters, stands at the front of a core and tells firms apart; the trade 行业 behind it is shared by many.
const frontWeights = [3, 2]

/**
 * The first pair weighs 3, the second 2, every other 1: a name cut short or misspelt behind its first characters stays the same name,
 * another beginning is another name. Of a pair that stands twice the heavier place counts.
 * Source: own. O(length).
 */
export const frontHeavy: Weigh = (text) => {
  const weights = new Map<string, number>()
  for (const [i, pair] of pairsOf(text).entries())
    weights.set(pair, Math.max(weights.get(pair) ?? 0, frontWeights[i] ?? 1))
  return weights
}

/**
 * How much two weighed sets have in common; with equal weights the same as `jaccard`.
 * @returns sum of the lesser / sum of the greater weights, in [0, 1]; 0 when both are empty
 * Source: weighted Jaccard, also called Ruzicka similarity. O(sum of sizes).
 */
export function weightedJaccard(a: Weights, b: Weights): number {
  let [common, union] = [0, 0]
  for (const [pair, weight] of a) {
    const other = b.get(pair) ?? 0
    common += Math.min(weight, other)
    union += Math.max(weight, other)
  }
  for (const [pair, weight] of b) if (!a.has(pair)) union += weight
  return union === 0 ? 0 : common / union
}
