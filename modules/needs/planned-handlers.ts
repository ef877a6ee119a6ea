import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import { keysetPage, requireActor, type RequestContext } from '@tingzhou/http'
import { plannedContract } from './planned-contract.ts'
import type { AppealState, UrgencyClass } from './words.ts'
import { readNames, refOf } from './zone-map.ts'

const os = implement(plannedContract).$context<RequestContext>()

export const plannedHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId, clock } = context.deps
    const today = localDateOf(clock())
    let query = db
      .selectFrom('planned_item as p')
      .innerJoin('appeal as a', (join) => join.onRef('a.zone_id', '=', 'p.zone_id').onRef('a.id', '=', 'p.appeal_id'))
      .select(['p.id', 'p.plan', 'p.owner_id', 'p.review_date', 'p.state', 'p.created_at'])
      .select(['a.id as appeal_id', 'a.no', 'a.title', 'a.state as appeal_state', 'a.class', 'a.category'])
      .select('a.enterprise_id')
      .where('p.zone_id', '=', zoneId)
      .where('p.state', '=', input.state)
      .where(reaches(actor, 'appeal', { zoneId, objectId: sql.ref('a.id') }))
    if (input.ownerId) query = query.where('p.owner_id', '=', input.ownerId)
    if (input.overdue !== undefined)
      query = query.where(
        input.overdue ? sql<boolean>`p.review_date < ${today}::date` : sql<boolean>`p.review_date >= ${today}::date`,
      )
    if (input.q)
      query = query.where((eb) =>
        eb.or([eb('a.title', 'ilike', containing(input.q ?? '')), eb('a.no', 'ilike', containing(input.q ?? ''))]),
      )
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('p.review_date'), order: 'asc', kind: 'string', read: (row) => row.review_date },
        { ref: sql.ref('p.id'), order: 'asc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    const names = await readNames(
      db,
      zoneId,
      page.rows.flatMap((row) => [row.owner_id, row.enterprise_id]),
    )
    const rows = page.rows.map((row) => ({
      id: row.id,
      plan: row.plan,
      owner: refOf(names, row.owner_id),
      reviewDate: row.review_date,
      overdue: row.state === 'open' && row.review_date < today,
      state: row.state,
      listedAt: row.created_at,
      appeal: {
        id: row.appeal_id,
        no: row.no,
        title: row.title,
        state: row.appeal_state satisfies AppealState,
        class: row.class satisfies UrgencyClass,
        category: row.category,
        enterprise: row.enterprise_id === null ? null : refOf(names, row.enterprise_id),
      },
    }))
    return { rows, next: page.next, total: counted?.n ?? 0 }
  }),
})
