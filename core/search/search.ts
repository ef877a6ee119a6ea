import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { EpochMs } from '@tingzhou/kernel'
import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { fold, forgiving, queryTokens, type QueryTokens } from './tokens.ts'

/** An object that was found. */
export type Hit = {
  readonly objectKind: string
  readonly objectId: string
  readonly title: string
  readonly subtitle: string
  readonly number: string | null
  readonly updatedAt: EpochMs
}

export type SearchQuery = {
  readonly q: string
  /** Kinds of objects, registered with `registerObjectKind`. */
  readonly kinds: readonly string[]
  /** 1..50 */
  readonly limit: number
}

// So many rows that share all tokens are ranked; a query that more rows answer is one that the reader will refine.
const rankedMax = 1_000
const beginningsMax = 100

/**
 * Finds objects within the actor's reach by name, pinyin initials or number; best first: the very number, then beginnings, then
 * names that contain the words, then the share of matching pairs; the newest first among equals.
 * @returns at most `limit` hits; none for an empty query
 * Source: own; pairs of characters with an inverted index. Indexes: search_entry_number, search_entry_title (ranges),
 * search_entry_tokens (bitmap). O(rows that share all tokens).
 */
export async function search(db: Db, zoneId: string, actor: Actor, query: SearchQuery): Promise<readonly Hit[]> {
  const folded = fold(query.q).slice(0, 100)
  if (folded === '' || query.kinds.length === 0) return []
  const tokens = queryTokens(folded)
  const scope = withinReach(zoneId, actor, query.kinds)
  const run = async (sets: readonly (readonly string[])[]) =>
    (await searchStatement(zoneId, scope, folded, tokens, sets, Math.min(query.limit, 50)).execute(db)).rows
  const exact = await run(setsOf(tokens))
  if (exact.length > 0) return exact
  const near = forgiving(tokens.words)
  return near.length > 0 ? run(near) : []
}

/**
 * Ids of objects of one kind by their names, whoever asks: for lists and pickers that say for themselves who sees what of them. The best first,
 * ranked as `search` does; nothing is forgiven. Numbers are not asked: who types the beginning of one learns nothing of it here.
 * @returns at most `limit` ids, and that no more than 1,000; none for an empty text
 * Source: own. One statement; indexes search_entry_title, search_entry_tokens. O(rows that share all tokens).
 */
export async function findNamed(
  db: Db | Tx,
  zoneId: string,
  wish: { readonly q: string; readonly kind: string; readonly limit: number },
): Promise<readonly string[]> {
  const folded = fold(wish.q).slice(0, 100)
  if (folded === '') return []
  const tokens = queryTokens(folded)
  // As a `case`, for the reason of `withinReach`.
  const scope = sql<SqlBool>`case when e.zone_id <> ${zoneId} then false else e.object_kind = ${wish.kind} end`
  const named = searchStatement(zoneId, scope, folded, tokens, setsOf(tokens), wish.limit, false)
  const { rows } = await named.execute(db)
  return rows.map(({ objectId }) => objectId)
}

export const setsOf = ({ words, initials }: QueryTokens): readonly (readonly string[])[] =>
  [words, initials ?? []].filter((set) => set.length > 0)

/**
 * The row predicate, kind by kind. As a `case` it is asked of rows that were found by text: the planner can neither begin
 * with the kind, which nearly every row has, nor join row by row with what the actor reaches.
 */
export const withinReach = (zoneId: string, actor: Actor, kinds: readonly string[]): RawBuilder<SqlBool> => {
  const ofKind = (kind: string) =>
    sql`when ${kind} then ${reaches(actor, kind, { zoneId, objectId: sql.ref('e.object_id') })}`
  return sql<SqlBool>`case when e.zone_id <> ${zoneId} then false else case e.object_kind ${sql.join(kinds.map(ofKind), sql` `)} else false end end`
}

/** The one statement of a search; apart, so that its plan can be asked for. */
export function searchStatement(
  zoneId: string,
  scope: RawBuilder<SqlBool>,
  folded: string,
  tokens: QueryTokens,
  sets: readonly (readonly string[])[],
  limit: number,
  byNumber = true,
): RawBuilder<Hit> {
  const rows = sql`select e.object_kind, e.object_id, e.title, e.subtitle, e.number, e.updated_at, e.title_key, e.number_key,
    e.initials, e.tokens from search_entry e where`
  const inZone = sql`e.zone_id = ${zoneId}`
  // The last character of Unicode: everything that begins with the query sorts before it.
  const end = `${folded}\u{10ffff}`
  const numbers = sql`(${rows} ${inZone} and e.number_key >= ${folded} and e.number_key < ${end} and ${scope} order by e.number_key limit ${beginningsMax})`
  const sources = [
    ...(byNumber ? [numbers] : []),
    sql`(${rows} ${inZone} and e.title_key >= ${folded} and e.title_key < ${end} and ${scope} order by e.title_key limit ${beginningsMax})`,
    // The zone is asked inside the scope only, or the planner may begin with it where it knows nothing of the table yet.
    ...(sets.length > 0 ? [sql`(${rows} (${anyOf(sets)}) and ${scope} limit ${rankedMax})`] : []),
  ]
  // Each source brings whole rows: a join back to the table would be planned as a scan of it.
  return sql<Hit>`
    select object_kind as "objectKind", object_id as "objectId", title, subtitle, number, updated_at as "updatedAt"
    from (
      select distinct on (e.object_kind, e.object_id) e.*, ${rank(folded, tokens)} as rank
      from (${sql.join(sources, sql` union all `)}) e
    ) ranked
    order by rank desc, updated_at desc, object_kind, object_id limit ${Math.min(limit, rankedMax)}`
}

const anyOf = (sets: readonly (readonly string[])[]) =>
  sql.join(
    sets.map((set) => sql`e.tokens @> ${[...set]}::text[]`),
    sql` or `,
  )

/** From the very number (900) down to the share of matching pairs (0..100). */
function rank(folded: string, { words, letters }: QueryTokens): RawBuilder<number> {
  const byLetters =
    letters === ''
      ? sql``
      : sql`
    when starts_with(e.initials, ${letters}) then 500
    when position(${letters} in e.initials) > 0 then 300`
  return sql<number>`case
    when e.number_key = ${folded} then 900
    when e.title_key = ${folded} then 800
    when starts_with(e.number_key, ${folded}) then 700
    when starts_with(e.title_key, ${folded}) then 600
    when position(${folded} in e.title_key) > 0 then 400
    ${byLetters}
    else 100.0 * (select count(*) from unnest(${[...words]}::text[]) w where w = any(e.tokens)) / greatest(${words.length}::int, 1)
  end`
}
