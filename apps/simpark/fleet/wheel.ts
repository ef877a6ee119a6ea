/** Wakes many things at their times with one timer. */
export type Wheel = {
  /** Wakes it no later than at a time; an earlier wish stands. */
  readonly wakeAt: (id: number, atMs: number) => void
  /** Everything whose time has come, each once; its wish is then forgotten. */
  readonly due: (nowMs: number) => readonly number[]
}

/**
 * Makes a wheel of slots.
 * @param count   ids are below it
 * @param slotMs  how exact times are
 * @param slots   a time farther away than all slots together waits for another round
 * @param nowMs   where it begins
 * Source: G. Varghese and T. Lauck (1987), hashed timing wheels. A wish O(1); turning O(slots passed + wishes in them).
 */
export function createWheel(count: number, slotMs: number, slots: number, nowMs: number): Wheel {
  const wishes = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  const ring: number[][] = Array.from({ length: slots }, () => [])
  let turned = Math.floor(nowMs / slotMs)

  const put = (id: number, atMs: number): void => {
    // What is due already stands in the next slot; what is far away in the last one, from which it is put on.
    const slot = Math.min(Math.max(Math.ceil(atMs / slotMs), turned + 1), turned + slots - 1)
    ring[slot % slots]?.push(id)
  }
  return {
    wakeAt: (id, atMs) => {
      if (!(atMs < (wishes[id] ?? 0))) return
      wishes[id] = atMs
      put(id, atMs)
    },
    due: (now) => {
      const found: number[] = []
      const until = Math.floor(now / slotMs)
      // After a long sleep every slot is looked at once.
      for (turned = Math.max(turned, until - slots); turned < until;) {
        turned++
        const slot = ring[turned % slots] ?? []
        for (const id of slot.splice(0)) {
          const wish = wishes[id] ?? Number.POSITIVE_INFINITY
          if (wish === Number.POSITIVE_INFINITY) continue
          if (wish <= now) {
            wishes[id] = Number.POSITIVE_INFINITY
            found.push(id)
          } else if (Math.ceil(wish / slotMs) > turned) put(id, wish)
        }
      }
      return found
    },
  }
}
