import { sql } from 'kysely'
import { reaches, reachesAll } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'
import type { State } from '../words.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_contract as c')
    .innerJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'c.zone_id').onRef('p.id', '=', 'c.shipper_id'))
    .innerJoin('freight_terms as t', (join) =>
      join
        .onRef('t.zone_id', '=', 'c.zone_id')
        .onRef('t.id', '=', 'c.terms_id')
        .onRef('t.version', '=', 'c.terms_version'),
    )
    .where('c.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_contract', { zoneId, objectId: sql.ref('c.id') }))
    .selectAll('c')
    .select(['p.name as shipper', 't.name as terms'])
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  id: row.id,
  number: row.number,
  shipper: { id: row.shipper_id, name: row.shipper },
  terms: { id: row.terms_id, version: row.terms_version, name: row.terms },
  signedOn: row.signed_on,
  validTo: row.valid_to,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

type Wish = {
  readonly state?: State | undefined
  readonly shipperId?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the contracts within reach, by number. Two statements. */
export async function listContracts(reader: Reader, wish: Wish) {
  let query = select(reader)
  if (wish.state) query = query.where('c.state', '=', wish.state)
  if (wish.shipperId) query = query.where('c.shipper_id', '=', wish.shipperId)
  if (wish.q) {
    const like = containing(wish.q)
    query = query.where((where) => where.or([where('c.number', 'ilike', like), where('p.name', 'ilike', like)]))
  }
  const { rows, next } = await keysetPage(
    query,
    [{ ref: sql.ref('c.number'), order: 'asc', kind: 'string', read: (row) => row.number }],
    wish,
  )
  const [counted] = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .execute()
  return { rows: rows.map(view), next, total: counted?.n ?? 0 }
}

/** One contract with its prices, or null; the shipper does not see what carriers get. Two statements. */
export async function findContract(reader: Reader, id: string) {
  const row = await select(reader).where('c.id', '=', id).executeTakeFirst()
  if (!row) return null
  const { db, zoneId } = reader.deps
  const prices = await db
    .selectFrom('freight_contract_price as r')
    .innerJoin('freight_place as a', (join) =>
      join.onRef('a.zone_id', '=', 'r.zone_id').onRef('a.id', '=', 'r.from_id'),
    )
    .innerJoin('freight_place as b', (join) => join.onRef('b.zone_id', '=', 'r.zone_id').onRef('b.id', '=', 'r.to_id'))
    .selectAll('r')
    .select(['a.name as from', 'b.name as to'])
    .where('r.zone_id', '=', zoneId)
    .where('r.contract_id', '=', id)
    .orderBy('r.starts_on', 'desc')
    .orderBy('r.id', 'desc')
    .limit(200)
    .execute()
  const seesAll = reachesAll(reader.actor, 'freight_contract')
  return {
    ...view(row),
    prices: prices.map((price) => ({
      id: price.id,
      goods: price.goods,
      cargoClass: price.cargo_class,
      from: { id: price.from_id, name: price.from },
      to: { id: price.to_id, name: price.to },
      measure: price.measure,
      carrierMilliFen: seesAll ? price.carrier_milli_fen : null,
      shipperMilliFen: price.shipper_milli_fen,
      goodsMilliFen: price.goods_milli_fen,
      startsOn: price.starts_on,
      endsOn: price.ends_on,
    })),
  }
}
