import { appendHistory, beginHistory, type HistoryEntry } from '@tingzhou/audit'
import type { CommandDeps, Json, Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { Actor } from '@tingzhou/parties'

export type RecordDeps = Pick<CommandDeps, 'zoneId' | 'clock'>

/** What was done to an object. */
export type Deed<Kind extends string> = {
  readonly objectKind: Kind
  readonly objectId: string
  readonly verb: string
  readonly why?: string
  readonly data?: Json
  /** Accounts and parties whose screens are told besides those that reach the object. */
  readonly to?: readonly string[]
}

/**
 * How a module writes down what is done to its objects: a line of the history of each, and an event `module.object_changed` for screens and
 * other modules.
 * @param eventOf  the event's name by the kind of object
 * @returns `note` for one object, `noteAll` for several, `noteNew` for new ones, thousands at a time; two statements each, in the caller's
 *   transaction
 * Source: own.
 */
export function recorder<Kind extends string>(eventOf: (kind: Kind) => string) {
  type NoteAll = (tx: Tx, deps: RecordDeps, actor: Actor, deeds: readonly Deed<Kind>[]) => Promise<void>
  type Write = (tx: Tx, zoneId: string, entries: readonly HistoryEntry[]) => Promise<unknown>
  const noteBy =
    (write: Write): NoteAll =>
    async (tx, deps, actor, deeds) => {
      if (deeds.length === 0) return
      const at = deps.clock()
      await write(
        tx,
        deps.zoneId,
        deeds.map(({ objectKind, objectId, verb, why, data = {} }) => ({
          objectKind,
          objectId,
          at,
          verb,
          actorId: actor.accountId,
          actorName: actor.name,
          public: true,
          reason: why ?? null,
          data,
        })),
      )
      await addToOutbox(
        tx,
        deps.zoneId,
        deeds.map(({ objectKind, objectId, to = [] }) => ({
          type: eventOf(objectKind),
          objectKind,
          objectId,
          to: [...to],
          at,
        })),
      )
    }
  const noteAll = noteBy(appendHistory)
  const note = (tx: Tx, deps: RecordDeps, actor: Actor, deed: Deed<Kind>): Promise<void> =>
    noteAll(tx, deps, actor, [deed])
  return { note, noteAll, noteNew: noteBy(beginHistory) }
}
