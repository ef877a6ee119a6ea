import { implement } from '@orpc/server'
import { findFile } from '@tingzhou/files'
import { problem, requireActor, requireRole, sendWorkbook, unwrap, type RequestContext } from '@tingzhou/http'
import { importSheet, importTemplate, readSheet } from './import.ts'
import { importContract } from './import-contract.ts'
import { freightProblems } from './problems.ts'
import { editingRoles } from './roles.ts'
import { command } from './room.ts'

const os = implement(importContract).$context<RequestContext>()

export const importHandlers = os.router({
  run: os.run.handler(async ({ context, input }) => {
    const { deps, lang } = context
    const actor = requireRole(requireActor(context), ...editingRoles)
    const file = await findFile(deps.db, deps.zoneId, actor, input.fileId)
    if (!file)
      throw problem({ kind: 'file_unknown', status: 422, field: 'fileId', value: input.fileId, rule: 'within_reach' })
    const wish = { ...input, lang, table: unwrap(await readSheet(deps, file), freightProblems) }
    if (!input.preview) return command(context, 'import', input, (tx) => importSheet(tx, deps, actor, wish))
    const foreseen = await deps.db.transaction().execute((tx) => importSheet(tx, deps, actor, wish))
    return unwrap(foreseen, freightProblems)
  }),
  templateXlsx: os.templateXlsx.handler(async ({ context, input }) => {
    requireActor(context)
    const { bytes, name } = await importTemplate(context.lang, input.kind)
    return sendWorkbook(bytes, name)
  }),
})
