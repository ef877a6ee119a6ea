import { createHash } from 'node:crypto'
import { fromSteps, keepRevision, keptSamples, toSteps, type Revision } from '@tingzhou/telemetry'
import type { Value } from './readings.ts'
import { shownFrame } from './shown.ts'
import { digestOf, type Said, type Upload } from './said.ts'

type Kept = { readonly steps: number; readonly quality: number } | null
type Change = Revision['changes'][number]

/**
 * Whether values may be others than what is kept of their times: what is newer than all that its point said is not. What was said
 * last may not be durable, so that it proves nothing of its time. O(values).
 * @param said  how the message stands to those before it
 */
export function mayDiffer({ platform, device }: Upload, values: readonly Value[], said: Said): boolean {
  if (said === 'again') return false
  if (said === 'otherwise') return true
  const { devices, telemetry } = platform
  const points = devices.find(device.identity)?.points ?? device.points
  return values.some((one) => {
    const point = points[one.template.key]
    const last = point === undefined ? undefined : telemetry.last.sample(point)
    return last !== undefined && last.at >= one.at
  })
}

const isOther = (kept: NonNullable<Kept>, { quality }: Value, steps: number): boolean =>
  kept.steps !== steps || kept.quality !== quality

/**
 * Finds what a message says otherwise than it is kept, and notes it: the later counts, the earlier stays on record.
 * @returns the values that take the place of others
 * Source: HJ 212 server duties (the same record with other values). Two statements at most.
 */
export async function revise(upload: Upload, values: readonly Value[], said: Said): Promise<ReadonlySet<Value>> {
  const { platform, device, message, segment } = upload
  const { db, zoneId, devices, telemetry, intake, counters, clock } = platform
  // What was said before it may be on its way still.
  await new Promise<boolean>((resolve) => intake.whenKept(resolve))
  const points = devices.find(device.identity)?.points ?? device.points
  const told = values.flatMap((value) => {
    const point = points[value.template.key]
    const steps = point === undefined ? null : toSteps(value.value, telemetry.catalog.resolutionOf(point))
    return point === undefined || steps === null ? [] : [{ value, point, at: value.at, steps }]
  })
  const rows = await keptSamples(db, zoneId, told, telemetry.store?.openMinutes())
  const changes: Change[] = []
  const revised = new Set<Value>()
  // A gateway apart does not see what its server has not written yet.
  const isBlind = telemetry.store === undefined
  told.forEach(({ value, point, at, steps }, index) => {
    const last = isBlind ? telemetry.last.sample(point) : undefined
    const kept: Kept = last?.at === at ? last : (rows[index] ?? null)
    const isUnseen = isBlind && said === 'otherwise'
    if (isUnseen) revised.add(value)
    if (kept === null ? !isUnseen : !isOther(kept, value, steps)) return
    const resolution = telemetry.catalog.resolutionOf(point)
    const before = kept && { value: fromSteps(kept.steps, resolution), quality: kept.quality as typeof value.quality }
    changes.push({ point, at, before, after: { value: fromSteps(steps, resolution), quality: value.quality } })
    revised.add(value)
  })
  if (changes.length === 0) return revised
  counters.add('hj212.revised')
  const { cn, qn } = message.segment
  const id = idOf(zoneId, qn, digestOf(message), JSON.stringify(changes))
  const body = shownFrame(segment)
  const revision = { id, protocol: 'hj212', identity: device.identity, kind: cn, changes, body } as const
  // Before the values: what is noted twice is one, what is kept without a note would never be noted.
  await keepRevision(db, zoneId, revision, clock())
  return revised
}

/** A UUID that follows from what it names: a frame that is sent again after a kill is noted once. */
function idOf(...parts: readonly (string | null)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
