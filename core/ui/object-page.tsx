import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { usePageTitle } from './announce.tsx'
import { isNowhere, toProblem } from './api.ts'
import { CopyId } from './copy-id.tsx'
import { listParam } from './list-url.ts'
import { useLate, useNarrow } from './media.ts'
import { PageHead, Panel } from './page.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import { NotFound, NoRights } from './states.tsx'
import { SkeletonLines } from './skeleton.tsx'

export type Fact = { readonly label: string; readonly value: ReactNode }

/** Label and value pairs in columns. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="tz-facts">
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  )
}

export type ObjectTab = { readonly key: string; readonly label: ReactNode; readonly children: ReactNode }

export type ObjectPageProps = {
  readonly title: string
  readonly id?: string
  readonly state?: ReactNode
  readonly primary?: ReactNode
  readonly verbs?: ReactNode
  readonly strip?: ReactNode
  readonly facts?: readonly Fact[]
  readonly steps?: ReactNode
  readonly tabs?: readonly ObjectTab[]
  /** The tab that is open while the address names none; the first one when left out. */
  readonly firstTab?: string
  readonly trail?: ReactNode
  readonly children?: ReactNode
  readonly loading?: boolean
  readonly problem?: unknown
  readonly onRetry?: () => void
}

/** One object: who owns it and by when, where it stands, what it holds, and what happened to it. */
export function ObjectPage(props: ObjectPageProps) {
  usePageTitle(props.title)
  const late = useLate(props.loading ?? false)
  if (props.loading) return <div className="tz-page">{late && <SkeletonLines lines={8} />}</div>
  if (props.problem && !props.state && !props.facts)
    return <Unavailable problem={props.problem} onRetry={props.onRetry} />
  return (
    <div className="tz-page tz-object">
      <PageHead
        title={props.title}
        primary={props.primary}
        verbs={props.verbs}
        aside={
          <>
            {props.id && <CopyId value={props.id} />}
            {props.state}
          </>
        }
      />
      {props.problem !== undefined && props.problem !== null && (
        <ProblemAlert problem={props.problem} onRetry={props.onRetry} />
      )}
      {props.strip}
      {props.steps}
      <div className="tz-object-body">
        <div className="tz-object-main">
          {props.facts && (
            <Panel>
              <FactList facts={props.facts} />
            </Panel>
          )}
          {props.tabs && props.tabs.length > 0 && <ObjectTabs tabs={props.tabs} first={props.firstTab} />}
          {props.children}
        </div>
        {props.trail && <aside className="tz-object-trail">{props.trail}</aside>}
      </div>
    </div>
  )
}

/** A problem in place of the object: not there, not yours, or not answered. */
function Unavailable({ problem, onRetry }: { readonly problem: unknown; readonly onRetry: (() => void) | undefined }) {
  if (isNowhere(problem)) return <NotFound />
  if (toProblem(problem).status === 403) return <NoRights />
  return (
    <div className="tz-page">
      <ProblemAlert problem={problem} onRetry={onRetry} />
    </div>
  )
}

function ObjectTabs({ tabs, first }: { readonly tabs: readonly ObjectTab[]; readonly first: string | undefined }) {
  const [query, setQuery] = useSearchParams()
  const narrow = useNarrow()
  const asked = query.get('tab') ?? first
  const active = tabs.find((tab) => tab.key === asked)?.key ?? tabs[0]?.key ?? ''
  const open = (key: string) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before)
        // Words, order and place belong to the list of the tab that is left.
        for (const name of [listParam.q, listParam.sort, listParam.cursor]) next.delete(name)
        next.set('tab', key)
        return next
      },
      { replace: true },
    )
  return (
    <section className="tz-panel tz-tabs">
      <Tabs
        activeKey={active}
        onChange={open}
        items={tabs.map(({ key, label, children }) => ({ key, label, children }))}
        destroyOnHidden
        {...(narrow ? { tabBarGutter: 16 } : {})}
      />
    </section>
  )
}
