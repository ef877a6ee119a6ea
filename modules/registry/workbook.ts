import { localDateOf } from '@tingzhou/calendar'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { writeXlsx, type ExportColumn, type NotesSheet } from '@tingzhou/sheets'
import { checkUscc, makeUscc } from '@tingzhou/uscc'
import type { EnterpriseRow } from './enterprise-contract.ts'
import type { BadRow } from './import.ts'
import { exampleOf, headOf, sheetFields } from './sheet-columns.ts'
import { faultText, textsOf } from './texts.ts'

const minuteMs = 60_000

/** `2026-11-22 12:26`, Beijing time. */
export function minuteOf(ms: EpochMs): string {
  const day = localDateOf(ms)
  const minutes = Math.floor(ms / minuteMs + 8 * 60) % 1_440
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** The empty register with its heads, one example and what to enter. */
export function writeTemplate(lang: Lang): Promise<Buffer> {
  const { sheet, rule } = textsOf(lang)
  const columns = sheetFields.map((field): ExportColumn<null> => ({
    header: headOf(field, lang),
    value: () => (field === 'uscc' ? exampleCode(exampleOf(field)) : exampleOf(field)),
    width: 18,
  }))
  const lines = sheetFields.map((field) => [headOf(field, lang), rule[field]] as const)
  return writeXlsx(columns, [null], { sheetName: sheet.template, notesSheet: { name: sheet.notes, lines } })
}

/** An example must not draw a warning. */
function exampleCode(example: string): string {
  return checkUscc(example).kind === 'ok' ? example : makeUscc(example.slice(0, 17))
}

/** The faulty rows with their own columns, and beside each what is wrong; corrected, it can be uploaded as it is. */
export function writeErrors(
  lang: Lang,
  register: {
    readonly header: readonly string[]
    readonly rows: readonly BadRow[]
    readonly fileName: string
    readonly good: number
  },
): Promise<Buffer> {
  const { head, sheet } = textsOf(lang)
  const columns: ExportColumn<BadRow>[] = [
    { header: head.row, value: ({ rowNumber }) => rowNumber, width: 8 },
    {
      header: head.fault,
      value: ({ faults }) => faults.map((fault) => `${fault.column}: ${faultText(lang, fault)}`).join('\n'),
      width: 60,
    },
    ...register.header.map((header, i): ExportColumn<BadRow> => ({ header, value: ({ cells }) => cells[i] ?? '' })),
  ]
  const notesSheet: NotesSheet = {
    name: sheet.notes,
    lines: [
      [sheet.file, register.fileName],
      [sheet.badRows, String(register.rows.length)],
      [sheet.goodRows, String(register.good)],
      [sheet.howTo, sheet.howToText],
    ],
  }
  return writeXlsx(columns, register.rows, { sheetName: sheet.faults, notesSheet })
}

/** A row of the export: the list's row and its main contact, masked. */
export type ExportRow = EnterpriseRow & { readonly contact: { readonly name: string; readonly phone: string } | null }

/** The list as a workbook; filter, order, time and person on the second sheet. */
export function writeExport(
  lang: Lang,
  rows: readonly ExportRow[],
  about: {
    readonly filters: readonly (readonly [name: string, value: string])[]
    readonly sort: string
    readonly by: string
    readonly at: EpochMs
  },
): Promise<Buffer> {
  const { head, sheet, size, status, usccStatus } = textsOf(lang)
  const columns: ExportColumn<ExportRow>[] = [
    { header: head.uscc, value: (row) => row.uscc, width: 22 },
    { header: head.usccStatus, value: (row) => usccStatus[row.usccStatus] },
    { header: head.name, value: (row) => row.name, width: 36 },
    { header: head.area, value: (row) => row.areaName },
    { header: head.address, value: (row) => row.address, width: 36 },
    { header: head.lon, value: (row) => row.point?.lon ?? null, format: '0.000000' },
    { header: head.lat, value: (row) => row.point?.lat ?? null, format: '0.000000' },
    { header: head.industry, value: (row) => row.industry },
    { header: head.industryName, value: (row) => row.industryName, width: 24 },
    { header: head.size, value: (row) => (row.size === null ? null : size[row.size]) },
    { header: head.aboveScaleYears, value: (row) => row.aboveScaleYears.join(', '), width: 24 },
    { header: head.status, value: (row) => status[row.status] },
    { header: head.tags, value: (row) => row.tags.join(', '), width: 24 },
    { header: head.chains, value: (row) => row.chains.join(', ') },
    { header: head.contact, value: (row) => row.contact?.name ?? null },
    { header: head.phone, value: (row) => row.contact?.phone ?? null },
    { header: head.synthetic, value: (row) => (row.synthetic ? sheet.yes : null) },
    { header: head.updatedAt, value: ({ updatedAt }) => minuteOf(epochMs(updatedAt)), width: 18 },
  ]
  const lines: NotesSheet['lines'] = [
    [sheet.exportedAt, minuteOf(about.at)],
    [sheet.exportedBy, about.by],
    [sheet.rows, String(rows.length)],
    [sheet.sort, about.sort],
    ...(about.filters.length === 0 ? [[sheet.filter, sheet.none] as const] : []),
    ...about.filters.map(([name, value]) => [`${sheet.filter}: ${name}`, value] as const),
  ]
  return writeXlsx(columns, rows, { sheetName: sheet.enterprises, notesSheet: { name: sheet.notes, lines } })
}
