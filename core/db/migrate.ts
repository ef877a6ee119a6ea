import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { migrationOrder } from './order.ts'
import { repoRoot } from './root.ts'

/** One forward step of the schema, e.g. `core/parties/0001_party`. */
export type Migration = { readonly name: string; readonly sql: string; readonly sha256: string }

/**
 * Every migration of the checkout, in the order of running.
 * @throws Error when a package with migrations is missing from `migrationOrder`
 */
export function listMigrations(root: string = repoRoot()): readonly Migration[] {
  const known = new Set(migrationOrder)
  for (const floor of ['core', 'modules'])
    for (const name of existsSync(join(root, floor)) ? readdirSync(join(root, floor)) : [])
      if (existsSync(join(root, floor, name, 'migrations')) && !known.has(`${floor}/${name}`))
        throw new Error(`${floor}/${name} has migrations but no place in core/db/order.ts`)
  return migrationOrder.flatMap((folder) => readFolder(root, folder))
}

function readFolder(root: string, folder: string): Migration[] {
  const path = join(root, folder, 'migrations')
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(path, file), 'utf8')
      return {
        name: `${folder}/${file.slice(0, -'.sql'.length)}`,
        sql: text,
        sha256: createHash('sha256').update(text).digest('hex'),
      }
    })
}

const ledger = `create table if not exists migration (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
)`

/**
 * Brings the database to the schema of the checkout. Each migration is one transaction; two processes that start at once do it once.
 * @returns the names that ran now
 * @throws Error when an applied migration was edited afterwards, or one fails (named)
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = listMigrations(),
): Promise<readonly string[]> {
  await database.exec(ledger)
  const before = await sql<{ name: string; sha256: string }>`select name, sha256 from migration`.execute(database.db)
  const applied = new Map(before.rows.map((row) => [row.name, row.sha256]))
  const ran: string[] = []
  for (const migration of migrations) {
    const sha256 = applied.get(migration.name)
    if (sha256 === migration.sha256) continue
    if (sha256) throw new Error(`${migration.name} was edited after it had been applied; add a new migration instead`)
    await apply(database, migration)
    ran.push(migration.name)
  }
  return ran
}

async function apply(database: Database, migration: Migration): Promise<void> {
  // The primary key of the ledger makes a second process fail here, before it changes anything.
  const claim = `insert into migration (name, sha256) values ('${migration.name}', '${migration.sha256}');`
  try {
    await database.exec(`begin;\n${claim}\n${migration.sql}\n;commit;`)
  } catch (cause) {
    await database.exec('rollback')
    const now = await sql<{ sha256: string }>`select sha256 from migration where name = ${migration.name}`.execute(
      database.db,
    )
    if (now.rows[0]?.sha256 === migration.sha256) return
    throw new Error(`${migration.name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
