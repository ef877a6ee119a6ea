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
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { reader, visibleDevice, visiblePoint, windowOf } from './asked.ts'
import { commandsOf, unsayable } from './command-kind.ts'
import { telemetryContract } from './contract.ts'
import { addDevice, hashSecret, type DeviceError } from './device.ts'
import { queueCommand } from './device-command.ts'
import { noteDevice, shareActive, type LifecycleError } from './device-lifecycle.ts'
import { checkIdentity, secretFor } from './device-rule.ts'
import { checkSetValue, sourceFor } from './device-source.ts'
import { deviceHandlers, type Rounded } from './device-handlers.ts'
import { asJson, listDevices } from './device-view.ts'
import { fixesOf } from './fix.ts'
import { listMedia } from './device-media.ts'
import { listMovers } from './mover-view.ts'
import { framesIn, readFrame, readLogged } from './frame-view.ts'
import { fixKind } from './kind.ts'
import { addNode, type PlantError } from './plant.ts'
import type { Box } from './place-grid.ts'
import { readMinutes } from './stored.ts'
import { ingestHandlers } from './ingest-handlers.ts'
import { keptFrames, spanOfDevice } from './kept-frame.ts'
import type { Protocol } from './protocol.ts'
import { isCalled } from './source-contract.ts'
import type { TelemetryStore } from './store.ts'
import './texts.ts'
import { trendHandlers } from './trend-handlers.ts'

const area = 'telemetry'
const problems = {
  ...commandProblems,
  parent_not_found: { status: 422, area, field: 'parentId' },
  profile_not_found: { status: 422, area, field: 'profileKey' },
  level_not_below: { status: 422, area, field: 'level' },
  segment_malformed: { status: 422, area, field: 'segment' },
  code_taken: { status: 409, area, field: 'segment', valueIn: 'code', rule: 'unique' },
  resolution_malformed: { status: 422, area, field: 'resolution' },
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

const keeper = (context: RequestContext) => requireRole(requireActor(context), 'admin', 'dispatcher', 'machine')

/** Whether devices of a protocol can be asked for this. @throws ProblemError 422 */
function checkKind(protocol: Protocol, kind: string): void {
  const known = commandsOf(protocol)
  if (known === null || known.includes(kind)) return
  const rule = known.length > 0 ? known.join(', ') : 'no commands'
  throw problem({
    kind: 'command_not_known',
    status: 422,
    area,
    field: 'kind',
    value: kind,
    rule,
    meta: { kind, protocol },
  })
}

/** Whether a device of a protocol can be told every character of it. @throws ProblemError 422 */
function checkTexts(protocol: Protocol, body: unknown): void {
  const found = unsayable(protocol, body)
  if (!found) return
  const { field, character } = found
  const rule = 'characters of GBK'
  throw problem({ kind: 'command_not_sayable', status: 422, area, field, value: character, rule, meta: { character } })
}

/** What the store counts; entries that the journal keeps grow where somebody who listens cannot settle. */
const storeCounts = ({ leftOut, entries, notTrimmed }: ReturnType<TelemetryStore['load']>) => ({
  'readings.left_out': leftOut,
  'journal.entries': entries,
  'journal.not_trimmed': notTrimmed,
})

/** The routes of devices, positions and trends. */
export const telemetryRouter = os.router({
  ...deviceHandlers,
  ...ingestHandlers,
  ...trendHandlers,
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
        await noteDevice(tx, deps.zoneId, done.value.id, actor, deps.telemetry.clock(), {
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
    const heard = (fieldGateway?.frames(protocol, identity) ?? []).filter(({ at }) => at >= span.from && at <= span.to)
    const first = heard[0]?.at ?? Infinity
    // What was kept from before the frames in memory: refused ones, and those that say more than readings hold.
    const kept = (await keptFrames(db, zoneId, protocol, identity, span)).filter(({ at }) => at < first)
    return { rows: [...kept, ...heard].map((frame) => readLogged(protocol, identity, frame)) }
  }),
  command: os.command.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const device = await visibleDevice(context, input.id)
    const { commandId, kind, body, reason, expiresS } = input
    checkKind(device.protocol, kind)
    checkTexts(device.protocol, body)
    if (isCalled(device.protocol)) checkSetValue(device.settings.source, body)
    const command = {
      commandId,
      actorId: actor.accountId,
      name: 'telemetry.command',
      input: { ...input, body: asJson(body) },
    }
    const queued = await runCommand(deps, command, async (tx): Promise<Result<{ id: string }, LifecycleError>> => {
      const now = deps.telemetry.clock()
      // Nobody retires it before the command is there to be ended with it.
      const active = await shareActive(tx, deps.zoneId, device.id)
      if (!active.ok) return active
      const id = newId()
      const order = { id, deviceId: device.id, kind, body: asJson(body) }
      const who = {
        actorId: actor.accountId,
        actorName: actor.name,
        reason,
        expiresAt: epochMs(now + expiresS * 1_000),
      }
      await queueCommand(tx, deps.zoneId, { ...order, ...who }, now)
      return ok({ id })
    })
    return unwrap(queued, problems)
  }),
  profiles: os.profiles.handler(async ({ context }) => {
    reader(context)
    const { db, zoneId } = context.deps
    const rows = await db
      .selectFrom('telemetry_profile')
      .select(['key', 'name'])
      .where('zone_id', '=', zoneId)
      .orderBy('key')
      .limit(200)
      .execute()
    return { rows }
  }),
  parse: os.parse.handler(({ context, input }) => {
    reader(context)
    const { protocol, hex } = input
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
    return { rows: frames.map((frame) => readFrame(protocol, frame)) }
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
    const { fieldGateway } = context.deps
    return {
      ports: { ...fieldGateway?.ports },
      online: fieldGateway?.online().length ?? 0,
      counts: { ...fieldGateway?.counts(), ...storeCounts(context.deps.telemetry.store.load()) },
    }
  }),
})
