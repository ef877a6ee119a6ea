import { useQuery } from '@tanstack/react-query'
import { useLive } from '@tingzhou/ui'
import { api } from './api.ts'

/** How many orders wait for the reader, beside the menu entry. */
export function useMineCount(): number | null {
  const { data } = useQuery({ ...api.orders.counts.queryOptions({ input: {} }), staleTime: 30_000 })
  useLive({ kinds: ['referral'], keys: [api.orders.counts.key()] })
  return data?.mine ?? null
}
