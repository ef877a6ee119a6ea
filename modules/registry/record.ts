import { appendHistory } from '@tingzhou/audit'
import { addToOutbox } from '@tingzhou/events'
import type { CommandDeps, Json, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { FieldChange } from './enterprise.ts'

/** What a change leaves behind beside the row itself. */
export type Change = {
  readonly objectKind: 'area' | 'department' | 'enterprise' | 'enterprise_import'
  readonly objectId: string
  readonly verb: string
  readonly changes: readonly FieldChange[]
  readonly why?: string | undefined
}

/** Who acts, as history names them. */
export type By = Pick<Actor, 'accountId' | 'name'>

/** Writes changes into the history of their objects. One statement. */
export async function recordChanges(tx: Tx, deps: CommandDeps, by: By, changes: readonly Change[]): Promise<void> {
  const now = deps.clock()
  await appendHistory(
    tx,
    deps.zoneId,
    changes.map((change) => ({
      objectKind: change.objectKind,
      objectId: change.objectId,
      at: now,
      verb: change.verb,
      actorId: by.accountId,
      actorName: by.name,
      public: true,
      reason: change.why ?? null,
      // What contracts let through is what JSON can say.
      data: { changes: change.changes as unknown as Json },
    })),
  )
}

/** Tells screens and other modules of one change. */
export async function announce(
  tx: Tx,
  deps: CommandDeps,
  change: Change,
  type: string,
  to: readonly (string | null)[] = [],
  data: Json = {},
): Promise<void> {
  const parties = [...new Set(to.filter((party) => party !== null))]
  await addToOutbox(tx, deps.zoneId, [
    { type, objectKind: change.objectKind, objectId: change.objectId, data, to: parties, at: deps.clock() },
  ])
}
