import { Alert, Button } from 'antd'
import type { ReactNode } from 'react'
import { toProblem, type ApiProblem } from './api.ts'
import { CopyId } from './copy-id.tsx'
import { useText } from './i18n.ts'

type Texts = (key: string, values?: Readonly<Record<string, unknown>>) => string

/** Title and detail of a problem; the kit's own words where the server could not say any. */
export function problemText(
  problem: ApiProblem,
  t: Texts,
): { readonly title: string; readonly detail: string | undefined } {
  if (problem.kind === 'offline') return { title: t('problem.offline'), detail: t('problem.offline_detail') }
  if (problem.title) return { title: problem.title, detail: problem.detail }
  return {
    title: t('problem.unknown', { status: problem.status }),
    detail: problem.detail ?? t('problem.unknown_detail'),
  }
}

/** One line on top: what went wrong, what to do, the id to quote. */
export function ProblemAlert(props: {
  readonly problem: unknown
  readonly onRetry?: (() => void) | undefined
  /** Shows the field messages too, when no field is on screen to carry them. */
  readonly fields?: boolean
}) {
  const t = useText('ui')
  if (!props.problem) return null
  const problem = toProblem(props.problem)
  const { title, detail } = problemText(problem, t)
  const lines: ReactNode[] = []
  if (detail)
    lines.push(
      <p key="detail" className="tz-flush">
        {detail}
      </p>,
    )
  if (props.fields ?? true)
    for (const error of problem.errors.filter(({ message }) => message !== detail))
      lines.push(
        <p key={`${error.field} ${error.message}`} className="tz-flush">
          {error.message}
        </p>,
      )
  if (problem.requestId)
    lines.push(
      <p key="id" className="tz-flush tz-caption">
        {t('problem.quote')} <CopyId value={problem.requestId} short />
      </p>,
    )
  const retry = props.onRetry && (
    <Button size="small" onClick={props.onRetry}>
      {t('retry')}
    </Button>
  )
  return (
    <Alert
      className="tz-problem"
      type="error"
      showIcon
      title={title}
      description={lines.length > 0 ? lines : undefined}
      action={retry}
    />
  )
}
