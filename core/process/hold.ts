import type { InstanceState, Vars } from '@tingzhou/bpmn'

/**
 * What a task waits for before its answer counts: a signature 加签 before it or after it, or somebody it was delegated to
 * 委派. Its id is that of the signature's row in `process_task`; a delegation has the id of the task itself.
 */
export type Hold = { readonly id: string; readonly taskId: string; readonly kind: 'before' | 'after' | 'delegated' }

/** An answer that waits for the signatures after it. */
export type HeldAnswer = { readonly taskId: string; readonly vars: Vars; readonly by: string | null }

/** What holds tasks of an instance back, and the answers that are held back. */
export type Holds = { readonly holds: readonly Hold[]; readonly answers: readonly HeldAnswer[] }

/** How a task stands towards being answered. */
export type Standing = 'free' | 'waits_for_others' | 'to_be_signed' | 'answered'

/**
 * How a task stands towards being answered: it waits for signatures or a delegate first, its answer will be signed
 * afterwards, or has been given and is being signed. Pure. O(holds).
 */
export function standingOf({ holds, answers }: Holds, taskId: string): Standing {
  const own = holds.filter((hold) => hold.taskId === taskId)
  if (answers.some((answer) => answer.taskId === taskId)) return 'answered'
  if (own.some((hold) => hold.kind !== 'after')) return 'waits_for_others'
  return own.length > 0 ? 'to_be_signed' : 'free'
}

/** The holds without those of tasks that are no longer open, and the ids of the signatures that went with them. Pure. */
export function pruneHolds(
  { holds, answers }: Holds,
  tasks: InstanceState['tasks'],
): { readonly kept: Holds; readonly droppedIds: readonly string[] } {
  if (holds.length + answers.length === 0) return { kept: { holds, answers }, droppedIds: [] }
  const open = new Set(tasks.flatMap((task) => (task.state === 'open' ? [task.id] : [])))
  return {
    kept: {
      holds: holds.filter((hold) => open.has(hold.taskId)),
      answers: answers.filter((answer) => open.has(answer.taskId)),
    },
    droppedIds: holds.flatMap((hold) => (open.has(hold.taskId) || hold.kind === 'delegated' ? [] : [hold.id])),
  }
}

/** The holds without one. Pure. */
export const without = ({ holds, answers }: Holds, id: string): Holds => ({
  holds: holds.filter((hold) => hold.id !== id),
  answers,
})
