import { useQuery } from '@tanstack/react-query'
import { CaseTrail } from '@tingzhou/ui'
import { api } from './api.ts'

/** The history of an order, the newest on top; every reading of the clinical part is in it. */
export function OrderTrail({ orderId }: { readonly orderId: string }) {
  const query = useQuery(api.orders.history.queryOptions({ input: { id: orderId } }))
  return <CaseTrail query={query} module="referral" />
}
