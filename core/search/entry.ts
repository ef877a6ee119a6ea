import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { jsonb, type Db, type Tx } from '@tingzhou/db'
import { fold, indexTokens, initialsOf } from './tokens.ts'

/** What of an object the search box shows and finds it by. */
export type SearchEntry = {
  readonly objectKind: string
  readonly objectId: string
  readonly title: string
  readonly subtitle?: string
  /** Number or code; found by its beginning, first when it is the whole. */
  readonly number?: string
  /** Further words to find it by, not shown: former names, codes. No personal data. */
  readonly words?: readonly string[]
  readonly updatedAt: EpochMs
}

/**
 * Puts objects into the search, or renews them; one statement a 2,000 objects.
 * Source: own. O(length of the texts).
 */
export async function indexObjects(tx: Tx | Db, zoneId: string, entries: readonly SearchEntry[]): Promise<void> {
  for (let i = 0; i < entries.length; i += 2_000) await upsert(tx, zoneId, entries.slice(i, i + 2_000).map(toRow))
}

function toRow(entry: SearchEntry) {
  const titleKey = fold(entry.title)
  const initials = initialsOf(titleKey)
  const { number } = entry
  return {
    object_kind: entry.objectKind,
    object_id: entry.objectId,
    title: entry.title,
    subtitle: entry.subtitle ?? '',
    number: number ?? null,
    title_key: titleKey,
    number_key: number === undefined ? null : fold(number),
    initials,
    // No token holds a space; one text is read faster than an array of texts.
    tokens: indexTokens([entry.title, ...(entry.words ?? [])], initials).join(' '),
    updated_ms: entry.updatedAt,
  }
}

const upsert = (tx: Tx | Db, zoneId: string, rows: readonly ReturnType<typeof toRow>[]) =>
  sql`insert into search_entry (zone_id, object_kind, object_id, title, subtitle, number, title_key, number_key, initials, tokens, updated_at)
    select ${zoneId}, e.object_kind, e.object_id, e.title, e.subtitle, e.number, e.title_key, e.number_key, e.initials,
      string_to_array(e.tokens, ' '), to_timestamp(e.updated_ms / 1000)
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as e(object_kind text, object_id text, title text, subtitle text, number text,
      title_key text, number_key text, initials text, tokens text, updated_ms float8)
    on conflict (zone_id, object_kind, object_id) do update set title = excluded.title, subtitle = excluded.subtitle, number = excluded.number,
      title_key = excluded.title_key, number_key = excluded.number_key, initials = excluded.initials, tokens = excluded.tokens,
      updated_at = excluded.updated_at`.execute(tx)

/**
 * Takes objects out of the search.
 * Source: own. One statement.
 */
export async function removeObjects(
  tx: Tx | Db,
  zoneId: string,
  objectKind: string,
  objectIds: readonly string[],
): Promise<void> {
  if (objectIds.length === 0) return
  await tx
    .deleteFrom('search_entry')
    .where('zone_id', '=', zoneId)
    .where('object_kind', '=', objectKind)
    .where('object_id', 'in', [...objectIds])
    .execute()
}
