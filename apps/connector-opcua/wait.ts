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

export type Waits = { readonly firstMs: number; readonly longestMs: number }

/** What a promise gives, if it does so in time. @throws Error when it does not, or what the promise throws */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1_000} s`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits, unless it is called off. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
