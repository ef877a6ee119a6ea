import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import type { Reader } from '../room.ts'
import { threeDigits } from '../rounding.ts'
import { chainSettings } from '../settings/settings.ts'
import { firmOf, firmsById } from '../target/firm-names.ts'
import { currentRun, runHead } from './run-view.ts'
import { closedOf, isThin, shownFigure, thinFlows, type Closed, type StoredFigure } from './shown.ts'
import './tables.ts'

type At = { readonly year?: number | undefined }

/** Chains with the cluster in which they stand today. */
export const chains = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('chain as c')
    .leftJoin('chain_cluster as u', (join) =>
      join.onRef('u.zone_id', '=', 'c.zone_id').onRef('u.code', '=', 'c.cluster_code').on('u.valid_to', 'is', null),
    )
    .where('c.zone_id', '=', zoneId)
    .select([
      'c.code',
      'c.zh',
      'c.en',
      'c.basis',
      'c.state',
      'u.code as cluster',
      'u.zh as cluster_zh',
      'u.en as cluster_en',
    ])
type ChainRow = Awaited<ReturnType<ReturnType<typeof chains>['execute']>>[number]

const figureColumns = ['kind', 'code', 'firm_id', 'name', 'value', 'parts', 'band', 'sellers', 'buyers'] as const

/** Figures of a run by their kind and codes. One statement, by the primary key. */
const figuresOf = (
  { deps: { db, zoneId } }: Reader,
  runId: string,
  kind: StoredFigure['kind'],
  codes: readonly string[],
): Promise<readonly StoredFigure[]> =>
  db
    .selectFrom('chain_figure')
    .select(figureColumns)
    .where('zone_id', '=', zoneId)
    .where('run_id', '=', runId)
    .where('kind', '=', kind)
    .where('code', '=', sql<string>`any(${codes}::text[])`)
    .orderBy('code')
    .orderBy('name')
    .execute()

function byCode(figures: readonly StoredFigure[]): ReadonlyMap<string, readonly StoredFigure[]> {
  const found = new Map<string, StoredFigure[]>()
  for (const figure of figures) found.set(figure.code, [...(found.get(figure.code) ?? []), figure])
  return found
}

/** How many firms must stand behind a sum that is shown. One statement. */
const kMinNow = async ({ deps: { db, zoneId } }: Reader): Promise<number> => (await chainSettings(db, zoneId)).kMin

/** What of a run must stay closed. Three statements, each of a catalogue's size. */
async function closedNow({ deps: { db, zoneId } }: Reader, runId: string, kMin: number): Promise<Closed> {
  const thin = sql<boolean>`least(sellers, buyers) < ${kMin}`
  const [figures, places, flows] = await Promise.all([
    db
      .selectFrom('chain_figure')
      .select(['kind', 'code', 'sellers', 'buyers'])
      .where('zone_id', '=', zoneId)
      .where('run_id', '=', runId)
      .where('kind', 'in', ['product', 'chain'])
      .where(thin)
      .execute(),
    db
      .selectFrom('chain_segment_product')
      .select(['chain_code as chain', 'segment_key as segment', 'product_code as product'])
      .where('zone_id', '=', zoneId)
      .execute(),
    db
      .selectFrom('chain_flow')
      .select(['chain_code as chain', 'level', 'from_key as from', 'to_key as to', 'sellers', 'buyers'])
      .where('zone_id', '=', zoneId)
      .where('run_id', '=', runId)
      .where('level', '=', 'segment')
      .where(thin)
      .execute(),
  ])
  return closedOf(figures, places, thinFlows(flows, kMin), kMin)
}

/** The main lead firms of chains today. One statement, by chain_leader_main. */
const mainLeaders = ({ deps: { db, zoneId } }: Reader, codes: readonly string[]) =>
  db
    .selectFrom('chain_leader')
    .select(['chain_code', 'firm_id'])
    .where('zone_id', '=', zoneId)
    .where('is_main', '=', true)
    .where('valid_to', 'is', null)
    .where('chain_code', '=', sql<string>`any(${codes}::text[])`)
    .execute()

/** The run that a page shows, what of it must stay closed, and how many firms must stand behind a sum. Five statements. */
export async function basisOf(reader: Reader, year?: number) {
  const [run, kMin] = await Promise.all([currentRun(reader, year), kMinNow(reader)])
  return { kMin, run, closed: run ? await closedNow(reader, run.id, kMin) : null }
}
type Basis = Awaited<ReturnType<typeof basisOf>>

/** Chains with their figures and main lead firm. Statements: figures, leaders and their names. */
export async function headsOf(reader: Reader, rows: readonly ChainRow[], { run, closed }: Basis) {
  const { db, zoneId } = reader.deps
  const codes = rows.map(({ code }) => code)
  const [figures, leaders] = await Promise.all([
    run ? figuresOf(reader, run.id, 'chain', codes) : [],
    mainLeaders(reader, codes),
  ])
  const names = await firmsById(
    db,
    zoneId,
    leaders.map(({ firm_id }) => firm_id),
  )
  const [ofChain, led] = [byCode(figures), new Map(leaders.map((row) => [row.chain_code, row.firm_id]))]
  return rows.map((row) => {
    const leader = led.get(row.code)
    return {
      code: row.code,
      zh: row.zh,
      en: row.en,
      basis: row.basis,
      state: row.state,
      cluster: row.cluster === null ? null : { code: row.cluster, zh: row.cluster_zh ?? '', en: row.cluster_en ?? '' },
      leader: leader === undefined ? null : firmOf(names, leader),
      figures: (ofChain.get(row.code) ?? []).map((figure) => shownFigure(figure, closed?.chains.has(row.code) ?? true)),
    }
  })
}

type ListWish = At & {
  readonly cluster?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the open chains with their figures. */
export async function listIndustries(reader: Reader, wish: ListWish) {
  const basis = await basisOf(reader, wish.year)
  const { run, kMin } = basis
  let query = chains(reader).where('c.state', '=', 'open')
  if (wish.cluster !== undefined) query = query.where('c.cluster_code', '=', wish.cluster)
  const page = await keysetPage(
    query,
    [{ ref: sql.ref('c.code'), order: 'asc', kind: 'string', read: (row) => row.code }],
    wish,
  )
  return {
    rows: await headsOf(reader, page.rows, basis),
    next: page.next,
    total: null,
    run: run ? runHead(run) : null,
    kMin,
  }
}

/** A chain with segments, products, figures, lead firms and flows, or null. */
export async function findIndustry(reader: Reader, { code, year }: At & { readonly code: string }) {
  const { db, zoneId } = reader.deps
  const [row, basis] = await Promise.all([
    chains(reader).where('c.code', '=', code).executeTakeFirst(),
    basisOf(reader, year),
  ])
  if (!row) return null
  const { run, kMin, closed } = basis
  const [heads, segments, products, leaders] = await Promise.all([
    headsOf(reader, [row], basis),
    db
      .selectFrom('chain_segment')
      .select(['key', 'zh', 'en', 'stage'])
      .where('zone_id', '=', zoneId)
      .where('chain_code', '=', code)
      .orderBy('place')
      .orderBy('key')
      .execute(),
    productsOf(reader, code),
    db
      .selectFrom('chain_leader')
      .select(['firm_id', 'is_main'])
      .where('zone_id', '=', zoneId)
      .where('chain_code', '=', code)
      .where('valid_to', 'is', null)
      .orderBy('is_main', 'desc')
      .orderBy('id')
      .execute(),
  ])
  const codes = [...new Set(products.map((product) => product.code))]
  const [figures, pulls, flows, names] = await Promise.all([
    run ? figuresOf(reader, run.id, 'product', codes) : [],
    run ? figuresOf(reader, run.id, 'leader', [code]) : [],
    run && closed ? flowsOf(reader, run.id, code, kMin, closed) : [],
    firmsById(
      db,
      zoneId,
      leaders.map(({ firm_id }) => firm_id),
    ),
  ])
  const ofProduct = byCode(figures)
  const shown = (product: string) =>
    (ofProduct.get(product) ?? []).map((figure) => shownFigure(figure, closed?.products.has(product) ?? true))
  const [head] = heads
  if (!head) return null
  return {
    ...head,
    run: run ? runHead(run) : null,
    kMin,
    settings: run?.numbers ?? {},
    leaders: leaders.map(({ firm_id, is_main }) => {
      const pull = pulls.find((figure) => figure.firm_id === firm_id)
      // One firm stands behind what a lead firm buys.
      return { firm: firmOf(names, firm_id), isMain: is_main, pull: pull ? shownFigure(pull, true) : null }
    }),
    segments: segments.map((segment) => ({
      ...segment,
      products: products
        .filter((product) => product.segment_key === segment.key)
        .map(({ code: own, zh, en, unit, weight, is_required, mes }) => ({
          code: own,
          zh,
          en,
          unit,
          weight,
          isRequired: is_required,
          mes,
          figures: shown(own),
        })),
    })),
    flows,
  }
}

const productsOf = ({ deps: { db, zoneId } }: Reader, code: string) =>
  db
    .selectFrom('chain_segment_product as s')
    .innerJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 's.zone_id').onRef('p.code', '=', 's.product_code'),
    )
    .select(['s.segment_key', 's.weight', 's.is_required', 's.mes', 'p.code', 'p.zh', 'p.en', 'p.unit'])
    .where('s.zone_id', '=', zoneId)
    .where('s.chain_code', '=', code)
    .orderBy('s.segment_key')
    .orderBy('s.place')
    .orderBy('s.product_code')
    .execute()

/**
 * Flows of a chain: sums between segments where enough firms stand behind them and neither is closed; between products only how large they
 * are.
 */
async function flowsOf({ deps: { db, zoneId } }: Reader, runId: string, code: string, kMin: number, closed: Closed) {
  const rows = await db
    .selectFrom('chain_flow')
    .select(['level', 'from_key', 'to_key', 'from_outside', 'value_fen', 'kg', 'sellers', 'buyers'])
    .where('zone_id', '=', zoneId)
    .where('run_id', '=', runId)
    .where('chain_code', '=', code)
    .orderBy('level')
    .orderBy('from_key')
    .orderBy('to_key')
    .orderBy('from_outside')
    .execute()
  const open = rows.filter((row) => row.level === 'product' && !isThin(row, kMin))
  const most = Math.max(1, ...open.map(({ value_fen }) => value_fen))
  return rows.map((row) => {
    const [isSegment, thin] = [row.level === 'segment', isThin(row, kMin)]
    const isClosed =
      thin || (isSegment && [row.from_key, row.to_key].some((segment) => closed.hasSegment(code, segment)))
    const size = isSegment || thin ? 0 : Math.max(1, Math.ceil((4 * row.value_fen) / most))
    return {
      level: row.level,
      from: row.from_key,
      to: row.to_key,
      fromOutside: row.from_outside,
      valueFen: isSegment && !isClosed ? threeDigits(row.value_fen) : null,
      kg: isSegment && !isClosed ? threeDigits(row.kg) : null,
      hidden: isClosed ? ('fewer_than' as const) : null,
      size,
    }
  })
}
