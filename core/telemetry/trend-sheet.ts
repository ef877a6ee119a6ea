import type { Lang } from '@tingzhou/parties'
import type { ExportColumn, NotesSheet } from '@tingzhou/sheets'
import type { EpochMs } from '@tingzhou/kernel'
import en from './locales/sheet.en.json' with { type: 'json' }
import zhCN from './locales/sheet.zh-CN.json' with { type: 'json' }
import type { Point } from './point.ts'
import type { Trend, TrendStep } from './trend.ts'
import { minuteMs } from './kind.ts'
import { hourMs } from './trend-level.ts'

export type SheetTrend = { readonly point: Point; readonly trend: Trend }

type Row = { readonly at: number; readonly steps: readonly (TrendStep | undefined)[] }

/** Wall-clock time of the zone, to the millisecond where it has any. */
const instant = (ms: number): string =>
  new Date(ms + 8 * hourMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/(?:\.000)?Z$/, '')

/**
 * Trends side by side, one row a time; what a point has nothing at stays empty. The head of each column says unit, level and
 * length of the steps.
 * Pure. O(steps × points).
 */
export function trendSheet(
  lang: Lang,
  trends: readonly SheetTrend[],
  { from, to }: { readonly from: number; readonly to: number },
  now: EpochMs,
): {
  readonly name: string
  readonly columns: readonly ExportColumn<Row>[]
  readonly rows: readonly Row[]
  readonly notes: NotesSheet
} {
  const text = lang === 'en' ? en : zhCN
  const nameOf = (point: Point) => (lang === 'en' ? point.name.en : point.name.zh)
  const levelOf = ({ level, stepMs }: Trend) =>
    level === 'raw' ? text.level.raw : `${text.level[level]}, ${lengthOf(stepMs, text.unit)}`
  const columnsOf = ({ point, trend }: SheetTrend, index: number): readonly ExportColumn<Row>[] =>
    (['mean', 'min', 'max'] as const).map((part) => ({
      header: `${nameOf(point)} ${text[part]}${point.unit === null ? '' : ` (${point.unit})`} [${point.code}; ${levelOf(trend)}]`,
      value: (row) => row.steps[index]?.[part] ?? null,
      width: 24,
    }))
  return {
    name: text.name,
    columns: [{ header: text.time, value: ({ at }) => instant(at), width: 24 }, ...trends.flatMap(columnsOf)],
    rows: rowsOf(trends),
    notes: {
      name: text.notes,
      lines: [
        [text.made, instant(now)],
        [text.window, `${instant(from)} – ${instant(to)}`],
        [text.zone, 'Asia/Shanghai'],
        ...trends.map(({ point, trend }): [string, string] => [
          point.code,
          `${nameOf(point)}; ${levelOf(trend)}; ${text.rows} ${trend.steps.length}`,
        ]),
      ],
    },
  }
}

function rowsOf(trends: readonly SheetTrend[]): readonly Row[] {
  const byTime = new Map<number, (TrendStep | undefined)[]>()
  for (const [index, { trend }] of trends.entries())
    for (const step of trend.steps) {
      const row = byTime.get(step.at) ?? Array.from<TrendStep | undefined>({ length: trends.length })
      row[index] = step
      byTime.set(step.at, row)
    }
  return [...byTime].toSorted(([a], [b]) => a - b).map(([at, steps]) => ({ at, steps }))
}

const units = [
  ['day', 24 * hourMs],
  ['hour', hourMs],
  ['minute', minuteMs],
  ['second', 1_000],
] as const

/** The length of a step in the largest unit that fits. */
function lengthOf(ms: number, words: Readonly<Record<(typeof units)[number][0], string>>): string {
  const [unit, length] = units.find(([, size]) => ms % size === 0) ?? (['second', 1_000] as const)
  return `${ms / length} ${words[unit]}`
}
