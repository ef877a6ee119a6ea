import type { EpochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import type { ExportColumn, NotesSheet } from '@tingzhou/sheets'
import type { CrossingRow } from './crossing-view.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' })
const instant = (ms: number | null): string => (ms === null ? '' : shown.format(ms))

/** The columns of exported crossings, and the second sheet with the filter and the time. */
export function crossingSheet(
  lang: Lang,
  filter: object,
  now: EpochMs,
): { readonly name: string; readonly columns: readonly ExportColumn<CrossingRow>[]; readonly notes: NotesSheet } {
  const text = (lang === 'en' ? en : zhCN).sheet
  return {
    name: text.name,
    columns: [
      { header: text.at, value: ({ at }) => instant(at), width: 20 },
      { header: text.vehicle, value: ({ vehicle }) => vehicle, width: 20 },
      { header: text.kind, value: ({ kind }) => text.kinds[kind] },
      { header: text.fence, value: ({ fenceName }) => fenceName, width: 24 },
      { header: text.version, value: ({ version }) => version, width: 8 },
      { header: text.purpose, value: ({ purpose }) => text.purposes[purpose] },
      { header: text.enteredAt, value: ({ enteredAt }) => instant(enteredAt), width: 20 },
      { header: text.after, value: ({ after }) => instant(after), width: 20 },
      { header: text.cause, value: ({ cause }) => text.causes[cause] },
      { header: text.speed, value: ({ speedKmh }) => speedKmh, format: '0.0' },
      { header: text.lon, value: ({ lonDeg }) => lonDeg, format: '0.000000' },
      { header: text.lat, value: ({ latDeg }) => latDeg, format: '0.000000' },
      { header: text.late, value: ({ late }) => (late ? text.yes : '') },
      { header: text.notedAt, value: ({ notedAt }) => instant(notedAt), width: 20 },
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
