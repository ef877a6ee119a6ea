import { useQuery } from '@tanstack/react-query'
import { EmptyState, ProblemAlert, SkeletonLines, useLate, useText, When } from '@tingzhou/ui'
import { api } from './api.ts'

/** Who opened the clinical part, when, for whom and why; open to both institutions and the coordinator. */
export function ReadLog({ orderId }: { readonly orderId: string }) {
  const t = useText('referral')
  const query = useQuery(api.orders.readings.queryOptions({ input: { id: orderId } }))
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={4} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data.rows.length === 0) return <EmptyState title={t('readings.none')} text={t('readings.none_text')} />
  return (
    <div className="referral-scroll" tabIndex={0} role="region" aria-label={t('readings.title')}>
      <table className="referral-table">
        <thead>
          <tr>
            <th scope="col">{t('readings.who')}</th>
            <th scope="col">{t('readings.for')}</th>
            <th scope="col">{t('readings.when')}</th>
            <th scope="col">{t('readings.why')}</th>
          </tr>
        </thead>
        <tbody>
          {query.data.rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.who}</th>
              <td>{row.institution?.name ?? t('role.coordinator')}</td>
              <td>
                <When at={row.at} />
              </td>
              <td>
                {t(`why.${row.why}`)}
                {row.words !== '' && <span className="tz-second"> · {row.words}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
