import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'

/**
 * Holds every table of cases against the processes and the history, whichever module it belongs to: a table with a zone, an id,
 * a state and an instance. A row's instance is the one of its business object, its state is the last that its history tells,
 * a process that is over has left it at a state that an end of its drawing marks, and only there where no other node marks it.
 * @returns each disagreement in words, at most 100 a table
 */
export async function disagreements(db: Db, zoneId: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const table of await caseTables(db)) found.push(...(await disagreementsIn(db, zoneId, table)))
  return found
}

/** How many cases of each kind there are, and how many of them are over. */
export async function casesByKind(
  db: Db,
  zoneId: string,
): Promise<readonly { kind: string; cases: number; over: number }[]> {
  const answer = await sql<{ kind: string; cases: number; over: number }>`
    select business_kind as kind, count(*) as cases, count(*) filter (where status not in ('active', 'suspended')) as over
    from process_instance where zone_id = ${zoneId} group by 1 order by 1`.execute(db)
  return answer.rows
}

async function caseTables(db: Db): Promise<readonly string[]> {
  const answer = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = current_schema() and table_name not like 'process\\_%'
    group by 1 having count(*) filter (where column_name in ('zone_id', 'id', 'state', 'instance_id')) = 4
    order by 1`.execute(db)
  return answer.rows.map(({ name }) => name)
}

async function disagreementsIn(db: Db, zoneId: string, table: string): Promise<readonly string[]> {
  const answer = await sql<{ words: string }>`
    with stands as (
      select r.id, r.state, i.id as instance_id, i.status, i.business_id,
        (select h.data->>'to' from history h where h.zone_id = r.zone_id and h.object_id = r.id::text and h.data->>'to' is not null
          order by h.seq desc limit 1) as told,
        exists (select from jsonb_each(d.graph->'nodes') n
          where n.value->>'kind' = 'endEvent' and n.value->>'state' = r.state
            and (n.value->>'parent' is null or d.graph->'nodes'->(n.value->>'parent')->>'kind' = 'eventSubProcess')) as ends,
        exists (select from jsonb_each(d.graph->'nodes') n
          where n.value->>'kind' <> 'endEvent' and n.value->>'state' = r.state) as stays,
        i.status not in ('active', 'suspended') as over
      from ${sql.table(table)} r
      left join process_instance i on i.zone_id = r.zone_id and i.id = r.instance_id
      left join process_definition d on d.zone_id = i.zone_id and d.key = i.key and d.version = i.version
      where r.zone_id = ${zoneId} and r.instance_id is not null)
    select ${table} || ' ' || id || ' stands at ' || state || case
        when instance_id is null then ', its process is gone'
        when business_id <> id then ', its process is that of ' || business_id
        when told is distinct from state then ', its history says ' || coalesce(told, 'nothing')
        else ', its process is ' || status end as words
    from stands where instance_id is null or business_id <> id or told <> state
      or over and not ends or not over and ends and not stays
    limit 100`.execute(db)
  return answer.rows.map(({ words }) => words)
}
