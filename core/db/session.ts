import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import type { Pool } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { PGliteWorker } from './pglite.ts'

/** One connection in one transaction, for whole tables: a snapshot that nobody's writes reach, or one change. */
export type Session = {
  readonly query: <R>(sql: string) => Promise<readonly R[]>
  readonly exec: (sql: string) => Promise<void>
  /** The rows of a table as `copy … to` writes them, the stated columns only. */
  readonly copyOut: (table: string, columns: readonly string[]) => AsyncIterable<Uint8Array>
  /** Takes what `copyOut` gave, cut anywhere. */
  readonly copyIn: (table: string, columns: readonly string[], chunks: AsyncIterable<Uint8Array>) => Promise<void>
}
export type SessionKind = 'snapshot' | 'change'

// The text of a value must not depend on the server's settings.
const settings = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
  set local extra_float_digits = 1; set local bytea_output = 'hex'`
const begin = (kind: SessionKind) =>
  `begin isolation level repeatable read ${kind === 'snapshot' ? 'read only' : 'read write'}; ${settings}`

/** Quotes a name for SQL. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
const list = (columns: readonly string[]): string => columns.map(quote).join(', ')

// The embedded database gives and takes a copy as one piece: 1,000 pages of 8 kB at a time.
const pagesPerPiece = 1_000
const pieceBytes = 8_192_000

/** A session on the embedded database; everybody else waits until it ends. */
export async function embeddedSession<T>(
  worker: PGliteWorker,
  kind: SessionKind,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const exec = async (sql: string) => void (await worker.call('exec', { sql }))
  const query = async <R>(sql: string): Promise<readonly R[]> => {
    // The worker's answer has the shape its query operation gives.
    const answer = (await worker.call('query', { sql, params: [] })) as { rows: R[] }
    return answer.rows
  }
  const session: Session = {
    exec,
    query,
    copyOut: (table, columns) => copyPieces(worker, query, table, columns),
    copyIn: async (table, columns, chunks) => {
      for await (const bytes of wholeRows(chunks))
        await worker.call('copyIn', { sql: `copy ${quote(table)} (${list(columns)}) from '/dev/blob'`, bytes })
    },
  }
  const release = await worker.acquire()
  try {
    await exec(begin(kind))
    const result = await work(session)
    await exec('commit')
    return result
  } catch (error) {
    await exec('rollback')
    throw error
  } finally {
    release()
  }
}

async function* copyPieces(
  worker: PGliteWorker,
  query: Session['query'],
  table: string,
  columns: readonly string[],
): AsyncIterable<Uint8Array> {
  const size = await query<{ pages: number; whole: boolean }>(
    `select (pg_relation_size(oid) / 8192)::int as pages, relkind = 'p' as whole from pg_class where oid = '${quote(table)}'::regclass`,
  )
  const { pages = 0, whole = false } = size[0] ?? {}
  const select = `select ${list(columns)} from ${quote(table)}`
  const pieces = whole ? [''] : Array.from({ length: Math.ceil(pages / pagesPerPiece) }, (_, i) => ctidRange(i))
  for (const where of pieces) {
    const bytes = await worker.call('copyOut', { sql: `copy (${select}${where}) to '/dev/blob'` })
    // The worker gives the bytes of the copy.
    yield bytes as Uint8Array
  }
}

const ctidRange = (piece: number): string =>
  ` where ctid >= '(${piece * pagesPerPiece},0)' and ctid < '(${(piece + 1) * pagesPerPiece},0)'`

/** Gathers chunks into pieces that end with a row: in copy's text a line feed is always the end of a row. */
async function* wholeRows(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.length
    if (size < pieceBytes) continue
    const bytes = Buffer.concat(held)
    const end = bytes.lastIndexOf(10) + 1
    if (end > 0) yield bytes.subarray(0, end)
    held = [bytes.subarray(end)]
    size = bytes.length - end
  }
  if (size > 0) yield Buffer.concat(held)
}

/** A session on a server: a connection of its own, others go on. */
export async function serverSession<T>(
  pool: Pool,
  kind: SessionKind,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  const exec = async (sql: string) => void (await client.query(sql))
  const session: Session = {
    exec,
    query: async <R>(sql: string) => (await client.query(sql)).rows as R[],
    copyOut: (table, columns) => client.query(copyTo(`copy (select ${list(columns)} from ${quote(table)}) to stdout`)),
    copyIn: (table, columns, chunks) =>
      pipeline(Readable.from(chunks), client.query(copyFrom(`copy ${quote(table)} (${list(columns)}) from stdin`))),
  }
  let broken: Error | undefined
  try {
    await exec(begin(kind))
    const result = await work(session)
    await exec('commit')
    return result
  } catch (error) {
    // A connection that cannot even roll back is thrown away.
    await exec('rollback').catch((cause: unknown) => (broken = cause instanceof Error ? cause : new Error('rollback')))
    throw error
  } finally {
    client.release(broken)
  }
}
