import type { StepError } from '@tingzhou/bpmn'
import type { Actor } from '@tingzhou/parties'
import type { Json } from './host.ts'
import type { LedBlock } from './led.ts'

/** The verbs of casework that no drawing shows, as somebody asks for them. */
export type Verb =
  | { readonly verb: 'claim' | 'release'; readonly taskId: string }
  /** 转办: for good. */
  | { readonly verb: 'transfer'; readonly taskId: string; readonly to: string; readonly reason: string }
  /** 委派: it comes back with what the other says. */
  | { readonly verb: 'delegate'; readonly taskId: string; readonly to: string; readonly reason: string }
  | { readonly verb: 'give_back'; readonly taskId: string; readonly words: string }
  /** 加签: another account, or on an activity with many instances another element of its collection. */
  | {
      readonly verb: 'add_sign'
      readonly taskId: string
      readonly when: 'before' | 'after'
      readonly to: string
      readonly element?: Json
      readonly reason: string
    }
  /** What the added signer says; `taskId` is the signature's. */
  | { readonly verb: 'sign'; readonly taskId: string; readonly agrees: boolean; readonly words: string }
  /** 减签. */
  | { readonly verb: 'drop_sign'; readonly taskId: string; readonly signId: string; readonly reason: string }
  /** 退回; `also`: tokens beside the task's own way that go too. */
  | {
      readonly verb: 'return'
      readonly taskId: string
      readonly toNodeId: string
      readonly also?: readonly string[]
      readonly reason: string
    }
  /** 撤回 of one's own answer; `taskId` is the answered task's. */
  | { readonly verb: 'take_back'; readonly taskId: string; readonly reason: string }
  /** 催办. */
  | { readonly verb: 'urge'; readonly taskId: string; readonly words: string }
  | { readonly verb: 'suspend' | 'resume' | 'terminate'; readonly taskId: string; readonly reason: string }

export type VerbName = Verb['verb']

type Refused<K extends string, More = unknown> = {
  readonly kind: K
  readonly verb: VerbName
  readonly taskId: string
  /** The rule that says no, in a word. */
  readonly rule: string
} & More

/** Why a verb is refused; each names the verb, the task and the rule. */
export type VerbError =
  | Refused<'no_such_task'>
  /** The task's policy does not list the verb. */
  | Refused<'verb_not_allowed', { readonly nodeId: string }>
  | Refused<'not_your_task', { readonly nodeId: string; readonly roles: readonly string[] }>
  | Refused<'task_over', { readonly state: string }>
  /** Somebody else has it. */
  | Refused<'task_taken', { readonly by: string }>
  | Refused<'task_not_taken'>
  | Refused<'task_waits'>
  | Refused<'target_lacks_role', { readonly to: string; readonly roles: readonly string[] }>
  | Refused<'no_such_sign', { readonly signId: string }>
  | Refused<'last_sign', { readonly signId: string }>
  | Refused<'node_not_visited' | 'not_on_way' | 'join_would_wait', { readonly nodeId: string }>
  | Refused<'cannot_take_back', { readonly block: LedBlock | 'touched' | 'moved_on' | 'unknown' }>
  | Refused<'not_running', { readonly status: string }>
  | Refused<'step_refused', { readonly step: StepError }>

const always: ReadonlySet<VerbName> = new Set<VerbName>(['give_back', 'sign'])
const unlessSaid: readonly string[] = ['claim', 'release', 'urge']

/**
 * Whether the policy of a task (`tz:policy`) lets a verb be. A task without one lets itself be claimed, released and urged.
 * Answers to earlier verbs are always let; whoever may suspend may resume. Pure. O(policy).
 */
export function isAllowed(policy: readonly string[], verb: VerbName): boolean {
  const word = verb === 'resume' ? 'suspend' : verb
  return always.has(verb) || (policy.length > 0 ? policy : unlessSaid).includes(word)
}

/** Whether one of the roles is held for the party, or for the whole zone. Pure. O(memberships × roles). */
export const holdsOneOf = (
  memberships: readonly { readonly role: string; readonly partyId: string | null }[],
  roles: readonly string[],
  partyId: string | null,
): boolean =>
  memberships.some(
    (held) => roles.includes(held.role) && (partyId === null || held.partyId === null || held.partyId === partyId),
  )

/** Whether the actor is one of those whom the task waits for, whoever has it now. Pure. */
export const isTaskOf = (
  actor: Actor,
  task: { readonly roles: readonly string[]; readonly partyId: string | null; readonly assigneeId: string | null },
): boolean => task.assigneeId === actor.accountId || holdsOneOf(actor.memberships, task.roles, task.partyId)
