import { sql } from 'kysely'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Effect, InstanceState, Scope, Subscription, Task, Timer, Token, Vars } from '@tingzhou/bpmn'
import { at, jsonb, type Db, type Tx, type WriteBatch } from '@tingzhou/db'

/** An instance as it stands on rows. */
export type OpenInstance = {
  readonly state: InstanceState
  readonly businessKind: string
  readonly businessId: string
  readonly visited: Readonly<Record<string, number>>
  readonly rev: number
}

type Loaded = {
  id: string
  key: string
  version: number
  business_kind: string
  business_id: string
  status: InstanceState['status']
  vars: Vars
  visited: Readonly<Record<string, number>>
  rev: number
  scopes: Scope[] | null
  tokens: Token[] | null
  tasks: Task[] | null
  timers: Timer[] | null
  subscriptions: Subscription[] | null
}

/**
 * Reads a whole instance in one statement. The caller holds the lock of its business row, so nothing moves meanwhile.
 * Only open tasks are read; closed ones stay behind as rows.
 */
export async function loadInstance(tx: Tx | Db, zoneId: string, instanceId: string): Promise<OpenInstance | null> {
  const part = (table: string, where = sql``) =>
    sql`(select jsonb_agg(p.data order by p.id) from ${sql.table(table)} p where p.zone_id = i.zone_id and p.instance_id = i.id ${where})`
  const answer = await sql<Loaded>`
    select i.id, i.key, i.version, i.business_kind, i.business_id, i.status, i.vars, i.visited, i.rev,
      ${part('process_scope')} as scopes,
      ${part('process_token')} as tokens,
      ${part('process_task', sql`and p.state = 'open'`)} as tasks,
      ${part('process_timer')} as timers,
      ${part('process_subscription')} as subscriptions
    from process_instance i where i.zone_id = ${zoneId} and i.id = ${instanceId}`.execute(tx)
  const row = answer.rows[0]
  if (!row) return null
  return {
    state: {
      id: row.id,
      definitionKey: row.key,
      definitionVersion: row.version,
      status: row.status,
      vars: row.vars,
      scopes: row.scopes ?? [],
      tokens: row.tokens ?? [],
      tasks: row.tasks ?? [],
      timers: row.timers ?? [],
      subscriptions: row.subscriptions ?? [],
    },
    businessKind: row.business_kind,
    businessId: row.business_id,
    visited: row.visited,
    rev: row.rev,
  }
}

/** Where a task goes: whose it is, and who has it already. */
export type TaskPlace = { readonly partyId: string | null; readonly assigneeId: string | null }

/**
 * Adds to the batch what changed between two states of an instance.
 * Tasks that are no longer open keep their row; tokens, scopes, timers and subscriptions that are gone lose theirs.
 */
export function saveInstance(
  batch: WriteBatch,
  zoneId: string,
  before: OpenInstance,
  after: InstanceState,
  effects: readonly Effect[],
  now: EpochMs,
  place: (task: Task) => TaskPlace,
): void {
  assert(before.state.id === after.id, 'a step stays in its instance')
  const id = after.id
  const parts = batch.writes
  const was = before.state

  const gone = (table: string, ids: readonly string[]) => {
    if (ids.length > 0)
      parts.push(
        sql`delete from ${sql.table(table)} where zone_id = ${zoneId} and instance_id = ${id} and id = any(${ids}::uuid[])`,
      )
  }
  const kept = (table: string, columns: string, types: string, rows: readonly object[]) => {
    if (rows.length === 0) return
    const names = sql.raw(columns)
    const updates = sql.raw(
      columns
        .split(', ')
        .filter((column) => column !== 'id')
        .map((column) => `${column} = excluded.${column}`)
        .join(', '),
    )
    parts.push(
      sql`insert into ${sql.table(table)} (zone_id, instance_id, ${names}) select ${zoneId}, ${id}::uuid, ${names} from jsonb_to_recordset(${jsonb(rows)}::jsonb) as x(${sql.raw(types)}) on conflict (zone_id, instance_id, id) do update set ${updates}`,
    )
  }
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

  const scopes = difference(was.scopes, after.scopes)
  gone('process_scope', scopes.gone)
  kept(
    'process_scope',
    'id, data',
    'id uuid, data jsonb',
    scopes.changed.map((data) => ({ id: data.id, data })),
  )

  const tokens = difference(was.tokens, after.tokens)
  gone('process_token', tokens.gone)
  kept(
    'process_token',
    'id, scope_id, node_id, state, data',
    'id uuid, scope_id uuid, node_id text, state text, data jsonb',
    tokens.changed.map((data) => ({
      id: data.id,
      scope_id: data.scopeId,
      node_id: data.nodeId,
      state: data.state,
      data,
    })),
  )

  const closed = new Set(
    effects.flatMap((effect) =>
      effect.kind === 'task_closed' || effect.kind === 'task_cancelled' ? [effect.taskId] : [],
    ),
  )
  const cancelled = new Set(effects.flatMap((effect) => (effect.kind === 'task_cancelled' ? [effect.taskId] : [])))
  const opened = effects.flatMap((effect) => (effect.kind === 'task_opened' ? [effect.task] : []))
  const tasks = new Map<string, Task>()
  for (const task of [...was.tasks, ...opened]) if (closed.has(task.id)) tasks.set(task.id, task)
  for (const task of difference(was.tasks, after.tasks).changed) if (task.state === 'open') tasks.set(task.id, task)
  kept(
    'process_task',
    'id, token_id, node_id, state, business_kind, business_id, roles, party_id, assignee_id, opened_at, due_at, closed_at, data',
    'id uuid, token_id uuid, node_id text, state text, business_kind text, business_id uuid, roles text[], party_id text, assignee_id text, opened_at timestamptz, due_at timestamptz, closed_at timestamptz, data jsonb',
    [...tasks.values()].map((data) => {
      const state = cancelled.has(data.id) ? 'cancelled' : closed.has(data.id) ? 'done' : 'open'
      const { partyId, assigneeId } = place(data)
      return {
        id: data.id,
        token_id: data.tokenId,
        node_id: data.nodeId,
        state,
        business_kind: before.businessKind,
        business_id: before.businessId,
        roles: data.roles,
        party_id: partyId,
        assignee_id: assigneeId,
        opened_at: instant(data.openedAt),
        due_at: instant(data.dueAt),
        closed_at: state === 'open' ? null : instant(now),
        data: { ...data, state },
      }
    }),
  )

  const timers = difference(was.timers, after.timers)
  gone('process_timer', timers.gone)
  kept(
    'process_timer',
    'id, node_id, due_at, retry_at, attempts, last_error, data',
    'id uuid, node_id text, due_at timestamptz, retry_at timestamptz, attempts integer, last_error text, data jsonb',
    timers.changed.map((data) => ({
      id: data.id,
      node_id: data.nodeId,
      due_at: data.state === 'armed' ? instant(data.dueAt) : null,
      retry_at: null,
      attempts: 0,
      last_error: null,
      data,
    })),
  )

  const subscriptions = difference(was.subscriptions, after.subscriptions)
  gone('process_subscription', subscriptions.gone)
  kept(
    'process_subscription',
    'id, kind, name, correlation_key, data',
    'id uuid, kind text, name text, correlation_key text, data jsonb',
    subscriptions.changed.map((data) => ({
      id: data.id,
      kind: data.kind,
      name: data.name,
      correlation_key: data.correlationKey,
      data,
    })),
  )

  const visited = countVisits(before.visited, effects)
  parts.push(
    sql`update process_instance set status = ${after.status}, vars = ${jsonb(after.vars)}::jsonb, visited = ${jsonb(visited)}::jsonb, updated_at = ${at(now)}, rev = rev + 1 where zone_id = ${zoneId} and id = ${id}`,
  )
}

function difference<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]) {
  const now = new Set(after.map((item) => item.id))
  const then = new Map(before.map((item) => [item.id, item]))
  return {
    gone: before.filter((item) => !now.has(item.id)).map((item) => item.id),
    changed: after.filter((item) => then.get(item.id) !== item),
  }
}

function countVisits(
  before: Readonly<Record<string, number>>,
  effects: readonly Effect[],
): Readonly<Record<string, number>> {
  const visited = { ...before }
  for (const effect of effects) {
    const key = effect.kind === 'left' ? effect.nodeId : effect.kind === 'taken' ? effect.flowId : null
    if (key) visited[key] = (visited[key] ?? 0) + 1
  }
  return visited
}

/** Inserts the row of a new instance; the first step fills the rest. */
export async function insertInstance(
  tx: Tx,
  zoneId: string,
  state: InstanceState,
  business: { readonly kind: string; readonly id: string },
  now: EpochMs,
): Promise<OpenInstance> {
  await tx
    .insertInto('process_instance')
    .values({
      zone_id: zoneId,
      id: state.id,
      key: state.definitionKey,
      version: state.definitionVersion,
      business_kind: business.kind,
      business_id: business.id,
      status: state.status,
      vars: jsonb(state.vars),
      visited: jsonb({}),
      created_at: at(now),
      updated_at: at(now),
      rev: 1,
    })
    .execute()
  return { state, businessKind: business.kind, businessId: business.id, visited: {}, rev: 1 }
}
