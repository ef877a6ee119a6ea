import { useQuery } from '@tanstack/react-query'
import { ProblemAlert, useText, When } from '@tingzhou/ui'
import { api } from './api.ts'
import { endedItem, entryText, entryWhy } from './trail.tsx'
import { useSay, whyText, type Application } from './words.ts'

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
  const cases = new Map(application.itemCases.map((item) => [item.code, item]))
  const entries = query.data?.rows ?? []
  const told = entries
    // What only keeps the process going tells an applicant nothing.
    .filter(({ verb }) => verb !== 'event' && verb !== 'timer')
    .map((entry): Line => ({
      key: String(entry.seq),
      at: entry.at,
      did: entryText(t, say, entry),
      who: cases.get(endedItem(entry)?.code ?? '')?.department.name ?? entry.actor,
      reason: entryWhy(t, say, entry),
    }))
  const toldItems = new Set(entries.map((entry) => endedItem(entry)?.code))
  const ended = application.itemCases.flatMap((item): readonly Line[] =>
    item.decidedAt === null || toldItems.has(item.code)
      ? []
      : [
          {
            key: item.id,
            at: item.decidedAt,
            did: t('did.item_ended', { name: say(item.name), outcome: t(`item_state.${item.state}`) }),
            who: item.department.name,
            reason: whyText(t, say, item.reason, item.because),
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
