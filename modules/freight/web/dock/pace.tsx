import { useQuery } from '@tanstack/react-query'
import { Chart, FactList, formatNumber, Panel, ProblemAlert, useText, When } from '@tingzhou/ui'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { useDockPlaces, type Pace } from './api.ts'
import { dayClockOf } from './clock.ts'

/** What the docks at both ends of a load allow; nothing where neither has docks. */
export function LoadPace({
  load,
}: {
  readonly load: { readonly id: string; readonly from: Place; readonly to: Place }
}) {
  const t = useText('freight')
  const at = useDockPlaces()
  const query = useQuery(api.docks.pace.queryOptions({ input: { id: load.id } }))
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data || query.data.missing.length === 2) return null
  const { pace, missing } = query.data
  const [lacking] = missing
  return (
    <Panel title={t('pace.title')}>
      {pace ? (
        <Figures pace={pace} />
      ) : (
        lacking && (
          <p>
            {t(`pace.missing_${lacking}`)}{' '}
            <Link to={at.board(lacking === 'load' ? load.from.id : load.to.id)}>{t('pace.set')}</Link>
          </p>
        )
      )}
    </Panel>
  )
}

type Place = { readonly id: string; readonly name: string }

function Figures({ pace }: { readonly pace: Pace }) {
  const t = useText('freight')
  const minutes = (s: number) => `${formatNumber(Math.round(s / 60))} ${t('pace.minutes')}`
  return (
    <>
      <p>
        <b>{t('pace.trucks', { n: formatNumber(pace.trucksNeeded) })}</b>{' '}
        {pace.tripsLeft > 0 &&
          t('pace.left', { trips: formatNumber(pace.tripsLeft), hours: formatNumber(pace.hoursLeft, 1) })}
      </p>
      <FactList
        facts={[
          {
            label: t('pace.rate'),
            value: `${t('pace.per_hour', { n: formatNumber(pace.tripsPerHour, 1) })} · ${t(`pace.bottleneck_${pace.bottleneck}`)}`,
          },
          { label: t('pace.cycle'), value: minutes(pace.cycleS) },
          { label: t('pace.driving'), value: `${minutes(pace.outS)} + ${minutes(pace.backS)}` },
          { label: t('pace.rest'), value: minutes(pace.restS) },
          {
            label: t('pace.planned'),
            value: (
              <>
                {formatNumber(pace.planned)}
                {pace.lastUnloadAt !== null && (
                  <>
                    {' '}
                    · {t('pace.last')} <When at={pace.lastUnloadAt} />
                  </>
                )}
              </>
            ),
          },
          ...(pace.unplanned
            ? [
                {
                  label: t('pace.unplanned'),
                  value: `${formatNumber(pace.unplanned.trips)} · ${t(`pace_blocker.${pace.unplanned.blocker}`)}`,
                },
              ]
            : []),
        ]}
      />
      {pace.plan.length > 0 && <Plan plan={pace.plan} />}
    </>
  )
}

function Plan({ plan }: Pick<Pace, 'plan'>) {
  const t = useText('freight')
  const [now] = useState(Date.now)
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 8, top: 8, bottom: 0, containLabel: true },
      xAxis: {
        type: 'category',
        data: plan.map(({ startsAt }) => dayClockOf(startsAt, now)),
        axisTick: { show: false },
      },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 2 },
      series: [{ name: t('pace.trips'), type: 'bar', data: plan.map(({ trips }) => trips), barMaxWidth: 16 }],
      tooltip: { trigger: 'axis' },
    }),
    [plan, t, now],
  )
  const [first] = plan
  return (
    <Chart
      height={140}
      finding={t('pace.finding', { from: first ? dayClockOf(first.startsAt, now) : '–', n: formatNumber(plan.length) })}
      option={option}
      table={{
        head: [t('dock.slot'), t('pace.trips')],
        rows: plan.map(({ startsAt, trips }) => [dayClockOf(startsAt, now), trips]),
      }}
    />
  )
}
