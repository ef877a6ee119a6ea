import { createHash } from 'node:crypto'
import type { EpochMs, Result } from '@tingzhou/kernel'
import { err, ok } from '@tingzhou/kernel'
import { batchQuery, newBatch, type WriteBatch } from './batch.ts'
import { insertRow } from './fragment.ts'
import { executeLast } from './wire.ts'
import { at, jsonb, type Db, type Instant, type Jsonb, type Tx } from './tables.ts'

type CommandTable = {
  zone_id: string
  id: string
  name: string
  actor_id: string
  input_sha256: string
  answer: Jsonb<unknown>
  at: Instant
}
declare module './tables.ts' {
  interface Tables {
    command: CommandTable
  }
}

export type CommandDeps = { readonly db: Db; readonly zoneId: string; readonly clock: () => EpochMs }

/** Who asks for what. The id is the asker's; the same id with the same content is the same command. */
export type CommandSpec = {
  readonly commandId: string
  readonly actorId: string
  readonly name: string
  readonly input: unknown
}

export type CommandBody<T, E> = (tx: Tx, last: WriteBatch) => Promise<Result<T, E>>

/** The id was used before for something else. */
export type CommandReused = { readonly kind: 'command_reused'; readonly commandId: string }

const attemptsMax = 4
// Serialization failure, deadlock: the transaction left nothing behind and may run again. PostgreSQL, appendix A.
const retryable = new Set(['40001', '40P01'])
const uniqueViolation = '23505'

/**
 * Runs a command in one transaction, once: the answer is stored with the rows it changed, and a repeat of the id gets that answer.
 * A refusal rolls everything back and records nothing, so the asker may try again with the same id.
 * The first answer is looked for only when the body refuses or the id turns out to be taken: a repeat changes nothing, for
 * its transaction rolls back either way.
 * @param body  loads, decides, saves and tells, all through `tx`; no network call inside; may run again after a deadlock.
 *   What it puts into `last` leaves in one statement with the command's own row, after everything else
 * @returns the body's result, or `command_reused`
 * Source: own. One statement beside the body's.
 */
export async function runCommand<T, E>(
  deps: CommandDeps,
  command: CommandSpec,
  body: CommandBody<T, E>,
): Promise<Result<T, E | CommandReused>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptCommand(deps, command, body)
    } catch (error) {
      const refused = error instanceof Refused
      if (!refused && !isRepeat(error) && (!retryable.has(sqlState(error)) || attempt >= attemptsMax)) throw error
      if (!refused && !isRepeat(error)) continue
      const first = await findAnswer<T>(deps, command)
      if (first) return first
      // Only attemptCommand throws Refused, with this body's own error inside.
      if (refused) return err(error.reason as E)
      if (attempt >= attemptsMax) throw error
    }
  }
}

async function attemptCommand<T, E>(
  deps: CommandDeps,
  command: CommandSpec,
  body: CommandBody<T, E>,
): Promise<Result<T, never>> {
  return deps.db.transaction().execute(async (tx) => {
    const last = newBatch()
    const result = await body(tx, last)
    if (!result.ok) throw new Refused(result.error)
    last.writes.push(
      insertRow('command', {
        zone_id: deps.zoneId,
        id: command.commandId,
        name: command.name,
        actor_id: command.actorId,
        input_sha256: sha256Of(command),
        answer: jsonb(result.value),
        at: at(deps.clock()),
      }),
    )
    await executeLast(tx, batchQuery(tx, last))
    return result
  })
}

const sha256Of = ({ input }: CommandSpec): string => createHash('sha256').update(stableJson(input)).digest('hex')

/**
 * What a command was answered before, for those that work long before their transaction.
 * @returns the stored answer, `command_reused` when the id was used for something else, null when it is new
 * Source: own. One statement, by the primary key.
 */
export async function findAnswer<T>(
  { db, zoneId }: Pick<CommandDeps, 'db' | 'zoneId'>,
  command: CommandSpec,
): Promise<Result<T, CommandReused> | null> {
  const row = await db
    .selectFrom('command')
    .select(['name', 'actor_id', 'input_sha256', 'answer'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', command.commandId)
    .executeTakeFirst()
  if (!row) return null
  const same = row.name === command.name && row.actor_id === command.actorId && row.input_sha256 === sha256Of(command)
  // The answer was stored by the same command, whose type is T.
  return same ? ok(row.answer as T) : err({ kind: 'command_reused', commandId: command.commandId })
}

/** Carries a refusal out of the transaction, so that it rolls back. */
class Refused extends Error {
  readonly reason: unknown

  constructor(reason: unknown) {
    super('refused')
    this.reason = reason
  }
}

/** The same text for the same content, in whatever order its fields were written. O(fields) */
export function stableJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'null'
  )
}

const isRepeat = (error: unknown): boolean =>
  sqlState(error) === uniqueViolation && constraintOf(error) === 'command_pkey'

const sqlState = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const constraintOf = (error: unknown): string =>
  error instanceof Error && 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : ''
