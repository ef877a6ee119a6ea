import type { EChartsCoreOption, ECharts } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { useText } from './i18n.ts'
import { useStillness } from './media.ts'
import { usePalette } from './palette.ts'
import { fontStack, type Palette } from './theme.ts'

export type ChartProps = {
  /** The title says the finding. */
  readonly finding: string
  /** ECharts option; colours, fonts, grid lines and axes come from the kit unless it names them. */
  readonly option: EChartsCoreOption
  readonly height?: number
  /** The same numbers as a table, for readers who do not see the drawing. */
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly (string | number)[])[] }
  readonly onPick?: (name: string, seriesName: string) => void
  readonly size?: 'page' | 'screen'
}

/** A chart. No motion for data; a gap where data is missing. */
export function Chart({ finding, option, height = 280, table, onPick, size = 'page' }: ChartProps) {
  const t = useText('ui')
  const frame = useRef<HTMLDivElement>(null)
  const palette = usePalette(size === 'screen' ? 'screen' : undefined)
  const still = useStillness()
  const pick = useRef(onPick)
  pick.current = onPick
  const chart = useRef<ECharts | null>(null)
  const latest = useRef(option)
  latest.current = option
  useEffect(() => {
    const element = frame.current
    if (!element) return
    let current = true
    const observer = new ResizeObserver(() => chart.current?.resize())
    const draw = async () => {
      const { startChart } = await import('./echarts.ts')
      if (!current) return
      chart.current = startChart(element)
      chart.current.setOption(withBase(latest.current, palette, size))
      chart.current.on('click', (event) => pick.current?.(event.name, event.seriesName ?? ''))
      observer.observe(element)
    }
    void draw()
    return () => {
      current = false
      observer.disconnect()
      chart.current?.dispose()
      chart.current = null
    }
  }, [palette, size, still])
  useEffect(() => {
    chart.current?.setOption(withBase(option, palette, size), { notMerge: true })
  }, [option, palette, size])
  return (
    <figure className={`tz-chart tz-chart-${size}`}>
      <figcaption>{finding}</figcaption>
      <div ref={frame} style={{ height }} aria-hidden />
      {size === 'screen' ? (
        <div className="tz-hidden">
          <ChartTable table={table} />
        </div>
      ) : (
        <details>
          <summary>{t('chart.table')}</summary>
          <ChartTable table={table} />
        </details>
      )}
    </figure>
  )
}

function ChartTable({ table }: { readonly table: ChartProps['table'] }) {
  return (
    <table className="tz-table tz-chart-table">
      <thead>
        <tr>
          {table.head.map((cell) => (
            <th key={cell} scope="col">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={row.join('\n')}>
            {row.map((cell, index) => (
              <td key={table.head[index] ?? index}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The kit's look under the screen's option, part by part; series lists and unknown parts are the screen's alone. */
function withBase(option: EChartsCoreOption, palette: Palette, size: 'page' | 'screen'): EChartsCoreOption {
  const look = base(palette, size)
  const series = option['series']
  const merged: EChartsCoreOption = { ...look, ...option }
  for (const part of ['xAxis', 'yAxis', 'grid', 'tooltip', 'legend', 'textStyle'])
    merged[part] = under(look[part], option[part])
  if (!Array.isArray(series) || series.length < 2) merged['legend'] = { show: false }
  return merged
}

function under(look: unknown, part: unknown): unknown {
  if (Array.isArray(part)) return part.map((item: unknown) => under(look, item))
  return { ...Object(look), ...Object(part) }
}

function base(palette: Palette, size: 'page' | 'screen'): EChartsCoreOption {
  const fontSize = size === 'screen' ? 18 : 12
  const axis = {
    axisLine: { lineStyle: { color: palette.border } },
    axisLabel: { color: palette.second, fontSize },
    splitLine: { lineStyle: { color: palette.hairline } },
  }
  return {
    animation: false,
    color: [...palette.series],
    textStyle: { fontFamily: fontStack, color: palette.text, fontSize },
    grid: { left: 8, right: 16, top: 24, bottom: 8, containLabel: true },
    xAxis: { ...axis, type: 'category' },
    yAxis: { ...axis, type: 'value', splitNumber: 3 },
    tooltip: {
      trigger: 'axis',
      backgroundColor: palette.raised,
      borderColor: palette.border,
      textStyle: { color: palette.text, fontFamily: fontStack },
    },
    legend: { textStyle: { color: palette.second, fontSize }, top: 0, right: 0 },
    backgroundColor: 'transparent',
  }
}
