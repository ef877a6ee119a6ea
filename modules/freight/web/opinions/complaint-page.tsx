import { useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  CaseTrail,
  ObjectPage,
  StateStepper,
  useLive,
  useText,
  When,
  type Fact,
  type Step,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { openComplaints } from '../../complaint/words.ts'
import { api } from '../api.ts'
import { SyntheticMark } from '../tags.tsx'
import { Drawing } from '../waybills/process.tsx'
import { useChoices } from './choices.ts'
import { ComplaintForms, ComplaintVerbs, type ComplaintDetail } from './complaint-moves.tsx'
import { DisputeHint } from './dispute-hint.tsx'
import { useComplaintPlaces } from './places.ts'
import { ComplaintStateTag, OverdueTag } from './tags.tsx'

/** One complaint: what is said, what the platform answers, who must act by when. */
export function ComplaintPage() {
  const t = useText('freight')
  const { kind } = useChoices()
  const { id = '' } = useParams()
  const query = useQuery(api.complaints.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_complaint'], objectId: id, keys: [api.complaints.key()] })
  const facts = useFacts(query.data)
  const complaint = query.data
  if (!complaint)
    return (
      <ObjectPage
        title={t('complaint.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const { state, dueAt } = complaint
  const isOpen = openComplaints.some((one) => one === state)
  return (
    <>
      <ObjectPage
        title={`${t('complaint.one')} · ${kind(complaint.kind)}`}
        id={complaint.number}
        state={
          <>
            <ComplaintStateTag state={state} /> <OverdueTag when={complaint.overdue} />{' '}
            <SyntheticMark when={complaint.synthetic} />
          </>
        }
        primary={<ComplaintVerbs complaint={complaint} />}
        strip={
          <CaseCard
            owner={isOpen ? { name: state === 'answered' ? complaint.party.name : t('complaint.platform') } : null}
            clock={{ state: dueAt === null ? 'none' : 'running', dueAt, basis: 'calendar' }}
            next={t(`complaint_next.${state}`)}
          />
        }
        facts={facts}
        steps={<StateStepper steps={stepsOf(complaint, t)} />}
        tabs={[
          { key: 'said', label: t('complaint.said'), children: <Said complaint={complaint} /> },
          { key: 'process', label: t('waybill.process'), children: <ComplaintProcess id={id} /> },
        ]}
        trail={<ComplaintTrail id={id} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <ComplaintForms complaint={complaint} />
    </>
  )
}

function useFacts(complaint: ComplaintDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  const at = useComplaintPlaces()
  if (!complaint) return []
  const { waybill, contact, against, escalatedAt, endedHow } = complaint
  return [
    { label: t('complaint.by'), value: `${complaint.party.name} · ${t(`complaint_side.${complaint.side}`)}` },
    { label: t('complaint.against'), value: against ?? t('complaint.platform') },
    ...(waybill === null
      ? []
      : [{ label: t('complaint.waybill'), value: <Link to={at.waybill(waybill.id)}>{waybill.number}</Link> }]),
    ...(contact === null || contact === '' ? [] : [{ label: t('complaint.contact'), value: contact }]),
    { label: t('complaint.opened'), value: <When at={complaint.createdAt} /> },
    ...(escalatedAt === null ? [] : [{ label: t('complaint.escalated'), value: <When at={escalatedAt} /> }]),
    ...(endedHow === null ? [] : [{ label: t('complaint.ended'), value: t(`complaint_end.${endedHow}`) }]),
  ]
}

/** What was said, in the order in which it was. */
function Said({ complaint }: { readonly complaint: ComplaintDetail }) {
  const t = useText('freight')
  const { waybill, answer, reply, decision, decisionWords } = complaint
  return (
    <>
      <h3>{t('complaint.words')}</h3>
      <p className="freight-said">{complaint.words}</p>
      {complaint.files.length > 0 && (
        <ul>
          {complaint.files.map(({ id, name }) => (
            <li key={id}>
              <a href={`/api/v1/files/${id}`} target="_blank" rel="noreferrer">
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
      {complaint.mayDispute && waybill !== null && <DisputeHint waybillId={waybill.id} />}
      <h3>{t('complaint.statements')}</h3>
      {complaint.statements.length === 0 && <p className="tz-second">{t('complaint.no_statement')}</p>}
      {complaint.statements.map((one) => (
        <article key={one.seq}>
          <p className="freight-said">{one.words}</p>
          <p className="tz-caption">
            {t(one.byComplainer ? 'complaint.complainer' : 'complaint.other')} {one.author} <When at={one.at} />
          </p>
        </article>
      ))}
      {answer !== '' && (
        <>
          <h3>{t('complaint.answer')}</h3>
          <p className="freight-said">{answer}</p>
          <p className="tz-caption">
            {complaint.answeredBy} {complaint.answeredAt !== null && <When at={complaint.answeredAt} />}
          </p>
        </>
      )}
      {reply !== '' && (
        <>
          <h3>{t('complaint.reply')}</h3>
          <p className="freight-said">{reply}</p>
        </>
      )}
      {decision !== null && (
        <>
          <h3>{t('complaint.decision')}</h3>
          <p className="freight-said">
            {t(`complaint_decision.${decision}`)} · {decisionWords}
          </p>
          <p className="tz-caption">{complaint.decidedBy}</p>
        </>
      )}
    </>
  )
}

const path = ['opened', 'accepted', 'answered', 'reviewing', 'closed'] as const

/** What is done in a step, as the drawing names it. */
const nodeOf = {
  opened: 'complaint_node.accept',
  accepted: 'complaint_node.answer',
  answered: 'complaint_node.hear',
  reviewing: 'complaint_node.review',
  closed: 'complaint_state.closed',
} as const

/** The way of a complaint with the present state in its place; a review only where there is one. Pure. */
function stepsOf(
  { state, decision, answeredAt, answer }: ComplaintDetail,
  t: (key: string) => string,
): readonly Step[] {
  const reviewed = state === 'reviewing' || decision !== null
  const shown = path.filter((one) => one !== 'reviewing' || reviewed)
  const end = state === 'withdrawn' ? (answer === '' ? 0 : 2) : shown.findIndex((one) => one === state)
  return shown.map((one, index) => ({
    key: one,
    label: index === end && state === 'withdrawn' ? t('complaint_state.withdrawn') : t(nodeOf[one]),
    state:
      index < end || state === 'closed' ? 'done' : index > end ? 'later' : state === 'withdrawn' ? 'stopped' : 'now',
    at: one === 'accepted' ? answeredAt : null,
  }))
}

function ComplaintTrail({ id }: { readonly id: string }) {
  const query = useQuery(api.complaints.history.queryOptions({ input: { id } }))
  return <CaseTrail query={query} module="freight" verbs="complaint_did" states="complaint_state" />
}

function ComplaintProcess({ id }: { readonly id: string }) {
  const query = useQuery(api.complaints.process.queryOptions({ input: { id } }))
  return <Drawing query={query} nodes="complaint_node" />
}
