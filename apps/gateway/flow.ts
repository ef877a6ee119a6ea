import { createBucket } from './bucket.ts'
import type { Counters } from './counters.ts'
import type { Peer } from './peer.ts'

/** Holds a peer back that sends too much, or more than becomes durable: it is read more slowly, nothing is thrown away. */
export type Flow = {
  /** One frame came. */
  readonly take: (nowMs: number) => void
  /** Reads no more for as long as the frames that came were too many. */
  readonly holdBack: (nowMs: number) => void
  /** Something waits for the disk. */
  readonly begin: () => void
  /** It waits no longer. */
  readonly end: () => void
  /** Nothing is read now. */
  readonly isHeld: () => boolean
  readonly close: () => void
}

export type FlowLimits = {
  readonly perSecondMax: number
  readonly burstMax: number
  /** Frames whose readings are not durable yet. */
  readonly inFlightMax: number
}

export const flowLimits: FlowLimits = { perSecondMax: 20, burstMax: 200, inFlightMax: 1_000 }

/**
 * Makes the flow of one connection.
 * @param protocol  begins the names of what is counted
 * Source: own. O(1) a frame.
 */
export function createFlow(
  protocol: string,
  peer: Pick<Peer, 'pause' | 'resume'>,
  counters: Pick<Counters, 'add'>,
  { perSecondMax, burstMax, inFlightMax }: FlowLimits = flowLimits,
): Flow {
  const bucket = createBucket(perSecondMax, burstMax)
  let inFlight = 0
  let isPaused = false
  let isClosed = false
  // Until when nothing more is read, on a clock that never goes back.
  let heldUntilMs = 0

  const pause = (): void => {
    if (isPaused) return
    isPaused = true
    peer.pause()
  }
  /** Reads on when neither the rate nor what is under way holds it back. */
  const resume = (): void => {
    if (!isPaused || isClosed || inFlight > inFlightMax / 2) return
    if (performance.now() < heldUntilMs) return wake()
    isPaused = false
    peer.resume()
  }
  let isWaking = false
  /** Looks again when it may read on. A timer may come early, by as long as the turn of the event loop that set it took. */
  const wake = (): void => {
    if (isWaking) return
    isWaking = true
    const after = () => {
      isWaking = false
      resume()
    }
    setTimeout(after, Math.ceil(heldUntilMs - performance.now())).unref()
  }
  return {
    take: (nowMs) => {
      heldUntilMs = Math.max(heldUntilMs, nowMs + bucket.take(nowMs))
    },
    holdBack: (nowMs) => {
      if (heldUntilMs <= nowMs) return
      counters.add(`${protocol}.held_back`)
      pause()
      wake()
    },
    begin: () => {
      inFlight++
      if (inFlight >= inFlightMax) pause()
    },
    end: () => {
      inFlight--
      if (inFlight <= inFlightMax / 2) resume()
    },
    isHeld: () => isPaused,
    close: () => {
      isClosed = true
    },
  }
}
