import { mayReach } from '@tingzhou/access'
import { readHistory } from '@tingzhou/audit'
import type { Db } from '@tingzhou/db'
import { problem } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'

/** The one who reads, and the ports of reading. */
export type ObjectReader = { readonly deps: { readonly db: Db; readonly zoneId: string }; readonly actor: Actor }

/**
 * Out of reach and not existing look the same from outside.
 * @throws ProblemError 404
 */
export function nowhere(id: string): never {
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id, rule: 'within_reach' })
}

/**
 * The latest hundred things done to an object, if the reader reaches it.
 * @throws ProblemError 404
 * Source: own. Two statements at most.
 */
export async function historyOf({ deps, actor }: ObjectReader, kind: string, id: string) {
  if (!(await mayReach(deps.db, actor, deps.zoneId, kind, id))) return nowhere(id)
  const rows = await readHistory(deps.db, deps.zoneId, id, { limit: 100, order: 'desc' })
  // Whoever reaches all of a kind asks by any id: that of another kind, or of nothing, is nowhere too.
  if (rows[0]?.objectKind !== kind) return nowhere(id)
  return {
    rows: rows.map(({ seq, at, verb, actorName, reason, data, hash }) => ({
      seq,
      at,
      verb,
      actorName,
      reason,
      data,
      hash,
    })),
  }
}
