/** Work of one key, one after the other; of different keys at the same time. */
export type Turns = {
  /** Rejects as the work does; what comes after it is done all the same. */
  readonly inTurn: <T>(key: string, work: () => Promise<T>) => Promise<T>
  /** Waits for what is under way. */
  readonly settle: () => Promise<void>
}

/** Makes an order of work in which nothing waits. O(1) a piece of work. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>()
  return {
    inTurn: <T>(key: string, work: () => Promise<T>): Promise<T> => {
      const mine = (last.get(key) ?? Promise.resolve()).then(work)
      const settled = mine.then(
        () => {},
        () => {},
      )
      last.set(key, settled)
      void settled.then(() => {
        if (last.get(key) === settled) last.delete(key)
      })
      return mine
    },
    settle: async () => void (await Promise.all(last.values())),
  }
}
