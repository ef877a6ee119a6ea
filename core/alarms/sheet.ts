import type { Lang } from '@tingzhou/parties'
import type { ExportColumn, NotesSheet } from '@tingzhou/sheets'
import type * as z from 'zod'
import type { AlarmFilters, AlarmRow, HistoryFilters } from './contract.ts'
import en from './locales/sheet.en.json' with { type: 'json' }
import zhCN from './locales/sheet.zh-CN.json' with { type: 'json' }

type Row = z.output<typeof AlarmRow>

const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' })
const instant = (ms: number | null): string => (ms === null ? '' : shown.format(ms))

/** The columns of exported alarms, and their second sheet with the filter and the time. */
export function alarmSheet(
  lang: Lang,
  what: 'standing' | 'history',
  filters: z.output<typeof HistoryFilters> | z.output<typeof AlarmFilters>,
  now: number,
): { readonly name: string; readonly columns: readonly ExportColumn<Row>[]; readonly notes: NotesSheet } {
  const text = lang === 'en' ? en : zhCN
  const nameOf = (name: { readonly zh: string; readonly en: string }) => (lang === 'en' ? name.en : name.zh)
  const word = (words: Readonly<Record<string, string>>, code: string): string => words[code] ?? code
  return {
    name: text.names[what],
    columns: [
      { header: text.startedAt, value: (row) => instant(row.startedAt), width: 20 },
      { header: text.endedAt, value: (row) => instant(row.endedAt), width: 20 },
      {
        header: text.duration,
        value: (row) => (row.endedAt === null ? '' : Math.round((row.endedAt - row.startedAt) / 1_000)),
      },
      { header: text.level, value: (row) => word(text.levels, String(row.level)) },
      { header: text.place, value: (row) => row.place, width: 24 },
      { header: text.placeName, value: (row) => nameOf(row.placeName), width: 24 },
      { header: text.code, value: (row) => row.code, width: 28 },
      { header: text.title, value: (row) => nameOf(row.title), width: 24 },
      { header: text.value, value: (row) => row.startedValue ?? '' },
      { header: text.limit, value: (row) => row.limit ?? '' },
      { header: text.unit, value: (row) => row.unit ?? '' },
      { header: text.state, value: (row) => word(text.states, row.state), width: 16 },
      { header: text.owner, value: (row) => word(text.owners, row.owner) },
      { header: text.ackedAt, value: (row) => instant(row.ackedAt), width: 20 },
      { header: text.ackedBy, value: (row) => row.ackedBy ?? '' },
      { header: text.comment, value: (row) => row.ackComment ?? '', width: 30 },
      { header: text.repeats, value: (row) => row.repeats },
      { header: text.late, value: (row) => (row.late ? text.yes : '') },
      { header: text.heldBy, value: (row) => row.hold?.by ?? '' },
      { header: text.heldReason, value: (row) => row.hold?.reason ?? '', width: 30 },
      { header: text.heldUntil, value: (row) => instant(row.hold?.until ?? null), width: 20 },
      { header: text.case, value: (row) => row.case?.no ?? '', width: 14 },
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
