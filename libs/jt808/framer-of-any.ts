import { createFramer, type Framer } from './framer.ts'
import type { Profile } from './profile.ts'
import { inspectFrame } from './wire.ts'

/** A framer of a stream that shows by itself how it is framed. */
export type FramerOfAny = Framer & {
  /** The profile that the stream is framed by, as far as it has shown. */
  readonly profile: () => Profile
}

type Candidate = { readonly profile: Profile; readonly framer: Framer }

/**
 * Makes a framer of a stream whose delimiter is not known: the first frame that sums to its checksum tells. Bytes that stand
 * before it, whatever they are, mislead nobody. Of two that would do, the one counts whose flag came first.
 * @param profiles  the ways of framing in question; until one has shown, the first of them stands for all
 * @param frameLengthMax  as for `createFramer`
 * @returns a framer with its own state: one for each connection
 * Source: own; the delimiters are traccar's, Jt808FrameDecoder. Each byte is looked at twice a profile until one has shown.
 */
export function createFramerOfAny(profiles: readonly [Profile, ...Profile[]], frameLengthMax?: number): FramerOfAny {
  const limit = frameLengthMax === undefined ? {} : { frameLengthMax }
  const candidate = (profile: Profile): Candidate => ({ profile, framer: createFramer({ profile, ...limit }) })
  const [first, ...others] = profiles
  let shown = candidate(first)
  let open: readonly Candidate[] = [shown, ...others.map(candidate)]

  const decide = (bytes: Uint8Array): readonly Uint8Array[] => {
    const cut = open.map((each) => ({ each, frames: each.framer.push(bytes) }))
    const sound = cut.filter(({ each, frames }) => frames.some((frame) => isSound(frame, each.profile)))
    const [best] = sound.toSorted((a, b) => noiseOf(a.each) - noiseOf(b.each))
    if (!best) return cut.flatMap(({ frames }) => frames)
    shown = best.each
    open = []
    return best.frames
  }
  return {
    push: (bytes) => (open.length > 1 ? decide(bytes) : shown.framer.push(bytes)),
    counts: () => shown.framer.counts(),
    pendingLength: () => shown.framer.pendingLength(),
    profile: () => shown.profile,
  }
}

const isSound = (frame: Uint8Array, { framing }: Profile): boolean =>
  inspectFrame(frame, 0, frame.length - 1, framing) === 'frame'

/** How many bytes stood before its first flag. */
const noiseOf = ({ framer }: Candidate): number => framer.counts().noiseBytes
