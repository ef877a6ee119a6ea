import { EmptyState, StateTag, useText, VerbButton, When } from '@tingzhou/ui'
import { useState, type ReactNode } from 'react'
import { Replies } from './appeal-replies.tsx'
import { supervisionReason, type Detail, type Texts } from './words.ts'
import { Link } from 'react-router'

type Order = Detail['orders'][number]

/** Everything done on an appeal, the present round on top; what is not there is not shown. */
export function AppealWork({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const rounds = appeal.orders.toReversed()
  const waiting = appeal.state === 'waiting' && appeal.question !== null
  const open = appeal.assists.length + appeal.contacts.length + appeal.replies.length + appeal.supervisions.length
  if (rounds.length === 0 && open === 0)
    return <EmptyState title={t('work.empty')} text={t(`state_next.${appeal.state}`)} />
  return (
    <>
      {waiting && (
        <Section title={t('work.question')}>
          <blockquote className="needs-quote needs-prose">{appeal.question}</blockquote>
        </Section>
      )}
      <Replies appeal={appeal} />
      <Supervisions appeal={appeal} />
      <Rounds rounds={rounds} />
      <Assists appeal={appeal} />
      <Contacts appeal={appeal} />
      <Callbacks appeal={appeal} />
      <Extensions appeal={appeal} />
      <Planned appeal={appeal} />
      <Segments appeal={appeal} />
    </>
  )
}

export function Section(props: { readonly title: string; readonly count?: number; readonly children: ReactNode }) {
  return (
    <section className="needs-section">
      <h3>
        {props.title}
        {props.count !== undefined && <span className="tz-second tz-number"> {props.count}</span>}
      </h3>
      {props.children}
    </section>
  )
}

function Rounds({ rounds }: { readonly rounds: readonly Order[] }) {
  const t = useText('needs')
  const [all, setAll] = useState(false)
  if (rounds.length === 0) return null
  const shown = all ? rounds : rounds.slice(0, 2)
  return (
    <Section title={t('work.rounds')} count={rounds.length}>
      {shown.map((order) => (
        <Round key={order.id} order={order} />
      ))}
      {shown.length < rounds.length && (
        <VerbButton type="link" onClick={() => setAll(true)}>
          {t('work.earlier', { n: rounds.length - shown.length })}
        </VerbButton>
      )}
    </Section>
  )
}

/** One round: who had it, and each stage's due time beside the real one. */
function Round({ order }: { readonly order: Order }) {
  const t = useText('needs')
  const stages = [
    { key: 'sign', due: order.dueSignAt, done: order.signedAt },
    { key: 'contact', due: order.dueContactAt, done: order.contactedAt },
    { key: 'result', due: order.dueResultAt, done: order.repliedAt, before: order.originalDueResultAt },
  ]
  return (
    <article className="needs-round">
      <p className="needs-help-line">
        <strong>{t('work.round', { n: order.round })}</strong>
        <span>{order.owner.name}</span>
        {order.assignee && <span className="tz-second">{order.assignee.name}</span>}
        <span className="tz-second">{t(`class.${order.class}`)}</span>
        <span className="tz-caption">
          {t('work.dispatched')} <When at={order.dispatchedAt} />
        </span>
        {order.ruleNumber !== null && (
          <Link className="tz-caption" to={`/routing/${order.ruleVersion ?? ''}#rule-${order.ruleNumber}`}>
            {t('suggest.rule', { number: order.ruleNumber, version: order.ruleVersion ?? '–' })}
          </Link>
        )}
      </p>
      {order.note !== '' && <p className="needs-prose tz-second">{order.note}</p>}
      <table className="needs-stages">
        <thead>
          <tr>
            <th scope="col">{t('work.stage')}</th>
            <th scope="col">{t('work.due')}</th>
            <th scope="col">{t('work.done')}</th>
            <th scope="col">{t('work.kept')}</th>
          </tr>
        </thead>
        <tbody>
          {stages.map((stage) => (
            <tr key={stage.key}>
              <th scope="row">{t(`clock.${stage.key}`)}</th>
              <td>
                {stage.due === null ? <span className="tz-second">{t('work.no_limit')}</span> : <When at={stage.due} />}
                {stage.before && stage.before !== stage.due && (
                  <s className="tz-before">
                    {' '}
                    <When at={stage.before} />
                  </s>
                )}
              </td>
              <td>{stage.done === null ? '–' : <When at={stage.done} />}</td>
              <td>
                <Kept due={stage.due} done={stage.done} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {order.returnReason !== null && <Returned order={order} />}
    </article>
  )
}

function Kept({ due, done }: { readonly due: number | null; readonly done: number | null }) {
  const t = useText('needs')
  if (due === null || done === null) return null
  return done <= due ? (
    <StateTag tone="good" shape="check">
      {t('work.in_time')}
    </StateTag>
  ) : (
    <StateTag tone="bad" shape="diamond">
      {t('work.late')}
    </StateTag>
  )
}

function Returned({ order }: { readonly order: Order }) {
  const t = useText('needs')
  return (
    <blockquote className="needs-quote">
      <p className="tz-flush">
        <strong>{t('work.returned')}</strong> {order.returnDecision && t(`return_decision.${order.returnDecision}`)}
      </p>
      <p className="tz-flush needs-prose">{order.returnReason}</p>
      {order.returnBasis && <p className="tz-flush tz-second">{t('work.basis', { basis: order.returnBasis })}</p>}
    </blockquote>
  )
}

const assistLooks = {
  open: { tone: 'busy', shape: 'dot' },
  answered: { tone: 'good', shape: 'check' },
  overruled: { tone: 'attention', shape: 'cross' },
  cancelled: { tone: 'plain', shape: 'cross' },
} as const

function Assists({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  if (appeal.assists.length === 0) return null
  return (
    <Section title={t('work.assists')} count={appeal.assists.length}>
      {appeal.assists.map((assist) => (
        <article key={assist.id} className="needs-entry">
          <p className="needs-help-line">
            <strong>{assist.department.name}</strong>
            <StateTag {...assistLooks[assist.state]}>{t(`assist_state.${assist.state}`)}</StateTag>
            {assist.dueAt !== null && assist.state === 'open' && (
              <span className="tz-caption">
                {t('work.due')} <When at={assist.dueAt} />
              </span>
            )}
            {assist.answeredAt !== null && <When at={assist.answeredAt} />}
          </p>
          {assist.question && <p className="tz-flush tz-second needs-prose">{assist.question}</p>}
          {assist.opinion !== null && <p className="tz-flush needs-prose">{assist.opinion}</p>}
          {assist.overruledReason !== null && (
            <p className="tz-flush needs-prose">{t('work.overruled', { reason: assist.overruledReason })}</p>
          )}
        </article>
      ))}
    </Section>
  )
}

function Contacts({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  if (appeal.contacts.length === 0) return null
  return (
    <Section title={t('work.contacts')} count={appeal.contacts.length}>
      {appeal.contacts.toReversed().map((contact) => (
        <article key={contact.id} className="needs-entry">
          <p className="needs-help-line">
            <strong>{contact.by.name}</strong>
            <span className="tz-second">{t(`contact_channel.${contact.channel}`)}</span>
            <When at={contact.at} />
          </p>
          <p className="tz-flush needs-prose">{contact.words}</p>
        </article>
      ))}
    </Section>
  )
}

function Callbacks({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  if (appeal.callbacks.length === 0) return null
  return (
    <Section title={t('work.callbacks')} count={appeal.callbacks.length}>
      {appeal.callbacks.toReversed().map((callback) => (
        <article key={callback.id} className="needs-entry">
          <p className="needs-help-line">
            <strong>{t('work.attempt', { n: callback.attempt })}</strong>
            <When at={callback.at} />
            {callback.reached ? (
              <CallbackAnswer callback={callback} t={t} />
            ) : (
              <StateTag tone="attention" shape="ring">
                {t('work.unreached')}
              </StateTag>
            )}
          </p>
          {callback.words && <p className="tz-flush needs-prose">{callback.words}</p>}
        </article>
      ))}
    </Section>
  )
}

const solvedLooks = {
  yes: { tone: 'good', shape: 'check' },
  partly: { tone: 'attention', shape: 'triangle' },
  no: { tone: 'bad', shape: 'cross' },
} as const

function CallbackAnswer({ callback, t }: { readonly callback: Detail['callbacks'][number]; readonly t: Texts }) {
  return (
    <>
      {callback.solved && <StateTag {...solvedLooks[callback.solved]}>{t(`solved.${callback.solved}`)}</StateTag>}
      {callback.contacted === false && <span className="tz-second">{t('work.not_contacted')}</span>}
      {callback.rating !== null && <span>{t(`rating.${callback.rating}`)}</span>}
    </>
  )
}

const extensionLooks = {
  asked: { tone: 'busy', shape: 'dot' },
  approved: { tone: 'good', shape: 'check' },
  refused: { tone: 'attention', shape: 'cross' },
} as const

function Extensions({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  if (appeal.extensions.length === 0) return null
  return (
    <Section title={t('work.extensions')} count={appeal.extensions.length}>
      {appeal.extensions.map((extension) => (
        <article key={extension.id} className="needs-entry">
          <p className="needs-help-line">
            <StateTag {...extensionLooks[extension.state]}>{t(`extension_state.${extension.state}`)}</StateTag>
            <span>
              {t('work.until')} <When at={extension.until} />
            </span>
            <span className="tz-caption">
              {t('work.asked')} <When at={extension.at} />
            </span>
          </p>
          <p className="tz-flush needs-prose">{extension.reason}</p>
          {extension.decisionReason && <p className="tz-flush tz-second needs-prose">{extension.decisionReason}</p>}
        </article>
      ))}
    </Section>
  )
}

function Supervisions({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  if (appeal.supervisions.length === 0) return null
  return (
    <Section title={t('work.supervisions')} count={appeal.supervisions.length}>
      {appeal.supervisions.toReversed().map((entry) => (
        <article key={entry.id} className="needs-entry">
          <p className="needs-help-line">
            <StateTag
              tone={entry.closedAt === null ? (entry.level >= 3 ? 'bad' : 'attention') : 'plain'}
              shape={entry.closedAt === null ? 'triangle' : 'check'}
            >
              {t('supervision.level', { level: entry.level })}
            </StateTag>
            <span>{supervisionReason(t, entry.reason)}</span>
            <span className="tz-caption">
              {t(entry.auto ? 'supervision.auto' : 'supervision.manual')} <When at={entry.openedAt} />
            </span>
            {entry.closedAt !== null && (
              <span className="tz-caption">
                {t('supervision.closed')} <When at={entry.closedAt} />
              </span>
            )}
          </p>
          {entry.answer !== null && <p className="tz-flush needs-prose">{entry.answer}</p>}
          {entry.answer === null && entry.closedAt === null && entry.answerDueAt !== null && (
            <p className="tz-flush tz-second">
              {t('supervision.answer_due')} <When at={entry.answerDueAt} />
            </p>
          )}
        </article>
      ))}
    </Section>
  )
}

function Planned({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const { planned } = appeal
  if (!planned) return null
  return (
    <Section title={t('work.planned')}>
      <p className="needs-help-line">
        <strong>{planned.owner.name}</strong>
        <span>{t('work.review_on', { date: planned.reviewDate })}</span>
        <span className="tz-second">{t(`planned_state.${planned.state}`)}</span>
      </p>
      <p className="tz-flush needs-prose">{planned.plan}</p>
    </Section>
  )
}

/** When the clock ran and stood still, with the due times before and after. */
function Segments({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  if (appeal.segments.length === 0) return null
  return (
    <details className="needs-section">
      <summary>{t('work.segments', { n: appeal.segments.length })}</summary>
      <table className="needs-stages">
        <thead>
          <tr>
            <th scope="col">{t('segment.kind')}</th>
            <th scope="col">{t('segment.from')}</th>
            <th scope="col">{t('segment.to')}</th>
            <th scope="col">{t('segment.due')}</th>
          </tr>
        </thead>
        <tbody>
          {appeal.segments.map((segment) => (
            <tr key={`${segment.from} ${segment.kind} ${segment.reason}`}>
              <th scope="row">{t(`segment.${segment.kind}`)}</th>
              <td>
                <When at={segment.from} />
              </td>
              <td>{segment.to === null ? t('segment.still') : <When at={segment.to} />}</td>
              <td>
                {segment.dueBefore !== null && segment.dueBefore !== segment.dueAfter && (
                  <s className="tz-before">
                    <When at={segment.dueBefore} />
                  </s>
                )}{' '}
                {segment.dueAfter !== null && <When at={segment.dueAfter} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
