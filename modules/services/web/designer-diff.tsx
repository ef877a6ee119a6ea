import { useQuery } from '@tanstack/react-query'
import { EmptyState, ProblemAlert, SkeletonLines, StateTag, useLate, useText, type Tone } from '@tingzhou/ui'
import { api } from './api.ts'
import { shownValue } from './words.ts'

const tones: Readonly<Record<'added' | 'removed' | 'changed', Tone>> = {
  added: 'good',
  removed: 'bad',
  changed: 'attention',
}

/** 差异: what the saved draft changes against the published version. */
export function DesignerDiff({ id, dirty }: { readonly id: string; readonly dirty: boolean }) {
  const t = useText('services')
  const query = useQuery(api.editor.diff.queryOptions({ input: { id } }))
  const late = useLate(query.isPending)
  const changes = query.data?.changes ?? []
  return (
    <>
      {dirty && <p className="services-attention">{t('designer.saved_only')}</p>}
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={5} />}
      {query.data && (
        <p className="tz-second">
          {query.data.against === null
            ? t('diff.first')
            : t('diff.against', { version: query.data.against, n: changes.length })}
        </p>
      )}
      {query.data && changes.length === 0 && <EmptyState title={t('diff.none')} />}
      {changes.length > 0 && (
        <div className="services-scroll" role="region" tabIndex={0} aria-label={t('tab.diff')}>
          <table className="services-table">
            <thead>
              <tr>
                <th>{t('diff.kind')}</th>
                <th>{t('diff.where')}</th>
                <th>{t('diff.before')}</th>
                <th>{t('diff.after')}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <tr key={`${change.kind} ${change.path}`}>
                  <td>
                    <StateTag tone={tones[change.kind]}>{t(`diff.${change.kind}`)}</StateTag>
                  </td>
                  <td className="tz-mono">{change.path}</td>
                  <td className="services-value">{change.kind === 'added' ? '–' : shownValue(t, change.before)}</td>
                  <td className="services-value">{change.kind === 'removed' ? '–' : shownValue(t, change.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
