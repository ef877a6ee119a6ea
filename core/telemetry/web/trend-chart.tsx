import { Chart, formatNumber, formatTimeFull, usePalette, useText } from '@tingzhou/ui'
import { useMemo, useRef } from 'react'
import { countsFrom } from '../sample.ts'
import { useQualityWords } from './quality-words.ts'
import { sidesPx, trendKeys, useTrendGestures } from './trend-gestures.ts'
import { stepAt, summaryOf, type Trend } from './trend-line.ts'
import type { TrendMark } from './trend-marks.ts'
import { colourOf, trendOption, type Drawn } from './trend-option.ts'
import type { ChangeView, TrendWindow } from './trend-url.ts'

/** Points of one unit in one drawing that can be moved and zoomed. */
export function TrendChart(props: {
  readonly unit: string
  readonly drawn: readonly Drawn[]
  readonly window: TrendWindow
  readonly now: number
  readonly marks: readonly TrendMark[]
  readonly onChange: ChangeView
}) {
  const { unit, drawn, window, now, marks, onChange } = props
  const t = useText('telemetry')
  const palette = usePalette()
  const frame = useRef<HTMLDivElement>(null)
  useTrendGestures(frame, now, onChange)
  const option = useMemo(
    () => trendOption(drawn, window, marks, palette, (at) => tooltipOf(drawn, unit, at, t)),
    [drawn, window, marks, palette, unit, t],
  )
  const levels = [...new Set(drawn.map(({ trend }) => levelText(trend, t)))].join(t('comma'))
  return (
    <section className="tz-trend" aria-label={unit}>
      <div
        ref={frame}
        className="tz-trend-frame"
        role="group"
        tabIndex={0}
        aria-label={t('trend.drawing', { unit })}
        aria-describedby="tz-trend-hint"
        onKeyDown={trendKeys(now, onChange)}
      >
        <Chart
          finding={`${unit} · ${levels}`}
          option={option}
          height={260}
          table={{
            head: [t('point.name'), t('trend.min'), t('trend.mean'), t('trend.max')],
            rows: drawn.map(({ name, trend }) => {
              const summary = summaryOf(trend.steps)
              const shown = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value))
              return [name, shown(summary?.min), shown(summary?.mean), shown(summary?.max)]
            }),
          }}
        />
      </div>
      {drawn.map(({ id, name, place, trend }) =>
        trend.flaws.length > 0 ? (
          <Flaws key={id} name={name} colour={colourOf(palette, place)} flaws={trend.flaws} window={window} />
        ) : null,
      )}
      {drawn.every(({ trend }) => trend.steps.length === 0) && (
        <p className="tz-second tz-trend-none">{t('trend.nothing')}</p>
      )}
    </section>
  )
}

/** From what the lines are drawn. */
function levelText({ level, stepMs }: Trend, t: ReturnType<typeof useText>): string {
  const [unit, length] =
    stepMs % 86_400_000 === 0
      ? (['d', 86_400_000] as const)
      : stepMs % 3_600_000 === 0
        ? (['h', 3_600_000] as const)
        : stepMs % 60_000 === 0
          ? (['min', 60_000] as const)
          : (['s', 1_000] as const)
  return t(`trend.level.${level}`, { step: t(`trend.length.${unit}`, { n: formatNumber(stepMs / length) }) })
}

/** Where values were less than good: a strip below the drawing, in words for who does not see it. */
function Flaws(props: {
  readonly name: string
  readonly colour: string
  readonly flaws: Trend['flaws']
  readonly window: TrendWindow
}) {
  const t = useText('telemetry')
  const qualityWords = useQualityWords()
  const { name, colour, flaws, window } = props
  const span = window.to - window.from
  const share = (at: number) => Math.min(100, Math.max(0, ((at - window.from) / span) * 100))
  const shown = flaws.filter(({ from, to }) => to > window.from && from < window.to)
  const worst = shown.reduce((most, { quality }) => Math.max(most, quality), 0)
  if (worst === 0) return null
  const text = t('trend.flaws', { name, n: shown.length, worst: qualityWords(worst) })
  return (
    <div className="tz-trend-flaws" style={{ marginInline: `${sidesPx.left}px ${sidesPx.right}px` }}>
      <div className="tz-trend-strip" aria-hidden style={{ borderColor: colour }}>
        {shown.map(({ from, to, quality }) => (
          <span
            key={from}
            className={countsFrom(quality) ? 'tz-trend-uncertain' : 'tz-trend-bad'}
            title={`${formatTimeFull(from)} – ${formatTimeFull(to)}`}
            style={{ left: `${share(from)}%`, width: `max(2px, ${share(to) - share(from)}%)` }}
          />
        ))}
      </div>
      <p className="tz-flush tz-caption">{text}</p>
    </div>
  )
}

/** Nodes, not text with tags in it: names are written by people. */
function tooltipOf(drawn: readonly Drawn[], unit: string, at: number, t: ReturnType<typeof useText>): HTMLElement {
  const box = document.createElement('div')
  const line = (text: string) => {
    const paragraph = document.createElement('div')
    paragraph.textContent = text
    box.append(paragraph)
  }
  line(formatTimeFull(at))
  for (const { name, trend, earlier } of drawn) {
    line(`${name}: ${valueText(stepAt(trend, at), unit, t)}`)
    if (earlier) line(`${t('trend.earlier')}: ${valueText(stepAt(earlier.trend, at - earlier.shiftMs), unit, t)}`)
  }
  return box
}

function valueText(step: Trend['steps'][number] | null, unit: string, t: ReturnType<typeof useText>): string {
  if (!step) return t('trend.gap')
  const { mean, min, max } = step
  if (min === max) return `${formatNumber(mean)} ${unit}`
  return t('trend.band', { mean: formatNumber(mean), min: formatNumber(min), max: formatNumber(max), unit })
}
