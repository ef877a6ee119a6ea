import { writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import { uploadFile } from './api.ts'
import words from './data/workbook.json' with { type: 'json' }

/** A row of a sheet, by head. */
export type SheetRow = Readonly<Record<string, string | number>>

const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Hands a workbook in, as an office would. @param source  said in its notes @returns the id of the file */
export async function uploadRows(
  connection: Parameters<typeof uploadFile>[0],
  name: string,
  rows: readonly SheetRow[],
  source: string,
): Promise<string> {
  const columns: readonly ExportColumn<SheetRow>[] = Object.keys(rows[0] ?? {}).map((header) => ({
    header,
    value: (row) => row[header] ?? '',
  }))
  const notesSheet = { name: words.notesName, lines: [[words.notesName, source]] } as const
  const bytes = new Uint8Array(await writeXlsx(columns, rows, { sheetName: words.sheetName, notesSheet }))
  return uploadFile(connection, { name, mediaType, bytes }, 'attachment')
}
