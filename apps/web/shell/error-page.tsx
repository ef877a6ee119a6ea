import { NotFound, NoRights, ProblemAlert, toProblem, usePageTitle, useText, VerbButton } from '@tingzhou/ui'
import { isRouteErrorResponse, useRouteError } from 'react-router'

/** A screen that broke: what happened, the id to quote, and the way on. */
export function ErrorPage() {
  const t = useText('shell')
  const error = useRouteError()
  usePageTitle(t('error.title'))
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />
  const problem = toProblem(error)
  if (problem.status === 403) return <NoRights />
  if (problem.status === 404) return <NotFound />
  const outdated = error instanceof TypeError && /dynamically imported|module script/i.test(error.message)
  return (
    <div className="tz-page tz-dead-end">
      <h1 tabIndex={-1}>{t(outdated ? 'error.outdated' : 'error.title')}</h1>
      <p>{t(outdated ? 'error.outdated_text' : 'error.text')}</p>
      {!outdated && problem.requestId && <ProblemAlert problem={problem} />}
      {!outdated && !problem.requestId && <pre className="tz-error-text">{String(error)}</pre>}
      <VerbButton type="primary" onClick={() => window.location.reload()}>
        {t('error.reload')}
      </VerbButton>
    </div>
  )
}
