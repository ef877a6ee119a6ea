import { useQuery } from '@tanstack/react-query'
import { CaseCard, EmptyState, ObjectPage, StateStepper, toProblem, useLive, useText, VerbButton } from '@tingzhou/ui'
import { useParams } from 'react-router'
import { api } from './api.ts'
import { AppealContent, appealFacts } from './appeal-content.tsx'
import { AppealFamily } from './appeal-family.tsx'
import { AppealProcess } from './appeal-process.tsx'
import { appealSteps } from './appeal-steps.ts'
import { AppealTrail } from './appeal-trail.tsx'
import { AppealWork } from './appeal-work.tsx'
import { useCategories } from './catalogue.ts'
import { MoveDrawer } from './move-drawer.tsx'
import { MoveVerbs } from './move-verbs.tsx'
import { AppealStateTag, ClassTag, SupervisionTag, SyntheticMark } from './tags.tsx'
import { caseClock, keyed, type Detail, type Texts } from './words.ts'

/** One appeal: whose it is, by when, what comes next, and everything that was done. */
export function AppealPage() {
  const t = useText('needs')
  const { id = '' } = useParams()
  const { labelOf } = useCategories()
  const query = useQuery(api.appeals.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['appeal'], objectId: id, keys: [api.appeals.key()] })
  const appeal = query.data

  if (!appeal)
    return (
      <ObjectPage
        title={t('appeal.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  if (query.error && toProblem(query.error).status === 404) return <GoneOn />
  const active = appeal.orders.at(-1)
  return (
    <>
      <ObjectPage
        title={appeal.title}
        {...(appeal.no === null ? {} : { id: appeal.no })}
        state={<Marks appeal={appeal} />}
        primary={<MoveVerbs appeal={appeal} />}
        strip={
          <CaseCard
            owner={appeal.owner && { name: appeal.owner.name, person: active?.assignee?.name ?? null }}
            clock={{
              ...caseClock(appeal),
              originalDueAt: appeal.clock?.kind === 'result' ? active?.originalDueResultAt : null,
              reason: clockReason(t, appeal),
            }}
            next={<NextStep appeal={appeal} />}
          />
        }
        facts={appealFacts(t, appeal, labelOf)}
        steps={<StateStepper steps={appealSteps(appeal, t)} />}
        // Until somebody has worked on it, what is asked is what there is to read.
        firstTab={appeal.orders.length === 0 ? 'text' : 'work'}
        tabs={[
          { key: 'work', label: t('tab.work'), children: <AppealWork appeal={appeal} /> },
          { key: 'text', label: t('tab.text'), children: <AppealContent appeal={appeal} /> },
          { key: 'process', label: t('tab.process'), children: <AppealProcess appeal={appeal} /> },
          { key: 'family', label: t('tab.family'), children: <AppealFamily appeal={appeal} /> },
        ]}
        trail={<AppealTrail appealId={appeal.id} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <MoveDrawer appeal={appeal} />
    </>
  )
}

/** What the reader just did took the appeal out of their reach, as a callback that found it not solved. */
function GoneOn() {
  const t = useText('needs')
  return (
    <div className="tz-page">
      <EmptyState
        title={t('appeal.gone_on')}
        text={t('appeal.gone_on_text')}
        verb={
          <VerbButton type="primary" href="/desk">
            {t('nav.desk')}
          </VerbButton>
        }
      />
    </div>
  )
}

function Marks({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  return (
    <>
      <AppealStateTag state={appeal.state} />
      <ClassTag value={appeal.class} />
      <SupervisionTag level={appeal.supervisionLevel} />
      {appeal.reopenCount > 0 && <span className="needs-mark">{t('work.reopened', { n: appeal.reopenCount })}</span>}
      {appeal.sensitive && <span className="needs-mark">{t('sensitive')}</span>}
      <SyntheticMark when={appeal.synthetic} />
    </>
  )
}

/** Which clock it is; why it stands still. */
function clockReason(t: Texts, appeal: Detail): string | null {
  if (!appeal.clock) return null
  if (!appeal.clock.paused) return t(`clock.${appeal.clock.kind}`)
  return keyed(t, 'segment', appeal.segments.findLast(({ kind }) => kind === 'paused')?.reason ?? null, t('clock.wait'))
}

/** What happens next and who must do it. */
export function NextStep({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const step = keyed(t, 'step', appeal.nextStep, t(`state_next.${appeal.state}`))
  const who = appeal.waitingFor.map(({ id, name }) => keyed(t, 'role', id, name))
  return (
    <>
      {step}
      {who.length > 0 && <span className="tz-second"> · {who.join(t('list_comma'))}</span>}
    </>
  )
}
