import { useQuery } from '@tanstack/react-query'
import { CaseCard, CopyId, FactList, ObjectPage, Panel, StateTag, useLive, useText, When } from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import type { OneThing } from '../one-thing.ts'
import { api, liveKinds, movedKeys } from './api.ts'
import { DeskPanel, UrgePanel } from './desk-panel.tsx'
import { DrawingView } from './drawing-view.tsx'
import { answerText, fieldText } from './field-facts.tsx'
import { JudgePanel } from './judge-panel.tsx'
import { MoveDrawer } from './move-drawer.tsx'
import { itemSubject } from './move-subject.ts'
import { MoveVerbs } from './move-verbs.tsx'
import { sourceText } from './source-name.tsx'
import { ItemTag, Mark } from './tags.tsx'
import { CaseTrail, didText } from './trail.tsx'
import {
  caseClock,
  decidedStates,
  keyed,
  shownValue,
  useSay,
  whyText,
  type Decided,
  type ItemCase,
  type Say,
  type Texts,
} from './words.ts'

/** 审查: everything that a reviewer needs for one item, on one page. */
export function ItemPage() {
  const t = useText('services')
  const say = useSay()
  const { id = '' } = useParams()
  const query = useQuery(api.items.get.queryOptions({ input: { id } }))
  const trail = useQuery(api.items.trail.queryOptions({ input: { id } }))
  useLive({ kinds: liveKinds, keys: movedKeys })
  const item = query.data
  if (!item)
    return (
      <ObjectPage
        title={t('item.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const subject = itemSubject(item, say)
  return (
    <>
      <ObjectPage
        title={say(item.name)}
        {...(item.applicationNo === null ? {} : { id: item.applicationNo })}
        state={
          <>
            <ItemTag state={item.state} />
            {item.automatic && <Mark>{t('items.automatic')}</Mark>}
            {item.suspendedAt !== null && <StateTag tone="attention">{t('desk.suspended')}</StateTag>}
            {item.urgedAt !== null && <Mark>{t('urge.mark')}</Mark>}
            {item.supervised && <StateTag tone="attention">{t('items.supervised')}</StateTag>}
          </>
        }
        primary={<MoveVerbs subject={subject} />}
        strip={
          <CaseCard
            owner={{ name: item.department.name, person: item.assignee?.name ?? null }}
            clock={caseClock(item.clock, decidedStates.includes(item.state))}
            next={keyed(t, 'step', item.nextStep, t(`item_next.${item.state}`))}
          />
        }
        facts={[
          { label: t('column.applicant'), value: item.applicant.name },
          {
            label: t('application.title'),
            value: <Link to={`/applications/${item.applicationId}`}>{say(item.oneThing.name)}</Link>,
          },
          { label: t('column.code'), value: <span className="tz-mono">{item.code}</span> },
          { label: t('column.days'), value: item.clock ? t('days_n', { count: item.clock.days }) : '–' },
          ...(item.basis ? [{ label: t('field.basis'), value: item.basis }] : []),
          ...(item.reason ? [{ label: t('column.reason'), value: whyText(t, say, item.reason, item.because) }] : []),
          ...(item.certificateNo ? [{ label: t('certificate.no'), value: <CopyId value={item.certificateNo} /> }] : []),
        ]}
        trail={<CaseTrail query={trail} states="item_state" />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        <DeskPanel item={item} />
        {item.decision && <DecisionPanel item={item} decision={item.decision} />}
        <FieldPanel item={item} />
        <JudgePanel kind="item" {...item} />
        <SpecialPanel item={item} />
        <UrgePanel item={item} />
        <AskPanel item={item} />
        <OpinionPanel item={item} />
        <details className="tz-panel services-details">
          <summary>{t('tab.process')}</summary>
          <ItemDrawing id={id} />
        </details>
      </ObjectPage>
      <MoveDrawer subjects={[subject]} />
    </>
  )
}

function ItemDrawing({ id }: { readonly id: string }) {
  return <DrawingView query={useQuery(api.items.process.queryOptions({ input: { id } }))} />
}

/** A case holds codes; the guide of its one-thing knows their names. */
function useGuide({ oneThing }: ItemCase): OneThing | undefined {
  return useQuery(api.catalogue.guide.queryOptions({ input: { code: oneThing.code } })).data?.body
}

/** Each field with where it comes from. */
function FieldPanel({ item }: { readonly item: ItemCase }) {
  const t = useText('services')
  const say = useSay()
  const known = new Map((useGuide(item)?.fields ?? []).map((field) => [field.code, field]))
  const shown = (code: string, value: unknown) => {
    const field = known.get(code)
    return field ? fieldText(t, say, field, value) : shownValue(t, value)
  }
  return (
    <Panel title={t('tab.form')}>
      {item.fields.length === 0 ? (
        <p className="tz-second">{t('item.no_fields')}</p>
      ) : (
        <div className="services-scroll" role="region" tabIndex={0} aria-label={t('tab.form')}>
          <table className="services-table">
            <thead>
              <tr>
                <th>{t('column.field')}</th>
                <th>{t('column.value')}</th>
                <th>{t('column.source')}</th>
              </tr>
            </thead>
            <tbody>
              {item.fields.map((field) => (
                <tr key={field.code}>
                  <td>{say(field.name)}</td>
                  <td>{shown(field.code, field.value)}</td>
                  <td className="tz-second">
                    {field.source === null ? t('item.by_applicant') : sourceText(t, say, field.source)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

/** What rules decided and by what: inputs, the table's version, who answers for it, and what a person thought of it. */
function DecisionPanel({ item, decision }: { readonly item: ItemCase; readonly decision: Decided }) {
  const t = useText('services')
  const say = useSay()
  const guide = useGuide(item)
  const table = guide?.tables.find(({ code }) => code === decision.table)
  return (
    <Panel
      title={t('decision.title')}
      aside={
        <StateTag tone={decision.outcome === 'approve' ? 'good' : 'busy'}>{t(`outcome.${decision.outcome}`)}</StateTag>
      }
    >
      <FactList
        facts={[
          { label: t('decision.at'), value: <When at={decision.at} /> },
          {
            label: t('decision.table'),
            value: table ? say(table.name) : <span className="tz-mono">{decision.table}</span>,
          },
          { label: t('decision.version'), value: <CopyId value={decision.tableVersion} short /> },
          { label: t('decision.evidence'), value: <CopyId value={decision.evidenceHash} short /> },
          { label: t('decision.accountable'), value: decision.accountable?.name ?? '–' },
          { label: t('decision.sampled'), value: t(decision.sampled ? 'yes' : 'no') },
          ...(decision.judgement === null
            ? []
            : [
                {
                  label: t('decision.judged'),
                  value: `${t(`judgement.${decision.judgement}`)} · ${decision.judgedBy ?? ''} · ${decision.judgedReason ?? ''}`,
                },
              ]),
        ]}
      />
      <h3>{t('decision.inputs')}</h3>
      <FactList
        facts={Object.entries(decision.inputs).map(([code, value]) => ({
          label: say(table?.inputs.find((input) => input.code === code)?.name) || code,
          value: inputText(t, say, guide, code, value),
        }))}
      />
    </Panel>
  )
}

/** What a table was told, in the words of the field or the question that it comes from. */
function inputText(t: Texts, say: Say, guide: OneThing | undefined, code: string, value: unknown): string {
  const field = guide?.fields.find((one) => one.code === code)
  if (field) return fieldText(t, say, field, value)
  const question = guide?.questions.find((one) => one.code === code)
  return question ? answerText(t, say, question, value) : shownValue(t, value)
}

function SpecialPanel({ item }: { readonly item: ItemCase }) {
  const t = useText('services')
  const say = useSay()
  if (item.specials.length === 0) return null
  return (
    <Panel title={t('special.title')}>
      <p className="tz-caption">{t('special.own_clock')}</p>
      <ul className="services-lines">
        {item.specials.map((special) => (
          <li key={special.index}>
            <span>
              {say(special.name)}
              <span className="tz-caption services-under">
                {t('days_n', { count: special.days })}
                {special.dueAt !== null && special.doneAt === null && (
                  <>
                    {' · '}
                    {t('progress.due')} <When at={special.dueAt} />
                  </>
                )}
                {special.words && ` · ${special.words}`}
              </span>
            </span>
            {special.doneAt === null ? <span>{t('special.open')}</span> : <When at={special.doneAt} />}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function AskPanel({ item }: { readonly item: ItemCase }) {
  const t = useText('services')
  if (item.asks.length === 0) return null
  return (
    <Panel title={t('supplement.asked')}>
      <ul className="services-lines">
        {item.asks.map((ask) => (
          <li key={`${ask.supplementId} ${ask.words}`}>
            <span>
              {ask.words}
              <span className="tz-caption services-under">
                <When at={ask.at} />
              </span>
            </span>
            <span>{ask.suppliedAt === null ? t('lists.waits') : <When at={ask.suppliedAt} />}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function OpinionPanel({ item }: { readonly item: ItemCase }) {
  const t = useText('services')
  if (item.opinions.length === 0) return null
  return (
    <Panel title={t('item.opinions')}>
      <ul className="services-lines">
        {item.opinions.map((opinion) => (
          <li key={`${opinion.at} ${opinion.verb}`}>
            <span>
              <strong>{didText(t, opinion.verb)}</strong> {opinion.words}
              <span className="tz-caption services-under">
                {opinion.by} · <When at={opinion.at} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
