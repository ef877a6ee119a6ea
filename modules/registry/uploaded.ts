import { findFile } from '@tingzhou/files'
import { problem, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import { defaultLimits, readTable, type SheetError, type Table } from '@tingzhou/sheets'
import { refuse } from './room.ts'

/** How a workbook that cannot be read is refused. */
export const sheetProblems = {
  sheet_over_limit: refuse(422, 'file'),
  sheet_unreadable: refuse(422, 'file'),
} satisfies ProblemTable<SheetError>

/** An uploaded file that the actor may use. @throws ProblemError 422 */
export async function uploadedFile({ deps }: RequestContext, actor: Actor, id: string) {
  const file = await findFile(deps.db, deps.zoneId, actor, id)
  if (file) return file
  throw problem({ kind: 'file_unknown', status: 422, area: 'registry', field: 'fileId', value: id })
}

/** What stands in it, up to so many rows. @throws ProblemError 422 when it cannot be read */
export async function uploadedTable(
  { deps }: RequestContext,
  file: { readonly name: string; readonly sha256: string },
  rowsMax: number,
): Promise<Table> {
  const limits = { ...defaultLimits, xlsxRowsMax: rowsMax, csvRowsMax: rowsMax }
  return unwrap(await readTable({ name: file.name, path: deps.files.pathOf(file.sha256) }, limits), sheetProblems)
}
