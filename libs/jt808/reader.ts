import { hexOf, Jt808Error, type Forgiven, type Rule } from './error.ts'
import type { Profile, Version } from './profile.ts'

/** What was read where, collected only for an annotation. */
export type Note = {
  readonly path: string
  readonly key: string
  readonly offset: number
  readonly length: number
  readonly value: unknown
  /** Names of the bits that are set, for a field of bits. */
  readonly flags: readonly string[] | null
  /** For an id: which message, item or parameter it is, as a key of the catalogue. */
  readonly meaning: string | null
}

/** A place in a message: bytes between `at` and `end`, how they are to be read, and what was forgiven so far. */
export type Reader = {
  readonly bytes: Uint8Array
  at: number
  end: number
  /** Known once the header is read. */
  version: Version
  readonly profile: Profile
  readonly forgives: ReadonlySet<Rule>
  readonly forgiven: Forgiven[]
  readonly path: (string | number)[]
  readonly notes: Note[] | null
}

/** Opens the first `end` bytes for reading. O(1). */
export function openReader(
  bytes: Uint8Array,
  end: number,
  version: Version,
  how: Pick<Reader, 'profile' | 'forgives'>,
  notes: Note[] | null,
): Reader {
  const { profile, forgives } = how
  return { bytes, at: 0, end, version, profile, forgives, forgiven: [], path: [], notes }
}

/** `areas[2].radiusM`. O(depth). */
export function pathText(path: readonly (string | number)[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text === '' ? 'body' : text
}

// A message with more deviations than this is no message: reading on would only cost time.
const forgivenMax = 256

/**
 * Notes a deviation and goes on, where the reading allows it.
 * @throws Jt808Error where it does not, and after 256 deviations in one message
 */
export function forgive(reader: Reader, rule: Rule, offset: number, value: string | number, says: string): void {
  if (!reader.forgives.has(rule) || reader.forgiven.length >= forgivenMax)
    throw new Jt808Error(rule, pathText(reader.path), value, offset, says)
  reader.forgiven.push({ rule, offset, value: String(value) })
}

/**
 * Makes sure that so many bytes are left, and steps over them.
 * @returns the offset of the first of them
 * @throws Jt808Error `body_end`
 */
export function take(reader: Reader, length: number): number {
  const { at, end, bytes } = reader
  if (length > end - at) {
    const says = `${length} bytes are needed, ${end - at} are left`
    throw new Jt808Error('body_end', pathText(reader.path), hexOf(bytes, at, end), at, says)
  }
  reader.at = at + length
  return at
}

/** Adds to the note that was taken last which thing its id means. */
export function explain(reader: Reader, meaning: string | undefined): void {
  const last = reader.notes?.pop()
  if (last) reader.notes?.push({ ...last, meaning: meaning ?? null })
}
