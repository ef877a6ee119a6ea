import type { CommandReused, Tx, WriteBatch } from '@tingzhou/db'
import { answerFinder, commandRunner, requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import type { Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Saved } from './carrier.ts'
import type { Reader } from './papers-view.ts'
import { freightProblems, type FreightError } from './problems.ts'
import { readingRoles } from './roles.ts'
import { ruleWords } from './texts.ts'

export { historyOf, nowhere } from '@tingzhou/records'

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
  freight_next_open: 'vehicleId',
})

const find = answerFinder('freight')

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

/** What `runFreight` answered to this command before, or null: asked by those that work long before their transaction. */
export const answered = <T>(
  deps: RequestContext['deps'],
  actor: Actor,
  name: string,
  input: { readonly commandId: string },
): Promise<Result<T, CommandReused> | null> => find({ deps }, actor, name, input)

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

/** Whoever reads the whole register. @throws ProblemError 403 */
export function platform(context: RequestContext): Reader {
  const reader = readerOf(context)
  requireRole(reader.actor, ...readingRoles)
  return reader
}

export const readerOf = (context: RequestContext): Reader => ({ deps: context.deps, actor: requireActor(context) })
