import { sql } from 'kysely'
import type { Database } from '@tingzhou/db'
import { longestRetention } from './retention.ts'

const dayMs = 86_400_000

/** Tables that are cut by day. */
export const tablesByDay = ['sample_minute', 'track_minute', 'sample_chunk'] as const
export type TableByDay = (typeof tablesByDay)[number]

/** The UTC day of an instant, as a partition is named: `20261128`. */
const compact = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')
const bound = (day: number): string => new Date(day * dayMs).toISOString()

/** Days since the epoch. O(1). */
export const dayOf = (epochMs: number): number => Math.floor(epochMs / dayMs)

/**
 * Makes the partitions of days that have none yet; those known from before cost nothing.
 * Partitions are cut at midnight UTC, so that no calendar has to be asked.
 * @param known  what was made before; grows
 * Source: own. One statement a new day.
 */
export async function ensureDays(database: Database, known: Set<string>, table: TableByDay, days: Iterable<number>) {
  for (const day of new Set(days)) {
    const name = partitionOf(table, day)
    if (known.has(name)) continue
    await database.exec(
      `create table if not exists ${name} partition of ${table} for values from ('${bound(day)}') to ('${bound(day + 1)}')`,
    )
    known.add(name)
  }
}

/** The name of the partition of a day. */
export const partitionOf = (table: TableByDay, day: number): string => `${table}_${compact(day)}`

/**
 * Drops the days that are kept no longer, whole: longest by the settings of all zones, for the days are shared by them.
 * @returns the names of the dropped partitions
 * Source: plant telemetry §2. Two statements, and one an old day.
 */
export async function dropOldDays(database: Database, now: number): Promise<readonly string[]> {
  const daysKept = await longestRetention(database.db)
  const { rows } = await sql<{ name: string; parent: string }>`
    select c.relname as name, p.relname as parent from pg_inherits i
    join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where p.relname in (${sql.join([...tablesByDay])})`.execute(database.db)
  const old = rows.filter(({ name, parent }) => {
    const table = tablesByDay.find((known) => known === parent)
    return table !== undefined && name < partitionOf(table, dayOf(now) - daysKept[table])
  })
  for (const { name } of old) await database.exec(`drop table ${name}`)
  return old.map(({ name }) => name)
}
