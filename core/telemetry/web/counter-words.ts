/** The parts of what a gateway counts: `hj212.refused.crc_wrong` is a refusal of hj212, for its check value. */
export type CounterParts = {
  /** Who counts: a protocol, or what keeps readings. */
  readonly group: string
  /** What is counted. */
  readonly what: string
  /** Why, or which; null where nothing tells them apart. */
  readonly detail: string | null
}

/** The parts of a counter's name. Pure. */
export function partsOf(name: string): CounterParts {
  const [group = '', what = '', ...rest] = name.split('.')
  return { group, what, detail: rest.length === 0 ? null : rest.join('.') }
}

/** Counts of several processes as one. Pure. O(names). */
export function sumOf(processes: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {}
  for (const counts of processes)
    for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count
  return sum
}

/** What stands rather than adds up: how many entries the journal holds. */
const standing: ReadonlySet<string> = new Set(['journal.entries'])

export type CounterRow = CounterParts & {
  readonly name: string
  readonly count: number
  /** How many came since the first look; null for what stands. */
  readonly since: number | null
}

/**
 * What is counted, by group and name, with what came since the first look. Where a count went back its process began anew: all
 * of it came since.
 * Pure. O(names log names).
 */
export function counterRows(
  first: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): readonly CounterRow[] {
  return Object.entries(now)
    .map(([name, count]) => {
      const before = first[name] ?? 0
      const since = standing.has(name) ? null : count < before ? count : count - before
      return { ...partsOf(name), name, count, since }
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
