import { useQueries } from '@tanstack/react-query'
import { useText } from '@tingzhou/ui'
import { urgedStates } from '../urged-states.ts'
import { api } from './api.ts'
import { MoveDrawer } from './move-drawer.tsx'
import { itemSubject } from './move-subject.ts'
import { MoveVerbs } from './move-verbs.tsx'
import { useSay, type Application } from './words.ts'

const urged: readonly string[] = urgedStates

/** 催办 by whoever waits: each item that somebody has, with the verb, or the reason why not now. */
export function UrgeItems({ application }: { readonly application: Application }) {
  const t = useText('services')
  const say = useSay()
  const waiting =
    application.state === 'running' ? application.itemCases.filter(({ state }) => urged.includes(state)) : []
  const found = useQueries({ queries: waiting.map(({ id }) => api.items.get.queryOptions({ input: { id } })) })
  const subjects = found.flatMap(({ data }) => {
    if (!data) return []
    const subject = itemSubject(data, say)
    const moves = subject.moves.filter(({ move }) => move === 'urge')
    return moves.length > 0 ? [{ ...subject, moves }] : []
  })
  if (subjects.length === 0) return null
  return (
    <section className="tz-panel">
      <h2>{t('urge.title')}</h2>
      <p className="tz-caption">{t('urge.text')}</p>
      <ul className="services-lines">
        {subjects.map((subject) => (
          <li key={subject.id}>
            <span>{subject.label}</span>
            <MoveVerbs subject={subject} size="small" />
          </li>
        ))}
      </ul>
      <MoveDrawer subjects={subjects} />
    </section>
  )
}
