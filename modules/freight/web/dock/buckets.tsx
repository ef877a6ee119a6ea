import { Chart, formatNumber, useText } from '@tingzhou/ui'
import { useMemo } from 'react'
import { clockOf } from './clock.ts'
import type { BoardEnd } from './api.ts'

/** Ten minutes by ten minutes: how many slots there are, how many are booked, whose trucks have come. */
export function Buckets({ dock, now }: { readonly dock: BoardEnd; readonly now: number }) {
  const t = useText('freight')
  const { buckets, sum } = dock
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 20, top: 32, bottom: 0, containLabel: true },
      xAxis: { type: 'category', data: buckets.map(({ startsAt }) => clockOf(startsAt)), axisTick: { show: false } },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 2 },
      series: [
        {
          name: t('dock.capacity'),
          type: 'line',
          step: 'middle',
          symbol: 'none',
          lineStyle: { type: 'dashed', width: 1 },
          data: buckets.map(({ capacity }) => capacity),
        },
        {
          name: t('dock.arrived_of'),
          type: 'bar',
          stack: 'booked',
          barMaxWidth: 16,
          data: buckets.map(({ arrived }) => arrived),
        },
        {
          name: t('dock.booked'),
          type: 'bar',
          stack: 'booked',
          barMaxWidth: 16,
          data: buckets.map(({ booked, arrived }) => booked - arrived),
        },
      ],
      legend: { show: true },
      tooltip: { trigger: 'axis' },
    }),
    [buckets, t],
  )
  const last = buckets.at(-1)?.startsAt ?? now
  return (
    <Chart
      height={180}
      finding={t(`dock.finding_${dock.end}`, {
        booked: formatNumber(sum.booked),
        capacity: formatNumber(sum.capacity),
        until: clockOf(last + 600_000),
      })}
      option={option}
      table={{
        head: [t('dock.slot'), t('dock.capacity'), t('dock.booked'), t('dock.arrived_of')],
        rows: buckets.map(({ startsAt, capacity, booked, arrived }) => [clockOf(startsAt), capacity, booked, arrived]),
      }}
    />
  )
}
