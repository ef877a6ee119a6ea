import type { ReactNode } from 'react'
import { usePageTitle } from './announce.tsx'
import { useText } from './i18n.ts'
import { VerbButton } from './verb-button.tsx'

/** A place that says what belongs here, why it is empty and what to do next. */
export function EmptyState(props: { readonly title: string; readonly text?: ReactNode; readonly verb?: ReactNode }) {
  return (
    <div className="tz-empty">
      <p className="tz-empty-title">{props.title}</p>
      {props.text && <p className="tz-second">{props.text}</p>}
      {props.verb}
    </div>
  )
}

export function NotFound() {
  return <DeadEnd name="not_found" />
}

export function NoRights() {
  return <DeadEnd name="no_rights" />
}

function DeadEnd({ name }: { readonly name: 'not_found' | 'no_rights' }) {
  const t = useText('ui')
  usePageTitle(t(`${name}.title`))
  return (
    <div className="tz-page tz-dead-end">
      <h1 tabIndex={-1}>{t(`${name}.title`)}</h1>
      <p>{t(`${name}.text`)}</p>
      <VerbButton type="primary" href="/">
        {t(`${name}.verb`)}
      </VerbButton>
    </div>
  )
}
