import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { keysetPage, type SortColumn } from '@tingzhou/http'
import { firmNames } from '../firm.ts'
import { baseOf } from '../posting/amounts.ts'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import { pairsMax } from './words.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('market_proposal as p')
    .where('p.zone_id', '=', zoneId)
    .where(reaches(actor, 'market_proposal', { zoneId, objectId: sql.ref('p.id') }))
    .selectAll('p')
    .select([
      sql<number>`(select count(*) from market_proposal_pair x where x.zone_id = p.zone_id and x.proposal_id = p.id and x.quantity > 0)`.as(
        'pairs',
      ),
      sql<number>`(select count(*) from market_proposal_pair x where x.zone_id = p.zone_id and x.proposal_id = p.id and x.deal_id is not null)`.as(
        'sent',
      ),
      sql<number>`(select count(*) from market_proposal_pair x where x.zone_id = p.zone_id and x.proposal_id = p.id and x.stale is not null)`.as(
        'stale',
      ),
    ])
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const viewOf = (row: Row) => ({
  id: row.id,
  number: row.number,
  productCode: row.product_code,
  state: row.state,
  needs: row.needs,
  offers: row.offers,
  arcs: row.arcs,
  pairs: row.pairs,
  sent: row.sent,
  stale: row.stale,
  best: { costFen: row.cost_fen, penaltyFen: row.penalty_fen, unmet: row.unmet },
  first: { costFen: row.first_cost_fen, penaltyFen: row.first_penalty_fen, unmet: row.first_unmet },
  savingFen: row.first_cost_fen + row.first_penalty_fen - row.cost_fen - row.penalty_fen,
  isOptimal: row.is_optimal,
  readMs: row.read_ms,
  solveMs: row.solve_ms,
  madeAt: row.made_at,
  madeBy: row.made_by,
  sentAt: row.sent_at,
  sentBy: row.sent_by,
  synthetic: row.synthetic,
  rev: row.rev,
})

const latest: readonly SortColumn<{ readonly made_at: number; readonly id: string }>[] = [
  { ref: sql.ref('p.made_at'), order: 'desc', kind: 'instant', read: (row) => row.made_at },
  { ref: sql.ref('p.id'), order: 'asc', kind: 'string', read: (row) => row.id },
]

/** A page of proposals, the latest first. One statement. */
export async function listProposals(
  reader: Reader,
  wish: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const page = await keysetPage(select(reader), latest, wish)
  return { rows: page.rows.map(viewOf), next: page.next, total: null }
}

/** One proposal with its pairs, at most 500, those of the order of posting beside; null: none within reach. Three statements. */
export async function findProposal(reader: Reader, id: string) {
  const { db, zoneId } = reader.deps
  const row = await select(reader).where('p.id', '=', id).executeTakeFirst()
  if (!row) return null
  const pairs = await db
    .selectFrom('market_proposal_pair as x')
    .innerJoin('market_posting as n', (join) =>
      join.onRef('n.zone_id', '=', 'x.zone_id').onRef('n.id', '=', 'x.need_id'),
    )
    .innerJoin('market_posting as o', (join) =>
      join.onRef('o.zone_id', '=', 'x.zone_id').onRef('o.id', '=', 'x.offer_id'),
    )
    .selectAll('x')
    .select([
      'n.number as need_number',
      'n.text as need_text',
      'n.unit',
      'n.firm_id as buyer_id',
      'n.firm_outside as buyer_outside',
      'o.number as offer_number',
      'o.text as offer_text',
      'o.firm_id as seller_id',
      'o.firm_outside as seller_outside',
    ])
    .where('x.zone_id', '=', zoneId)
    .where('x.proposal_id', '=', id)
    .orderBy('x.seq')
    .limit(pairsMax)
    .execute()
  const firms = pairs.flatMap((pair) => [
    { id: pair.buyer_id, isOutside: pair.buyer_outside },
    { id: pair.seller_id, isOutside: pair.seller_outside },
  ])
  const names = await firmNames(db, zoneId, firms)
  const firm = (firmId: string, isOutside: boolean) => ({ id: firmId, isOutside, name: names.get(firmId) ?? firmId })
  return {
    ...viewOf(row),
    leftOut: row.left_out,
    advice: row.advice,
    numbers: row.numbers,
    rows: pairs.map((pair) => ({
      seq: pair.seq,
      need: { id: pair.need_id, number: pair.need_number, text: pair.need_text },
      offer: { id: pair.offer_id, number: pair.offer_number, text: pair.offer_text },
      buyer: firm(pair.buyer_id, pair.buyer_outside),
      seller: firm(pair.seller_id, pair.seller_outside),
      unit: pair.unit,
      unitBase: baseOf(pair.unit),
      dimension: pair.dimension,
      quantity: pair.quantity,
      firstQuantity: pair.first_quantity,
      costFen: pair.cost_fen,
      firstCostFen: pair.first_cost_fen,
      priceMilliFen: pair.price_milli_fen,
      pricePer: pair.price_per,
      score: pair.score,
      dealId: pair.deal_id,
      stale: pair.stale,
    })),
  }
}
