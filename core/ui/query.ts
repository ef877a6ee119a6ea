import { QueryClient } from '@tanstack/react-query'
import { toProblem } from './api.ts'

/** Old data stays while its key is refetched; refusals are final, only a missing answer is asked for again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: true,
        retry: (count, error) => count < 2 && isTransient(error),
        retryDelay: (count) => 500 * 2 ** count,
      },
      mutations: { retry: false },
    },
  })
}

/** True when asking again may help: no answer, or a server that says it is busy. */
export function isTransient(error: unknown): boolean {
  const { kind, status } = toProblem(error)
  return kind === 'offline' || status === 502 || status === 503 || status === 504
}
