import { localDateOf } from '@tingzhou/calendar'
import { problem, sendWorkbook } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import { maskPhone } from '@tingzhou/registry'
import { writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import { findCode } from './codes.ts'
import { maskNumber } from './numbers.ts'
import type { Reader } from './papers-view.ts'
import { labelOf, textsOf } from './texts.ts'
import type { CodeTable, Subject } from './words.ts'

// What fits into one answer; more is filtered first.
const exportRowsMax = 20_000

type Column = { readonly key: string; readonly table?: CodeTable; readonly personal?: 'number' | 'phone' }

/** The columns of an export. Numbers and phones of people leave the platform masked, whoever asks. */
const columnsOf: Readonly<Record<Subject, readonly Column[]>> = {
  carrier: [
    { key: 'name' },
    { key: 'kind' },
    { key: 'idNumber', personal: 'number' },
    { key: 'roadLicence' },
    { key: 'phone', personal: 'phone' },
    { key: 'vehicles' },
    { key: 'drivers' },
    { key: 'state' },
    { key: 'stand' },
    { key: 'synthetic' },
  ],
  driver: [
    { key: 'name' },
    { key: 'idNumber', personal: 'number' },
    { key: 'phone', personal: 'phone' },
    { key: 'licenceClass' },
    { key: 'licenceTo' },
    { key: 'qualification', personal: 'number' },
    { key: 'state' },
    { key: 'stand' },
    { key: 'synthetic' },
  ],
  vehicle: [
    { key: 'plate' },
    { key: 'plateColour', table: 'plate-colour' },
    { key: 'typeCode', table: 'vehicle-type' },
    { key: 'energy', table: 'energy' },
    { key: 'ratedLoadKg' },
    { key: 'grossKg' },
    { key: 'transportPermit' },
    { key: 'state' },
    { key: 'stand' },
    { key: 'synthetic' },
  ],
}

type Row = Readonly<Record<string, unknown>>
type Page = { readonly rows: readonly Row[]; readonly next: string | null; readonly total: number }

/** A list under its filters as a workbook, with the filters, the time and the reader on its second sheet. */
export async function exportList(
  reader: Reader,
  lang: Lang,
  name: Subject,
  filters: Readonly<Record<string, unknown>>,
  load: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page>,
) {
  const rows: Row[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page = await load({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    if (page.total > exportRowsMax)
      throw problem({
        kind: 'export_too_large',
        status: 422,
        area: 'freight',
        meta: { total: page.total, max: exportRowsMax },
      })
    rows.push(...page.rows)
    cursor = page.next
  }
  const { sheet } = textsOf(lang)
  const lines = [
    [sheet.exportedOn, localDateOf(reader.deps.clock())],
    [sheet.exportedBy, reader.actor.name],
    [sheet.rows, String(rows.length)],
    ...Object.entries(filters).flatMap(([key, value]) =>
      value === undefined || ['limit', 'cursor', 'sort'].includes(key)
        ? []
        : [[labelOf(lang, key), String(value)] as const],
    ),
  ] as const
  const columns = columnsOf[name].map((column): ExportColumn<Row> => ({
    header: labelOf(lang, column.key),
    value: (row) => cellOf(lang, column, row[column.key]),
    width: 18,
  }))
  const bytes = await writeXlsx(columns, rows, { sheetName: sheet[name], notesSheet: { name: sheet.notes, lines } })
  return sendWorkbook(bytes, sheet[name])
}

function cellOf(lang: Lang, { table, personal, key }: Column, value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string') return null
  // The list masked it already for most readers; masking what is masked changes nothing.
  if (personal === 'number') return maskNumber(value)
  if (personal === 'phone') return maskPhone(value)
  if (table !== undefined) {
    const code = findCode(table, value)
    return code ? ((lang === 'en' ? code.en : null) ?? code.zh) : value
  }
  const words: Readonly<Record<string, string>> = textsOf(lang).word
  return words[`${key}.${value}`] ?? value
}
