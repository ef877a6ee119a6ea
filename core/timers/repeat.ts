/**
 * Does something again and again, so long after it was done.
 * @param everyMs  from the end of one turn to the begin of the next
 * @param onError  hears why a turn failed; the next comes all the same
 * @returns what stops it, and waits for the turn that runs
 * Source: own.
 */
export function repeat(
  everyMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const turn = async (): Promise<void> => {
    await work().then(() => {}, onError)
    if (!stopped) wait()
  }
  const wait = (): void => {
    timer = setTimeout(() => (running = turn()), everyMs)
  }
  wait()
  return async () => {
    stopped = true
    if (timer) clearTimeout(timer)
    await running
  }
}
