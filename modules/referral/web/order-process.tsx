import { useQuery } from '@tanstack/react-query'
import { CaseDrawing, useText } from '@tingzhou/ui'
import { api } from './api.ts'

/** The drawing of the process with the live tokens and the path that was walked. */
export function OrderProcess({ orderId }: { readonly orderId: string }) {
  const t = useText('referral')
  const query = useQuery(api.orders.process.queryOptions({ input: { id: orderId } }))
  const { data } = query
  return (
    <>
      {data && <p className="tz-caption">{t('process.version', { key: data.key, version: data.version })}</p>}
      <CaseDrawing query={query} module="referral" />
    </>
  )
}
