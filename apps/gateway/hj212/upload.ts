import { uploadKey } from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import { keepFrame, queueCommand, toSteps, type Device, type KeptWhy } from '@tingzhou/telemetry'
import { gapBefore } from './gap.ts'
import type { Platform } from './platform.ts'
import { valuesOf, type Value, type Values } from './readings.ts'
import { mayDiffer, revise } from './revision.ts'
import { digestOf, type Said, type Upload } from './said.ts'
import { shownFrame } from './shown.ts'

/**
 * Takes over what a device says and answers it when that is durable: the answer is the device's licence to forget. What becomes
 * no reading is kept as the frame that it came in.
 */
export function takeUpload(upload: Upload): void {
  const { platform, flow, message, device } = upload
  const values = valuesOf(message, platform.clock())
  const said = noteUpload(upload)
  noteTimes(upload, values)
  flow.begin()
  const missing = values.values.filter(({ template }) => device.points[template.key] === undefined)
  // What is new waits for nothing but the disk.
  if (missing.length === 0 && !mayDiffer(upload, values.values, said))
    return finish(upload, give(upload, values.values), values.unread)
  takeSlowly(upload, values, said).catch((error: unknown) => {
    flow.end()
    noteNotKept(upload)
    platform.log.error({ err: error, device: device.identity }, 'a message of a monitor could not be kept')
  })
}

/** Makes the points that are new, and compares what may have been said otherwise before. */
async function takeSlowly(upload: Upload, { values, unread }: Values, said: Said): Promise<void> {
  const { platform, device } = upload
  const templates = [...new Map(values.map(({ template }) => [template.key, template])).values()]
  // Values of points for which there is no room are left over.
  if (templates.length > 0) await platform.points.make(device, templates)
  const left = await platform.comparing.inTurn(device.nodeId, async () => {
    const revised = mayDiffer(upload, values, said) ? await revise(upload, values, said) : none
    return give(upload, values, revised)
  })
  finish(upload, left, unread)
}

const none: ReadonlySet<Value> = new Set()

/**
 * Gives values to their points.
 * @param revised  those that take the place of what is kept
 * @returns how many have no point, or cannot be told in its steps
 */
function give({ platform, device }: Upload, values: readonly Value[], revised = none): number {
  const { devices, telemetry, intake, counters } = platform
  const points = devices.find(device.identity)?.points ?? device.points
  let left = 0
  for (const one of values) {
    const point = points[one.template.key]
    // What is computed no device says.
    const isSaid = point !== undefined && !telemetry.catalog.find(point)?.computed
    const steps = isSaid ? toSteps(one.value, telemetry.catalog.resolutionOf(point)) : null
    if (point === undefined || steps === null) left++
    else intake.sample(point, one.at, steps, one.quality, revised.has(one))
  }
  counters.add('hj212.values', values.length - left)
  return left
}

/**
 * Answers when what was given is durable, and its frame where that is kept.
 * @param left    values that no point holds
 * @param unread  why else the frame is kept; null: for nothing
 */
function finish(upload: Upload, left: number, unread: KeptWhy | null): void {
  const { platform, flow, link, message, device } = upload
  const why = left > 0 ? 'room' : unread
  if (why) platform.counters.add(`hj212.frames_kept.${why}`)
  const frameKept = why ? keepAs(upload, why) : true
  platform.intake.whenKept((kept) => {
    const answer = (isFrameKept: boolean): void => {
      flow.end()
      if (kept && isFrameKept) return link.answer(message)
      noteNotKept(upload)
    }
    if (frameKept === true) return answer(true)
    frameKept.then(answer, (error: unknown) => {
      platform.log.error({ err: error, device: device.identity }, 'a frame could not be kept')
      answer(false)
    })
  })
}

/** What comes again is no repeat of what nobody kept. */
function noteNotKept({ platform, link, message }: Upload): void {
  link.uploads.set(uploadKey(message.segment), '')
  platform.counters.add('hj212.not_kept')
}

const keepAs = ({ platform, device, segment }: Upload, why: KeptWhy): Promise<boolean> => {
  const { db, zoneId, newId, clock } = platform
  const body = shownFrame(segment)
  return keepFrame(db, zoneId, { id: newId(), protocol: 'hj212', identity: device.identity, why, body }, clock())
}

const uploadsKnown = 16

/** Counts repeats and packets. */
function noteUpload({ platform, link, message }: Upload): Said {
  const { counters, assembler, clock } = platform
  const { segment } = message
  const key = uploadKey(segment)
  const said = digestOf(message)
  const before = link.uploads.get(key)
  link.uploads.delete(key)
  link.uploads.set(key, said)
  const [oldest] = link.uploads.size > uploadsKnown ? link.uploads.keys() : []
  if (oldest !== undefined) link.uploads.delete(oldest)
  const added = assembler.add(segment, clock())
  if (added.kind === 'whole') counters.add('hj212.records_whole')
  if (added.kind === 'refused') counters.add(`hj212.packets_refused.${added.why}`)
  if (before === undefined) return 'new'
  if (before !== said) return 'otherwise'
  counters.add('hj212.repeats')
  return 'again'
}

const lateMs = 7 * 86_400_000
const periodsAsked = {
  minute: { kind: 'query_minutes', periodMs: null },
  hour: { kind: 'query_hours', periodMs: 3_600_000 },
} as const
const minuteDefaultMs = 600_000
const askForMs = 3_600_000

/** Counts what is odd about times, and asks for records that lack before this one. */
function noteTimes({ platform, link, message, device }: Upload, { values, unread, missing }: Values): void {
  const { counters, clock } = platform
  const now = clock()
  if (missing > 0) counters.add('hj212.values_missing', missing)
  if (unread === 'time') counters.add('hj212.time_refused')
  const [first] = values
  if (!first) return
  if (now - first.at > lateMs) counters.add('hj212.late')
  const { body } = message
  if (body.type !== 'data' || (body.period !== 'minute' && body.period !== 'hour')) return
  const asked = periodsAsked[body.period]
  const before = link.records.get(body.period) ?? { at: lastOf(platform, device, values), periodMs: null }
  const stepMs = before.at === null ? null : first.at - before.at
  // The shortest step seen is the period.
  const seenMs = stepMs !== null && stepMs >= 60_000 ? Math.min(stepMs, before.periodMs ?? stepMs) : before.periodMs
  const periodMs = asked.periodMs ?? before.periodMs ?? minuteDefaultMs
  const gap = gapBefore(before.at, first.at, periodMs)
  if (before.at === null || first.at > before.at) link.records.set(body.period, { at: first.at, periodMs: seenMs })
  if (!gap) return
  counters.add('hj212.gaps')
  ask(platform, device, asked.kind, gap, 'records lack')
}

/** The time of the last value of the points that a record fills; null when none has any. */
function lastOf({ telemetry }: Platform, { points }: Device, values: readonly Value[]): number | null {
  let last: number | null = null
  for (const { template } of values) {
    const point = points[template.key]
    const at = point === undefined ? undefined : telemetry.last.sample(point)?.at
    if (at !== undefined) last = Math.max(last ?? at, at)
  }
  return last
}

/** Orders something of a device in the name of the gateway. */
export function ask(
  { db, zoneId, newId, clock, log }: Platform,
  device: Device,
  kind: string,
  body: Readonly<Record<string, number>>,
  reason: string,
): void {
  const now = clock()
  const who = { actorId: 'gateway', actorName: '庭州', reason }
  const order = { id: newId(), deviceId: device.id, kind, body, expiresAt: epochMs(now + askForMs), ...who }
  queueCommand(db, zoneId, order, now).catch((error: unknown) =>
    log.error({ err: error, device: device.identity, kind }, 'an order of the gateway could not be kept'),
  )
}
