import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { migrate, openDatabase, type Database } from '@tingzhou/db'

/** A migrated database of a bench's own; `drop` removes it. */
export type Scratch = {
  readonly database: Database
  readonly url: string | null
  readonly dataDir: string | null
  readonly drop: () => Promise<void>
}

/** The server that benches measure: TEST_DATABASE_URL, else the one on this machine. */
export const serverUrl = (): string => process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** An embedded database in a temporary folder on disk, as the product keeps it. */
export async function embeddedScratch(): Promise<Scratch> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-bench-'))
  const database = await openDatabase({ dataDir })
  await migrate(database)
  const drop = async () => {
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { database, url: null, dataDir, drop }
}

/** A database on the server. */
export async function serverScratch(connectionsMax: number): Promise<Scratch> {
  const { url, drop: dropName } = await createOnServer()
  const database = await openDatabase({ databaseUrl: url, connectionsMax })
  await migrate(database)
  const drop = async () => {
    await database.close()
    await dropName()
  }
  return { database, url, dataDir: null, drop }
}

/** An empty database on the server; `npm run bench` and `npm run soak` drop theirs at the end. */
export async function createOnServer(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `tz_bench_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}`)
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`drop database if exists ${name} with (force)`) }
}

async function onServer(sql: string): Promise<void> {
  const admin = await openDatabase({ databaseUrl: serverUrl(), connectionsMax: 1 })
  try {
    await admin.exec(sql)
  } finally {
    await admin.close()
  }
}

/**
 * A tool that comes with PostgreSQL's server package.
 * @throws Error when it is not installed
 */
export function postgresTool(name: string): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
    ...versions.map((version) => join(debian, version, 'bin')),
  ]
  const file = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (!file) throw new Error(`${name} was not found; it comes with Debian's package postgresql`)
  return file
}
