import { useQuery } from '@tanstack/react-query'
import { ProblemAlert, useText, When } from '@tingzhou/ui'
import { api } from './api.ts'
import { didText } from './trail.tsx'

/** Each step in plain words, the newest on top. */
export function Story({ id }: { readonly id: string }) {
  const t = useText('services')
  const query = useQuery(api.applications.trail.queryOptions({ input: { id } }))
  const rows = (query.data?.rows ?? []).toReversed()
  return (
    <>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <p className="tz-second">{t('progress.no_story')}</p>}
      <ol className="services-story">
        {rows.map((entry) => (
          <li key={entry.seq}>
            <p>
              <strong>{didText(t, entry.verb)}</strong>
            </p>
            <p className="tz-second">
              {entry.actor} · <When at={entry.at} />
            </p>
            {entry.reason && <p>{entry.reason}</p>}
          </li>
        ))}
      </ol>
    </>
  )
}
