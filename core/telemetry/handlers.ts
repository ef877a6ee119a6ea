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
import { telemetryContract } from './contract.ts'
import { addDevice, type DeviceError } from './device.ts'
import { queueCommand } from './device-command.ts'
import { asJson, findDevice, listDevices, listMovers, reachesPoint } from './device-view.ts'
import { fixesOf } from './fix.ts'
import { framesIn, readFrame, readLogged } from './frame-view.ts'
import { fixKind } from './kind.ts'
import { addNode, type PlantError } from './plant.ts'
import { readMinutes } from './stored.ts'
import './texts.ts'
import { readTrend } from './trend.ts'

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
} satisfies ProblemTable<PlantError | DeviceError | CommandReused>

const os = implement(telemetryContract).$context<RequestContext>()
const hourMs = 3_600_000
const trackHoursMax = 24

/** A span of time that can be read. @throws ProblemError 422 */
function windowOf(from: number, to: number, maxHours: number | null): void {
  if (to <= from) throw problem({ kind: 'window_empty', status: 422, area, field: 'to', value: to, rule: '> from' })
  if (maxHours !== null && to - from > maxHours * hourMs)
    throw problem({
      kind: 'window_too_long',
      status: 422,
      area,
      field: 'to',
      value: to,
      rule: `<= ${maxHours} h`,
      meta: { maxHours },
    })
}

const reader = (context: RequestContext) => requireActor(context)
const keeper = (context: RequestContext) => requireRole(requireActor(context), 'admin', 'dispatcher', 'machine')

async function visiblePoint(context: RequestContext, point: number) {
  const { deps } = context
  const found = (await reachesPoint(deps, reader(context), point)) ? deps.telemetry.catalog.find(point) : undefined
  if (found) return found
  throw problem({ kind: 'not_found', status: 404 })
}

async function visibleDevice(context: RequestContext, id: string) {
  const found = await findDevice(context.deps, reader(context), id)
  if (found) return found
  throw problem({ kind: 'not_found', status: 404 })
}

/** The routes of devices, positions and trends. */
export const telemetryRouter = os.router({
  devices: os.devices.handler(({ context, input }) => listDevices(context.deps, reader(context), input)),
  device: os.device.handler(({ context, input }) => visibleDevice(context, input.id)),
  addDevice: os.addDevice.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const { commandId, ...wish } = input
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.add_device', input: wish }
    const added = await runCommand(
      deps,
      command,
      async (tx): Promise<Result<{ id: string; code: string }, PlantError | DeviceError>> => {
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
        const device = { id: newId(), protocol, identity, name: wish.name, nodeId, secret: null, settings: {} }
        const done = await addDevice(tx, deps.zoneId, device)
        return done.ok ? ok({ id: done.value.id, code: node.value }) : err(done.error)
      },
    )
    return unwrap(added, problems)
  }),
  frames: os.frames.handler(async ({ context, input }) => {
    const device = await visibleDevice(context, input.id)
    const frames = context.deps.fieldGateway?.frames(device.identity) ?? []
    return { rows: frames.map(readLogged) }
  }),
  command: os.command.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const device = await visibleDevice(context, input.id)
    if (device.state !== 'active')
      throw problem({
        kind: 'device_not_active',
        status: 409,
        area,
        field: 'id',
        value: input.id,
        rule: 'active',
        meta: { state: device.state },
      })
    const { commandId, kind, body, reason, expiresS } = input
    const command = {
      commandId,
      actorId: actor.accountId,
      name: 'telemetry.command',
      input: { ...input, body: asJson(body) },
    }
    const queued = await runCommand(deps, command, async (tx) => {
      const now = deps.telemetry.clock()
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
    return unwrap(queued, commandProblems)
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
    const frames = framesIn(input.hex)
    if (!frames)
      throw problem({
        kind: 'not_hex',
        status: 422,
        area,
        field: 'hex',
        value: input.hex.slice(0, 60),
        rule: 'hexadecimal',
      })
    return { rows: frames.map(readFrame) }
  }),
  positions: os.positions.handler(async ({ context, input }) => {
    const { deps } = context
    const at = deps.telemetry.clock()
    const rows = await listMovers(deps, reader(context), epochMs(input.since))
    return { at, rows }
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
  trend: os.trend.handler(async ({ context, input: { point, from, to, widthPx } }) => {
    windowOf(from, to, null)
    const { unit, ...known } = await visiblePoint(context, point)
    const { db, zoneId, telemetry } = context.deps
    const trend = await readTrend(db, zoneId, known, { from, to, widthPx }, telemetry.store.openMinutes())
    return { ...trend, unit, steps: [...trend.steps] }
  }),
  counters: os.counters.handler(({ context }) => {
    requireRole(requireActor(context), 'admin', 'auditor', 'dispatcher', 'machine')
    const { fieldGateway } = context.deps
    return {
      listening: fieldGateway?.port !== null && fieldGateway !== null,
      port: fieldGateway?.port ?? null,
      online: fieldGateway?.online().length ?? 0,
      counts: { ...fieldGateway?.counts() },
    }
  }),
})
