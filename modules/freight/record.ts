import { appendHistory, beginHistory, type HistoryEntry } from '@tingzhou/audit'
import type { CommandDeps, Json, Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { Actor } from '@tingzhou/parties'
import { maskNumber } from './numbers.ts'

export type FreightDeps = Pick<CommandDeps, 'zoneId' | 'clock'>
export type FreightKind = 'freight_carrier' | 'freight_driver' | 'freight_vehicle' | 'freight_paper_kind'

export type Deed = {
  readonly objectKind: FreightKind
  readonly objectId: string
  readonly verb: string
  readonly why?: string
  readonly data?: Json
  /** Accounts and parties whose screens are told besides those that reach the object. */
  readonly to?: readonly string[]
}

/** Writes what was done into the history of its object and tells the screens. Two statements. */
export async function note(tx: Tx, deps: FreightDeps, actor: Actor, deed: Deed): Promise<void> {
  await appendHistory(tx, deps.zoneId, [entryOf(deps, actor, deed)])
  await tell(tx, deps, [deed])
}

/** The same for new objects, thousands at a time. Two statements. */
export async function noteNew(tx: Tx, deps: FreightDeps, actor: Actor, deeds: readonly Deed[]): Promise<void> {
  await beginHistory(
    tx,
    deps.zoneId,
    deeds.map((deed) => entryOf(deps, actor, deed)),
  )
  await tell(tx, deps, deeds)
}

const entryOf = (deps: FreightDeps, actor: Actor, deed: Deed): HistoryEntry => ({
  objectKind: deed.objectKind,
  objectId: deed.objectId,
  at: deps.clock(),
  verb: deed.verb,
  actorId: actor.accountId,
  actorName: actor.name,
  public: true,
  reason: deed.why ?? null,
  data: deed.data ?? {},
})

const tell = (tx: Tx, { zoneId, clock }: FreightDeps, deeds: readonly Deed[]) =>
  addToOutbox(
    tx,
    zoneId,
    deeds.map(({ objectKind, objectId, to = [] }) => ({
      type: `${objectKind.replace('_', '.')}_changed`,
      objectKind,
      objectId,
      to: [...to],
      at: clock(),
    })),
  )

// Numbers of persons and accounts: history keeps only that they changed.
const numbers: ReadonlySet<string> = new Set(['id_number', 'qualification', 'phone'])

/** The fields that differ, as history keeps them: numbers of persons masked. O(fields). */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, string | number | boolean | null>>,
): Json {
  return {
    changes: Object.entries(after)
      .filter(([field, to]) => before[field] !== to)
      .map(([field, to]) => ({ field, from: shown(field, before[field]), to: shown(field, to) })),
  }
}

function shown(field: string, value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null
  if (numbers.has(field)) return maskNumber(String(value))
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
}
