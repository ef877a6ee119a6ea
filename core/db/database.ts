import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Kysely } from 'kysely'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { pgliteWire, startPGlite } from './pglite.ts'
import { openPipeline, type Pipeline, type ReaderOf } from './pipeline.ts'
import { embeddedSession, serverSession, type Session, type SessionKind } from './session.ts'
import type { Db, Tables } from './tables.ts'
import { WireDialect, type Wire } from './wire.ts'

/** An open database, embedded or served; the same SQL runs on both. */
export type Database = {
  readonly kind: 'pglite' | 'postgres'
  readonly db: Db
  /** Runs several statements without parameters, in one implicit transaction. */
  readonly exec: (sql: string) => Promise<void>
  /** Runs `copy … to stdout` (written without a target) and gives the bytes. */
  readonly copyOut: (select: string) => Promise<Uint8Array>
  /** Runs `copy … from stdin` with the bytes. */
  readonly copyIn: (table: string, bytes: Uint8Array) => Promise<void>
  /** Runs work on one connection in one transaction, for whole tables: backup and restore. */
  readonly session: <T>(kind: SessionKind, work: (session: Session) => Promise<T>) => Promise<T>
  /** Writes a tar of the whole data folder; only embedded. */
  readonly dumpImage: (file: string) => Promise<void>
  readonly close: () => Promise<void>
}

export type DatabaseOptions = {
  /** Folder of the embedded database; absent for one in memory. */
  readonly dataDir?: string
  /** A prepared data folder (tar) that fills an empty embedded database. */
  readonly image?: string
  /** An embedded database that begins fast and will stay small, such as a test's. */
  readonly isSmall?: boolean
  /** `postgres://…`: a server instead of the embedded database. */
  readonly databaseUrl?: string
  /** Most connections to a server. */
  readonly connectionsMax?: number
}

/**
 * Opens the database that the options name: PostgreSQL by URL, else the embedded one.
 * @throws Error when it cannot be reached or its data folder cannot be opened
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl ? openServer(options.databaseUrl, options.connectionsMax ?? 10) : openEmbedded(options)
}

async function openEmbedded(options: DatabaseOptions): Promise<Database> {
  const worker = await startPGlite(options)
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = await worker.acquire()
    try {
      return await work()
    } finally {
      release()
    }
  }
  const db = new Kysely<Tables>({
    dialect: new WireDialect(
      () => pgliteWire(worker),
      async () => {},
    ),
  })
  return {
    kind: 'pglite',
    db,
    exec: async (sql) => void (await alone(() => worker.call('exec', { sql }))),
    // The worker gives the bytes of the copy.
    copyOut: async (select) =>
      (await alone(() => worker.call('copyOut', { sql: `copy ${select} to '/dev/blob'` }))) as Uint8Array,
    copyIn: async (table, bytes) =>
      void (await alone(() => worker.call('copyIn', { sql: `copy ${table} from '/dev/blob'`, bytes }))),
    session: (kind, work) => embeddedSession(worker, kind, work),
    dumpImage: async (file) => void (await alone(() => worker.call('dump', { file }))),
    close: async () => {
      await db.destroy()
      await alone(() => worker.call('close'))
      await worker.stop()
    },
  }
}

const { builtins, getTypeParser } = pg.types
const text = (value: string) => value
const parsers = new Map<number, (value: string) => unknown>([
  [builtins.INT8, Number],
  [builtins.NUMERIC, text],
  [builtins.DATE, text],
  [builtins.TIME, text],
  [builtins.TIMESTAMP, text],
  [builtins.TIMESTAMPTZ, (value) => (value.endsWith('infinity') ? value : Math.round(new Date(value).getTime()))],
])

const copiesMax = 4
// Instants are UTC. A plan outlives the moment it was made in: with disks that need no arm to move, a table of three pages
// is already worth its index, and the plan stays right when the table has grown to three thousand.
const sessionSettings = '-c timezone=UTC -c random_page_cost=1.1'
const readerOf: ReaderOf = (typeId) => parsers.get(typeId) ?? getTypeParser(typeId, 'text')

/** A connection of the pool with its pipeline, which lives as long as the connection. */
async function serverWire(pool: pg.Pool, pipelines: WeakMap<object, Pipeline>): Promise<Wire> {
  const client = await pool.connect()
  const send = pipelines.get(client) ?? openPipeline(client, readerOf)
  pipelines.set(client, send)
  return { send, release: () => client.release() }
}

async function openServer(databaseUrl: string, connectionsMax: number): Promise<Database> {
  const common = {
    connectionString: databaseUrl,
    options: sessionSettings,
    // A parser a type: the driver's own signature is overloaded.
    types: { getTypeParser: readerOf as never },
  }
  const pool = new pg.Pool({ ...common, max: connectionsMax })
  // A copy may take long: it does not take the place of a request.
  const copies = new pg.Pool({ ...common, max: copiesMax })
  // An idle connection that the server drops must not stop the process; the next query opens another.
  for (const each of [pool, copies]) each.on('error', () => {})
  await pool.query('select 1')
  const pipelines = new WeakMap<object, Pipeline>()
  const db = new Kysely<Tables>({
    dialect: new WireDialect(
      () => serverWire(pool, pipelines),
      () => pool.end(),
    ),
  })
  return {
    kind: 'postgres',
    db,
    exec: async (sql) => void (await pool.query(sql)),
    copyOut: (select) => serverCopyOut(copies, select),
    copyIn: (table, bytes) => serverCopyIn(copies, table, bytes),
    session: (kind, work) => serverSession(copies, kind, work),
    dumpImage: async () => {
      throw new Error('only the embedded database has an image; use the backup command')
    },
    close: async () => {
      await copies.end()
      await db.destroy()
    },
  }
}

async function serverCopyOut(pool: pg.Pool, select: string): Promise<Uint8Array> {
  const client = await pool.connect()
  try {
    const stream = client.query(copyTo(`copy ${select} to stdout`))
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(stream, 'end')
    return Buffer.concat(chunks)
  } finally {
    client.release()
  }
}

async function serverCopyIn(pool: pg.Pool, table: string, bytes: Uint8Array): Promise<void> {
  const client = await pool.connect()
  try {
    await pipeline(Readable.from([bytes]), client.query(copyFrom(`copy ${table} from stdin`)))
  } finally {
    client.release()
  }
}
