import './wall.css'
import { useQuery } from '@tanstack/react-query'
import {
  Chart,
  EmptyState,
  Figure,
  formatDuration,
  formatMass,
  formatMoney,
  formatNumber,
  formatTimeFull,
  localTimeOf,
  ProblemAlert,
  Screen,
  useLive,
  useNow,
  useText,
} from '@tingzhou/ui'
import { useMemo } from 'react'
import { busyStates } from '../../words.ts'
import { api } from '../api.ts'
import { boundNote, points } from '../ratio/figures.ts'
import { km } from '../wave/km.ts'

type Wall = Awaited<ReturnType<typeof api.wall.get.call>>

const refreshMs = 15_000
/** Until the first ratio of the day is there. */
const soonMs = 3_000

/** The day's carriage as the control room shows it; nobody is named, and plates are masked. */
export function FreightWall() {
  const t = useText('freight')
  const query = useQuery({
    ...api.wall.get.queryOptions(),
    refetchInterval: ({ state }) => (state.data?.ratio === null ? soonMs : refreshMs),
  })
  useLive({ kinds: ['freight_waybill'], keys: [api.wall.key()] })
  const { data } = query
  return (
    <Screen
      name={t('wall.title')}
      readAt={data?.at ?? null}
      figures={data ? <Figures wall={data} /> : null}
      middle={
        data ? (
          <Middle wall={data} />
        ) : query.error ? (
          <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <p>{t('wall.loading')}</p>
        )
      }
      alarms={data ? <Late wall={data} /> : null}
      trend={data ? <Hours wall={data} /> : null}
    />
  )
}

const kgPerTon = 1_000
const runningHref = `/freight-waybills?${busyStates.map((state) => `state=${state}`).join('&')}`

function Figures({ wall }: { readonly wall: Wall }) {
  const t = useText('freight')
  const { laden, load, money } = wall
  const common = { size: 'screen', date: formatTimeFull(wall.at), source: t('wall.source') } as const
  const ladenPct = laden.allKm > 0 ? (100 * laden.ladenKm) / laden.allKm : null
  return (
    <>
      <Figure
        {...common}
        label={t('wall.carried')}
        value={wall.carriedKg / kgPerTon}
        digits={1}
        unit={t('wall.tons')}
        basis={t('wall_basis.carried', { n: formatNumber(wall.unloaded) })}
        note={t('wall_note.carried', { n: formatNumber(wall.unloaded) })}
      />
      <Figure
        {...common}
        label={t('wall.running')}
        value={wall.running}
        href={runningHref}
        unit={t('wall.waybills')}
        basis={t('wall_basis.running')}
        note={t('wall_note.running', { opened: formatNumber(wall.opened), done: formatNumber(wall.unloaded) })}
      />
      <Figure
        {...common}
        label={t('wall.laden')}
        value={ladenPct}
        digits={1}
        unit="%"
        basis={t('wall_basis.laden', {
          vehicles: formatNumber(laden.vehicles),
          laden: formatNumber(laden.ladenKm, 0),
          all: formatNumber(laden.allKm, 0),
          trips: formatNumber(load.trips),
          loaded: formatMass(load.loadedKg),
          rated: formatMass(load.ratedKg),
        })}
        note={t('wall_note.laden', { vehicles: formatNumber(laden.vehicles), all: formatNumber(laden.allKm, 0) })}
      />
      {money && (
        <Figure
          {...common}
          label={t('wall.settled')}
          value={Math.round(money.settledFen / 100)}
          unit={t('wall.yuan')}
          basis={t('wall_basis.settled', {
            n: formatNumber(money.settlements),
            m: formatNumber(money.payments),
            sum: formatMoney(money.settledFen),
          })}
          note={t('wall_note.paid', { sum: formatMoney(money.paidFen), n: formatNumber(money.payments) })}
        />
      )}
    </>
  )
}

/** One sentence, the busiest lanes and what came last. */
function Middle({ wall }: { readonly wall: Wall }) {
  const t = useText('freight')
  const most = Math.max(1, ...wall.lanes.map(({ kg }) => kg))
  return (
    <div className="freight-wall-middle">
      <p className="freight-wall-sentence">
        {t(wall.late.count > 0 ? 'wall.some_late' : 'wall.none_late', {
          running: formatNumber(wall.running),
          late: formatNumber(wall.late.count),
        })}
      </p>
      {wall.ratio ? <Ratio ratio={wall.ratio} /> : <p className="freight-wall-base">{t('wall_ratio.not_yet')}</p>}
      <p className="freight-wall-base">
        {wall.load.trips > 0 &&
          t('wall.mean_load', {
            share: formatNumber((100 * wall.load.loadedKg) / wall.load.ratedKg, 1),
            loaded: formatNumber(wall.load.loadedKg / kgPerTon, 1),
            rated: formatNumber(wall.load.ratedKg / kgPerTon, 1),
            trips: formatNumber(wall.load.trips),
          })}
      </p>
      <div className="freight-wall-two">
        <section aria-label={t('wall.lanes')}>
          <h2 className="freight-wall-head">{t('wall.lanes')}</h2>
          {wall.lanes.length === 0 && <EmptyState title={t('wall.no_lane')} />}
          <ul className="freight-wall-lanes">
            {wall.lanes.map(({ from, to, trips, kg }) => (
              <li key={`${from} ${to} ${kg} ${trips}`}>
                <span className="freight-wall-one">
                  {from} → {to}
                </span>
                <span className="freight-wall-bar" aria-hidden>
                  <i style={{ width: `${(100 * kg) / most}%` }} />
                </span>
                <strong>
                  {formatNumber(kg / kgPerTon, 1)} {t('wall.tons')} · {t('wall.trips', { n: formatNumber(trips) })}
                </strong>
              </li>
            ))}
          </ul>
        </section>
        <section aria-label={t('wall.latest')}>
          <h2 className="freight-wall-head">{t('wall.latest')}</h2>
          {wall.latest.length === 0 && <EmptyState title={t('wall.no_latest')} />}
          <ul className="freight-wall-latest">
            {wall.latest.map(({ plate, from, to, kg, at }) => (
              <li key={`${plate} ${at}`}>
                <span className="freight-wall-line">
                  <strong>{plate}</strong>
                  <span className="tz-number">
                    {kg === null ? '–' : `${formatNumber(kg / kgPerTon, 1)} ${t('wall.tons')}`} ·{' '}
                    {localTimeOf(at).slice(-5)}
                  </span>
                </span>
                <span className="freight-wall-one freight-wall-second">
                  {from} → {to}
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  )
}

type KnownRatio = NonNullable<Wall['ratio']>
type Change = KnownRatio['changes'][number]

/** The loaded ratio beside the most that any dispatch of the same trips reaches, and what changed it since yesterday. */
function Ratio({ ratio }: { readonly ratio: KnownRatio }) {
  const t = useText('freight')
  const { today, yesterday, changes, lanes, otherPoints, bendPct } = ratio
  const share = (value: number | null) => (value === null ? null : 100 * value)
  const common = {
    size: 'screen',
    unit: '%',
    digits: 1,
    date: formatTimeFull(ratio.at),
    source: t('wall_ratio.source'),
  } as const
  const allKm = formatNumber((today.loadedM + today.emptyM) / 1_000, 0)
  return (
    <section className="freight-wall-ratio" aria-label={t('wall_ratio.title')}>
      <Figure
        {...common}
        label={t('wall_ratio.title')}
        value={share(today.ratio)}
        basis={t('wall_ratio.basis', {
          loaded: formatNumber(today.loadedM / 1_000, 0),
          all: allKm,
          pct: bendPct,
          left: formatNumber(today.leftOut),
        })}
        note={t('wall_ratio.note', { trips: formatNumber(today.trips), unknown: formatNumber(today.unknown) })}
      />
      <Figure
        {...common}
        label={t('wall_ratio.bound')}
        value={share(today.bound)}
        basis={t('wall_ratio.bound_basis')}
        note={t(...boundNote(today))}
      />
      <div>
        <p className="freight-wall-changed">
          {today.ratio === null || yesterday.ratio === null
            ? t('wall_ratio.no_compare')
            : t('wall_ratio.changed', {
                points: points(100 * (today.ratio - yesterday.ratio)),
                before: formatNumber(100 * yesterday.ratio, 1),
              })}
        </p>
        <ul className="freight-wall-changes">
          {changes.map((change) => (
            <li key={`${change.from} ${change.to}`}>
              <span className="freight-wall-one">
                {change.from} → {change.to} <span className="freight-wall-second">{t(...whyOf(change))}</span>
              </span>
              <strong>{points(change.points)}</strong>
            </li>
          ))}
          {lanes > changes.length && (
            <li>
              <span>{t('wall_ratio.others', { n: formatNumber(lanes - changes.length) })}</span>
              <strong>{points(otherPoints)}</strong>
            </li>
          )}
        </ul>
      </div>
    </section>
  )
}

/** What a lane did otherwise than yesterday. */
function whyOf({ today, yesterday }: Change): readonly [string, Readonly<Record<string, string>>] {
  const n = formatNumber(today.trips)
  const now = today.trips > 0 ? km(today.emptyM / today.trips) : ''
  const before = yesterday.trips > 0 ? km(yesterday.emptyM / yesterday.trips) : ''
  if (yesterday.trips === 0) return ['wall_ratio.new_lane', { n, now }]
  if (today.trips === 0) return ['wall_ratio.gone_lane', { n: formatNumber(yesterday.trips), before }]
  return ['wall_ratio.lane', { n, m: formatNumber(yesterday.trips), now, before }]
}

/** What is overdue, whoever has been it longest first. */
function Late({ wall: { late } }: { readonly wall: Wall }) {
  const t = useText('freight')
  const now = useNow()
  return (
    <>
      <h2 className="freight-wall-head freight-wall-line">
        <span>{t('wall.late')}</span>
        <span className="tz-number">{formatNumber(late.count)}</span>
      </h2>
      {late.count === 0 && <EmptyState title={t('wall.no_late')} />}
      <ul className="freight-wall-latest">
        {late.rows.map(({ plate, from, to, end, since }) => (
          <li key={`${plate} ${since}`}>
            <span className="freight-wall-line">
              <strong>{plate}</strong>
              <strong className="tz-tone-bad">
                {t('wall.over', { duration: formatDuration(Math.max(0, Math.round((now - since) / 1_000))) })}
              </strong>
            </span>
            <span className="freight-wall-one freight-wall-second">
              {t(`wall_end.${end}`, { place: end === 'load' ? from : to })}
            </span>
          </li>
        ))}
      </ul>
      {late.count > late.rows.length && (
        <p className="freight-wall-second">{t('wall.more', { n: formatNumber(late.count - late.rows.length) })}</p>
      )}
    </>
  )
}

/** Tons unloaded in each of the last 24 hours. */
function Hours({ wall: { hours } }: { readonly wall: Wall }) {
  const t = useText('freight')
  const labels = useMemo(() => hours.map(({ from }) => localTimeOf(from).slice(-5)), [hours])
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 8, top: 16, bottom: 0, containLabel: true },
      xAxis: { type: 'category', data: labels, axisTick: { show: false } },
      yAxis: { type: 'value', splitNumber: 2 },
      series: [{ name: t('wall.tons'), type: 'bar', data: hours.map(({ kg }) => kg / kgPerTon), barMaxWidth: 28 }],
      tooltip: { trigger: 'axis' },
    }),
    [hours, labels, t],
  )
  const sumKg = hours.reduce((sum, { kg }) => sum + kg, 0)
  return (
    <Chart
      size="screen"
      height={140}
      finding={t('wall.trend', { sum: formatNumber(sumKg / kgPerTon, 1) })}
      option={option}
      table={{
        head: [t('wall.hour'), t('wall.tons'), t('wall.trips_head')],
        rows: hours.map(({ kg, trips }, index) => [labels[index] ?? '', kg / kgPerTon, trips]),
      }}
    />
  )
}
