import type { EpochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import type { ExportColumn, NotesSheet } from '@tingzhou/sheets'
import en from './locales/sheet.en.json' with { type: 'json' }
import zhCN from './locales/sheet.zh-CN.json' with { type: 'json' }
import type { Filters, Row } from './view.ts'

const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
const instant = (ms: number | null): string => (ms === null ? '' : shown.format(ms))

/** The columns of the exported list, and its second sheet with the filter and the time. Nothing clinical leaves. */
export function orderSheet(
  lang: Lang,
  filters: Filters,
  now: EpochMs,
): { readonly name: string; readonly columns: readonly ExportColumn<Row>[]; readonly notes: NotesSheet } {
  const text = lang === 'en' ? en : zhCN
  return {
    name: text.name,
    columns: [
      { header: text.code, value: (row) => row.code, width: 20 },
      { header: text.direction, value: (row) => text.directions[row.direction] },
      { header: text.urgency, value: (row) => text.urgencies[row.urgency] },
      { header: text.state, value: (row) => text.states[row.state] },
      { header: text.from, value: (row) => row.from.name, width: 30 },
      { header: text.target, value: (row) => row.target?.name ?? '', width: 30 },
      { header: text.isReturn, value: (row) => (row.isReturn ? text.yes : '') },
      { header: text.createdAt, value: (row) => instant(row.createdAt), width: 18 },
      { header: text.dueAt, value: (row) => instant(row.dueAt), width: 18 },
      { header: text.synthetic, value: (row) => (row.synthetic ? text.yes : '') },
    ],
    notes: {
      name: text.notes,
      lines: [
        [text.made, `${instant(now)} (Asia/Shanghai)`],
        ...Object.entries(filters)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]): [string, string] => [`${text.filter} ${key}`, String(value)]),
      ],
    },
  }
}
