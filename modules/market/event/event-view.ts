import { sql } from 'kysely'
import { containing } from '@tingzhou/db'
import { partiesOf } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import type { Reader } from '../room.ts'
import { eventRows, isStaff, type EventRow, type Wish } from './event-rows.ts'
import { firmRows, firmViews } from './firm-view.ts'
import { slotsOf, timeOf, type EventState } from './words.ts'

const eventView = (row: EventRow, staff: boolean) => ({
  id: row.id,
  number: row.number,
  name: row.name,
  day: row.day,
  place: row.place,
  from: timeOf(row.from_minute),
  to: timeOf(row.to_minute),
  meetingMinutes: row.meeting_minutes,
  tables: row.tables,
  registerBy: row.register_by,
  products: row.products,
  meetingsMax: row.meetings_max,
  remark: row.remark,
  state: row.state,
  slots: slotsOf(row.from_minute, row.to_minute, row.meeting_minutes),
  registered: row.registered,
  // How a day stands among those who plan it is their business.
  invited: staff ? row.invited : 0,
  planned: row.planned,
  leftOut: staff ? row.left : 0,
  slotsBound: staff ? row.slots_bound : null,
  plannedAt: row.planned_at,
  heldAt: row.held_at,
  followedAt: row.followed_at,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of matchmaking days within reach, the latest first. Two statements. */
export async function listEvents(reader: Reader, wish: Wish & { readonly state?: EventState | undefined }) {
  let query = eventRows(reader)
  const { state, q } = wish
  if (state) query = query.where('e.state', '=', state)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('e.name', 'ilike', containing(q)),
        eb('e.number', 'ilike', containing(q)),
        eb('e.place', 'ilike', containing(q)),
      ]),
    )
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql.ref('e.day'), order: 'desc', kind: 'string', read: (row) => row.day },
      { ref: sql.ref('e.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map((row) => eventView(row, isStaff(reader.actor))) }
}

/** One day with the registrations of the reader's own firms, or null. Five statements at most. */
export async function findEvent(reader: Reader, id: string) {
  const row = await eventRows(reader).where('e.id', '=', id).executeTakeFirst()
  if (!row) return null
  const own = partiesOf(reader.actor, 'enterprise')
  const mine =
    own.length === 0
      ? []
      : await firmRows(reader, id)
          .where('f.firm_id', 'in', [...own])
          .execute()
  return { ...eventView(row, isStaff(reader.actor)), mine: await firmViews(reader, mine) }
}
