import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { PGliteDialect, startPGlite } from './pglite.ts'
import { embeddedSession, serverSession, type Session, type SessionKind } from './session.ts'
import type { Db, Tables } from './tables.ts'

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
  const worker = await startPGlite({
    ...(options.dataDir ? { dataDir: options.dataDir } : {}),
    ...(options.image ? { image: options.image } : {}),
  })
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = await worker.acquire()
    try {
      return await work()
    } finally {
      release()
    }
  }
  const db = new Kysely<Tables>({ dialect: new PGliteDialect(worker) })
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

// Distinct statements are few (one a query of the code and set of changed columns); past this they are sent unprepared.
const preparedMax = 2_000
const prepared = new Map<string, string>()

/** Prepares each statement once a connection: the server plans it once instead of every time. */
class PreparingClient extends pg.Client {
  // The driver's overloads cannot be repeated here; what is not a plain statement with values passes through.
  // oxlint-disable-next-line typescript/no-explicit-any
  override query(...args: any[]): any {
    const [text, values] = args
    const plain = typeof text === 'string' && Array.isArray(values) && values.length > 0
    const name = plain ? nameOf(text) : null
    // oxlint-disable-next-line typescript/no-explicit-any
    const query = super.query.bind(this) as any
    return name === null ? query(...args) : query({ name, text, values }, ...args.slice(2))
  }
}

function nameOf(text: string): string | null {
  const known = prepared.get(text)
  if (known || prepared.size >= preparedMax) return known ?? null
  const name = `q${prepared.size}`
  prepared.set(text, name)
  return name
}

async function openServer(databaseUrl: string, connectionsMax: number): Promise<Database> {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: databaseUrl,
    max: connectionsMax,
    options: '-c timezone=UTC',
    // A parser a type: the driver's own signature is overloaded.
    types: {
      getTypeParser: ((oid: number, format: 'text') => parsers.get(oid) ?? getTypeParser(oid, format)) as never,
    },
  })
  // An idle connection that the server drops must not stop the process; the next query opens another.
  pool.on('error', () => {})
  await pool.query('select 1')
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    kind: 'postgres',
    db,
    exec: async (sql) => void (await pool.query(sql)),
    copyOut: (select) => serverCopyOut(pool, select),
    copyIn: (table, bytes) => serverCopyIn(pool, table, bytes),
    session: (kind, work) => serverSession(pool, kind, work),
    dumpImage: async () => {
      throw new Error('only the embedded database has an image; use the backup command')
    },
    close: () => db.destroy(),
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
