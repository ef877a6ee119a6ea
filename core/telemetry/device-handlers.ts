import { implement } from '@orpc/server'
import { newId, runCommand, type CommandReused } from '@tingzhou/db'
import {
  commandProblems,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { visibleDevice } from './asked.ts'
import { deviceContract } from './device-contract.ts'
import { hashSecret, type DeviceError } from './device.ts'
import { renewSecret, replaceDevice, retireDevice, setDevice, type LifecycleError } from './device-lifecycle.ts'
import { checkFirstContact, checkIdentity, checkRenewal, secretFor } from './device-rule.ts'
import { sourceFor } from './device-source.ts'
import { findRetention, saveRetention, type RetentionError } from './retention.ts'
import type { ResolutionFixed } from './source-points.ts'
import { trailOf } from './trail.ts'
import './texts.ts'

const area = 'telemetry'
const problems = {
  ...commandProblems,
  not_found: { status: 404 },
  device_not_active: { status: 409, area, field: 'id', rule: 'active' },
  node_not_found: { status: 422, area, field: 'nodeId' },
  identity_taken: { status: 409, area, field: 'identity', rule: 'unique' },
  retention_order: { status: 422, area },
  resolution_fixed: { status: 422, area },
} satisfies ProblemTable<LifecycleError | DeviceError | RetentionError | ResolutionFixed | CommandReused>

const os = implement(deviceContract).$context<RequestContext>()

const keeper = (context: RequestContext) => requireRole(requireActor(context), 'admin', 'dispatcher')

/** A repeat of a command gets the first answer, of another round: what was made for it this time is worth nothing. */
export type Rounded = { readonly id: string; readonly round: string }

/** What is done to a device, and to how long what is kept. */
export const deviceHandlers = {
  setDevice: os.setDevice.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const { commandId, id, rev, source: given, ...rest } = input
    const { protocol, nodeId } = await visibleDevice(context, id)
    checkFirstContact(protocol, rest.firstContact)
    const wish = { ...rest, source: sourceFor(protocol, given, context.lang) }
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.set_device', input: { id, rev, ...wish } }
    const done = await runCommand(deps, command, (tx) =>
      setDevice(tx, deps.zoneId, id, wish, rev, actor, deps.telemetry.clock()),
    )
    const answer = unwrap(done, problems)
    // Its points may be called otherwise now.
    if (wish.source && nodeId !== null) await deps.telemetry.catalog.reload(nodeId)
    return answer
  }),
  retireDevice: os.retireDevice.handler(async ({ context, input: { commandId, id, reason } }) => {
    const actor = keeper(context)
    const { deps } = context
    await visibleDevice(context, id)
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.retire_device', input: { id, reason } }
    const done = await runCommand(deps, command, async (tx): Promise<Result<{ id: string }, LifecycleError>> => {
      const retired = await retireDevice(tx, deps.zoneId, id, reason, actor, deps.telemetry.clock())
      return retired.ok ? ok({ id }) : err(retired.error)
    })
    return unwrap(done, problems)
  }),
  replaceDevice: os.replaceDevice.handler(async ({ context, input: { commandId, secret: typed, ...wish } }) => {
    const actor = keeper(context)
    const { deps } = context
    const { protocol } = await visibleDevice(context, wish.id)
    checkIdentity(protocol, wish.identity)
    const { secret, isMade } = secretFor(protocol, typed)
    const round = newId()
    const stated = { ...wish, ...(typed === null ? {} : { secretSha256: hashSecret(typed) }) }
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.replace_device', input: stated }
    const done = await runCommand(deps, command, async (tx): Promise<Result<Rounded, LifecycleError | DeviceError>> => {
      const replaced = await replaceDevice(tx, deps.zoneId, wish.id, { ...wish, secret }, actor, deps.telemetry.clock())
      return replaced.ok ? ok({ ...replaced.value, round }) : replaced
    })
    const answer = unwrap(done, problems)
    return { id: answer.id, secret: isMade && answer.round === round ? secret : null }
  }),
  renewSecret: os.renewSecret.handler(async ({ context, input: { commandId, secret: typed, id, reason } }) => {
    const actor = keeper(context)
    const { deps } = context
    const { protocol } = await visibleDevice(context, id)
    checkRenewal(protocol)
    const { secret, isMade } = secretFor(protocol, typed)
    const round = newId()
    const stated = { id, reason, ...(typed === null ? {} : { secretSha256: hashSecret(typed) }) }
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.renew_secret', input: stated }
    const done = await runCommand(deps, command, async (tx): Promise<Result<Rounded, LifecycleError>> => {
      const renewed = await renewSecret(tx, deps.zoneId, id, { secret, reason }, actor, deps.telemetry.clock())
      return renewed.ok ? ok({ id, round }) : err(renewed.error)
    })
    const answer = unwrap(done, problems)
    return { id, secret: isMade && answer.round === round ? secret : null }
  }),
  deviceTrail: os.deviceTrail.handler(async ({ context, input: { id, ...page } }) => {
    await visibleDevice(context, id)
    return trailOf(context.deps, id, page)
  }),
  retention: os.retention.handler(({ context }) => {
    requireRole(requireActor(context), 'admin', 'auditor', 'dispatcher', 'supervisor')
    return findRetention(context.deps.db, context.deps.zoneId)
  }),
  setRetention: os.setRetention.handler(async ({ context, input: { commandId, rev, ...wish } }) => {
    const actor = requireRole(requireActor(context), 'admin')
    const { deps } = context
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.set_retention', input: { rev, ...wish } }
    const done = await runCommand(deps, command, (tx) =>
      saveRetention(tx, deps.zoneId, wish, rev, actor, deps.telemetry.clock()),
    )
    return unwrap(done, problems)
  }),
}
