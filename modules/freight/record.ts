import { grantReach } from '@tingzhou/access'
import { appendHistory, beginHistory, type HistoryEntry } from '@tingzhou/audit'
import type { CommandDeps, Json, Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { Actor } from '@tingzhou/parties'
import { indexObjects, type SearchEntry } from '@tingzhou/search'
import { maskNumber } from './numbers.ts'

export type FreightDeps = Pick<CommandDeps, 'zoneId' | 'clock'>
export type FreightKind =
  | 'freight_carrier'
  | 'freight_driver'
  | 'freight_vehicle'
  | 'freight_paper_kind'
  | 'freight_place'
  | 'freight_policy'
  | 'freight_load'
  | 'freight_bid'
  | 'freight_share'
  | 'freight_terms'
  | 'freight_contract'
  | 'freight_payer'
  | 'freight_payment'
  | 'freight_payment_batch'
  | 'freight_bank_report'
  | 'freight_statement'
  | 'freight_risk_rule'
  | 'freight_regulator'
  | 'freight_upload'
  | 'freight_upload_count'
  | 'freight_income_report'
  | 'freight_bridge'
  | 'freight_weighing'
  | 'freight_rating'
  | 'freight_wave'
  | 'freight_wave_mark'
  | 'freight_wave_settings'

type Row = Readonly<Record<string, string | number | boolean | null>>

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
export const note = (tx: Tx, deps: FreightDeps, actor: Actor, deed: Deed): Promise<void> =>
  noteAll(tx, deps, actor, [deed])

/** The same for what was done to several objects. Two statements. */
export async function noteAll(tx: Tx, deps: FreightDeps, actor: Actor, deeds: readonly Deed[]): Promise<void> {
  if (deeds.length === 0) return
  await appendHistory(
    tx,
    deps.zoneId,
    deeds.map((deed) => entryOf(deps, actor, deed)),
  )
  await tell(tx, deps, deeds)
}

/** A new object: how the search shows it, and its row as history keeps it. */
export type NewObject = {
  readonly entry: SearchEntry & { readonly objectKind: FreightKind }
  readonly row: Row
}

/**
 * What new objects have beside their rows: the carrier reaches them, the search finds them, their history begins, screens are told.
 * Four statements, thousands at a time.
 */
export async function noteNew(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  carrierId: string,
  objects: readonly NewObject[],
): Promise<void> {
  if (objects.length === 0) return
  const deeds = objects.map(({ entry: { objectKind, objectId }, row }): Deed => ({
    objectKind,
    objectId,
    verb: 'enter',
    data: changesBetween({}, row),
    to: [carrierId],
  }))
  await grantReach(
    tx,
    deps.zoneId,
    deeds.map(({ objectKind, objectId }) => ({ objectKind, objectId, partyId: carrierId, relation: 'owner' })),
  )
  await indexObjects(
    tx,
    deps.zoneId,
    objects.map(({ entry }) => entry),
  )
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
const numbers: ReadonlySet<string> = new Set(['id_number', 'qualification', 'phone', 'consignee_phone'])

/** The fields that differ, as history keeps them: numbers of persons masked. O(fields). */
export function changesBetween(before: Readonly<Record<string, unknown>>, after: Row): Json {
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
