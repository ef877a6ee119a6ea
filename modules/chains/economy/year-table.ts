import { sql, type RawBuilder } from 'kysely'
import { grantReach } from '@tingzhou/access'
import { at, jsonb, newId, type Json, type Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import { noteAll } from '../record.ts'
import '../tables.ts'

/** A table of what firms tell of a year, and how rows get into it. */
export type YearTable<Row extends object> = {
  readonly table: 'chain_position' | 'chain_link'
  /** Columns that are told, with their types. */
  readonly columns: Readonly<Record<keyof Row & string, string>>
  /** What the zone has once, in the order of its index. */
  readonly once: readonly (keyof Row & string)[]
  /** The enterprises of the register that a row is of: they reach it. */
  readonly firmsHere: (row: Row) => readonly string[]
  /** A new row as its history has it. */
  readonly shown: (row: Row) => Json
}

/** What makes two rows the same. Pure. */
export const keyOf = <Row extends object>({ once }: YearTable<Row>, row: Row): string =>
  once.map((column) => row[column]).join(' ')

/** Keys of rows that the zone has already. One statement. */
export async function knownKeys<Row extends object>(
  tx: Tx,
  zoneId: string,
  of: YearTable<Row>,
  rows: readonly Row[],
): Promise<ReadonlySet<string>> {
  const { table, columns, once } = of
  const told = rows.map((row) => Object.fromEntries(once.map((column) => [column, row[column]])))
  const same = once.map((column) => sql`${sql.ref(`t.${column}`)} = ${sql.ref(`r.${column}`)}`)
  const found = await sql<{ key: string }>`
    select concat_ws(' ', ${sql.join(once.map((column) => sql.ref(`t.${column}`)))}) as key
    from jsonb_to_recordset(${jsonb(told)}::jsonb) as r(${typed(once.map((column) => [column, columns[column]]))})
    join ${sql.table(table)} t on t.zone_id = ${zoneId} and ${sql.join(same, sql` and `)}`.execute(tx)
  return new Set(found.rows.map(({ key }) => key))
}

/** Rows a statement of an insert. */
const insertRows = 2_000

/**
 * Adds rows with their reach and history; what stands already stays.
 * @returns the id of each, null where the zone has it already
 * Four statements a 2,000 rows.
 */
export async function insertInto<Row extends object>(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  of: YearTable<Row>,
  rows: readonly Row[],
): Promise<readonly (string | null)[]> {
  const ids: (string | null)[] = []
  for (let i = 0; i < rows.length; i += insertRows)
    ids.push(...(await insertSome(tx, deps, actor, of, rows.slice(i, i + insertRows))))
  return ids
}

async function insertSome<Row extends object>(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { table, columns, once, firmsHere, shown }: YearTable<Row>,
  rows: readonly Row[],
) {
  const news = rows.map((row) => ({ id: newId(), row, firms: firmsHere(row) }))
  const now = at(deps.clock())
  const types: readonly Typed[] = [['id', 'uuid'], ...Object.entries<string>(columns)]
  const names = sql.join(types.map(([name]) => sql.ref(name)))
  const added = await sql<{ id: string }>`
    insert into ${sql.table(table)} (zone_id, ${names}, created_at, created_by, updated_at, updated_by)
    select ${deps.zoneId}, ${names}, ${now}::timestamptz, ${actor.name}, ${now}::timestamptz, ${actor.name}
    from jsonb_to_recordset(${jsonb(news.map(({ id, row }) => ({ ...row, id })))}::jsonb) as r(${typed(types)})
    on conflict (zone_id, ${sql.join(once.map((column) => sql.ref(column)))}) do nothing
    returning id`.execute(tx)
  const done = new Set(added.rows.map(({ id }) => id))
  const entered = news.filter(({ id }) => done.has(id))
  const reach = entered.flatMap(({ id, firms }) =>
    firms.map((partyId) => ({ objectKind: table, objectId: id, partyId, relation: 'enterprise' as const })),
  )
  await grantReach(tx, deps.zoneId, reach)
  const deeds = entered.map(({ id, row, firms }) => ({
    objectKind: table,
    objectId: id,
    verb: 'enter',
    data: shown(row),
    to: firms,
  }))
  await noteAll(tx, deps, actor, deeds)
  return news.map(({ id }) => (done.has(id) ? id : null))
}

type Typed = readonly [name: string, type: string]

/** Columns of a record; names and types are the module's own. */
const typed = (columns: readonly Typed[]): RawBuilder<unknown> =>
  sql.raw(columns.map(([name, type]) => `${name} ${type}`).join(', '))
