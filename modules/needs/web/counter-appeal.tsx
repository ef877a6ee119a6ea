import { useQuery } from '@tanstack/react-query'
import {
  ClockText,
  CopyId,
  isNowhere,
  NoRights,
  NotFound,
  ProblemAlert,
  SkeletonLines,
  toProblem,
  useLate,
  useLive,
  usePageTitle,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { useParams, useSearchParams } from 'react-router'
import { api, makeMove } from './api.ts'
import { AppealContent } from './appeal-content.tsx'
import { Replies } from './appeal-replies.tsx'
import { verbText } from './appeal-trail.tsx'
import { plainNow } from './counter-home.tsx'
import { withMove } from './move-address.ts'
import { MoveDrawer } from './move-drawer.tsx'
import { offersOf, primaryMove, reasonText, sortMoves, type Offer } from './move-verbs.tsx'
import { AppealStateTag, SyntheticMark } from './tags.tsx'
import { useCommand } from '@tingzhou/ui'
import { caseClock, type Detail } from './words.ts'

/** One need as its enterprise sees it: where it is, who has it, by when, and every step in plain words. */
export function CounterAppeal() {
  const t = useText('needs')
  const { id = '' } = useParams()
  const query = useQuery(api.appeals.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['appeal'], objectId: id, keys: [api.appeals.key()] })
  usePageTitle(query.data?.title ?? t('appeal.title'))
  const late = useLate(query.isPending)
  const appeal = query.data
  if (!appeal) {
    const status = query.error ? toProblem(query.error).status : 0
    if (query.error && isNowhere(query.error)) return <NotFound />
    if (status === 403) return <NoRights />
    return (
      <div className="needs-counter">
        {late && <SkeletonLines lines={8} />}
        <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  return (
    <div className="needs-counter">
      <header className="needs-counter-head">
        <div>
          <h1 tabIndex={-1}>{appeal.title}</h1>
          <p className="needs-help-line">
            {appeal.no && <CopyId value={appeal.no} />}
            <AppealStateTag state={appeal.state} />
            <SyntheticMark when={appeal.synthetic} />
          </p>
        </div>
      </header>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      <Now appeal={appeal} />
      {appeal.replies.length > 0 && (
        <section className="needs-panel">
          <Replies appeal={appeal} />
        </section>
      )}
      <Story appealId={appeal.id} />
      <section className="needs-panel">
        <h2>{t('counter.what_i_said')}</h2>
        <AppealContent appeal={appeal} />
      </section>
      <MoveDrawer appeal={appeal} />
    </div>
  )
}

/** Where it is now, by when, and what the enterprise can do. */
function Now({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const clock = caseClock(appeal)
  return (
    <section className="needs-now" aria-label={t('counter.now')}>
      <p className="needs-now-line">{plainNow(t, appeal)}</p>
      <dl className="tz-facts">
        <div>
          <dt>{t('column.owner')}</dt>
          <dd>{appeal.owner?.name ?? t('owner_none')}</dd>
        </div>
        <div>
          <dt>{t('column.clock')}</dt>
          <dd>
            {appeal.clock && (
              <>
                <When at={appeal.clock.dueAt} />{' '}
              </>
            )}
            <ClockText clock={clock} />
          </dd>
        </div>
        {appeal.closingNo !== null && (
          <div>
            <dt>{t('column.closing_no')}</dt>
            <dd>{appeal.closingNo}</dd>
          </div>
        )}
        {appeal.rating !== null && (
          <div>
            <dt>{t('column.rating')}</dt>
            <dd>{t(`rating.${appeal.rating}`)}</dd>
          </div>
        )}
      </dl>
      {appeal.state === 'waiting' && appeal.question !== null && (
        <blockquote className="needs-quote needs-prose">{appeal.question}</blockquote>
      )}
      <NowVerbs appeal={appeal} />
    </section>
  )
}

/** What an enterprise can do with its need; everything else is the work of officials. */
const applicantMoves: ReadonlySet<string> = new Set(['submit', 'supplement', 'rate', 'review', 'urge', 'withdraw'])

/** The verbs of the enterprise, side by side; those not possible now say why. */
function NowVerbs({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const [, setQuery] = useSearchParams()
  const submit = useCommand({ run: makeMove, invalidate: [api.appeals.key()], success: t('done.submit') })
  // What does not fit the state at all would only be in the way on a phone.
  const offers = offersOf(appeal).filter(
    ({ move, allowed, reason }) => applicantMoves.has(move) && (allowed || reason !== 'not_in_state'),
  )
  const primary = primaryMove(offers, appeal.rating !== null)
  const press = ({ move, subjectId }: Offer) => {
    if (move === 'submit') void submit.run({ id: appeal.id, move: { move, rev: appeal.rev } })
    else setQuery((now) => withMove(now, { do: move, subject: subjectId }))
  }
  const shown = sortMoves(offers)
  if (shown.length === 0) return null
  return (
    <div className="needs-now-verbs">
      {shown.map((offer) => (
        <VerbButton
          key={`${offer.move} ${offer.subjectId ?? ''}`}
          size="large"
          type={offer === primary ? 'primary' : 'default'}
          reason={reasonText(t, offer)}
          loading={offer.move === 'submit' && submit.pending}
          onClick={() => press(offer)}
        >
          {t(`move.${offer.move}`)}
        </VerbButton>
      ))}
    </div>
  )
}

/** Each step in plain words, the newest on top. */
function Story({ appealId }: { readonly appealId: string }) {
  const t = useText('needs')
  const query = useQuery(api.appeals.trail.queryOptions({ input: { id: appealId } }))
  const rows = (query.data?.rows ?? []).toReversed()
  return (
    <section className="needs-panel">
      <h2>{t('counter.story')}</h2>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <p className="tz-second">{t('counter.no_story')}</p>}
      <ol className="needs-story">
        {rows.map((entry) => (
          <li key={entry.seq}>
            <p>
              <strong>{verbText(t, entry.verb)}</strong>
            </p>
            <p className="tz-second">
              {entry.actor} · <When at={entry.at} />
            </p>
            {entry.reason && <p>{entry.reason}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}
