import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import './tables.ts'
import type { Trouble } from './tables.ts'

export type InstanceFilter = {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly key?: string | undefined
  readonly version?: number | undefined
  readonly status?: 'active' | 'suspended' | 'failed' | 'completed' | 'terminated' | undefined
  readonly stuck?: 'yes' | undefined
}

/** Why a case stands still, a failing timer included. */
export type Stand = Trouble & { readonly attempts: number | null; readonly retryAt: EpochMs | null }

type FailingTimer = {
  readonly instanceId: string
  readonly nodeId: string
  readonly attempts: number
  readonly retryAt: EpochMs | null
  readonly lastError: string | null
}

const columns = [
  'i.id',
  'i.key',
  'i.version',
  'i.business_kind as businessKind',
  'i.business_id as businessId',
  'i.status',
  'i.trouble',
  'i.created_at as createdAt',
  'i.updated_at as updatedAt',
  'i.rev',
] as const

/** Cases, the newest first, by the primary key. Three statements; a fourth counts those that stand still. */
export async function listInstances(db: Db, zoneId: string, filter: InstanceFilter) {
  const query = within(db, zoneId, filter)
  const sort = [{ ref: sql.ref('i.id'), order: 'desc', kind: 'string', read: (row: { id: string }) => row.id }] as const
  const named = query
    .innerJoin('process_definition as d', (join) =>
      join.onRef('d.zone_id', '=', 'i.zone_id').onRef('d.key', '=', 'i.key').onRef('d.version', '=', 'i.version'),
    )
    .select([...columns, 'd.name', nodesOf.as('nodes')])
  const { rows, next } = await keysetPage(named, sort, filter)
  const failing = await failingTimers(
    db,
    zoneId,
    rows.map(({ id }) => id),
  )
  const counted =
    filter.stuck === undefined
      ? undefined
      : await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirst()
  return {
    rows: rows.map(({ trouble, ...row }) => ({ ...row, trouble: standOf(trouble, failing.get(row.id)) })),
    next,
    total: counted?.total ?? null,
  }
}

/** Where tokens stand, with the names of the drawing. */
const nodesOf = sql<{ id: string; name: string }[]>`coalesce((
  select jsonb_agg(distinct jsonb_build_object('id', n.id, 'name', coalesce(nullif(d.graph->'nodes'->n.id->>'name', ''), n.id)))
  from (select e->>'nodeId' as id from json_array_elements(i.marking->'tokens') e) n), '[]')`

function within(db: Db, zoneId: string, { key, version, status, stuck }: InstanceFilter) {
  let query = db.selectFrom('process_instance as i').where('i.zone_id', '=', zoneId)
  if (key !== undefined) query = query.where('i.key', '=', key)
  if (version !== undefined) query = query.where('i.version', '=', version)
  if (status !== undefined) query = query.where('i.status', '=', status)
  // By process_instance_stuck and process_timer_failing: few, however many cases run.
  if (stuck !== undefined)
    query = query.where(
      sql<boolean>`i.id in (
        select s.id from process_instance s where s.zone_id = ${zoneId} and s.status = 'failed'
        union all
        select t.instance_id from process_timer t where t.zone_id = ${zoneId} and t.attempts > 0)`,
    )
  return query
}

/** The timers of the cases that fail, the one that was tried most for each. */
export async function failingTimers(
  db: Db,
  zoneId: string,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, FailingTimer>> {
  if (instanceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('process_timer')
    .select([
      'instance_id as instanceId',
      'node_id as nodeId',
      'attempts',
      'retry_at as retryAt',
      'last_error as lastError',
    ])
    .where('zone_id', '=', zoneId)
    .where('instance_id', 'in', instanceIds)
    .where('attempts', '>', 0)
    .orderBy('attempts')
    .execute()
  return new Map(rows.map((row) => [row.instanceId, row]))
}

/** What keeps a case, said by its row or else by a timer. */
export function standOf(trouble: Trouble | null, timer: FailingTimer | undefined): Stand | null {
  if (trouble) return { ...trouble, attempts: null, retryAt: null }
  if (!timer) return null
  const { nodeId, attempts, retryAt, lastError } = timer
  return { nodeId, code: 'timer', message: lastError ?? '', attempts, retryAt }
}
