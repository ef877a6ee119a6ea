import { implement } from '@orpc/server'
import { findFile } from '@tingzhou/files'
import {
  problem,
  requireActor,
  requireRole,
  sendWorkbook,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { ok } from '@tingzhou/kernel'
import { readTable, type SheetError } from '@tingzhou/sheets'
import { chainsProblems } from '../problems.ts'
import { keepingRoles } from '../roles.ts'
import { command } from '../room.ts'
import { importContract } from './import-contract.ts'
import { importSheet, importTemplate } from './import.ts'

const problems = {
  ...chainsProblems,
  sheet_over_limit: { status: 422, field: 'fileId' },
  sheet_unreadable: { status: 422, field: 'fileId' },
} satisfies ProblemTable<SheetError>
const rowsMax = 20_000
const limits = { xlsxRowsMax: rowsMax, csvRowsMax: rowsMax, fileBytesMax: 20 * 1_048_576 }

const os = implement(importContract).$context<RequestContext>()

export const importHandlers = os.router({
  run: os.run.handler(async ({ context, input }) => {
    const { deps, lang } = context
    // A firm's people import what is theirs; each row says so.
    const actor = requireRole(requireActor(context), ...keepingRoles, 'enterprise')
    const file = await findFile(deps.db, deps.zoneId, actor, input.fileId)
    if (!file)
      throw problem({ kind: 'file_unknown', status: 422, field: 'fileId', value: input.fileId, rule: 'within_reach' })
    const read = await readTable({ name: file.name, path: deps.files.pathOf(file.sha256) }, limits)
    const wish = { ...input, lang, table: unwrap(read, problems) }
    if (input.preview) return deps.db.transaction().execute((tx) => importSheet(tx, deps, actor, wish))
    return command(context, 'import', input, async (tx) => ok(await importSheet(tx, deps, actor, wish)))
  }),
  templateXlsx: os.templateXlsx.handler(async ({ context, input }) => {
    requireActor(context)
    const { bytes, name } = await importTemplate(context.lang, input.kind)
    return sendWorkbook(bytes, name)
  }),
})
