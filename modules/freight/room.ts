import { readHistory } from '@tingzhou/audit'
import { runCommand, type CommandReused, type Tx } from '@tingzhou/db'
import { problem, requireActor, type RequestContext } from '@tingzhou/http'
import type { Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import type { Saved } from './carrier.ts'
import type { Reader } from './papers-view.ts'
import { ruleWords } from './texts.ts'

/** Runs one command in one transaction, under the id that the client gave it. */
export async function command<Input extends { readonly commandId: string }, T, E>(
  { deps }: RequestContext,
  actor: Actor,
  name: string,
  input: Input,
  body: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E | CommandReused>> {
  const { commandId, ...rest } = input
  const spec = { commandId, actorId: actor.accountId, name: `freight.${name}`, input: rest }
  try {
    return await runCommand(deps, spec, body)
  } catch (error) {
    throw takenMeanwhile(error) ?? error
  }
}

// Two writers looked, both saw the number free, and the unique index let one of them through.
const takenIndexes = new Map([
  ['freight_carrier_id_number', 'idNumber'],
  ['freight_driver_id_number', 'idNumber'],
  ['freight_driver_account', 'username'],
  ['freight_vehicle_plate', 'plate'],
])

function takenMeanwhile(error: unknown): Error | null {
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : ''
  const field = takenIndexes.get(constraint)
  return field === undefined ? null : problem({ kind: 'concurrent_change', status: 409, field, rule: 'unique' })
}

export const readerOf = (context: RequestContext): Reader => ({ deps: context.deps, actor: requireActor(context) })

/** Out of reach and not existing look the same from outside. */
export function nowhere(id: string): never {
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id, rule: 'within_reach' })
}

/** What a command answers, with its warnings in the reader's language. */
export const toldWarnings = (lang: Lang, { id, rev, warnings }: Saved) => ({
  id,
  rev,
  warnings: warnings.map(({ field, rule }) => ({ field, rule, message: ruleWords(lang, rule) })),
})

/** The latest hundred things done to an object that the caller has found within reach. */
export async function historyOf({ deps }: Reader, id: string) {
  const rows = await readHistory(deps.db, deps.zoneId, id, { limit: 100, order: 'desc' })
  return {
    rows: rows.map(({ seq, at, verb, actorName, reason, data, hash }) => ({
      seq,
      at,
      verb,
      actorName,
      reason,
      data,
      hash,
    })),
  }
}
