import {
  EmptyState,
  Figure,
  formatTimeFull,
  Page,
  ProblemAlert,
  SkeletonLines,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { api } from './api.ts'
import { useDeviceNow } from './device-clock.ts'
import { TrackForm } from './track-form.tsx'
import { TrendChart } from './trend-chart.tsx'
import type { Trend } from './trend-line.ts'
import { useTrendMarks } from './trend-marks.ts'
import type { Drawn } from './trend-option.ts'
import { pointName, TrendPicker, type PointRow } from './trend-picker.tsx'
import {
  panned,
  pointsMax,
  queryOf,
  shiftMs,
  shifts,
  spans,
  viewOf,
  windowOf,
  zoomed,
  type TrendView,
  type TrendWindow,
} from './trend-url.ts'
import './trend.css'

const followMs = 10_000
const settleMs = 200
const qualities = ['good', 'uncertain', 'substituted', 'bad', 'stale'] as const

/** Trends of points: chosen, moved, zoomed, compared, written into files. All of it stands in the address. */
export function TrendPage() {
  const t = useText('telemetry')
  const [view, change] = useTrendView()
  const now = Math.ceil(useDeviceNow(followMs) / followMs) * followMs
  const { spanMs, to } = view
  const window = useMemo(() => windowOf({ ...view, spanMs, to }, now), [view, spanMs, to, now])
  const asked = useSettled(window)
  const points = useQuery({
    ...api.points.queryOptions({ input: { ids: view.points.join(','), limit: pointsMax } }),
    enabled: view.points.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: followMs,
  })
  const rows = view.points.length === 0 ? [] : (points.data?.rows ?? [])
  const chosen = view.points.flatMap((id) => rows.find((row) => row.id === id) ?? [])
  return (
    <Page title={t('trend.title')} verbs={<Exports view={view} window={asked} />}>
      <TrendPicker
        chosen={view.points}
        rows={rows}
        onChoose={(ids) => change((before) => ({ ...before, points: ids }))}
      />
      <Tools view={view} window={window} now={now} onChange={change} />
      <p id="tz-trend-hint" className="tz-hidden">
        {t('trend.keys')}
      </p>
      <ProblemAlert problem={points.error} onRetry={() => void points.refetch()} />
      {view.points.length === 0 && <EmptyState title={t('trend.empty')} text={t('trend.empty_text')} />}
      {points.isLoading && <SkeletonLines lines={6} />}
      {points.isSuccess && !points.isPlaceholderData && chosen.length < view.points.length && (
        <p className="tz-second">{t('trend.unknown', { n: view.points.length - chosen.length })}</p>
      )}
      {chosen.length > 0 && <LastValues rows={chosen} />}
      {chosen.length > 0 && (
        <Drawings view={view} rows={chosen} window={window} asked={asked} now={now} onChange={change} />
      )}
    </Page>
  )
}

type Change = (how: (view: TrendView) => TrendView) => void

/** The view, written into the address when it stands still: browsers refuse an address that changes at every step of a wheel. */
function useTrendView(): readonly [TrendView, Change] {
  const [query, setQuery] = useSearchParams()
  const written = query.toString()
  const [view, setView] = useState(() => viewOf(query))
  const mine = useRef(written)
  const write = useRef(setQuery)
  write.current = setQuery
  useEffect(() => {
    if (written === mine.current) return
    // Somebody followed a link, or went back.
    mine.current = written
    setView(viewOf(new URLSearchParams(written)))
  }, [written])
  useEffect(() => {
    const next = queryOf(view)
    if (next.toString() === mine.current) return
    const timer = globalThis.setTimeout(() => {
      mine.current = next.toString()
      write.current(next, { replace: true, preventScrollReset: true })
    }, settleMs)
    return () => globalThis.clearTimeout(timer)
  }, [view])
  return [view, setView]
}

/** A window that has stood still for a moment: the server is not asked at every step of a wheel. */
function useSettled(window: TrendWindow): TrendWindow {
  const [settled, setSettled] = useState(window)
  useEffect(() => {
    const timer = globalThis.setTimeout(() => setSettled(window), settleMs)
    return () => globalThis.clearTimeout(timer)
  }, [window])
  return settled
}

function Tools(props: {
  readonly view: TrendView
  readonly window: TrendWindow
  readonly now: number
  readonly onChange: Change
}) {
  const t = useText('telemetry')
  const { view, window, now, onChange } = props
  const [open, setOpen] = useState(false)
  const named = spans.find(([, ms]) => ms === view.spanMs)?.[0]
  return (
    <>
      <div className="tz-trend-tools">
        <Segmented
          aria-label={t('trend.span')}
          options={spans.map(([key]) => ({ value: key, label: t(`trend.spans.${key}`) }))}
          value={named ?? ''}
          onChange={(key) => {
            const spanMs = spans.find(([name]) => name === key)?.[1]
            if (spanMs !== undefined) onChange((before) => ({ ...before, spanMs }))
          }}
        />
        <span className="tz-trend-steps">
          <VerbButton onClick={() => onChange((before) => panned(before, -0.5, now))}>{t('trend.before')}</VerbButton>
          <VerbButton onClick={() => onChange((before) => panned(before, 0.5, now))}>{t('trend.after')}</VerbButton>
          <VerbButton onClick={() => onChange((before) => zoomed(before, 0.5, 0.5, now))}>{t('trend.in')}</VerbButton>
          <VerbButton onClick={() => onChange((before) => zoomed(before, 2, 0.5, now))}>{t('trend.out')}</VerbButton>
          <VerbButton
            reason={view.to === null ? t('trend.following') : null}
            onClick={() => onChange((before) => ({ ...before, to: null }))}
          >
            {t('trend.now')}
          </VerbButton>
          <VerbButton aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('trend.pick_time')}
          </VerbButton>
        </span>
        <label>
          {t('trend.compare')}{' '}
          <Select
            aria-label={t('trend.compare')}
            value={view.shift}
            popupMatchSelectWidth={false}
            options={shifts.map((value) => ({ value, label: t(`trend.shifts.${value}`) }))}
            onChange={(shift) => onChange((before) => ({ ...before, shift }))}
          />
        </label>
      </div>
      {open && (
        <TrackForm
          key={`${window.from} ${window.to}`}
          span={window}
          onSpan={({ from, to }) => {
            if (to > from) onChange((before) => ({ ...before, spanMs: to - from, to }))
          }}
        />
      )}
      <p className="tz-number tz-second">
        {formatTimeFull(window.from)} – {formatTimeFull(window.to)}
        {view.to === null && ` · ${t('trend.following')}`}
      </p>
    </>
  )
}

function Exports({ view, window }: { readonly view: TrendView; readonly window: TrendWindow }) {
  const t = useText('telemetry')
  const href = (format: 'xlsx' | 'csv') =>
    `/api/v1/trends/export?points=${view.points.join(',')}&from=${window.from}&to=${window.to}&format=${format}`
  return (['xlsx', 'csv'] as const).map((format) => (
    <VerbButton
      key={format}
      reason={view.points.length === 0 ? t('trend.empty') : null}
      onClick={() => {
        const link = document.createElement('a')
        link.href = href(format)
        link.download = ''
        link.click()
      }}
    >
      {t(`trend.export.${format}`)}
    </VerbButton>
  ))
}

function LastValues({ rows }: { readonly rows: readonly PointRow[] }) {
  const t = useText('telemetry')
  return (
    <div className="tz-figures">
      {rows.map((row) => {
        const { id, unit, last, code } = row
        const quality = last ? t(`quality.${qualities[last.quality] ?? 'uncertain'}`) : t('point.none')
        return (
          <Figure
            key={id}
            label={pointName(row)}
            value={last?.value ?? null}
            unit={unit ?? ''}
            date={last ? formatTimeFull(last.at) : '–'}
            basis={t('trend.last')}
            source={code}
            tone={last === null || last.quality === 0 ? 'plain' : last.quality >= 3 ? 'bad' : 'attention'}
            note={last ? `${quality} · ${formatTimeFull(last.at)}` : quality}
          />
        )
      })}
    </div>
  )
}

const stepPx = 200

function Drawings(props: {
  readonly view: TrendView
  readonly rows: readonly PointRow[]
  readonly window: TrendWindow
  readonly asked: TrendWindow
  readonly now: number
  readonly onChange: Change
}) {
  const t = useText('telemetry')
  const { view, rows, window, asked, now, onChange } = props
  const frame = useRef<HTMLDivElement>(null)
  const widthPx = useWidth(frame)
  const earlierMs = shiftMs(view)
  const inputs = rows.flatMap(({ id }) => [
    { point: id, ...asked, widthPx },
    ...(earlierMs === null ? [] : [{ point: id, ...before(asked, earlierMs), widthPx }]),
  ])
  const answers = useQueries({
    queries: inputs.map((input) => ({
      ...api.trend.queryOptions({ input }),
      enabled: widthPx > 0,
    })),
  })
  // While a new window is asked for, what was drawn stays: the drawing keeps its place and the focus.
  const kept = useRef(new Map<string, Trend>())
  const trendAt = (index: number, key: string): Trend | undefined => {
    const data = answers[index]?.data
    if (data) kept.current.set(key, data)
    return data ?? kept.current.get(key)
  }
  const marks = useTrendMarks(view.points, asked)
  const failed = answers.find(({ error }) => error !== null)
  const perRow = earlierMs === null ? 1 : 2
  const drawn = rows.flatMap((row, index): readonly (Drawn & { readonly unit: string })[] => {
    const trend = trendAt(index * perRow, `${row.id}`)
    const past = perRow === 2 ? trendAt(index * perRow + 1, `${row.id} ${view.shift}`) : undefined
    if (!trend) return []
    return [
      {
        id: row.id,
        name: pointName(row),
        place: view.points.indexOf(row.id),
        isStepped: row.kind === 'discrete' || row.kind === 'setpoint',
        trend,
        earlier: past && earlierMs !== null ? { trend: past, shiftMs: earlierMs } : null,
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

const before = ({ from, to }: TrendWindow, ms: number): TrendWindow => ({
  from: Math.max(0, from - ms),
  to: Math.max(1, to - ms),
})

/** The width of an element in steps, so that a little more room asks nothing anew. */
function useWidth(frame: React.RefObject<HTMLElement | null>): number {
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
