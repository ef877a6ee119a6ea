import {
  annotate,
  createFramer,
  fieldProfiles,
  meaningNames,
  type Annotation,
  type DecodeOptions,
  type Profile,
} from '@tingzhou/jt808'
import type { FrameReader, FrameWays } from '../frame-view.ts'

/** JT/T 808 frames field by field. */
export const jt808Reader: FrameReader = {
  isText: false,
  read: (bytes, _identity, _direction, ways) => {
    const annotation = annotate(bytes, optionsFor(bytes, ways))
    const kind = annotation.message?.kind ?? null
    return {
      kind,
      title: kind === null ? null : (meaningNames[kind] ?? null),
      fault: annotation.error?.message ?? null,
      forgiven: annotation.forgiven,
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

const profiles: Readonly<Record<string, Profile>> = fieldProfiles

/** A frame may be older than what is set now: where its flags are others, they tell how it is framed. */
function optionsFor(bytes: Uint8Array, { profile: name, before2019 }: FrameWays = {}): DecodeOptions {
  const profile = name === undefined ? undefined : profiles[name]
  return {
    mode: 'lenient',
    ...(profile && profile.framing.flag === bytes[0] ? { profile } : {}),
    ...(before2019 ? { before2019 } : {}),
  }
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
