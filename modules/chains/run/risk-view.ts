import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import { hasRole } from '@tingzhou/parties'
import { readingRoles } from '../roles.ts'
import { roundedShare } from '../rounding.ts'
import type { Reader } from '../room.ts'
import { firmOf, firmsById, type NamedFirm } from '../target/firm-names.ts'
import { currentRun, runHead } from './run-view.ts'
import './tables.ts'

const risks = ({ deps: { db, zoneId } }: Reader, runId: string) =>
  db
    .selectFrom('chain_risk as r')
    .innerJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 'r.zone_id').onRef('p.code', '=', 'r.product_code'),
    )
    .where('r.zone_id', '=', zoneId)
    .where('r.run_id', '=', runId)
    .select(['r.buyer_id', 'r.product_code', 'r.supplier_id', 'r.risk', 'r.share', 'r.dependence', 'r.alternative'])
    .select(['r.volume', 'r.dependent_fen', 'p.zh', 'p.en'])
type RiskRow = Awaited<ReturnType<ReturnType<typeof risks>['execute']>>[number]

const riskOf = (row: RiskRow, names: ReadonlyMap<string, NamedFirm>, isOwn: boolean) => {
  const share = (value: number): number => (isOwn ? value : roundedShare(value))
  return {
    buyer: firmOf(names, row.buyer_id),
    product: { code: row.product_code, zh: row.zh, en: row.en },
    supplier: firmOf(names, row.supplier_id),
    risk: share(row.risk),
    share: share(row.share),
    dependence: share(row.dependence),
    alternative: share(row.alternative),
    volume: isOwn ? row.volume : null,
    dependentFen: isOwn ? row.dependent_fen : null,
    isRounded: !isOwn,
  }
}

const hidden = ({ deps: { db, zoneId } }: Reader, runId: string) =>
  db
    .selectFrom('chain_hidden as h')
    .innerJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 'h.zone_id').onRef('p.code', '=', 'h.product_code'),
    )
    .innerJoin('chain_product as i', (join) =>
      join.onRef('i.zone_id', '=', 'h.zone_id').onRef('i.code', '=', 'h.input_code'),
    )
    .where('h.zone_id', '=', zoneId)
    .where('h.run_id', '=', runId)
    .select(['h.buyer_id', 'h.product_code', 'h.input_code', 'h.source_id', 'h.concentration', 'h.direct'])
    .select(['h.suppliers', 'h.sources', 'h.source_share', 'p.zh', 'p.en', 'i.zh as input_zh', 'i.en as input_en'])
type HiddenRow = Awaited<ReturnType<ReturnType<typeof hidden>['execute']>>[number]

/** Two tiers up are others' purchases: nobody is told their numbers exactly, and only who reads the zone's chains from whom they are. */
const hiddenOf = (row: HiddenRow, names: ReadonlyMap<string, NamedFirm>, tellsSource: boolean) => ({
  buyer: firmOf(names, row.buyer_id),
  product: { code: row.product_code, zh: row.zh, en: row.en },
  input: { code: row.input_code, zh: row.input_zh, en: row.input_en },
  source: tellsSource ? firmOf(names, row.source_id) : null,
  suppliers: row.suppliers,
  sources: tellsSource ? row.sources : null,
  concentration: roundedShare(row.concentration),
  direct: roundedShare(row.direct),
  sourceShare: tellsSource ? roundedShare(row.source_share) : null,
  isRounded: true,
})

type At = { readonly year?: number | undefined }
type PageWish = At & { readonly code: string; readonly cursor?: string | undefined; readonly limit: number }
const nothing = { rows: [], next: null, total: 0 }

/** The products of a chain, as a list that a statement can hold. */
const inChain = (zoneId: string, code: string) =>
  sql<string>`any(array(select s.product_code from chain_segment_product s where s.zone_id = ${zoneId} and s.chain_code = ${code}))`

/** A page of the flagged single-source risks of a chain's products, the greatest first. Three statements, by chain_risk_product. */
export async function listRisks(reader: Reader, wish: PageWish & { readonly product?: string | undefined }) {
  const { db, zoneId } = reader.deps
  const run = await currentRun(reader, wish.year)
  if (!run) return nothing
  let query = risks(reader, run.id).where('r.product_code', '=', inChain(zoneId, wish.code))
  if (wish.product !== undefined) query = query.where('r.product_code', '=', wish.product)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('r.risk'), order: 'desc', kind: 'number', read: (row) => row.risk },
      { ref: sql.ref('r.buyer_id'), order: 'asc', kind: 'string', read: (row) => row.buyer_id },
      { ref: sql.ref('r.product_code'), order: 'asc', kind: 'string', read: (row) => row.product_code },
    ],
    wish,
  )
  const names = await firmsById(
    db,
    zoneId,
    page.rows.flatMap((row) => [row.buyer_id, row.supplier_id]),
  )
  return { rows: page.rows.map((row) => riskOf(row, names, false)), next: page.next, total: null }
}

/** A page of the hidden single sources of a chain's products, the most concentrated first. Three statements. */
export async function listHidden(reader: Reader, wish: PageWish) {
  const { db, zoneId } = reader.deps
  const run = await currentRun(reader, wish.year)
  if (!run) return nothing
  const page = await keysetPage(
    hidden(reader, run.id).where('h.product_code', '=', inChain(zoneId, wish.code)),
    [
      { ref: sql.ref('h.concentration'), order: 'desc', kind: 'number', read: (row) => row.concentration },
      { ref: sql.ref('h.buyer_id'), order: 'asc', kind: 'string', read: (row) => row.buyer_id },
      { ref: sql.ref('h.product_code'), order: 'asc', kind: 'string', read: (row) => row.product_code },
      { ref: sql.ref('h.input_code'), order: 'asc', kind: 'string', read: (row) => row.input_code },
    ],
    wish,
  )
  const names = await firmsById(
    db,
    zoneId,
    page.rows.flatMap((row) => [row.buyer_id, row.source_id]),
  )
  return { rows: page.rows.map((row) => hiddenOf(row, names, true)), next: page.next, total: null }
}

const ofFirmMax = 200

/** The weaknesses of one firm. @param isOwn  its own people see the numbers. Five statements. */
export async function findFirmRisks(reader: Reader, { id, year }: At & { readonly id: string }, isOwn: boolean) {
  const { db, zoneId } = reader.deps
  const run = await currentRun(reader, year)
  if (!run) return { run: null, risks: [], hidden: [], critical: null }
  const [single, behind, critical] = await Promise.all([
    risks(reader, run.id).where('r.buyer_id', '=', id).orderBy('r.risk', 'desc').limit(ofFirmMax).execute(),
    hidden(reader, run.id).where('h.buyer_id', '=', id).orderBy('h.concentration', 'desc').limit(ofFirmMax).execute(),
    db
      .selectFrom('chain_critical')
      .select('place')
      .where('zone_id', '=', zoneId)
      .where('run_id', '=', run.id)
      .where('firm_id', '=', id)
      .executeTakeFirst(),
  ])
  const tellsSource = hasRole(reader.actor, ...readingRoles)
  const names = await firmsById(db, zoneId, [
    id,
    ...single.map((row) => row.supplier_id),
    ...behind.map((row) => row.source_id),
  ])
  return {
    run: runHead(run),
    risks: single.map((row) => riskOf(row, names, isOwn)),
    hidden: behind.map((row) => hiddenOf(row, names, tellsSource)),
    critical: critical?.place ?? null,
  }
}
