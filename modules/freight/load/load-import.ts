import { instantOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { ok, type LocalDate, type Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import { dateCell, mapRows, numberCell, oneOfCell, textCell, type ColumnSpec, type Table } from '@tingzhou/sheets'
import { sheetTemplate, type ImportReport } from '../import.ts'
import { codeCell, column } from '../import-columns.ts'
import en from '../locales/en.json' with { type: 'json' }
import zhCN from '../locales/zh-CN.json' with { type: 'json' }
import type { FreightError } from '../problems.ts'
import type { FreightDeps } from '../record.ts'
import { labelOf, ruleWords, textsOf } from '../texts.ts'
import type { LoadMode, Measure } from '../words.ts'
import { plannedDistance, type PlannedDistance } from './distance.ts'
import { publishLoad } from './life.ts'
import { checkDraft, draftLoad, type DraftInput } from './load.ts'

/** Words of both languages for what a cell may say. */
const both = <T extends string>(words: (texts: typeof zhCN) => Readonly<Record<T, string>>): Record<string, T> =>
  Object.fromEntries(
    [zhCN, en].flatMap((texts) => Object.entries<string>(words(texts)).map(([key, word]) => [word, key as T])),
  )

const measures = { ...both<Measure>(({ cell }) => cell.measure), ton: 'ton', m3: 'm3', truck: 'truck' } as const
const modes = { ...both<'assign' | 'grab'>(({ cell }) => cell.mode), assign: 'assign', grab: 'grab' } as const
const amount = numberCell({ min: 0.001, max: 1_000_000_000 })

/** The columns of an import of loads; quantities are tons, cubic metres or trucks. */
export const loadColumns = {
  goods: column('goods', true, textCell(512)),
  cargoClass: column('cargoClass', true, codeCell('cargo-class')),
  from: column('from', true, textCell(120)),
  to: column('to', true, textCell(120)),
  measure: column('measure', true, oneOfCell<Measure>(measures)),
  quantity: column('quantity', true, amount),
  truckPlan: column('truckPlan', true, amount),
  mode: column('mode', true, oneOfCell<LoadMode>(modes)),
  consignee: column('consignee', true, textCell(256)),
  consigneePhone: column('consigneePhone', false, textCell(18)),
  loadFrom: column('loadFrom', true, dateCell),
  loadUntil: column('loadUntil', true, dateCell),
  remark: column('remark', false, textCell(256)),
} satisfies Readonly<Record<string, ColumnSpec<unknown>>>

type Cells = ReturnType<typeof mapRows<typeof loadColumns>>['good'][number]
type Fault = { readonly row: number; readonly field: string; readonly value: string; readonly rule: string }
type Row = { readonly rowNumber: number; readonly load: DraftInput; readonly distance: PlannedDistance | null }

/** What a sheet says, with the places that it names; nothing is written. */
export type ReadLoads = { readonly rows: readonly Row[]; readonly faults: readonly Fault[]; readonly total: number }

type Contract = { readonly id: string; readonly shipperId: string; readonly synthetic: boolean }

/**
 * Reads a sheet of loads of a contract, outside any transaction: each lane's distance is asked once.
 * One statement for the places, one for each lane.
 */
export async function readLoads(deps: RequestContext['deps'], table: Table, contract: Contract): Promise<ReadLoads> {
  const { bad, good } = mapRows(loadColumns, table)
  const faults: Fault[] = bad.map(({ row, key, value, rule }) => ({ row, field: key, value, rule }))
  const names = [...new Set(good.flatMap(({ value }) => [value.from, value.to]))]
  const places = await placesNamed(deps, contract.shipperId, names)
  const lanes = new Map<string, Promise<PlannedDistance | null>>()
  const distanceOf = (fromId: string, toId: string) => {
    const lane = `${fromId} ${toId}`
    const asked = lanes.get(lane) ?? plannedDistance(deps, fromId, toId)
    lanes.set(lane, asked)
    return asked
  }
  const rows: Row[] = []
  for (const { rowNumber, value } of good) {
    const ends = (['from', 'to'] as const).map((field) => ({ field, found: places.get(value[field]) ?? [] }))
    for (const { field, found } of ends)
      if (found.length !== 1)
        faults.push({
          row: rowNumber,
          field,
          value: value[field],
          rule: found.length === 0 ? 'place_named' : 'one_place',
        })
    const [from, to] = ends.map(({ found }) => (found.length === 1 ? found[0] : undefined))
    if (from === undefined || to === undefined) continue
    rows.push({ rowNumber, load: loadOf(value, contract, from, to), distance: await distanceOf(from, to) })
  }
  return { rows, faults, total: table.rows.length }
}

/** Ids of the open places that a shipper may use, by name. One statement. */
async function placesNamed(
  { db, zoneId }: RequestContext['deps'],
  shipperId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (names.length === 0) return new Map()
  const rows = await db
    .selectFrom('freight_place')
    .select(['id', 'name'])
    .where('zone_id', '=', zoneId)
    .where('name', 'in', names)
    .where('state', '=', 'open')
    .where((eb) => eb.or([eb('shipper_id', '=', shipperId), eb('shipper_id', 'is', null)]))
    .orderBy('id')
    .limit(1_000)
    .execute()
  const found = new Map<string, string[]>()
  for (const { id, name } of rows) found.set(name, [...(found.get(name) ?? []), id])
  return found
}

const scales: Readonly<Record<Measure, number>> = { ton: 1_000, m3: 1_000, truck: 1 }

function loadOf(value: Cells['value'], contract: Contract, fromId: string, toId: string): DraftInput {
  const scale = scales[value.measure]
  return {
    contractId: contract.id,
    shipperId: contract.shipperId,
    synthetic: contract.synthetic,
    goods: value.goods,
    cargoClass: value.cargoClass,
    fromId,
    toId,
    consigneeId: null,
    consignee: value.consignee,
    consigneePhone: value.consigneePhone ?? '',
    measure: value.measure,
    quantity: Math.round(value.quantity * scale),
    overBp: 0,
    truckPlan: Math.round(value.truckPlan * scale),
    mode: value.mode,
    bidKind: null,
    bidUntil: null,
    tripsADay: null,
    carrierMilliFen: null,
    shipperMilliFen: null,
    goodsMilliFen: null,
    terms: null,
    loadFrom: dayBegin(value.loadFrom),
    loadUntil: instantOf(value.loadUntil, '24:00'),
    offerMinutes: 30,
    remark: value.remark ?? '',
  }
}

const dayBegin = (date: LocalDate) => instantOf(date, '00:00')

type Wish = { readonly preview: boolean; readonly publish: boolean; readonly lang: Lang }

/**
 * Drafts the loads of a sheet, and publishes them where that is asked. While a row has a fault nothing is written: whoever sends it
 * mended does not have half of it twice.
 */
export async function importLoads(
  tx: Tx,
  deps: RequestContext['deps'],
  actor: Actor,
  { rows, faults: before, total }: ReadLoads,
  { preview, publish, lang }: Wish,
): Promise<Result<ImportReport, FreightError>> {
  const faults = [...before]
  // At most a hundred, each a draft of its own.
  for (const { rowNumber, load, distance } of rows) {
    const checked = await checkDraft(tx, deps, actor, load, distance)
    if (checked.ok) continue
    const fault = faultOf(rowNumber, checked.error)
    if (!fault) return checked
    faults.push(fault)
  }
  const write = !preview && faults.length === 0
  if (write) {
    const written = await writeAll(tx, deps, actor, rows, publish)
    if (!written.ok) return written
  }
  const bad = new Set(faults.map(({ row }) => row))
  return ok({
    rows: total,
    good: rows.filter(({ rowNumber }) => !bad.has(rowNumber)).length,
    written: write,
    faults: faults
      .toSorted((a, b) => a.row - b.row)
      .slice(0, 500)
      .map(({ row, field, value, rule }) => ({
        row,
        column: labelOf(lang, columnOf[field] ?? field),
        value: value.slice(0, 100),
        message: ruleWords(lang, rule),
      })),
    warnings: [],
  })
}

async function writeAll(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  rows: readonly Row[],
  publish: boolean,
): Promise<Result<void, FreightError>> {
  for (const { load, distance } of rows) {
    const drafted = await draftLoad(tx, deps, actor, load, distance)
    if (!drafted.ok) return drafted
    if (!publish) continue
    const published = await publishLoad(tx, deps, actor, { id: drafted.value.id, rev: 1 })
    if (!published.ok) return published
  }
  return ok(undefined)
}

const columnOf: Readonly<Record<string, string>> = { fromId: 'from', toId: 'to' }

/** A refusal as a fault of its row; null where it is none of a row. */
function faultOf(row: number, error: FreightError): Fault | null {
  if (!('field' in error) || !('rule' in error)) return null
  const { field, rule, value } = error
  return { row, field: String(field), value: String('value' in error ? (value ?? '') : ''), rule: String(rule) }
}

/** The empty sheet with its heads and one invented example. */
export const loadTemplate = (lang: Lang) => sheetTemplate(lang, loadColumns, textsOf(lang).sheet.load)
