import { frameOf } from '@tingzhou/hj212'

const passwordAt = /(^|[;,&])(PW|NewPW|NewSK)=([^;,&]*)/g

/** Whoever reads a log must not be able to speak as the device, or as the platform to it. The length stays. O(length). */
export function withoutPassword(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const hidden = text.replace(passwordAt, (_all, before: string, name: string, value: string) => {
    return `${before}${name}=${'*'.repeat(value.length)}`
  })
  return hidden === text ? bytes : new Uint8Array(Buffer.from(hidden, 'latin1'))
}

/** A segment as the log shows it: a whole frame, so that it can be read again. */
export const shownFrame = (segment: Uint8Array): Uint8Array => frameOf(withoutPassword(segment))
