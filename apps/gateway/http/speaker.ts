import { createHash } from 'node:crypto'
import {
  isSecret,
  openDevices,
  protocolRules,
  templateOf,
  type Device,
  type Devices,
  type IngestAnswer,
  type IngestRequest,
} from '@tingzhou/telemetry'
import { createBucket, type Bucket } from '../bucket.ts'
import type { Edge } from '../edge.ts'
import { createPointMaker, type PointMaker } from '../point-maker.ts'
import { openPointNames, type PointNames } from '../point-names.ts'
import { takeLink, type Link, type Speaker } from '../speaker.ts'
import { noteStranger } from '../stranger.ts'
import { takeReadings, type Refusals } from '../take-readings.ts'

/** Takes readings that devices post, each under its own key. */
export type HttpSpeaker = Speaker & { readonly ingest: (request: IngestRequest) => Promise<IngestAnswer> }

// Batches a second of one device; more are told when to come again.
const perSecondMax = 10
const burstMax = 60
const batchesKnown = 256
// Heard within this, a device counts as connected.
const onlineMs = 300_000

/** A device that posts, while it is heard. */
type Caller = Link & {
  readonly bucket: Bucket
  readonly names: PointNames
  /** What its last batches held and how they were answered, by their ids. */
  readonly batches: Map<string, { readonly sha256: string; readonly answer: Promise<IngestAnswer> }>
  heardMs: number
}

type Platform = Edge & {
  readonly protocol: 'http'
  readonly devices: Devices
  readonly points: PointMaker
  readonly links: Map<string, Caller>
}

/** Takes what devices post over HTTP; the server's own port is theirs. */
export async function openHttp(edge: Edge): Promise<HttpSpeaker> {
  const devices = await openDevices(edge.db, edge.zoneId, 'http')
  const points = createPointMaker(edge, devices)
  const platform: Platform = { ...edge, protocol: 'http', devices, points, links: new Map() }
  return {
    protocol: 'http',
    devices,
    links: platform.links,
    listen: {},
    tick: () => forgetSilent(platform),
    settle: points.settle,
    ingest: (request) => ingest(platform, request),
  }
}

async function ingest(platform: Platform, request: IngestRequest): Promise<IngestAnswer> {
  const device = await admit(platform, request)
  if (!device) return { kind: 'refused' }
  const caller = await callerOf(platform, device, request.address)
  const now = performance.now()
  const waitMs = caller.bucket.take(now)
  if (waitMs > 0) {
    platform.counters.add('http.too_many')
    return { kind: 'too_many', waitMs }
  }
  caller.heardMs = now
  const { batchId } = request.batch
  const bytes = new TextEncoder().encode(JSON.stringify(request.batch))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const known = caller.batches.get(batchId)
  if (known && known.sha256 !== sha256) return { kind: 'batch_reused' }
  if (known) {
    platform.counters.add('http.repeats')
    return known.answer
  }
  const answer = take(platform, device, caller, request.batch, bytes)
  remember(caller, batchId, { sha256, answer })
  const { kind } = await answer
  // Sent again it is tried again.
  if (kind === 'not_kept') caller.batches.delete(batchId)
  return answer
}

/** Whether a device is unknown or shows a wrong key is told to nobody, not even by how long it takes. */
async function admit(platform: Platform, { identity, key, address }: IngestRequest): Promise<Device | null> {
  const { devices, counters } = platform
  const known = devices.find(identity)
  if (known && isSecret(key, known.secretSha256)) return known
  if (!protocolRules.http.identity.test(identity)) {
    counters.add('http.identity_refused')
    return null
  }
  // It may have been made known, or given another key, a moment ago.
  await devices.reload(identity)
  const device = devices.find(identity)
  if (device && isSecret(key, device.secretSha256)) return device
  if (device) counters.add('http.key_wrong')
  else noteStranger(platform, { protocol: 'http', identity, name: identity, address })
  return null
}

async function callerOf(platform: Platform, device: Device, address: string): Promise<Caller> {
  const { links, devices } = platform
  const known = links.get(device.identity)
  if (known?.device()?.nodeId === device.nodeId) return known
  const { id, identity } = device
  const names = await openPointNames(platform, device.nodeId)
  // Two first batches at once: one of them is the first.
  const other = links.get(identity)
  if (other && other !== known) return other
  const caller: Caller = {
    device: () => {
      const found = devices.find(identity)
      return found?.id === id ? found : null
    },
    // It calls and is never called: what is asked of it waits until its time is over.
    takesOrders: () => false,
    order: () => {},
    hasOrder: () => false,
    heardSince: (ms) => caller.heardMs >= ms,
    address,
    supersede: () => {},
    bucket: createBucket(perSecondMax, burstMax),
    names,
    batches: new Map(),
    heardMs: performance.now(),
  }
  takeLink(platform, device, caller)
  return caller
}

function remember({ batches }: Caller, id: string, batch: { sha256: string; answer: Promise<IngestAnswer> }): void {
  batches.set(id, batch)
  const [oldest] = batches.size > batchesKnown ? batches.keys() : []
  if (oldest !== undefined) batches.delete(oldest)
}

async function take(
  platform: Platform,
  device: Device,
  caller: Caller,
  batch: IngestRequest['batch'],
  bytes: Uint8Array,
): Promise<IngestAnswer> {
  const { counters, log, frames, clock } = platform
  try {
    if (batch.points && batch.points.length > 0) {
      const hasRoom = await platform.points.make(device, batch.points.map(templateOf))
      if (!hasRoom) return { kind: 'no_room' }
      await caller.names.read()
    }
    let refusals: Refusals = { faults: [], refused: 0 }
    let fault: string | null = null
    const kept = await new Promise<boolean>((resolve) => {
      const sender = { edge: platform, protocol: 'http', names: caller.names }
      takeReadings(sender, batch, resolve, (text, found) => {
        fault = text
        refusals = found
      })
    })
    frames.add('http', device.identity, { at: clock(), direction: 'up', bytes, fault })
    if (!kept) return { kind: 'not_kept' }
    counters.add('http.batches')
    return { kind: 'kept', ...refusals }
  } catch (error) {
    log.error({ err: error, device: device.identity }, 'a batch could not be kept')
    return { kind: 'not_kept' }
  }
}

function forgetSilent({ links }: Platform): void {
  const since = performance.now() - onlineMs
  for (const [identity, { heardMs }] of links) if (heardMs < since) links.delete(identity)
}
