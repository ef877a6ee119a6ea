import { newId, type CommandDeps, type Tx } from '@tingzhou/db'
import { ok, type Result } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import type { SheetError } from '@tingzhou/sheets'
import { findBadRows, previewRegister, readRegister, reportOf } from './import.ts'
import type { EnterpriseImport } from './import-contract.ts'
import { runImport } from './import-run.ts'
import { loadIndustries } from './industry.ts'
import { announce, recordNew, type By } from './record.ts'
import { toldFault } from './texts.ts'
import { writeErrors } from './workbook.ts'

/** What came of a file. */
export type DirectImport = Pick<EnterpriseImport, 'counts' | 'faults' | 'warnings'> & {
  /** The faulty rows as a workbook; null when there are none. */
  readonly errors: Uint8Array | null
}

/** Imports a register without a server, straight into an open database. */
export async function importDirectly(
  deps: CommandDeps,
  by: By,
  file: { readonly path: string; readonly name: string },
  options: {
    readonly lang: Lang
    readonly synthetic: boolean
    readonly dryRun: boolean
    readonly onProgress: (done: number) => void
  },
): Promise<Result<DirectImport, SheetError>> {
  await loadIndustries(deps.db)
  const read = await readRegister(deps.db, deps, file)
  if (!read.ok) return read
  const { table, plan } = read.value
  const wish = { synthetic: options.synthetic, fileName: file.name }
  const note = async (_tx: Tx, done: number) => options.onProgress(done)
  const report = options.dryRun
    ? await previewRegister(deps, read.value, wish)
    : reportOf(plan, await runImport(deps, by, plan, wish, note))
  if (!options.dryRun) await tell(deps, by, file.name, report.counts)
  const { counts } = report
  const rows = counts.bad === 0 ? [] : await findBadRows(deps, read.value, wish)
  const book = { header: table.header, rows, fileName: file.name, good: counts.rows - rows.length }
  return ok({
    counts,
    faults: report.faults.map((fault) => toldFault(options.lang, fault)),
    warnings: report.warnings.map((fault) => toldFault(options.lang, fault)),
    errors: rows.length === 0 ? null : await writeErrors(options.lang, book),
  })
}

async function tell(deps: CommandDeps, by: By, fileName: string, counts: EnterpriseImport['counts']): Promise<void> {
  const change = {
    objectKind: 'enterprise_import' as const,
    objectId: newId(),
    verb: 'committed',
    changes: [],
    why: fileName,
  }
  await deps.db.transaction().execute(async (tx) => {
    await recordNew(tx, deps, by, [change])
    await announce(tx, deps, change, 'registry.enterprises_imported', [], { counts })
  })
}
