import { useQuery } from '@tanstack/react-query'
import { i18n, ProblemAlert, SkeletonLines, Trail, useLate, useText } from '@tingzhou/ui'
import { api } from './api.ts'

/** The history of an order, the newest on top; every reading of the clinical part is in it. */
export function OrderTrail({ orderId }: { readonly orderId: string }) {
  const t = useText('referral')
  const query = useQuery(api.orders.history.queryOptions({ input: { id: orderId } }))
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const stateText = (state: string | null) =>
    state !== null && i18n.exists(`referral:state.${state}`) ? t(`state.${state}`) : state
  return (
    <Trail
      entries={query.data.rows.toReversed().map((entry) => ({
        id: String(entry.seq),
        at: entry.at,
        who: entry.actor,
        verb: i18n.exists(`referral:did.${entry.verb}`) ? t(`did.${entry.verb}`) : entry.verb,
        from: stateText(entry.from),
        to: stateText(entry.to),
        why: entry.reason,
        hash: entry.hash,
      }))}
    />
  )
}
