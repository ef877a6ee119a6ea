import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import type { CommandReused } from '@tingzhou/db'
import {
  keysetPage,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { bigrams, textKey } from '@tingzhou/names'
import { writesArticles } from './kinds.ts'
import { knowledgeContract, type Article } from './knowledge-contract.ts'
import {
  addArticle,
  changeArticle,
  commonGrams,
  findArticle,
  isCurrent,
  selectArticles,
  toArticle,
  type ArticleError,
  type StoredArticle,
} from './knowledge.ts'
import { command, commonProblems, given, refuse } from './room.ts'
import { readNames, refOf } from './zone-map.ts'
import './texts.ts'

const problems = {
  ...commonProblems,
  article_not_found: refuse(404, 'id'),
  owner_unknown: refuse(422, 'ownerId'),
  category_unknown: refuse(422, 'category'),
} satisfies ProblemTable<ArticleError | CommandReused>

const os = implement(knowledgeContract).$context<RequestContext>()

export const knowledgeHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    requireActor(context)
    const { db, zoneId, clock } = context.deps
    const today = localDateOf(clock())
    let query = selectArticles(db, zoneId)
    if (input.category) query = query.where('category', 'like', `${input.category}%`)
    if (input.ownerId) query = query.where('owner_id', '=', input.ownerId)
    const expired = sql<boolean>`coalesce(valid_to < ${today}::date, false)`
    if (input.state === 'retired') query = query.where('retired_at', 'is not', null)
    if (input.state === 'expired') query = query.where('retired_at', 'is', null).where(expired)
    if (input.state === 'current') query = query.where('retired_at', 'is', null).where(sql<boolean>`not ${expired}`)
    const grams = input.q ? [...bigrams(textKey(input.q))] : []
    if (grams.length > 0) {
      const rows = await query
        .where(sql<boolean>`grams && ${grams}::text[]`)
        .orderBy(commonGrams(grams), 'desc')
        .orderBy('updated_at', 'desc')
        .limit(input.limit)
        .execute()
      return { rows: await toViews(context, rows.map(toArticle)), next: null, total: null }
    }
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('updated_at'), order: 'desc', kind: 'instant', read: (row) => row.updated_at },
        { ref: sql.ref('id'), order: 'desc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    return { rows: await toViews(context, page.rows.map(toArticle)), next: page.next, total: counted?.n ?? 0 }
  }),
  get: os.get.handler(async ({ context, input }) => {
    requireActor(context)
    const article = await findArticle(context.deps.db, context.deps.zoneId, input.id)
    const [view] = article ? await toViews(context, [article]) : []
    if (view) return view
    throw problem({ kind: 'article_not_found', status: 404, area: 'needs', field: 'id', value: input.id })
  }),
  create: os.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...writesArticles)
    const added = await command(context, actor, 'add_article', input, (tx) =>
      addArticle(tx, context.deps, actor, input),
    )
    return unwrap(added, problems)
  }),
  change: os.change.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...writesArticles)
    const { id, rev, why, commandId: _, ...change } = input
    const changed = await command(context, actor, 'change_article', input, (tx) =>
      changeArticle(tx, context.deps, actor, { id, rev, why, change: given(change) }),
    )
    return unwrap(changed, problems)
  }),
  uses: os.uses.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId } = context.deps
    const query = db
      .selectFrom('knowledge_use as u')
      .innerJoin('appeal as a', (join) => join.onRef('a.zone_id', '=', 'u.zone_id').onRef('a.id', '=', 'u.appeal_id'))
      .select(['u.appeal_id as appealId', 'a.no', 'a.title', 'u.at', 'u.by_name as by'])
      .where('u.zone_id', '=', zoneId)
      .where('u.article_id', '=', input.id)
      .where(reaches(actor, 'appeal', { zoneId, objectId: sql.ref('a.id') }))
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('u.at'), order: 'desc', kind: 'instant', read: (row) => row.at },
        { ref: sql.ref('u.appeal_id'), order: 'desc', kind: 'string', read: (row) => row.appealId },
      ],
      input,
    )
    return { rows: [...page.rows], next: page.next, total: null }
  }),
})

async function toViews({ deps }: RequestContext, articles: readonly StoredArticle[]): Promise<Article[]> {
  const names = await readNames(
    deps.db,
    deps.zoneId,
    articles.map(({ ownerId }) => ownerId),
  )
  const today = localDateOf(deps.clock())
  return articles.map((article) => ({
    ...article,
    owner: article.ownerId === null ? null : refOf(names, article.ownerId),
    expired: !article.retired && !isCurrent(article, today),
  }))
}
