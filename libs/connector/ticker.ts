/** The clock and the timers of the process. */
export type Ticker = {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** @returns takes it back */
  readonly later: (ms: number, work: () => void) => () => void
}
