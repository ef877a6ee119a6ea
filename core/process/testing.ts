import { sql, type RawBuilder } from 'kysely'
import { newId, type Db, type Tx } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { createDefinitionStore, deploy } from './definitions.ts'
import type { Cause, Handler, Played, ProcessHost } from './host.ts'
import { startInstance, type Runtime } from './play.ts'
import type { Vars } from './host.ts'

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
export type Log = { readonly cause: Cause; readonly businessId: string }

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
      await sql`select 1 from process_instance where zone_id = ${zoneId} and business_id = ${businessId} for update`.execute(
        tx,
      )
    return locked.rows.length > 0 ? { cause, businessId } : null
  },
  taskParty: (task) => (typeof task.vars.helper === 'string' ? task.vars.helper : null),
  taskAssignee: () => null,
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
  const log: Log = { cause: { by: 'event', type: 'test' }, businessId: business.id }
  const result = await db.transaction().execute((tx: Tx) => startInstance(tx, runtime, host, log, business, vars))
  assert(result.ok, `the instance starts: ${JSON.stringify(result)}`)
  return { ...business, played: result.value }
}

/** A row of a process that nothing can reach any more. */
export type Orphan = { readonly what: string; readonly instanceId: string; readonly id: string }

/**
 * Looks for what a crash must never leave: rows of instances that are over or gone, tasks, timers and subscriptions
 * whose token or scope is gone, and running instances in which nothing waits. At most 100 of each kind.
 */
export async function orphansIn(db: Db, zoneId: string): Promise<readonly Orphan[]> {
  const running = sql`select 1 from process_instance i where i.zone_id = x.zone_id and i.id = x.instance_id and i.status in ('active', 'suspended', 'failed')`
  const token = (id: RawBuilder<unknown>) =>
    sql`select 1 from process_token k where k.zone_id = x.zone_id and k.instance_id = x.instance_id and k.id = ${id}`
  const scope = (id: RawBuilder<unknown>) =>
    sql`select 1 from process_scope s where s.zone_id = x.zone_id and s.instance_id = x.instance_id and s.id = ${id}`
  const tables = ['process_scope', 'process_token', 'process_timer', 'process_subscription'] as const
  const checks: readonly (readonly [string, RawBuilder<unknown>, RawBuilder<unknown>])[] = [
    ...tables.map(
      (table) => [`${table} of an ended instance`, sql.table(table), sql`not exists (${running})`] as const,
    ),
    ['open task of an ended instance', sql.table('process_task'), sql`x.state = 'open' and not exists (${running})`],
    [
      'open task without its token',
      sql.table('process_task'),
      sql`x.state = 'open' and not exists (${token(sql`x.token_id`)})`,
    ],
    ['token without its scope', sql.table('process_token'), sql`not exists (${scope(sql`x.scope_id`)})`],
    ...(['process_timer', 'process_subscription'] as const).flatMap((table) => [
      [
        `${table} without its token`,
        sql.table(table),
        sql`x.data->>'tokenId' is not null and not exists (${token(sql`(x.data->>'tokenId')::uuid`)})`,
      ] as const,
      [
        `${table} without its scope`,
        sql.table(table),
        sql`not exists (${scope(sql`(x.data->>'scopeId')::uuid`)})`,
      ] as const,
    ]),
  ]
  const found: Orphan[] = []
  for (const [what, table, condition] of checks) {
    const rows = await sql<{
      instanceId: string
      id: string
    }>`select x.instance_id as "instanceId", x.id from ${table} x where x.zone_id = ${zoneId} and ${condition} limit 100`.execute(
      db,
    )
    found.push(...rows.rows.map((row) => ({ what, ...row })))
  }
  const stuck = await sql<{ id: string }>`select i.id from process_instance i
    where i.zone_id = ${zoneId} and i.status = 'active'
      and not exists (select 1 from process_token k where k.zone_id = i.zone_id and k.instance_id = i.id)
    limit 100`.execute(db)
  return [...found, ...stuck.rows.map(({ id }) => ({ what: 'active instance without a token', instanceId: id, id }))]
}
