import { isDeepStrictEqual } from 'node:util'
import { attachFiles, type AttachError, type FileStore } from '@tingzhou/files'
import { grantReach } from '@tingzhou/access'
import { at, jsonb, newId, type CommandDeps, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { defaultLimits, readTable, type SheetError, type SheetSource, type Table } from '@tingzhou/sheets'
import { findHintsFor } from './duplicate.ts'
import type { RowEffect } from './import-match.ts'
import { planImport, type Plan } from './import-plan.ts'
import { blankReport, type ImportState, type RowOutcome, type StoredFault, type StoredImport } from './import-report.ts'
import { foreseeImport, readScene, runImport, type ImportOptions, type ImportResult } from './import-run.ts'
import { announce, recordChanges, type By } from './record.ts'
import type { SheetScene } from './sheet-columns.ts'
import './tables.ts'

/** What is told on screen of many faults; all of them are in the errors workbook. */
const shownMax = 200
const sampleRows = 20
const likeRowsMax = 50

/** A register that was read: the table as it stands, and what its rows say. */
export type ReadRegister = { readonly table: Table; readonly plan: Plan }

type ReadDeps = Pick<CommandDeps, 'zoneId' | 'clock'>

/** Reads a register, from bytes or from a file. */
export async function readRegister(
  db: Db,
  deps: ReadDeps,
  source: SheetSource,
): Promise<Result<ReadRegister, SheetError>> {
  const table = await readTable(source, defaultLimits)
  return table.ok ? ok(judge(table.value, await readScene(db, deps))) : table
}

type Judged = ReadRegister & { readonly scene: SheetScene }
const judge = (table: Table, scene: SheetScene): Judged => ({ table, scene, plan: planImport(table, scene) })

/** A file that was uploaded; its hash tells it from others. */
export type KeptFile = { readonly name: string; readonly sha256: string }

// The last upload: a preview is mostly followed by its commit. Bounded, and let go after five minutes.
const keptRowsMax = 30_000
const keptMs = 5 * 60_000
let kept: { readonly sha256: string; readonly register: Judged; readonly until: number } | null = null

/** Reads an uploaded register; the last one read is not read again, and judged anew only when the zone's areas have changed. */
export async function readUploaded(deps: ImportDeps, file: KeptFile): Promise<Result<ReadRegister, SheetError>> {
  const now = deps.clock()
  if (kept && kept.until < now) kept = null
  const known = kept?.sha256 === file.sha256 ? kept.register : null
  const source = { name: file.name, path: deps.files.pathOf(file.sha256) }
  const table = known ? ok(known.table) : await readTable(source, defaultLimits)
  if (!table.ok) return table
  const scene = await readScene(deps.db, deps)
  const register = known && isSame(known.scene, scene) ? known : judge(table.value, scene)
  if (table.value.rows.length <= keptRowsMax) kept = { sha256: file.sha256, register, until: now + keptMs }
  return ok(register)
}

const isSame = (a: SheetScene, b: SheetScene): boolean =>
  a.thisYear === b.thisYear && isDeepStrictEqual(a.areas, b.areas)

/** What a file says by itself, before it is compared with the register. */
export const surveyRegister = ({ plan }: ReadRegister): StoredImport =>
  reportOf(plan, { outcomes: { added: 0, updated: 0, unchanged: 0 }, faults: [] })

/** Says what an import would do, and writes nothing. */
export async function previewRegister(
  deps: CommandDeps,
  { table, plan }: ReadRegister,
  options: ImportOptions,
): Promise<StoredImport> {
  const { effects, faults } = await foreseeImport(deps, plan, options)
  const outcomes: Record<RowOutcome, number> = { added: 0, updated: 0, unchanged: 0 }
  for (const { outcome } of effects) outcomes[outcome]++
  return {
    ...reportOf(plan, { outcomes, faults }),
    sample: effects.slice(0, sampleRows).map(({ row, outcome }) => ({ row, outcome, values: cellsOf(table, row) })),
    duplicates: await likeRows(deps, effects),
  }
}

/** What an import found and did, for keeping. */
export function reportOf(plan: Plan, { outcomes, faults }: ImportResult): StoredImport {
  const all = [...plan.faults, ...faults].toSorted((a, b) => a.row - b.row)
  const bad = new Set([...plan.badRows, ...faults.map(({ row }) => row)])
  return {
    counts: {
      rows: plan.rows,
      ...outcomes,
      bad: bad.size,
      faults: all.length,
      warnings: plan.warnings.length,
    },
    columns: plan.columns,
    faults: all.slice(0, shownMax),
    warnings: plan.warnings.slice(0, shownMax),
    sample: [],
    duplicates: [],
  }
}

function cellsOf(table: Table, rowNumber: number): Record<string, string> {
  const row = table.rows.find((row) => row.rowNumber === rowNumber)
  return Object.fromEntries(table.header.map((head, i) => [head, row?.cells[i] ?? '']))
}

/** New rows whose names resemble entries. */
async function likeRows(deps: CommandDeps, effects: readonly RowEffect[]): Promise<StoredImport['duplicates']> {
  const added = effects.flatMap(({ row, added }) => (added ? [{ row, typed: added.facts }] : []))
  return findHintsFor(deps.db, deps, added, likeRowsMax)
}

type ImportDeps = CommandDeps & { readonly files: FileStore }
type NotFound = { readonly kind: 'not_found' }
export type PreviewError =
  | SheetError
  | AttachError
  | { readonly kind: 'file_unknown'; readonly field: 'fileId'; readonly value: string }

/** The file of a new import, as the uploader may use it. */
export type ImportFile = { readonly id: string; readonly name: string; readonly sha256: string }

/** Opens an import of a file: from now on it can be asked about. */
export async function openImport(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  file: ImportFile,
  synthetic: boolean,
): Promise<Result<{ id: string }, AttachError>> {
  const id = newId()
  const now = deps.clock()
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'enterprise_import',
    objectId: id,
    fileIds: [file.id],
    actorId: by.accountId,
    now,
  })
  if (!attached.ok) return attached
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'enterprise_import', objectId: id, partyId: by.accountId, relation: 'person' },
  ])
  await tx
    .insertInto('enterprise_import')
    .values({
      zone_id: deps.zoneId,
      id,
      file_id: file.id,
      file_name: file.name,
      synthetic,
      state: 'reading',
      report: jsonb(blankReport),
      created_at: at(now),
      created_by: by.accountId,
      committed_at: null,
    })
    .execute()
  return ok({ id })
}

type ImportChange = Partial<{ state: ImportState; done: number; report: string; committed_at: Date }>
const changeImport = (tx: Db | Tx, deps: CommandDeps, id: string, change: ImportChange) =>
  tx.updateTable('enterprise_import').set(change).where('zone_id', '=', deps.zoneId).where('id', '=', id).execute()

/** Notes that a file cannot be read. */
async function refuseImport(deps: CommandDeps, id: string, refusal: SheetError): Promise<void> {
  await changeImport(deps.db, deps, id, { state: 'failed', report: jsonb({ ...blankReport, refusal }) })
}

/**
 * Reads the file of an import and keeps what it says; writes nothing to the register.
 * @param compare  whether to look what each row would do
 * @returns why the file cannot be read, or null
 */
export async function performPreview(deps: ImportDeps, row: ImportRow, compare: boolean): Promise<SheetError | null> {
  try {
    const read = await readUploaded(deps, { name: row.file_name, sha256: row.sha256 })
    if (!read.ok) {
      await refuseImport(deps, row.id, read.error)
      return read.error
    }
    const options = { synthetic: row.synthetic, fileName: row.file_name }
    const report = compare ? await previewRegister(deps, read.value, options) : surveyRegister(read.value)
    await changeImport(deps.db, deps, row.id, { state: 'previewed', report: jsonb(report) })
    return null
  } catch (error) {
    await changeImport(deps.db, deps, row.id, { state: 'failed' })
    throw error
  }
}

const selectImport = (db: Db | Tx, zoneId: string, id: string) =>
  db
    .selectFrom('enterprise_import as i')
    .innerJoin('file as f', (join) =>
      join.onRef('f.zone_id', '=', 'i.zone_id').on((eb) => eb(eb.cast('f.id', 'text'), '=', eb.ref('i.file_id'))),
    )
    .select([
      'i.id',
      'i.file_name',
      'i.synthetic',
      'i.state',
      'i.report',
      'i.done',
      'i.created_at',
      'i.created_by',
      'i.committed_at',
    ])
    .select('f.sha256')
    .where('i.zone_id', '=', zoneId)
    .where('i.id', '=', id)

export type ImportRow = NonNullable<Awaited<ReturnType<typeof findImport>>>

/** The import, or null. */
export const findImport = async (db: Db | Tx, zoneId: string, id: string) =>
  (await selectImport(db, zoneId, id).executeTakeFirst()) ?? null

export type CommitError = NotFound | { readonly kind: 'import_running' } | { readonly kind: 'import_done' }

/** Lets one caller commit an import: the others are told that it runs or is done. */
export async function claimImport(tx: Tx, deps: CommandDeps, id: string): Promise<Result<ImportRow, CommitError>> {
  const row = await selectImport(tx, deps.zoneId, id).forUpdate('i').executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  if (row.state === 'committed') return err({ kind: 'import_done' })
  if (row.state === 'running' || row.state === 'reading') return err({ kind: 'import_running' })
  await changeImport(tx, deps, id, { state: 'running', done: 0 })
  return ok(row)
}

/** Writes the good rows of a claimed import. @returns why the file cannot be read, or null */
export async function performImport(deps: ImportDeps, by: By, row: ImportRow): Promise<SheetError | null> {
  try {
    const read = await readUploaded(deps, { name: row.file_name, sha256: row.sha256 })
    if (!read.ok) {
      await refuseImport(deps, row.id, read.error)
      return read.error
    }
    const options = { synthetic: row.synthetic, fileName: row.file_name }
    const note = async (tx: Tx, done: number) => void (await changeImport(tx, deps, row.id, { done }))
    const report = reportOf(read.value.plan, await runImport(deps, by, read.value.plan, options, note))
    await deps.db.transaction().execute(async (tx) => {
      await changeImport(tx, deps, row.id, {
        state: 'committed',
        report: jsonb(report),
        committed_at: at(deps.clock()),
      })
      const change = {
        objectKind: 'enterprise_import' as const,
        objectId: row.id,
        verb: 'committed',
        changes: [],
        why: row.file_name,
      }
      await recordChanges(tx, deps, by, [change])
      await announce(tx, deps, change, 'registry.enterprises_imported', [by.accountId], { counts: report.counts })
    })
    return null
  } catch (error) {
    await changeImport(deps.db, deps, row.id, { state: 'failed' })
    throw error
  }
}

/** Imports that a process left in the middle may be committed again. Called at start. */
export async function releaseImports(db: Db, zoneId: string): Promise<void> {
  await db
    .updateTable('enterprise_import')
    .set({ state: 'failed' })
    .where('zone_id', '=', zoneId)
    .where('state', 'in', ['reading', 'running'])
    .execute()
}

/** The faulty rows of a register as they stand, with what is wrong with each. */
export async function findBadRows(
  deps: CommandDeps,
  { table, plan }: ReadRegister,
  options: ImportOptions,
): Promise<readonly BadRow[]> {
  const foreseen = await foreseeImport(deps, plan, options)
  const faults = [...plan.faults, ...foreseen.faults]
  const byRow = new Map<number, StoredFault[]>()
  for (const fault of faults) byRow.set(fault.row, [...(byRow.get(fault.row) ?? []), fault])
  const whole = byRow.get(table.headerRow) ?? []
  return table.rows
    .filter(({ rowNumber }) => plan.badRows.has(rowNumber) || byRow.has(rowNumber))
    .map(({ rowNumber, cells }) => ({ rowNumber, cells, faults: byRow.get(rowNumber) ?? whole }))
}
export type BadRow = {
  readonly rowNumber: number
  readonly cells: readonly string[]
  readonly faults: readonly StoredFault[]
}
