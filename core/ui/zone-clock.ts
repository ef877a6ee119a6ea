/** Told of the zone's time with every answer, so that a wrong clock on the desk says nothing wrong about what is due. */
let offsetMs = 0
const listeners = new Set<() => void>()

// A network's delay is no other time.
const sameMs = 2_000

/** Now, by the clock of the zone as its last answer told it; the device's own before the first one. */
export const zoneNow = (): number => Date.now() + offsetMs

/**
 * Takes the zone's time from an answer.
 * @param told  the header `x-zone-time`: epoch milliseconds; null: the answer says nothing
 */
export function hearZoneTime(told: string | null): void {
  const at = Number(told)
  if (told === null || !Number.isSafeInteger(at)) return
  const now = at - Date.now()
  const next = Math.abs(now) < sameMs ? 0 : now
  if (Math.abs(next - offsetMs) < sameMs) return
  offsetMs = next
  for (const listener of listeners) listener()
}

/** Told when the zone's time turns out to be another than was thought. @returns how to stop */
export function onZoneTime(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
