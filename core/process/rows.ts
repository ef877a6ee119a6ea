import { sql, type RawBuilder } from 'kysely'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Effect, Input, InstanceState, Task, Timer, Vars } from '@tingzhou/bpmn'
import { at, fragment, jsonb, listed, plain, type Db, type Fragment, type Tx, type WriteBatch } from '@tingzhou/db'
import { pruneHolds, type Holds } from './hold.ts'
import { ledBy } from './led.ts'
import { countVisits, isHalted, markingOf, troubleOf } from './marking.ts'
import type { Marking } from './tables.ts'

/** The token of another instance that waits for this one to end. */
export type ParentToken = { readonly instanceId: string; readonly tokenId: string }

/** An instance as it stands on rows. */
export type OpenInstance = {
  readonly state: InstanceState
  readonly businessKind: string
  readonly businessId: string
  readonly visited: Readonly<Record<string, number>>
  readonly parent: ParentToken | null
  /** What keeps answers of its tasks from counting. */
  readonly held: Holds
  /** What it was told while it could not hear, oldest first. */
  readonly told: readonly Input[]
  readonly rev: number
  /** Not yet a row: written for the first time with its first step. */
  readonly fresh: boolean
}

/** An instance as the database gives it. */
export type LoadedInstance = {
  id: string
  key: string
  version: number
  business_kind: string
  business_id: string
  status: InstanceState['status']
  vars: Vars
  visited: Readonly<Record<string, number>>
  marking: Marking
  parent: ParentToken | null
  rev: number
}

/**
 * An instance as one value, an expression inside a larger query; null when there is none. Named by its own id or by its
 * business object. The caller holds the lock of its
 * business row, so nothing moves meanwhile.
 */
export const instanceJson = (
  zoneId: string,
  of: string | { readonly kind: string; readonly id: string },
): RawBuilder<LoadedInstance | null> =>
  sql<LoadedInstance | null>`(select json_build_object('id', i.id, 'key', i.key, 'version', i.version,
      'business_kind', i.business_kind, 'business_id', i.business_id, 'status', i.status, 'vars', i.vars,
      'visited', i.visited, 'marking', i.marking, 'rev', i.rev, 'parent', case when i.parent_token_id is not null then
        json_build_object('instanceId', i.parent_instance_id, 'tokenId', i.parent_token_id) end)
    from process_instance i where i.zone_id = ${zoneId} and ${
      typeof of === 'string' ? sql`i.id = ${of}` : sql`i.business_kind = ${of.kind} and i.business_id = ${of.id}`
    })`

/** Reads a whole instance in one statement. */
export async function loadInstance(tx: Tx | Db, zoneId: string, instanceId: string): Promise<OpenInstance | null> {
  const answer = await sql<{
    instance: LoadedInstance | null
  }>`select ${instanceJson(zoneId, instanceId)} as instance`.execute(tx)
  const loaded = answer.rows[0]?.instance
  return loaded ? openInstance(loaded) : null
}

/** What `instanceJson` gave, ready for a step. */
export function openInstance(row: LoadedInstance): OpenInstance {
  const { holds = [], answers = [], told = [], ...marking } = row.marking
  return {
    state: {
      id: row.id,
      definitionKey: row.key,
      definitionVersion: row.version,
      status: row.status,
      vars: row.vars,
      ...marking,
    },
    businessKind: row.business_kind,
    businessId: row.business_id,
    visited: row.visited,
    parent: row.parent,
    held: { holds, answers },
    told,
    rev: row.rev,
    fresh: false,
  }
}

/** Where a task goes: whose it is, and who has it already. */
export type TaskPlace = { readonly partyId: string | null; readonly assigneeId: string | null }

/**
 * Adds to the batch what changed between two states of an instance.
 * Tasks that are no longer open keep their row; timers and subscriptions that are gone lose theirs.
 * @param place  where a task that was opened goes
 * @param by     the person whose move the step is
 */
export function saveInstance(
  batch: WriteBatch,
  zoneId: string,
  before: OpenInstance,
  after: InstanceState,
  effects: readonly Effect[],
  now: EpochMs,
  place: (task: Task) => TaskPlace,
  by: string | null,
): void {
  assert(before.state.id === after.id, 'a step stays in its instance')
  const id = after.id
  const parts = batch.writes
  const was = before.state

  const kept = (table: KeptTable, rows: readonly Columns[]) => {
    if (rows.length === 0) return
    const updates = table.columns
      // Whose an open task is changes by the verbs of casework, not by the drawing.
      .filter((column) => !['id', 'party_id', 'assignee_id'].includes(column))
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')
    parts.push(
      fragment`${insertion(table, rows)} on conflict (zone_id, instance_id, id) do update set ${plain(updates)}`,
    )
  }
  /** Rows of what this step has made: nothing of them is there yet. */
  const made = (table: KeptTable, rows: readonly Columns[]) => {
    if (rows.length > 0) parts.push(insertion(table, rows))
  }
  const insertion = ({ table, columns, types }: KeptTable, rows: readonly Columns[]): Fragment => {
    const names = plain(columns.join(', '))
    const into = fragment`insert into ${plain(table)} (zone_id, instance_id, ${names})`
    const [row, ...more] = rows
    // Most steps make one of a kind, which needs no document taken apart.
    if (row && more.length === 0)
      return fragment`${into} values (${zoneId}, ${id}, ${listed(columns.map((name) => asParameter(row[name])))})`
    return fragment`${into} select ${zoneId}, ${id}::uuid, ${names} from jsonb_to_recordset(${jsonb(rows)}::jsonb) as x(${plain(types)})`
  }
  /** Rows of what is there only while it is waited for. */
  const follow = <T extends { readonly id: string }>(
    table: KeptTable,
    earlier: readonly T[],
    later: readonly T[],
    rowOf: (item: T) => Columns,
  ) => {
    const { gone, made: begun, changed } = difference(earlier, later)
    if (gone.length > 0)
      parts.push(
        fragment`delete from ${plain(table.table)} where zone_id = ${zoneId} and instance_id = ${id} and id = any(${gone}::uuid[])`,
      )
    made(table, begun.map(rowOf))
    kept(table, changed.map(rowOf))
  }
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

  const closed = new Set(
    effects.flatMap((effect) =>
      effect.kind === 'task_closed' || effect.kind === 'task_cancelled' ? [effect.taskId] : [],
    ),
  )
  const cancelled = new Set(effects.flatMap((effect) => (effect.kind === 'task_cancelled' ? [effect.taskId] : [])))
  const opened = effects.flatMap((effect) => (effect.kind === 'task_opened' ? [effect.task] : []))
  const answered = new Set(before.held.answers.map((answer) => answer.taskId))
  const tasks = new Map<string, Task>()
  for (const task of [...was.tasks, ...opened]) if (closed.has(task.id)) tasks.set(task.id, task)
  const open = difference(was.tasks, after.tasks)
  for (const task of [...open.made, ...open.changed]) if (task.state === 'open') tasks.set(task.id, task)
  const rowOf = (task: Task): Columns => {
    const { state: _, ...data } = task
    const state = cancelled.has(task.id) ? 'cancelled' : closed.has(task.id) ? 'done' : 'open'
    const { partyId, assigneeId } = place(task)
    return {
      id: data.id,
      token_id: data.tokenId,
      node_id: data.nodeId,
      state: state === 'open' && answered.has(data.id) ? 'held' : state,
      business_kind: before.businessKind,
      business_id: before.businessId,
      roles: data.roles,
      party_id: partyId,
      assignee_id: assigneeId,
      opened_at: instant(data.openedAt),
      due_at: instant(data.dueAt),
      closed_at: state === 'open' ? null : instant(now),
      closed_by: state === 'done' ? by : null,
      led_to: state === 'done' ? ledBy(was, after, effects, data) : null,
      data,
    }
  }
  const stood = new Set(was.tasks.map((task) => task.id))
  const [old, fresh] = parted([...tasks.values()], (task) => stood.has(task.id))
  made(taskTable, fresh.map(rowOf))
  const [over, ...others] = old
  if (over && others.length === 0 && closed.has(over.id)) parts.push(taskIsOver(zoneId, id, rowOf(over)))
  else kept(taskTable, old.map(rowOf))

  follow(timerTable, armed(was.timers), armed(after.timers), ({ id, nodeId, dueAt }) => ({
    id,
    node_id: nodeId,
    due_at: instant(dueAt),
    retry_at: null,
    attempts: 0,
    last_error: null,
  }))
  follow(subscriptionTable, was.subscriptions, after.subscriptions, ({ id, kind, name, correlationKey }) => ({
    id,
    kind,
    name,
    correlation_key: correlationKey,
  }))

  const { kept: held, droppedIds } = pruneHolds(before.held, after.tasks)
  if (droppedIds.length > 0)
    parts.push(
      fragment`update process_task set state = 'cancelled', closed_at = ${at(now)} where zone_id = ${zoneId} and instance_id = ${id} and id = any(${droppedIds}::uuid[])`,
    )

  const trouble = troubleOf(effects)
  const troubleNow =
    after.status !== 'failed' ? plain('null') : trouble ? fragment`${jsonb(trouble)}::jsonb` : plain('trouble')
  const visited = countVisits(before.visited, effects)
  const marking = markingOf(after, held, isHalted(after) ? before.told : [])
  parts.push(
    before.fresh
      ? fragment`insert into process_instance (zone_id, id, key, version, business_kind, business_id, status, vars, visited, marking, parent_instance_id, parent_token_id, trouble, created_at, updated_at, rev) values (${zoneId}, ${id}, ${after.definitionKey}, ${after.definitionVersion}, ${before.businessKind}, ${before.businessId}, ${after.status}, ${jsonb(after.vars)}::json, ${jsonb(visited)}::json, ${jsonb(marking)}::json, ${before.parent?.instanceId ?? null}, ${before.parent?.tokenId ?? null}, ${trouble && after.status === 'failed' ? jsonb(trouble) : null}::jsonb, ${at(now)}, ${at(now)}, 1)`
      : fragment`update process_instance set version = ${after.definitionVersion}, status = ${after.status}, vars = ${jsonb(after.vars)}::json, visited = ${jsonb(visited)}::json, marking = ${jsonb(marking)}::json, trouble = ${troubleNow}, updated_at = ${at(now)}, rev = rev + 1 where zone_id = ${zoneId} and id = ${id}`,
  )
}

/** The columns of a row by name, as a document holds them. */
type Columns = Readonly<Record<string, unknown>>

/** A table beside the instance: its own columns, and the same with their types as a document is taken apart. */
type KeptTable = { readonly table: string; readonly columns: readonly string[]; readonly types: string }

const keptTable = (table: string, types: string): KeptTable => ({
  table,
  columns: types.split(', ').map((column) => column.slice(0, column.indexOf(' '))),
  types,
})

const taskTable = keptTable(
  'process_task',
  'id uuid, token_id uuid, node_id text, state text, business_kind text, business_id uuid, roles text[], party_id text, assignee_id text, opened_at timestamptz, due_at timestamptz, closed_at timestamptz, closed_by text, led_to jsonb, data json',
)
const timerTable = keptTable(
  'process_timer',
  'id uuid, node_id text, due_at timestamptz, retry_at timestamptz, attempts integer, last_error text',
)
const subscriptionTable = keptTable('process_subscription', 'id uuid, kind text, name text, correlation_key text')

/** A value of a document as a parameter for a column of its own. */
const asParameter = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? jsonb(value) : value

/** Nobody waits for the task any more; what it was opened with stays. */
const taskIsOver = (zoneId: string, instanceId: string, row: Columns): Fragment =>
  fragment`update process_task set state = ${row.state}, closed_at = ${row.closed_at}, closed_by = ${row.closed_by}, led_to = ${asParameter(row.led_to)}::jsonb where zone_id = ${zoneId} and instance_id = ${instanceId} and id = ${row.id}`

function parted<T>(items: readonly T[], holds: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))]
}

const armed = (timers: readonly Timer[]): readonly Timer[] =>
  timers.filter((timer) => timer.state === 'armed' && timer.dueAt !== null)

function difference<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]) {
  const now = new Set(after.map((item) => item.id))
  const then = new Map(before.map((item) => [item.id, item]))
  const [stood, made] = parted(after, (item) => then.has(item.id))
  return {
    gone: before.filter((item) => !now.has(item.id)).map((item) => item.id),
    made,
    changed: stood.filter((item) => !sameFields(then.get(item.id), item)),
  }
}

/** A step copies each object and replaces the fields that it changes. */
function sameFields<T extends object>(before: T | undefined, after: T): boolean {
  if (!before) return false
  const was = new Map(Object.entries(before))
  const is = Object.entries(after)
  return is.length === was.size && is.every(([name, value]) => was.get(name) === value)
}

/** An instance before its first step. */
export const freshInstance = (
  state: InstanceState,
  business: { readonly kind: string; readonly id: string },
  parent: ParentToken | null,
): OpenInstance => ({
  state,
  businessKind: business.kind,
  businessId: business.id,
  visited: {},
  parent,
  held: { holds: [], answers: [] },
  told: [],
  rev: 0,
  fresh: true,
})
