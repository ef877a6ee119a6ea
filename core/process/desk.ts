import { sql } from 'kysely'
import type { Definition, Input, Node } from '@tingzhou/bpmn'
import { at, type Json, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Holds } from './hold.ts'
import { saveHolds } from './hold-rows.ts'
import type { AnyHost, Played } from './host.ts'
import type { Led } from './led.ts'
import { play, type Runtime, type StepNote } from './play.ts'
import type { OpenInstance } from './rows.ts'
import type { TaskData } from './tables.ts'
import type { Verb, VerbError } from './verb.ts'

/** A task as its row says. */
export type TaskRow = {
  readonly id: string
  readonly instanceId: string
  readonly nodeId: string
  readonly tokenId: string
  readonly state: 'open' | 'held' | 'done' | 'cancelled'
  readonly roles: readonly string[]
  readonly partyId: string | null
  readonly assigneeId: string | null
  readonly openedAt: EpochMs
  readonly closedAt: EpochMs | null
  readonly closedBy: string | null
  readonly delegatedBy: string | null
  readonly mainTaskId: string | null
  readonly sign: 'before' | 'after' | null
  readonly ledTo: Led | null
  readonly data: TaskData
}

/** One verb at work: the case locked, the task and its instance read under the lock. */
export type Desk<V extends Verb = Verb> = {
  readonly tx: Tx
  readonly runtime: Runtime
  readonly host: AnyHost
  readonly subject: unknown
  readonly actor: Actor
  readonly input: V
  readonly task: TaskRow
  readonly node: Node
  readonly open: OpenInstance
  readonly definition: Definition
}

/** What a verb did: what the history says of it, who hears of it, which task it made. */
export type Done = {
  readonly reason: string | null
  readonly data: { readonly [name: string]: Json }
  readonly to?: readonly string[]
  readonly taskId?: string
  readonly played?: Played
}

/** A refusal that names the verb and the task. */
export const refuse = <E extends { readonly kind: VerbError['kind']; readonly rule: string }>(
  { input }: Desk,
  error: E,
): Result<never, E & { readonly verb: Verb['verb']; readonly taskId: string }> =>
  err({ ...error, verb: input.verb, taskId: input.taskId })

/** Changes columns of one task's row. */
export function setTask(
  desk: Desk,
  id: string,
  columns: {
    readonly assignee_id?: string | null
    readonly claimed_at?: EpochMs | null
    readonly delegated_by?: string | null
    readonly state?: 'done' | 'cancelled'
    readonly answer?: string
    readonly closed_by?: string
  },
): void {
  const { tx, runtime, host, subject, open } = desk
  const { claimed_at: claimedAt, ...rest } = columns
  const query = tx
    .updateTable('process_task')
    .set({
      ...rest,
      ...(claimedAt === undefined ? {} : { claimed_at: claimedAt === null ? null : at(claimedAt) }),
      ...(rest.state ? { closed_at: at(runtime.deps.clock()) } : {}),
    })
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('instance_id', '=', open.state.id)
    .where('id', '=', id)
  host.batch(subject).writes.push(sql`${query}`)
}

/** Raises the revision of the instance; what holds its tasks back is as given. */
export const touch = ({ runtime, host, subject, open }: Desk, held: Holds = open.held): void =>
  saveHolds(host.batch(subject), runtime.deps, open, held)

/** Gives an input to the instance. */
export async function move(
  desk: Desk,
  input: Input,
  note: StepNote = {},
  open: OpenInstance = desk.open,
): Promise<Result<Played, VerbError>> {
  const { tx, runtime, host, subject, definition } = desk
  const played = await play(tx, runtime, host, subject, open, definition, input, note)
  return played.ok
    ? ok(played.value)
    : refuse(desk, { kind: 'step_refused', rule: played.error.kind, step: played.error })
}

/** The tasks that a step cancelled, as the history and the asker are told. */
export const cancelledBy = (played: Played): readonly { readonly taskId: string; readonly nodeId: string }[] =>
  played.effects.flatMap((effect) =>
    effect.kind === 'task_cancelled' ? [{ taskId: effect.taskId, nodeId: effect.nodeId }] : [],
  )
