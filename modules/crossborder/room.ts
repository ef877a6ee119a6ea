import { caseDeps, type CaseDeps } from '@tingzhou/casework'
import type { Tx, WriteBatch } from '@tingzhou/db'
import { commandRunner, requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { err, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { crossborderProblems, type CrossborderError } from './problems.ts'
import type { ShipmentError } from './shipment/errors.ts'
import { worded } from './texts.ts'

export { historyOf, nowhere } from '@tingzhou/records'

/** The one who reads, and the ports of reading. */
export type Reader = { readonly deps: CaseDeps; readonly actor: Actor }

const run = commandRunner('crossborder', {
  export_contract_number: 'number',
  export_nursery_registration: 'registration',
  export_plot_code: 'code',
  overseas_warehouse_name: 'name',
})

/** Runs one command for whoever asks. @throws ProblemError when it is refused */
export async function command<Input extends { readonly commandId: string }, T>(
  context: RequestContext,
  name: string,
  input: Input,
  body: (tx: Tx, deps: CaseDeps, actor: Actor, input: Input, last: WriteBatch) => Promise<Result<T, CrossborderError>>,
): Promise<T> {
  const { deps, actor } = readerOf(context)
  const result = await run(context, actor, name, input, (tx, last) => body(tx, deps, actor, input, last))
  return answerOf(context, result)
}

/** What a command gave. @throws ProblemError when it was refused, in the reader's words */
export const answerOf = <T>({ lang }: RequestContext, result: Result<T, CrossborderError | ShipmentError>): T =>
  unwrap(result.ok ? result : err(worded(lang, result.error)), crossborderProblems)

export const readerOf = (context: RequestContext): Reader => ({
  deps: caseDeps(context.deps),
  actor: requireActor(context),
})
