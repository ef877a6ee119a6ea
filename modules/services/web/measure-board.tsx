import { useQuery } from '@tanstack/react-query'
import { DatePicker, Select } from 'antd'
import dayjs from 'dayjs'
import {
  Chart,
  EmptyState,
  Figure,
  formatNumber,
  formatTimeFull,
  localDateOf,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useText,
  zoneNow,
} from '@tingzhou/ui'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type * as z from 'zod'
import type { Measures } from '../measure-contract.ts'
import { api } from './api.ts'
import { useSay } from './words.ts'

type Board = z.infer<typeof Measures>
type Period = { readonly from: string; readonly to: string; readonly oneThing: string | null }

/** 成效: every figure with its numerator and base, each opening the list behind it. */
export function MeasureBoard() {
  const t = useText('services')
  const say = useSay()
  const [query, setQuery] = useSearchParams()
  const period = periodOf(query)
  const things = useQuery(api.catalogue.oneThings.queryOptions({ input: {} }))
  const board = useQuery({
    ...api.measures.get.queryOptions({
      input: { from: period.from, to: period.to, ...(period.oneThing ? { oneThing: period.oneThing } : {}) },
    }),
    placeholderData: (before) => before,
  })
  const late = useLate(board.isPending)
  const set = (changes: Readonly<Record<string, string | null>>) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        for (const [key, value] of Object.entries(changes)) {
          if (value === null) next.delete(key)
          else next.set(key, value)
        }
        return next
      },
      { replace: true },
    )
  return (
    <Page title={t('measures.title')}>
      <div className="services-filters">
        <DatePicker.RangePicker
          aria-label={t('period')}
          allowClear={false}
          value={[dayjs(period.from), dayjs(period.to)]}
          onChange={(dates) =>
            dates?.[0] && dates[1] && set({ from: dates[0].format('YYYY-MM-DD'), to: dates[1].format('YYYY-MM-DD') })
          }
        />
        <Select
          allowClear
          className="services-select"
          aria-label={t('column.one_thing')}
          placeholder={t('measures.all_things')}
          value={period.oneThing}
          options={(things.data ?? []).map(({ code, name }) => ({ value: code, label: say(name) }))}
          onChange={(value: string | null | undefined) => set({ oneThing: value ?? null })}
        />
      </div>
      {board.error && <ProblemAlert problem={board.error} onRetry={() => void board.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {board.data && board.data.applications === 0 && (
        <EmptyState title={t('measures.empty')} text={t('measures.empty_text')} />
      )}
      {board.data && <Figures board={board.data} period={period} asOf={formatTimeFull(board.dataUpdatedAt)} />}
    </Page>
  )
}

/** The period in the address; this month when there is none. Pure but for the clock. */
export function periodOf(query: URLSearchParams, now: number = zoneNow()): Period {
  const today = localDateOf(now)
  const day = (name: string) => {
    const value = query.get(name)
    return value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : null
  }
  return { from: day('from') ?? `${today.slice(0, 8)}01`, to: day('to') ?? today, oneThing: query.get('oneThing') }
}

function Figures({ board, period, asOf }: { readonly board: Board; readonly period: Period; readonly asOf: string }) {
  const t = useText('services')
  const common = {
    date: t('measures.of', { from: period.from, to: period.to }),
    source: t('measures.source', { time: asOf }),
  }
  const address = new URLSearchParams({
    from: period.from,
    to: period.to,
    ...(period.oneThing ? { oneThing: period.oneThing } : {}),
  })
  return (
    <>
      <h2 className="services-title">{t('measures.cuts')}</h2>
      <div className="tz-figures">
        {board.cuts.map(({ name, before, after, cut }) => (
          <Figure
            key={name}
            {...common}
            label={t(`cut.${name}`)}
            value={cut === null ? null : cut * 100}
            digits={2}
            unit="%"
            basis={t('measures.cut_basis', { before: formatNumber(before), after: formatNumber(after) })}
            note={t('cut.from_to', { before: formatNumber(before), after: formatNumber(after) })}
          />
        ))}
      </div>
      <h2 className="services-title">{t('measures.shares')}</h2>
      <div className="tz-figures">
        {board.shares.map(({ name, numerator, base, share }) => (
          <Figure
            key={name}
            {...common}
            label={t(`share.${name}`)}
            value={share === null ? null : share * 100}
            digits={2}
            unit="%"
            basis={t(`share_basis.${name}`)}
            note={t('measures.fraction', { n: formatNumber(numerator), base: formatNumber(base) })}
            href={`/service-measures/${name}?${address.toString()}`}
          />
        ))}
      </div>
      <h2 className="services-title">{t('measures.window')}</h2>
      <div className="tz-figures">
        <Figure
          {...common}
          label={t('measures.minutes')}
          value={board.windowMinutes.median}
          digits={1}
          unit={t('unit.minutes')}
          basis={t('measures.minutes_basis', { n: board.windowMinutes.base })}
          note={t('measures.base', { n: board.windowMinutes.base })}
        />
        <Figure
          {...common}
          label={t('measures.rating')}
          value={board.rating.mean}
          digits={2}
          unit={t('unit.stars')}
          basis={t('measures.rating_basis', { n: board.rating.base })}
          note={t('measures.base', { n: board.rating.base })}
        />
        <Figure
          {...common}
          label={t('measures.applications')}
          value={board.applications}
          unit={t('unit.cases')}
          basis={t('measures.applications_basis')}
          href={`/applications?receivedFrom=${period.from}&receivedTo=${period.to}${period.oneThing ? `&oneThing=${period.oneThing}` : ''}`}
        />
      </div>
      {board.rating.base > 0 && <Stars board={board} />}
    </>
  )
}

function Stars({ board }: { readonly board: Board }) {
  const t = useText('services')
  const { byStars, base } = board.rating
  const names = byStars.map((_n, index) => t('rating.stars_n', { n: index + 1 }))
  const low = (byStars[0] ?? 0) + (byStars[1] ?? 0)
  const option = useMemo(
    () => ({
      xAxis: { type: 'category' as const, data: names },
      yAxis: { type: 'value' as const, minInterval: 1 },
      series: [{ type: 'bar' as const, data: byStars, label: { show: true, position: 'top' as const } }],
    }),
    // The names follow the language, which changes with the texts.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [byStars, names.join(' ')],
  )
  return (
    <Panel>
      <Chart
        finding={t('measures.low_stars', { low, base })}
        option={option}
        height={220}
        table={{
          head: [t('column.rating'), t('unit.cases')],
          rows: byStars.map((n, index) => [names[index] ?? '', formatNumber(n)]),
        }}
      />
    </Panel>
  )
}
