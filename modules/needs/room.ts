import type { CommandReused, StaleRevision } from '@tingzhou/db'
import { commandProblems, commandRunner, type ProblemRow } from '@tingzhou/http'
import type { Role } from '@tingzhou/parties'

/** Who sets up the rules of the loop; a machine does so for a demo zone. */
export const rulingRoles: readonly Role[] = ['admin', 'supervisor', 'machine']
/** Who reads them. */
export const ruleReaders: readonly Role[] = [...rulingRoles, 'dispatcher', 'leader', 'auditor']

/** Runs one command of a room. */
export const command = commandRunner('needs')

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
