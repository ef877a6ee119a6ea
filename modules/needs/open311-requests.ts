import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { AppealState } from './words.ts'

/** An appeal as the public face shows it: nothing of the person or enterprise behind it. */
export type PublicRequest = {
  readonly no: string
  readonly state: AppealState
  readonly category: string | null
  readonly description: string
  readonly address: string
  readonly lat: number | null
  readonly long: number | null
  readonly mediaUrl: string | null
  readonly receivedAt: EpochMs
  readonly updatedAt: EpochMs
  readonly dueAt: EpochMs | null
  readonly owner: string | null
  readonly lastReply: string | null
}

export type RequestFilter = {
  readonly ids: readonly string[]
  readonly serviceCodes: readonly string[]
  readonly status: 'open' | 'closed' | null
  /** Received from (included) to (excluded); null: no limit. */
  readonly from: EpochMs | null
  readonly to: EpochMs | null
  readonly offset: number
  readonly limit: number
}

/** States that GeoReport calls closed. */
export const closedStates: readonly AppealState[] = ['closed', 'archived', 'declined', 'withdrawn', 'merged']

/**
 * Public appeals, newest first. Public is what came in through this face, and what lies in a public category; never what is
 * sensitive or not yet received. Of the latter only the title is shown: who wrote the text did not write it for everyone.
 */
export async function readRequests(db: Db, zoneId: string, filter: RequestFilter): Promise<readonly PublicRequest[]> {
  const ids = [...filter.ids]
  const codes = [...filter.serviceCodes]
  const closed = sql`a.state = any(${[...closedStates]}::text[])`
  const answer = await sql<PublicRequest>`
    select a.no, a.state, a.category,
      case when q.appeal_id is null then a.title else a.body end as description,
      a.address, a.lat, a.lon as long, q.media_url as "mediaUrl", a.received_at as "receivedAt", a.updated_at as "updatedAt",
      case when ${closed} then null else coalesce(o.due_result_at, a.due_at) end as "dueAt", p.name as owner, r.body as "lastReply"
    from appeal a
    left join open311_request q on q.zone_id = a.zone_id and q.appeal_id = a.id
    left join need_category c on c.zone_id = a.zone_id and c.code = a.category
    left join work_order o on o.zone_id = a.zone_id and o.appeal_id = a.id and o.active
    left join party p on p.zone_id = a.zone_id and p.id = a.owner_id::text
    left join lateral (
      select r.body from reply r where r.zone_id = a.zone_id and r.appeal_id = a.id and r.rejected_reason is null
        -- A reply counts as given once it has passed the quality gate.
        and not (a.state = 'replied' and r.at = a.replied_at)
      order by r.at desc limit 1
    ) r on true
    where a.zone_id = ${zoneId} and a.no is not null and a.received_at is not null and not a.sensitive
      and (q.appeal_id is not null or c.public)
      and ${ids.length > 0 ? sql`a.no = any(${ids}::text[])` : sql`true`}
      and ${codes.length > 0 ? sql`a.category = any(${codes}::text[])` : sql`true`}
      and ${filter.status === null ? sql`true` : filter.status === 'closed' ? closed : sql`not ${closed}`}
      and ${filter.from === null ? sql`true` : sql`a.received_at >= ${new Date(filter.from)}::timestamptz`}
      and ${filter.to === null ? sql`true` : sql`a.received_at < ${new Date(filter.to)}::timestamptz`}
    order by a.received_at desc, a.id desc
    limit ${filter.limit} offset ${filter.offset}`.execute(db)
  return answer.rows
}

/** The number behind a token that was given to a client; null when there is none, or it is not public. */
export async function findByToken(db: Db, zoneId: string, token: string): Promise<string | null> {
  const row = await db
    .selectFrom('open311_request as q')
    .innerJoin('appeal as a', (join) => join.onRef('a.zone_id', '=', 'q.zone_id').onRef('a.id', '=', 'q.appeal_id'))
    .select('a.no')
    .where('q.zone_id', '=', zoneId)
    .where('q.token', '=', token)
    .where('a.sensitive', '=', false)
    .executeTakeFirst()
  return row?.no ?? null
}
