import { Jt808Error } from './error.ts'
import { standardProfile, type Profile } from './profile.ts'
import { contentLengthMax, inspectFrame, type Verdict } from './wire.ts'

/** How a stream is cut into frames. */
export type FramerOptions = {
  /** Delimiters and escapes, and whether the checksum counts. */
  readonly profile?: Profile
  /** Bytes between two flags, escaped, past which they are thrown away. The standard needs 2,090; more is for deviations. */
  readonly frameLengthMax?: number
}

/** What a framer has seen. Each run of bytes between flags is counted once, under the first thing that is wrong with it. */
export type FramerCounts = {
  readonly frames: number
  /** Runs with fewer bytes than a header and a checksum. */
  readonly short: number
  /** Runs with a mark that no escape has. */
  readonly escape: number
  /** Runs whose bytes do not sum to their checksum. */
  readonly checksum: number
  /** Runs longer than the limit. */
  readonly oversize: number
  /** Bytes before the first flag. */
  readonly noiseBytes: number
  /** Bytes of all runs that are no frames. */
  readonly discardedBytes: number
}

/** Cuts a stream into frames. One for each connection. */
export type Framer = {
  /**
   * Takes in the next bytes of the stream.
   * @returns the frames that end in them, each from flag to flag, escaped as they came; copies, in order
   */
  readonly push: (bytes: Uint8Array) => readonly Uint8Array[]
  readonly counts: () => FramerCounts
  /** Bytes that wait for their closing flag; never more than the limit. */
  readonly pendingLength: () => number
}

type Counts = { -readonly [K in keyof FramerCounts]: number }

/** `search`: no flag yet. `inside`: after a flag. `skip`: after a flag, and too long already. */
type State = { mode: 'search' | 'inside' | 'skip'; pending: Uint8Array; length: number; readonly counts: Counts }

type Rules = { readonly profile: Profile; readonly frameLengthMax: number; readonly isChecked: boolean }

const frameLengthMaxDefault = 4_096

/**
 * Makes a framer. A flag ends one run of bytes and begins the next, so that one flag may stand between two frames, and a
 * frame is found again after any garbage at the next flag. An empty run is no error: two flags often stand together.
 * @param options  profile (standard when left out), limit in bytes (4,096 when left out)
 * @returns a framer with its own state: one for each connection
 * @throws Jt808Error `range` when the limit is below the largest frame
 * Source: JT/T 808-2019 clauses 4.4.1, 4.4.2. Each byte is looked at twice at most; memory is at most the limit.
 */
export function createFramer(options: FramerOptions = {}): Framer {
  const { profile = standardProfile, frameLengthMax = frameLengthMaxDefault } = options
  if (!(frameLengthMax >= 2 * contentLengthMax))
    throw new Jt808Error('range', 'frameLengthMax', frameLengthMax, 0, `must be at least ${2 * contentLengthMax}`)
  const rules = { profile, frameLengthMax, isChecked: !profile.forgive.includes('checksum') }
  const state: State = {
    mode: 'search',
    pending: new Uint8Array(0),
    length: 0,
    counts: { frames: 0, short: 0, escape: 0, checksum: 0, oversize: 0, noiseBytes: 0, discardedBytes: 0 },
  }
  return {
    push: (bytes) => push(state, bytes, rules),
    counts: () => ({ ...state.counts }),
    pendingLength: () => state.length,
  }
}

function push(state: State, bytes: Uint8Array, rules: Rules): readonly Uint8Array[] {
  const frames: Uint8Array[] = []
  const { flag } = rules.profile.framing
  let at = 0
  if (state.mode === 'search') at = findFirst(state, bytes, flag)
  while (at < bytes.length) {
    const next = bytes.indexOf(flag, at)
    if (next < 0) {
      keep(state, bytes, at, rules)
      break
    }
    if (next > at || state.length > 0 || state.mode === 'skip') close(state, bytes, at, next, rules, frames)
    at = next + 1
  }
  return frames
}

/** Steps over what stands before the first flag. */
function findFirst(state: State, bytes: Uint8Array, flag: number): number {
  const first = bytes.indexOf(flag)
  state.counts.noiseBytes += first < 0 ? bytes.length : first
  if (first < 0) return bytes.length
  state.mode = 'inside'
  return first + 1
}

/** Keeps bytes that have no closing flag yet, or stops keeping them when there are too many. */
function keep(state: State, bytes: Uint8Array, from: number, { frameLengthMax }: Rules): void {
  const more = bytes.length - from
  if (state.mode === 'skip') {
    state.counts.discardedBytes += more
    return
  }
  const needed = state.length + more
  if (needed > frameLengthMax) {
    state.counts.oversize++
    state.counts.discardedBytes += needed
    state.length = 0
    state.mode = 'skip'
    return
  }
  if (needed > state.pending.length) {
    const grown = new Uint8Array(Math.min(frameLengthMax, Math.max(needed, state.pending.length * 2, 256)))
    grown.set(state.pending.subarray(0, state.length))
    state.pending = grown
  }
  state.pending.set(bytes.subarray(from), state.length)
  state.length = needed
}

/** A flag has come: what stands before it is a frame or is counted. */
function close(
  state: State,
  bytes: Uint8Array,
  from: number,
  next: number,
  { profile, frameLengthMax, isChecked }: Rules,
  frames: Uint8Array[],
): void {
  const { counts, length } = state
  const size = length + next - from
  state.length = 0
  if (state.mode === 'skip') {
    state.mode = 'inside'
    counts.discardedBytes += size
    return
  }
  if (size > frameLengthMax) {
    counts.oversize++
    counts.discardedBytes += size
    return
  }
  const frame = new Uint8Array(size + 2)
  frame[0] = profile.framing.flag
  frame[size + 1] = profile.framing.flag
  if (length > 0) frame.set(state.pending.subarray(0, length), 1)
  if (next > from) frame.set(bytes.subarray(from, next), length + 1)
  const verdict: Verdict = inspectFrame(frame, 0, size + 1, profile.framing)
  if (verdict === 'frame' || (verdict === 'checksum' && !isChecked)) {
    counts.frames++
    frames.push(frame)
    return
  }
  counts[verdict]++
  counts.discardedBytes += size
}
