/** A point, and why it has no readings; null while it has. */
type Faulty = { readonly key: string; readonly fault: string | null }

const namedMax = 10

/**
 * The points of a machine that have no readings, as a reason that is told beside its address.
 * @returns null when all have; of more than ten the first ten by name
 * Source: own. O(points).
 */
export function faultsOf(points: readonly Faulty[]): string | null {
  const faulty = points.filter(({ fault }) => fault !== null)
  if (faulty.length === 0) return null
  const named = faulty.slice(0, namedMax).map(({ key, fault }) => `${key}: ${fault}`)
  const more = faulty.length > namedMax ? [`and ${faulty.length - namedMax} more`] : []
  return `${faulty.length} of ${points.length} points are not read: ${[...named, ...more].join('; ')}`
}

/** What was thrown, in words. O(1). */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
