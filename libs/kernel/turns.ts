/** Runs work that was asked for before has ended, whether it failed or not. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Makes a line: one piece of work at a time, in the order in which they were asked for.
 * @returns what gives work its turn, and its answer or error to whoever asked. O(1) a piece.
 */
export function oneAtATime(): Turns {
  let before: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = before.catch(() => {}).then(work)
    before = mine
    return mine
  }
}
