import type { LoggedFrame } from '@tingzhou/telemetry'

/** The last frames of each device, for diagnosis; forgotten with the process. */
export type FrameLog = {
  readonly add: (identity: string, frame: LoggedFrame) => void
  /** Oldest first. */
  readonly read: (identity: string) => readonly LoggedFrame[]
  /** Hears the frames of one device as they come. @returns what stops it */
  readonly listen: (identity: string, hear: (frame: LoggedFrame) => void) => () => void
}

const framesMax = 30
const devicesMax = 50_000
const bytesMax = 1_100

/** Makes an empty log. Memory: 30 frames of at most 50 000 devices that were heard last. */
export function createFrameLog(): FrameLog {
  const frames = new Map<string, LoggedFrame[]>()
  const hearers = new Map<string, Set<(frame: LoggedFrame) => void>>()
  return {
    add: (identity, frame) => {
      const kept = frame.bytes.length > bytesMax ? { ...frame, bytes: frame.bytes.slice(0, bytesMax) } : frame
      const known = frames.get(identity) ?? begin(frames, identity)
      if (known.length >= framesMax) known.shift()
      known.push(kept)
      for (const hear of hearers.get(identity) ?? []) hear(kept)
    },
    read: (identity) => frames.get(identity) ?? [],
    listen: (identity, hear) => {
      const known = hearers.get(identity) ?? new Set()
      hearers.set(identity, known.add(hear))
      return () => {
        known.delete(hear)
        if (known.size === 0) hearers.delete(identity)
      }
    },
  }
}

function begin(frames: Map<string, LoggedFrame[]>, identity: string): LoggedFrame[] {
  // Maps keep the order of insertion: the first device began longest ago.
  const [oldest] = frames.size >= devicesMax ? frames.keys() : []
  if (oldest !== undefined) frames.delete(oldest)
  const own: LoggedFrame[] = []
  frames.set(identity, own)
  return own
}
