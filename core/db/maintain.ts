import { sql } from 'kysely'
import type { Database } from './database.ts'
import { quote } from './session.ts'

type Worn = { readonly name: string; readonly dead: boolean }

/**
 * Does for the embedded database what a server's autovacuum does for itself: renews the statistics that plans are made from, and
 * clears rows that nobody can see any more. Nothing on a server.
 * @returns the tables that were looked after
 * Source: PostgreSQL manual 24.1.6, its default thresholds (50 + 10 % changed, 50 + 20 % dead). One statement a table.
 */
export async function maintainDatabase(database: Database): Promise<readonly string[]> {
  if (database.kind !== 'pglite') return []
  // Counts of changed rows wait up to a second in the session before they are seen.
  await database.exec('select pg_stat_force_next_flush()')
  const worn = await sql<Worn>`
    select relname as name, n_dead_tup > 50 + 0.2 * n_live_tup as dead from pg_stat_user_tables
    where schemaname = 'public' and (n_mod_since_analyze > 50 + 0.1 * n_live_tup or n_dead_tup > 50 + 0.2 * n_live_tup)
    order by relname`.execute(database.db)
  for (const { name, dead } of worn.rows) await database.exec(`${dead ? 'vacuum (analyze)' : 'analyze'} ${quote(name)}`)
  return worn.rows.map(({ name }) => name)
}
