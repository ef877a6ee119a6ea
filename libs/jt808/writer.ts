import { Jt808Error, type Rule } from './error.ts'
import type { Profile, Version } from './profile.ts'
import { pathText } from './reader.ts'

/** A body under construction: `bytes` grows, `at` is its length so far. */
export type Writer = {
  bytes: Uint8Array
  at: number
  readonly version: Version
  readonly profile: Profile
  readonly path: (string | number)[]
}

// Bodies are written one at a time and copied when they are done; one that outgrows this gets a buffer of its own.
const scratch = new Uint8Array(4_096)

/** Opens an empty body. O(1). */
export function openWriter(version: Version, profile: Profile): Writer {
  return { bytes: scratch, at: 0, version, profile, path: [] }
}

/**
 * Makes room for so many bytes and steps over them.
 * @returns the offset of the first of them. O(1) amortised.
 */
export function room(writer: Writer, length: number): number {
  const { at } = writer
  const needed = at + length
  if (needed > writer.bytes.length) {
    const grown = new Uint8Array(Math.max(needed, writer.bytes.length * 2))
    grown.set(writer.bytes.subarray(0, at))
    writer.bytes = grown
  }
  writer.at = needed
  return at
}

/** Refuses a value. @throws Jt808Error always */
export function refuse(writer: Writer, rule: Rule, value: unknown, says: string): never {
  throw new Jt808Error(rule, pathText(writer.path), shown(value), writer.at, says)
}

/** A value as a message shows it: a line, whatever it is. */
function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  return text.length > 64 ? `${text.slice(0, 64)}…` : text
}

/** Appends bytes as they are. O(length). */
export function append(writer: Writer, bytes: Uint8Array): void {
  const at = room(writer, bytes.length)
  writer.bytes.set(bytes, at)
}
