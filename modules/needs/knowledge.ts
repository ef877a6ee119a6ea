import { sql } from 'kysely'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { bigrams, textKey } from '@tingzhou/names'
import type { Actor } from '@tingzhou/parties'
import { recordDeeds, type ZoneDeps } from './deed.ts'
import type { Changed } from './fields.ts'
import { isUsableCategory } from './taxonomy.ts'
import { readZoneMap } from './zone-map.ts'

/** What a knowledge article 知识条目 says. */
export type ArticleFields = {
  readonly question: string
  readonly answer: string
  readonly category: string | null
  readonly basis: string
  readonly basisUrl: string | null
  readonly ownerId: string | null
  readonly validTo: string | null
}

export type StoredArticle = ArticleFields & {
  readonly id: string
  readonly retired: boolean
  readonly usedCount: number
  readonly lastUsedAt: EpochMs | null
  readonly synthetic: boolean
  readonly rev: number
  readonly updatedAt: EpochMs
  readonly updatedBy: string
}

export type ArticleError =
  | { readonly kind: 'article_not_found'; readonly value: string }
  | { readonly kind: 'owner_unknown'; readonly value: string }
  | { readonly kind: 'category_unknown'; readonly value: string }
  | StaleRevision

/** Whether an article may be cited on a day. O(1). */
export const isCurrent = (article: Pick<StoredArticle, 'retired' | 'validTo'>, today: string): boolean =>
  !article.retired && (article.validTo === null || today <= article.validTo)

// Enough to find an article by any of its sentences; more would only slow the index down.
const gramsMax = 1_500

/** What an article is found by: character pairs of question and answer. O(length). */
export const gramsOf = (question: string, answer: string): readonly string[] =>
  [...new Set([...bigrams(textKey(question)), ...bigrams(textKey(answer))])].slice(0, gramsMax)

/**
 * How well a question fits words that somebody writes.
 * @returns share of the shorter one's character pairs that the other has, in [0, 1]
 * Source: own; overlap coefficient. O(length).
 */
export function likeness(question: string, words: string): number {
  const [a, b] = [bigrams(textKey(question)), bigrams(textKey(words))]
  const shorter = Math.min(a.size, b.size)
  if (shorter === 0) return 0
  return [...a].filter((gram) => b.has(gram)).length / shorter
}

export async function findArticle(tx: Tx | Db, zoneId: string, id: string): Promise<StoredArticle | null> {
  const row = await selectArticles(tx, zoneId).where('id', '=', id).executeTakeFirst()
  return row ? toArticle(row) : null
}

/** Adds an article. */
export async function addArticle(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: ArticleFields & { readonly synthetic: boolean },
): Promise<Result<Changed, ArticleError>> {
  const known = await checkReferences(tx, deps.zoneId, input)
  if (!known.ok) return known
  const id = newId()
  const now = at(deps.clock())
  await tx
    .insertInto('knowledge_article')
    .values({
      zone_id: deps.zoneId,
      id,
      ...columnsOf(input),
      synthetic: input.synthetic,
      created_at: now,
      created_by: actor.name,
      updated_at: now,
      updated_by: actor.name,
    })
    .execute()
  await recordDeeds(tx, deps, actor, [
    { ...deedOf(id), verb: 'add', event: 'article_added', data: fieldsOf({ ...input, retired: false }) },
  ])
  return ok({ id, rev: 1 })
}

/** Changes, retires or restores an article. */
export async function changeArticle(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly change: Partial<ArticleFields & { readonly retired: boolean }>
  },
): Promise<Result<Changed, ArticleError>> {
  const row = await selectArticles(tx, deps.zoneId).where('id', '=', input.id).forUpdate().executeTakeFirst()
  if (!row) return err({ kind: 'article_not_found', value: input.id })
  const before = toArticle(row)
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  const after = { ...before, ...input.change }
  const known = await checkReferences(tx, deps.zoneId, input.change)
  if (!known.ok) return known
  const now = deps.clock()
  await tx
    .updateTable('knowledge_article')
    .set({
      ...columnsOf(after),
      ...(after.retired === before.retired ? {} : { retired_at: after.retired ? at(now) : null }),
      updated_at: at(now),
      updated_by: actor.name,
      rev: before.rev + 1,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await recordDeeds(tx, deps, actor, [
    {
      ...deedOf(input.id),
      verb: 'change',
      event: 'article_changed',
      reason: input.why,
      data: { before: fieldsOf(before), after: fieldsOf(after) },
    },
  ])
  return ok({ id: input.id, rev: before.rev + 1 })
}

/**
 * Cites an article in an answer: counts the use and remembers for which appeal.
 * @returns the article, or null when it does not exist, is retired or has expired
 */
export async function useArticle(
  tx: Tx,
  zoneId: string,
  articleId: string,
  now: EpochMs,
  use: { readonly appealId: string; readonly by: string },
): Promise<StoredArticle | null> {
  const row = await selectArticles(tx, zoneId).where('id', '=', articleId).forUpdate().executeTakeFirst()
  if (!row) return null
  const article = toArticle(row)
  if (!isCurrent(article, localDateOf(now))) return null
  await tx
    .insertInto('knowledge_use')
    .values({ zone_id: zoneId, article_id: articleId, appeal_id: use.appealId, at: at(now), by_name: use.by })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .updateTable('knowledge_article')
    .set((eb) => ({ used_count: eb('used_count', '+', 1), last_used_at: at(now) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', articleId)
    .execute()
  return article
}

export type ArticleMatch = {
  readonly id: string
  readonly question: string
  readonly answer: string
  readonly score: number
}

// Below a third of common pairs a hit is chance.
const likenessMin = 0.34
const candidatesMax = 30

/** Articles in force that answer words which somebody writes, best first. One statement, by the index on pairs. */
export async function matchArticles(
  tx: Tx | Db,
  zoneId: string,
  words: string,
  limit: number,
  now: EpochMs,
): Promise<ArticleMatch[]> {
  const grams = [...bigrams(textKey(words.slice(0, 600)))]
  if (grams.length === 0) return []
  const rows = await selectArticles(tx, zoneId)
    .where(sql<boolean>`grams && ${grams}::text[]`)
    .where('retired_at', 'is', null)
    .where(sql<boolean>`coalesce(valid_to >= ${localDateOf(now)}::date, true)`)
    .orderBy(commonGrams(grams), 'desc')
    .orderBy('id')
    .limit(candidatesMax)
    .execute()
  return rows
    .map(({ id, question, answer }) => ({ id, question, answer, score: likeness(question, words) }))
    .filter(({ score }) => score >= likenessMin)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit)
}

/** How many of the pairs an article has. */
export const commonGrams = (grams: readonly string[]) =>
  sql<number>`(select count(*) from unnest(grams) as gram where gram = any(${[...grams]}::text[]))`

async function checkReferences(
  tx: Tx,
  zoneId: string,
  { ownerId, category }: Partial<ArticleFields>,
): Promise<Result<void, ArticleError>> {
  if (category && !(await isUsableCategory(tx, zoneId, category)))
    return err({ kind: 'category_unknown', value: category })
  if (ownerId && !(await readZoneMap(tx, zoneId)).departments.has(ownerId))
    return err({ kind: 'owner_unknown', value: ownerId })
  return ok(undefined)
}

const deedOf = (id: string) => ({ objectKind: 'knowledge_article', objectId: id }) as const

const fieldsOf = ({
  question,
  answer,
  category,
  basis,
  basisUrl,
  ownerId,
  validTo,
  ...rest
}: ArticleFields & { readonly retired: boolean }) => ({
  question,
  answer,
  category,
  basis,
  basisUrl,
  ownerId,
  validTo,
  retired: rest.retired,
})

const columnsOf = (fields: ArticleFields) => ({
  question: fields.question,
  answer: fields.answer,
  category: fields.category,
  basis: fields.basis,
  basis_url: fields.basisUrl,
  owner_id: fields.ownerId,
  valid_to: fields.validTo,
  grams: [...gramsOf(fields.question, fields.answer)],
})

export const selectArticles = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('knowledge_article')
    .select(['id', 'question', 'answer', 'category', 'basis', 'basis_url', 'owner_id', 'valid_to', 'retired_at'])
    .select(['used_count', 'last_used_at', 'synthetic', 'rev', 'updated_at', 'updated_by'])
    .where('zone_id', '=', zoneId)

type ArticleRow = Awaited<ReturnType<ReturnType<typeof selectArticles>['execute']>>[number]

export const toArticle = (row: ArticleRow): StoredArticle => ({
  id: row.id,
  question: row.question,
  answer: row.answer,
  category: row.category,
  basis: row.basis,
  basisUrl: row.basis_url,
  ownerId: row.owner_id,
  validTo: row.valid_to,
  retired: row.retired_at !== null,
  usedCount: row.used_count,
  lastUsedAt: row.last_used_at,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})
