import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { containing, type CommandReused } from '@tingzhou/db'
import { keysetPage, problem, requireActor, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type { RaiseError } from './appeal.ts'
import './kinds.ts'
import { meetingContract } from './meetings-contract.ts'
import {
  addItem,
  announceMeeting,
  cancelMeeting,
  changeMeeting,
  followUp,
  holdMeeting,
  raiseItem,
  selectItems,
  selectMeetings,
  type MeetingError,
  type StoredItem,
  type StoredMeeting,
} from './meetings.ts'
import { appealProblems } from './problems.ts'
import { command, commonProblems, given, refuse } from './room.ts'
import { needsDeps } from './runtime.ts'
import { readNames, refOf } from './zone-map.ts'
import './texts.ts'

const problems = {
  ...appealProblems,
  ...commonProblems,
  meeting_not_found: refuse(404),
  meeting_state: refuse(409, 'state'),
  meeting_in_future: refuse(422, 'date'),
  item_not_found: refuse(404),
  item_state: refuse(409, 'state'),
  item_needs_enterprise: refuse(422, 'enterpriseId'),
  not_your_item: refuse(403),
  not_your_area: refuse(403),
  enterprise_unknown: refuse(422, 'enterpriseIds'),
  owner_unknown: refuse(422, 'ownerId'),
  area_unknown: refuse(422, 'areaId'),
  account_unknown: refuse(422),
} satisfies ProblemTable<MeetingError | RaiseError | CommandReused>

const os = implement(meetingContract).$context<RequestContext>()

export const meetingHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    let query = readable(context, requireActor(context))
    if (input.state) query = query.where('meeting.state', '=', input.state)
    if (input.areaId) query = query.where('area_id', '=', input.areaId)
    if (input.from) query = query.where('day', '>=', input.from)
    if (input.to) query = query.where('day', '<=', input.to)
    if (input.q) query = query.where('meeting.title', 'ilike', containing(input.q))
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('day'), order: 'desc', kind: 'string', read: (row) => row.date },
        { ref: sql.ref('meeting.id'), order: 'desc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    return { rows: await meetingViews(context, page.rows), next: page.next, total: counted?.n ?? 0 }
  }),
  get: os.get.handler(async ({ context, input }) => {
    const row = await readable(context, requireActor(context)).where('meeting.id', '=', input.id).executeTakeFirst()
    const [view] = row ? await meetingViews(context, [row]) : []
    if (view) return view
    throw problem({ kind: 'meeting_not_found', status: 404, area: 'needs', field: 'id', value: input.id })
  }),
  announce: os.announce.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    return unwrap(
      await command(context, actor, 'announce_meeting', input, (tx) => announceMeeting(tx, context.deps, actor, input)),
      problems,
    )
  }),
  change: os.change.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { id, rev, why, commandId: _, ...change } = input
    const changed = await command(context, actor, 'change_meeting', input, (tx) =>
      changeMeeting(tx, context.deps, actor, { id, rev, why, change: given(change) }),
    )
    return unwrap(changed, problems)
  }),
  addItem: os.addItem.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    return unwrap(
      await command(context, actor, 'add_meeting_item', input, (tx) => addItem(tx, context.deps, actor, input)),
      problems,
    )
  }),
  hold: os.hold.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    return unwrap(
      await command(context, actor, 'hold_meeting', input, (tx) => holdMeeting(tx, context.deps, actor, input)),
      problems,
    )
  }),
  cancel: os.cancel.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    return unwrap(
      await command(context, actor, 'cancel_meeting', input, (tx) => cancelMeeting(tx, context.deps, actor, input)),
      problems,
    )
  }),
  raise: os.raise.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const raised = await command(context, actor, 'raise_meeting_item', input, (tx) =>
      raiseItem(tx, needsDeps(context.deps), actor, input),
    )
    return unwrap(raised, problems)
  }),
  followUp: os.followUp.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    return unwrap(
      await command(context, actor, 'follow_up_item', input, (tx) => followUp(tx, context.deps, actor, input)),
      problems,
    )
  }),
  items: os.items.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId, clock } = context.deps
    const today = localDateOf(clock())
    let query = selectItems(db, zoneId)
      .innerJoin('meeting as m', (join) =>
        join.onRef('m.zone_id', '=', 'meeting_item.zone_id').onRef('m.id', '=', 'meeting_item.meeting_id'),
      )
      .select(['m.title as meetingTitle', 'm.day as meetingDay'])
      .where('meeting_item.state', '=', input.state)
      .where(reaches(actor, 'meeting', { zoneId, objectId: sql.ref('m.id') }))
    if (input.ownerId) query = query.where('owner_id', '=', input.ownerId)
    if (input.overdue !== undefined)
      query = query.where(sql<boolean>`coalesce(due < ${today}::date, false) = ${input.overdue}::boolean`)
    if (input.q) query = query.where('meeting_item.title', 'ilike', containing(input.q))
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        // What has no day comes last.
        { ref: sql`coalesce(due, '9999-12-31')`, order: 'asc', kind: 'string', read: (row) => row.due ?? '9999-12-31' },
        { ref: sql.ref('meeting_item.id'), order: 'asc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    const views = await itemViews(context, page.rows)
    return {
      rows: page.rows.flatMap((row, i) => {
        const view = views[i]
        return view ? [{ ...view, meeting: { id: row.meetingId, title: row.meetingTitle, date: row.meetingDay } }] : []
      }),
      next: page.next,
      total: counted?.n ?? 0,
    }
  }),
})

const readable = ({ deps }: RequestContext, actor: Actor) =>
  selectMeetings(deps.db, deps.zoneId).where(
    reaches(actor, 'meeting', { zoneId: deps.zoneId, objectId: sql.ref('meeting.id') }),
  )

async function meetingViews(context: RequestContext, rows: readonly StoredMeeting[]) {
  if (rows.length === 0) return []
  const { db, zoneId } = context.deps
  const names = await readNames(
    db,
    zoneId,
    rows.flatMap((row) => [row.hostId, row.areaId, ...row.enterpriseIds, ...row.departmentIds]),
  )
  const items = await selectItems(db, zoneId)
    .where(
      'meeting_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('number')
    .limit(5_000)
    .execute()
  const views = await itemViews(context, items)
  return rows.map((row) => ({
    ...row,
    enterpriseIds: [...row.enterpriseIds],
    departmentIds: [...row.departmentIds],
    host: refOf(names, row.hostId),
    area: row.areaId === null ? null : refOf(names, row.areaId),
    enterprises: row.enterpriseIds.map((id) => refOf(names, id)),
    departments: row.departmentIds.map((id) => refOf(names, id)),
    items: views.filter((_, i) => items[i]?.meetingId === row.id),
    openItems: items.filter(({ meetingId, state }) => meetingId === row.id && state === 'open').length,
  }))
}

async function itemViews({ deps }: RequestContext, items: readonly StoredItem[]) {
  const { db, zoneId, clock } = deps
  const today = localDateOf(clock())
  const names = await readNames(
    db,
    zoneId,
    items.flatMap((item) => [item.enterpriseId, item.ownerId]),
  )
  const ids = items.flatMap(({ appealId }) => appealId ?? [])
  const appeals =
    ids.length === 0
      ? []
      : await db
          .selectFrom('appeal')
          .select(['id', 'no', 'state'])
          .where('zone_id', '=', zoneId)
          .where('id', 'in', ids)
          .execute()
  return items.map(({ enterpriseId, ownerId, appealId, ...item }) => ({
    ...item,
    enterprise: enterpriseId === null ? null : refOf(names, enterpriseId),
    owner: ownerId === null ? null : refOf(names, ownerId),
    overdue: item.state === 'open' && item.due !== null && item.due < today,
    appeal: appeals.find(({ id }) => id === appealId) ?? null,
  }))
}
