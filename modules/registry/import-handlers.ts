import { implement } from '@orpc/server'
import { mayReach } from '@tingzhou/access'
import type { CommandReused } from '@tingzhou/db'
import type { AttachError } from '@tingzhou/files'
import { requireActor, requireRole, sendWorkbook, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import { err, ok } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import type { SheetError } from '@tingzhou/sheets'
import {
  claimImport,
  findBadRows,
  findImport,
  openImport,
  performImport,
  performPreview,
  readUploaded,
  type CommitError,
  type ImportRow,
} from './import.ts'
import { importContract, type EnterpriseImport } from './import-contract.ts'
import { editingRoles } from './rights.ts'
import { command, commonProblems, missing, refuse } from './room.ts'
import { refusalText, textsOf, toldFault } from './texts.ts'
import { underWay } from './under-way.ts'
import { sheetProblems, uploadedFile } from './uploaded.ts'
import { writeErrors, writeTemplate } from './workbook.ts'

const problems = {
  ...commonProblems,
  ...sheetProblems,
  file_unknown: refuse(422, 'fileId'),
  file_not_yours: refuse(403, 'fileId'),
  file_already_attached: refuse(409, 'fileId'),
  import_running: refuse(409),
  import_done: refuse(409),
} satisfies ProblemTable<SheetError | AttachError | CommitError | CommandReused>

/** Imports that this process is reading or writing, each with why its file cannot be read, or null. */
const running = underWay<SheetError | null>('import failed')
export const finishImports = running.finish

const os = implement(importContract).$context<RequestContext>()
export const importHandlers = os.router({
  create: os.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { deps, lang } = context
    const file = await uploadedFile(context, actor, input.fileId)
    const opened = await command(context, actor, 'open_import', input, (tx) =>
      openImport(tx, deps, actor, file, input.synthetic ?? false),
    )
    const { id } = unwrap(opened, problems)
    const row = await getImport(context, actor, id)
    // A repeat of the command finds it read, or waits for the first.
    if (row.state === 'reading' && !running.has(id)) running.start(deps, id, performPreview(deps, row, input.preview))
    await waitFor(id)
    return viewImport(lang, await getImport(context, actor, id))
  }),
  get: os.get.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    return viewImport(context.lang, await getImport(context, actor, input.id))
  }),
  commit: os.commit.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { deps, lang } = context
    await getImport(context, actor, input.id)
    let claimed: ImportRow | null = null
    const claim = await command(context, actor, 'commit_import', input, async (tx) => {
      const row = await claimImport(tx, deps, input.id)
      if (!row.ok) return row
      claimed = row.value
      return ok({ id: input.id })
    })
    unwrap(claim, problems)
    // A repeat of the command claims nothing and only waits.
    if (claimed) running.start(deps, input.id, performImport(deps, actor, claimed))
    await waitFor(input.id)
    return viewImport(lang, await getImport(context, actor, input.id))
  }),
  errorsXlsx: os.errorsXlsx.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { deps, lang } = context
    const row = await getImport(context, actor, input.id)
    const register = unwrap(await readUploaded(deps, { name: row.file_name, sha256: row.sha256 }), problems)
    const options = { synthetic: row.synthetic, fileName: row.file_name }
    const rows = await findBadRows(deps, register, options)
    const good = register.table.rows.length - rows.length
    const book = await writeErrors(lang, { header: register.table.header, rows, fileName: row.file_name, good })
    return sendWorkbook(book, textsOf(lang).sheet.errorsFile)
  }),
  templateXlsx: os.templateXlsx.handler(async ({ context }) => {
    requireActor(context)
    return sendWorkbook(await writeTemplate(context.lang), textsOf(context.lang).sheet.templateFile)
  }),
})

async function getImport(context: RequestContext, actor: Actor, id: string): Promise<ImportRow> {
  const { db, zoneId } = context.deps
  const row = (await mayReach(db, actor, zoneId, 'enterprise_import', id)) ? await findImport(db, zoneId, id) : null
  if (row) return row
  throw missing(id)
}

/** Waits for an import; a file that cannot be read is refused when that is known in time. */
async function waitFor(importId: string): Promise<void> {
  const refusal = await running.waitFor(importId)
  if (refusal) unwrap(err(refusal), problems)
}

function viewImport(lang: Lang, row: ImportRow): EnterpriseImport {
  const { report } = row
  return {
    id: row.id,
    fileName: row.file_name,
    state: row.state,
    refusal: report.refusal ? refusalText(lang, report.refusal) : null,
    counts: report.counts,
    columns: [...report.columns],
    faults: report.faults.map((fault) => toldFault(lang, fault)),
    warnings: report.warnings.map((fault) => toldFault(lang, fault)),
    sample: report.sample.map((one) => ({ ...one })),
    duplicates: report.duplicates.map((one) => ({ ...one })),
    done: row.done,
    createdAt: row.created_at,
    committedAt: row.committed_at,
  }
}
