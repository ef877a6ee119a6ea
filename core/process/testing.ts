import { sql, type RawBuilder } from 'kysely'
import { flushBatch, newBatch, newId, type Db, type Tx, type WriteBatch } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { createDefinitionStore, deploy } from './definitions.ts'
import type { Cause, Handler, Played, ProcessHost } from './host.ts'
import { feed, startInstance, type Runtime } from './play.ts'
import type { Vars } from './host.ts'

export { acrossHandler } from './across.ts'
export { makeAdminVerb } from './admin.ts'
export type { AdminVerb } from './admin-verb.ts'

/** Wraps flow elements into a file with one process. */
export const drawing = (key: string, elements: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tz="urn:tingzhou:bpmn" id="d" targetNamespace="urn:test">
<message id="m_answer" name="answer"/><message id="m_more" name="more"/><message id="m_stop" name="stop"/>
<process id="${key}" name="${key}" isExecutable="true">
${elements}
</process></definitions>`

export const flow = (from: string, to: string, condition?: string): string =>
  `<sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}">${
    condition === undefined ? '' : `<conditionExpression>=${condition}</conditionExpression>`
  }</sequenceFlow>`

/** Flows from each node to the next. */
export const chain = (...nodes: readonly string[]): string =>
  nodes
    .slice(1)
    .map((node, index) => flow(nodes[index] ?? '', node))
    .join('')

export const timerAt = (value: string): string =>
  `<timerEventDefinition><timeDate>=${value}</timeDate></timerEventDefinition>`
export const on = (message: string): string => `<messageEventDefinition messageRef="m_${message}"/>`

/** The subject of the test host: why the step happens, and to what. */
export type Log = { readonly cause: Cause; readonly businessId: string; readonly batch: WriteBatch }

const doerOf = ({ cause }: Log): string | null => (cause.by === 'actor' ? cause.actor.accountId : null)

export const logOf = (cause: Cause, businessId: string): Log => ({ cause, businessId, batch: newBatch() })

/** A host whose business object is only an id; its lock is the row of its instance. */
export const testHost = (
  zoneId: string,
  key: string,
  handlers: Readonly<Record<string, Handler<Log>>> = {},
  settled: (played: Played, log: Log) => void = () => {},
): ProcessHost<Log> => ({
  key,
  businessKind: 'thing',
  file: '',
  handlers,
  lock: async (tx, businessId, cause) => {
    const locked =
      await sql`select 1 from process_instance where zone_id = ${zoneId} and business_kind = 'thing' and business_id = ${businessId} for update`.execute(
        tx,
      )
    return locked.rows.length > 0 ? logOf(cause, businessId) : null
  },
  taskParty: (task) => (typeof task.vars.helper === 'string' ? task.vars.helper : null),
  taskAssignee: () => null,
  doer: doerOf,
  instance: () => null,
  batch: (log) => log.batch,
  settle: async (_tx, log, played) => settled(played, log),
})

/** A clock that the test moves, a zone of its own and nothing deployed yet. */
export function testRuntime(start: EpochMs, ids: () => string = newId, zoneId = `zone-${newId().slice(-6)}`) {
  let now = start
  const runtime: Runtime = {
    deps: { zoneId, clock: () => now, newId: ids },
    definitions: createDefinitionStore(zoneId),
  }
  return { zoneId, runtime, now: () => now, moveTo: (to: number) => void (now = epochMs(Math.max(now, to))) }
}

/** Deploys a drawing that is meant to be good. */
export async function deployed(db: Db, runtime: Runtime, xml: string): Promise<void> {
  const result = await db.transaction().execute((tx) => deploy(tx, runtime.deps, xml, 'test'))
  assert(result.ok, `the drawing deploys: ${JSON.stringify(result.ok ? '' : result.error.complaints)}`)
}

/** Starts one instance; gives the ids of its business object and of itself. */
export async function started(db: Db, runtime: Runtime, host: ProcessHost<Log>, vars: Vars = {}) {
  const business = { id: newId(), instanceId: runtime.deps.newId() }
  const log = logOf({ by: 'event', type: 'test' }, business.id)
  const result = await db.transaction().execute(async (tx: Tx) => {
    const begun = await startInstance(tx, runtime, host, log, business, vars)
    await flushBatch(tx, log.batch)
    return begun
  })
  assert(result.ok, `the instance starts: ${JSON.stringify(result)}`)
  return { ...business, played: result.value }
}

/** Gives one input to an instance and writes what it changed. */
export const fed = (
  db: Db,
  runtime: Runtime,
  host: ProcessHost<Log>,
  businessId: string,
  ...[instanceId, toInput, cause]: FeedTail
) =>
  db.transaction().execute(async (tx) => {
    const log = logOf(cause ?? { by: 'event', type: 'test' }, businessId)
    const played = await feed(tx, runtime, host, log, instanceId, toInput)
    await flushBatch(tx, log.batch)
    return played
  })
type FeedTail = [instanceId: string, toInput: Parameters<typeof feed<Log>>[5], cause?: Cause]

/** Something of a process that nothing can reach any more. */
export type Orphan = { readonly what: string; readonly instanceId: string; readonly id: string }

/**
 * Looks for what a crash must never leave: rows that their instance does not know and the other way round, tokens, timers
 * and subscriptions whose scope or token is gone, anything left of an instance that is over, and running instances in which
 * nothing waits. At most 100 of each kind.
 */
export async function orphansIn(db: Db, zoneId: string): Promise<readonly Orphan[]> {
  const part = (name: string) =>
    sql`process_instance i cross join lateral json_array_elements(i.marking->${sql.lit(name)}) e`
  const holds = (name: string, id: RawBuilder<unknown>, instance = sql`i.marking`) =>
    sql`exists (select from json_array_elements(${instance}->${sql.lit(name)}) h where h->>'id' = ${id})`
  const rows = [
    // A signature is not a task of the drawing; what it holds back is looked at below.
    {
      name: 'tasks',
      table: 'process_task',
      row: sql`r.state in ('open', 'held') and r.main_task_id is null`,
      element: sql`e->>'state' = 'open'`,
    },
    {
      name: 'timers',
      table: 'process_timer',
      row: sql`true`,
      element: sql`e->>'state' = 'armed' and e->>'dueAt' is not null`,
    },
    { name: 'subscriptions', table: 'process_subscription', row: sql`true`, element: sql`true` },
  ] as const
  const checks: readonly (readonly [what: string, found: RawBuilder<unknown>])[] = [
    ...rows.flatMap(({ name, table, row, element }) => [
      [
        `${table} that its instance does not know`,
        sql`select r.instance_id, r.id::text from ${sql.table(table)} r
          left join process_instance i on i.zone_id = r.zone_id and i.id = r.instance_id
          where r.zone_id = ${zoneId} and ${row} and (i.id is null or not ${holds(name, sql`r.id::text`)})`,
      ] as const,
      [
        `${name} of an instance without their row`,
        sql`select i.id, e->>'id' from ${part(name)} where i.zone_id = ${zoneId} and ${element}
          and not exists (select from ${sql.table(table)} r
            where r.zone_id = i.zone_id and r.instance_id = i.id and r.id = (e->>'id')::uuid and ${row})`,
      ] as const,
    ]),
    ...(['tokens', 'tasks', 'timers', 'subscriptions'] as const).flatMap((name) => [
      [
        `${name} without their scope`,
        sql`select i.id, e->>'id' from ${part(name)}
          where i.zone_id = ${zoneId} and not ${holds('scopes', sql`e->>'scopeId'`)}`,
      ] as const,
      [
        `${name} without their token`,
        sql`select i.id, e->>'id' from ${part(name)}
          where i.zone_id = ${zoneId} and e->>'tokenId' is not null and not ${holds('tokens', sql`e->>'tokenId'`)}`,
      ] as const,
      [
        `${name} of an instance that is over`,
        sql`select i.id, e->>'id' from ${part(name)}
          where i.zone_id = ${zoneId} and i.status in ('completed', 'terminated')`,
      ] as const,
    ]),
    [
      'signatures that hold nothing back',
      sql`select r.instance_id, r.id::text from process_task r
        left join process_instance i on i.zone_id = r.zone_id and i.id = r.instance_id
        where r.zone_id = ${zoneId} and r.state in ('open', 'held') and r.main_task_id is not null
          and not exists (select from json_array_elements(i.marking->'holds') h where h->>'id' = r.id::text)`,
    ],
    [
      'tasks held back by nothing that waits',
      sql`select i.id, e->>'id' from ${part('holds')}
        where i.zone_id = ${zoneId} and (not ${holds('tasks', sql`e->>'taskId'`)} or not exists (
          select from process_task r where r.zone_id = i.zone_id and r.instance_id = i.id
            and r.id = (e->>'id')::uuid and r.state in ('open', 'held')))`,
    ],
    [
      'active instance without a token',
      sql`select i.id, i.id::text from process_instance i
        where i.zone_id = ${zoneId} and i.status = 'active' and json_array_length(i.marking->'tokens') = 0`,
    ],
  ]
  const found: Orphan[] = []
  for (const [what, query] of checks) {
    const answer = await sql<{
      instanceId: string
      id: string
    }>`select * from (${query}) as o("instanceId", id) limit 100`.execute(db)
    found.push(...answer.rows.map((row) => ({ what, ...row })))
  }
  return found
}
