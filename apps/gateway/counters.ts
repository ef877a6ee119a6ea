/** What a gateway has counted since it started, by name; every refusal is one. */
export type Counters = {
  readonly add: (name: string, count?: number) => void
  readonly read: () => Readonly<Record<string, number>>
}

/** Starts with nothing counted. */
export function createCounters(): Counters {
  const counts = new Map<string, number>()
  return {
    add: (name, count = 1) => void counts.set(name, (counts.get(name) ?? 0) + count),
    read: () => Object.fromEntries(counts),
  }
}
