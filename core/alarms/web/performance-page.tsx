import { useQuery } from '@tanstack/react-query'
import {
  Chart,
  EmptyState,
  Figure,
  formatDuration,
  formatNumber,
  formatTime,
  Page,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  toProblem,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { api, nameOf } from './api.ts'
import { LevelTag } from './tags.tsx'

const hourMs = 3_600_000
const spans = { day: 24, week: 168, month: 744 } as const
type Measured = Awaited<ReturnType<typeof api.performance.call>>

/** Whether people can still take in what alarms tell them: floods, chatter, what comes most often. */
export function PerformancePage() {
  const t = useText('alarms')
  const [query, setQuery] = useSearchParams()
  const asked = query.get('span')
  const span = asked === 'week' || asked === 'month' ? asked : 'day'
  // To the minute, so that looking twice asks once.
  const until = useMemo(() => Math.ceil(Date.now() / 60_000) * 60_000, [span])
  const input = { from: until - spans[span] * hourMs, until }
  const { data, error, refetch, isPending } = useQuery(api.performance.queryOptions({ input }))
  return (
    <Page
      title={t('performance.title')}
      verbs={
        <>
          {(['day', 'week', 'month'] as const).map((one) => (
            <VerbButton
              key={one}
              type={one === span ? 'primary' : 'default'}
              aria-pressed={one === span}
              onClick={() => setQuery({ span: one }, { replace: true })}
            >
              {t(`span.${one}`)}
            </VerbButton>
          ))}
        </>
      }
    >
      {error && <ProblemAlert problem={toProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <SkeletonLines lines={8} />}
      {data && <Measures measured={data} />}
    </Page>
  )
}

function Measures({ measured }: { readonly measured: Measured }) {
  const t = useText('alarms')
  const { alarms, standing, stale, quiet, unacknowledged, until } = measured
  const figure = (key: string, value: number, unit = t('unit.alarm')) => (
    <Figure
      key={key}
      label={t(`figure.${key}`)}
      value={value}
      unit={unit}
      date={formatTime(until)}
      basis={t(`basis.${key}`)}
      source={t('performance.source')}
    />
  )
  return (
    <>
      <div className="tz-figures">
        {figure('alarms', alarms)}
        {figure('standing', standing)}
        {figure('unacknowledged', unacknowledged)}
        {figure('stale', stale)}
        {figure('quiet', quiet)}
      </div>
      {alarms === 0 ? (
        <EmptyState title={t('performance.none')} text={t('performance.none_text')} />
      ) : (
        <>
          <Hours measured={measured} />
          <Positions measured={measured} />
          <Levels measured={measured} />
          <Top measured={measured} />
          <Chatter measured={measured} />
        </>
      )}
    </>
  )
}

function Hours({ measured: { windows } }: { readonly measured: Measured }) {
  const t = useText('alarms')
  const worst = windows.reduce(
    (most, one) => (one.alarms > most.alarms ? one : most),
    windows[0] ?? { at: 0, alarms: 0 },
  )
  return (
    <Panel title={t('performance.hours')}>
      <Chart
        finding={t('performance.worst_hour', { time: formatTime(worst.at), n: worst.alarms })}
        option={{
          xAxis: { type: 'category', data: windows.map(({ at }) => formatTime(at)) },
          yAxis: { type: 'value', minInterval: 1 },
          series: [{ type: 'bar', data: windows.map(({ alarms }) => alarms) }],
        }}
        height={220}
        table={{
          head: [t('field.hour'), t('figure.alarms')],
          rows: windows.filter(({ alarms }) => alarms > 0).map(({ at, alarms }) => [formatTime(at), alarms]),
        }}
      />
    </Panel>
  )
}

function Positions({ measured: { positions } }: { readonly measured: Measured }) {
  const t = useText('alarms')
  return (
    <Panel title={t('performance.positions')}>
      <PlainTable
        name={t('performance.positions')}
        empty={t('performance.none')}
        head={['owner', 'alarms', 'per_day', 'per_ten', 'worst_ten', 'flood'].map((key) => t(`column.${key}`))}
        rows={positions.map((one) => ({
          key: one.owner,
          cells: [
            t(`owner.${one.owner}`),
            one.alarms,
            formatNumber(one.perDay, 1),
            formatNumber(one.perTenMinutes, 2),
            one.worstTenMinutes,
            t('performance.flood', { pct: formatNumber(one.floodPct, 2), n: one.floodWindows, all: one.windows }),
          ],
        }))}
      />
      <p className="tz-caption">{t('performance.targets')}</p>
    </Panel>
  )
}

function Levels({ measured: { levels, alarms } }: { readonly measured: Measured }) {
  const t = useText('alarms')
  return (
    <Panel title={t('performance.levels')}>
      <PlainTable
        name={t('performance.levels')}
        empty={t('performance.none')}
        head={[t('field.level'), t('figure.alarms'), t('column.share')]}
        rows={levels.map((one) => ({
          key: String(one.level),
          cells: [
            <LevelTag key="level" level={one.level} />,
            one.alarms,
            t('performance.share', { pct: formatNumber((one.alarms / alarms) * 100, 1), n: one.alarms, all: alarms }),
          ],
        }))}
      />
    </Panel>
  )
}

function Top({ measured: { top } }: { readonly measured: Measured }) {
  const t = useText('alarms')
  return (
    <Panel title={t('performance.top')}>
      <PlainTable
        name={t('performance.top')}
        empty={t('performance.none')}
        head={[
          t('field.level'),
          t('field.title'),
          t('field.point'),
          t('figure.alarms'),
          t('column.total'),
          t('column.mean'),
          '',
        ]}
        rows={top.map((one) => ({
          key: `${one.point} ${one.ruleKey}`,
          cells: [
            <LevelTag key="level" level={one.level} />,
            nameOf(one.title),
            <span key="code" className="tz-mono">
              {one.code}
            </span>,
            one.alarms,
            formatDuration(Math.round(one.totalS)),
            formatDuration(Math.round(one.meanS)),
            <VerbButton key="rules" type="link" size="small" href={`/alarm-rules/${one.point}`}>
              {t('verb.rules')}
            </VerbButton>,
          ],
        }))}
      />
    </Panel>
  )
}

function Chatter({ measured: { chattering } }: { readonly measured: Measured }) {
  const t = useText('alarms')
  return (
    <Panel title={t('performance.chatter')}>
      <PlainTable
        name={t('performance.chatter')}
        empty={t('performance.no_chatter')}
        head={[t('field.title'), t('field.point'), t('column.chatters')]}
        rows={chattering.map((one) => ({
          key: `${one.point} ${one.ruleKey}`,
          cells: [
            nameOf(one.title),
            <span key="code" className="tz-mono">
              {one.code}
            </span>,
            one.chatters,
          ],
        }))}
      />
    </Panel>
  )
}
