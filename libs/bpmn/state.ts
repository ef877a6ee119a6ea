/** A running instance as flat records with stable ids, and what goes in and out of a step. */
import type { EpochMs } from '@tingzhou/kernel'
import type { Json, NodeId, FlowId, Vars } from './model.ts'

/**
 * active: plays. suspended: only resume, terminate and set_vars are answered. completed: every token reached an end.
 * terminated: stopped from outside. failed: with tokens left it is stuck on a handler (retry, handled, terminate);
 * without tokens an error reached the process level uncaught.
 */
export type Status = 'active' | 'suspended' | 'completed' | 'terminated' | 'failed'

export type InstanceState = {
  readonly id: string
  readonly definitionKey: string
  readonly definitionVersion: number
  readonly status: Status
  /** Variables of the root scope. */
  readonly vars: Vars
  readonly scopes: readonly Scope[]
  readonly tokens: readonly Token[]
  readonly tasks: readonly Task[]
  readonly timers: readonly Timer[]
  readonly subscriptions: readonly Subscription[]
}

/**
 * A level of the game. root: the process · sub: one run of a sub-process or event sub-process · body: an activity with
 * many instances as a whole · instance: one of those instances (its variables are local).
 */
export type Scope = {
  readonly id: string
  readonly kind: 'root' | 'sub' | 'body' | 'instance'
  readonly parentId: string | null
  /** The token in the parent scope that waits for this scope; null for the root and for instances. */
  readonly tokenId: string | null
  readonly nodeId: NodeId | null
  readonly miIndex: number | null
  readonly miTotal: number | null
  readonly vars: Vars
  /** body only: the elements, one an instance. */
  readonly items: readonly Json[] | null
  /** body only: results gathered so far, `{index, value}`. */
  readonly outputs: readonly { readonly index: number; readonly value: Json }[] | null
}

/**
 * wait: for a task, event, message, child or inner scope. join: at a gateway, for siblings. active: a handler was called
 * and the shell owes `handled`.
 */
export type Token = {
  readonly id: string
  readonly scopeId: string
  readonly nodeId: NodeId
  readonly state: 'wait' | 'join' | 'active'
  /** The flow it came by; null after a start, a boundary event or a move. */
  readonly via: FlowId | null
  readonly miIndex: number | null
  readonly miTotal: number | null
}

export type Task = {
  readonly id: string
  readonly tokenId: string
  readonly scopeId: string
  readonly nodeId: NodeId
  readonly name: string
  readonly roles: readonly string[]
  readonly form: string | null
  readonly outcomes: readonly string[]
  readonly policy: readonly string[]
  readonly state: 'open' | 'done' | 'cancelled'
  readonly openedAt: EpochMs
  readonly dueAt: EpochMs | null
  /** The value `dueAt` was computed from; when its expression gives another value, `dueAt` moves. */
  readonly due: Json
  readonly priority: Json
  /** Local variables: input mappings, the element of a collection, loopCounter. */
  readonly vars: Vars
}

export type Timer = {
  readonly id: string
  /** The token it hangs on; null for the start of an event sub-process. */
  readonly tokenId: string | null
  readonly scopeId: string
  /** The timer event: boundary, intermediate or event sub-process start. */
  readonly nodeId: NodeId
  readonly state: 'armed' | 'fired'
  /** null = not armed (its value is null, or it has fired). */
  readonly dueAt: EpochMs | null
  /** The value it was armed for. */
  readonly value: Json
  readonly setAt: EpochMs
  /** Repeats left for a cycle after the next firing; null = without end, or no cycle. */
  readonly repeats: number | null
  /** Values it has fired for: it fires once for each. */
  readonly firedFor: readonly Json[]
}

export type Subscription = {
  readonly id: string
  readonly tokenId: string | null
  readonly scopeId: string
  readonly nodeId: NodeId
  readonly kind: 'message' | 'signal'
  readonly name: string
  readonly correlationKey: string | null
}

export type Input =
  /** Without nodeId, message or signal: the plain start event. A timer start is named by nodeId. */
  | { readonly kind: 'start'; readonly vars: Vars; readonly message?: string; readonly nodeId?: NodeId }
  | { readonly kind: 'complete'; readonly taskId: string; readonly vars: Vars }
  | { readonly kind: 'message'; readonly name: string; readonly correlationKey?: string; readonly vars: Vars }
  | { readonly kind: 'signal'; readonly name: string; readonly vars: Vars }
  | { readonly kind: 'timer'; readonly timerId: string }
  | { readonly kind: 'handled'; readonly tokenId: string; readonly vars: Vars }
  | { readonly kind: 'handler_failed'; readonly tokenId: string; readonly code: string; readonly message: string }
  /** Calls the handler of a stuck token again. */
  | { readonly kind: 'retry'; readonly tokenId: string }
  | { readonly kind: 'child_ended'; readonly tokenId: string; readonly vars: Vars }
  | { readonly kind: 'child_failed'; readonly tokenId: string; readonly code: string; readonly message: string }
  /** The child threw an escalation that nothing in it caught; it plays on. */
  | { readonly kind: 'child_escalated'; readonly tokenId: string; readonly code: string; readonly vars: Vars }
  /** Written where they are already known, else to the root; seen from tokenId when given, else from the root. */
  | { readonly kind: 'set_vars'; readonly vars: Vars; readonly tokenId?: string }
  /** Drops one instance of a multi-instance task (drop-sign 减签). */
  | { readonly kind: 'cancel_task'; readonly taskId: string; readonly reason: string }
  /** Adds an instance to a running multi-instance activity (add-sign 加签); tokenId waits on the activity. */
  | { readonly kind: 'add_instance'; readonly tokenId: string; readonly element: Json }
  /** Cancels the tokens and puts one on toNodeId (return 退回). */
  | {
      readonly kind: 'move'
      readonly tokenIds: readonly string[]
      readonly toNodeId: NodeId
      readonly reason: string
    }
  | { readonly kind: 'suspend'; readonly reason: string }
  | { readonly kind: 'resume'; readonly reason: string }
  | { readonly kind: 'terminate'; readonly reason: string }

export type Effect =
  /** miIndex: one instance of a multi-instance activity; the activity as a whole enters once more, with null. */
  | { readonly kind: 'entered'; readonly nodeId: NodeId; readonly tokenId: string; readonly miIndex: number | null }
  | { readonly kind: 'left'; readonly nodeId: NodeId; readonly tokenId: string }
  /** The token was taken away: interrupted, cancelled, moved. A call activity's child should be terminated. */
  | { readonly kind: 'cancelled'; readonly nodeId: NodeId; readonly tokenId: string; readonly reason: string }
  | { readonly kind: 'taken'; readonly flowId: FlowId; readonly tokenId: string }
  | { readonly kind: 'marked'; readonly nodeId: NodeId; readonly state: string }
  | { readonly kind: 'task_opened'; readonly task: Task }
  | { readonly kind: 'task_closed'; readonly taskId: string; readonly nodeId: NodeId; readonly vars: Vars }
  | { readonly kind: 'task_cancelled'; readonly taskId: string; readonly nodeId: NodeId; readonly reason: string }
  | {
      readonly kind: 'call'
      readonly tokenId: string
      readonly nodeId: NodeId
      readonly handler: string
      readonly input: Vars
    }
  | {
      readonly kind: 'called'
      readonly tokenId: string
      readonly nodeId: NodeId
      readonly key: string
      readonly vars: Vars
    }
  | {
      readonly kind: 'thrown'
      readonly what: 'message' | 'signal' | 'escalation' | 'error'
      readonly nodeId: NodeId
      readonly name: string
      readonly correlationKey: string | null
      readonly vars: Vars
      /** Whether something inside this instance took it. */
      readonly caught: boolean
    }
  | { readonly kind: 'task_due_moved'; readonly taskId: string; readonly dueAt: EpochMs | null }
  | { readonly kind: 'timer_fired'; readonly timerId: string; readonly nodeId: NodeId; readonly value: Json }
  /** A handler failed and nothing catches it: the instance is stuck until retry, handled or terminate. */
  | {
      readonly kind: 'stuck'
      readonly tokenId: string
      readonly nodeId: NodeId
      readonly code: string
      readonly message: string
    }
  | { readonly kind: 'suspended' | 'resumed'; readonly reason: string }
  /** code and nodeId tell an error end; reason tells why it was terminated. */
  | {
      readonly kind: 'ended'
      readonly how: 'completed' | 'terminated' | 'error'
      readonly nodeId: NodeId | null
      readonly code: string | null
      readonly reason: string | null
    }

export type StepError =
  | { readonly kind: 'already_started' }
  | { readonly kind: 'not_started' }
  | { readonly kind: 'not_active'; readonly status: Status }
  | { readonly kind: 'no_start_event'; readonly message: string | null; readonly nodeId: NodeId | null }
  | { readonly kind: 'no_task'; readonly taskId: string }
  | { readonly kind: 'task_not_open'; readonly taskId: string; readonly state: 'done' | 'cancelled' }
  | {
      readonly kind: 'unknown_outcome'
      readonly taskId: string
      readonly outcome: Json
      readonly allowed: readonly string[]
    }
  | { readonly kind: 'no_token'; readonly tokenId: string }
  /** The token is there but not waiting for this input. */
  | { readonly kind: 'not_waiting_for'; readonly tokenId: string; readonly input: Input['kind'] }
  | { readonly kind: 'no_timer'; readonly timerId: string }
  | { readonly kind: 'timer_not_due'; readonly timerId: string; readonly dueAt: EpochMs | null }
  | { readonly kind: 'no_subscription'; readonly name: string; readonly correlationKey: string | null }
  /** No condition held and there is no default flow. */
  | { readonly kind: 'no_branch'; readonly nodeId: NodeId }
  | { readonly kind: 'bad_timer'; readonly nodeId: NodeId; readonly value: Json }
  | { readonly kind: 'bad_collection'; readonly nodeId: NodeId; readonly value: Json }
  | { readonly kind: 'bad_script'; readonly nodeId: NodeId; readonly value: Json }
  | { readonly kind: 'not_multi_instance'; readonly nodeId: NodeId }
  | { readonly kind: 'bad_target'; readonly nodeId: NodeId; readonly reason: string }
  | { readonly kind: 'unknown_node'; readonly nodeId: NodeId }
  | { readonly kind: 'endless_loop'; readonly nodeId: NodeId; readonly moves: number }

export type Ports = {
  readonly now: EpochMs
  readonly newId: () => string
  /**
   * Asked first for every duration, so that the shell can count working time: `P1D`, `2 working days`. undefined = read
   * it as an ISO 8601 duration.
   */
  readonly durations?: (text: string, from: EpochMs) => EpochMs | undefined
  /** Offset of local time from UTC for instants without one, minutes; default 480 (Beijing). */
  readonly offsetMin?: number
}

export type StepResult = { readonly state: InstanceState; readonly effects: readonly Effect[] }

/** An instance before its start. `version` is the deployed version of the definition. O(1). */
export function emptyState(id: string, definitionKey: string, definitionVersion: number): InstanceState {
  return {
    id,
    definitionKey,
    definitionVersion,
    status: 'active',
    vars: {},
    scopes: [],
    tokens: [],
    tasks: [],
    timers: [],
    subscriptions: [],
  }
}
