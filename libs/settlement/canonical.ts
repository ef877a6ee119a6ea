/**
 * One text for a sheet, rules or facts, whatever the order of their keys, to be hashed and to be printed.
 * @param value  null, booleans, texts, finite numbers, lists and plain objects of these
 * @returns JSON without spaces, keys ordered by their UTF-16 units
 * @throws TypeError at anything else, `undefined` in an object too: a hash that leaves something out proves nothing about it
 * Source: RFC 8785 (JCS), which for these values orders keys and otherwise writes what JSON.stringify writes. O(size log keys).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`
  }
  const isPlain = value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)
  if (!isPlain) throw new TypeError(`canonical JSON has no ${typeof value} ${String(value)}`)
  return JSON.stringify(value)
}

/** Freezes a value and everything in it. O(size). */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
