import { useQuery } from '@tanstack/react-query'
import { i18n, ProblemAlert, SkeletonLines, Trail, useLate, useText } from '@tingzhou/ui'
import { api } from '../api.ts'

/** The history of a waybill, the newest on top. */
export function WaybillTrail({ id }: { readonly id: string }) {
  const t = useText('freight')
  const query = useQuery(api.waybills.history.queryOptions({ input: { id } }))
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const state = (key: string | null) =>
    key !== null && i18n.exists(`freight:waybill_state.${key}`) ? t(`waybill_state.${key}`) : key
  return (
    <Trail
      entries={query.data.rows.toReversed().map((entry) => ({
        id: String(entry.seq),
        at: entry.at,
        who: entry.actor,
        verb: i18n.exists(`freight:waybill_did.${entry.verb}`) ? t(`waybill_did.${entry.verb}`) : entry.verb,
        from: state(entry.from),
        to: state(entry.to),
        why: entry.reason,
        hash: entry.hash,
      }))}
    />
  )
}
