import { findAnswer, runCommand, type CommandReused, type CommandSpec, type Tx, type WriteBatch } from '@tingzhou/db'
import type { Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { RequestContext } from './context.ts'
import { problem } from './problem.ts'

/**
 * How a module runs its commands: each in one transaction, under the id that the client gave it.
 * @param area  the module's name, which its commands' names begin with
 * @param takenIndexes  unique indexes of the module, each with the field that it guards
 * @returns a function of the request's context, the actor, the command's name, its input and its body; it throws a ProblemError 409
 *   `concurrent_change` when two writers both saw such a field free and the index let one of them through
 * Source: own. Cost of `runCommand`.
 */
export const commandRunner =
  (area: string, takenIndexes: Readonly<Record<string, string>> = {}) =>
  async <Input extends { readonly commandId: string }, T, E>(
    { deps }: Pick<RequestContext, 'deps'>,
    actor: Actor,
    name: string,
    input: Input,
    body: (tx: Tx, last: WriteBatch) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | CommandReused>> => {
    try {
      return await runCommand(deps, specOf(area, actor, name, input), body)
    } catch (error) {
      const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : ''
      const field = takenIndexes[constraint]
      throw field === undefined ? error : problem({ kind: 'concurrent_change', status: 409, field, rule: 'unique' })
    }
  }

/**
 * What a module's command was answered before, under the id that the client gave it; for those that work long before their transaction.
 * @param area  as of `commandRunner`
 * @returns a function of the request's context, the actor, the command's name and its input; its answer as of `findAnswer`
 * Source: own. Cost of `findAnswer`.
 */
export const answerFinder =
  (area: string) =>
  <T>(
    { deps }: Pick<RequestContext, 'deps'>,
    actor: Actor,
    name: string,
    input: { readonly commandId: string },
  ): Promise<Result<T, CommandReused> | null> =>
    findAnswer(deps, specOf(area, actor, name, input))

function specOf(area: string, actor: Actor, name: string, input: { readonly commandId: string }): CommandSpec {
  const { commandId, ...rest } = input
  return { commandId, actorId: actor.accountId, name: `${area}.${name}`, input: rest }
}
