import { sql } from 'kysely'
import { isActivity, type Task } from '@tingzhou/bpmn'
import { at, jsonb } from '@tingzhou/db'
import { ok, type Result } from '@tingzhou/kernel'
import { listMemberships } from '@tingzhou/parties'
import { cancelledBy, move, refuse, setTask, touch, type Desk, type Done } from './desk.ts'
import { giveAnswerBack } from './hold-rows.ts'
import { without, type Hold, type Holds } from './hold.ts'
import { scopesAround } from './positions.ts'
import type { TaskData } from './tables.ts'
import type { Verb, VerbError } from './verb.ts'
import { lacksRole } from './verbs-task.ts'

type Of<N extends Verb['verb']> = Extract<Verb, { verb: N }>

/**
 * Asks one more to sign 加签. Of an activity with many instances one more instance opens. Beside a single task a signature
 * stands: before, so that the task cannot be finished without it, or after, so that its answer counts only then.
 */
export async function addSign(desk: Desk<Of<'add_sign'>>): Promise<Result<Done, VerbError>> {
  const { node, open, task, input } = desk
  if (!isActivity(node) || node.multi === null) return addSignature(desk)
  const token = open.state.tokens.find((candidate) => candidate.id === task.tokenId)
  const body = token && scopesAround(open.state, token.scopeId).find((scope) => scope.kind === 'body')
  if (!body?.tokenId) return refuse(desk, { kind: 'task_over', rule: 'open', state: task.state })
  const element = input.element ?? input.to
  const played = await move(desk, { kind: 'add_instance', tokenId: body.tokenId, element })
  if (!played.ok) return played
  const opened = played.value.effects.find((effect) => effect.kind === 'task_opened')
  const data = { element, when: input.when }
  return ok({ reason: input.reason, data, to: [input.to], ...(opened ? { taskId: opened.task.id } : {}) })
}

async function addSignature(desk: Desk<Of<'add_sign'>>): Promise<Result<Done, VerbError>> {
  const { tx, runtime, host, subject, task, open, input } = desk
  const { zoneId, clock, newId } = runtime.deps
  const roles = [...new Set((await listMemberships(tx, zoneId, { accountId: input.to })).map(({ role }) => role))]
  if (roles.length === 0) return lacksRole(desk, [])
  const id = newId()
  const now = clock()
  const data: TaskData = { ...task.data, id, roles, policy: [], form: null, outcomes: [], openedAt: now }
  const query = tx.insertInto('process_task').values({
    zone_id: zoneId,
    instance_id: open.state.id,
    id,
    token_id: task.tokenId,
    node_id: task.nodeId,
    state: input.when === 'before' ? 'open' : 'held',
    business_kind: open.businessKind,
    business_id: open.businessId,
    // The signer's own: lists find what waits for somebody by role.
    roles,
    party_id: null,
    assignee_id: input.to,
    opened_at: at(now),
    due_at: task.data.dueAt === null ? null : at(task.data.dueAt),
    closed_at: null,
    data: jsonb(data),
    claimed_at: at(now),
    delegated_by: null,
    main_task_id: task.id,
    sign: input.when,
    answer: null,
    closed_by: null,
    led_to: null,
  })
  host.batch(subject).writes.push(sql`${query}`)
  const hold: Hold = { id, taskId: task.id, kind: input.when }
  touch(desk, { ...open.held, holds: [...open.held.holds, hold] })
  return ok({ reason: input.reason, data: { to: input.to, when: input.when, signId: id }, to: [input.to], taskId: id })
}

/**
 * Answers a signature. Before: the task may go on, whatever was said. After: with the last agreement the answer counts; who
 * does not agree gives it back to the task.
 */
export async function sign(desk: Desk<Of<'sign'>>): Promise<Result<Done, VerbError>> {
  const { task, open, input, actor, runtime, host, subject } = desk
  const { mainTaskId } = task
  if (mainTaskId === null) return refuse(desk, { kind: 'no_such_sign', rule: 'a signature', signId: task.id })
  const { agrees, words } = input
  const done: Done = { reason: words, data: { agrees, signId: task.id, mainTaskId } }
  if (task.sign === 'after' && !agrees) {
    giveAnswerBack(host.batch(subject), runtime.deps, open, mainTaskId)
    return ok(done)
  }
  setTask(desk, task.id, { state: 'done', closed_by: actor.accountId, answer: jsonb({ agrees, words }) })
  return goOn(desk, mainTaskId, without(open.held, task.id), done)
}

/** Does without a signer 减签: the signature goes, or one of many instances, but never the last. */
export async function dropSign(desk: Desk<Of<'drop_sign'>>): Promise<Result<Done, VerbError>> {
  const { task, node, open, input } = desk
  const { signId, reason } = input
  const hold = open.held.holds.find(({ id, taskId }) => id === signId && taskId === task.id && id !== taskId)
  const done: Done = { reason, data: { signId } }
  if (hold) {
    setTask(desk, signId, { state: 'cancelled' })
    return goOn(desk, task.id, without(open.held, signId), done)
  }
  const many = open.state.tasks.filter((other) => other.state === 'open' && sameBody(desk, other))
  if (!isActivity(node) || node.multi === null || !many.some((other) => other.id === signId))
    return refuse(desk, { kind: 'no_such_sign', rule: 'a signature of this task', signId })
  if (many.length === 1) return refuse(desk, { kind: 'last_sign', rule: 'one stays', signId })
  const played = await move(desk, { kind: 'cancel_task', taskId: signId, reason })
  return played.ok ? ok({ ...done, data: { signId, cancelled: [...cancelledBy(played.value)] } }) : played
}

function sameBody({ open, task }: Desk, other: Task): boolean {
  const bodyOf = (tokenId: string) => {
    const token = open.state.tokens.find((candidate) => candidate.id === tokenId)
    return token && scopesAround(open.state, token.scopeId).find((scope) => scope.kind === 'body')?.id
  }
  return other.nodeId === task.nodeId && bodyOf(other.tokenId) === bodyOf(task.tokenId)
}

/** Lets an answer count that waits for nobody any more; else only what holds it back is saved. */
async function goOn(desk: Desk, taskId: string, held: Holds, done: Done): Promise<Result<Done, VerbError>> {
  const answer = held.answers.find((candidate) => candidate.taskId === taskId)
  if (!answer || held.holds.some((hold) => hold.taskId === taskId)) {
    touch(desk, held)
    return ok(done)
  }
  const open = { ...desk.open, held: { holds: held.holds, answers: held.answers.filter((one) => one !== answer) } }
  const played = await move(desk, { kind: 'complete', taskId, vars: answer.vars }, { by: answer.by }, open)
  return played.ok ? ok({ ...done, played: played.value }) : played
}
