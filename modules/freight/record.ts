import { grantReach } from '@tingzhou/access'
import type { Json, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { recorder, type RecordDeps } from '@tingzhou/records'
import { indexObjects, type SearchEntry } from '@tingzhou/search'
import { maskNumber } from './numbers.ts'

export type FreightDeps = RecordDeps
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
  | 'freight_dock_settings'
  | 'freight_dispatch_day'
  | 'freight_tour_plan'
  | 'freight_tour_settings'
  | 'freight_next'
  | 'freight_chain'
  | 'freight_chain_settings'

type Row = Readonly<Record<string, string | number | boolean | null>>

const { note, noteAll, noteNew: noteFirst } = recorder<FreightKind>((kind) => `${kind.replace('_', '.')}_changed`)
export { note, noteAll }

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
  await grantReach(
    tx,
    deps.zoneId,
    objects.map(({ entry: { objectKind, objectId } }) => ({
      objectKind,
      objectId,
      partyId: carrierId,
      relation: 'owner',
    })),
  )
  await indexObjects(
    tx,
    deps.zoneId,
    objects.map(({ entry }) => entry),
  )
  await noteFirst(
    tx,
    deps,
    actor,
    objects.map(({ entry: { objectKind, objectId }, row }) => ({
      objectKind,
      objectId,
      verb: 'enter',
      data: changesBetween({}, row),
      to: [carrierId],
    })),
  )
}

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
