import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import { countedPage } from '@tingzhou/records'
import type { Wish } from '../page.ts'
import '../reach.ts'
import type { Reader } from '../room.ts'
import '../tables.ts'
import type { Stage, State } from '../words.ts'
import { revOfAll } from './hold.ts'
import { clustersMax, segmentsMax } from './limits.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain as c')
    .leftJoin('chain_cluster as k', (join) =>
      join.onRef('k.zone_id', '=', 'c.zone_id').onRef('k.code', '=', 'c.cluster_code').on('k.valid_to', 'is', null),
    )
    .where('c.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain', { zoneId, objectId: sql.ref('c.code') }))
    .selectAll('c')
    .select([
      'k.zh as cluster_zh',
      'k.en as cluster_en',
      sql<number>`(select count(*) from chain_segment s where s.zone_id = c.zone_id and s.chain_code = c.code)`.as(
        'segments',
      ),
      sql<number>`(select count(distinct p.product_code) from chain_segment_product p
        where p.zone_id = c.zone_id and p.chain_code = c.code)`.as('products'),
    ])
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  code: row.code,
  zh: row.zh,
  en: row.en,
  // A cluster that no list has any more goes by its code.
  cluster: {
    code: row.cluster_code,
    zh: row.cluster_zh ?? row.cluster_code,
    en: row.cluster_en ?? row.cluster_code,
  },
  basis: row.basis,
  state: row.state,
  validFrom: row.valid_from,
  segments: row.segments,
  products: row.products,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

/** A page of the chains within reach, by code. Two statements. */
export async function listChains(
  reader: Reader,
  wish: Wish & { readonly state?: State | undefined; readonly cluster?: string | undefined },
) {
  let query = select(reader)
  const { state, cluster, q } = wish
  if (state) query = query.where('c.state', '=', state)
  if (cluster) query = query.where('c.cluster_code', '=', cluster)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('c.code', 'ilike', containing(q)),
        eb('c.zh', 'ilike', containing(q)),
        eb('c.en', 'ilike', containing(q)),
      ]),
    )
  const page = await countedPage(
    reader.deps.db,
    query,
    [{ ref: sql.ref('c.code'), order: 'asc', kind: 'string', read: (row) => row.code }],
    wish,
  )
  return { ...page, rows: page.rows.map(view) }
}

type SegmentRow = {
  readonly key: string
  readonly stage: Stage
  readonly zh: string
  readonly en: string
  readonly products: {
    readonly product: { readonly code: string; readonly zh: string; readonly en: string }
    readonly unit: string
    readonly state: State
    readonly weight: number
    readonly isRequired: boolean
    readonly mes: number
  }[]
}

/** One chain with its segments and their products, or null. Two statements. */
export async function findChain(reader: Reader, code: string) {
  const { db, zoneId } = reader.deps
  const row = await select(reader).where('c.code', '=', code).executeTakeFirst()
  if (!row) return null
  const { rows: segments } = await sql<SegmentRow>`select s.key, s.stage, s.zh, s.en,
      coalesce((select jsonb_agg(jsonb_build_object('product', jsonb_build_object('code', g.code, 'zh', g.zh, 'en', g.en), 'unit', g.unit,
          'state', g.state, 'weight', p.weight, 'isRequired', p.is_required, 'mes', p.mes) order by p.place, p.product_code)
        from chain_segment_product p
        join chain_product g on g.zone_id = p.zone_id and g.code = p.product_code
        where p.zone_id = s.zone_id and p.chain_code = s.chain_code and p.segment_key = s.key), '[]'::jsonb) as products
    from chain_segment s where s.zone_id = ${zoneId} and s.chain_code = ${code}
    order by s.place, s.key limit ${segmentsMax}`.execute(db)
  return { ...view(row), source: row.source, segments }
}

/** The clusters that were listed on a day, today when it is left out, and the days on which lists began. Two statements. */
export async function listClusters({ deps, actor }: Reader, { on }: { readonly on?: string | undefined }) {
  const { db, zoneId, clock } = deps
  const day = on ?? localDateOf(clock())
  const rows = await db
    .selectFrom('chain_cluster as k')
    .where('k.zone_id', '=', zoneId)
    .where('k.valid_from', '<=', day)
    .where((eb) => eb.or([eb('k.valid_to', 'is', null), eb('k.valid_to', '>=', day)]))
    .where(reaches(actor, 'chain_cluster', { zoneId, objectId: sql.ref('k.id') }))
    .select([
      'k.code',
      'k.zh',
      'k.en',
      'k.basis',
      'k.source',
      'k.valid_from as validFrom',
      'k.valid_to as validTo',
      sql<number>`(select count(*) from chain c
        where c.zone_id = k.zone_id and c.cluster_code = k.code and c.state = 'open')`.as('chains'),
    ])
    // A cluster keeps the place in which a list had it first.
    .orderBy(sql`(select min(o.id::text) from chain_cluster o where o.zone_id = k.zone_id and o.code = k.code)`)
    .limit(clustersMax)
    .execute()
  const all = await db
    .selectFrom('chain_cluster')
    .select(['rev', 'valid_from'])
    .where('zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_cluster', { zoneId, objectId: sql.ref('chain_cluster.id') }))
    .execute()
  const days = [...new Set(all.map((row) => row.valid_from))].toSorted().toReversed()
  return { rows, rev: Math.max(1, revOfAll(all)), days }
}
