import { sql, type SqlBool } from 'kysely'
import { partiesOf, type Actor } from '@tingzhou/parties'
import type { Application, Package } from './dossier.ts'
import type { OneThing } from './one-thing.ts'
import type { Reader } from './reader.ts'

/** A place as the one-thing names it; null: where the lead is. Pure. */
export function placeNamed({ joint }: Pick<OneThing, 'joint'>, area: string | null) {
  if (area === null || area === '') return null
  return { area, name: joint?.places.find((place) => place.area === area)?.name ?? { zh: area, en: area } }
}

/** The items of a package by name. Pure. */
export const itemsNamed = ({ items }: Pick<OneThing, 'items'>, codes: readonly string[]) =>
  codes.map((code) => ({ code, name: items.find((item) => item.code === code)?.name ?? { zh: code, en: code } }))

/** The packages of a joint application, one a place: where what is, and since when. One statement, none for other modes. */
export async function placesOfApplication({ deps }: Reader, { id, mode }: Application, body: OneThing) {
  if (mode !== 'joint') return []
  const rows = await deps.db
    .selectFrom('cross_region_package')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', id)
    .where('place', '<>', '')
    .orderBy('place')
    .limit(50)
    .execute()
  const names = await partyNames(deps, [...new Set(rows.flatMap((row) => row.department_ids))])
  return rows.map((row) => ({
    id: row.id,
    place: placeNamed(body, row.place) ?? { area: row.place, name: { zh: row.deciding, en: row.deciding } },
    state: row.state,
    items: itemsNamed(body, row.items),
    departments: row.department_ids.map((party) => names.get(party) ?? party),
    sentAt: row.sent_at,
    answerDueAt: row.answer_due_at,
    receivedAt: row.received_at,
    late: row.told_at !== null,
  }))
}

/** Names of parties. One statement, none for nobody. */
export async function partyNames(
  { db, zoneId }: Pick<Reader['deps'], 'db' | 'zoneId'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('party')
    .select(['id', 'name'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

const own = (actor: Actor) => partiesOf(actor, 'dept_head', 'dept_officer', 'window_officer')

/** Whether a package comes to the reader or leaves from here. Pure. */
export function directionOf(actor: Actor, row: Pick<Package, 'place' | 'department_ids' | 'receiver_account'>) {
  const incoming =
    row.place === ''
      ? row.receiver_account !== actor.accountId
      : row.department_ids.some((id) => own(actor).includes(id))
  return incoming ? ('incoming' as const) : ('outgoing' as const)
}

/** The same as a condition on rows `p`. */
export const incomingFor = (actor: Actor) =>
  sql<SqlBool>`(case when p.place = '' then p.receiver_account <> ${actor.accountId}
    else p.department_ids && ${[...own(actor)]}::text[] end)`
