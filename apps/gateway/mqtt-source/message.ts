import type { SourceTopic } from './config.ts'

/** A message as a broker passes it on. */
export type SourceMessage = {
  readonly topic: string
  readonly payload: Uint8Array
  /** It was left at the broker before. */
  readonly isRetained: boolean
}

/** What a message says, in the form in which devices publish readings themselves; or why it says nothing. */
export type SourceBatch = { readonly batch: Uint8Array | object } | { readonly fault: string }

const numberBytesMax = 64

/** Reads a message as its topic says. Pure. O(length). */
export function batchOf(topic: SourceTopic, { payload, isRetained }: SourceMessage, now: number): SourceBatch {
  switch (topic.holds) {
    case 'readings':
      return { batch: payload }
    case 'number': {
      if (isRetained) return { fault: 'a value that was left at the broker has no time' }
      const written = payload.length > numberBytesMax ? '' : Buffer.from(payload).toString().trim()
      const value = written === '' ? NaN : Number(written)
      if (!Number.isFinite(value)) return { fault: 'a number' }
      return { batch: { at: now, values: { [topic.point]: value } } }
    }
    case 'fields': {
      const said = parse(payload)
      if (!said) return { fault: 'a JSON object' }
      const entries = Object.entries(topic.fields).flatMap(([field, point]) =>
        Object.hasOwn(said, field) ? [[point, said[field]] as const] : [],
      )
      return { batch: { at: said[topic.time], values: Object.fromEntries(entries) } }
    }
  }
}

function parse(payload: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const said: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? { ...said } : null
  } catch {
    return null
  }
}

/** Who speaks in a message: the client identifier of a device. */
export const speakerOf = ({ device, deviceLevel }: SourceTopic, topic: string): string =>
  device ?? topic.split('/')[deviceLevel ?? 0] ?? ''
