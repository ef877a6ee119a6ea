import { ProblemAlert, SkeletonLines, useText } from '@tingzhou/ui'
import { useQueries } from '@tanstack/react-query'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { api } from './api.ts'
import { TrendChart } from './trend-chart.tsx'
import type { Trend } from './trend-line.ts'
import { useTrendMarks } from './trend-marks.ts'
import type { Drawn } from './trend-option.ts'
import { pointName, type PointRow } from './trend-picker.tsx'
import { shiftMs, type ChangeView, type TrendView, type TrendWindow } from './trend-url.ts'

const stepPx = 200

/** Points as they are drawn: one drawing for each unit. */
export function TrendDrawings(props: {
  readonly view: TrendView
  readonly rows: readonly PointRow[]
  readonly window: TrendWindow
  /** The window that the server is asked for. */
  readonly asked: TrendWindow
  readonly now: number
  readonly onChange: ChangeView
}) {
  const t = useText('telemetry')
  const { view, rows, window, asked, now, onChange } = props
  const frame = useRef<HTMLDivElement>(null)
  const widthPx = useWidth(frame)
  const earlierMs = shiftMs(view)
  const present = useTrends(rows, asked, widthPx, 'none')
  const past = useTrends(earlierMs === null ? [] : rows, before(asked, earlierMs ?? 0), widthPx, view.shift)
  const answers = [...present.answers, ...past.answers]
  const marks = useTrendMarks(view.points, asked)
  const failed = answers.find(({ error }) => error !== null)
  const drawn = rows.flatMap((row, index): readonly (Drawn & { readonly unit: string })[] => {
    const [trend, earlier] = [present.trends[index], past.trends[index]]
    if (!trend) return []
    return [
      {
        id: row.id,
        name: pointName(row),
        place: view.points.indexOf(row.id),
        isStepped: row.kind === 'discrete' || row.kind === 'setpoint',
        trend,
        earlier: earlier && earlierMs !== null ? { trend: earlier, shiftMs: earlierMs } : null,
        unit: row.unit ?? '',
      },
    ]
  })
  const units = [...new Set(drawn.map(({ unit }) => unit))]
  return (
    <div ref={frame} aria-busy={answers.some(({ isFetching }) => isFetching)}>
      <ProblemAlert
        problem={failed?.error ?? null}
        onRetry={() => {
          for (const answer of answers) if (answer.error) void answer.refetch()
        }}
      />
      {drawn.length === 0 && !failed && <SkeletonLines lines={8} />}
      {units.map((unit) => (
        <TrendChart
          key={unit}
          unit={unit === '' ? t('trend.no_unit') : unit}
          drawn={drawn.filter((one) => one.unit === unit)}
          window={window}
          now={now}
          marks={marks.filter(({ point }) => drawn.some((one) => one.id === point && one.unit === unit))}
          onChange={onChange}
        />
      ))}
      <p className="tz-caption">{t('trend.legend')}</p>
    </div>
  )
}

/** The trends of points in a window. While a new window is asked for, what was drawn stays: the drawing keeps its place and the focus. */
function useTrends(rows: readonly PointRow[], asked: TrendWindow, widthPx: number, shift: TrendView['shift']) {
  const answers = useQueries({
    queries: rows.map(({ id }) => ({
      ...api.trend.queryOptions({ input: { point: id, ...asked, widthPx } }),
      enabled: widthPx > 0,
    })),
  })
  const kept = useRef(new Map<string, Trend>())
  const trends = rows.map(({ id }, index): Trend | undefined => {
    const key = `${id} ${shift}`
    const data = answers[index]?.data
    if (data) kept.current.set(key, data)
    return data ?? kept.current.get(key)
  })
  return { answers, trends }
}

const before = ({ from, to }: TrendWindow, ms: number): TrendWindow => ({
  from: Math.max(0, from - ms),
  to: Math.max(1, to - ms),
})

/** The width of an element in steps, so that a little more room asks nothing anew. */
function useWidth(frame: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const observer = new ResizeObserver(() =>
      setWidth(Math.max(stepPx, Math.ceil(element.clientWidth / stepPx) * stepPx)),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame])
  return width
}
