import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryResult,
} from 'kysely'
import { assert } from '@tingzhou/kernel'
import { repoRoot } from './root.ts'

type Answer = {
  readonly id: number
  readonly value?: unknown
  readonly error?: Record<string, unknown> & { message: string }
}
type Pending = { resolve: (value: unknown) => void; reject: (error: Error) => void }

/** The embedded PostgreSQL in its thread. One statement runs at a time; `acquire` hands out the one connection in turn. */
export type PGliteWorker = {
  readonly call: (op: string, message?: Record<string, unknown>) => Promise<unknown>
  readonly acquire: () => Promise<() => void>
  readonly stop: () => Promise<void>
}

/**
 * Starts the embedded database.
 * @param options  dataDir: folder on disk, absent for memory; image: a tar of a prepared data folder, used once to fill an empty one
 * @throws Error when the data folder cannot be opened
 */
export async function startPGlite(options: { dataDir?: string; image?: string }): Promise<PGliteWorker> {
  const worker = new Worker(join(repoRoot(), 'core/db/pglite-worker.mjs'), { workerData: options })
  const pending = new Map<number, Pending>()
  let lastId = 0
  let dead: Error | null = null

  const fail = (error: Error) => {
    dead = error
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }
  worker.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id)
    pending.delete(answer.id)
    if (answer.error) waiting?.reject(Object.assign(new Error(answer.error.message), answer.error))
    else waiting?.resolve(answer.value)
  })
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`the embedded database stopped with code ${code}`)))

  const ready = new Promise((resolve, reject) => pending.set(0, { resolve, reject }))
  const call = (op: string, message: Record<string, unknown> = {}) =>
    new Promise<unknown>((resolve, reject) => {
      if (dead) return reject(dead)
      const id = ++lastId
      pending.set(id, { resolve, reject })
      worker.postMessage({ ...message, id, op })
    })
  await ready
  return { call, acquire: createTurnstile(), stop: async () => void (await worker.terminate()) }
}

/** A queue of one: each caller waits for the release of the one before. */
function createTurnstile(): () => Promise<() => void> {
  let tail: Promise<void> = Promise.resolve()
  return async () => {
    const before = tail
    let release = () => {}
    tail = new Promise((resolve) => (release = resolve))
    await before
    return release
  }
}

/** Kysely's PostgreSQL dialect over the embedded database. */
export class PGliteDialect implements Dialect {
  readonly #worker: PGliteWorker

  constructor(worker: PGliteWorker) {
    this.#worker = worker
  }

  createDriver(): Driver {
    return new PGliteDriver(this.#worker)
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new PostgresAdapter()
  }

  // Kysely's own interface asks for any here.
  // oxlint-disable-next-line typescript/no-explicit-any
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new PostgresIntrospector(db)
  }
}

class PGliteDriver implements Driver {
  readonly #worker: PGliteWorker

  constructor(worker: PGliteWorker) {
    this.#worker = worker
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PGliteConnection> {
    return new PGliteConnection(this.#worker, await this.#worker.acquire())
  }

  async beginTransaction(connection: DatabaseConnection, settings: { isolationLevel?: string }): Promise<void> {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : ''
    await connection.executeQuery(CompiledQuery.raw(`begin${level}`))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint "${name}"`))
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to "${name}"`))
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release "${name}"`))
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    assert(connection instanceof PGliteConnection, 'the driver releases its own connection')
    connection.release()
  }

  async destroy(): Promise<void> {}
}

class PGliteConnection implements DatabaseConnection {
  readonly #worker: PGliteWorker
  readonly release: () => void

  constructor(worker: PGliteWorker, release: () => void) {
    this.#worker = worker
    this.release = release
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const answer = await this.#worker.call('query', { sql: query.sql, params: query.parameters })
    // The worker's answer has the shape its query operation gives.
    const { rows, affected } = answer as { rows: R[]; affected: number }
    return { rows, numAffectedRows: BigInt(affected) }
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the embedded database has no cursors; page by key instead')
  }
}
