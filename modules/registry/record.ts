import { appendHistory, beginHistory, type HistoryEntry } from '@tingzhou/audit'
import { addToOutbox } from '@tingzhou/events'
import type { CommandDeps, Json, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { FieldChange } from './enterprise.ts'

/** What a change leaves behind beside the row itself. */
export type Change = {
  readonly objectKind:
    | 'area'
    | 'department'
    | 'enterprise'
    | 'enterprise_import'
    | 'enterprise_figure'
    | 'enterprise_merge_batch'
    | 'figure_indicator'
  readonly objectId: string
  readonly verb: string
  readonly changes: readonly FieldChange[]
  /** Whether the object is new: nothing stood before, so history keeps only what stands now. */
  readonly isNew?: boolean
  readonly why?: string | undefined
}

/** Who acts, as history names them. */
export type By = Pick<Actor, 'accountId' | 'name'>

/** Writes changes into the history of their objects. One statement. */
export async function recordChanges(tx: Tx, deps: CommandDeps, by: By, changes: readonly Change[]): Promise<void> {
  await appendHistory(
    tx,
    deps.zoneId,
    changes.map((change) => entryOf(deps, by, change)),
  )
}

/** Begins the history of new objects, one change each. One statement, made for thousands. */
export async function recordNew(tx: Tx, deps: CommandDeps, by: By, changes: readonly Change[]): Promise<void> {
  await beginHistory(
    tx,
    deps.zoneId,
    changes.map((change) => entryOf(deps, by, { ...change, isNew: true })),
  )
}

const entryOf = (deps: CommandDeps, by: By, change: Change): HistoryEntry => ({
  objectKind: change.objectKind,
  objectId: change.objectId,
  at: deps.clock(),
  verb: change.verb,
  actorId: by.accountId,
  actorName: by.name,
  public: true,
  reason: change.why ?? null,
  data: dataOf(change),
})

/** What history keeps of a change. What contracts let through is what JSON can say. */
function dataOf({ changes, isNew = false }: Change): Json {
  if (!isNew) return { changes: changes as unknown as Json }
  return { added: Object.fromEntries(changes.map(({ field, to }) => [field, to as Json])) }
}

/** The changes that `recordChanges` kept. */
export function changesIn(data: unknown): readonly FieldChange[] {
  if (typeof data !== 'object' || data === null) return []
  if ('added' in data && typeof data.added === 'object' && data.added !== null)
    return Object.entries(data.added).map(([field, to]) => ({ field, from: null, to: to as unknown }))
  return 'changes' in data && Array.isArray(data.changes) ? data.changes : []
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
