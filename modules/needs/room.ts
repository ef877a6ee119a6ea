import type { Result } from '@tingzhou/kernel'
import { runCommand, type CommandReused, type Tx } from '@tingzhou/db'
import { commandProblems, type ProblemRow, type RequestContext } from '@tingzhou/http'
import type { Actor, Role } from '@tingzhou/parties'
import type { StaleRevision } from '@tingzhou/db'

/** Who sets up the rules of the loop; a machine does so for a demo zone. */
export const rulingRoles: readonly Role[] = ['admin', 'supervisor', 'machine']
/** Who reads them. */
export const ruleReaders: readonly Role[] = [...rulingRoles, 'dispatcher', 'leader', 'auditor']

/** Runs one command of a room in one transaction, under the id that the client gave it. */
export function command<Input extends { readonly commandId: string }, T, E>(
  context: Pick<RequestContext, 'deps'>,
  actor: Actor,
  name: string,
  input: Input,
  body: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E | CommandReused>> {
  const { commandId, ...rest } = input
  return runCommand(context.deps, { commandId, actorId: actor.accountId, name: `needs.${name}`, input: rest }, body)
}

/** A refusal by the needs module. */
export const refuse = (status: number, field?: string): ProblemRow => ({
  status,
  area: 'needs',
  ...(field === undefined ? {} : { field }),
})

/** The refusals that every command can meet. */
export const commonProblems = {
  ...commandProblems,
} satisfies Record<(CommandReused | StaleRevision)['kind'], ProblemRow>

/** The fields that were given: a change leaves the others as they stand. O(fields). */
export const given = <T extends object>(fields: T): Given<T> =>
  // Only undefined values are dropped.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
