import type { Tx } from '@tingzhou/db'
import type { findFile } from '@tingzhou/files'
import type { Deps } from '@tingzhou/http'
import { ok, type Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import { mapRows, readTable, writeXlsx, type SheetError, type Table } from '@tingzhou/sheets'
import { openCarrier } from './carrier.ts'
import { checkDriver, insertDrivers, tidyDriver, type DriverFields } from './driver.ts'
import { driverColumns, toDriver, toVehicle, vehicleColumns } from './import-columns.ts'
import { maskNumber, plateKey } from './numbers.ts'
import type { Fault, FreightError } from './problems.ts'
import { workbook } from './sheet.ts'
import { ruleWords, textsOf } from './texts.ts'
import { checkVehicle, insertVehicles, tidyVehicle, type VehicleFields } from './vehicle.ts'
import { importRowsMax } from './words.ts'

export type ImportKind = 'vehicle' | 'driver'
type StoredFile = NonNullable<Awaited<ReturnType<typeof findFile>>>
/** A refused cell; `column` is the head in the file or, where the file has none, a field of the register. */
type RowFault = { readonly row: number; readonly field: string; readonly value: string; readonly rule: string }
type Read<F> = {
  readonly good: readonly { readonly rowNumber: number; readonly fields: F }[]
  readonly faults: readonly RowFault[]
  readonly warnings: readonly RowFault[]
}
export type ImportReport = {
  readonly rows: number
  readonly good: number
  readonly written: boolean
  readonly faults: { row: number; column: string; value: string; message: string }[]
  readonly warnings: { row: number; field: string; rule: string; message: string }[]
}

const shownMax = 500
// Numbers of persons are not sent back whole, not even those that were refused.
const personal: ReadonlySet<string> = new Set(['idNumber', 'qualification'])

/** Reads an uploaded workbook of up to 1,000 rows. */
export const readSheet = (deps: Pick<Deps, 'files'>, file: StoredFile): Promise<Result<Table, SheetError>> =>
  readTable(
    { name: file.name, path: deps.files.pathOf(file.sha256) },
    { xlsxRowsMax: importRowsMax + 1, csvRowsMax: importRowsMax + 1, fileBytesMax: 10 * 1_048_576 },
  )

/**
 * Imports vehicles or drivers of a carrier: the good rows are written, or only foreseen; each fault names row and column.
 * @param preview  true: nothing is written
 */
export async function importSheet(
  tx: Tx,
  deps: Pick<Deps, 'zoneId' | 'clock'>,
  actor: Actor,
  lang: Lang,
  input: { readonly kind: ImportKind; readonly carrierId: string; readonly preview: boolean; readonly table: Table },
): Promise<Result<ImportReport, FreightError>> {
  const carrier = await openCarrier(tx, deps, actor, input.carrierId)
  if (!carrier.ok) return carrier
  const { kind, carrierId, preview, table } = input
  if (kind === 'vehicle') {
    const read = readVehicles(table)
    const rows = read.good.map(({ fields }) => fields)
    const taken = preview
      ? await knownPlates(tx, deps.zoneId, rows)
      : (await insertVehicles(tx, deps, actor, carrierId, rows, false)).taken
    return ok(reportOf(lang, kind, table, read, taken, !preview))
  }
  const read = readDrivers(table)
  const rows = read.good.map(({ fields }) => ({ fields, vehicleId: null }))
  const taken = preview
    ? await knownNumbers(
        tx,
        deps.zoneId,
        rows.map(({ fields }) => fields),
      )
    : (await insertDrivers(tx, deps, actor, carrierId, rows, false)).taken
  return ok(reportOf(lang, kind, table, read, taken, !preview))
}

function readVehicles(table: Table): Read<VehicleFields> {
  const mapped = mapRows(vehicleColumns, table)
  const rows = mapped.good.map(({ rowNumber, value }) => ({ rowNumber, fields: tidyVehicle(toVehicle(value)) }))
  return judge(mapped.bad, rows, checkVehicle, ({ plate, plateColour }) => `${plateKey(plate)} ${plateColour}`, 'plate')
}

function readDrivers(table: Table): Read<DriverFields> {
  const mapped = mapRows(driverColumns, table)
  const rows = mapped.good.map(({ rowNumber, value }) => ({ rowNumber, fields: tidyDriver(toDriver(value)) }))
  const check = (fields: DriverFields) => ({ faults: checkDriver(fields), warnings: [] })
  return judge(mapped.bad, rows, check, ({ idNumber }) => idNumber, 'idNumber')
}

type BadCells = ReturnType<typeof mapRows>['bad']
type Numbered<F> = { readonly rowNumber: number; readonly fields: F }

function judge<F>(
  bad: BadCells,
  rows: readonly Numbered<F>[],
  check: (fields: F) => { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] },
  keyOf: (fields: F) => string,
  keyField: string,
): Read<F> {
  const faults: RowFault[] = bad.map(({ row, key, value, rule }) => ({
    row,
    field: key,
    value: personal.has(key) ? maskNumber(value) : value.slice(0, 100),
    rule,
  }))
  const warnings: RowFault[] = []
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

function reportOf<F>(
  lang: Lang,
  kind: ImportKind,
  table: Table,
  read: Read<F>,
  taken: ReadonlySet<number>,
  written: boolean,
): ImportReport {
  const field = kind === 'vehicle' ? 'plate' : 'idNumber'
  const known = read.good.flatMap(({ rowNumber }, i) =>
    taken.has(i) ? [{ row: rowNumber, field, value: '', rule: 'each_once' }] : [],
  )
  const labels: Readonly<Record<string, string>> = textsOf(lang).field
  return {
    rows: table.rows.length,
    good: read.good.length - known.length,
    written,
    faults: [...read.faults, ...known]
      .toSorted((a, b) => a.row - b.row)
      .slice(0, shownMax)
      .map((fault) => ({
        row: fault.row,
        column: labels[fault.field] ?? fault.field,
        value: fault.value,
        message: ruleWords(lang, fault.rule),
      })),
    warnings: read.warnings.slice(0, shownMax).map((warning) => ({
      row: warning.row,
      field: labels[warning.field] ?? warning.field,
      rule: warning.rule,
      message: ruleWords(lang, warning.rule),
    })),
  }
}

async function knownPlates(tx: Tx, zoneId: string, rows: readonly VehicleFields[]): Promise<ReadonlySet<number>> {
  if (rows.length === 0) return new Set()
  const keys = rows.map(({ plate, plateColour }) => [plateKey(plate), plateColour] as const)
  const found = await tx
    .selectFrom('freight_vehicle')
    .select(['plate_key', 'plate_colour'])
    .where('zone_id', '=', zoneId)
    .where(
      'plate_key',
      'in',
      keys.map(([key]) => key),
    )
    .execute()
  const known = new Set(found.map((row) => `${row.plate_key} ${row.plate_colour}`))
  return new Set(keys.flatMap(([key, colour], i) => (known.has(`${key} ${colour}`) ? [i] : [])))
}

async function knownNumbers(tx: Tx, zoneId: string, rows: readonly DriverFields[]): Promise<ReadonlySet<number>> {
  if (rows.length === 0) return new Set()
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
  const known = new Set(found.map((row) => row.id_number))
  return new Set(rows.flatMap(({ idNumber }, i) => (known.has(idNumber) ? [i] : [])))
}

/** The empty sheet with its heads and one invented example. */
export async function importTemplate(lang: Lang, kind: ImportKind) {
  const { field, sheet, example, rule } = textsOf(lang)
  const specs = kind === 'vehicle' ? vehicleColumns : driverColumns
  const labels: Readonly<Record<string, string>> = field
  const examples: Readonly<Record<string, string>> = example
  const columns = Object.keys(specs).map((key) => ({
    header: labels[key] ?? key,
    value: () => examples[key] ?? null,
    width: 18,
  }))
  const lines = Object.entries(specs).map(
    ([key, spec]) => [labels[key] ?? key, spec.required ? rule.required : ''] as const,
  )
  const bytes = await writeXlsx(columns, [null], {
    sheetName: sheet[kind],
    notesSheet: { name: sheet.notes, lines },
  })
  return workbook(bytes, `${sheet.template} ${sheet[kind]}`)
}
