import * as z from 'zod'
import type { FromConnector } from '@tingzhou/connector'
import { openPointNames, type PointNames } from '../point-names.ts'
import { takeReadings } from '../take-readings.ts'
import { plain, type Machine, type Platform } from './platform.ts'

type Batch = Extract<FromConnector, { kind: 'readings' }>

/** Keeps what a machine said, and says so when it is durable. */
export async function take(platform: Platform, { batch, device, node, isLate, readings, lost }: Batch): Promise<void> {
  const { protocol, machines, counters, log, round } = platform
  const machine = machines.get(device)
  const own = machine?.device.nodeId === node ? machine : null
  if (lost > 0) counters.add(`${protocol}.readings_lost`, lost)
  const isKept = await keep(platform, own, node, isLate, readings).catch((error: unknown) => {
    log.error({ err: error, protocol, device }, 'readings of a machine could not be taken')
    return false
  })
  if (isKept && isLate) counters.add(`${protocol}.spool_sent`, readings.length)
  if (!isKept) {
    counters.add(`${protocol}.not_kept`)
    log.info({ protocol, device }, 'readings of a machine could not be kept and are taken again')
  }
  if (platform.round === round) platform.child?.send({ kind: 'kept', batch, isKept })
}

/**
 * @param own  the machine that said it; null: none that is called now
 * @returns whether they need not come again
 */
async function keep(
  platform: Platform,
  own: Machine | null,
  node: string,
  isLate: boolean,
  readings: Batch['readings'],
): Promise<boolean> {
  const { protocol, counters } = platform
  const names = own?.names ?? (isNode(node) ? await formerNames(platform, node) : null)
  if (!names) {
    counters.add(`${protocol}.readings_of_nobody`, readings.length)
    return true
  }
  let refusal: string | null = null
  const isKept = await new Promise<boolean>((resolve) => {
    takeReadings({ edge: platform, protocol, names }, { readings }, resolve, (text) => (refusal = text))
  })
  // What is wrong with readings of yesterday says nothing of now.
  if (own && !isLate) {
    own.heardMs = performance.now()
    own.refusal = refusal
  }
  return isKept
}

const isNode = (id: string): boolean => z.uuid().safeParse(id).success

const formerNodesMax = 1_000

/** The points of equipment that its device has left, by retirement or for another one: what was read there belongs there. */
async function formerNames(platform: Platform, node: string): Promise<PointNames> {
  const known = platform.formerNames.get(node)
  if (known) return known
  const names = await openPointNames(platform, node)
  if (platform.formerNames.size >= formerNodesMax) platform.formerNames.clear()
  platform.formerNames.set(node, names)
  return names
}

/** Counts what became of readings on disk, and says in the log what became of those that are gone. */
export function noteSpool(platform: Platform, said: Extract<FromConnector, { kind: 'spool' }>): void {
  const { protocol, counters, log } = platform
  const { written, expired, dropped, damagedPlaces, damagedBytes, segments, fault } = said
  const words = fault === null ? null : plain(fault)
  platform.segments = segments
  if (written > 0) counters.add(`${protocol}.spool_written`, written)
  if (expired > 0) counters.add(`${protocol}.spool_expired`, expired)
  if (dropped > 0) counters.add(`${protocol}.spool_dropped`, dropped)
  if (damagedPlaces > 0) {
    counters.add(`${protocol}.spool_damaged`, damagedPlaces)
    log.error({ protocol, damagedPlaces, damagedBytes }, 'readings that waited on disk are damaged and passed over')
  }
  if (expired + dropped > 0) log.error({ protocol, expired, dropped }, 'readings waited on disk too long, or too many')
  if (words !== null && words !== platform.spoolFault) {
    counters.add(`${protocol}.spool_faults`)
    log.error({ protocol, fault: words }, 'readings cannot wait on disk')
  }
  platform.spoolFault = words
}
