import { sql, type Selectable } from 'kysely'
import { reaches } from '@tingzhou/access'
import { chainCatalogue, firmsById, type ZoneCatalogue } from '@tingzhou/chains'
import { containing, type Tables } from '@tingzhou/db'
import type { SortColumn } from '@tingzhou/http'
import { hasRole, partiesOf } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import { firmNames } from '../firm.ts'
import { speaksFor } from '../deal/side.ts'
import { baseOf } from '../posting/amounts.ts'
import { matchSettings } from '../posting/settings.ts'
import { readsOwn } from '../reach.ts'
import { keepingRoles } from '../roles.ts'
import type { Reader } from '../room.ts'
import '../tables.ts'
import { massKg, pointOf, tonneMilliFen, wayKm } from '../way.ts'
import type { RfqState } from '../words.ts'
import { compareAnswers } from './compare.ts'

type Wish = {
  readonly state?: RfqState | undefined
  readonly side?: 'asked' | 'asker' | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('market_rfq as r')
    .where('r.zone_id', '=', zoneId)
    .where(reaches(actor, 'market_rfq', { zoneId, objectId: sql.ref('r.id') }))
    .selectAll('r')
    .select([
      sql<number>`(select count(*) from market_rfq_line l where l.zone_id = r.zone_id and l.rfq_id = r.id)`.as('lines'),
      sql<number>`(select count(*) from market_rfq_ask k where k.zone_id = r.zone_id and k.rfq_id = r.id)`.as('asked'),
      sql<number>`(select count(*) from market_rfq_ask k where k.zone_id = r.zone_id and k.rfq_id = r.id and k.answered_at is not null)`.as(
        'answered',
      ),
    ])
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const latest: readonly SortColumn<{ readonly created_at: number; readonly id: string }>[] = [
  { ref: sql.ref('r.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
  { ref: sql.ref('r.id'), order: 'asc', kind: 'string', read: (row) => row.id },
]

/**
 * Whether the reader may see how a request went: who was asked may not, for it tells how many were and when each answered. Null: there is
 * none within reach. One statement.
 */
export async function seesHistory(reader: Reader, id: string): Promise<boolean | null> {
  const row = await select(reader).where('r.id', '=', id).executeTakeFirst()
  return row ? readsOwn(reader.actor, row.asker_id) : null
}

const viewOf = (reader: Reader, row: Row, names: ReadonlyMap<string, string>) => ({
  id: row.id,
  number: row.number,
  asker: { id: row.asker_id, name: names.get(row.asker_id) ?? row.asker_id, isOutside: false },
  title: row.title,
  words: row.words,
  place: row.place,
  lonDeg: row.lon,
  latDeg: row.lat,
  closesAt: row.closes_at,
  isSealed: row.is_sealed,
  // Its clock closes it; the job only writes it down.
  state: row.state,
  isOver: row.state !== 'open' || row.closes_at <= reader.deps.clock(),
  why: row.why,
  lines: row.lines,
  // How many were asked and answered is the asker's to know, and those who read the market.
  asked: readsOwn(reader.actor, row.asker_id) ? row.asked : null,
  answered: readsOwn(reader.actor, row.asker_id) ? row.answered : null,
  isMine: speaksFor(reader.actor, row.asker_id, false),
  synthetic: row.synthetic,
  rev: row.rev,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** A page of the requests within reach, the latest first. Three statements. */
export async function listRfqs(reader: Reader, wish: Wish) {
  const { db, zoneId } = reader.deps
  let query = select(reader)
  const { state, side, q } = wish
  if (state) query = query.where('r.state', '=', state)
  const own = partiesOf(reader.actor, 'enterprise')
  if (side === 'asker') query = query.where(sql<boolean>`r.asker_id = any(${[...own]}::text[])`)
  if (side === 'asked') query = query.where(sql<boolean>`r.asker_id <> all(${[...own]}::text[])`)
  if (q)
    query = query.where((eb) => eb.or([eb('r.number', 'ilike', containing(q)), eb('r.title', 'ilike', containing(q))]))
  const page = await countedPage(db, query, latest, wish)
  const names = await firmNames(
    db,
    zoneId,
    page.rows.map(({ asker_id: id }) => ({ id, isOutside: false })),
  )
  return { ...page, rows: page.rows.map((row) => viewOf(reader, row, names)) }
}

type Line = Selectable<Tables['market_rfq_line']>

/**
 * One request as its reader may see it: the asker its answers in columns, once they are not sealed; a firm that was asked its own answers and
 * nobody else's; officers what the asker sees once it is over. Null: there is none within reach. Ten statements at most.
 */
export async function findRfq(reader: Reader, id: string) {
  const { actor, deps } = reader
  const { db, zoneId } = deps
  const row = await select(reader).where('r.id', '=', id).executeTakeFirst()
  if (!row) return null
  const lines = await db
    .selectFrom('market_rfq_line')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', id)
    .orderBy('line')
    .execute()
  const asks = await db
    .selectFrom('market_rfq_ask')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', id)
    .orderBy('firm_id')
    .execute()
  const answers = await db
    .selectFrom('market_rfq_answer')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', id)
    .orderBy('line')
    .execute()
  const { products } = await chainCatalogue(db, zoneId)
  const firms = await firmsById(db, zoneId, [row.asker_id, ...asks.map(({ firm_id }) => firm_id)])
  const names = await firmNames(db, zoneId, [
    { id: row.asker_id, isOutside: false },
    ...asks.map(({ firm_id, is_outside }) => ({ id: firm_id, isOutside: is_outside })),
  ])
  const view = viewOf(reader, row, names)
  const isOver = view.isOver
  const sees = view.isMine ? !row.is_sealed || isOver : hasRole(actor, ...keepingRoles) && isOver
  const mine = asks.filter(({ firm_id, is_outside }) => speaksFor(actor, firm_id, is_outside))
  const answersOf = (firmId: string) =>
    answers
      .filter(({ firm_id }) => firm_id === firmId)
      .map((one) => ({
        line: one.line,
        isDeclined: one.is_declined,
        priceMilliFen: one.price_milli_fen,
        quantity: one.quantity,
        leadDays: one.lead_days,
        remark: one.remark,
        dealId: one.deal_id,
      }))
  const firmOf = (firmId: string, isOutside: boolean) => ({ id: firmId, name: names.get(firmId) ?? firmId, isOutside })
  return {
    ...view,
    items: lines.map((line) => itemOf(line, products.get(line.product_code))),
    mine: mine.map((ask) => ({
      firm: firmOf(ask.firm_id, ask.is_outside),
      rev: ask.rev,
      answeredAt: ask.answered_at,
      remark: ask.remark,
      answers: answersOf(ask.firm_id),
    })),
    // Who was asked, and who has answered, is the asker's to know.
    suppliers: readsOwn(actor, row.asker_id)
      ? asks.map((ask) => ({
          firm: firmOf(ask.firm_id, ask.is_outside),
          knownBy: ask.known_by,
          answeredAt: ask.answered_at,
          remark: sees ? ask.remark : '',
          answers: sees ? answersOf(ask.firm_id) : [],
        }))
      : null,
    isHidden: readsOwn(actor, row.asker_id) && !sees,
    comparison: sees ? await comparisonOf(reader, row, { lines, asks, answers, firms, products }) : null,
  }
}

const itemOf = (line: Line, product: { readonly zh: string; readonly en: string } | undefined) => ({
  line: line.line,
  product: { code: line.product_code, zh: product?.zh ?? line.product_code, en: product?.en ?? line.product_code },
  spec: line.spec,
  unit: line.unit,
  unitBase: baseOf(line.unit),
  dimension: line.dimension,
  quantity: line.quantity,
  neededBy: line.needed_by,
})

type Compared = {
  readonly lines: readonly Line[]
  readonly asks: readonly { readonly firm_id: string; readonly answered_at: unknown }[]
  readonly answers: readonly Selectable<Tables['market_rfq_answer']>[]
  readonly firms: Awaited<ReturnType<typeof firmsById>>
  readonly products: ZoneCatalogue['products']
}

async function comparisonOf(
  { deps: { db, zoneId } }: Reader,
  row: Row,
  { lines, asks, answers, firms, products }: Compared,
) {
  const { numbers } = await matchSettings(db, zoneId)
  const asker = firms.get(row.asker_id)
  const to = pointOf(row.lon, row.lat) ?? pointOf(asker?.lon ?? null, asker?.lat ?? null)
  const firmIds = asks.filter(({ answered_at }) => answered_at !== null).map(({ firm_id }) => firm_id)
  const offers = await db
    .selectFrom('market_posting')
    .select(['firm_id', 'lon', 'lat'])
    .distinctOn('firm_id')
    .where('zone_id', '=', zoneId)
    .where('kind', '=', 'offer')
    .where('firm_id', 'in', firmIds.length === 0 ? [''] : firmIds)
    .where(
      'product_code',
      'in',
      lines.map(({ product_code }) => product_code),
    )
    .where('visibility', '=', 'zone')
    .where('opened_at', 'is not', null)
    .where('lon', 'is not', null)
    .orderBy('firm_id')
    .orderBy('created_at', 'desc')
    .execute()
  const kmOf = (firmId: string): number | null => {
    // From where it offers the product to everybody; else from where it is.
    const offer = offers.find(({ firm_id }) => firm_id === firmId)
    const firm = firms.get(firmId)
    return wayKm(
      pointOf(offer?.lon ?? null, offer?.lat ?? null) ?? pointOf(firm?.lon ?? null, firm?.lat ?? null),
      to,
      numbers,
    )
  }
  const kms = new Map(firmIds.map((firmId) => [firmId, kmOf(firmId)]))
  const compared = compareAnswers(
    lines.map((line) => ({
      line: line.line,
      quantity: line.quantity,
      unitBase: baseOf(line.unit),
      kg: massKg(products, line),
    })),
    firmIds,
    answers.map((one) => ({
      firmId: one.firm_id,
      line: one.line,
      isDeclined: one.is_declined,
      priceMilliFen: one.price_milli_fen,
      quantity: one.quantity,
      leadDays: one.lead_days,
    })),
    (firmId) => {
      const km = kms.get(firmId) ?? null
      return km === null ? null : tonneMilliFen(km, numbers)
    },
  )
  return {
    cells: [...compared.cells],
    split: compared.split && { fen: compared.split.fen, firms: [...compared.split.firms] },
    uncovered: [...compared.uncovered],
    whole: compared.whole,
    ways: firmIds.map((firmId) => ({ firmId, km: kms.get(firmId) ?? null })),
    rateFen: numbers.rateFen,
    handlingFen: numbers.handlingFen,
  }
}
