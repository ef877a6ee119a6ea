import type { ReactNode } from 'react'
import { usePageTitle } from './announce.tsx'

export type PageHeadProps = {
  readonly title: string
  readonly aside?: ReactNode
  readonly primary?: ReactNode
  readonly verbs?: ReactNode
}

/** The title row: the title left, verbs right, the one primary verb last. */
export function PageHead({ title, aside, primary, verbs }: PageHeadProps) {
  return (
    <header className="tz-head">
      <div className="tz-head-title">
        <h1 tabIndex={-1}>{title}</h1>
        {aside}
      </div>
      <div className="tz-head-verbs">
        {verbs}
        {primary}
      </div>
    </header>
  )
}

/** A page that is neither list, object nor form: boards, settings. */
export function Page(
  props: PageHeadProps & { readonly children: ReactNode; readonly width?: 'full' | 'reading' | 'form' },
) {
  usePageTitle(props.title)
  return (
    <div className={`tz-page tz-width-${props.width ?? 'full'}`}>
      <PageHead title={props.title} aside={props.aside} primary={props.primary} verbs={props.verbs} />
      {props.children}
    </div>
  )
}

/** A panel with a section title. */
export function Panel(props: {
  readonly title?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}) {
  return (
    <section className={`tz-panel ${props.className ?? ''}`}>
      {(props.title !== undefined || props.aside !== undefined) && (
        <header className="tz-panel-head">
          {props.title !== undefined && <h2>{props.title}</h2>}
          {props.aside}
        </header>
      )}
      {props.children}
    </section>
  )
}
