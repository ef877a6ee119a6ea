import { createHash } from 'node:crypto'

/**
 * One text for a JSON value, whatever the order of its keys, so that it can be hashed. Absent and undefined are the same.
 * Source: the ordering of RFC 8785 (JCS), which for strings, finite numbers and booleans is what JSON.stringify writes. O(size).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`
}

/** SHA-256 as 64 hexadecimal digits. O(length). */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
