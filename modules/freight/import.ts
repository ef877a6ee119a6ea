import type { Tx } from '@tingzhou/db'
import type { findFile } from '@tingzhou/files'
import type { Deps } from '@tingzhou/http'
import { ok, type Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import { mapRows, readTable, writeXlsx, type ColumnSpecs, type SheetError, type Table } from '@tingzhou/sheets'
import { openCarrier, type Checked } from './carrier.ts'
import { checkDriver, insertDrivers, tidyDriver, type DriverFields } from './driver.ts'
import { driverColumns, toDriver, toVehicle, vehicleColumns } from './import-columns.ts'
import { maskNumber, plateKey } from './numbers.ts'
import type { FreightError } from './problems.ts'
import type { FreightDeps } from './record.ts'
import { labelOf, ruleWords, textsOf } from './texts.ts'
import { checkVehicle, insertVehicles, tidyVehicle, type VehicleFields } from './vehicle.ts'
import { importRowsMax, type ImportKind } from './words.ts'

type StoredFile = NonNullable<Awaited<ReturnType<typeof findFile>>>
type Numbered<F> = { readonly rowNumber: number; readonly fields: F }
/** What is said of a row: a field of the register, or the head of a column in the file. */
type RowWord = { readonly row: number; readonly field: string; readonly value: string; readonly rule: string }
type Read<F> = {
  readonly good: readonly Numbered<F>[]
  readonly faults: readonly RowWord[]
  readonly warnings: readonly RowWord[]
}
export type ImportReport = {
  readonly rows: number
  readonly good: number
  readonly written: boolean
  readonly faults: { row: number; column: string; value: string; message: string }[]
  readonly warnings: { row: number; field: string; rule: string; message: string }[]
}

/** How the rows of one kind are read, judged, looked up and written. */
type Rows<F> = {
  readonly read: (table: Table) => {
    readonly bad: ReturnType<typeof mapRows>['bad']
    readonly rows: readonly Numbered<F>[]
  }
  readonly check: (fields: F) => Checked
  /** What the register has once, and the field that shows it. */
  readonly keyOf: (fields: F) => string
  readonly keyField: string
  /** The keys of rows that the register has already. One statement. */
  readonly known: (tx: Tx, zoneId: string, rows: readonly F[]) => Promise<readonly string[]>
  /** Null where the register had the row already. */
  readonly insert: (
    tx: Tx,
    deps: FreightDeps,
    actor: Actor,
    carrierId: string,
    rows: readonly F[],
  ) => Promise<readonly (string | null)[]>
}

const keyOfPlate = (plate: string, colour: string): string => `${plateKey(plate)} ${colour}`

const vehicles: Rows<VehicleFields> = {
  read: (table) => {
    const { bad, good } = mapRows(vehicleColumns, table)
    return { bad, rows: good.map(({ rowNumber, value }) => ({ rowNumber, fields: tidyVehicle(toVehicle(value)) })) }
  },
  check: checkVehicle,
  keyOf: ({ plate, plateColour }) => keyOfPlate(plate, plateColour),
  keyField: 'plate',
  known: async (tx, zoneId, rows) => {
    const found = await tx
      .selectFrom('freight_vehicle')
      .select(['plate_key', 'plate_colour'])
      .where('zone_id', '=', zoneId)
      .where(
        'plate_key',
        'in',
        rows.map(({ plate }) => plateKey(plate)),
      )
      .execute()
    return found.map((row) => keyOfPlate(row.plate_key, row.plate_colour))
  },
  insert: (tx, deps, actor, carrierId, rows) => insertVehicles(tx, deps, actor, carrierId, rows, false),
}

const drivers: Rows<DriverFields> = {
  read: (table) => {
    const { bad, good } = mapRows(driverColumns, table)
    return { bad, rows: good.map(({ rowNumber, value }) => ({ rowNumber, fields: tidyDriver(toDriver(value)) })) }
  },
  check: (fields) => ({ faults: checkDriver(fields), warnings: [] }),
  keyOf: ({ idNumber }) => idNumber,
  keyField: 'idNumber',
  known: async (tx, zoneId, rows) => {
    const found = await tx
      .selectFrom('freight_driver')
      .select('id_number')
      .where('zone_id', '=', zoneId)
      .where(
        'id_number',
        'in',
        rows.map(({ idNumber }) => idNumber),
      )
      .execute()
    return found.map((row) => row.id_number)
  },
  insert: (tx, deps, actor, carrierId, rows) => {
    const found = rows.map((fields) => ({ fields, vehicleId: null }))
    return insertDrivers(tx, deps, actor, carrierId, found, false)
  },
}

const shownMax = 500
// Numbers of persons are not sent back whole, not even those that were refused.
const personal: ReadonlySet<string> = new Set(['idNumber', 'qualification'])

/** Reads an uploaded workbook. */
export const readSheet = (
  deps: Pick<Deps, 'files'>,
  file: StoredFile,
  rowsMax = importRowsMax,
): Promise<Result<Table, SheetError>> =>
  readTable(
    { name: file.name, path: deps.files.pathOf(file.sha256) },
    { xlsxRowsMax: rowsMax, csvRowsMax: rowsMax, fileBytesMax: 10 * 1_048_576 },
  )

type Wish = {
  readonly kind: ImportKind
  readonly carrierId: string
  /** True: nothing is written, only foreseen. */
  readonly preview: boolean
  readonly table: Table
  /** Of the report. */
  readonly lang: Lang
}

/** Imports vehicles or drivers of a carrier: the good rows are written; each fault names row and column. */
export async function importSheet(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  wish: Wish,
): Promise<Result<ImportReport, FreightError>> {
  const carrier = await openCarrier(tx, deps, actor, wish.carrierId)
  if (!carrier.ok) return carrier
  const report = await (wish.kind === 'vehicle'
    ? importRows(tx, deps, actor, wish, vehicles)
    : importRows(tx, deps, actor, wish, drivers))
  return ok(report)
}

async function importRows<F>(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { carrierId, preview, table, lang }: Wish,
  kind: Rows<F>,
): Promise<ImportReport> {
  const { good, faults, warnings } = judge(kind, table)
  const rows = good.map(({ fields }) => fields)
  const isKnown = preview
    ? await foresee(tx, deps.zoneId, kind, rows)
    : (await kind.insert(tx, deps, actor, carrierId, rows)).map((id) => id === null)
  const known = good
    .filter((_, i) => isKnown[i])
    .map(({ rowNumber }) => ({ row: rowNumber, field: kind.keyField, value: '', rule: 'each_once' }))
  return {
    rows: table.rows.length,
    good: good.length - known.length,
    written: !preview,
    faults: [...faults, ...known]
      .toSorted((a, b) => a.row - b.row)
      .slice(0, shownMax)
      .map(({ row, field, value, rule }) => ({
        row,
        column: labelOf(lang, field),
        value,
        message: ruleWords(lang, rule),
      })),
    warnings: warnings.slice(0, shownMax).map(({ row, field, rule }) => ({
      row,
      field: labelOf(lang, field),
      rule,
      message: ruleWords(lang, rule),
    })),
  }
}

/** Which of the rows the register has already. */
async function foresee<F>(tx: Tx, zoneId: string, kind: Rows<F>, rows: readonly F[]): Promise<readonly boolean[]> {
  const known = new Set(rows.length === 0 ? [] : await kind.known(tx, zoneId, rows))
  return rows.map((fields) => known.has(kind.keyOf(fields)))
}

/** The rows that may be written; of those that are the same the first. */
function judge<F>({ read, check, keyOf, keyField }: Rows<F>, table: Table): Read<F> {
  const { bad, rows } = read(table)
  const faults: RowWord[] = bad.map(({ row, key, value, rule }) => ({
    row,
    field: key,
    value: personal.has(key) ? maskNumber(value) : value.slice(0, 100),
    rule,
  }))
  const warnings: RowWord[] = []
  const good: Numbered<F>[] = []
  const seen = new Map<string, number>()
  for (const row of rows) {
    const judged = check(row.fields)
    const key = keyOf(row.fields)
    const first = seen.get(key)
    const all = [
      ...judged.faults,
      ...(first === undefined ? [] : [{ field: keyField, value: '', rule: `same_as_row ${first}` }]),
    ]
    seen.set(key, first ?? row.rowNumber)
    faults.push(...all.map((fault) => ({ row: row.rowNumber, ...fault })))
    warnings.push(...judged.warnings.map((warning) => ({ row: row.rowNumber, ...warning })))
    if (all.length === 0) good.push(row)
  }
  return { good, faults, warnings }
}

/** The empty sheet of vehicles or drivers. */
export const importTemplate = (lang: Lang, kind: ImportKind) =>
  sheetTemplate(lang, kind === 'vehicle' ? vehicleColumns : driverColumns, textsOf(lang).sheet[kind])

/** An empty sheet with its heads and one invented example. */
export async function sheetTemplate(lang: Lang, specs: ColumnSpecs, sheetName: string) {
  const { sheet, example, rule } = textsOf(lang)
  const examples: Readonly<Record<string, string>> = example
  const columns = Object.keys(specs).map((key) => ({
    header: labelOf(lang, key),
    value: () => examples[key] ?? null,
    width: 18,
  }))
  const lines = Object.entries(specs).map(
    ([key, spec]) => [labelOf(lang, key), spec.required ? rule.required : ''] as const,
  )
  const notesSheet = { name: sheet.notes, lines }
  const bytes = await writeXlsx(columns, [null], { sheetName, notesSheet })
  return { bytes, name: `${sheet.template} ${sheetName}` }
}
