import { historyCall } from '@tingzhou/audit'
import { flushBatch, runCommand, type CommandReused, type Db, type Tx } from '@tingzhou/db'
import { outboxInsert } from '@tingzhou/events'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { cancelledBy, type Desk, type Done, type TaskRow } from './desk.ts'
import { hostOf, type AnyHost, type CaseworkDone } from './host.ts'
import type { Runtime } from './play.ts'
import { loadInstance } from './rows.ts'
import { isAllowed, isTaskOf, type Verb, type VerbError, type VerbName } from './verb.ts'
import { pauseOrEnd, returnTo, takeBack } from './verbs-move.ts'
import { addSign, dropSign, sign } from './verbs-sign.ts'
import { claim, delegate, giveBack, release, transfer, urge } from './verbs-task.ts'

export type VerbDeps = { readonly db: Db; readonly runtime: Runtime; readonly hosts: readonly AnyHost[] }

/** What a verb left behind. */
export type VerbAnswer = {
  readonly instanceId: string
  /** The revision of the instance. */
  readonly rev: number
  /** The task or signature that it made. */
  readonly taskId: string | null
  readonly cancelled: readonly { readonly taskId: string; readonly nodeId: string }[]
}

type Act<N extends VerbName> = (desk: Desk<Extract<Verb, { verb: N }>>) => Promise<Result<Done, VerbError>>

const acts: { readonly [N in VerbName]: Act<N> } = {
  claim,
  release,
  transfer,
  delegate,
  give_back: giveBack,
  add_sign: addSign,
  sign,
  drop_sign: dropSign,
  return: returnTo,
  take_back: takeBack,
  urge,
  suspend: pauseOrEnd,
  resume: pauseOrEnd,
  terminate: pauseOrEnd,
}

/**
 * Does a verb of casework that no drawing shows: one command, one transaction under the lock of the case, with a line in the
 * history of its business object. A repeat of the command id gives the first answer.
 * @returns what it left behind, or the rule that says no, with verb and task
 */
export function makeVerb(
  deps: VerbDeps,
  actor: Actor,
  commandId: string,
  input: Verb,
): Promise<Result<VerbAnswer, VerbError | CommandReused>> {
  const { zoneId, clock } = deps.runtime.deps
  const command = { commandId, actorId: actor.accountId, name: `process.${input.verb}`, input }
  return runCommand({ db: deps.db, zoneId, clock }, command, (tx) => doVerb(tx, deps, actor, input))
}

async function doVerb(tx: Tx, deps: VerbDeps, actor: Actor, input: Verb): Promise<Result<VerbAnswer, VerbError>> {
  const desk = await openDesk(tx, deps, actor, input)
  if (!desk) return err({ kind: 'no_such_task', rule: 'a task of a case', verb: input.verb, taskId: input.taskId })
  const refused = await refusalOf(desk)
  if (refused) return err({ ...refused, verb: input.verb, taskId: input.taskId })
  // The name of the verb picks the act of its own type.
  const act = acts[input.verb] as Act<VerbName>
  const done = await act(desk)
  if (!done.ok) return done
  const { open } = desk
  await desk.host.casework?.(tx, desk.subject, doneBy(desk))
  tell(desk, done.value)
  await flushBatch(tx, desk.host.batch(desk.subject))
  return ok({
    instanceId: open.state.id,
    rev: open.rev + 1,
    taskId: done.value.taskId ?? null,
    cancelled: done.value.played ? cancelledBy(done.value.played) : [],
  })
}

/** Finds the case of a task, locks it, and reads both under the lock. */
async function openDesk(tx: Tx, { runtime, hosts }: VerbDeps, actor: Actor, input: Verb): Promise<Desk | null> {
  const found = await tx
    .selectFrom('process_task as t')
    .innerJoin('process_instance as i', (join) =>
      join.onRef('i.zone_id', '=', 't.zone_id').onRef('i.id', '=', 't.instance_id'),
    )
    .select(['i.key', 't.business_id as businessId', 't.instance_id as instanceId'])
    .where('t.zone_id', '=', runtime.deps.zoneId)
    .where('t.id', '=', input.taskId)
    .executeTakeFirst()
  if (!found) return null
  const host = hostOf(hosts, found.key)
  const subject: unknown = await host.lock(tx, found.businessId, { by: 'actor', actor, verb: input.verb })
  if (!subject) return null
  const open = host.instance(subject) ?? (await loadInstance(tx, runtime.deps.zoneId, found.instanceId))
  assert(open, `instance ${found.instanceId} exists`)
  const task = await readTask(tx, runtime, found.instanceId, input.taskId)
  const definition = await runtime.definitions.get(tx, open.state.definitionKey, open.state.definitionVersion)
  // The node of a task that was answered before a migration may be gone; no verb on such a task looks at it.
  const node = definition.nodes[task.nodeId] ?? definition.nodes[definition.starts[0] ?? '']
  assert(node, `the drawing has the node ${task.nodeId}`)
  return { tx, runtime, host, subject, actor, input, task, node, open, definition }
}

const readTask = (tx: Tx, { deps }: Runtime, instanceId: string, id: string): Promise<TaskRow> =>
  tx
    .selectFrom('process_task')
    .select([
      'id',
      'instance_id as instanceId',
      'node_id as nodeId',
      'token_id as tokenId',
      'state',
      'roles',
      'party_id as partyId',
      'assignee_id as assigneeId',
      'opened_at as openedAt',
      'closed_at as closedAt',
      'closed_by as closedBy',
      'delegated_by as delegatedBy',
      'main_task_id as mainTaskId',
      'sign',
      'led_to as ledTo',
      'data',
    ])
    .where('zone_id', '=', deps.zoneId)
    .where('instance_id', '=', instanceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()

type Refusal = VerbError extends infer E ? (E extends VerbError ? Omit<E, 'verb' | 'taskId'> : never) : never

const onSignatures: ReadonlySet<VerbName> = new Set<VerbName>(['sign', 'urge'])
const whileHeld: ReadonlySet<VerbName> = new Set<VerbName>(['urge', 'drop_sign', 'suspend', 'resume', 'terminate'])
const whileDelegated: ReadonlySet<VerbName> = new Set<VerbName>(['give_back', 'urge', 'resume'])
const forAnybodyOfTheRole: ReadonlySet<VerbName> = new Set<VerbName>([
  'claim',
  'release',
  'give_back',
  'urge',
  'take_back',
])

/** The rules that all verbs share: policy, whose task, in what state, who has it. */
async function refusalOf(desk: Desk): Promise<Refusal | null> {
  const { input, task, actor, open } = desk
  const { verb } = input
  const { nodeId, roles, state } = task
  if (task.mainTaskId !== null && !onSignatures.has(verb))
    return { kind: 'verb_not_allowed', rule: 'a signature is signed', nodeId }
  if (!isAllowed(task.data.policy, verb) && task.mainTaskId === null)
    return { kind: 'verb_not_allowed', rule: task.data.policy.join(', ') || 'claim, release, urge', nodeId }
  if (!(await isTheirs(desk))) return { kind: 'not_your_task', rule: roles.join(', '), nodeId, roles }
  const wanted = verb === 'take_back' ? 'done' : 'open'
  if (state !== wanted && !(state === 'held' && whileHeld.has(verb))) {
    if (state === 'held') return { kind: 'task_waits', rule: 'its signatures first' }
    return { kind: 'task_over', rule: wanted, state }
  }
  const { status } = open.state
  const runs = verb === 'resume' ? status === 'suspended' : status === 'active' || verb === 'terminate'
  if (!runs) return { kind: 'not_running', rule: verb === 'resume' ? 'suspended' : 'active', status }
  if (task.delegatedBy !== null && !whileDelegated.has(verb)) return { kind: 'task_waits', rule: 'its delegate first' }
  const { assigneeId } = task
  if (assigneeId !== null && assigneeId !== actor.accountId && !forAnybodyOfTheRole.has(verb))
    return { kind: 'task_taken', rule: 'one person', by: assigneeId }
  return null
}

async function isTheirs({ tx, runtime, input, task, actor, open }: Desk): Promise<boolean> {
  if (input.verb === 'take_back') return task.closedBy === actor.accountId
  if (task.mainTaskId !== null && input.verb === 'sign') return task.assigneeId === actor.accountId
  if (isTaskOf(actor, task) || task.delegatedBy === actor.accountId) return true
  if (input.verb !== 'urge') return false
  // Who waits for it may urge it as well: whoever did their part of the case, and supervision.
  if (hasRole(actor, 'supervisor')) return true
  const part = await tx
    .selectFrom('process_task')
    .select('id')
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('instance_id', '=', open.state.id)
    .where('closed_by', '=', actor.accountId)
    .limit(1)
    .executeTakeFirst()
  return part !== undefined
}

const doneBy = ({ input, task }: Desk): CaseworkDone => ({
  verb: input.verb,
  taskId: task.id,
  nodeId: task.nodeId,
  to: 'to' in input ? input.to : null,
  delegatedBy: task.delegatedBy,
  agrees: input.verb === 'sign' ? input.agrees : null,
})

/** The line in the history, and the event for those whom it concerns. */
function tell({ runtime, host, subject, open, actor, input, task }: Desk, { reason, data, to = [] }: Done): void {
  const { zoneId, clock } = runtime.deps
  const now = clock()
  const object = { objectKind: open.businessKind, objectId: open.businessId, at: now }
  const batch = host.batch(subject)
  batch.calls.push(
    historyCall(zoneId, [
      {
        ...object,
        verb: `process.${input.verb}`,
        actorId: actor.accountId,
        actorName: actor.name,
        node: task.nodeId,
        public: false,
        reason,
        data: { taskId: input.taskId, ...data },
      },
    ]),
  )
  const told = { verb: input.verb, taskId: input.taskId, nodeId: task.nodeId, by: actor.name, words: reason }
  batch.writes.push(outboxInsert(zoneId, [{ ...object, type: 'process.casework_done', data: told, to }]))
}
