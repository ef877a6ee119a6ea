import type { EpochMs } from '@tingzhou/kernel'
import { assert } from '@tingzhou/kernel'
import type { Definition, Effect, Json, Task, Vars } from '@tingzhou/bpmn'
import type { Tx, WriteBatch } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { OpenInstance } from './rows.ts'

/** What a process runs with; the module's own ports travel in `Case`. */
export type ProcessDeps = {
  readonly zoneId: string
  readonly clock: () => EpochMs
  readonly newId: () => string
}

/** Who made the process move: a person's move, a timer of the drawing, or something that happened to another case. */
export type Cause =
  | { readonly by: 'actor'; readonly actor: Actor; readonly verb: string }
  | { readonly by: 'timer'; readonly nodeId: string }
  | {
      readonly by: 'event'
      readonly type: string
      /** The message that it brings, if it is one. */
      readonly message?: string
      /** The case that it happened to: the one that a call activity waited for. */
      readonly about?: { readonly kind: string; readonly id: string }
    }

/** What a handler task does inside the step's transaction. Gives the variables it sets. */
export type Handler<Case> = (tx: Tx, subject: Case, input: Vars) => Promise<Vars>

/**
 * How a module plays its cases on a drawn process. `Case` is the module's unit of work: its business row, locked, with
 * what will be written when the step has come to rest.
 */
export type ProcessHost<Case> = {
  /** The key of its drawing, and the family of those drawn later: `key.name`. */
  readonly key: string
  readonly businessKind: string
  /** The drawing, from the root of the checkout. */
  readonly file: string
  readonly handlers: Readonly<Record<string, Handler<Case>>>
  /** Locks the business row. Every step locks it first, so it orders all steps of one case. */
  readonly lock: (tx: Tx, businessId: string, cause: Cause) => Promise<Case | null>
  /** Opens a business object for a call of another process; absent where nothing calls. */
  readonly open?: (tx: Tx, call: Call) => Promise<Opened<Case>>
  /** The instance as the lock read it along, given once; null: it is read. */
  readonly instance: (subject: Case) => OpenInstance | null
  /** The party whose members may do the task; null: anyone in the zone with the role. */
  readonly taskParty: (task: Task, subject: Case) => string | null
  /** The person the task is given to at once, if any. */
  readonly taskAssignee: (task: Task, subject: Case) => string | null
  /** The person whose move the step is; absent or null: nobody is known, and nobody can take it back. */
  readonly doer?: (subject: Case) => string | null
  /** Where the writes of a step gather. Whoever opened the case flushes it. */
  readonly batch: (subject: Case) => WriteBatch
  /** Called once a step, when all tokens wait: adds the case's rows, history and events to the batch that the step writes. */
  readonly settle: (tx: Tx, subject: Case, played: Played) => Promise<void> | void
  /** Told of every verb of casework after its act, and after `settle` where tokens moved: brings the case's own row in line. */
  readonly casework?: (tx: Tx, subject: Case, done: CaseworkDone) => Promise<void> | void
}

/** What a verb of casework did to a task. */
export type CaseworkDone = {
  readonly verb: string
  readonly taskId: string
  readonly nodeId: string
  /** Whom the verb names, if it names somebody. */
  readonly to: string | null
  /** Whoever had delegated the task before a give-back. */
  readonly delegatedBy: string | null
  /** What a signature said; null for every other verb. */
  readonly agrees: boolean | null
}

/** A business object opened for a call; key and version name another drawing of the host's family than the one that was called. */
export type Opened<Case> = {
  readonly subject: Case
  readonly businessId: string
  readonly key?: string
  readonly version?: number
}

/** A call activity that waits for a case of another kind. */
export type Call = {
  readonly caller: { readonly businessKind: string; readonly businessId: string; readonly nodeId: string }
  readonly vars: Vars
}

/** The host of a drawing is named by what stands before the first dot of its key. */
export const familyOf = (key: string): string => key.split('.', 1)[0] ?? key

/** A host whose unit of work only it knows. */
// The runner never looks inside a case; it hands back to the host what the host gave.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyHost = ProcessHost<any>

/** @throws Error when no module plays the process (a bug) */
export function hostOf(hosts: readonly AnyHost[], key: string): AnyHost {
  const host = hosts.find((candidate) => candidate.key === familyOf(key))
  assert(host, `process ${key} has a host`)
  return host
}

/** What a step did, in order, and where the instance stands. */
export type Played = {
  readonly effects: readonly Effect[]
  readonly openTasks: readonly Task[]
  readonly vars: Vars
  readonly ended: boolean
  readonly definition: Definition
}

export type { Json, Vars }
