import { numberOf, typeName, type Variant } from './value.ts'
import type { Notice } from './point.ts'

/** What is shown of a node: the channel itself is binary and mostly encrypted. */
export type FrameItem = {
  readonly nodeId: string
  readonly value: number | string | null
  readonly status: string
  /** RFC 3339; null when the server does not say. */
  readonly sourceTimestamp: string | null
}

// The log of the gateway keeps 1,100 bytes of a frame.
const bytesMax = 1_000
const nodeIdMax = 200

/**
 * A notification or a write as UTF-8 JSON, with as many of its items as the log has room for; `more` counts the others.
 * Source: own. O(items shown).
 */
export function frameOf(service: 'publish' | 'write', items: Iterable<FrameItem>, count: number): Uint8Array {
  const shown: FrameItem[] = []
  let bytes = 60
  for (const item of items) {
    const one = { ...item, nodeId: item.nodeId.slice(0, nodeIdMax) }
    bytes += Buffer.byteLength(JSON.stringify(one)) + 1
    if (bytes > bytesMax && shown.length > 0) break
    shown.push(one)
  }
  const more = count - shown.length
  return Buffer.from(JSON.stringify({ service, items: shown, ...(more > 0 ? { more } : {}) }))
}

/** What a server says of a node, for the log. O(1). */
export const itemOf = (nodeId: string, { value, statusCode, sourceTimestamp }: Notice): FrameItem => ({
  nodeId,
  value: shownValue(value),
  status: statusCode?.name ?? 'Good',
  sourceTimestamp: isoOf(sourceTimestamp),
})

function shownValue(variant: Variant | null | undefined): FrameItem['value'] {
  const found = numberOf(variant)
  if (found.kind === 'number') return found.value
  if (found.kind === 'nothing' || !variant) return null
  const { dataType, value } = variant
  return typeof value === 'string' ? value.slice(0, 100) : `(${found.what ?? typeName(dataType)})`
}

function isoOf(time: Date | null | undefined): string | null {
  return time && Number.isFinite(time.getTime()) ? time.toISOString() : null
}
