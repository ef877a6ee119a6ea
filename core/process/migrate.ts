import { sql } from 'kysely'
import { step, type InstanceState } from '@tingzhou/bpmn'
import { jsonb, type Db, type Json, type Tx, type WriteBatch } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { AnyHost, Played } from './host.ts'
import { planMigration, type MigrateError, type MigratePlan } from './migrate-rules.ts'
import type { NodeMap } from './node-map.ts'
import type { Runtime } from './play.ts'
import { saveInstance, type OpenInstance } from './rows.ts'

/** Why an instance is not migrated. */
export type MigrateRefusal =
  | MigrateError
  | { readonly kind: 'no_such_version'; readonly key: string; readonly version: number }
  | { readonly kind: 'same_version'; readonly version: number }
  | { readonly kind: 'not_running'; readonly status: string; readonly rule: string }

export type MigrateWish = { readonly toVersion: number; readonly nodeMap: NodeMap }

/** What a migration would do. */
export type MigratePreview = {
  readonly fromVersion: number
  readonly toVersion: number
  readonly tokens: readonly {
    readonly tokenId: string
    readonly from: string
    readonly to: string
    readonly waits: boolean
  }[]
  /** Events waited for from then on, and no more. */
  readonly armed: readonly string[]
  readonly dropped: readonly string[]
}

/** Says what a migration would do; nothing is written. */
export async function previewMigration(
  db: Db | Tx,
  runtime: Runtime,
  open: OpenInstance,
  wish: MigrateWish,
): Promise<Result<MigratePreview, MigrateRefusal>> {
  const planned = await plan(db, runtime, open, wish)
  return planned.ok ? ok(previewOf(open, planned.value.plan, wish)) : planned
}

function previewOf(
  { state }: OpenInstance,
  { state: after, armed, dropped }: MigratePlan,
  { toVersion }: MigrateWish,
): MigratePreview {
  const to = new Map(after.tokens.map((token) => [token.id, token.nodeId]))
  return {
    fromVersion: state.definitionVersion,
    toVersion,
    tokens: state.tokens.map(({ id, nodeId, state: stands }) => ({
      tokenId: id,
      from: nodeId,
      to: to.get(id) ?? nodeId,
      waits: stands === 'join',
    })),
    armed,
    dropped,
  }
}

/**
 * Puts a locked instance on another version and adds what changes to the batch of its case. Every token stays: joins keep
 * theirs that wait, timers and messages of nodes that stay are kept, those of new boundary events begin.
 */
export async function migrateInstance(
  {
    tx,
    runtime,
    host,
    subject,
    open,
  }: {
    readonly tx: Tx
    readonly runtime: Runtime
    readonly host: AnyHost
    readonly subject: unknown
    readonly open: OpenInstance
  },
  wish: MigrateWish,
): Promise<
  Result<
    { readonly played: Played; readonly version: number; readonly data: { readonly [name: string]: Json } },
    MigrateRefusal
  >
> {
  const planned = await plan(tx, runtime, open, wish)
  if (!planned.ok) return planned
  const { plan: found, definition } = planned.value
  const { deps } = runtime
  const now = deps.clock()
  // Nothing new is known; but timers and due times follow what the target's drawing says of the variables.
  const followed = step(definition, found.state, { kind: 'set_vars', vars: {} }, { now, newId: deps.newId })
  assert(followed.ok, `a migrated instance plays: ${JSON.stringify(followed.ok ? '' : followed.error)}`)
  const { state } = followed.value
  const effects = [...found.effects, ...followed.value.effects]
  const place = (task: Parameters<typeof host.taskParty>[0]) => ({
    partyId: host.taskParty(task, subject),
    assigneeId: host.taskAssignee(task, subject),
  })
  saveInstance(host.batch(subject), deps.zoneId, { ...open, visited: found.visited }, state, effects, now, place, null)
  if (open.held.holds.length > 0) moveSignatures(host.batch(subject), deps.zoneId, state)
  const played: Played = {
    effects,
    openTasks: state.tasks.filter((task) => task.state === 'open'),
    vars: state.vars,
    ended: false,
    definition,
  }
  await host.settle(tx, subject, played)
  const { fromVersion, toVersion, armed, dropped } = previewOf(open, found, wish)
  return ok({
    played,
    version: toVersion,
    data: { from: fromVersion, to: toVersion, nodeMap: wish.nodeMap, armed, dropped },
  })
}

/** Signatures stand at the node of the task that they belong to. */
function moveSignatures(batch: WriteBatch, zoneId: string, { id, tasks }: InstanceState): void {
  const places = tasks.map((task) => ({ id: task.id, node: task.nodeId }))
  batch.writes.push(
    sql`update process_task s set node_id = m.node from jsonb_to_recordset(${jsonb(places)}::jsonb) as m(id uuid, node text)
      where s.zone_id = ${zoneId} and s.instance_id = ${id} and s.main_task_id = m.id and s.state in ('open', 'held')`,
  )
}

async function plan(db: Db | Tx, runtime: Runtime, open: OpenInstance, { toVersion, nodeMap }: MigrateWish) {
  const { definitionKey: key, definitionVersion: version, status } = open.state
  if (status === 'completed' || status === 'terminated' || open.state.tokens.length === 0)
    return err({ kind: 'not_running', status, rule: 'active, suspended, failed' } as const)
  if (toVersion === version) return err({ kind: 'same_version', version } as const)
  const definition = await runtime.definitions.find(db, key, toVersion)
  if (!definition) return err({ kind: 'no_such_version', key, version: toVersion } as const)
  const from = await runtime.definitions.get(db, key, version)
  const ports = { now: runtime.deps.clock(), newId: runtime.deps.newId }
  const planned = planMigration(from, definition, toVersion, open.state, open.visited, nodeMap, ports)
  return planned.ok ? ok({ plan: planned.value, definition }) : planned
}
