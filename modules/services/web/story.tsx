import { useQuery } from '@tanstack/react-query'
import { ProblemAlert, useText, When } from '@tingzhou/ui'
import { api } from './api.ts'
import { didText } from './trail.tsx'
import { useSay, type Application } from './words.ts'

type Line = {
  readonly key: string
  readonly at: number
  readonly did: string
  readonly who: string
  readonly reason: string | null
}

/** Each step in plain words, the newest on top: what people did, and how each item ended. */
export function Story({ application }: { readonly application: Application }) {
  const t = useText('services')
  const say = useSay()
  const query = useQuery(api.applications.trail.queryOptions({ input: { id: application.id } }))
  const told = (query.data?.rows ?? [])
    // What only keeps the process going tells an applicant nothing.
    .filter(({ verb }) => verb !== 'event' && verb !== 'timer')
    .map(({ seq, at, verb, actor, reason }): Line => ({
      key: String(seq),
      at,
      did: didText(t, verb),
      who: actor,
      reason,
    }))
  const ended = application.itemCases.flatMap(({ id, name, state, decidedAt, department, reason }): readonly Line[] =>
    decidedAt === null
      ? []
      : [
          {
            key: id,
            at: decidedAt,
            did: `${say(name)}${t('colon')}${t(`item_state.${state}`)}`,
            who: department.name,
            reason,
          },
        ],
  )
  const lines = [...told, ...ended].toSorted((a, b) => b.at - a.at)
  return (
    <>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && lines.length === 0 && <p className="tz-second">{t('progress.no_story')}</p>}
      <ol className="services-story">
        {lines.map((line) => (
          <li key={line.key}>
            <p>
              <strong>{line.did}</strong>
            </p>
            <p className="tz-second">
              {line.who} · <When at={line.at} />
            </p>
            {line.reason && <p>{line.reason}</p>}
          </li>
        ))}
      </ol>
    </>
  )
}
