import { sql } from 'kysely'
import { at, type Json } from '@tingzhou/db'
import { ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { cancelledBy, move, refuse, type Desk, type Done } from './desk.ts'
import { planReturn } from './return.ts'
import type { Verb, VerbError } from './verb.ts'

type Of<N extends Verb['verb']> = Extract<Verb, { verb: N }>

/** Sends the case back to a node that it has passed 退回; the task goes to whoever did it there last. */
export async function returnTo(desk: Desk<Of<'return'>>): Promise<Result<Done, VerbError>> {
  const { open, definition, task, input } = desk
  const { toNodeId, reason } = input
  const last = await lastAt(desk, toNodeId)
  const target = { toNodeId, since: last?.openedAt ?? null }
  const plan = planReturn(definition, open.state, open.visited, task, target, input.also)
  if (!plan.ok) return refuse(desk, { ...plan.error, rule: ruleOf[plan.error.kind] })
  const tokenIds = plan.value.cancels.map((token) => token.id)
  const accountId = last?.closedBy ?? last?.assigneeId ?? null
  const give = accountId === null ? {} : { give: { nodeId: toNodeId, accountId } }
  const played = await move(desk, { kind: 'move', tokenIds, toNodeId, reason }, give)
  if (!played.ok) return played
  const cancelled: Json = cancelledBy(played.value).map((one) => ({ ...one }))
  return ok({
    reason,
    data: { from: task.nodeId, to: toNodeId, cancelled },
    to: accountId === null ? [] : [accountId],
    played: played.value,
  })
}

const ruleOf = {
  node_not_visited: 'a node that was passed',
  not_on_way: 'a node that led here',
  join_would_wait: 'no join left waiting',
} as const

/** Takes one's own answer back 撤回 while nobody has touched what followed. */
export async function takeBack(desk: Desk<Of<'take_back'>>): Promise<Result<Done, VerbError>> {
  const { open, task, input, actor } = desk
  const no = (block: Extract<VerbError, { kind: 'cannot_take_back' }>['block']) =>
    refuse(desk, { kind: 'cannot_take_back', rule: 'what followed is untouched', block })
  const led = task.ledTo
  if (!led) return no('unknown')
  if (led.blocked) return no(led.blocked)
  const stands = (one: { readonly id: string; readonly nodeId: string }) =>
    open.state.tokens.some((token) => token.id === one.id && token.nodeId === one.nodeId)
  if (!led.tokens.every(stands)) return no('moved_on')
  if (await wasTouched(desk)) return no('touched')
  const tokenIds = led.tokens.map(({ id }) => id)
  const { reason } = input
  const give = { nodeId: task.nodeId, accountId: actor.accountId }
  const played = await move(desk, { kind: 'move', tokenIds, toNodeId: task.nodeId, reason }, { give })
  if (!played.ok) return played
  const cancelled: Json = cancelledBy(played.value).map((one) => ({ ...one }))
  return ok({ reason, data: { cancelled }, played: played.value })
}

/** Suspends, resumes or ends the whole case. */
export async function pauseOrEnd(desk: Desk<Of<'suspend' | 'resume' | 'terminate'>>): Promise<Result<Done, VerbError>> {
  const { verb, reason } = desk.input
  const played = await move(desk, { kind: verb, reason })
  return played.ok ? ok({ reason, data: {}, played: played.value }) : played
}

type Last = { readonly openedAt: EpochMs; readonly closedBy: string | null; readonly assigneeId: string | null }

/** The last task that was done at a node. */
const lastAt = ({ tx, runtime, open }: Desk, nodeId: string): Promise<Last | undefined> =>
  tx
    .selectFrom('process_task')
    .select(['opened_at as openedAt', 'closed_by as closedBy', 'assignee_id as assigneeId'])
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('instance_id', '=', open.state.id)
    .where('node_id', '=', nodeId)
    .where('state', '=', 'done')
    .where('main_task_id', 'is', null)
    .orderBy('closed_at', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Whether a task that opened since was taken or answered by somebody. */
async function wasTouched({ tx, runtime, open, task }: Desk): Promise<boolean> {
  const touched = await tx
    .selectFrom('process_task')
    .select('id')
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('instance_id', '=', open.state.id)
    .where('id', '<>', task.id)
    .where('opened_at', '>=', sql<EpochMs>`${at(task.closedAt ?? task.openedAt)}::timestamptz`)
    .where((eb) => eb.or([eb('claimed_at', 'is not', null), eb('state', '=', 'done')]))
    .limit(1)
    .executeTakeFirst()
  return touched !== undefined
}
