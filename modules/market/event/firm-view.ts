import { sql, type SqlBool } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { chainCatalogue } from '@tingzhou/chains'
import { containing } from '@tingzhou/db'
import { partiesOf } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import { firmNames, type FirmRef } from '../firm.ts'
import type { Reader } from '../room.ts'
import { eventRows, isStaff, type Wish } from './event-rows.ts'
import './tables.ts'
import { isOfTheme, postingsOf, themeCodes, type Posting } from './theme.ts'
import type { EventFirmState } from './words.ts'

/** Firms outside the zone have uuids; the ids of enterprises are not read as such. */
const isOutsideFirm = (alias: 'f' | 'm') =>
  sql<boolean>`o.id = case when ${sql.ref(`${alias}.firm_outside`)} then ${sql.ref(`${alias}.firm_id`)}::uuid end`
const nameOf = (alias: 'f' | 'm') => sql<string>`coalesce(p.name, o.name, ${sql.ref(`${alias}.firm_id`)})`

/** Registrations of a day, each firm with its name. */
export const firmRows = ({ deps: { db, zoneId } }: Reader, eventId: string) =>
  db
    .selectFrom('market_event_firm as f')
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'f.zone_id').onRef('p.id', '=', 'f.firm_id'))
    .leftJoin('chain_outside as o', (join) => join.onRef('o.zone_id', '=', 'f.zone_id').on(isOutsideFirm('f')))
    .where('f.zone_id', '=', zoneId)
    .where('f.event_id', '=', eventId)
    .selectAll('f')
    .select([
      nameOf('f').as('name'),
      sql<number>`(select count(*)::integer from market_event_seat s
        where s.zone_id = f.zone_id and s.event_id = f.event_id and s.firm_id = f.firm_id)`.as('meetings'),
    ])
type FirmRow = Awaited<ReturnType<ReturnType<typeof firmRows>['execute']>>[number]

/** The same as they are shown. Three statements at most. */
export async function firmViews({ deps }: Reader, rows: readonly FirmRow[]) {
  const wished = rows.flatMap(({ wishes }) => wishes)
  const outside = await outsideAmong(deps.db, deps.zoneId, rows[0]?.event_id, wished)
  const refOf = (id: string): FirmRef => ({ id, isOutside: outside.has(id) })
  const named = await namer({ deps }, wished.map(refOf))
  return rows.map((row) => ({
    firm: { id: row.firm_id, name: row.name, isOutside: row.firm_outside },
    state: row.state,
    persons: row.persons,
    away: row.away,
    wishes: row.wishes.map((id) => named(refOf(id))),
    invitedAt: row.invited_at,
    registeredAt: row.registered_at,
    arrivedAt: row.arrived_at,
    meetings: row.meetings,
    rev: row.rev,
  }))
}

async function outsideAmong(
  db: Reader['deps']['db'],
  zoneId: string,
  eventId: string | undefined,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (eventId === undefined || ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('market_event_firm')
    .select('firm_id')
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', eventId)
    .where('firm_id', 'in', [...new Set(ids)])
    .where('firm_outside', '=', true)
    .execute()
  return new Set(rows.map(({ firm_id }) => firm_id))
}

/** What makes a firm of a reference, with its name. Two statements at most. */
export async function namer({ deps: { db, zoneId } }: Pick<Reader, 'deps'>, refs: readonly FirmRef[]) {
  const names = await firmNames(db, zoneId, refs)
  return ({ id, isOutside }: FirmRef) => ({ id, name: names.get(id) ?? id, isOutside })
}

/** A posting in few words. Pure. */
export const topicOf = ({
  id,
  number,
  text,
  product_code: product,
}: Pick<Posting, 'id' | 'number' | 'text' | 'product_code'>) => ({
  id,
  number,
  text: text.slice(0, 200),
  product,
})
const topicsMax = 5

/**
 * A page of the firms of a day, by name. Firms see those that come, and what these offer and need: whom they could wish to meet; staff see
 * the invited and the withdrawn too. Null: the day is out of reach. Eight statements at most.
 */
export async function listFirms(
  reader: Reader,
  wish: Wish & { readonly id: string; readonly state?: EventFirmState | undefined },
) {
  const event = await eventRows(reader).where('e.id', '=', wish.id).executeTakeFirst()
  if (!event) return null
  let query = firmRows(reader, wish.id)
  const staff = isStaff(reader.actor)
  const name = nameOf('f')
  if (!staff) query = query.where('f.state', '=', 'registered')
  if (wish.state) query = query.where('f.state', '=', wish.state)
  if (wish.q) query = query.where(sql<SqlBool>`${name} ilike ${containing(wish.q)}`)
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: name, order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('f.firm_id'), order: 'asc', kind: 'string', read: (row) => row.firm_id },
    ],
    wish,
  )
  const ids = page.rows.map(({ firm_id }) => firm_id)
  const { db, zoneId, clock } = reader.deps
  const postings = await postingsOf(db, zoneId, ids, event.products, localDateOf(clock()))
  const own = partiesOf(reader.actor, 'enterprise')
  const rows = (await firmViews(reader, page.rows)).map((row) => {
    const topics = postings.filter(({ firm_id }) => firm_id === row.firm.id).slice(0, topicsMax)
    const isOpen = staff || own.includes(row.firm.id)
    // When another firm cannot come and whom it wishes to meet is not for everybody.
    const said = isOpen ? {} : { away: [], wishes: [], persons: null, invitedAt: null, arrivedAt: null, meetings: 0 }
    return { ...row, ...said, postings: topics.map(topicOf) }
  })
  return { ...page, rows }
}

/** A page of firms with open postings of the theme that were not invited and do not come yet, by name. Null: out of reach. Four statements. */
export async function listCandidates(reader: Reader, wish: Wish & { readonly id: string }) {
  const event = await eventRows(reader).where('e.id', '=', wish.id).executeTakeFirst()
  if (!event) return null
  const { db, zoneId, clock } = reader.deps
  const codes = themeCodes(await chainCatalogue(db, zoneId), event.products)
  let query = db
    .selectFrom('market_posting as m')
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'm.zone_id').onRef('p.id', '=', 'm.firm_id'))
    .leftJoin('chain_outside as o', (join) => join.onRef('o.zone_id', '=', 'm.zone_id').on(isOutsideFirm('m')))
    .where('m.zone_id', '=', zoneId)
    .where(isOfTheme('m', codes, localDateOf(clock())))
    .where(
      sql<SqlBool>`not exists (select from market_event_firm x
        where x.zone_id = ${zoneId} and x.event_id = ${wish.id}::uuid and x.firm_id = m.firm_id)`,
    )
    .groupBy(['m.firm_id', 'm.firm_outside', 'p.name', 'o.name'])
    .select([
      'm.firm_id as id',
      nameOf('m').as('name'),
      'm.firm_outside as isOutside',
      sql<number>`count(*) filter (where m.kind = 'need')::integer`.as('needs'),
      sql<number>`count(*) filter (where m.kind = 'offer')::integer`.as('offers'),
    ])
  if (wish.q) query = query.where(sql<SqlBool>`${nameOf('m')} ilike ${containing(wish.q)}`)
  const page = await countedPage(
    db,
    db.selectFrom(query.as('c')).selectAll('c'),
    [
      { ref: sql.ref('c.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('c.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const rows = page.rows.map(({ needs, offers, ...firm }) => ({ firm, needs, offers }))
  return { ...page, rows }
}
