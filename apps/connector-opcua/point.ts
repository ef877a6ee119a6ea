import type { Reading } from '@tingzhou/connector'
import type { SourcePoint } from './source.ts'
import { numberOf, type Variant } from './value.ts'

/** A value with its status and times, as the library gives it. */
export type Notice = {
  readonly value?: Variant | null
  readonly statusCode?: { readonly value: number; readonly name: string } | null
  readonly sourceTimestamp?: Date | null
  readonly serverTimestamp?: Date | null
}

/** A point, with what is remembered of it over all sessions. */
export type Point = SourcePoint & {
  /** Why it has no readings; null while it has. */
  fault: string | null
  /** How often the server looks, ms; null while it does not. */
  samplingMs: number | null
  /** What the server said last, with the time that it gave. */
  noticed: Reading | null
  /** What was told last. */
  told: Reading | null
  /** How long before the answer of the server its last change had been; null in a session without one. */
  behindMs: number | null
  isFirst: boolean
}

/** A point of which nothing is known yet. */
export const newPoint = (point: SourcePoint): Point => ({
  ...point,
  fault: null,
  samplingMs: null,
  noticed: null,
  told: null,
  behindMs: null,
  isFirst: true,
})

/** Makes a point ready for a new session: what it held is remembered, so that it is not told twice. */
export function beginSession(point: Point): void {
  point.samplingMs = null
  point.behindMs = null
  point.isFirst = true
}

/**
 * Takes what the server says of a point.
 * @param publishedAt  when it said so, milliseconds since the epoch
 * @returns the reading; null when it is known already, or no number
 * Source: own. O(1).
 */
export function notice(point: Point, said: Notice, publishedAt: number): Reading | null {
  const found = numberOf(said.value)
  const status = said.statusCode ?? { value: 0, name: 'Good' }
  const quality = qualityOf(status.value)
  if (found.kind === 'other') point.fault = `${found.what}, and no number`
  else if (found.kind === 'nothing' && (point.told === null || isRefusal(status.name))) point.fault = status.name
  else point.fault = null
  // No reading is without a number: a bad one without keeps the last.
  const value = found.kind === 'number' ? found.value : quality === 'bad' ? point.told?.value : undefined
  if (value === undefined) return null
  const [source, server] = [timeOf(said.sourceTimestamp), timeOf(said.serverTimestamp)]
  const at = source ?? server ?? publishedAt
  // The first value of a session may be of long ago.
  if (!point.isFirst) point.behindMs = publishedAt - at
  point.isFirst = false
  const { noticed, told } = point
  const isSame = noticed?.at === at && noticed.value === value && noticed.quality === quality
  point.noticed = { point: point.key, at, value, quality }
  if (isSame) return null
  // A status may change and leave the time of the value as it was; two readings of one time would be one.
  const isTimeTaken = told !== null && (told.at === at || noticed?.at === at)
  point.told = isTimeTaken ? { ...point.noticed, at: Math.max(server ?? publishedAt, told.at + 1) } : point.noticed
  return point.told
}

/**
 * The value of a point that stands: a server says only what changes, and by every answer that nothing else did.
 * It is of the time up to which the server has looked, by the clock that the point goes by.
 * @param publishedAt  when the server answered last, milliseconds since the epoch
 * @returns the reading; null while the last one is as young as its sampling
 * Source: OPC 10000-4 §5.14.1.1, §7.25. O(1).
 */
export function standing(point: Point, publishedAt: number): Reading | null {
  const { told, samplingMs, behindMs } = point
  if (told === null || samplingMs === null || point.fault !== null) return null
  const behind = behindMs !== null && behindMs < 0 ? behindMs : Math.max(behindMs ?? 0, samplingMs)
  const at = publishedAt - behind
  if (at - told.at < samplingMs * 0.9) return null
  point.told = { ...told, at }
  return point.told
}

/** Whether a status says that the node is not there, or not for us. */
const isRefusal = (name: string): boolean =>
  /^Bad(?:NodeId(?:Unknown|Invalid)|NotReadable|UserAccessDenied|AttributeIdInvalid)/.test(name)

/** By the two highest bits of a status. Source: OPC 10000-4 §7.39.1. */
function qualityOf(status: number): Reading['quality'] {
  const severity = status >>> 30
  if (severity === 0) return 'good'
  return severity === 1 ? 'uncertain' : 'bad'
}

/** OPC UA counts from 1601, and many servers mean by that, or by 1970, that they do not know. */
function timeOf(time: Date | null | undefined): number | null {
  const at = time?.getTime() ?? 0
  return at > 0 ? at : null
}
