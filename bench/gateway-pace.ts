/** What a generator of load is told: port, connections, messages a second in all (0: only stays connected), seconds. */
export const asked = (): { port: number; connections: number; perSecond: number; seconds: number } => {
  const [port = 0, connections = 0, perSecond = 0, seconds = 0] = process.argv.slice(2).map(Number)
  return { port, connections, perSecond, seconds }
}

/** What came of a load; times in milliseconds. */
export type Outcome = {
  readonly sent: number
  readonly answered: number
  readonly refused: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What was sent and what was answered. */
export type Tally = { answered: number; refused: number; readonly latencies: number[] }

/** Nothing yet. */
export const newTally = (): Tally => ({ answered: 0, refused: 0, latencies: [] })

const joinedAtOnce = 50

/** Connects so many, fifty at a time, and says so. */
export async function joinAll<T>(connections: number, join: (index: number) => Promise<T>): Promise<readonly T[]> {
  const joined: T[] = []
  for (let start = 0; start < connections; start += joinedAtOnce) {
    const some = Array.from({ length: Math.min(joinedAtOnce, connections - start) }, (_, more) => join(start + more))
    joined.push(...(await Promise.all(some)))
  }
  process.stderr.write(`${joined.length} admitted\n`)
  process.send?.({ admitted: joined.length })
  return joined
}

/**
 * Sends at a steady rate, one connection after the other, waits for what is not answered yet, tells what came of it as one line of
 * JSON, and ends the process.
 * @param report  sends the next message of a connection; `turn` counts those of each
 */
export async function keepPace<T>(
  joined: readonly T[],
  tally: Tally,
  report: (one: T, turn: number) => void,
): Promise<never> {
  const { perSecond, seconds } = asked()
  const began = performance.now()
  const total = perSecond * seconds
  let sent = 0
  if (total === 0) await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond))
    for (; sent < due; sent++) report(joined[sent % joined.length] as T, Math.floor(sent / joined.length))
    // A generator that spins takes the processor from what it measures.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const sentIn = (performance.now() - began) / 1_000
  for (let waited = 0; tally.answered + tally.refused < sent && waited < 300; waited++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  const sorted = tally.latencies.toSorted((a, b) => a - b)
  const rank = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
  const { answered, refused } = tally
  const outcome: Outcome = {
    sent,
    answered,
    refused,
    seconds: sentIn,
    p50: rank(0.5),
    p99: rank(0.99),
    max: sorted.at(-1) ?? 0,
  }
  console.log(JSON.stringify(outcome))
  process.exit(0)
}
