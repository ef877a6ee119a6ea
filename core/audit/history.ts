import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, fragment, jsonb, type Db, type Fragment, type Json, type Tx } from '@tingzhou/db'

/** One thing done to one object: who, for whom, when, at which node, what changed and why. */
export type HistoryEntry = {
  readonly objectKind: string
  readonly objectId: string
  readonly at: EpochMs
  readonly verb: string
  readonly actorId: string
  readonly actorName: string
  /** The enterprise or person for whom the actor acts. */
  readonly onBehalfOf?: string | null
  /** Node of the process where it happened. */
  readonly node?: string | null
  /** Whether the applicant may read it. */
  readonly public: boolean
  readonly reason?: string | null
  /** What was before and after, as the object's module says it. */
  readonly data?: Json
}

/** Where an entry landed. */
export type HistoryLink = { readonly objectId: string; readonly seq: number; readonly hash: string }

/** An entry as it stands. */
export type HistoryRow = {
  readonly objectKind: string
  readonly objectId: string
  readonly seq: number
  readonly at: EpochMs
  readonly verb: string
  readonly actorId: string
  readonly actorName: string
  readonly onBehalfOf: string | null
  readonly node: string | null
  readonly public: boolean
  readonly reason: string | null
  readonly data: unknown
  readonly hash: string
}

/**
 * Appends entries to the chains of their objects, in the order given; one statement. Holds the lock of each object's
 * chain until the transaction ends, so load and lock the object's own row first.
 * @param entries  at least one is worth a call; several may concern one object
 * @returns where each landed, by object and number
 * Source: own; each entry's SHA-256 covers all its fields and the hash before it. O(entries).
 */
export async function appendHistory(
  tx: Tx,
  zoneId: string,
  entries: readonly HistoryEntry[],
): Promise<readonly HistoryLink[]> {
  if (entries.length === 0) return []
  const answer = await sql<HistoryLink>`select object_id as "objectId", seq, hash
    from append_history(${zoneId}, ${jsonb(entries.map(toRecord))}::jsonb)`.execute(tx)
  return answer.rows
}

/**
 * The same append as a call inside a larger statement (`WriteBatch.calls`).
 * @param entries  at least one
 * Source: own. O(entries).
 */
export function historyCall(zoneId: string, entries: readonly HistoryEntry[]): Fragment {
  const [entry, ...more] = entries
  if (!entry || more.length > 0)
    return fragment`(select count(*) from append_history(${zoneId}, ${jsonb(entries.map(toRecord))}::jsonb))`
  const { objectKind, objectId, verb, actorId, actorName, onBehalfOf = null, node = null, reason = null } = entry
  return fragment`append_entry(${zoneId}, ${objectKind}, ${objectId}, ${at(entry.at)}, ${verb}, ${actorId}, ${actorName},
    ${onBehalfOf}, ${node}, ${entry.public}, ${reason}, ${jsonb(entry.data ?? {})}::jsonb)`
}

/**
 * The shape that the SQL function `append_history(zone, jsonb)` takes, for a caller that appends inside a larger statement.
 * Source: own. O(1).
 */
export const toRecord = (entry: HistoryEntry) => ({
  object_kind: entry.objectKind,
  object_id: entry.objectId,
  at_ms: entry.at,
  verb: entry.verb,
  actor_id: entry.actorId,
  actor_name: entry.actorName,
  on_behalf_of: entry.onBehalfOf ?? null,
  node: entry.node ?? null,
  public: entry.public,
  reason: entry.reason ?? null,
  data: entry.data ?? {},
})

/**
 * A page of an object's history, oldest first unless asked otherwise.
 * @param page  after: the last number seen (0 for the beginning); limit: 1..200; publicOnly: what the applicant may read; order: desc
 *   for the newest first
 * @returns rows; the next page begins after the last row's `seq`
 * Source: own. O(limit), by the primary key.
 */
export async function readHistory(
  db: Db | Tx,
  zoneId: string,
  objectId: string,
  page: {
    readonly after?: number
    readonly limit?: number
    readonly publicOnly?: boolean
    readonly order?: 'asc' | 'desc'
  } = {},
): Promise<readonly HistoryRow[]> {
  const { after = 0, order = 'asc' } = page
  let query = db
    .selectFrom('history')
    .select([
      'object_kind as objectKind',
      'object_id as objectId',
      'seq',
      'at',
      'verb',
      'actor_id as actorId',
      'actor_name as actorName',
      'on_behalf_of as onBehalfOf',
      'node',
      'public',
      'reason',
      'data',
      'hash',
    ])
    .where('zone_id', '=', zoneId)
    .where('object_id', '=', objectId)
  if (after > 0 || order === 'asc') query = query.where('seq', order === 'asc' ? '>' : '<', after)
  if (page.publicOnly) query = query.where('public', '=', true)
  return query
    .orderBy('seq', order)
    .limit(Math.min(page.limit ?? 50, 200))
    .execute()
}
