import { sql } from 'kysely'
import type { Input } from '@tingzhou/bpmn'
import { flushBatch, newId, runCommand, type Db } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import {
  feed,
  loadInstance,
  makeVerb,
  startInstance,
  type AnyHost,
  type Runtime,
  type Vars,
  type Verb,
} from '@tingzhou/process'
import { makeAdminVerb, type AdminVerb } from '@tingzhou/process/testing'
import { newWork, type Work } from './hosts.ts'
import { actorOf, zoneId } from './world.ts'

/** What a worker asks of a case. The id makes a repeat the same command. */
export type Command = { readonly commandId: string; readonly accountId: string } & (
  | { readonly op: 'start'; readonly key: string; readonly vars: Vars }
  | { readonly op: 'feed'; readonly instanceId: string; readonly rev: number; readonly input: Input }
  | { readonly op: 'verb'; readonly verb: Verb }
  | { readonly op: 'admin'; readonly instanceId: string; readonly verb: AdminVerb }
)

export type Play = { readonly db: Db; readonly runtime: Runtime; readonly hosts: readonly AnyHost[] }

/** Does a command, once. */
export function doCommand(play: Play, command: Command): Promise<Result<unknown, unknown>> {
  const actor = actorOf(command.accountId, command.commandId)
  switch (command.op) {
    case 'start':
      return begin(play, command)
    case 'feed':
      return move(play, command)
    case 'verb':
      return makeVerb(play, actor, command.commandId, command.verb)
    case 'admin':
      return makeAdminVerb(play, actor, command.commandId, command.instanceId, command.verb)
  }
}

const familyHost = (hosts: readonly AnyHost[], key: string): AnyHost | undefined =>
  hosts.find((host) => host.key === key.split('.', 1)[0])

function begin({ db, runtime, hosts }: Play, command: Extract<Command, { op: 'start' }>) {
  const { commandId, accountId, ...input } = command
  const host = familyHost(hosts, command.key)
  if (!host) throw new Error(`no host plays ${command.key}`)
  const spec = { commandId, actorId: accountId, name: 'soak.start', input }
  return runCommand<unknown, unknown>({ db, zoneId, clock: runtime.deps.clock }, spec, async (tx) => {
    const business = { id: newId(), instanceId: newId(), key: command.key }
    const work = newWork(business.id, { by: 'actor', actor: actorOf(accountId, commandId), verb: 'start' })
    const started = await startInstance(tx, runtime, host, work, business, command.vars)
    if (!started.ok) return started
    await flushBatch(tx, work.batch)
    return ok({ instanceId: business.instanceId, rev: 1 })
  })
}

/** One input to a case as it was seen: a case that has moved on since refuses. */
function move({ db, runtime, hosts }: Play, command: Extract<Command, { op: 'feed' }>) {
  const { commandId, accountId, instanceId, rev } = command
  const spec = { commandId, actorId: accountId, name: 'soak.feed', input: { instanceId, rev, input: command.input } }
  return runCommand<unknown, unknown>({ db, zoneId, clock: runtime.deps.clock }, spec, async (tx) => {
    const found = await tx
      .selectFrom('process_instance')
      .select(['key', 'business_id as businessId'])
      .where('zone_id', '=', zoneId)
      .where('id', '=', instanceId)
      .executeTakeFirst()
    const host = found && familyHost(hosts, found.key)
    if (!host) return err({ kind: 'no_such_instance' })
    const cause = { by: 'actor', actor: actorOf(accountId, commandId), verb: command.input.kind } as const
    const work = (await host.lock(tx, found.businessId, cause)) as Work
    const open = await loadInstance(tx, zoneId, instanceId)
    if (open?.rev !== rev) return err({ kind: 'stale_revision', rev: open?.rev ?? null })
    const played = await feed(tx, runtime, host, work, instanceId, () => command.input)
    if (!played.ok) return played
    await flushBatch(tx, work.batch)
    return ok({ instanceId, rev: rev + 1 })
  })
}

/** A case as a worker sees it before it decides what to ask. */
export async function lookAt({ db }: Play, instanceId: string) {
  const open = await loadInstance(db, zoneId, instanceId)
  if (!open) return null
  const tasks = await db
    .selectFrom('process_task')
    .select([
      'id',
      'node_id as nodeId',
      'state',
      'assignee_id as assigneeId',
      'main_task_id as mainTaskId',
      'delegated_by as delegatedBy',
      'closed_by as closedBy',
      'data',
    ])
    .where('zone_id', '=', zoneId)
    .where('instance_id', '=', instanceId)
    .orderBy('opened_at', 'desc')
    .limit(40)
    .execute()
  const { state, rev, visited } = open
  return {
    instanceId,
    key: state.definitionKey,
    version: state.definitionVersion,
    status: state.status,
    rev,
    visited: Object.keys(visited),
    tokens: state.tokens,
    subscriptions: state.subscriptions,
    tasks: tasks.map(({ data: { outcomes, policy }, ...task }) => ({ ...task, outcomes, policy })),
  }
}

/** What a worker sees. */
export type Sight = NonNullable<Awaited<ReturnType<typeof lookAt>>>

/** Cases that are not over: the newest and, so that none is forgotten, the longest untouched. */
export async function openCases({ db }: Play): Promise<readonly { readonly id: string; readonly status: string }[]> {
  const query = db
    .selectFrom('process_instance')
    .select(['id', 'status'])
    .where('zone_id', '=', zoneId)
    .where('status', 'in', ['active', 'suspended', 'failed'])
    .where(sql<boolean>`json_array_length(marking->'tokens') > 0`)
  const newest = await query.orderBy('id', 'desc').limit(40).execute()
  const oldest = await query.orderBy('updated_at').limit(40).execute()
  return [...newest, ...oldest]
}

/** Cases that stand still: suspended, or failed with tokens left. At most 200. */
export async function haltedCases(play: Play): Promise<readonly Sight[]> {
  const rows = await play.db
    .selectFrom('process_instance')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where((eb) =>
      eb.or([
        eb('status', '=', 'suspended'),
        eb.and([eb('status', '=', 'failed'), sql<boolean>`json_array_length(marking->'tokens') > 0`]),
      ]),
    )
    .limit(200)
    .execute()
  const sights = await Promise.all(rows.map(({ id }) => lookAt(play, id)))
  return sights.filter((sight) => sight !== null)
}
