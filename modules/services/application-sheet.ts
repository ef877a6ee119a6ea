import type { EpochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import type { ExportColumn, NotesSheet } from '@tingzhou/sheets'
import type { listApplications } from './application-list.ts'
import en from './locales/sheet.en.json' with { type: 'json' }
import zhCN from './locales/sheet.zh-CN.json' with { type: 'json' }
import { inLanguage } from './reader.ts'

type Row = Awaited<ReturnType<typeof listApplications>>['rows'][number]

const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
const instant = (ms: number | null): string => (ms === null ? '' : shown.format(ms))

/** The columns of the exported list, and its second sheet with the filter and the time. */
export function applicationSheet(
  lang: Lang,
  filter: object,
  now: EpochMs,
): { readonly name: string; readonly columns: readonly ExportColumn<Row>[]; readonly notes: NotesSheet } {
  const text = lang === 'en' ? en : zhCN
  return {
    name: text.name,
    columns: [
      { header: text.no, value: (row) => row.no ?? '', width: 20 },
      { header: text.oneThing, value: (row) => inLanguage(row.oneThing.name, lang), width: 24 },
      { header: text.applicant, value: (row) => row.applicant.name, width: 24 },
      { header: text.state, value: (row) => text.states[row.state] },
      { header: text.acceptance, value: (row) => row.acceptance ?? '' },
      { header: text.result, value: (row) => row.result ?? '' },
      { header: text.mode, value: (row) => row.mode },
      { header: text.receivedAt, value: (row) => instant(row.receivedAt), width: 18 },
      { header: text.dueAt, value: (row) => instant(row.clock?.dueAt ?? null), width: 18 },
      { header: text.overdue, value: (row) => (row.clock?.overdue ? text.yes : '') },
      { header: text.items, value: (row) => row.items.all },
      { header: text.decided, value: (row) => row.items.decided },
      { header: text.rating, value: (row) => row.rating ?? '' },
      { header: text.synthetic, value: (row) => (row.synthetic ? text.yes : '') },
    ],
    notes: {
      name: text.notes,
      lines: [
        [text.made, `${instant(now)} (Asia/Shanghai)`],
        ...Object.entries(filter)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]): [string, string] => [`${text.filter} ${key}`, String(value)]),
      ],
    },
  }
}
