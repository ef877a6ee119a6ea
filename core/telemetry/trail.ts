import { appendHistory, readHistory } from '@tingzhou/audit'
import type { Json, Tx } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'

/** Who changes something, as its history names them. */
export type Keeper = { readonly accountId: string; readonly name: string }

/** What was done, and why. */
export type Deed = { readonly verb: string; readonly reason?: string | null; readonly data?: Json }

/** Writes down what was done to something of this package. @param of  its kind, and the id of its history. One statement. */
export async function noteDeed(
  tx: Tx,
  zoneId: string,
  of: { readonly kind: string; readonly id: string },
  who: Keeper,
  now: EpochMs,
  deed: Deed,
): Promise<void> {
  const actor = { actorId: who.accountId, actorName: who.name }
  await appendHistory(tx, zoneId, [{ objectKind: of.kind, objectId: of.id, at: now, ...actor, public: false, ...deed }])
}

/** A setting of the zone, as its history names it. Pure. */
export function settingOf(zoneId: string, setting: 'retention' | 'confirmation') {
  const kind = `telemetry_${setting}`
  return { kind, id: `${zoneId}:${kind}` }
}

const rowsMax = 200

/**
 * A page of what was done to something of this package. The caller has checked the reach.
 * @param id  of its history
 * @returns at most 200 rows, and after which the next page begins (null: there is none). One statement.
 */
export async function trailOf(
  { db, zoneId }: Pick<Deps, 'db' | 'zoneId'>,
  id: string,
  page: { readonly after: number; readonly order: 'asc' | 'desc' },
) {
  const found = await readHistory(db, zoneId, id, { ...page, limit: rowsMax })
  return {
    rows: found.map(({ seq, at, verb, actorName: actor, reason, data, hash }) => ({
      seq,
      at,
      verb,
      actor,
      reason,
      data,
      hash,
    })),
    next: found.length === rowsMax ? (found.at(-1)?.seq ?? null) : null,
  }
}
