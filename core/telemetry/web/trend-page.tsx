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
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { useMemo, useState } from 'react'
import { countsFrom, quality } from '../sample.ts'
import { api } from './api.ts'
import { useDeviceNow } from './device-clock.ts'
import { useQualityWords } from './quality-words.ts'
import { SpanForm } from './span-form.tsx'
import { TrendDrawings } from './trend-drawings.tsx'
import { pointName, TrendPicker, type PointRow } from './trend-picker.tsx'
import {
  panned,
  pointsMax,
  shifts,
  spans,
  windowOf,
  zoomed,
  type ChangeView,
  type TrendView,
  type TrendWindow,
} from './trend-url.ts'
import { useSettled, useTrendView } from './trend-view.ts'
import './trend.css'

const followMs = 10_000

/** Trends of points: chosen, moved, zoomed, compared, written into files. All of it stands in the address. */
export function TrendPage() {
  const t = useText('telemetry')
  const [view, change] = useTrendView()
  const now = Math.ceil(useDeviceNow(followMs) / followMs) * followMs
  const { spanMs, to } = view
  // Another choice of points asks for no other window.
  const window = useMemo(() => windowOf({ spanMs, to }, now), [spanMs, to, now])
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
        <TrendDrawings view={view} rows={chosen} window={window} asked={asked} now={now} onChange={change} />
      )}
    </Page>
  )
}

function Tools(props: {
  readonly view: TrendView
  readonly window: TrendWindow
  readonly now: number
  readonly onChange: ChangeView
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
        <SpanForm
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
  const qualityWords = useQualityWords()
  return (
    <div className="tz-figures">
      {rows.map((row) => {
        const { id, unit, last, code } = row
        return (
          <Figure
            key={id}
            label={pointName(row)}
            value={last?.value ?? null}
            unit={unit ?? ''}
            date={last ? formatTimeFull(last.at) : '–'}
            basis={t('trend.last')}
            source={code}
            tone={toneOf(last?.quality ?? quality.good)}
            note={last ? `${qualityWords(last.quality)} · ${formatTimeFull(last.at)}` : t('point.none')}
          />
        )
      })}
    </div>
  )
}

const toneOf = (level: number) => (level === quality.good ? 'plain' : countsFrom(level) ? 'attention' : 'bad')
