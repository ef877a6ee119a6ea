import type {} from '@tingzhou/access'
import type { CommandReused, StaleRevision } from '@tingzhou/db'
import { commandProblems, commandRunner, problem, type ProblemRow, type RequestContext } from '@tingzhou/http'
import './texts.ts'

/** Runs one command of this module. */
export const command = commandRunner('registry', {
  enterprise_uscc: 'uscc',
  area_zone_id_code_key: 'code',
  department_zone_id_code_key: 'code',
})

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

/** What is not there, or out of reach. */
export const missing = (id: string) =>
  problem({ kind: 'not_found', status: 404, field: 'id', value: id, rule: 'exists' })

/** The refusals that every command can meet. */
export const commonProblems = {
  ...commandProblems,
  not_found: { status: 404 },
} satisfies Record<(CommandReused | StaleRevision)['kind'] | 'not_found', ProblemRow>
