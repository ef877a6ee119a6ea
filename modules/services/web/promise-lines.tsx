import { ClockText, FactList, StateTag, useText, When, type Tone } from '@tingzhou/ui'
import type { MoveSubject } from './move-subject.ts'
import { MoveVerbs } from './move-verbs.tsx'
import { useSay, type Application, type Promised } from './words.ts'

const promiseTones: Readonly<Record<Promised['state'], Tone>> = {
  open: 'attention',
  verifying: 'busy',
  kept: 'good',
  broken: 'bad',
  repaired: 'plain',
  ended: 'plain',
}

/** Promises and revocations of an application, with what can be done about each. */
export function PromiseLines(props: {
  readonly application: Application
  readonly subjects: readonly MoveSubject[]
  readonly possibleOnly?: boolean
}) {
  const { application, subjects, possibleOnly = false } = props
  const t = useText('services')
  const say = useSay()
  const subjectOf = (id: string) => subjects.find((subject) => subject.id === id)
  const verbs = (id: string) => {
    const subject = subjectOf(id)
    if (!subject || (possibleOnly && !subject.moves.some(({ allowed }) => allowed))) return null
    return (
      <div className="services-promise-verbs">
        <MoveVerbs subject={subject} possibleOnly={possibleOnly} />
      </div>
    )
  }
  return (
    <>
      {application.promises.map((promise) => (
        <section key={promise.id} className="tz-panel">
          <h2>
            {t('promise.title')}{' '}
            <StateTag tone={promiseTones[promise.state]}>{t(`promise_state.${promise.state}`)}</StateTag>
          </h2>
          <ul className="services-lines">
            {promise.materials.map(({ code, name, supplied }) => (
              <li key={code}>
                <span>{say(name)}</span>
                <span>{t(supplied ? 'promise.supplied' : 'promise.owed')}</span>
              </li>
            ))}
          </ul>
          <FactList
            facts={[
              { label: t('promise.signed_by'), value: promise.signedBy },
              { label: t('promise.signed_at'), value: <When at={promise.signedAt} /> },
              {
                label: t('promise.due'),
                value: (
                  <>
                    <When at={promise.dueAt} />{' '}
                    {promise.state === 'open' && (
                      <ClockText clock={{ state: 'running', dueAt: promise.dueAt, basis: 'calendar' }} />
                    )}
                    {promise.extended && ` · ${t('promise.extended')}`}
                  </>
                ),
              },
            ]}
          />
          {verbs(promise.id)}
        </section>
      ))}
      {application.revocations.map((revocation) => (
        <section key={revocation.id} className="tz-panel">
          <h2>
            {t('revocation.title', { item: say(revocation.item) })}{' '}
            <StateTag tone={revocation.state === 'revoked' ? 'bad' : 'attention'}>
              {t(`revocation_state.${revocation.state}`)}
            </StateTag>
          </h2>
          <FactList
            facts={[
              { label: t('revocation.cause'), value: t(`revocation_cause.${revocation.cause}`) },
              { label: t('column.department'), value: revocation.department.name },
              {
                label: t('revocation.hearing_until'),
                value: revocation.hearingUntil === null ? '–' : <When at={revocation.hearingUntil} />,
              },
              ...(revocation.hearingMinutes
                ? [{ label: t('revocation.minutes'), value: revocation.hearingMinutes }]
                : []),
              ...(revocation.reason ? [{ label: t('column.reason'), value: revocation.reason }] : []),
            ]}
          />
          {verbs(revocation.id)}
        </section>
      ))}
    </>
  )
}
