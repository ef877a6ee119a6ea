/**
 * Writes a parameter as the text (or bytes) that a server takes for it; the server knows the type.
 * @returns text; bytes as they are; null for null
 * @throws TypeError for what no column holds, such as a function
 * Source: PostgreSQL manual 55.2.3 and 8.15.6, input of arrays. O(size).
 */
export function toText(value: unknown): string | Buffer | null {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  // Years after 9999 bear a sign in ISO 8601 that PostgreSQL does not read.
  if (value instanceof Date) return value.toISOString().replace(/^\+0*/, '')
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (Array.isArray(value)) return arrayText(value)
  if (typeof value === 'object') return JSON.stringify(value)
  throw new TypeError(`a parameter cannot be a ${typeof value}`)
}

const arrayText = (values: readonly unknown[]): string => `{${values.map(elementText).join(',')}}`

function elementText(value: unknown): string {
  if (Array.isArray(value)) return arrayText(value)
  const text = toText(value)
  if (text === null) return 'null'
  const plain = typeof text === 'string' ? text : `\\x${text.toString('hex')}`
  return `"${plain.replaceAll(/["\\]/g, '\\$&')}"`
}
