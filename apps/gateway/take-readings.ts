import { toSteps } from '@tingzhou/telemetry'
import type { Edge } from './edge.ts'
import type { Kept } from './intake.ts'
import { readJsonReadings, readParsed, type JsonFault, type JsonReading } from './json-readings.ts'
import type { PointNames } from './point-names.ts'

export type Sender = { readonly edge: Edge; readonly protocol: string; readonly names: PointNames }

const faultsShown = 5
const faultsMax = 20

/** Hears what was refused: in a line for a log, and field by field. */
export type Faulty = (text: string, refusals: Refusals) => void

/**
 * Takes readings in that came as JSON. What is wrong with one of them is counted and leaves the others; sent again it would be
 * as wrong as before, so the sender hears that its message was taken.
 * @param kept   told whether what can be kept is durable
 * @param fault  told what was refused, if anything was
 */
export function takeReadings(sender: Sender, payload: Uint8Array | object, kept: Kept, fault: Faulty): void {
  const { names, edge } = sender
  const now = edge.clock()
  const read = payload instanceof Uint8Array ? readJsonReadings(payload, now) : readParsed(payload, now)
  const { readings, faults, refused } = read
  const isMissing = readings.some(({ point }) => !names.find(point))
  if (!isMissing || !names.isStale(performance.now())) return give(sender, readings, { faults, refused }, kept, fault)
  // Somebody may have added the point since its names were read.
  names.read().then(
    () => give(sender, readings, { faults, refused }, kept, fault),
    (error: unknown) => {
      edge.log.error({ err: error }, 'the points of a sender could not be read')
      kept(false)
    },
  )
}

export type Refusals = { readonly faults: readonly JsonFault[]; readonly refused: number }

function give(
  { edge, protocol, names }: Sender,
  readings: readonly JsonReading[],
  before: Refusals,
  kept: Kept,
  fault: Faulty,
): void {
  const faults = [...before.faults]
  let taken = 0
  for (const { index, point: name, at, value, quality } of readings) {
    const point = names.find(name)
    const steps = point && point.kind !== 'position' ? toSteps(value, point.resolution) : null
    if (point && steps !== null) {
      edge.intake.sample(point.id, at, steps, quality)
      taken++
    } else if (faults.length < faultsMax) faults.push(refusal(index, name, value, point?.kind))
  }
  const refused = before.refused + readings.length - taken
  if (refused > 0) {
    edge.counters.add(`${protocol}.readings_refused`, refused)
    fault(faults.slice(0, faultsShown).map(textOf).join('; '), { faults, refused })
  }
  if (taken > 0) edge.counters.add(`${protocol}.readings`, taken)
  // Also when nothing is left to be kept: answers come in the order of what they answer.
  edge.intake.whenKept(kept)
}

const refusal = (index: number, name: string, value: number, kind: string | undefined): JsonFault => {
  const [point, own] = [`readings[${index}].point`, `readings[${index}].value`]
  if (kind === undefined) return { field: point, value: name, rule: 'a point of the equipment' }
  if (kind === 'position') return { field: point, value: name, rule: 'a point with a number' }
  return { field: own, value: String(value), rule: 'within 2^50 steps of the point' }
}

const textOf = ({ field, value, rule }: JsonFault): string => `${field || 'the message'} is ${value}, expected: ${rule}`
