import type { LoggedFrame, Protocol } from '@tingzhou/telemetry'

/** The last frames of each device, for diagnosis; forgotten with the process. */
export type FrameLog = {
  readonly add: (protocol: Protocol, identity: string, frame: LoggedFrame) => void
  /** Oldest first. */
  readonly read: (protocol: Protocol, identity: string) => readonly LoggedFrame[]
}

const framesMax = 30
const devicesMax = 20_000
const bytesMax = 1_100

/** Makes an empty log. Memory: 30 frames of at most 20 000 devices; the one that began first goes first. */
export function createFrameLog(): FrameLog {
  const frames = new Map<string, LoggedFrame[]>()
  return {
    add: (protocol, identity, frame) => {
      const key = keyOf(protocol, identity)
      const kept = frame.bytes.length > bytesMax ? { ...frame, bytes: frame.bytes.slice(0, bytesMax) } : frame
      const known = frames.get(key) ?? begin(frames, key)
      if (known.length >= framesMax) known.shift()
      known.push(kept)
    },
    read: (protocol, identity) => frames.get(keyOf(protocol, identity)) ?? [],
  }
}

const keyOf = (protocol: Protocol, identity: string): string => `${protocol} ${identity}`

function begin(frames: Map<string, LoggedFrame[]>, key: string): LoggedFrame[] {
  // Maps keep the order of insertion: the first device began longest ago.
  const [oldest] = frames.size >= devicesMax ? frames.keys() : []
  if (oldest !== undefined) frames.delete(oldest)
  const own: LoggedFrame[] = []
  frames.set(key, own)
  return own
}
