import { isObject, parseJson } from '../json-readings.ts'
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
      const said = parseJson(payload)
      if (!isObject(said)) return { fault: 'a JSON object' }
      const entries = Object.entries(topic.fields).flatMap(([field, point]) =>
        Object.hasOwn(said, field) ? [[point, said[field]] as const] : [],
      )
      return { batch: { at: said[topic.time], values: Object.fromEntries(entries) } }
    }
  }
}

/** Who speaks in a message: the client identifier of a device; null for one that the broker may not speak for. */
export function speakerOf({ device, deviceLevel, devices = [] }: SourceTopic, topic: string): string | null {
  if (device !== undefined) return device
  const named = deviceLevel === undefined ? undefined : topic.split('/')[deviceLevel]
  return named !== undefined && devices.includes(named) ? named : null
}
