import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  Figure,
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
} from '@tingzhou/ui'
import { Link, useSearchParams } from 'react-router'
import { api, liveKinds, movedKeys } from './api.ts'
import { withMove, readMove } from './move-address.ts'
import { MoveDrawer } from './move-drawer.tsx'
import { subjectsOf } from './move-subject.ts'
import { PackageShelves } from './package-shelves.tsx'
import { atWindow } from './roles.ts'
import { ApplicationTag, ClockDue, SyntheticMark } from './tags.tsx'
import { useMove } from './use-move.ts'
import { VisitPanel } from './visit-panel.tsx'
import { caseClock, endStates, useSay, type ApplicationLine, type ApplicationStateName } from './words.ts'

const shownMax = 100

/** What a window may have to do with an application, by the state that it waits in. */
const shelves: readonly { readonly key: string; readonly states: readonly ApplicationStateName[] }[] = [
  { key: 'check', states: ['check'] },
  { key: 'deliver', states: ['concluded'] },
  { key: 'other', states: ['running', 'correction', 'draft'] },
]

/** 窗口: who stands here, what waits, and the verbs for each. */
export function WindowBoard() {
  const t = useText('services')
  const me = useMe()
  const query = useQuery(api.applications.list.queryOptions({ input: { waiting: true, limit: shownMax } }))
  const counts = useQuery(api.applications.counts.queryOptions())
  useLive({ kinds: liveKinds, keys: movedKeys })
  const late = useLate(query.isPending)
  const rows = query.data?.rows ?? []
  return (
    <Page
      title={t('window.title')}
      primary={
        <VerbButton type="primary" href="/services" reason={atWindow(me) ? null : t('reason.window_only')}>
          {t('verb.take_in')}
        </VerbButton>
      }
    >
      <VisitPanel />
      <div className="tz-figures">
        {(['waiting', 'overdue'] as const).map((key) => (
          <Figure
            key={key}
            label={t(`view.${key}`)}
            value={counts.data?.[key] ?? null}
            unit={t('unit.cases')}
            date={counts.dataUpdatedAt ? formatTimeFull(counts.dataUpdatedAt) : '–'}
            basis={t(`figure_basis.${key}`)}
            source={t('figure_source')}
            href={`/applications?${key}=true`}
            tone={key === 'overdue' && (counts.data?.overdue ?? 0) > 0 ? 'bad' : 'plain'}
          />
        ))}
      </div>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {query.data && rows.length === 0 && <EmptyState title={t('window.empty')} text={t('window.empty_text')} />}
      {shelves.map(({ key, states }) => {
        const own = rows.filter(({ state }) => states.includes(state))
        if (own.length === 0) return null
        return (
          <Panel key={key} title={t(`window.${key}`)} aside={<span className="tz-second tz-number">{own.length}</span>}>
            <ul className="services-rows">
              {own.map((row) => (
                <li key={row.id}>
                  <WaitingRow row={row} />
                </li>
              ))}
            </ul>
          </Panel>
        )
      })}
      <PackageShelves />
      <OpenMove />
    </Page>
  )
}

const verbsOf: Readonly<Partial<Record<ApplicationStateName, readonly string[]>>> = {
  check: ['ask_correction', 'refuse'],
  concluded: ['deliver'],
}

function WaitingRow({ row }: { readonly row: ApplicationLine }) {
  const t = useText('services')
  const say = useSay()
  const [, setQuery] = useSearchParams()
  const accept = useMove(t('did_it', { verb: t('move.application.accept') }))
  const clock = caseClock(row.clock, endStates.includes(row.state))
  const open = (move: string) => setQuery((now) => withMove(now, { move, on: row.id }))
  return (
    <div className="services-row">
      <span className="services-row-what">
        <Link to={`/applications/${row.id}`}>{say(row.oneThing.name)}</Link>
        <span className="tz-caption services-under">
          <span className="tz-mono">{row.no ?? t('draft_mark')}</span> · {row.applicant.name} · {t(`mode.${row.mode}`)}{' '}
          <SyntheticMark when={row.synthetic} />
        </span>
      </span>
      <ApplicationTag state={row.state} />
      {clock.state === 'none' ? <span /> : <ClockDue clock={clock} />}
      <span className="services-verbs">
        {(verbsOf[row.state] ?? []).map((move) => (
          <VerbButton key={move} size="small" onClick={() => open(move)}>
            {t(`move.application.${move}`)}
          </VerbButton>
        ))}
        {row.state === 'check' && row.promised && (
          <VerbButton size="small" type="primary" onClick={() => open('accept_tolerant')}>
            {t('move.application.accept_tolerant')}
          </VerbButton>
        )}
        {row.state === 'check' && !row.promised && (
          <VerbButton
            size="small"
            type="primary"
            loading={accept.pending}
            onClick={() =>
              void accept.run({ kind: 'application', id: row.id, move: { move: 'accept', rev: row.rev, words: '' } })
            }
          >
            {t('move.application.accept')}
          </VerbButton>
        )}
        {verbsOf[row.state] === undefined && (
          <VerbButton size="small" href={`/applications/${row.id}`}>
            {t('verb.open')}
          </VerbButton>
        )}
      </span>
    </div>
  )
}

/** The form that the address names, on the whole application, which is only asked for then. */
function OpenMove() {
  const say = useSay()
  const [query] = useSearchParams()
  const address = readMove(query)
  const { data } = useQuery({
    ...api.applications.get.queryOptions({ input: { id: address?.on ?? '' } }),
    enabled: address !== null,
  })
  return <MoveDrawer subjects={data && data.id === address?.on ? subjectsOf(data, say) : []} />
}
