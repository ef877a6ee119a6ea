import type { EpochMs } from '@tingzhou/kernel'
import type { Definition, Input, InstanceState, Subscription, Task, Vars } from '@tingzhou/bpmn'
import type { Instant, Json, Jsonb } from '@tingzhou/db'
import type { Hold, HeldAnswer } from './hold.ts'
import type { Led } from './led.ts'

type Row = { zone_id: string; instance_id: string; id: string }
/** Where an instance stands: what the token game reads and writes. */
export type Marking = Pick<InstanceState, 'scopes' | 'tokens' | 'tasks' | 'timers' | 'subscriptions'> & {
  /** Absent while nothing holds a task back. */
  readonly holds?: readonly Hold[]
  readonly answers?: readonly HeldAnswer[]
  /** What other cases told it while it was suspended or stuck, oldest first. */
  readonly told?: readonly Input[]
}
/** What a task was opened with; how it stands is in the columns of its row. */
export type TaskData = Omit<Task, 'state'>
/** Why a failed instance stands still. */
export type Trouble = { readonly nodeId: string | null; readonly code: string; readonly message: string }
type JsonbOrNull<T> = {
  readonly __select__: T | null
  readonly __insert__: string | null
  readonly __update__: string | null
}
type InstantOrNull = {
  readonly __select__: EpochMs | null
  readonly __insert__: Date | null
  readonly __update__: Date | null
}

declare module '@tingzhou/db' {
  interface Tables {
    process_definition: {
      zone_id: string
      key: string
      version: number
      name: string
      xml: string
      graph: Jsonb<Definition>
      sha256: string
      state: 'active' | 'retired'
      deployed_at: Instant
      deployed_by: string
    }
    process_instance: {
      zone_id: string
      id: string
      key: string
      version: number
      business_kind: string
      business_id: string
      status: 'active' | 'suspended' | 'completed' | 'terminated' | 'failed'
      vars: Jsonb<Vars>
      visited: Jsonb<Readonly<Record<string, number>>>
      marking: Jsonb<Marking>
      parent_instance_id: string | null
      parent_token_id: string | null
      trouble: JsonbOrNull<Trouble>
      created_at: Instant
      updated_at: Instant
      rev: number
    }
    process_task: Row & {
      token_id: string
      node_id: string
      state: Task['state'] | 'held'
      business_kind: string
      business_id: string
      roles: string[]
      party_id: string | null
      assignee_id: string | null
      opened_at: Instant
      due_at: InstantOrNull
      closed_at: InstantOrNull
      data: Jsonb<TaskData>
      claimed_at: InstantOrNull
      delegated_by: string | null
      main_task_id: string | null
      sign: 'before' | 'after' | null
      answer: JsonbOrNull<Json>
      closed_by: string | null
      led_to: JsonbOrNull<Led>
    }
    process_timer: Row & {
      node_id: string
      due_at: Instant
      retry_at: InstantOrNull
      attempts: number
      last_error: string | null
    }
    process_subscription: Row & {
      kind: Subscription['kind']
      name: string
      correlation_key: string | null
    }
  }
}
