import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely'
import { reaches } from '@tingzhou/access'
import { offerMoves } from '@tingzhou/casework'
import { at, containing } from '@tingzhou/db'
import { listFiles } from '@tingzhou/files'
import type { EpochMs } from '@tingzhou/kernel'
import { countedPage } from '@tingzhou/records'
import { chainCatalogue } from '../catalogue/store.ts'
import { anyOf, productsNamed } from '../economy/named.ts'
import { holds } from '../grams.ts'
import type { Wish as PageWish } from '../page.ts'
import '../reach.ts'
import type { Reader } from '../room.ts'
import { firmOf, firmsById, type NamedFirm } from './firm-names.ts'
import { fitPlants } from './line-view.ts'
import { targetMovable } from './moves.ts'
import { isLate } from './rules.ts'
import { standOf } from './stand.ts'
import './tables.ts'
import { openStates, stagesOfTarget, type List, type TargetState } from './words.ts'

const targets = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_target as t')
    .innerJoin('chain as c', (join) => join.onRef('c.zone_id', '=', 't.zone_id').onRef('c.code', '=', 't.chain_code'))
    .innerJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 't.zone_id').onRef('p.code', '=', 't.product_code'),
    )
    .leftJoin('account as a', (join) => join.onRef('a.zone_id', '=', 't.zone_id').onRef('a.id', '=', 't.owner_id'))
    .leftJoin('chain_line as l', (join) => join.onRef('l.zone_id', '=', 't.zone_id').onRef('l.key', '=', 't.line_key'))
    .where('t.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_target', { zoneId, objectId: sql.ref('t.id') }))
    .selectAll('t')
    .select([
      'c.zh as chainZh',
      'c.en as chainEn',
      'p.zh as productZh',
      'p.en as productEn',
      'p.unit',
      sql<string>`coalesce(a.name, t.owner_id)`.as('ownerName'),
      'l.value_fen as lineFen',
      'l.is_rounded as lineRounded',
      'l.gone_at as lineGoneAt',
    ])
type Row = Awaited<ReturnType<ReturnType<typeof targets>['execute']>>[number]

const rowView = (row: Row, firms: ReadonlyMap<string, NamedFirm>, now: EpochMs) => ({
  id: row.id,
  state: row.state,
  chain: { code: row.chain_code, zh: row.chainZh, en: row.chainEn },
  product: { code: row.product_code, zh: row.productZh, en: row.productEn, unit: row.unit },
  list: row.list,
  lineKey: row.line_key,
  valueFen: row.lineFen ?? row.opened_value_fen,
  owner: { id: row.owner_id, name: row.ownerName },
  deadline: row.deadline,
  dueAt: row.due_at,
  isLate: isLate(row, now),
  step: row.step,
  stepDay: row.step_day,
  lookDay: row.look_day,
  firm: row.firm_id === null ? null : firmOf(firms, row.firm_id),
  closedAt: row.closed_at,
  updatedAt: row.updated_at,
  synthetic: row.synthetic,
  rev: row.rev,
})

type Filters = {
  readonly chain?: string | undefined
  readonly product?: string | undefined
  readonly ownerId?: string | undefined
  readonly late?: boolean | undefined
  readonly list?: List | undefined
  readonly q?: string | undefined
}

/** The targets within reach under the filters. @param said  what is said of them */
function filtered(reader: Reader, { chain, product, ownerId, late, list }: Filters, said: RawBuilder<boolean> | null) {
  let query = targets(reader)
  if (chain) query = query.where('t.chain_code', '=', chain)
  if (product) query = query.where('t.product_code', '=', product)
  if (ownerId) query = query.where('t.owner_id', '=', ownerId)
  if (list) query = query.where('t.list', '=', list)
  if (late !== undefined) {
    const now = at(reader.deps.clock())
    // As `isLate` says.
    query = query.where(
      sql<boolean>`(t.closed_at is null and t.state <> 'parked' and t.due_at <= ${now}::timestamptz) = ${late}`,
    )
  }
  return said ? query.where(said) : query
}

/**
 * Targets of whose product, chain, owner or next step something is said. Products, chains and owners are few and read apart: each of the four
 * leads into an index of targets. Three statements.
 */
async function saying({ deps: { db, zoneId } }: Reader, { q }: Filters): Promise<RawBuilder<boolean> | null> {
  if (!q) return null
  const like = containing(q)
  const { products } = await chainCatalogue(db, zoneId)
  const chains = await db
    .selectFrom('chain')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('zh', 'ilike', like), eb('en', 'ilike', like)]))
    .execute()
  const owners = await db
    .selectFrom('account as a')
    .select('a.id')
    .where('a.zone_id', '=', zoneId)
    .where('a.name', 'ilike', like)
    .where(sql<boolean>`exists (select from chain_target x where x.zone_id = a.zone_id and x.owner_id = a.id)`)
    .execute()
  return sql<boolean>`(t.product_code = ${anyOf(productsNamed(products, q))} or t.chain_code = ${anyOf(chains.map(({ code }) => code))}
    or t.owner_id = ${anyOf(owners.map(({ id }) => id))} or ${holds(q, 't', ['step'])})`
}

const firmsOf = (reader: Reader, rows: readonly Pick<Row, 'firm_id'>[]) =>
  firmsById(
    reader.deps.db,
    reader.deps.zoneId,
    rows.flatMap(({ firm_id: id }) => (id === null ? [] : [id])),
  )

/** A page of the targets within reach, the next due first; counted to 1,000. Six statements at most. */
export async function listTargets(
  reader: Reader,
  wish: PageWish & Filters & { readonly state?: readonly TargetState[] | undefined },
) {
  let query = filtered(reader, wish, await saying(reader, wish))
  const { state } = wish
  if (state && state.length > 0) query = query.where('t.state', 'in', [...state])
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql.ref('t.due_at'), order: 'asc', kind: 'instant', read: (row) => row.due_at },
      { ref: sql.ref('t.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const firms = await firmsOf(reader, page.rows)
  const now = reader.deps.clock()
  return { ...page, rows: page.rows.map((row) => rowView(row, firms, now)) }
}

/** Cards of a column; the rest is in the list. */
const cardsMax = 30
const columns = [...openStates, 'producing'] as const

/** The board: of every stage the targets that are due next, how many there are and what they are worth. Six statements at most. */
export async function targetBoard(reader: Reader, wish: Filters) {
  const { db } = reader.deps
  const query = filtered(reader, wish, await saying(reader, wish)).where('t.state', 'in', [...columns])
  const placed = query.select(sql<number>`row_number() over (partition by t.state order by t.due_at, t.id)`.as('place'))
  const rows = await db
    .selectFrom(placed.as('placed'))
    .selectAll()
    .where('place', '<=', cardsMax)
    .orderBy('place')
    .execute()
  const sums = await db
    .selectFrom(inner(query).as('inner'))
    .select(({ fn }) => ['state', fn.countAll<number>().as('total'), sql<number>`sum(fen)::double precision`.as('fen')])
    .groupBy('state')
    .execute()
  const firms = await firmsOf(reader, rows)
  const now = reader.deps.clock()
  return {
    columns: columns.map((state) => {
      const sum = sums.find((one) => one.state === state)
      return {
        state,
        total: Number(sum?.total ?? 0),
        valueFen: sum?.fen ?? 0,
        rows: rows.filter((row) => row.state === state).map((row) => rowView(row, firms, now)),
      }
    }),
  }
}

const inner = <DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>) =>
  query
    .clearSelect()
    .select([sql<TargetState>`t.state`.as('state'), sql<number>`coalesce(l.value_fen, t.opened_value_fen)`.as('fen')])

/** Whether the target is within the reader's reach. One statement. */
export async function isReadable(reader: Reader, id: string): Promise<boolean> {
  return (await targets(reader).clearSelect().select('t.id').where('t.id', '=', id).executeTakeFirst()) !== undefined
}

const notesMax = 100
const stageVerbs = ['contact', 'visit', 'sign', 'start', 'produce'] as const

/** One target with everything that its page shows, or null. Six statements, by keys. */
export async function findTarget(reader: Reader, id: string) {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const row = await targets(reader).where('t.id', '=', id).executeTakeFirst()
  if (!row) return null
  const notes = await db
    .selectFrom('chain_target_note')
    .select(['id', 'at', 'by_name as by', 'verb', 'day', 'whom', 'words', 'file_ids as fileIds'])
    .where('zone_id', '=', zoneId)
    .where('target_id', '=', id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(notesMax)
    .execute()
  // Stages are passed once each; notes may be many.
  const passed = await db
    .selectFrom('chain_target_note')
    .select(['verb', 'at'])
    .where('zone_id', '=', zoneId)
    .where('target_id', '=', id)
    .where('verb', 'in', [...stageVerbs])
    .execute()
  const files = new Map(((await listFiles(db, zoneId, [id])).get(id) ?? []).map((file) => [file.id, file.name]))
  const line =
    row.line_key === null
      ? undefined
      : await db
          .selectFrom('chain_line')
          .select('candidates')
          .where('zone_id', '=', zoneId)
          .where('key', '=', row.line_key)
          .executeTakeFirst()
  const candidates = (line?.candidates ?? []).map(({ firm }) => firm)
  const firms = await firmsById(db, zoneId, [...candidates, ...(row.firm_id === null ? [] : [row.firm_id])])
  const plant =
    row.plant_id === null
      ? undefined
      : await db
          .selectFrom('chain_plant')
          .select(['id', 'name', 'place'])
          .where('zone_id', '=', zoneId)
          .where('id', '=', row.plant_id)
          .executeTakeFirst()
  return {
    ...rowView(row, firms, deps.clock()),
    goal: row.goal,
    line:
      row.line_key === null
        ? null
        : {
            key: row.line_key,
            openedFen: row.opened_value_fen,
            nowFen: row.lineFen,
            isRounded: row.lineRounded ?? false,
            isGone: row.lineGoneAt !== null,
          },
    plant: plant ?? null,
    candidates: candidates.map((firm) => firmOf(firms, firm)),
    amountFen: row.amount_fen,
    capacity: row.capacity,
    parkedFrom: row.parked_from,
    parkedWhy: row.parked_why,
    endReason: row.end_reason,
    createdAt: row.created_at,
    createdBy: row.created_by,
    times: stagesOfTarget.flatMap((step, index) => {
      const when = index === 0 ? row.created_at : passed.find(({ verb }) => verb === stageVerbs[index - 1])?.at
      return when === undefined ? [] : [{ step, at: when }]
    }),
    notes: notes.map(({ fileIds, ...one }) => ({
      ...one,
      files: fileIds.map((file) => ({ id: file, name: files.get(file) ?? file })),
    })),
    moves: offerMoves(targetMovable, standOf(actor, row), row),
  }
}

/** The plants that fit a target, its own among them, or null without such a target within reach. Six statements. */
export async function plantsForTarget(reader: Reader, id: string, scale: number | undefined) {
  const { db, zoneId } = reader.deps
  const row = await targets(reader).where('t.id', '=', id).executeTakeFirst()
  if (!row) return null
  const line =
    row.line_key === null
      ? undefined
      : await db
          .selectFrom('chain_line')
          .select(['units', 'buyer_ids'])
          .where('zone_id', '=', zoneId)
          .where('key', '=', row.line_key)
          .executeTakeFirst()
  return fitPlants(reader, {
    chain: row.chain_code,
    segment: row.segment_key,
    product: row.product_code,
    units: row.capacity ?? line?.units ?? 0,
    buyerIds: line?.buyer_ids ?? [],
    scale,
    own: row.plant_id,
  })
}
