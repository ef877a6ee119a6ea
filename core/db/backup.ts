import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { EpochMs } from '@tingzhou/kernel'
import {
  countRows,
  listForeignKeys,
  listPartitions,
  listSequences,
  listTables,
  type Partition,
  type Sequence,
  type Table,
} from './catalog.ts'
import type { Database } from './database.ts'
import { listMigrations, migrate, type Migration } from './migrate.ts'
import { quote, type Session } from './session.ts'
import { readTar, writeTar, type TarEntry } from './tar.ts'

/** A table as it was copied: the rows' text in `copy` format, and its SHA-256. */
export type CopiedTable = Table & { readonly rows: number; readonly bytes: number; readonly sha256: string }

/** What a backup says of itself, first of all its files. */
export type Manifest = {
  readonly product: 'tingzhou'
  readonly format: 1
  readonly createdAt: number
  readonly migrations: readonly { readonly name: string; readonly sha256: string }[]
  readonly tables: readonly CopiedTable[]
  /** Absent in backups of before there were any. */
  readonly partitions?: readonly Partition[]
  readonly sequences: readonly Sequence[]
  readonly attachments: readonly { readonly name: string; readonly size: number }[]
  /** What the product wants to find again, such as the last seal of the history. */
  readonly notes: Readonly<Record<string, unknown>>
}

/** A file that belongs to the rows. */
export type Attachment = { readonly name: string; readonly path: string }

export type BackupOptions = {
  /** Folder for the copies while they are packed; about as large as the database. */
  readonly folder: string
  readonly now: EpochMs
  /** Asked inside the snapshot, so that it fits the rows. */
  readonly attachments?: (session: Session) => Promise<readonly Attachment[]>
  readonly notes?: (session: Session) => Promise<Readonly<Record<string, unknown>>>
}

/** A backup being written. */
export type Backup = { readonly manifest: Manifest; readonly stream: Readable }

const manifestName = 'manifest.json'
const tablePrefix = 'tables/'
const attachmentPrefix = 'attachments/'

/**
 * Copies everything out of a running database: all tables from one snapshot, the files that belong to them, and a manifest with
 * counts and hashes; one .tar.gz. The embedded database is held only while its tables are copied to disk, not while they are packed.
 * @returns the manifest and the archive's bytes; the copies are removed when the stream ends or is destroyed
 * @throws Error when the disk is full or a file of the rows is missing
 * Source: own; PostgreSQL `copy` text format, POSIX ustar, gzip. Memory: a few pieces of 8 MB.
 */
export async function createBackup(database: Database, options: BackupOptions): Promise<Backup> {
  const folder = await mkdtemp(join(options.folder, 'backup-'))
  try {
    const { attachments, ...copied } = await database.session('snapshot', async (session) => ({
      migrations: await session.query<{ name: string; sha256: string }>(
        'select name, sha256 from migration order by name',
      ),
      tables: await copyTables(session, folder),
      partitions: await listPartitions(session),
      sequences: await listSequences(session),
      attachments: (await options.attachments?.(session)) ?? [],
      notes: (await options.notes?.(session)) ?? {},
    }))
    const sized = await Promise.all(attachments.map(async (file) => ({ ...file, size: (await stat(file.path)).size })))
    const manifest: Manifest = {
      product: 'tingzhou',
      format: 1,
      createdAt: options.now,
      ...copied,
      attachments: sized.map(({ name, size }) => ({ name, size })),
    }
    const archive = thenRemove(folder, writeTar(entriesOf(manifest, folder, sized), Math.floor(options.now / 1_000)))
    const stream = createGzip()
    // An error while packing reaches the reader through the stream.
    pipeline(Readable.from(archive, { objectMode: false }), stream).catch(() => {})
    return { manifest, stream }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Also when the reader goes away before the end. */
async function* thenRemove(folder: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function copyTables(session: Session, folder: string): Promise<readonly CopiedTable[]> {
  const copied: CopiedTable[] = []
  for (const table of await listTables(session)) {
    const rows = await countRows(session, table.name)
    const sha256 = createHash('sha256')
    let bytes = 0
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sha256.update(chunk)
        bytes += chunk.length
        done(null, chunk)
      },
    })
    await pipeline(
      Readable.from(session.copyOut(table.name, table.columns), { objectMode: false }),
      measure,
      createWriteStream(join(folder, table.name), { mode: 0o600 }),
    )
    copied.push({ ...table, rows, bytes, sha256: sha256.digest('hex') })
  }
  return copied
}

function* entriesOf(
  manifest: Manifest,
  folder: string,
  attachments: readonly (Attachment & { size: number })[],
): Iterable<TarEntry> {
  const head = Buffer.from(JSON.stringify(manifest, null, 1))
  yield { name: manifestName, size: head.length, body: Readable.from([head], { objectMode: false }) }
  for (const { name, bytes } of manifest.tables)
    yield { name: tablePrefix + name, size: bytes, body: createReadStream(join(folder, name)) }
  for (const { name, size, path } of attachments)
    yield { name: attachmentPrefix + name, size, body: createReadStream(path) }
}

/** Why a backup cannot be put back; the message says what to do. */
export class RestoreRefused extends Error {}

export type RestoreOptions = {
  /** Keeps a file that belongs to the rows; must read the whole body. */
  readonly keep?: (name: string, body: AsyncIterable<Uint8Array>) => Promise<void>
  readonly migrations?: readonly Migration[]
}

/**
 * Puts a backup into an empty database: the schema as it was then, all rows in one transaction, then the migrations made since.
 * Every table is checked against the manifest, as it is read and as it stands afterwards.
 * @param archive  the bytes of the .tar.gz
 * @returns the manifest
 * @throws RestoreRefused when the target is not empty, or the backup is of a newer version, damaged or cut off; the target is empty then
 * Source: own. Foreign keys are taken away and put back around the copying, so that the order of tables and rows does not matter.
 */
export async function restoreBackup(
  database: Database,
  archive: Readable,
  options: RestoreOptions = {},
): Promise<Manifest> {
  await refuseUnlessEmpty(database)
  const plain = createGunzip()
  try {
    const reading = pipeline(archive, plain)
    // What breaks the reading breaks the loop below too; this only keeps it from being reported twice.
    reading.catch(() => {})
    const entries = readTar(plain)[Symbol.asyncIterator]()
    const manifest = await readManifest(await entries.next())
    const migrations = options.migrations ?? listMigrations()
    await migrate(database, thoseOf(manifest, migrations))
    await database.session('change', (session) => fill(session, manifest, entries, options))
    await verifyTables(database, manifest)
    await migrate(database, migrations)
    return manifest
  } catch (error) {
    await database.exec('drop schema public cascade; create schema public')
    if (error instanceof RestoreRefused) throw error
    throw new RestoreRefused(`the backup cannot be put back: ${reason(error)}`, { cause: error })
  } finally {
    plain.destroy()
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function refuseUnlessEmpty(database: Database): Promise<void> {
  const tables = await database.session('snapshot', (session) =>
    session.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') limit 3`,
    ),
  )
  if (tables.length > 0)
    throw new RestoreRefused(
      `the target database is not empty: it has ${tables.map(({ name }) => name).join(', ')} …; name an empty one`,
    )
}

async function readManifest(first: IteratorResult<TarEntry>): Promise<Manifest> {
  if (first.done || first.value.name !== manifestName)
    throw new RestoreRefused('this is no backup of Tingzhou: it has no manifest')
  const chunks: Uint8Array[] = []
  for await (const chunk of first.value.body) chunks.push(chunk)
  const manifest: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  if (typeof manifest !== 'object' || manifest === null || !('product' in manifest) || manifest.product !== 'tingzhou')
    throw new RestoreRefused('this is no backup of Tingzhou')
  if (!('format' in manifest) || manifest.format !== 1)
    throw new RestoreRefused(
      `format ${'format' in manifest ? String(manifest.format) : '?'} of the backup is not known; use a newer version`,
    )
  // Format 1 is written by createBackup only.
  return manifest as Manifest
}

/** The migrations that made the backup's schema, in this version's order. */
function thoseOf(manifest: Manifest, known: readonly Migration[]): readonly Migration[] {
  const wanted = new Map(manifest.migrations.map(({ name, sha256 }) => [name, sha256]))
  const found = known.filter(({ name, sha256 }) => wanted.get(name) === sha256)
  const missing = manifest.migrations.filter(({ name }) => !found.some((migration) => migration.name === name))
  if (missing.length > 0)
    throw new RestoreRefused(
      `the backup was made by another version: this one does not have ${missing.map(({ name }) => name).join(', ')}; restore with the version that made it, or a newer one`,
    )
  return found
}

async function fill(
  session: Session,
  manifest: Manifest,
  entries: AsyncIterator<TarEntry>,
  options: RestoreOptions,
): Promise<void> {
  for (const partition of manifest.partitions ?? []) await addPartition(session, partition)
  const keys = await listForeignKeys(session)
  for (const { table, name } of keys) await session.exec(`alter table ${table} drop constraint ${name}`)
  const missing = new Map(manifest.tables.map((table) => [table.name, table]))
  const files = new Set(manifest.attachments.map(({ name }) => name))
  for (let next = await entries.next(); !next.done; next = await entries.next()) {
    const { name, body } = next.value
    const table = name.startsWith(tablePrefix) ? missing.get(name.slice(tablePrefix.length)) : undefined
    if (table) {
      await fillTable(session, table, body)
      missing.delete(table.name)
    } else if (files.delete(name.slice(attachmentPrefix.length))) {
      await options.keep?.(name.slice(attachmentPrefix.length), body)
    } else throw new RestoreRefused(`the archive holds ${name}, which its manifest does not name`)
  }
  const lost = [...missing.keys(), ...files]
  if (lost.length > 0) throw new RestoreRefused(`the archive lacks ${lost.slice(0, 5).join(', ')}`)
  for (const { name, value } of manifest.sequences) await session.exec(`select setval('${quote(name)}', ${value})`)
  for (const { table, name, definition } of keys)
    await session.exec(`alter table ${table} add constraint ${name} ${definition}`)
}

// What is executed is never taken from an archive as it stands.
const boundRule = /^FOR VALUES FROM \('[\d :.+-]+'\) TO \('[\d :.+-]+'\)$/

async function addPartition(session: Session, { name, parent, bound }: Partition): Promise<void> {
  if (!boundRule.test(bound)) throw new RestoreRefused(`partition ${name} has a bound that is not known: ${bound}`)
  await session.exec(`create table ${quote(name)} partition of ${quote(parent)} ${bound.toLowerCase()}`)
}

async function fillTable(session: Session, table: CopiedTable, body: AsyncIterable<Uint8Array>): Promise<void> {
  // Rows that migrations bring stand in the backup as well.
  if ((await countRows(session, table.name)) > 0) await session.exec(`delete from ${quote(table.name)}`)
  const sha256 = createHash('sha256')
  const measured = (async function* () {
    for await (const chunk of body) {
      sha256.update(chunk)
      yield chunk
    }
  })()
  await session.copyIn(table.name, table.columns, measured)
  if (sha256.digest('hex') !== table.sha256)
    throw new RestoreRefused(`table ${table.name} is damaged: its SHA-256 is not the manifest's`)
  const rows = await countRows(session, table.name)
  if (rows !== table.rows)
    throw new RestoreRefused(`table ${table.name} has ${rows} rows, the manifest says ${table.rows}`)
}

/** Copies every table out again and compares: what stands is what was backed up. */
async function verifyTables(database: Database, manifest: Manifest): Promise<void> {
  await database.session('snapshot', async (session) => {
    for (const { name, columns, sha256 } of manifest.tables) {
      const again = createHash('sha256')
      for await (const chunk of session.copyOut(name, columns)) again.update(chunk)
      if (again.digest('hex') !== sha256) throw new RestoreRefused(`table ${name} does not stand as it was backed up`)
    }
  })
}
