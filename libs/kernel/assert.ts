/**
 * Throws when a caller broke a promise: a bug, never a refusal of input.
 * @param what  what must hold, as a sentence
 * @throws Error naming `what`
 * Source: own. O(1).
 */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`must hold: ${what}`)
}
