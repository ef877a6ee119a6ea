import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { ok } from '@tingzhou/kernel'
import { runCommand, type CommandReused, type Db } from '@tingzhou/db'
import {
  commandProblems,
  keysetPage,
  requireActor,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { noticesContract } from './contract.ts'
import { countUnread, listMutes, readNotices, setMutes } from './notice.ts'
import { noticeText } from './texts.ts'

const problems = commandProblems satisfies ProblemTable<CommandReused>

const os = implement(noticesContract).$context<RequestContext>()

export const noticesRouter = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const { accountId } = requireActor(context)
    const { db, zoneId } = context.deps
    const page = await listNotices(db, zoneId, accountId, input)
    const rows = page.rows.map((row) => ({ ...row, title: noticeText(context.lang, row.titleKey, row.params) }))
    return { rows, next: page.next, total: null, unread: await countUnread(db, zoneId, accountId) }
  }),
  unread: os.unread.handler(async ({ context }) => {
    const { accountId } = requireActor(context)
    return countUnread(context.deps.db, context.deps.zoneId, accountId)
  }),
  read: os.read.handler(async ({ context, input: { commandId, ...which } }) => {
    const { accountId } = requireActor(context)
    const { clock, zoneId } = context.deps
    const command = { commandId, actorId: accountId, name: 'notices.read', input: which }
    const result = await runCommand(context.deps, command, async (tx) =>
      ok({ read: await readNotices(tx, zoneId, accountId, which.ids ?? 'all', clock()) }),
    )
    return unwrap(result, problems)
  }),
  mutes: os.mutes.handler(async ({ context }) => {
    const { accountId } = requireActor(context)
    return { kinds: [...(await listMutes(context.deps.db, context.deps.zoneId, accountId))] }
  }),
  setMutes: os.setMutes.handler(async ({ context, input: { commandId, kinds } }) => {
    const { accountId } = requireActor(context)
    const command = { commandId, actorId: accountId, name: 'notices.set_mutes', input: kinds }
    const result = await runCommand(context.deps, command, async (tx) => {
      await setMutes(tx, context.deps.zoneId, accountId, kinds)
      return ok({ kinds: [...(await listMutes(tx, context.deps.zoneId, accountId))] })
    })
    return unwrap(result, problems)
  }),
})

type NoticeFilter = {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly needsMe?: boolean | undefined
  readonly unread?: boolean | undefined
}

/** Newest first, by the index notice_of_account. */
function listNotices(db: Db, zoneId: string, accountId: string, filter: NoticeFilter) {
  let query = db
    .selectFrom('notice')
    .select(['id', 'kind', 'needs_me as needsMe', 'title_key as titleKey', 'params'])
    .select(['object_kind as objectKind', 'object_id as objectId', 'link', 'at', 'read_at as readAt'])
    .where('zone_id', '=', zoneId)
    .where('account_id', '=', accountId)
  if (filter.needsMe !== undefined) query = query.where('needs_me', '=', filter.needsMe)
  if (filter.unread === true) query = query.where('read_at', 'is', null)
  if (filter.unread === false) query = query.where('read_at', 'is not', null)
  return keysetPage(
    query,
    [
      { ref: sql.ref('at'), order: 'desc', kind: 'instant', read: (row) => row.at },
      { ref: sql.ref('id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    filter,
  )
}
