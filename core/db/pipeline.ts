import type { CompiledQuery, QueryResult } from 'kysely'
import protocol from 'pg-protocol'
import { assert } from '@tingzhou/kernel'
import type pg from 'pg'
import { toText } from './parameter.ts'

// Some loaders of modules see of this package only what it exports as a whole.
const { serialize } = protocol

/** What a connection is sent in one packet, and what it answers. */
export type Pipeline = (queries: readonly CompiledQuery[]) => Promise<readonly QueryResult<unknown>[]>

type Read = (value: string) => unknown
/** Reads the text of a column by the number of its type. */
export type ReaderOf = (typeId: number) => Read
type Column = { readonly name: string; readonly read: Read }

/** A statement as the server knows it on one connection. */
type Statement = {
  /** Empty: prepared for this one time. */
  readonly name: string
  /** Whether the server has it: `maybe` from the sending until it is answered, and for good after an error. */
  prepared: 'yes' | 'no' | 'maybe'
  /** Its columns once they were described; they stay the same as long as it is prepared. */
  columns: readonly Column[] | null
}
type Call = {
  readonly statement: Statement
  readonly sql: string
  readonly values: readonly (string | Buffer | null)[]
}

// Distinct statements are few (one a query of the code and set of changed columns); past this they are sent unprepared.
const preparedMax = 2_000
// The protocol counts them in two bytes.
const parametersMax = 65_535
// Statements without parameters are mostly run once, such as those of migrations.
const worthPreparing = new Set(['begin', 'commit', 'rollback'])

/**
 * Opens a pipeline over a connection. Statements leave in one packet with one sync behind them: the server answers all in
 * one packet too, and skips what follows one that fails. Each is prepared and described once a connection.
 * Source: PostgreSQL manual 55.2.3 and 55.2.4, extended query and pipelining. O(statements) a packet.
 */
export function openPipeline(client: pg.Client | pg.PoolClient, readerOf: ReaderOf): Pipeline {
  const known = new Map<string, Statement>()
  const statementOf = (sql: string, parameters: number): Statement => {
    const found = known.get(sql)
    if (found) return found
    const keep = known.size < preparedMax && (parameters > 0 || worthPreparing.has(sql))
    const statement: Statement = { name: keep ? `q${known.size}` : '', prepared: 'no', columns: null }
    if (keep) known.set(sql, statement)
    return statement
  }
  return async (queries) => {
    const calls = queries.map(({ sql, parameters }): Call => {
      assert(parameters.length <= parametersMax, `a statement has at most ${parametersMax} parameters`)
      return { statement: statementOf(sql, parameters.length), sql, values: parameters.map(toText) }
    })
    try {
      return await new Promise((resolve, reject) => client.query(new Packet(calls, readerOf, resolve, reject)))
    } catch (error) {
      // The trace of the socket says nothing; that of the caller does.
      if (error instanceof Error) Error.captureStackTrace(error)
      throw error
    }
  }
}

/** One packet on its way: sent when its turn has come, then told every answer by the driver. */
class Packet implements pg.Submittable {
  readonly #calls: readonly Call[]
  readonly #readerOf: ReaderOf
  readonly #resolve: (results: readonly QueryResult<unknown>[]) => void
  readonly #reject: (error: unknown) => void
  readonly #results: QueryResult<unknown>[] = []
  #columns: readonly Column[] | null = null
  #rows: unknown[] = []
  #unreadable: unknown = null

  constructor(
    calls: readonly Call[],
    readerOf: ReaderOf,
    resolve: (results: readonly QueryResult<unknown>[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#calls = calls
    this.#readerOf = readerOf
    this.#resolve = resolve
    this.#reject = reject
  }

  submit(connection: pg.Connection): void {
    const messages: Buffer[] = []
    for (const call of this.#calls) write(messages, call)
    messages.push(serialize.sync())
    // A connection that was lost reports it by itself.
    if (connection.stream.writable) connection.stream.write(Buffer.concat(messages))
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, read: this.#readerOf(dataTypeID) }))
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    this.#columns ??= this.#statement().columns ?? []
    try {
      this.#rows.push(readRow(this.#columns, fields))
    } catch (error) {
      this.#unreadable ??= error
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    const statement = this.#statement()
    statement.prepared = 'yes'
    statement.columns ??= this.#columns ?? []
    this.#results.push({ rows: this.#rows, numAffectedRows: affectedBy(text) })
    this.#rows = []
    this.#columns = null
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' })
  }

  handleError(error: Error): void {
    this.#reject(error)
  }

  handleReadyForQuery(): void {
    if (this.#unreadable) this.#reject(this.#unreadable)
    else this.#resolve(this.#results)
  }

  /** The statement that is being answered. */
  #statement(): Statement {
    const statement = this.#calls[this.#results.length]?.statement
    assert(statement, 'a statement is answered once')
    return statement
  }
}

/** Messages of a packet leave in one write: a system call each would cost more than what they say. */
function write(messages: Buffer[], { statement, sql, values }: Call): void {
  const { name } = statement
  // Closing what does not exist is no error.
  if (statement.prepared === 'maybe' && name !== '') messages.push(serialize.close({ type: 'S', name }))
  if (statement.prepared !== 'yes') {
    messages.push(serialize.parse({ name, text: sql, types: [] }))
    statement.prepared = 'maybe'
  }
  messages.push(serialize.bind({ statement: name, values: [...values] }))
  if (statement.columns === null) messages.push(serialize.describe({ type: 'P', name: '' }))
  messages.push(serialize.execute({}))
}

function readRow(columns: readonly Column[], values: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    const value = values[index] ?? null
    if (column) row[column.name] = value === null ? null : column.read(value)
  }
  return row
}

/** `INSERT 0 3`, `UPDATE 3`, `SELECT 3`: the last word is the number of rows. */
function affectedBy(tag: string): bigint {
  const [, count] = /(\d+)$/.exec(tag) ?? []
  return BigInt(count ?? 0)
}
