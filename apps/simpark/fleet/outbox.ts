import type { Position } from '@tingzhou/jt808'

/** What waits for its answer. */
export type Waiting = {
  readonly frames: readonly Uint8Array[]
  /** Reports in it: they are kept until they are answered. */
  readonly positions: readonly Position[]
  readonly isReplay: boolean
  attempt: number
  dueMs: number
}

/** The reports of a terminal that the platform has not answered yet, and how often they are sent again. */
export type Outbox = {
  /** Notes what was sent under a serial number. */
  readonly sent: (
    serial: number,
    frames: readonly Uint8Array[],
    positions: readonly Position[],
    isReplay: boolean,
    nowMs: number,
  ) => void
  /** @returns what was answered; null when nothing waited under the number */
  readonly answered: (serial: number) => Waiting | null
  /** Frames to send again. `given_up` when the platform does not answer at all. */
  readonly again: (nowMs: number) => readonly Uint8Array[] | 'given_up'
  readonly nextDueMs: () => number
  readonly replaysWaiting: () => number
  /** Keeps a report for later. */
  readonly keep: (position: Position) => void
  /** Takes the oldest reports that were kept. */
  readonly takeKept: (max: number) => readonly Position[]
  readonly keptCount: () => number
  /** The connection is gone: what waits for an answer is kept for the next. */
  readonly disconnected: () => void
}

export type OutboxLimits = {
  readonly keptMax: number
  readonly answerMs: () => number
  readonly retries: () => number
  /** Told of reports that were thrown away because too many were kept. */
  readonly onLost: (count: number) => void
}

/**
 * Makes an outbox. Waits T(n+1) = T(n) × (n+1) between tries.
 * Source: JT/T 808-2019 clause 6 (retransmission).
 */
export function createOutbox({ keptMax, answerMs, retries, onLost }: OutboxLimits): Outbox {
  const waiting = new Map<number, Waiting>()
  let kept: Position[] = []
  const trim = (): void => {
    if (kept.length <= keptMax) return
    onLost(kept.length - keptMax)
    kept = kept.slice(-keptMax)
  }
  return {
    sent: (serial, frames, positions, isReplay, nowMs) => {
      waiting.set(serial, { frames, positions, isReplay, attempt: 0, dueMs: nowMs + answerMs() })
    },
    answered: (serial) => {
      const found = waiting.get(serial)
      waiting.delete(serial)
      return found ?? null
    },
    again: (nowMs) => {
      const frames: Uint8Array[] = []
      for (const each of waiting.values()) {
        if (nowMs < each.dueMs) continue
        if (each.attempt >= retries()) return 'given_up'
        each.attempt++
        each.dueMs = nowMs + answerMs() * factorial(each.attempt + 1)
        frames.push(...each.frames)
      }
      return frames
    },
    nextDueMs: () =>
      [...waiting.values()].reduce((first, { dueMs }) => Math.min(first, dueMs), Number.POSITIVE_INFINITY),
    replaysWaiting: () => [...waiting.values()].filter(({ isReplay }) => isReplay).length,
    keep: (position) => {
      kept.push(position)
      trim()
    },
    takeKept: (max) => kept.splice(0, max),
    keptCount: () => kept.length,
    disconnected: () => {
      const open = [...waiting.values()].flatMap(({ positions }) => positions)
      waiting.clear()
      if (open.length === 0) return
      kept = [...open, ...kept].toSorted((a, b) => (a.timeMs ?? 0) - (b.timeMs ?? 0))
      trim()
    },
  }
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
