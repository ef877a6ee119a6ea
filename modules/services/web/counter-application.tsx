import { useQuery } from '@tanstack/react-query'
import {
  ClockText,
  CopyId,
  FactList,
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
  When,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api, liveKinds, movedKeys } from './api.ts'
import { CertificateLines } from './certificate-lines.tsx'
import { DraftEditor } from './draft-editor.tsx'
import { FetchBox } from './fetch-box.tsx'
import { FieldFacts } from './field-facts.tsx'
import { ItemFlow } from './item-flow.tsx'
import { MoveDrawer } from './move-drawer.tsx'
import { subjectsOf } from './move-subject.ts'
import { MoveVerbs } from './move-verbs.tsx'
import { PlaceLines } from './place-lines.tsx'
import { PromiseLines } from './promise-lines.tsx'
import { Story } from './story.tsx'
import { SupplementBox } from './supplement-box.tsx'
import { UrgeItems } from './urge-items.tsx'
import { ApplicationTag, ResultTag, SyntheticMark } from './tags.tsx'
import { caseClock, endStates, holdersOf, useSay, type Application } from './words.ts'

/** One application as its applicant sees it: written while it is a draft, followed after it was sent. */
export function CounterApplication() {
  const t = useText('services')
  const { id = '' } = useParams()
  const query = useQuery(api.applications.get.queryOptions({ input: { id } }))
  useLive({ kinds: liveKinds, keys: movedKeys })
  const late = useLate(query.isPending)
  const application = query.data
  if (!application) {
    if (query.error && isNowhere(query.error)) return <NotFound />
    if (query.error && toProblem(query.error).status === 403) return <NoRights />
    return (
      <div className="services-counter">
        {late && <SkeletonLines lines={8} />}
        <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  if (isEditable(application)) return <DraftEditor application={application} />
  return (
    <>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      <Progress application={application} title={t('progress.title')} />
    </>
  )
}

/** Whether the reader writes in it now: a draft, or a correction that is theirs to answer. */
export function isEditable({ state, moves }: Pick<Application, 'state' | 'moves'>): boolean {
  if (state === 'draft') return true
  return (
    state === 'correction' &&
    moves.some(({ move, allowed, reason }) => move === 'corrected' && (allowed || reason === 'incomplete'))
  )
}

function Progress({ application, title }: { readonly application: Application; readonly title: string }) {
  const t = useText('services')
  const say = useSay()
  const name = say(application.oneThing.name)
  usePageTitle(`${name} · ${title}`)
  const subjects = subjectsOf(application, say)
  const [self] = subjects
  const open = application.supplements.filter(({ state }) => state === 'open')
  return (
    <div className="services-counter">
      <header className="services-head">
        <div>
          <h1 tabIndex={-1}>{name}</h1>
          <p className="services-line">
            {application.no && <CopyId value={application.no} />}
            <ApplicationTag state={application.state} />
            <ResultTag result={application.result} />
            <SyntheticMark when={application.synthetic} />
          </p>
        </div>
      </header>
      <Now application={application}>{self && <MoveVerbs subject={self} size="large" possibleOnly />}</Now>
      {open.map((supplement) => (
        <SupplementBox key={supplement.id} supplement={supplement} application={application} />
      ))}
      <FetchBox applicationId={application.id} state={application.state} />
      <PromiseLines application={application} subjects={subjects} possibleOnly />
      {application.certificates.length > 0 && (
        <section className="tz-panel">
          <h2>{t('certificate.title')}</h2>
          <CertificateLines certificates={application.certificates} />
        </section>
      )}
      <section className="tz-panel">
        <h2>{t('plan.items')}</h2>
        <ItemFlow items={application.itemCases} link={false} />
        <PlaceLines application={application} link={false} />
      </section>
      <UrgeItems application={application} />
      <Rated application={application} />
      <section className="tz-panel">
        <h2>{t('progress.story')}</h2>
        <Story application={application} />
      </section>
      <details className="tz-panel services-details">
        <summary>{t('progress.what_i_gave')}</summary>
        <FieldFacts application={application} />
      </details>
      <MoveDrawer subjects={subjects} />
    </div>
  )
}

/** Where it is, who has it, by when. */
function Now({ application, children }: { readonly application: Application; readonly children: React.ReactNode }) {
  const t = useText('services')
  const ended = endStates.includes(application.state) || application.state === 'concluded'
  const clock = application.state === 'running' ? application.clockJoint : application.clock
  const owes = application.supplements.some(({ state }) => state === 'open')
  return (
    <section className="services-now" aria-label={t('progress.now')}>
      <p className="services-now-line">{t(`plain.${owes ? 'supplement' : application.state}`)}</p>
      {application.refusal && (
        <p>
          {application.refusal.reason}{' '}
          <span className="tz-second">{t('refusal.basis', { basis: application.refusal.basis })}</span>
        </p>
      )}
      <FactList
        facts={[
          {
            label: t('progress.has_it'),
            value: owes ? t('progress.you') : holdersOf(t, application).join(t('list_comma')) || '–',
          },
          {
            label: t('progress.left'),
            value: <ClockText clock={caseClock(clock, ended)} />,
          },
          ...(clock?.dueAt ? [{ label: t('progress.due'), value: <When at={clock.dueAt} /> }] : []),
          {
            label: t('progress.days'),
            value:
              application.clockJoint && application.sumDays !== null
                ? t('progress.joint_sum', { days: application.clockJoint.days, sum: application.sumDays })
                : t('days_n', { count: application.plan.clock.days }),
          },
          ...(application.items.all > 0
            ? [{ label: t('progress.items'), value: t('progress.items_n', application.items) }]
            : []),
        ]}
      />
      <div className="services-now-verbs">{children}</div>
    </section>
  )
}

function Rated({ application }: { readonly application: Application }) {
  const t = useText('services')
  if (application.rating === null) return null
  return (
    <section className="tz-panel">
      <h2>{t('rating.title')}</h2>
      <p>
        {t(`rating.${application.rating}`)} {application.ratingWords && <q>{application.ratingWords}</q>}
      </p>
      {application.followUpId && (
        <p>
          <Link to={`/counter/needs/${application.followUpId}`}>{t('rating.follow_up')}</Link>
        </p>
      )}
    </section>
  )
}
