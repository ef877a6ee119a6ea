import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Wish } from '../list.ts'
import type { Reader } from '../papers-view.ts'
import '../reach.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_place as p')
    .leftJoin('party as s', (join) => join.onRef('s.zone_id', '=', 'p.zone_id').onRef('s.id', '=', 'p.shipper_id'))
    .where('p.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_place', { zoneId, objectId: sql.ref('p.id') }))
    .selectAll('p')
    .select('s.name as shipper')
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  id: row.id,
  shipper: row.shipper_id === null ? null : { id: row.shipper_id, name: row.shipper ?? row.shipper_id },
  name: row.name,
  address: row.address,
  divisionCode: row.division_code,
  lonDeg: row.lon_deg,
  latDeg: row.lat_deg,
  fenceM: row.fence_m,
  contact: row.contact,
  phone: row.phone,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the places within reach, by name. Two statements. */
export async function listPlaces(reader: Reader, wish: Wish & { readonly shipperId?: string | undefined }) {
  let query = select(reader)
  if (wish.state) query = query.where('p.state', '=', wish.state)
  // What belongs to everybody is there for every shipper.
  const { shipperId, q } = wish
  if (shipperId)
    query = query.where((eb) => eb.or([eb('p.shipper_id', '=', shipperId), eb('p.shipper_id', 'is', null)]))
  if (q)
    query = query.where((eb) => eb.or([eb('p.name', 'ilike', containing(q)), eb('p.address', 'ilike', containing(q))]))
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('p.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('p.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return { rows: page.rows.map(view), next: page.next, total: counted?.n ?? 0 }
}

/** One place, or null. One statement. */
export async function findPlace(reader: Reader, id: string) {
  const row = await select(reader).where('p.id', '=', id).executeTakeFirst()
  return row ? view(row) : null
}
