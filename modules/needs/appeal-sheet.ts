import type { Lang } from '@tingzhou/parties'
import type { ExportColumn, NotesSheet } from '@tingzhou/sheets'
import type { EpochMs } from '@tingzhou/kernel'
import type { z } from 'zod'
import type { AppealFilters, AppealRow } from './appeal-contract.ts'
import en from './locales/sheet.en.json' with { type: 'json' }
import zhCN from './locales/sheet.zh-CN.json' with { type: 'json' }

type Row = z.infer<typeof AppealRow>

const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
const instant = (ms: number | null): string => (ms === null ? '' : shown.format(ms))

/** The columns of the exported list, and its second sheet with the filter and the time. */
export function appealSheet(
  lang: Lang,
  filters: z.infer<typeof AppealFilters>,
  now: EpochMs,
): { readonly name: string; readonly columns: readonly ExportColumn<Row>[]; readonly notes: NotesSheet } {
  const text = lang === 'en' ? en : zhCN
  // A state, nature or class without a text shows its code.
  const word = (words: Readonly<Record<string, string>>, code: string): string => words[code] ?? code
  return {
    name: text.name,
    columns: [
      { header: text.no, value: (row) => row.no ?? '', width: 20 },
      { header: text.title, value: (row) => row.title, width: 40 },
      { header: text.enterprise, value: (row) => row.enterprise?.name ?? '', width: 30 },
      { header: text.area, value: (row) => row.area?.name ?? '' },
      { header: text.category, value: (row) => row.category ?? '' },
      { header: text.nature, value: (row) => word(text.natures, row.nature) },
      { header: text.class, value: (row) => row.class },
      { header: text.state, value: (row) => word(text.states, row.state) },
      { header: text.owner, value: (row) => row.owner?.name ?? '', width: 24 },
      { header: text.receivedAt, value: (row) => instant(row.receivedAt), width: 18 },
      { header: text.dueAt, value: (row) => instant(row.clock?.dueAt ?? null), width: 18 },
      { header: text.overdue, value: (row) => (row.clock?.overdue ? text.yes : '') },
      { header: text.supervision, value: (row) => row.supervisionLevel },
      { header: text.reopened, value: (row) => row.reopenCount },
      { header: text.closingNo, value: (row) => row.closingNo ?? '', width: 20 },
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
