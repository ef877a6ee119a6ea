import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { findParties } from '@tingzhou/parties'
import { standOf } from './instance-list.ts'

/** A case as it stands, or null. Five statements. */
export async function findInstance(db: Db, zoneId: string, id: string) {
  const row = await db
    .selectFrom('process_instance as i')
    .innerJoin('process_definition as d', (join) =>
      join.onRef('d.zone_id', '=', 'i.zone_id').onRef('d.key', '=', 'i.key').onRef('d.version', '=', 'i.version'),
    )
    .select([
      'i.id',
      'i.key',
      'i.version',
      'd.name',
      'd.graph',
      'i.business_kind as businessKind',
      'i.business_id as businessId',
      'i.status',
      'i.vars',
      'i.visited',
      'i.marking',
      'i.trouble',
      'i.parent_instance_id as parentInstanceId',
      'i.created_at as createdAt',
      'i.updated_at as updatedAt',
      'i.rev',
      (eb) =>
        eb
          .selectFrom('process_definition as n')
          .select(({ fn }) => fn.max('n.version').as('newest'))
          .whereRef('n.zone_id', '=', 'i.zone_id')
          .whereRef('n.key', '=', 'i.key')
          .as('newestVersion'),
    ])
    .where('i.zone_id', '=', zoneId)
    .where('i.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { marking, vars, graph, trouble, newestVersion, ...rest } = row
  const timers = await timersOf(db, zoneId, id)
  const failing = timers.filter(({ attempts }) => attempts > 0).at(-1)
  const nodeIds = [...new Set(marking.tokens.map(({ nodeId }) => nodeId))]
  return {
    ...rest,
    newestVersion: newestVersion ?? rest.version,
    nodes: nodeIds.map((nodeId) => ({ id: nodeId, name: graph.nodes[nodeId]?.name || nodeId })),
    trouble: standOf(trouble, failing && { ...failing, instanceId: id }),
    tokens: marking.tokens.map(({ id: tokenId, nodeId, state }) => ({ id: tokenId, nodeId, state })),
    tasks: await tasksOf(db, zoneId, id),
    timers,
    messages: marking.subscriptions.map(({ nodeId, kind, name }) => ({ nodeId, kind, name })),
    times: await timesOf(db, zoneId, id),
    varNames: Object.keys(vars).toSorted(),
  }
}

const timersOf = (db: Db, zoneId: string, instanceId: string) =>
  db
    .selectFrom('process_timer')
    .select([
      'id',
      'node_id as nodeId',
      'due_at as dueAt',
      'retry_at as retryAt',
      'attempts',
      'last_error as lastError',
    ])
    .where('zone_id', '=', zoneId)
    .where('instance_id', '=', instanceId)
    .orderBy('due_at')
    .limit(200)
    .execute()

async function tasksOf(db: Db, zoneId: string, instanceId: string) {
  const rows = await db
    .selectFrom('process_task')
    .select([
      'id',
      'node_id as nodeId',
      'state',
      'roles',
      'party_id as partyId',
      'assignee_id as assigneeId',
      'sign',
      'opened_at as openedAt',
      'due_at as dueAt',
      sql<string>`data->>'name'`.as('name'),
    ])
    .where('zone_id', '=', zoneId)
    .where('instance_id', '=', instanceId)
    .where('state', 'in', ['open', 'held'])
    .orderBy('opened_at')
    .orderBy('id')
    .limit(200)
    .execute()
  const people = await findParties(db, zoneId, [...new Set(rows.flatMap((row) => row.assigneeId ?? []))])
  const names = new Map(people.map((party) => [party.id, party.name]))
  return rows.map(({ state, ...row }) => ({
    ...row,
    state: state === 'held' ? ('held' as const) : ('open' as const),
    assigneeName: names.get(row.assigneeId ?? '') ?? null,
  }))
}

/** How long tasks took at each node, from their rows. */
async function timesOf(db: Db, zoneId: string, instanceId: string) {
  const answer = await sql<{ nodeId: string; done: number; open: number; totalS: number }>`
    select node_id as "nodeId", (count(*) filter (where state = 'done'))::int as done,
      (count(*) filter (where state in ('open', 'held')))::int as open,
      coalesce(sum(extract(epoch from (closed_at - opened_at))) filter (where state = 'done'), 0)::float8 as "totalS"
    from process_task where zone_id = ${zoneId} and instance_id = ${instanceId} and main_task_id is null
    group by node_id order by min(opened_at), node_id limit 200`.execute(db)
  return answer.rows
}
