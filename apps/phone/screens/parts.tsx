import type { Problem } from '../api.ts'
import { moment } from '../format.ts'
import { useText } from '../i18n.ts'

/** What a refusal says, and what to do. */
export function Fault({ problem }: { readonly problem: Problem }) {
  const t = useText()
  const away = problem.status === 0 || problem.status >= 500
  const words = [problem.title || problem.kind, problem.detail].filter(Boolean).join('：')
  return (
    <div className="fault" role="alert">
      <p>{away ? t('away') : words}</p>
      {!away && problem.fields.map(({ field, message }) => <p key={`${field} ${message}`}>{message}</p>)}
    </div>
  )
}

/** Since when what is shown is what the server said, where it could not be asked anew. */
export function Age({ at, problem }: { readonly at: number | null; readonly problem: Problem | null }) {
  const t = useText()
  if (!problem) return null
  return <p className="quiet">{at === null ? t('away') : t('kept', { at: moment(at) })}</p>
}
