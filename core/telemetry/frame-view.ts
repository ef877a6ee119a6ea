import { annotate, createFramer, type Annotation } from '@tingzhou/jt808'
import type { LoggedFrame } from './field-gateway.ts'

const framesMax = 20
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A frame field by field. Pure. O(length). */
export function readFrame(bytes: Uint8Array) {
  const annotation = annotate(bytes, { mode: 'lenient' })
  return {
    hex: hexOf(bytes),
    kind: annotation.message?.kind ?? null,
    fault: annotation.error?.message ?? null,
    fields: annotation.fields.map((field) => ({
      offset: field.offset,
      length: field.length,
      zh: field.name.zh,
      en: field.name.en,
      raw: field.hex,
      value: textOf(field),
      words: wordsOf(field),
    })),
  }
}

export const readLogged = ({ at, direction, bytes, fault }: LoggedFrame) => {
  const frame = readFrame(bytes)
  return { ...frame, at, direction, fault: fault ?? frame.fault }
}

/** What an id means, or the names of the bits that are set; null for plain values and where no bit is. */
function wordsOf({ meaning, flags }: Annotation['fields'][number]) {
  if (meaning) return meaning.name
  if (!flags || flags.length === 0) return null
  return { zh: flags.map(({ name }) => name.zh).join(' · '), en: flags.map(({ name }) => name.en).join(' · ') }
}

function textOf({ value, hex }: Annotation['fields'][number]): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Uint8Array) return hex
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/**
 * The frames in a piece of hexadecimal, as people copy it from a log: with or without spaces.
 * @returns null when it is no hexadecimal; at most 20 frames
 */
export function framesIn(hex: string): readonly Uint8Array[] | null {
  const plain = hex.replaceAll(/[\s,]|0x/gi, '')
  if (!/^(?:[0-9a-f]{2})+$/i.test(plain)) return null
  const bytes = Uint8Array.from(Buffer.from(plain, 'hex'))
  const frames = createFramer().push(bytes)
  return frames.length > 0 ? frames.slice(0, framesMax) : [bytes]
}
