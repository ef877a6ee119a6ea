import {
  CompiledQuery,
  type Compilable,
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
  type RawBuilder,
} from 'kysely'
import { assert } from '@tingzhou/kernel'
import type { Db, Tx } from './tables.ts'

/** One connection to a database, embedded or served. */
export type Wire = {
  /** Sends statements in one go and gives their results in order; the first error is thrown when all have been answered. */
  readonly send: (queries: readonly CompiledQuery[]) => Promise<readonly QueryResult<unknown>[]>
  readonly release: () => void
}

/** A statement that waits for the commit behind it. */
type Last = CompiledQuery & { readonly last: true }
/** Statements that are answered together. */
type Together = CompiledQuery & { readonly together: readonly CompiledQuery[] }

/**
 * Runs the last statement of a transaction: it travels with the commit, in one round trip. Its result is not given; its error
 * is that of the transaction.
 */
export async function executeLast(tx: Tx, query: CompiledQuery): Promise<void> {
  const last: Last = { ...query, last: true }
  await tx.executeQuery(last)
}

/**
 * Runs statements in one round trip, each after the one before; it sees what that one waited for.
 * @returns the rows of each
 */
export async function executeTogether<R extends readonly unknown[]>(
  tx: Tx | Db,
  ...queries: { readonly [I in keyof R]: Asked<R[I]> }
): Promise<{ readonly [I in keyof R]: readonly R[I][] }> {
  const [first, ...more] = queries.map((query) => compiledOf(tx, query))
  assert(first, 'there is something to ask')
  const all: Together = { ...first, together: [first, ...more] }
  const { rows } = await tx.executeQuery(all)
  // The connection answers such a query with the rows of each.
  return rows as unknown as { readonly [I in keyof R]: readonly R[I][] }
}

/** A query of Kysely's builder, one of its templates, or one that is compiled. */
type Asked<R> = Compilable<R> | RawBuilder<R> | CompiledQuery<R>

function compiledOf(tx: Tx | Db, query: Asked<unknown>): CompiledQuery {
  if (!('compile' in query)) return query
  return 'isRawBuilder' in query ? query.compile(tx) : query.compile()
}

/** Kysely's PostgreSQL dialect over wires. A transaction begins with its first statement and its last travels with the commit. */
export class WireDialect implements Dialect {
  readonly #driver: Driver

  constructor(acquire: () => Promise<Wire>, destroy: () => Promise<void>) {
    this.#driver = new WireDriver(acquire, destroy)
  }

  createDriver(): Driver {
    return this.#driver
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

class WireDriver implements Driver {
  readonly #acquire: () => Promise<Wire>
  readonly #destroy: () => Promise<void>

  constructor(acquire: () => Promise<Wire>, destroy: () => Promise<void>) {
    this.#acquire = acquire
    this.#destroy = destroy
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<WireConnection> {
    return new WireConnection(await this.#acquire())
  }

  async beginTransaction(connection: DatabaseConnection, settings: { isolationLevel?: string }): Promise<void> {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : ''
    ours(connection).begin(CompiledQuery.raw(`begin${level}`))
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return ours(connection).end(CompiledQuery.raw('commit'))
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return ours(connection).abandon(CompiledQuery.raw('rollback'))
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
    ours(connection).release()
  }

  destroy(): Promise<void> {
    return this.#destroy()
  }
}

function ours(connection: DatabaseConnection): WireConnection {
  assert(connection instanceof WireConnection, 'the driver is handed its own connections')
  return connection
}

/** Holds back what needs no answer of its own until a statement follows that does. */
class WireConnection implements DatabaseConnection {
  readonly #wire: Wire
  #begin: CompiledQuery | null = null
  #last: CompiledQuery | null = null

  constructor(wire: Wire) {
    this.#wire = wire
  }

  async executeQuery<R>(query: CompiledQuery | Last | Together): Promise<QueryResult<R>> {
    if ('last' in query) {
      // Two last statements: the first is not the last after all.
      await this.#send(this.#held())
      this.#last = query
      return { rows: [] }
    }
    const queries = 'together' in query ? query.together : [query]
    const results = (await this.#send([...this.#held(), ...queries])).slice(-queries.length)
    if ('together' in query) return { rows: results.map((result) => result.rows) as R[] }
    const [result] = results
    assert(result, 'a statement has a result')
    // The rows are what the caller of Kysely says they are.
    return result as QueryResult<R>
  }

  begin(query: CompiledQuery): void {
    this.#begin = query
  }

  async end(commit: CompiledQuery): Promise<void> {
    const begun = this.#begin === null
    const held = this.#held()
    // Nothing was asked between begin and commit.
    if (!begun && held.length === 1) return
    await this.#send([...held, commit])
  }

  async abandon(rollback: CompiledQuery): Promise<void> {
    const begun = this.#begin === null
    this.#held()
    if (begun) await this.#send([rollback])
  }

  release(): void {
    this.#wire.release()
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('there are no cursors; page by key instead')
  }

  #held(): readonly CompiledQuery[] {
    const held = [this.#begin, this.#last].filter((query) => query !== null)
    this.#begin = null
    this.#last = null
    return held
  }

  #send(queries: readonly CompiledQuery[]): Promise<readonly QueryResult<unknown>[]> {
    return queries.length > 0 ? this.#wire.send(queries) : Promise.resolve([])
  }
}
