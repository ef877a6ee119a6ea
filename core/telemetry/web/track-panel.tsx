import {
  EmptyState,
  formatDuration,
  formatNumber,
  formatTimeFull,
  ProblemAlert,
  usePalette,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Select, Slider } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { api } from './api.ts'
import { alarmName } from './fix-words.tsx'
import { SpanForm, type Span } from './span-form.tsx'
import { speedColours } from './track-layer.ts'
import { alarmsOf, placeAt, speedSteps, stopsOf, type Place, type TrackFix } from './track.ts'

const hourMs = 3_600_000
const speeds = [1, 5, 10, 30, 60]
const frameMs = 100

export type Shown = {
  readonly fixes: readonly TrackFix[]
  readonly cursor: (TrackFix & { readonly place: Place }) | null
}

/** Where a truck was: a span of time, played on the map. */
export function TrackPanel({ point, onShown }: { readonly point: number; readonly onShown: (shown: Shown) => void }) {
  const t = useText('telemetry')
  // Trucks live by real time, also in a zone whose clock is moved.
  const [span, setSpan] = useState<Span>(() => ({ from: Date.now() - 8 * hourMs, to: Date.now() + hourMs }))
  const track = useQuery(api.track.queryOptions({ input: { point, ...span } }))
  const fixes = track.data?.rows
  return (
    <section aria-label={t('track.title')}>
      <h2>{t('track.title')}</h2>
      <SpanForm span={span} onSpan={setSpan} />
      <ProblemAlert problem={track.error} onRetry={() => void track.refetch()} />
      {fixes?.length === 0 && <EmptyState title={t('track.empty')} />}
      {fixes && fixes.length > 0 && !track.error && (
        <Replay key={`${point} ${span.from} ${span.to}`} fixes={fixes} onShown={onShown} />
      )}
    </section>
  )
}

function Replay({ fixes, onShown }: { readonly fixes: readonly TrackFix[]; readonly onShown: (shown: Shown) => void }) {
  const t = useText('telemetry')
  const first = fixes[0]?.at ?? 0
  const last = fixes.at(-1)?.at ?? 0
  const [at, setAt] = useState(first)
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState(30)
  const cursor = useMemo(() => placeAt(fixes, at), [fixes, at])
  useEffect(() => onShown({ fixes, cursor }), [fixes, cursor, onShown])
  useEffect(() => () => onShown({ fixes: [], cursor: null }), [onShown])
  useEffect(() => {
    if (!playing) return
    const timer = window.setInterval(() => setAt((before) => Math.min(last, before + frameMs * speed)), frameMs)
    return () => window.clearInterval(timer)
  }, [playing, speed, last])
  const ended = at >= last
  const toggle = () => {
    if (ended) setAt(first)
    setPlaying(ended || !playing)
  }
  return (
    <>
      <div className="tz-verbs">
        <VerbButton onClick={toggle}>{t(playing && !ended ? 'verb.pause' : 'verb.play')}</VerbButton>
        <Select
          aria-label={t('track.speed')}
          value={speed}
          onChange={setSpeed}
          options={speeds.map((value) => ({ value, label: t('track.times', { n: value }) }))}
        />
      </div>
      <Slider
        min={first}
        max={Math.max(last, first + 1)}
        step={1_000}
        value={at}
        onChange={setAt}
        tooltip={{ formatter: (value) => formatTimeFull(value ?? first) }}
        ariaLabelForHandle={t('track.time')}
        ariaValueTextFormatterForHandle={(value) => formatTimeFull(value)}
      />
      <p className="tz-number">
        {formatTimeFull(at)}
        {cursor && ` · ${t('map.speed', { speed: formatNumber(cursor.speedKmh) })}`}
      </p>
      <Legend />
      <Events fixes={fixes} onPick={setAt} />
    </>
  )
}

function Legend() {
  const t = useText('telemetry')
  const colours = speedColours(usePalette())
  return (
    <ul className="tz-legend">
      {speedSteps.map((from, index) => {
        const to = speedSteps[index + 1]
        return (
          <li key={from}>
            <span className="tz-legend-line" style={{ background: colours[index] }} />
            {to === undefined ? t('track.above', { from }) : t('track.between', { from, to })}
          </li>
        )
      })}
      <li>
        <span className="tz-legend-late" />
        {t('flag.late')}
      </li>
    </ul>
  )
}

/** Stops and alarms in the order of time; a click goes there. */
function Events({ fixes, onPick }: { readonly fixes: readonly TrackFix[]; readonly onPick: (at: number) => void }) {
  const t = useText('telemetry')
  const events = useMemo(
    () =>
      [
        ...stopsOf(fixes).map(({ from, to }) => ({
          at: from,
          text: t('track.stop', { duration: formatDuration((to - from) / 1_000) }),
        })),
        ...alarmsOf(fixes).map(({ at, kinds }) => ({
          at,
          text: t('track.alarm', { kinds: kinds.map(alarmName).join(t('comma')) }),
        })),
      ].toSorted((a, b) => a.at - b.at),
    [fixes, t],
  )
  return (
    <>
      <h3>{t('track.events', { n: events.length })}</h3>
      <ol className="tz-track-events">
        {events.map(({ at, text }) => (
          <li key={`${at} ${text}`}>
            <button type="button" onClick={() => onPick(at)}>
              <time className="tz-number">{formatTimeFull(at)}</time> {text}
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}
