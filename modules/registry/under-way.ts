import type { Deps } from '@tingzhou/http'

// Long enough for a register of 20,000 rows on a small machine, shorter than the time limit of a request.
const waitMs = 20_000

/**
 * Work that goes on behind the request that began it, by the id of its object; in this process.
 * @param stopped  what the log says of work that broke off
 */
export function underWay<T>(stopped: string) {
  const running = new Map<string, Promise<T | null>>()
  return {
    has: (id: string): boolean => running.has(id),
    start: ({ log }: Pick<Deps, 'log'>, id: string, work: Promise<T>): void => {
      const watched = work
        .catch((error: unknown) => {
          log.error({ id, error }, stopped)
          return null
        })
        .finally(() => running.delete(id))
      running.set(id, watched)
    },
    /** What it gave, waited for at most as long as a request may; null when it is late, broke off or is not under way. */
    waitFor: async (id: string): Promise<T | null> => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), waitMs)))
      const given = await Promise.race([running.get(id) ?? null, late])
      clearTimeout(timer)
      return given
    },
    /** Waits for all of it; called when the server stops. */
    finish: async (): Promise<void> => void (await Promise.allSettled(running.values())),
  }
}
