/** How long to wait after the first failure, and at most, ms. */
export type Waits = { readonly firstMs: number; readonly longestMs: number }

/** What a machine that does not answer is given. */
export const usualWaits: Waits = { firstMs: 1_000, longestMs: 60_000 }

/**
 * How long to wait before a machine is called again: doubled with every failure, and a fifth by chance, so that machines behind one
 * switch are not called all at once.
 * @param failures  in a row, at least 1
 * @param chance  in [0, 1)
 * @returns ms
 * Source: own. O(1).
 */
export function waitMs(failures: number, { firstMs, longestMs }: Waits, chance: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20)) * (0.8 + 0.2 * chance)
}
