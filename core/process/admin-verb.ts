import type { Status, StepError } from '@tingzhou/bpmn'
import type { Vars } from './host.ts'
import type { MigrateError } from './migrate-rules.ts'
import type { NodeMap } from './node-map.ts'

/** What an administrator does to a case that stands still, or to any; each with the reason that the history keeps. */
export type AdminVerb =
  /** Calls the handler or the other process again; a timer that failed is due at once. */
  | { readonly verb: 'retry'; readonly tokenId?: string | undefined; readonly reason: string }
  /** Goes on as if the handler had answered with the variables. */
  | { readonly verb: 'skip'; readonly tokenId?: string | undefined; readonly vars: Vars; readonly reason: string }
  | { readonly verb: 'suspend' | 'resume' | 'terminate'; readonly reason: string }
  /** Goes on by another version of the drawing. */
  | { readonly verb: 'migrate'; readonly toVersion: number; readonly nodeMap: NodeMap; readonly reason: string }

export type AdminVerbName = AdminVerb['verb']

type About = { readonly verb: AdminVerbName; readonly instanceId: string }

/** Why it is refused. */
export type AdminError = About &
  (
    | { readonly kind: 'no_such_instance' }
    /** Nothing of it failed, or the token is not one that did. */
    | { readonly kind: 'not_stuck'; readonly status: string; readonly tokenId: string | null }
    | { readonly kind: 'not_running'; readonly status: string; readonly rule: string }
    | { readonly kind: 'no_such_version'; readonly key: string; readonly version: number }
    | { readonly kind: 'same_version'; readonly version: number }
    | { readonly kind: 'step_refused'; readonly step: StepError; readonly rule: string }
    | MigrateError
  )

/** What it left behind. */
export type AdminAnswer = {
  readonly id: string
  readonly rev: number
  readonly status: Status
  readonly version: number
  /** Where tokens stand. */
  readonly nodes: readonly string[]
  readonly cancelled: readonly { readonly taskId: string; readonly nodeId: string }[]
}
