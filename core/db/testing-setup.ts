import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase, type Database } from './database.ts'
import { listMigrations, migrate } from './migrate.ts'
import { repoRoot } from './root.ts'

/** Name of the schema of this checkout: changes whenever a migration does. */
export const schemaHash = (): string =>
  createHash('sha256')
    .update(
      listMigrations()
        .map((migration) => migration.name + migration.sha256)
        .join(),
    )
    .digest('hex')
    .slice(0, 16)

const cacheFolder = () => join(repoRoot(), 'node_modules/.cache/tingzhou')

/** Where the prepared image of an embedded database lies: of one that is migrated, or of one without a table. */
export const imageFile = (kind: 'migrated' | 'bare' = 'migrated'): string =>
  join(cacheFolder(), `image-${schemaHash()}-${kind}.tar`)

/** Name of the prepared database on a server. */
export const templateName = (): string => `tz_template_${schemaHash()}`

/** Prepares, once a run and schema, what every test database is copied from. Called by vitest before all tests. */
export async function setup(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) await prepareTemplate(process.env.TEST_DATABASE_URL)
  else await prepareImage()
}

/** Writes both images unless they are there. @returns the file of the migrated one */
export async function prepareImage(): Promise<string> {
  if (existsSync(imageFile())) return imageFile()
  mkdirSync(cacheFolder(), { recursive: true })
  for (const old of readdirSync(cacheFolder()))
    if (old.startsWith('image-') && !old.includes(schemaHash())) rmSync(join(cacheFolder(), old))
  const database = await openDatabase({ isSmall: true })
  await dumpTo(database, imageFile('bare'))
  await migrate(database)
  await dumpTo(database, imageFile())
  await database.close()
  return imageFile()
}

async function dumpTo(database: Database, file: string): Promise<void> {
  // A copy begins a quarter faster when it has nothing to recover.
  await database.exec('checkpoint')
  const draft = `${file}.${process.pid}`
  await database.dumpImage(draft)
  renameSync(draft, file)
}

/** Makes the database that tests on a server are copied from, unless it is there; of two runs that begin at once the second waits. */
export async function prepareTemplate(url: string, name = templateName()): Promise<void> {
  // One connection holds the lock, the other makes the database: that cannot be done within a transaction.
  const admin = await openDatabase({ databaseUrl: url, connectionsMax: 2 })
  try {
    await admin.db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtext(${name}))`.execute(tx)
      const { rows } = await sql`select 1 from pg_database where datname = ${name}`.execute(tx)
      if (rows.length === 0) await admin.exec(`create database ${name}`)
      const template = await openDatabase({ databaseUrl: databaseUrlFor(url, name), connectionsMax: 1 })
      await migrate(template)
      await template.close()
    })
  } finally {
    await admin.close()
  }
}

/** The same server, another database. */
export function databaseUrlFor(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
