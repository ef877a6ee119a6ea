import { sql } from 'kysely'
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
