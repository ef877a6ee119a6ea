import { useQuery } from '@tanstack/react-query'
import { useLive } from '@tingzhou/ui'
import { api } from './api.ts'

/** How many appeals wait for the reader, beside the menu entry. */
export function useMineCount(): number | null {
  const { data } = useQuery({ ...api.appeals.counts.queryOptions(), staleTime: 30_000 })
  useLive({ kinds: ['appeal'], keys: [api.appeals.counts.key()] })
  return data?.mine ?? null
}
