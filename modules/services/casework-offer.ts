import { isAllowed, type VerbName } from '@tingzhou/process'
import type { DeskTask, ItemDesk } from './item-desk.ts'

/** Somebody who looks at the tasks of an item case. */
export type Worker = {
  readonly accountId: string
  /** Whether the task waits for one of the worker's roles at its party. */
  readonly holdsRole: (task: Pick<DeskTask, 'roles' | 'partyId'>) => boolean
}

/** A verb of casework on one task: possible, or why not, as a key under `services.reason.` */
export type VerbOffer = { readonly verb: VerbName; readonly taskId: string; readonly reason: string | null }

const onTask = [
  'claim',
  'release',
  'transfer',
  'delegate',
  'give_back',
  'add_sign',
  'drop_sign',
  'return',
  'suspend',
  'resume',
] as const satisfies readonly VerbName[]

/**
 * The verbs that somebody can be shown for the open tasks of a case, each with the reason that forbids it now. The rules are
 * those by which `@tingzhou/process` judges the verb itself; what does not concern the worker at all is left out.
 * Source: casework.md §9. Pure. O(tasks × verbs).
 */
export function offerCasework(desk: ItemDesk, worker: Worker): readonly VerbOffer[] {
  return [
    ...desk.tasks.flatMap((task) => [...offersOn(desk, task, worker), ...signOffers(task, worker)]),
    ...takeBackOffer(desk, worker),
  ]
}

function offersOn(desk: ItemDesk, task: DeskTask, worker: Worker): readonly VerbOffer[] {
  const isMine = worker.holdsRole(task) || task.assignee?.id === worker.accountId
  if (!isMine && task.delegatedBy !== worker.accountId) return []
  return onTask
    .filter((verb) => concerns(verb, desk, task, worker))
    .map((verb) => ({ verb, taskId: task.id, reason: refusalOf(verb, desk, task, worker) }))
}

/** Whether a verb says anything here: nobody gives back what was not delegated, nobody resumes what runs. */
function concerns(verb: VerbName, { status }: ItemDesk, task: DeskTask, { accountId }: Worker): boolean {
  switch (verb) {
    case 'give_back':
      return task.delegatedBy !== null
    case 'drop_sign':
      return task.signs.length > 0
    case 'resume':
      return status === 'suspended'
    case 'suspend':
      return status !== 'suspended'
    case 'claim':
      return task.assignee?.id !== accountId
    case 'release':
      return task.assignee?.id === accountId && task.delegatedBy === null
    default:
      return true
  }
}

const whileHeld: ReadonlySet<VerbName> = new Set<VerbName>(['drop_sign', 'suspend', 'resume'])
const whileDelegated: ReadonlySet<VerbName> = new Set<VerbName>(['give_back', 'resume'])
const byAnybodyOfTheRole: ReadonlySet<VerbName> = new Set<VerbName>(['claim', 'release', 'give_back'])

function refusalOf(verb: VerbName, desk: ItemDesk, task: DeskTask, { accountId }: Worker): string | null {
  if (!isAllowed(task.policy, verb)) return 'not_by_policy'
  if (desk.status !== (verb === 'resume' ? 'suspended' : 'active')) return 'suspended'
  if (task.held && !whileHeld.has(verb)) return 'being_signed'
  if (task.delegatedBy !== null && !whileDelegated.has(verb)) return 'waits_for_delegate'
  const owner = task.assignee?.id ?? null
  if (verb === 'claim' && owner !== null) return 'task_of_another'
  if (owner !== null && owner !== accountId && !byAnybodyOfTheRole.has(verb)) return 'task_of_another'
  if (verb === 'return' && !desk.passed.some(({ nodeId }) => nodeId !== task.nodeId)) return 'nowhere_to_return'
  return null
}

/** Whoever was asked to sign signs; a signature after the answer waits for it. */
const signOffers = (task: DeskTask, { accountId }: Worker): readonly VerbOffer[] =>
  task.signs
    .filter(({ by }) => by.id === accountId)
    .map(({ id, held }) => ({ verb: 'sign', taskId: id, reason: held ? 'answer_first' : null }))

/** 撤回 of one's own last answer. */
function takeBackOffer({ last, status }: ItemDesk, { accountId }: Worker): readonly VerbOffer[] {
  if (last?.by !== accountId) return []
  if (status === 'completed' || status === 'terminated') return []
  const offer = (reason: string | null): VerbOffer => ({ verb: 'take_back', taskId: last.taskId, reason })
  if (!isAllowed(last.policy, 'take_back')) return [offer('not_by_policy')]
  if (status !== 'active') return [offer('suspended')]
  return [offer(last.block === null ? null : `take_back_${last.block}`)]
}

/**
 * Why the task of a case cannot be answered now, whoever asks; null when it can.
 * @param signedAfter  whether an answer that has to be signed afterwards may be given; one that tells the applicant may not
 * Pure. O(holds).
 */
export function answerRefusal(
  { status }: ItemDesk,
  { held, holds, assignee }: DeskTask,
  accountId: string,
  signedAfter = true,
): string | null {
  if (status === 'suspended') return 'suspended'
  if (held) return 'being_signed'
  if (holds.includes('delegated')) return 'waits_for_delegate'
  if (holds.includes('before')) return 'waits_for_signature'
  if (holds.includes('after') && !signedAfter) return 'signature_after'
  return assignee === null || assignee.id === accountId ? null : 'task_of_another'
}
