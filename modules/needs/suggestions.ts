import { hasRole, type Lang } from '@tingzhou/parties'
import type { z } from 'zod'
import type { appealContract } from './appeal-contract.ts'
import { findDuplicates } from './duplicates.ts'
import { matchArticles } from './knowledge.ts'
import { toAnswer } from './routing-handlers.ts'
import { proposeRoute, type KnownFacts } from './routing-store.ts'
import { suggestCategories } from './suggest-store.ts'
import type { Reader } from './view.ts'

type ForAppeal = z.input<NonNullable<(typeof appealContract.suggestions)['~orpc']['outputSchema']>>
type WhileWriting = z.input<NonNullable<(typeof appealContract.similar)['~orpc']['outputSchema']>>

const articlesMax = 5
// What a person who writes can take in at a glance.
const articlesWhileWriting = 3

/**
 * What helps a dispatcher with one appeal: category, duplicates, owner, articles. A person confirms each. The caller has checked that
 * the reader may see it; owner and duplicates are for those who dispatch or look after it.
 */
export async function suggestFor(reader: Reader, appealId: string, lang: Lang): Promise<ForAppeal> {
  const { deps, actor, now } = reader
  const { db, zoneId } = deps
  const appeal = await db
    .selectFrom('appeal')
    .select(['id', 'title', 'body', 'category', 'nature', 'class as severity'])
    .select(['enterprise_id as enterpriseId', 'area_id as areaId'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', appealId)
    .executeTakeFirst()
  if (!appeal) return { categories: [], duplicates: [], routing: null, articles: [] }
  const words = `${appeal.title} ${appeal.body}`
  const { categories, basis } = await suggestCategories(db, zoneId, words, now)
  const official = hasRole(
    actor,
    'dispatcher',
    'supervisor',
    'area_lead',
    'admin',
    'auditor',
    'leader',
    'dept_head',
    'dept_officer',
  )
  const articles = await matchArticles(db, zoneId, words, articlesMax, now)
  return {
    categories: categories.map((one) => ({ ...one, basis })),
    duplicates: official ? [...(await findDuplicates(db, zoneId, actor, appeal, now))] : [],
    routing: official
      ? await routingFor(reader, { ...appeal, category: appeal.category ?? categories[0]?.code ?? null }, lang)
      : null,
    articles: articles.map(({ id, question, score }) => ({ id, question, score })),
  }
}

async function routingFor({ deps }: Reader, facts: KnownFacts, lang: Lang): Promise<ForAppeal['routing']> {
  const route = await proposeRoute(deps.db, deps, facts)
  return route ? toAnswer(route, lang) : null
}

/** What helps somebody who is writing a need: where it may belong, and answers that are there already. */
export async function suggestWhileWriting(
  { deps, now }: Reader,
  input: { readonly title: string; readonly text: string },
): Promise<WhileWriting> {
  const words = `${input.title} ${input.text}`
  const { categories } = await suggestCategories(deps.db, deps.zoneId, words, now)
  return {
    categories: [...categories],
    articles: await matchArticles(deps.db, deps.zoneId, words, articlesWhileWriting, now),
  }
}
