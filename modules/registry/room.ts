import type {} from '@tingzhou/access'
import { runCommand, type CommandReused, type StaleRevision, type Tx } from '@tingzhou/db'
import { commandProblems, problem, type ProblemRow, type RequestContext } from '@tingzhou/http'
import type { Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import './texts.ts'

/** Runs one command of this module in one transaction, under the id that the client gave it. */
export async function command<Input extends { readonly commandId: string }, T, E>(
  context: Pick<RequestContext, 'deps'>,
  actor: Actor,
  name: string,
  input: Input,
  body: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E | CommandReused>> {
  const { commandId, ...rest } = input
  const spec = { commandId, actorId: actor.accountId, name: `registry.${name}`, input: rest }
  try {
    return await runCommand(context.deps, spec, body)
  } catch (error) {
    throw takenMeanwhile(error) ?? error
  }
}

// Two writers looked, both saw the code free, and the unique index let one of them through.
const takenIndexes = new Map([
  ['enterprise_uscc', 'uscc'],
  ['area_zone_id_code_key', 'code'],
  ['department_zone_id_code_key', 'code'],
])

function takenMeanwhile(error: unknown): Error | null {
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : ''
  const field = takenIndexes.get(constraint)
  return field === undefined ? null : problem({ kind: 'concurrent_change', status: 409, field, rule: 'unique' })
}

/** The value of a change that may have given or taken roles: who acts from now on acts with the new ones. */
export function withNewRoles<T>({ deps }: Pick<RequestContext, 'deps'>, value: T): T {
  deps.access.actors.forgetAll()
  return value
}

/** A refusal by this module. */
export const refuse = (status: number, field?: string): ProblemRow => ({
  status,
  area: 'registry',
  ...(field === undefined ? {} : { field }),
})

/** The refusals that every command can meet. */
export const commonProblems = {
  ...commandProblems,
  not_found: { status: 404 },
} satisfies Record<(CommandReused | StaleRevision)['kind'] | 'not_found', ProblemRow>
