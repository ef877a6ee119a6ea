import { useQuery } from '@tanstack/react-query'
import {
  Due,
  EmptyState,
  Figure,
  formatNumber,
  formatTimeFull,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { appealStates } from '../appeal-contract.ts'
import { api } from './api.ts'
import { mayRaise } from './roles.ts'
import { AppealStateTag, ClassTag, SupervisionTag } from './tags.tsx'
import { caseClock, type Row } from './words.ts'

const tasksShown = 15
const recentShown = 8

/** The first page of an official: what waits for the reader by due time, how much there is, what moved last. */
export function Desk() {
  const t = useText('needs')
  const me = useMe()
  useLive({ kinds: ['appeal'], keys: [api.appeals.key()] })
  return (
    <Page
      title={t('desk.title')}
      primary={
        <VerbButton type="primary" href="/appeals/new" reason={mayRaise(me) ? null : t('reason.raise_role')}>
          {t('verb.raise')}
        </VerbButton>
      }
    >
      <Figures />
      <div className="needs-columns">
        <Tasks />
        <div>
          <Recent />
        </div>
      </div>
    </Page>
  )
}

const figures = [
  { key: 'mine', query: 'mine=true&sort=dueAt', tone: 'plain' },
  { key: 'open', query: 'open=true', tone: 'plain' },
  { key: 'overdue', query: 'overdue=true&sort=dueAt', tone: 'bad' },
  { key: 'supervised', query: 'supervised=true', tone: 'attention' },
] as const

/** Four counts within the reader's reach, each opening its list. */
function Figures() {
  const t = useText('needs')
  const query = useQuery(api.appeals.counts.queryOptions())
  if (query.error && !query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const { data } = query
  return (
    <>
      <div className="needs-figures">
        {figures.map(({ key, query: filter, tone }) => (
          <Figure
            key={key}
            label={t(`view.${key}`)}
            value={data?.[key] ?? null}
            unit={t('unit.cases')}
            date={query.dataUpdatedAt ? formatTimeFull(query.dataUpdatedAt) : '–'}
            basis={t(`figure_basis.${key}`)}
            source={t('figure_source')}
            href={`/appeals?${filter}`}
            tone={data && data[key] > 0 ? tone : 'plain'}
          />
        ))}
      </div>
      {data && data.byState.length > 0 && (
        <Panel title={t('desk.by_state')}>
          <ul className="needs-states">
            {appealStates
              .flatMap((state) => data.byState.filter((entry) => entry.state === state && entry.n > 0))
              .map(({ state, n }) => (
                <li key={state}>
                  <Link to={`/appeals?states=${state}`}>
                    <AppealStateTag state={state} /> <strong>{formatNumber(n)}</strong>
                  </Link>
                </li>
              ))}
          </ul>
        </Panel>
      )}
    </>
  )
}

function Tasks() {
  const t = useText('needs')
  const query = useQuery(
    api.appeals.list.queryOptions({ input: { mine: true, sort: 'dueAt', order: 'asc', limit: tasksShown } }),
  )
  const late = useLate(query.isPending)
  const rows = query.data?.rows ?? []
  return (
    <Panel title={t('desk.waiting')} aside={<Link to="/appeals?mine=true&sort=dueAt">{t('desk.all')}</Link>}>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={6} />}
      {query.data && rows.length === 0 && <EmptyState title={t('desk.nothing')} text={t('desk.nothing_text')} />}
      <ul className="needs-tasks">
        {rows.map((row) => (
          <li key={row.id}>
            <TaskLine row={row} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** One line of work: what, what to do, by when. */
export function TaskLine({ row }: { readonly row: Row }) {
  const t = useText('needs')
  const { dueAt, ...clock } = { dueAt: null, ...caseClock(row) }
  return (
    <Link className="needs-task" to={`/appeals/${row.id}`}>
      <strong>{row.title}</strong>
      <Due {...clock} at={dueAt} />
      <span className="needs-help-line tz-second">
        <span className="tz-mono tz-caption">{row.no}</span>
        <span>{t(`state_next.${row.state}`)}</span>
        {row.owner && <span>{row.owner.name}</span>}
      </span>
      <span className="needs-help-line">
        {(row.class === 'P0' || row.class === 'P1') && <ClassTag value={row.class} />}
        <SupervisionTag level={row.supervisionLevel} />
      </span>
    </Link>
  )
}

function Recent() {
  const t = useText('needs')
  const query = useQuery(
    api.appeals.list.queryOptions({ input: { sort: 'updatedAt', order: 'desc', limit: recentShown } }),
  )
  const rows = query.data?.rows ?? []
  return (
    <Panel title={t('desk.recent')} aside={<Link to="/appeals">{t('desk.all')}</Link>}>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <EmptyState title={t('appeals.empty')} />}
      <ul className="needs-tasks">
        {rows.map((row) => (
          <li key={row.id}>
            <Link className="needs-task" to={`/appeals/${row.id}`}>
              <strong>{row.title}</strong>
              <AppealStateTag state={row.state} />
              <span className="tz-second">{row.owner?.name ?? row.enterprise?.name ?? ''}</span>
              <span className="tz-caption">{row.receivedAt !== null && <When at={row.receivedAt} />}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
