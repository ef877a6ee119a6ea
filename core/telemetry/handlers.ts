import { implement } from '@orpc/server'
import { newId, runCommand, type CommandReused } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { reader, visibleDevice, visiblePoint, windowOf } from './asked.ts'
import { commandHandlers } from './command-handlers.ts'
import { telemetryContract } from './contract.ts'
import { addDevice, hashSecret, type DeviceError } from './device.ts'
import type { LifecycleError } from './device-lifecycle.ts'
import { checkIdentity, secretFor } from './device-rule.ts'
import { sourceFor } from './device-source.ts'
import { deviceHandlers, type Rounded } from './device-handlers.ts'
import { listDevices } from './device-view.ts'
import { fixesOf } from './fix.ts'
import { listMedia } from './device-media.ts'
import { listMovers } from './mover-view.ts'
import { framesIn, readFrame, readLogged, type FrameWays } from './frame-view.ts'
import { fixKind } from './kind.ts'
import { plantHandlers, plantProblems } from './plant-handlers.ts'
import { addNode, type PlantError } from './plant.ts'
import type { Box } from './place-grid.ts'
import { readMinutes } from './stored.ts'
import { ingestHandlers } from './ingest-handlers.ts'
import { keptFrames, spanOfDevice } from './kept-frame.ts'
import { keptTrackHandlers } from './kept-track-handlers.ts'
import { revisionHandlers } from './revision-handlers.ts'
import type { TelemetryStore } from './store.ts'
import { settingsHandlers } from './settings-handlers.ts'
import './texts.ts'
import { trendHandlers } from './trend-handlers.ts'
import { noteDeed } from './trail.ts'

const area = 'telemetry'
const problems = {
  ...commandProblems,
  ...plantProblems,
  node_not_found: { status: 422, area, field: 'nodeId' },
  identity_taken: { status: 409, area, field: 'identity', rule: 'unique' },
  not_found: { status: 404 },
  device_not_active: { status: 409, area, field: 'id', rule: 'active' },
} satisfies ProblemTable<PlantError | DeviceError | LifecycleError | CommandReused>

const os = implement(telemetryContract).$context<RequestContext>()
const trackHoursMax = 24

type Corners = { readonly [side in 'west' | 'south' | 'east' | 'north']?: number | undefined }

/** A part of the map; nothing when no side is given. @throws ProblemError 422 when it is not whole or empty */
function boxOf({ west, south, east, north }: Corners): Box | undefined {
  const sides = { west, south, east, north }
  if (Object.values(sides).every((side) => side === undefined)) return undefined
  for (const [field, value] of Object.entries(sides))
    if (value === undefined)
      throw problem({ kind: 'box_not_whole', status: 422, area, field, value: null, rule: 'required' })
  // Each was looked at.
  const box = sides as Box
  if (box.east <= box.west)
    throw problem({ kind: 'box_empty', status: 422, area, field: 'east', value: box.east, rule: '> west' })
  if (box.north <= box.south)
    throw problem({ kind: 'box_empty', status: 422, area, field: 'north', value: box.north, rule: '> south' })
  return box
}

/** How frames are read, as the settings of a device say it. */
const waysOf = ({
  profile = null,
  before2019,
}: {
  readonly profile?: string | null
  readonly before2019: '2011' | '2013' | null
}): FrameWays => ({ ...(profile === null ? {} : { profile }), ...(before2019 ? { before2019 } : {}) })

const keeper = (context: RequestContext) => requireRole(requireActor(context), 'admin', 'dispatcher', 'machine')

/** What the store counts; entries that the journal keeps grow where somebody who listens cannot settle. */
const storeCounts = ({ leftOut, entries, notTrimmed }: ReturnType<TelemetryStore['load']>, notComputed: number) => ({
  'readings.left_out': leftOut,
  'readings.not_computed': notComputed,
  'journal.entries': entries,
  'journal.not_trimmed': notTrimmed,
})

/** The routes of devices, positions and trends. */
export const telemetryRouter = os.router({
  ...deviceHandlers,
  ...ingestHandlers,
  ...trendHandlers,
  ...commandHandlers,
  ...settingsHandlers,
  ...keptTrackHandlers,
  ...revisionHandlers,
  ...plantHandlers,
  devices: os.devices.handler(({ context, input }) => listDevices(context.deps, reader(context), input)),
  device: os.device.handler(({ context, input }) => visibleDevice(context, input.id)),
  addDevice: os.addDevice.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const { commandId, secret: typed, source: given, ...wish } = input
    checkIdentity(wish.protocol, wish.identity)
    const { secret, isMade } = secretFor(wish.protocol, typed)
    const source = sourceFor(wish.protocol, given, context.lang)
    const round = newId()
    const stated = {
      ...wish,
      ...(source ? { source } : {}),
      ...(typed === null ? {} : { secretSha256: hashSecret(typed) }),
    }
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.add_device', input: stated }
    const added = await runCommand(
      deps,
      command,
      async (tx): Promise<Result<Rounded & { code: string }, PlantError | DeviceError>> => {
        const nodeId = newId()
        const name = { zh: wish.name, en: wish.name }
        const { parentId, segment, profileKey, protocol, identity } = wish
        const node = await addNode(tx, deps.zoneId, {
          id: nodeId,
          parentId,
          level: 'equipment',
          segment,
          name,
          profileKey,
          partyId: null,
        })
        if (!node.ok) return node
        const settings = source ? { source } : {}
        const device = { id: newId(), protocol, identity, name: wish.name, nodeId, secret, settings }
        const done = await addDevice(tx, deps.zoneId, device)
        if (!done.ok) return err(done.error)
        const { profileKey: equipment } = wish
        await noteDeed(tx, deps.zoneId, { kind: 'device', id: done.value.id }, actor, deps.telemetry.clock(), {
          verb: 'add',
          data: { identity, protocol, code: node.value, equipment, ...settings },
        })
        return ok({ id: done.value.id, code: node.value, round })
      },
    )
    const { id, code, round: first } = unwrap(added, problems)
    return { id, code, secret: isMade && first === round ? secret : null }
  }),
  media: os.media.handler(async ({ context, input }) => {
    await visibleDevice(context, input.id)
    return { rows: [...(await listMedia(context.deps.db, context.deps.zoneId, input.id))] }
  }),
  frames: os.frames.handler(async ({ context, input }) => {
    const device = await visibleDevice(context, input.id)
    const { db, zoneId, fieldGateway } = context.deps
    const { protocol, identity } = device
    const span = await spanOfDevice(db, zoneId, device)
    const said = (await fieldGateway?.frames(protocol, identity)) ?? []
    const heard = said.filter(({ at }) => at >= span.from && at <= span.to)
    const first = heard[0]?.at ?? Infinity
    // What was kept from before the frames in memory: refused ones, and those that say more than readings hold.
    const kept = (await keptFrames(db, zoneId, protocol, identity, span)).filter(({ at }) => at < first)
    return { rows: [...kept, ...heard].map((frame) => readLogged(protocol, identity, frame, waysOf(device.settings))) }
  }),
  parse: os.parse.handler(({ context, input }) => {
    reader(context)
    const { protocol, hex, before2019 } = input
    const frames = framesIn(protocol, hex)
    if (!frames)
      throw problem({
        kind: 'not_hex',
        status: 422,
        area,
        field: 'hex',
        value: hex.slice(0, 60),
        rule: 'hexadecimal',
      })
    return { rows: frames.map((frame) => readFrame(protocol, frame, undefined, undefined, waysOf({ before2019 }))) }
  }),
  positions: os.positions.handler(async ({ context, input }) => {
    const { deps } = context
    const at = deps.telemetry.clock()
    const { since, limit, point, q, online } = input
    const movers = await listMovers(deps, reader(context), {
      box: boxOf(input),
      point,
      q,
      onlineOnly: online === '1',
      since,
      limit,
    })
    return { at, total: movers.total, rows: [...movers.rows], groups: [...movers.groups] }
  }),
  track: os.track.handler(async ({ context, input: { point, from, to } }) => {
    windowOf(from, to, trackHoursMax)
    await visiblePoint(context, point)
    const { db, zoneId, telemetry } = context.deps
    const minutes = await readMinutes(db, zoneId, fixKind, point, from, to, telemetry.store.openMinutes())
    const rows = minutes
      .flatMap(({ minute, rows: fixes }) => fixesOf(fixes, minute))
      .filter(({ at }) => at >= from && at < to)
    return { rows }
  }),
  counters: os.counters.handler(({ context }) => {
    requireRole(requireActor(context), 'admin', 'auditor', 'dispatcher', 'machine')
    const { fieldGateway, telemetry } = context.deps
    return {
      ports: { ...fieldGateway?.ports },
      online: fieldGateway?.online().length ?? 0,
      gateways: [...(fieldGateway?.gateways() ?? [])],
      counts: { ...fieldGateway?.counts(), ...storeCounts(telemetry.store.load(), telemetry.formulas.leftOut()) },
    }
  }),
})
