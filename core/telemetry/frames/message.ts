import type { FrameReader } from '../frame-view.ts'
import { shownValue } from './field.ts'

/** What is sent as a message of text, such as JSON: shown as it is, with the names of its outermost fields. */
export const messageReader: FrameReader = {
  isText: true,
  read: (bytes) => {
    const text = new TextDecoder().decode(bytes)
    const fields = fieldsOf(text)
    return { kind: 'message', title: null, fault: null, fields: fields ?? [] }
  },
  cut: (bytes) => [bytes],
}

function fieldsOf(text: string) {
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.entries(value).map(([name, inner]) => {
    const written = typeof inner === 'string' ? inner : JSON.stringify(inner)
    const at = Math.max(0, text.indexOf(`"${name}"`))
    const offset = Buffer.byteLength(text.slice(0, at))
    const raw = Buffer.from(`"${name}"`)
    return {
      offset,
      length: raw.length,
      zh: name,
      en: name,
      raw: raw.toString('hex'),
      value: shownValue(written),
      words: null,
    }
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
