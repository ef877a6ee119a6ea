import { useQuery } from '@tanstack/react-query'
import {
  Chart,
  ClockText,
  EmptyState,
  Figure,
  formatNumber,
  formatTimeFull,
  Screen,
  useLive,
  useNow,
  useText,
  zoneNow,
} from '@tingzhou/ui'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { api } from './api.ts'
import { lateKey, loadAll, loadLate } from './supervision-board.tsx'
import { caseClock, closedStates, type Row, type State, type Texts } from './words.ts'
import { bucketHours, loadClosed, loadReceived } from './trend.ts'
import { SupervisionTag } from './tags.tsx'

const refreshMs = 30_000
const alarmsShown = 8

/** The loop as the office wall shows it: how many stand where, what is late and who has it, the last 24 hours. */
export function Wall() {
  const t = useText('needs')
  const counts = useQuery({ ...api.appeals.counts.queryOptions(), refetchInterval: refreshMs })
  const late = useQuery({ queryKey: lateKey, queryFn: ({ signal }) => loadLate(signal), refetchInterval: refreshMs })
  useLive({ kinds: ['appeal'], keys: [api.appeals.key()] })
  const by = new Map(counts.data?.byState.map(({ state, n }) => [state, n]))
  const rows = late.data?.rows ?? []
  const closed = closedStates.reduce((sum, state) => sum + (by.get(state) ?? 0), 0)
  const figures = [
    { key: 'open', value: counts.data?.open, href: '/appeals?open=true', tone: 'plain' },
    { key: 'overdue', value: counts.data?.overdue, href: '/appeals?overdue=true&sort=dueAt', tone: 'bad' },
    { key: 'supervised', value: counts.data?.supervised, href: '/appeals?supervised=true', tone: 'attention' },
    {
      key: 'closed',
      value: counts.data && closed,
      href: `/appeals?${closedStates.map((state) => `states=${state}`).join('&')}`,
      tone: 'good',
    },
  ] as const
  const readAt = counts.dataUpdatedAt || null
  return (
    <Screen
      name={t('wall.title')}
      readAt={readAt}
      figures={figures.map(({ key, value, href, tone }) => (
        <Figure
          key={key}
          size="screen"
          label={t(`view.${key}`)}
          value={value ?? null}
          unit={t('unit.cases')}
          date={readAt === null ? '–' : formatTimeFull(readAt)}
          basis={t(`figure_basis.${key}`)}
          source={t('figure_source')}
          href={href}
          tone={value ? tone : 'plain'}
        />
      ))}
      middle={<Loop by={by} sentence={sentence(t, counts.data, rows)} />}
      alarms={<Alarms rows={rows} failed={late.error !== null && !late.data} />}
      trend={<Trend />}
    />
  )
}

/** One sentence that says how the loop stands. */
function sentence(t: Texts, counts: { open: number; overdue: number } | undefined, rows: readonly Row[]): string {
  if (!counts) return ''
  if (counts.open === 0) return t('wall.none_open')
  const worst = rows.find((row) => row.clock?.overdue)
  if (counts.overdue === 0 || !worst) return t('wall.all_in_time', { open: formatNumber(counts.open) })
  const said = { open: formatNumber(counts.open), overdue: formatNumber(counts.overdue), title: worst.title }
  return worst.owner ? t('wall.some_late', { ...said, owner: worst.owner.name }) : t('wall.some_late_unowned', said)
}

const path: readonly State[] = ['registered', 'dispatched', 'signed', 'handling', 'replied', 'callback', 'closed']
const sides: readonly State[] = ['returned', 'waiting', 'split', 'merged', 'declined', 'withdrawn']

/** The loop from raised to struck off, how many stand at each stop. */
function Loop({ by, sentence }: { readonly by: ReadonlyMap<State, number>; readonly sentence: string }) {
  const t = useText('needs')
  return (
    <div className="needs-wall-middle">
      <p className="needs-wall-sentence">{sentence}</p>
      <ol className="needs-loop">
        {path.map((state) => {
          const n = state === 'closed' ? (by.get('closed') ?? 0) + (by.get('archived') ?? 0) : (by.get(state) ?? 0)
          const query = state === 'closed' ? 'states=closed&states=archived' : `states=${state}`
          return (
            <li key={state}>
              <Link className={n === 0 ? 'needs-stop needs-stop-idle' : 'needs-stop'} to={`/appeals?${query}`}>
                <span>{t(`state.${state}`)}</span>
                <strong>{formatNumber(n)}</strong>
                <small>{t(`wall.who.${state}`)}</small>
              </Link>
            </li>
          )
        })}
      </ol>
      <ul className="needs-sides">
        {sides
          .filter((state) => (by.get(state) ?? 0) > 0)
          .map((state) => (
            <li key={state}>
              <Link to={`/appeals?states=${state}`}>
                {t(`state.${state}`)} <strong>{formatNumber(by.get(state) ?? 0)}</strong>
              </Link>
            </li>
          ))}
      </ul>
      <Owners />
    </div>
  )
}

// Three rows of two: what fits under a sentence of two lines.
const ownersShown = 6

/** Which owners hold most, the late part of each in red. */
function Owners() {
  const t = useText('needs')
  const { data } = useQuery({
    queryKey: [...api.appeals.list.key(), 'open-by-owner'],
    queryFn: ({ signal }) => loadAll({ open: true }, signal),
    refetchInterval: refreshMs * 2,
  })
  const owners = useMemo(() => ownersOf(data?.rows ?? []), [data])
  const most = Math.max(1, ...owners.map(({ open }) => open))
  return (
    <section aria-label={t('wall.owners')}>
      <h2 className="needs-wall-head">{t('wall.owners')}</h2>
      <ul className="needs-owners">
        {owners.slice(0, ownersShown).map(({ id, name, open, late }) => (
          <li key={id}>
            <Link to={`/appeals?open=true&ownerId=${id}`}>
              <span>{name}</span>
              <span className="needs-bar" aria-hidden>
                <i style={{ width: `${((open - late) / most) * 100}%` }} />
                <i style={{ width: `${(late / most) * 100}%` }} />
              </span>
              <strong>{formatNumber(open)}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Open and late appeals by owner, the most first. Pure. */
export function ownersOf(rows: readonly Row[]) {
  const owners = new Map<string, { id: string; name: string; open: number; late: number }>()
  for (const { owner, clock } of rows) {
    if (!owner) continue
    const entry = owners.get(owner.id) ?? { ...owner, open: 0, late: 0 }
    owners.set(owner.id, { ...entry, open: entry.open + 1, late: entry.late + (clock?.overdue ? 1 : 0) })
  }
  return [...owners.values()].toSorted((a, b) => b.open - a.open)
}

/** What is late or supervised, the worst first, each with owner and clock. */
function Alarms({ rows, failed }: { readonly rows: readonly Row[]; readonly failed: boolean }) {
  const t = useText('needs')
  return (
    <>
      <h2 className="needs-wall-head">
        <span>{t('wall.alarms')}</span>
        <Link to="/supervision" className="tz-number">
          {formatNumber(rows.length)}
        </Link>
      </h2>
      {failed && <p>{t('wall.failed')}</p>}
      {!failed && rows.length === 0 && <EmptyState title={t('supervision.none')} text={t('supervision.none_text')} />}
      <ul className="needs-alarms">
        {rows.slice(0, alarmsShown).map((row) => (
          <li key={row.id}>
            <Link to={`/appeals/${row.id}`}>
              <strong>{row.title}</strong>
              <span className="needs-alarm-line">
                <span>{row.owner?.name ?? t('owner_none')}</span>
                <SupervisionTag level={row.supervisionLevel} />
              </span>
              <span className="needs-alarm-line">
                <ClockText clock={caseClock(row)} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

const hourMs = 3_600_000

/** Needs received and closed in each of the last 24 hours; readers without figures see what was received. */
function Trend() {
  const t = useText('needs')
  const now = useNow(60_000)
  const end = Math.ceil(now / hourMs) * hourMs
  const { data } = useQuery({
    queryKey: [...api.appeals.list.key(), 'received-24h'],
    queryFn: ({ signal }) => loadReceived(zoneNow() - 24 * hourMs, signal),
    refetchInterval: refreshMs * 2,
  })
  const closed = useQuery({
    queryKey: [...api.appeals.list.key(), 'closed-24h'],
    queryFn: ({ signal }) => loadClosed(zoneNow() - 24 * hourMs, zoneNow(), signal),
    refetchInterval: refreshMs * 2,
  })
  const hours = useMemo(() => bucketHours(data ?? [], end), [data, end])
  const done = useMemo(() => (closed.data ? bucketHours(closed.data, end) : null), [closed.data, end])
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 8, top: 32, bottom: 0, containLabel: true },
      xAxis: { type: 'category', data: hours.map(({ label }) => label), axisTick: { show: false } },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 2 },
      series: [
        { name: t('wall.received'), type: 'bar', data: hours.map(({ n }) => n), barMaxWidth: 20 },
        ...(done ? [{ name: t('wall.closed'), type: 'bar', data: done.map(({ n }) => n), barMaxWidth: 20 }] : []),
      ],
      legend: { show: true },
      tooltip: { trigger: 'axis' },
    }),
    [hours, done, t],
  )
  if (!data) return null
  const sum = (list: typeof hours) => formatNumber(list.reduce((total, { n }) => total + n, 0))
  return (
    <Chart
      size="screen"
      height={150}
      finding={done ? t('wall.trend_both', { n: sum(hours), closed: sum(done) }) : t('wall.trend', { n: sum(hours) })}
      option={option}
      table={{
        head: [t('wall.hour'), t('wall.received'), ...(done ? [t('wall.closed')] : [])],
        rows: hours.map(({ label, n }, index) => [label, n, ...(done ? [done[index]?.n ?? 0] : [])]),
      }}
    />
  )
}
