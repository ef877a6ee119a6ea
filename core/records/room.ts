import type { CommandReused, Tx, WriteBatch } from '@tingzhou/db'
import {
  commandRunner,
  fill,
  requireActor,
  requireRole,
  ruleText,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { err, type Result } from '@tingzhou/kernel'
import type { Actor, Lang, Role } from '@tingzhou/parties'

/** The one who reads, and the ports of reading. */
export type RoomReader = { readonly deps: RequestContext['deps']; readonly actor: Actor }

/** What a module's room is made of. */
export type RoomSpec<E extends { readonly kind: string }> = {
  /** The module's name, which its commands' names begin with. */
  readonly area: string
  /** Unique indexes of the module, each with the field that it guards. */
  readonly taken: Readonly<Record<string, string>>
  readonly problems: ProblemTable<E | CommandReused>
  /** A refusal with its rule in the reader's words; see `ruleWording`. */
  readonly worded: <Refusal extends object>(lang: Lang, error: Refusal) => Refusal
  /** Who reads the whole module. */
  readonly readers: readonly Role[]
}

/**
 * How a module's handlers come to its rules: who asks, and commands in one transaction whose refusals are told in the reader's words.
 * @returns `command` runs one, `answerOf` gives what rules answered, `readerOf` says who reads, `zoneReader` the same for whoever reads the
 *   whole module
 * @throws ProblemError, from all of them, when it is refused
 * Source: own. Cost of `runCommand`.
 */
export function roomOf<E extends { readonly kind: string }>(spec: RoomSpec<E>) {
  const run = commandRunner(spec.area, spec.taken)
  const readerOf = (context: RequestContext): RoomReader => ({ deps: context.deps, actor: requireActor(context) })
  const answerOf = <T>({ lang }: RequestContext, result: Result<T, E | CommandReused>): T =>
    unwrap(result.ok ? result : err(spec.worded(lang, result.error)), spec.problems)
  const command = async <Input extends { readonly commandId: string }, T>(
    context: RequestContext,
    name: string,
    input: Input,
    body: (tx: Tx, deps: RequestContext['deps'], actor: Actor, input: Input, last: WriteBatch) => Promise<Result<T, E>>,
  ): Promise<T> => {
    const { deps, actor } = readerOf(context)
    const result = await run(context, actor, name, input, (tx, last) => body(tx, deps, actor, input, last))
    return answerOf(context, result)
  }
  const zoneReader = (context: RequestContext): RoomReader => {
    const reader = readerOf(context)
    requireRole(reader.actor, ...spec.readers)
    return reader
  }
  return { answerOf, command, readerOf, zoneReader }
}

/**
 * How a module words the rules of its refusals: a key, and after a space what limits it, as `{limit}` of the text.
 * @param rules  texts by key, in each language; what is not among them is looked for among those of all modules
 * Source: own. O(1).
 */
export const ruleWording =
  (rules: Readonly<Record<Lang, Readonly<Record<string, string>>>>) =>
  <E extends object>(lang: Lang, error: E): E => {
    if (!('rule' in error) || typeof error.rule !== 'string') return error
    const [key = '', ...limit] = error.rule.split(' ')
    const text = rules[lang][key] ?? ruleText(lang, error.rule) ?? ruleText(lang, key) ?? error.rule
    return { ...error, ruleWords: fill(text, { limit: limit.join(' ') }) }
  }
