import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import type { Reader } from '../room.ts'
import { pageOf, type Wish } from '../supply/supply-view.ts'
import '../reach.ts'
import '../tables.ts'

const warehouses = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('overseas_warehouse as w')
    .where('w.zone_id', '=', zoneId)
    .where(reaches(actor, 'overseas_warehouse', { zoneId, objectId: sql.ref('w.id') }))
    .selectAll('w')
type WarehouseRow = Awaited<ReturnType<ReturnType<typeof warehouses>['execute']>>[number]

const warehouseView = (row: WarehouseRow) => ({
  id: row.id,
  name: row.name,
  country: row.country,
  city: row.city,
  address: row.address,
  lonDeg: row.lon_deg,
  latDeg: row.lat_deg,
  areas: row.areas,
  bonded: row.bonded,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the warehouses, by name. */
export async function listWarehouses(reader: Reader, wish: Wish) {
  let query = warehouses(reader)
  const { state, q } = wish
  if (state) query = query.where('w.state', '=', state)
  if (q)
    query = query.where((eb) => eb.or([eb('w.name', 'ilike', containing(q)), eb('w.city', 'ilike', containing(q))]))
  const page = await pageOf(
    reader,
    query,
    [
      { ref: sql.ref('w.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('w.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(warehouseView) }
}

/** One warehouse, or null. */
export async function findWarehouse(reader: Reader, id: string) {
  const row = await warehouses(reader).where('w.id', '=', id).executeTakeFirst()
  return row ? warehouseView(row) : null
}
