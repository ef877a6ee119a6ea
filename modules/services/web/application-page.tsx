import { useQuery } from '@tanstack/react-query'
import { CaseCard, ObjectPage, StateStepper, useLive, useText, type Step } from '@tingzhou/ui'
import { useParams } from 'react-router'
import { api, liveKinds, movedKeys } from './api.ts'
import { ApplicationMaterials } from './application-materials.tsx'
import { AskList } from './ask-list.tsx'
import { CertificateLines } from './certificate-lines.tsx'
import { isEditable } from './counter-application.tsx'
import { DraftEditor } from './draft-editor.tsx'
import { DrawingView } from './drawing-view.tsx'
import { FetchBox } from './fetch-box.tsx'
import { FieldFacts } from './field-facts.tsx'
import { ItemFlow } from './item-flow.tsx'
import { JudgePanel } from './judge-panel.tsx'
import { MoveDrawer } from './move-drawer.tsx'
import { subjectsOf } from './move-subject.ts'
import { MoveVerbs } from './move-verbs.tsx'
import { PackageOpen } from './package-open.tsx'
import { PlaceLines } from './place-lines.tsx'
import { PromiseLines } from './promise-lines.tsx'
import { RequestLines } from './request-list.tsx'
import { ApplicationTag, ResultTag, SyntheticMark } from './tags.tsx'
import { CaseTrail } from './trail.tsx'
import {
  caseClock,
  endStates,
  holdersOf,
  keyed,
  useSay,
  type Application,
  type ApplicationStateName,
  type Texts,
} from './words.ts'

/** One application for officials: whose it is, by when, what comes next, and everything about it. */
export function ApplicationPage() {
  const t = useText('services')
  const say = useSay()
  const { id = '' } = useParams()
  const query = useQuery(api.applications.get.queryOptions({ input: { id } }))
  const trail = useQuery(api.applications.trail.queryOptions({ input: { id } }))
  useLive({ kinds: liveKinds, keys: movedKeys })
  const application = query.data
  if (!application)
    return (
      <ObjectPage
        title={t('application.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  if (isEditable(application)) return <DraftEditor application={application} />
  const subjects = subjectsOf(application, say)
  const [self] = subjects
  const waits = holdersOf(t, application)
  const ended = endStates.includes(application.state)
  return (
    <>
      <ObjectPage
        title={say(application.oneThing.name)}
        {...(application.no === null ? {} : { id: application.no })}
        state={
          <>
            <ApplicationTag state={application.state} />
            <ResultTag result={application.result} />
            <SyntheticMark when={application.synthetic} />
          </>
        }
        primary={self && <MoveVerbs subject={self} />}
        strip={
          <CaseCard
            owner={waits.length > 0 ? { name: waits.join(t('list_comma')) } : null}
            clock={{
              ...caseClock(application.state === 'running' ? application.clockJoint : application.clock, ended),
              reason: t(application.state === 'running' ? 'clock.joint' : 'clock.check'),
            }}
            next={keyed(t, 'step', application.nextStep, t(`next.${application.state}`))}
          />
        }
        facts={factsOf(t, application)}
        steps={<StateStepper steps={stepsOf(t, application)} />}
        tabs={[
          { key: 'items', label: t('tab.items'), children: <Items application={application} /> },
          { key: 'form', label: t('tab.form'), children: <FieldFacts application={application} /> },
          {
            key: 'materials',
            label: t('tab.materials'),
            children: (
              <>
                <ApplicationMaterials materials={application.materials} />
                {application.state === 'check' && <JudgePanel kind="application" {...application} />}
              </>
            ),
          },
          { key: 'lists', label: t('tab.lists'), children: <Lists application={application} /> },
          { key: 'process', label: t('tab.process'), children: <Process id={id} /> },
          { key: 'requests', label: t('tab.requests'), children: <RequestLines applicationId={id} /> },
        ]}
        // Whoever checks an application looks at its materials.
        firstTab={application.state === 'check' ? 'materials' : 'items'}
        trail={<CaseTrail query={trail} states="state" />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        <FetchBox applicationId={application.id} state={application.state} />
        <PromiseLines application={application} subjects={subjects} />
      </ObjectPage>
      <MoveDrawer subjects={subjects} />
    </>
  )
}

function Process({ id }: { readonly id: string }) {
  return <DrawingView query={useQuery(api.applications.process.queryOptions({ input: { id } }))} />
}

function Items({ application }: { readonly application: Application }) {
  const t = useText('services')
  return (
    <>
      <ItemFlow items={application.itemCases} link />
      <PlaceLines application={application} link />
      <h3>{t('certificate.title')}</h3>
      <CertificateLines certificates={application.certificates} />
      <PackageOpen application={application} />
    </>
  )
}

/** Corrections and supplements: what was asked, when, and what came back. */
function Lists({ application }: { readonly application: Application }) {
  const t = useText('services')
  const say = useSay()
  if (application.corrections.length + application.supplements.length === 0)
    return <p className="tz-second">{t('lists.none')}</p>
  return (
    <>
      {application.corrections.map((correction) => (
        <section key={correction.round}>
          <h3>{t('correction.title', { round: correction.round })}</h3>
          <p className="tz-second">{correction.by}</p>
          <AskList asks={correction.asks} plan={application.plan} />
          {correction.headReason && <p>{t('correction.head_reason', { reason: correction.headReason })}</p>}
          <p className="tz-caption">{t(correction.answeredAt === null ? 'lists.waits' : 'lists.answered')}</p>
        </section>
      ))}
      {application.supplements.map((supplement) => (
        <section key={supplement.id}>
          <h3>{t('supplement.of_day', { day: supplement.day })}</h3>
          <ol className="services-asks">
            {supplement.asks.map((ask) => (
              <li key={`${ask.itemCaseId} ${ask.words}`}>
                {ask.words}
                <span className="tz-caption services-under">
                  {ask.department.name} · {say(ask.item)}
                </span>
              </li>
            ))}
          </ol>
          {supplement.words && <q>{supplement.words}</q>}
          <p className="tz-caption">{t(`supplement_state.${supplement.state}`)}</p>
        </section>
      ))}
    </>
  )
}

const factsOf = (t: Texts, application: Application) => [
  { label: t('column.applicant'), value: application.applicant.name },
  { label: t('column.mode'), value: t(`mode.${application.mode}`) },
  {
    label: t('column.acceptance'),
    value: application.acceptance === null ? '–' : t(`acceptance.${application.acceptance}`),
  },
  {
    label: t('progress.days'),
    value:
      application.clockJoint && application.sumDays !== null
        ? t('progress.joint_sum', { days: application.clockJoint.days, sum: application.sumDays })
        : t('days_n', { count: application.plan.clock.days }),
  },
  { label: t('send.delivery'), value: t(`delivery.${application.deliverBy}`) },
  { label: t('column.version'), value: `${application.oneThing.code} v${application.oneThing.version}` },
  ...(application.rating === null ? [] : [{ label: t('column.rating'), value: t(`rating.${application.rating}`) }]),
  ...(application.refusal
    ? [
        {
          label: t('column.reason'),
          value: `${application.refusal.reason} ${t('refusal.basis', { basis: application.refusal.basis })}`,
        },
      ]
    : []),
]

const way: readonly ApplicationStateName[] = ['draft', 'check', 'running', 'concluded', 'delivered', 'archived']

/** The main way, and where it left it. */
function stepsOf(t: Texts, { state }: Application): readonly Step[] {
  if (state === 'not_accepted' || state === 'withdrawn')
    return [
      { key: 'draft', label: t('state.draft'), state: 'done' },
      { key: state, label: t(`state.${state}`), state: 'stopped' },
    ]
  const at = way.indexOf(state === 'correction' ? 'check' : state)
  return way.map((name, index) => ({
    key: name,
    label: t(`state.${name === 'check' && state === 'correction' ? 'correction' : name}`),
    state: index < at || state === 'archived' ? 'done' : index === at ? 'now' : 'later',
  }))
}
