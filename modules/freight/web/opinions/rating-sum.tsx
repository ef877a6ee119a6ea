import { useQuery } from '@tanstack/react-query'
import { formatNumber, useText } from '@tingzhou/ui'
import type { RatingSubject } from '../../rating/words.ts'
import { api } from '../api.ts'

export type SumRow = Awaited<ReturnType<typeof api.ratings.sums.call>>['rows'][number]

/** What the ratings of several come to, by id. */
export function useRatingSums(subject: RatingSubject, ids: readonly string[]): ReadonlyMap<string, SumRow> {
  const input = { subject, ids: [...new Set(ids)].slice(0, 200) }
  const { data } = useQuery({ ...api.ratings.sums.queryOptions({ input }), enabled: input.ids.length > 0 })
  return new Map((data?.rows ?? []).map((row) => [row.id, row]))
}

/** `4.7 / 5 · 12 ratings`, or that there are too few to say. */
export function RatingText({ sum }: { readonly sum: SumRow | undefined }) {
  const t = useText('freight')
  if (!sum || sum.ratings === 0) return <span className="tz-second">{t('rating.none')}</span>
  const n = formatNumber(sum.ratings)
  if (sum.meanCenti === null) return <span className="tz-second">{t('rating.too_few', { n })}</span>
  return <span className="tz-number">{t('rating.mean', { mean: (sum.meanCenti / 100).toFixed(1), n })}</span>
}

/** What the ratings of one carrier, driver or shipper come to. */
export function RatingSum({ subject, id }: { readonly subject: RatingSubject; readonly id: string }) {
  return <RatingText sum={useRatingSums(subject, [id]).get(id)} />
}
