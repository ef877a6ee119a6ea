import { readHistory } from '@tingzhou/audit'
import type { Deps } from '@tingzhou/http'

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
