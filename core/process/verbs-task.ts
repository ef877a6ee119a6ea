import { ok, type Result } from '@tingzhou/kernel'
import { listMemberships } from '@tingzhou/parties'
import { refuse, setTask, touch, type Desk, type Done } from './desk.ts'
import { without } from './hold.ts'
import { holdsOneOf, type Verb, type VerbError } from './verb.ts'

type Of<N extends Verb['verb']> = Extract<Verb, { verb: N }>

/** Takes a task that nobody has. */
export async function claim(desk: Desk): Promise<Result<Done, VerbError>> {
  const { task, actor, runtime } = desk
  if (task.assigneeId !== null) return refuse(desk, { kind: 'task_taken', rule: 'one person', by: task.assigneeId })
  setTask(desk, task.id, { assignee_id: actor.accountId, claimed_at: runtime.deps.clock() })
  touch(desk)
  return ok({ reason: null, data: {} })
}

/** Lays a task down that one has. */
export async function release(desk: Desk): Promise<Result<Done, VerbError>> {
  const { task, actor } = desk
  if (task.assigneeId !== actor.accountId) return refuse(desk, { kind: 'task_not_taken', rule: 'its own' })
  setTask(desk, task.id, { assignee_id: null, claimed_at: null })
  touch(desk)
  return ok({ reason: null, data: {} })
}

/** Hands a task on for good 转办, to somebody who may do it. */
export async function transfer(desk: Desk<Of<'transfer'>>): Promise<Result<Done, VerbError>> {
  const { task, input, runtime, tx } = desk
  const memberships = await listMemberships(tx, runtime.deps.zoneId, { accountId: input.to })
  if (!holdsOneOf(memberships, task.roles, task.partyId)) return lacksRole(desk, task.roles)
  setTask(desk, task.id, { assignee_id: input.to, claimed_at: runtime.deps.clock() })
  touch(desk)
  return ok({ reason: input.reason, data: { from: task.assigneeId, to: input.to }, to: [input.to] })
}

/** Lets somebody else work on a task, which then comes back 委派. Until then it cannot be finished. */
export async function delegate(desk: Desk<Of<'delegate'>>): Promise<Result<Done, VerbError>> {
  const { task, input, runtime, actor, open } = desk
  if (!(await isKnown(desk, input.to))) return lacksRole(desk, [])
  setTask(desk, task.id, {
    assignee_id: input.to,
    claimed_at: runtime.deps.clock(),
    delegated_by: actor.accountId,
  })
  const hold = { id: task.id, taskId: task.id, kind: 'delegated' } as const
  touch(desk, { ...open.held, holds: [...open.held.holds, hold] })
  return ok({ reason: input.reason, data: { to: input.to }, to: [input.to] })
}

/** Gives a delegated task back; whoever delegated it may call it back too. */
export async function giveBack(desk: Desk<Of<'give_back'>>): Promise<Result<Done, VerbError>> {
  const { task, input, runtime, actor, open } = desk
  const { delegatedBy } = task
  if (delegatedBy === null || ![delegatedBy, task.assigneeId].includes(actor.accountId))
    return refuse(desk, { kind: 'task_not_taken', rule: 'delegated' })
  setTask(desk, task.id, { assignee_id: delegatedBy, claimed_at: runtime.deps.clock(), delegated_by: null })
  touch(desk, without(open.held, task.id))
  return ok({ reason: input.words, data: { from: task.assigneeId, to: delegatedBy }, to: [delegatedBy] })
}

/** Urges whoever the task waits for 催办; nothing moves. */
export async function urge(desk: Desk<Of<'urge'>>): Promise<Result<Done, VerbError>> {
  const { task, input } = desk
  touch(desk)
  const waiting = task.assigneeId ?? task.partyId
  return ok({ reason: input.words, data: { waiting }, to: waiting === null ? [] : [waiting] })
}

/** Whether an account is somebody in the zone. */
export async function isKnown({ tx, runtime }: Desk, accountId: string): Promise<boolean> {
  return (await listMemberships(tx, runtime.deps.zoneId, { accountId })).length > 0
}

/** Refuses somebody who cannot be given the task. */
export const lacksRole = (desk: Desk<Extract<Verb, { to: string }>>, roles: readonly string[]) =>
  refuse(desk, { kind: 'target_lacks_role', rule: roles.join(', ') || 'a role in the zone', to: desk.input.to, roles })
