import { quality, type Quality } from '@tingzhou/telemetry'
import { timeFault, timeRules } from './reading-time.ts'

/** A reading as JSON says it. */
export type JsonReading = {
  /** Its place among those that were sent. */
  readonly index: number
  /** The name of the point as the sender calls it. */
  readonly point: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly value: number
  readonly quality: Quality
}

/** What cannot be used, with the rule that says so. */
export type JsonFault = { readonly field: string; readonly value: string; readonly rule: string }

export type JsonReadings = {
  readonly readings: readonly JsonReading[]
  /** The first faults. */
  readonly faults: readonly JsonFault[]
  /** How many readings, or whole messages, were refused. */
  readonly refused: number
}

const readingsMax = 5_000
const faultsMax = 20
const pointLengthMax = 400

/**
 * Reads `{"at": …, "values": {"I": 12.5}}` or `{"readings": [{"point": "I", "value": 12.5, "at": …, "quality": "good"}]}`, or
 * both. A time is whole milliseconds since the epoch or RFC 3339 with its offset; the outer one serves readings without their
 * own. A reading without a time is refused: sent again it would be another one. What is wrong with one reading leaves the others.
 * @param now  milliseconds since the epoch
 * @returns at most 20 faults
 * Source: own. O(bytes).
 */
export const readJsonReadings = (payload: Uint8Array, now: number): JsonReadings => readParsed(parseJson(payload), now)

/** Reads what JSON.parse gave; see `readJsonReadings`. O(readings). */
export function readParsed(parsed: unknown, now: number): JsonReadings {
  if (!isObject(parsed)) return refused('', typeOf(parsed), 'a JSON object')
  const { at, values, readings } = parsed
  const entries = [...entriesOf(values), ...(Array.isArray(readings) ? (readings as unknown[]) : [])]
  if (values !== undefined && !isObject(values))
    return refused('values', typeOf(values), 'an object of values by point')
  if (readings !== undefined && !Array.isArray(readings)) return refused('readings', typeOf(readings), 'an array')
  if (entries.length === 0) return refused('readings', '0', 'at least one reading')
  if (entries.length > readingsMax) return refused('readings', String(entries.length), `<= ${readingsMax}`)
  const found: JsonReading[] = []
  const faults: JsonFault[] = []
  for (const [index, entry] of entries.entries()) {
    const read = readOne(entry, at, now)
    if (!('rule' in read)) found.push({ index, ...read })
    else if (faults.length < faultsMax) faults.push({ ...read, field: `readings[${index}].${read.field}` })
  }
  return { readings: found, faults, refused: entries.length - found.length }
}

const refused = (field: string, value: string, rule: string): JsonReadings => ({
  readings: [],
  faults: [{ field, value, rule }],
  refused: 1,
})

/** What bytes say as JSON in UTF-8; undefined when they are none. */
export function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const typeOf = (value: unknown): string => (value === undefined ? 'no JSON' : shown(value))

/** Without what is in it: that may be deeper than can be written. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return (JSON.stringify(value) ?? 'absent').slice(0, 60)
}

const entriesOf = (values: unknown): unknown[] =>
  isObject(values) ? Object.entries(values).map(([point, value]) => ({ point, value })) : []

function readOne(entry: unknown, outerAt: unknown, now: number): Omit<JsonReading, 'index'> | JsonFault {
  if (!isObject(entry)) return { field: '', value: shown(entry), rule: 'an object' }
  const { point, value, at: ownAt, quality: word = 'good' } = entry
  if (typeof point !== 'string' || point === '' || point.length > pointLengthMax)
    return { field: 'point', value: shown(point), rule: `text of 1 to ${pointLengthMax} characters` }
  const at = timeOf(ownAt ?? outerAt)
  if (at === null)
    return { field: 'at', value: shown(ownAt ?? outerAt), rule: 'milliseconds since 1970, or RFC 3339 with its offset' }
  const fault = timeFault(at, now)
  if (fault) return { field: 'at', value: shown(at), rule: timeRules[fault] }
  const number = typeof value === 'boolean' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number))
    return { field: 'value', value: shown(value), rule: 'a finite number, true or false' }
  const known = typeof word === 'string' && Object.hasOwn(quality, word) ? quality[word as keyof typeof quality] : null
  if (known === null) return { field: 'quality', value: shown(word), rule: Object.keys(quality).join(', ') }
  return { point, at, value: number, quality: known }
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/

function timeOf(at: unknown): number | null {
  if (typeof at === 'number') return Number.isSafeInteger(at) && at >= 0 ? at : null
  if (typeof at !== 'string' || !rfc3339.test(at)) return null
  const ms = Date.parse(at)
  return Number.isNaN(ms) ? null : ms
}
