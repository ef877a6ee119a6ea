import { useInfiniteQuery } from '@tanstack/react-query'
import {
  ClockText,
  EmptyState,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useLive,
  usePageTitle,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { api, liveKinds } from './api.ts'
import { ApplicationTag, ResultTag, SyntheticMark } from './tags.tsx'
import { caseClock, endStates, useSay, type ApplicationLine } from './words.ts'

type Shelf = 'mine' | 'open' | 'done'
const shelves: readonly Shelf[] = ['mine', 'open', 'done']

/** What waits for the applicant, what is under way, what is done. Pure. */
export function shelfOf(row: Pick<ApplicationLine, 'state' | 'supplementOpen' | 'rating'>): Shelf {
  if (row.state === 'draft' || row.state === 'correction' || row.supplementOpen) return 'mine'
  if (row.state === 'delivered' && row.rating === null) return 'mine'
  return endStates.includes(row.state) ? 'done' : 'open'
}

/** 我的办件. */
export function CounterList() {
  const t = useText('services')
  usePageTitle(t('mine.title'))
  const query = useInfiniteQuery(
    api.applications.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ mine: true, limit: 50, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  )
  useLive({ kinds: liveKinds, keys: [api.applications.key()] })
  const late = useLate(query.isPending)
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <div className="services-counter">
      <header className="services-head">
        <h1 tabIndex={-1}>{t('mine.title')}</h1>
        <VerbButton type="primary" size="large" href="/counter/services">
          {t('verb.new')}
        </VerbButton>
      </header>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={6} />}
      {query.data && rows.length === 0 && <EmptyState title={t('mine.empty')} text={t('mine.empty_text')} />}
      {shelves.map((shelf) => {
        const own = rows.filter((row) => shelfOf(row) === shelf)
        if (own.length === 0) return null
        return (
          <section key={shelf}>
            <h2>
              {t(`mine.${shelf}`)} <span className="tz-second tz-number">{own.length}</span>
            </h2>
            <ul className="services-cards">
              {own.map((row) => (
                <li key={row.id}>
                  <ApplicationCard row={row} />
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      {query.hasNextPage && (
        <VerbButton block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('verb.load_more')}
        </VerbButton>
      )}
    </div>
  )
}

function ApplicationCard({ row }: { readonly row: ApplicationLine }) {
  const t = useText('services')
  const say = useSay()
  const ended = endStates.includes(row.state)
  return (
    <Link className="services-card" to={`/counter/applications/${row.id}`}>
      <span className="services-card-head">
        <strong>{say(row.oneThing.name)}</strong>
        <ApplicationTag state={row.state} />
      </span>
      <span>{t(row.supplementOpen ? 'plain.supplement' : `plain.${row.state}`)}</span>
      <span className="services-line">
        {row.items.all > 0 && <span>{t('progress.items_n', row.items)}</span>}
        {!ended && row.clock && <ClockText clock={caseClock(row.clock, false)} />}
        <ResultTag result={row.result} />
      </span>
      <span className="tz-caption">
        {row.no ?? t('draft_mark')} · {row.applicant.name}
        {row.receivedAt !== null && (
          <>
            {' · '}
            <When at={row.receivedAt} />
          </>
        )}
      </span>
      <SyntheticMark when={row.synthetic} />
    </Link>
  )
}
