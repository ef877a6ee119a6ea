import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { countedPage } from '@tingzhou/records'
import '../reach.ts'
import type { Wish as PageWish } from '../page.ts'
import type { Reader } from '../room.ts'
import './tables.ts'
import type { PlantState, TargetState } from './words.ts'

type Held = { readonly id: string; readonly state: TargetState; readonly zh: string; readonly en: string }

const plants = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_plant as h')
    .leftJoin('enterprise as e', (join) => join.onRef('e.zone_id', '=', 'h.zone_id').onRef('e.id', '=', 'h.owner_id'))
    .where('h.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_plant', { zoneId, objectId: sql.ref('h.id') }))
    .selectAll('h')
    .select([
      'e.name as ownerName',
      sql<Held | null>`(select jsonb_build_object('id', t.id, 'state', t.state, 'zh', p.zh, 'en', p.en)
        from chain_target t join chain_product p on p.zone_id = t.zone_id and p.code = t.product_code
        where t.zone_id = h.zone_id and t.id = h.target_id)`.as('target'),
    ])
type Row = Awaited<ReturnType<ReturnType<typeof plants>['execute']>>[number]

const view = (row: Row) => ({
  id: row.id,
  name: row.name,
  place: row.place,
  lon: row.lon,
  lat: row.lat,
  areaM2: row.area_m2,
  heightM: row.height_m,
  powerKw: row.power_kw,
  waterM3Day: row.water_m3_day,
  priceFen: row.price_fen,
  owner: row.owner_id === null ? null : { id: row.owner_id, name: row.ownerName ?? row.owner_id, isOutside: false },
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  target: row.target,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

type Wish = PageWish & {
  readonly state?: PlantState | undefined
  readonly areaMin?: number | undefined
}

/** A page of the plants, the largest first; counted to 1,000. Two statements. */
export async function listPlants(reader: Reader, wish: Wish) {
  let query = plants(reader)
  const { state, areaMin, q } = wish
  if (state) query = query.where('h.state', '=', state)
  if (areaMin !== undefined) query = query.where('h.area_m2', '>=', areaMin)
  if (q)
    query = query.where((eb) => eb.or([eb('h.name', 'ilike', containing(q)), eb('h.place', 'ilike', containing(q))]))
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql.ref('h.area_m2'), order: 'desc', kind: 'number', read: (row) => row.area_m2 },
      { ref: sql.ref('h.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(view) }
}

/** One plant, or null. */
export async function findPlant(reader: Reader, id: string) {
  const row = await plants(reader).where('h.id', '=', id).executeTakeFirst()
  return row ? view(row) : null
}
