import { mayReach } from '@tingzhou/access'
import { readHistory } from '@tingzhou/audit'
import type { CommandReused, Tx, WriteBatch } from '@tingzhou/db'
import { commandRunner, problem, requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import type { Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Saved } from './carrier.ts'
import type { Reader } from './papers-view.ts'
import { freightProblems, type FreightError } from './problems.ts'
import type { FreightKind } from './record.ts'
import { ruleWords } from './texts.ts'

const run = commandRunner('freight', {
  freight_carrier_id_number: 'idNumber',
  freight_driver_id_number: 'idNumber',
  freight_driver_account: 'username',
  freight_vehicle_plate: 'plate',
  freight_waybill_vehicle_busy: 'vehicleId',
  freight_waybill_driver_busy: 'driverId',
  freight_slip_photo: 'photoId',
  freight_terminal_device: 'deviceId',
  freight_bridge_name: 'name',
  freight_complaint_open: 'kind',
})

/** Runs one command of the register for whoever asks. @throws ProblemError when it is refused */
export async function command<Input extends { readonly commandId: string }, T>(
  context: RequestContext,
  name: string,
  input: Input,
  body: (
    tx: Tx,
    deps: RequestContext['deps'],
    actor: Actor,
    input: Input,
    last: WriteBatch,
  ) => Promise<Result<T, FreightError>>,
): Promise<T> {
  const actor = requireActor(context)
  const result = await runFreight(context.deps, actor, name, input, (tx, last) =>
    body(tx, context.deps, actor, input, last),
  )
  return unwrap(result, freightProblems)
}

/** The same without a request: the refusal is given back. */
export const runFreight = <Input extends { readonly commandId: string }, T>(
  deps: RequestContext['deps'],
  actor: Actor,
  name: string,
  input: Input,
  body: (tx: Tx, last: WriteBatch) => Promise<Result<T, FreightError>>,
): Promise<Result<T, FreightError | CommandReused>> => run({ deps }, actor, name, input, body)

/** The same for what is saved with warnings: they are told in the reader's language. */
export async function saving<Input extends { readonly commandId: string }>(
  context: RequestContext,
  name: string,
  input: Input,
  body: Parameters<typeof command<Input, Saved>>[3],
) {
  const { id, rev, warnings } = await command(context, name, input, body)
  return {
    id,
    rev,
    warnings: warnings.map(({ field, rule }) => ({ field, rule, message: ruleWords(context.lang, rule) })),
  }
}

/** The same for what gives an account a role: from now on it acts with it. */
export async function granting<Input extends { readonly commandId: string }>(
  context: RequestContext,
  name: string,
  input: Input,
  body: Parameters<typeof command<Input, { readonly id: string; readonly accountId: string }>>[3],
) {
  const { id, accountId } = await command(context, name, input, body)
  context.deps.access.actors.forget(accountId)
  return { id }
}

export const readerOf = (context: RequestContext): Reader => ({ deps: context.deps, actor: requireActor(context) })

/** Out of reach and not existing look the same from outside. */
export function nowhere(id: string): never {
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id, rule: 'within_reach' })
}

/** The latest hundred things done to an object, if the reader reaches it. Two statements at most. */
export async function historyOf({ deps, actor }: Reader, kind: FreightKind, id: string) {
  if (!(await mayReach(deps.db, actor, deps.zoneId, kind, id))) return nowhere(id)
  const rows = await readHistory(deps.db, deps.zoneId, id, { limit: 100, order: 'desc' })
  // Whoever reaches all of a kind asks by any id: that of another kind, or of nothing, is nowhere too.
  if (rows[0]?.objectKind !== kind) return nowhere(id)
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
