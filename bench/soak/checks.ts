import { sql } from 'kysely'
import type { Definition } from '@tingzhou/bpmn'
import { verifyHistory } from '@tingzhou/audit'
import type { Db } from '@tingzhou/db'
import { orphansIn } from '@tingzhou/process/testing'
import type { Acknowledged } from './books.ts'
import { stepVerb, varsHash, type StepLine } from './hosts.ts'
import { zoneId } from './world.ts'

/** What must not be, each found case in words. */
export type Violations = {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly chains: readonly string[]
  readonly stands: readonly string[]
  readonly orphans: readonly string[]
  readonly calls: readonly string[]
  readonly joins: readonly string[]
  readonly ended: readonly string[]
}

/** Everything that can be held against the rows once all that cases told each other has been heard. */
export async function inspect(db: Db, acknowledged: readonly Acknowledged[]): Promise<Violations> {
  const { faults } = await verifyHistory(db, zoneId)
  const { stands, doubled } = await followHistories(db)
  return {
    lost: await lostIn(db, acknowledged),
    doubled,
    chains: faults.map((fault) => JSON.stringify(fault)),
    stands,
    orphans: (await orphansIn(db, zoneId)).map((orphan) => JSON.stringify(orphan)),
    calls: await brokenCalls(db),
    joins: await joinsPassedTwice(db),
    ended: await leftBehind(db),
  }
}

/** Acknowledged commands without their row. */
async function lostIn(db: Db, acknowledged: readonly Acknowledged[]): Promise<readonly string[]> {
  const ids = acknowledged.map(({ command }) => command.commandId)
  const found = await sql<{ id: string }>`select sent.id from unnest(${ids}::uuid[]) as sent(id) where not exists (
    select 1 from command c where c.zone_id = ${zoneId} and c.id::text = sent.id::text)`.execute(db)
  return found.rows.map(({ id }) => id)
}

type Instance = {
  id: string
  key: string
  businessId: string
  status: string
  rev: number
  vars: Record<string, never>
  visited: Record<string, number>
  openTasks: readonly string[]
  doneTasks: readonly string[]
  cancelledTasks: readonly string[]
  tokens: number
}
type Line = { objectId: string; verb: string; author: string; data: StepLine }

const instancesPerPage = 500

/**
 * Follows every case's history from its first line and compares where it leads with where the case stands: open, done and
 * cancelled tasks, nodes left and flows taken, variables, status, revision. A command is one revision, whatever it did.
 */
async function followHistories(db: Db): Promise<Pick<Violations, 'stands' | 'doubled'>> {
  const stands: string[] = []
  const doubled: string[] = []
  const commands = new Set(await commandIds(db))
  const seen = new Map<string, string>()
  for (let after = ''; ;) {
    const page = await readInstances(db, after)
    const lines = new Map<string, Line[]>(page.map(({ businessId }) => [businessId, []]))
    for (const line of await readLines(db, page)) lines.get(line.objectId)?.push(line)
    for (const instance of page) {
      const own = lines.get(instance.businessId) ?? []
      stands.push(...standsElsewhere(instance, own).map((words) => `${instance.key} ${instance.id}: ${words}`))
      doubled.push(...doneTwice(own, commands, seen))
    }
    const last = page.at(-1)
    if (!last || page.length < instancesPerPage) break
    after = last.id
  }
  for (const id of commands) if (!seen.has(id)) doubled.push(`command ${id} left no line`)
  return { stands, doubled }
}

async function commandIds(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom('command').select('id').where('zone_id', '=', zoneId).execute()
  return rows.map(({ id }) => id)
}

async function readInstances(db: Db, after: string): Promise<readonly Instance[]> {
  const ids = (state: string) => sql`(select coalesce(jsonb_agg(t.id), '[]') from process_task t
    where t.zone_id = i.zone_id and t.instance_id = i.id and t.main_task_id is null and t.state = any(${`{${state}}`}::text[]))`
  const answer =
    await sql<Instance>`select i.id, i.key, i.business_id as "businessId", i.status, i.rev, i.vars, i.visited,
      json_array_length(i.marking->'tokens') as tokens, ${ids('open,held')} as "openTasks", ${ids('done')} as "doneTasks",
      ${ids('cancelled')} as "cancelledTasks"
    from process_instance i where i.zone_id = ${zoneId} and (${after} = '' or i.id > nullif(${after}, '')::uuid)
    order by i.id limit ${instancesPerPage}`.execute(db)
  return answer.rows
}

async function readLines(db: Db, instances: readonly Instance[]): Promise<readonly Line[]> {
  const ids = instances.map(({ businessId }) => businessId)
  const answer = await sql<Line>`select object_id as "objectId", verb, actor_name as author, data from history
    where zone_id = ${zoneId} and object_id = any(${ids}::text[]) order by object_id, seq`.execute(db)
  return answer.rows
}

const isCommand = (author: string) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(author)

function standsElsewhere(instance: Instance, lines: readonly Line[]): readonly string[] {
  const open = new Set<string>()
  const done = new Set<string>()
  const cancelled = new Set<string>()
  const visited: Record<string, number> = {}
  let [vars, ended, paused]: [string, string | null, boolean] = ['', null, false]
  const found: string[] = []
  for (const { verb, data } of lines) {
    if (verb !== stepVerb) continue
    if (ended !== null) found.push('a step after the end')
    if (data.calls !== data.handled) found.push(`${data.calls} handlers called, ${data.handled} answered`)
    for (const id of data.opened) open.add(id)
    for (const id of [...data.done, ...data.cancelled])
      if (!open.delete(id)) found.push(`task ${id} was closed and was not open`)
    for (const id of data.done) done.add(id)
    for (const id of data.cancelled) cancelled.add(id)
    for (const [id, times] of Object.entries(data.visited)) visited[plain(id)] = (visited[plain(id)] ?? 0) + times
    ended = data.ended ?? ended
    paused = data.paused ?? paused
    vars = data.vars
  }
  const differs = (what: string, wanted: unknown, is: unknown) => {
    if (JSON.stringify(wanted) !== JSON.stringify(is))
      found.push(`${what}: the history says ${JSON.stringify(wanted)}, the row ${JSON.stringify(is)}`)
  }
  differs('open tasks', [...open].toSorted(), [...instance.openTasks].toSorted())
  differs('done tasks', [...done].toSorted(), [...instance.doneTasks].toSorted())
  differs('cancelled tasks', [...cancelled].toSorted(), [...instance.cancelledTasks].toSorted())
  differs('visits', sortedVisits(visited), sortedVisits(instance.visited))
  differs('variables', vars, varsHash(instance.vars))
  const steps = new Set(lines.map(({ author }, index) => (isCommand(author) ? author : index))).size
  differs('revision', steps, instance.rev)
  const over = { completed: 'completed', terminated: 'terminated', error: 'failed' }[ended ?? ''] ?? null
  if (over !== null) differs('end', over, instance.status)
  else if (!(paused ? ['suspended'] : ['active', 'failed']).includes(instance.status) || instance.tokens === 0)
    found.push(`status ${instance.status} with ${instance.tokens} tokens; suspended in the history: ${paused}`)
  return found
}

/** Nodes of the second version under their first names; what only the second has is counted while it is there. */
const plain = (id: string): string => id.replaceAll('_v2', '')
const sortedVisits = (visited: Readonly<Record<string, number>>) =>
  Object.entries(visited)
    .map(([id, times]) => [plain(id), times] as const)
    .filter(([id, times]) => times > 0 && !id.startsWith('extra'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))

/** Commands that left two effects, or an effect without having been answered. */
function doneTwice(
  lines: readonly Line[],
  commands: ReadonlySet<string>,
  seen: Map<string, string>,
): readonly string[] {
  const found: string[] = []
  for (const { author, verb, objectId } of lines) {
    if (!isCommand(author)) continue
    if (!commands.has(author)) found.push(`${verb} of ${author} in ${objectId}: the command did not happen`)
    const line = `${objectId} ${verb === stepVerb ? 'step' : 'verb'}`
    const before = seen.get(author)
    if (before !== undefined && (before === line || !before.startsWith(objectId)))
      found.push(`${author} happened twice: ${before}, ${line}`)
    seen.set(author, before === undefined ? line : `${objectId} both`)
  }
  return found
}

/** Callers that wait for nobody or for what has ended, and called cases that run for nobody. */
async function brokenCalls(db: Db): Promise<readonly string[]> {
  const answer = await sql<{ words: string }>`
    with waiting as (
      select i.zone_id, i.id, i.key, i.status, t->>'id' as token_id, t->>'nodeId' as node_id, t->>'state' as state
      from process_instance i
      join process_definition d on d.zone_id = i.zone_id and d.key = i.key and d.version = i.version
      cross join lateral json_array_elements(i.marking->'tokens') t
      where i.zone_id = ${zoneId} and d.graph->'nodes'->(t->>'nodeId')->>'kind' = 'callActivity'
        and ((d.graph->'nodes'->(t->>'nodeId')->'multi') = 'null' or t->>'miIndex' is not null)),
    child as (select * from process_instance where zone_id = ${zoneId} and parent_instance_id is not null)
    select 'caller ' || w.id || ' (' || w.status || ') waits at ' || w.node_id || ' for a case that ' ||
        case when c.id is null then 'never began' else c.status end as words
      from waiting w left join child c on c.parent_instance_id = w.id and c.parent_token_id = w.token_id::uuid
      where w.state = 'wait' and w.status in ('active', 'suspended', 'failed') and (c.id is null or c.status in ('completed', 'terminated')
        or c.status = 'failed' and json_array_length(c.marking->'tokens') = 0)
    union all
    select 'called case ' || c.id || ' (' || c.key || ') runs for nobody' from child c
      where (c.status in ('active', 'suspended') or c.status = 'failed' and json_array_length(c.marking->'tokens') > 0)
        and not exists (select from waiting w where w.id = c.parent_instance_id and w.token_id = c.parent_token_id::text)
    limit 100`.execute(db)
  return answer.rows.map(({ words }) => words)
}

/** A parallel join takes a token from each of its flows every time it is passed. */
async function joinsPassedTwice(db: Db): Promise<readonly string[]> {
  const found: string[] = []
  const drawings = await db
    .selectFrom('process_definition')
    .select(['key', 'version', 'graph'])
    .where('zone_id', '=', zoneId)
    .execute()
  for (const { key, version, graph } of drawings) {
    const joins = joinsOf(graph)
    if (joins.length === 0) continue
    const rows = await db
      .selectFrom('process_instance as i')
      .select(['i.id', 'i.visited'])
      .select(
        sql<number>`(select count(*)::int from history h where h.zone_id = i.zone_id and h.object_id = i.business_id::text
          and h.verb = 'process.take_back')`.as('takenBack'),
      )
      .where('i.zone_id', '=', zoneId)
      .where('i.key', '=', key)
      .where('i.version', '=', version)
      .execute()
    for (const { id, visited, takenBack } of rows)
      for (const { node, limit } of joins)
        if ((visited[node] ?? 0) > limit(visited, takenBack))
          found.push(`${key} ${id}: ${node} was passed ${visited[node]} times`)
  }
  return found
}

/**
 * How often a join may have been passed: as often as the rarest of its flows was taken; an inclusive one as often as its split,
 * and once more for each answer that was taken back, for where one way only was taken it may already have been passed then.
 */
function joinsOf({ nodes }: Definition) {
  return Object.values(nodes).flatMap((node) => {
    if (node.incoming.length < 2) return []
    if (node.kind === 'parallelGateway')
      return [
        {
          node: node.id,
          limit: (visited: Readonly<Record<string, number>>) =>
            Math.min(...node.incoming.map((id) => visited[id] ?? 0)),
        },
      ]
    const split = node.kind === 'inclusiveGateway' && node.id === 'merge' ? 'split' : null
    return split === null
      ? []
      : [
          {
            node: node.id,
            limit: (visited: Readonly<Record<string, number>>, takenBack: number) => (visited[split] ?? 0) + takenBack,
          },
        ]
  })
}

/** Anything that is left of a case that is over. */
async function leftBehind(db: Db): Promise<readonly string[]> {
  const answer = await sql<{ words: string }>`
    select i.id || ' is over (' || i.status || ') and keeps ' || part.what as words from process_instance i
    cross join lateral (
      select 'a ' || name as what from unnest(array['scopes', 'tokens', 'tasks', 'timers', 'subscriptions', 'holds', 'answers']) name
        where json_array_length(coalesce(i.marking->name, '[]')) > 0
      union all select 'a task row' from process_task t where t.zone_id = i.zone_id and t.instance_id = i.id and t.state in ('open', 'held')
      union all select 'a timer row' from process_timer t where t.zone_id = i.zone_id and t.instance_id = i.id
      union all select 'a subscription row' from process_subscription t where t.zone_id = i.zone_id and t.instance_id = i.id) part
    where i.zone_id = ${zoneId} and (i.status in ('completed', 'terminated')
      or i.status = 'failed' and json_array_length(i.marking->'tokens') = 0)
    limit 100`.execute(db)
  return answer.rows.map(({ words }) => words)
}
