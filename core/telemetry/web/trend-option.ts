import type { Palette } from '@tingzhou/ui'
import { sidesPx } from './trend-gestures.ts'
import { lineOf, type LinePoint, type Trend } from './trend-line.ts'
import type { TrendMark } from './trend-marks.ts'
import type { TrendWindow } from './trend-url.ts'

/** One point as it is drawn. */
export type Drawn = {
  readonly id: number
  readonly name: string
  /** Its place among all that are chosen: its colour. */
  readonly place: number
  /** It holds its value until the next one. */
  readonly isStepped: boolean
  readonly trend: Trend
  /** The earlier period, and how much earlier it lies. */
  readonly earlier: { readonly trend: Trend; readonly shiftMs: number } | null
}

// The zone's wall clock, drawn as if it were UTC: whole hours and midnights stand where people look for them.
const zoneMs = 8 * 3_600_000
const shownDotsMax = 120

/** Colour of a point; after six colours lines are dotted. */
export const colourOf = ({ series }: Palette, place: number): string => series[place % series.length] ?? ''
const isDotted = ({ series }: Palette, place: number): boolean => place >= series.length

/**
 * What is drawn of points of one unit: a line of means in the band from lowest to highest, earlier periods dashed, marks upright.
 * Pure. O(steps).
 */
export function trendOption(
  drawn: readonly Drawn[],
  window: TrendWindow,
  marks: readonly TrendMark[],
  palette: Palette,
  tooltip: (at: number) => HTMLElement,
) {
  return {
    useUTC: true,
    grid: { ...sidesPx, top: 12, bottom: 28, containLabel: false },
    legend: { show: false },
    xAxis: {
      type: 'time',
      min: window.from + zoneMs,
      max: window.to + zoneMs,
      splitNumber: 6,
      axisLabel: { hideOverlap: true, formatter: timeFormats },
    },
    yAxis: { type: 'value', scale: true, splitNumber: 3 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: (params: unknown) => tooltip(timeOf(params) - zoneMs),
    },
    series: [...drawn.flatMap((one) => seriesOf(one, palette)), ...(marks.length > 0 ? [marksOf(marks, palette)] : [])],
  }
}

const timeFormats = {
  year: '{yyyy}',
  month: '{MM}-{dd}',
  day: '{MM}-{dd}',
  hour: '{HH}:{mm}',
  minute: '{HH}:{mm}',
  second: '{HH}:{mm}:{ss}',
  millisecond: '{HH}:{mm}:{ss}',
}

/** The instant that the pointer is at, as echarts tells it. */
function timeOf(params: unknown): number {
  const first: unknown = Array.isArray(params) ? params[0] : params
  const value: unknown = typeof first === 'object' && first !== null && 'axisValue' in first ? first.axisValue : 0
  return Number(value)
}

function seriesOf({ id, place, isStepped, trend, earlier }: Drawn, palette: Palette): readonly object[] {
  const color = colourOf(palette, place)
  const dotted = isDotted(palette, place) ? 'dotted' : 'solid'
  const present = lineOf(trend, 0)
  const past = earlier ? lineOf(earlier.trend, earlier.shiftMs) : []
  return [
    ...bandOf(`${id}`, present, color, 0.22, isStepped),
    lineSeries(`${id}`, present, { color, width: 1.5, type: dotted, opacity: 1 }, isStepped),
    ...(past.length > 0
      ? [
          ...bandOf(`${id} earlier`, past, color, 0.08, isStepped),
          lineSeries(`${id} earlier`, past, { color, width: 1.5, type: 'dashed', opacity: 0.65 }, isStepped),
        ]
      : []),
  ]
}

type LineStyle = { readonly color: string; readonly width: number; readonly type: string; readonly opacity: number }

const lineSeries = (id: string, line: readonly LinePoint[], lineStyle: LineStyle, isStepped: boolean) => ({
  id,
  type: 'line',
  step: isStepped ? ('end' as const) : false,
  // Few values are seen as values; a single one between gaps would be no line at all.
  showSymbol: line.length <= shownDotsMax || isBroken(line),
  symbolSize: line.length <= shownDotsMax ? 5 : 2,
  itemStyle: { color: lineStyle.color },
  lineStyle,
  emphasis: { disabled: true },
  data: line.map(({ at, mean }) => [at + zoneMs, mean]),
})

/** Whether many values stand alone between gaps. */
const isBroken = (line: readonly LinePoint[]): boolean =>
  line.filter(({ mean }) => mean === null).length * 4 > line.length

/** Two lines on top of each other, the space between them filled: no spike is lost in the mean. */
function bandOf(
  id: string,
  line: readonly LinePoint[],
  color: string,
  opacity: number,
  isStepped: boolean,
): readonly object[] {
  if (line.every(({ min, max }) => min === max)) return []
  const side = {
    type: 'line',
    stack: `${id} band`,
    stackStrategy: 'all',
    step: isStepped ? ('end' as const) : false,
    showSymbol: false,
    silent: true,
    // A spike of one step is as thin as a hair: its edges are drawn.
    lineStyle: { color, width: 1, opacity: Math.min(1, 2.5 * opacity) },
    itemStyle: { color },
    emphasis: { disabled: true },
  }
  return [
    { ...side, id: `${id} low`, data: line.map(({ at, min }) => [at + zoneMs, min]) },
    {
      ...side,
      id: `${id} high`,
      areaStyle: { color, opacity },
      data: line.map(({ at, min, max }) => [at + zoneMs, min === null || max === null ? null : max - min]),
    },
  ]
}

const marksOf = (marks: readonly TrendMark[], palette: Palette) => ({
  id: 'marks',
  type: 'line',
  data: [],
  markLine: {
    symbol: ['none', 'triangle'],
    symbolSize: 8,
    animation: false,
    label: { show: marks.length <= 12, formatter: '{b}', color: palette.second, position: 'insideEndTop' },
    data: marks.map(({ at, text, tone }) => ({
      name: text,
      xAxis: at + zoneMs,
      lineStyle: { color: tone === 'bad' ? palette.bad : palette.attention, type: 'solid', width: 1 },
    })),
  },
})
