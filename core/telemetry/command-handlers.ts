import { implement } from '@orpc/server'
import { newId, runCommand, type CommandReused, type Json, type StaleRevision } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { visibleDevice } from './asked.ts'
import { findConfirmation, saveConfirmation } from './command-confirmation.ts'
import { commandContract } from './command-contract.ts'
import { commandsOf, needsConfirmation, unsayable } from './command-kind.ts'
import {
  confirmProposal,
  decideConfirmation,
  lockProposal,
  proposeCommand,
  withdrawProposal,
  type ProposalError,
  type Standing,
} from './command-proposal.ts'
import { queueCommand } from './device-command.ts'
import { shareActive, type LifecycleError } from './device-lifecycle.ts'
import { checkSetValue } from './device-source.ts'
import { asJson } from './device-view.ts'
import type { Protocol } from './protocol.ts'
import { fromSteps, toSteps } from './sample.ts'
import { isCalled, SetValue } from './source-contract.ts'
import './texts.ts'

const area = 'telemetry'
const problems = {
  ...commandProblems,
  not_found: { status: 404 },
  device_not_active: { status: 409, area, field: 'id', rule: 'active' },
  command_not_found: { status: 404, area, field: 'command', valueIn: 'id', rule: 'one that is to be confirmed' },
  command_not_proposed: { status: 409, area, field: 'command', valueIn: 'state', rule: 'proposed' },
  confirmation_over: { status: 409, area, field: 'command', valueIn: 'until', rule: 'before its time is over' },
  confirmed_by_other: { status: 403, area, field: 'command', rule: 'by who proposed it' },
  confirmed_by_same: { status: 403, area, field: 'command', rule: 'by another person' },
} satisfies ProblemTable<LifecycleError | ProposalError | CommandReused | StaleRevision>

const os = implement(commandContract).$context<RequestContext>()
type Shown = Awaited<ReturnType<typeof visibleDevice>>
type Asked = Standing & {
  readonly confirm: { until: EpochMs; needsOther: boolean; kind: string; body: Json } | null
}

const keeper = (context: RequestContext) => requireRole(requireActor(context), 'admin', 'dispatcher', 'machine')

/** Whether a device can be told so. @throws ProblemError 422 */
function checkOrder({ protocol, settings }: Shown, kind: string, body: unknown): void {
  checkKind(protocol, kind)
  checkTexts(protocol, body)
  if (isCalled(protocol)) checkSetValue(settings.source, body)
}

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

/** Whether a point still holds what somebody saw in it; of one that holds nothing yet nobody knows. @throws ProblemError 409 */
function checkSeen({ deps }: RequestContext, device: Shown, body: unknown, seen: number): void {
  const order = SetValue.safeParse(body)
  const code = order.success ? `${device.nodeCode ?? ''}.${order.data.point}` : null
  const found = device.points.find((point) => point.code === code)
  const last = found && deps.telemetry.last.sample(found.point)
  if (!last) return
  const resolution = deps.telemetry.catalog.resolutionOf(found.point)
  if (toSteps(seen, resolution) === last.steps) return
  const now = fromSteps(last.steps, resolution)
  throw problem({
    kind: 'value_moved',
    status: 409,
    area,
    field: 'seen',
    value: seen,
    rule: String(now),
    meta: { seen, now, point: found.code },
  })
}

/** What is asked of devices, and who confirms it. */
export const commandHandlers = {
  command: os.command.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const device = await visibleDevice(context, input.id)
    const { commandId, kind, reason, expiresS } = input
    const body = asJson(input.body)
    checkOrder(device, kind, body)
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.command', input: { ...input, body } }
    const asked = await runCommand(deps, command, async (tx): Promise<Result<Asked, LifecycleError>> => {
      const now = deps.telemetry.clock()
      // Nobody retires it before the command is there to be ended with it.
      const active = await shareActive(tx, deps.zoneId, device.id)
      if (!active.ok) return active
      const id = newId()
      const order = { id, deviceId: device.id, kind, body, reason, actorId: actor.accountId, actorName: actor.name }
      if (!needsConfirmation(device.protocol, kind)) {
        const expiresAt = epochMs(now + expiresS * 1_000)
        await queueCommand(tx, deps.zoneId, { ...order, expiresAt }, now)
        return ok({ id, state: 'queued', confirm: null })
      }
      const rule = await findConfirmation(tx, deps.zoneId)
      const until = await proposeCommand(tx, deps.zoneId, { ...order, waitS: expiresS }, rule, now)
      return ok({ id, state: 'proposed', confirm: { until, needsOther: rule.needsOther, kind, body } })
    })
    return unwrap(asked, problems)
  }),
  confirmCommand: os.confirmCommand.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const { zoneId } = deps
    const device = await visibleDevice(context, input.id)
    const { commandId, ...wish } = input
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.confirm_command', input: wish }
    const confirmed = await runCommand(
      deps,
      command,
      async (tx): Promise<Result<Standing, ProposalError | LifecycleError>> => {
        const now = deps.telemetry.clock()
        const active = await shareActive(tx, zoneId, device.id)
        if (!active.ok) return active
        const proposal = await lockProposal(tx, zoneId, device.id, wish.command)
        if (!proposal) return err({ kind: 'command_not_found', id: wish.command })
        const decision = decideConfirmation(proposal, actor, now)
        if (!decision.ok) return decision
        if (decision.value === 'standing') return ok({ id: proposal.id, state: proposal.state })
        // Its points and their limits may be others by now.
        checkOrder(device, proposal.kind, proposal.body)
        if (wish.seen !== undefined) checkSeen(context, device, proposal.body, wish.seen)
        return ok(await confirmProposal(tx, zoneId, proposal, wish.seen ?? null, actor, now))
      },
    )
    return unwrap(confirmed, problems)
  }),
  withdrawCommand: os.withdrawCommand.handler(async ({ context, input }) => {
    const actor = keeper(context)
    const { deps } = context
    const device = await visibleDevice(context, input.id)
    const { commandId, ...wish } = input
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.withdraw_command', input: wish }
    const taken = await runCommand(deps, command, async (tx): Promise<Result<Standing, ProposalError>> => {
      const proposal = await lockProposal(tx, deps.zoneId, device.id, wish.command)
      if (!proposal) return err({ kind: 'command_not_found', id: wish.command })
      return withdrawProposal(tx, deps.zoneId, proposal, actor, deps.telemetry.clock())
    })
    return unwrap(taken, problems)
  }),
  confirmation: os.confirmation.handler(({ context }) => {
    requireRole(requireActor(context), 'admin', 'auditor', 'dispatcher', 'supervisor', 'machine')
    return findConfirmation(context.deps.db, context.deps.zoneId)
  }),
  setConfirmation: os.setConfirmation.handler(async ({ context, input: { commandId, rev, ...wish } }) => {
    const actor = requireRole(requireActor(context), 'admin')
    const { deps } = context
    const command = { commandId, actorId: actor.accountId, name: 'telemetry.set_confirmation', input: { rev, ...wish } }
    const done = await runCommand(deps, command, (tx) =>
      saveConfirmation(tx, deps.zoneId, wish, rev, actor, deps.telemetry.clock()),
    )
    return unwrap(done, problems)
  }),
}
