import { annotate, createFramer, meaningNames, type Annotation } from '@tingzhou/jt808'
import type { FrameReader } from '../frame-view.ts'

/** JT/T 808 frames field by field. */
export const jt808Reader: FrameReader = {
  isText: false,
  read: (bytes) => {
    const annotation = annotate(bytes, { mode: 'lenient' })
    const kind = annotation.message?.kind ?? null
    return {
      kind,
      title: kind === null ? null : (meaningNames[kind] ?? null),
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
  },
  cut: (bytes) => createFramer().push(bytes),
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
