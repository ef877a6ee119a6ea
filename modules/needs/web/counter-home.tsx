import { useInfiniteQuery } from '@tanstack/react-query'
import {
  Due,
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
import { api } from './api.ts'
import { AppealStateTag } from './tags.tsx'
import { caseClock, endStates, type Row, type Texts } from './words.ts'

/** What asks for the enterprise itself, what is under way, what is done. */
export type Shelf = 'mine' | 'open' | 'done'

export function shelfOf(row: Row): Shelf {
  if (row.state === 'waiting' || row.state === 'draft') return 'mine'
  return endStates.includes(row.state) ? 'done' : 'open'
}

const shelves: readonly Shelf[] = ['mine', 'open', 'done']

/** An enterprise's own needs, those that wait for it on top. */
export function CounterHome() {
  const t = useText('needs')
  usePageTitle(t('counter.title'))
  const query = useInfiniteQuery(
    api.appeals.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ sort: 'updatedAt', limit: 50, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  )
  useLive({ kinds: ['appeal'], keys: [api.appeals.key()] })
  const late = useLate(query.isPending)
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <div className="needs-counter">
      <header className="needs-counter-head">
        <h1 tabIndex={-1}>{t('counter.title')}</h1>
        <VerbButton type="primary" size="large" href="/counter/raise">
          {t('verb.raise')}
        </VerbButton>
      </header>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={6} />}
      {query.data && rows.length === 0 && <EmptyState title={t('counter.empty')} text={t('counter.empty_text')} />}
      {shelves.map((shelf) => (
        <ShelfCards key={shelf} shelf={shelf} rows={rows.filter((row) => shelfOf(row) === shelf)} />
      ))}
      {query.hasNextPage && (
        <VerbButton block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('counter.more')}
        </VerbButton>
      )}
    </div>
  )
}

function ShelfCards({ shelf, rows }: { readonly shelf: Shelf; readonly rows: readonly Row[] }) {
  const t = useText('needs')
  if (rows.length === 0) return null
  return (
    <section className="needs-group">
      <h2>
        {t(`counter.shelf.${shelf}`)} <span className="tz-second tz-number">{rows.length}</span>
      </h2>
      <ul className="needs-cards">
        {rows.map((row) => (
          <li key={row.id}>
            <NeedCard row={row} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function NeedCard({ row }: { readonly row: Row }) {
  const t = useText('needs')
  const clock = caseClock(row)
  return (
    <Link className="needs-card" to={`/counter/needs/${row.id}`}>
      <span className="needs-card-head">
        <strong>{row.title}</strong>
        <AppealStateTag state={row.state} />
      </span>
      <p>{plainNow(t, row)}</p>
      {row.clock && clock.state === 'running' && (
        <p>
          <Due at={row.clock.dueAt} leftSeconds={clock.leftSeconds} basis={clock.basis} />
        </p>
      )}
      <p className="tz-caption">
        <span className="tz-mono">{row.no ?? t('draft_mark')}</span>
        {row.receivedAt !== null && (
          <>
            {' · '}
            <When at={row.receivedAt} />
          </>
        )}
      </p>
    </Link>
  )
}

/** Where it is now, in a sentence that names who has it. */
export function plainNow(t: Texts, appeal: Pick<Row, 'state' | 'owner'>): string {
  return t(`plain.${appeal.state}`, { owner: appeal.owner?.name ?? t('plain.nobody') })
}
