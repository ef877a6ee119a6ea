import { useQuery } from '@tanstack/react-query'
import { useLive } from '@tingzhou/ui'
import { api } from '../api.ts'

/** How many words wait for a decision; beyond what is counted, the most that is. */
export function useWordCount(): number | null {
  // Nobody is told of a word that a posting brought: this asks once in a while.
  const query = useQuery({
    ...api.words.list.queryOptions({ input: { state: 'open', limit: 1 } }),
    staleTime: 60_000,
  })
  useLive({ kinds: ['chain_word'], keys: [api.words.key()] })
  return query.data ? (query.data.total ?? 1_000) : null
}
