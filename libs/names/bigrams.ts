/**
 * The set of pairs of neighbouring characters of a text; a single character stands for itself.
 * @param text  already normalised; counted in code points, so that rare characters are one
 * Source: own. O(length).
 */
export function bigrams(text: string): ReadonlySet<string> {
  const letters = [...text]
  if (letters.length < 2) return new Set(letters)
  return new Set(letters.slice(1).map((letter, i) => (letters[i] ?? '') + letter))
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
