/** The input without the names that have no value, which the exact types of the client do not take. */
export function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined)
  // Only names that had no value are gone.
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> }
}

/** The options of a request that may be given up. */
export const until = (signal?: AbortSignal) => (signal ? { signal } : {})
