import { useQuery } from '@tanstack/react-query'
import { Panel, ProblemAlert, useCommand, useMe, useNow, useText, VerbButton, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from './api.ts'
import { atWindow } from './roles.ts'
import type { Visit } from './words.ts'

const purposes = ['consult', 'apply', 'deliver'] as const

/** 窗口接待: begun and ended by hand, so that minutes at the window are measured and not guessed. */
export function VisitPanel() {
  const t = useText('services')
  const me = useMe()
  const reason = atWindow(me) ? null : t('reason.window_only')
  const query = useQuery({ ...api.windows.open.queryOptions(), enabled: reason === null })
  const start = useCommand({
    run: api.windows.start.call,
    invalidate: [api.windows.key()],
    success: t('visit.started'),
  })
  const visits = query.data ?? []
  return (
    <Panel
      title={t('visit.title')}
      aside={
        <span className="services-verbs">
          {purposes.map((purpose) => (
            <VerbButton
              key={purpose}
              size="small"
              reason={reason}
              loading={start.pending}
              onClick={() => void start.run({ purpose })}
            >
              {t(`visit.start_${purpose}`)}
            </VerbButton>
          ))}
        </span>
      }
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {visits.length === 0 && <p className="tz-second">{t('visit.none')}</p>}
      <ul className="services-rows">
        {visits.map((visit) => (
          <li key={visit.id}>
            <VisitRow visit={visit} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function VisitRow({ visit }: { readonly visit: Visit }) {
  const t = useText('services')
  const now = useNow(15_000)
  const finish = useCommand({
    run: api.windows.finish.call,
    invalidate: [api.windows.key(), api.measures.key()],
    success: t('visit.ended'),
  })
  const minutes = Math.max(0, Math.floor((now - visit.startedAt) / 60_000))
  return (
    <div className="services-row">
      <span className="services-row-what">
        {t(`visit.purpose_${visit.purpose}`)}
        <span className="tz-caption services-under">
          <When at={visit.startedAt} /> · {t('visit.minutes', { n: minutes })}
        </span>
      </span>
      {visit.applicationId === null ? (
        <span />
      ) : (
        <Link to={`/applications/${visit.applicationId}`}>{t('visit.application')}</Link>
      )}
      <span className="services-verbs">
        {visit.purpose === 'apply' && visit.applicationId === null && (
          <VerbButton size="small" href={`/services?visit=${visit.id}`}>
            {t('verb.take_in')}
          </VerbButton>
        )}
        <VerbButton
          size="small"
          loading={finish.pending}
          onClick={() => void finish.run({ id: visit.id, rev: visit.rev, applicationId: visit.applicationId })}
        >
          {t('visit.end')}
        </VerbButton>
      </span>
    </div>
  )
}
