import { useQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { Chart, EmptyState, Panel, ProblemAlert, SkeletonLines, usePalette, useText } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import type { Figure, Indicator, PeriodKind } from '../figure/figure-contract.ts'
import { api } from './api.ts'
import {
  definitionOf,
  inReaderLang,
  periodKinds,
  periodsBetween,
  periodWord,
  unitWord,
  useIndicators,
  valueWord,
} from './figure-words.ts'

// Sixteen years of months; what is older is in the list below.
const pointsMax = 200

/** One indicator of an enterprise over its periods: what is used as a line with gaps as gaps, targets hollow beside it. */
export function FigureChart({ enterpriseId }: { readonly enterpriseId: string }) {
  const t = useText('registry')
  const indicators = useIndicators()
  const [params, setParams] = useSearchParams()
  const kind = periodKinds.find((one) => one === params.get('by')) ?? 'year'
  const indicator = indicators.find(({ code }) => code === params.get('shown')) ?? indicators[0]
  const choose = (name: string, value: string) =>
    setParams(
      (now) => {
        now.set(name, value)
        return now
      },
      { replace: true },
    )
  return (
    <Panel>
      <div className="registry-verbs registry-above">
        <Select
          aria-label={t('figure.indicator')}
          className="registry-indicator"
          {...(indicator ? { value: indicator.code } : {})}
          onChange={(code) => choose('shown', code)}
          options={indicators.map((one) => ({ value: one.code, label: inReaderLang(one) }))}
        />
        <Segmented<PeriodKind>
          aria-label={t('figure.by')}
          value={kind}
          onChange={(by) => choose('by', by)}
          options={periodKinds.map((value) => ({ value, label: t(`period_kind.${value}`) }))}
        />
      </div>
      {indicator && <OfIndicator enterpriseId={enterpriseId} indicator={indicator} kind={kind} />}
    </Panel>
  )
}

function OfIndicator(props: {
  readonly enterpriseId: string
  readonly indicator: Indicator
  readonly kind: PeriodKind
}) {
  const t = useText('registry')
  const { enterpriseId, indicator, kind } = props
  const query = useQuery(
    api.figures.list.queryOptions({
      input: { enterpriseId, indicator: [indicator.code], kind, state: 'stands', limit: pointsMax },
    }),
  )
  const rows = query.data?.rows ?? []
  return (
    <>
      <p className="tz-second">
        {definitionOf(indicator)} {t('figure.reckoned', { unit: unitWord(indicator, indicator.units[0]?.code ?? '') })}
      </p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonLines lines={5} />}
      {query.data && rows.length === 0 && (
        <EmptyState title={t('figure.none_of', { indicator: inReaderLang(indicator) })} />
      )}
      {rows.length > 0 && (
        <div className="registry-chart">
          <Drawn rows={rows} indicator={indicator} />
        </div>
      )}
    </>
  )
}

function Drawn({ rows, indicator }: { readonly rows: readonly Figure[]; readonly indicator: Indicator }) {
  const t = useText('registry')
  const palette = usePalette()
  const unit = unitWord(indicator, indicator.units[0]?.code ?? '')
  const sorted = rows.map(({ period }) => period).toSorted()
  const periods = periodsBetween(sorted[0] ?? '', sorted.at(-1) ?? '')
  const used = new Map(
    rows.filter((row) => row.preferred && row.qualifier !== 'target').map((row) => [row.period, row]),
  )
  // Rows come newest first: the newest target of a period is kept.
  const targets = new Map(
    rows
      .filter(({ qualifier }) => qualifier === 'target')
      .toReversed()
      .map((row) => [row.period, row]),
  )
  const said = (row: Figure | undefined): string => (row ? valueWord({ ...row, value: row.compared }) : '–')
  const origin = (row: Figure): string =>
    `${t(`qualifier.${row.qualifier}`)} ${said(row)} ${unit} · ${row.source} · ${row.asOf}`
  const latest = periods.findLast((period) => used.has(period))
  const last = latest === undefined ? undefined : used.get(latest)
  const finding = last
    ? t('figure.latest', {
        indicator: inReaderLang(indicator),
        period: periodWord(t, last.period),
        value: said(last),
        unit,
      })
    : t('figure.only_targets', { indicator: inReaderLang(indicator) })
  return (
    <Chart
      finding={finding}
      height={220}
      option={{
        xAxis: { data: periods },
        tooltip: {
          formatter: (points: readonly { readonly dataIndex: number }[]) => {
            const period = periods[points[0]?.dataIndex ?? -1] ?? ''
            const lines = [used.get(period), targets.get(period)].flatMap((row) => (row ? [escaped(origin(row))] : []))
            return [escaped(periodWord(t, period)), ...lines].join('<br/>')
          },
        },
        series: [
          {
            name: t('figure.in_use'),
            type: 'line',
            connectNulls: false,
            symbolSize: 8,
            data: periods.map((period) => {
              const row = used.get(period)
              if (!row) return null
              const isEstimate = row.qualifier === 'estimate'
              return {
                value: row.compared,
                symbol: isEstimate ? 'diamond' : 'circle',
                label: { show: isEstimate, formatter: '≈', color: palette.text },
              }
            }),
          },
          {
            name: t('qualifier.target'),
            type: 'scatter',
            symbolSize: 12,
            itemStyle: { color: 'transparent', borderColor: palette.text, borderWidth: 2 },
            data: periods.map((period) => targets.get(period)?.compared ?? null),
          },
        ],
      }}
      table={{
        head: [
          t('figure.period'),
          t('figure.in_use_unit', { unit }),
          t('field_figure.qualifier'),
          t('field_figure.source'),
          t('figure.target_unit', { unit }),
        ],
        rows: periods.map((period) => {
          const row = used.get(period)
          const word = row ? t(`qualifier.${row.qualifier}`) : '–'
          return [periodWord(t, period), said(row), word, row?.source ?? '–', said(targets.get(period))]
        }),
      }}
    />
  )
}

// ECharts takes the text of its tooltip as HTML; a source is whatever somebody typed.
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
