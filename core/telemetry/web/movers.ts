import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from './api.ts'

export type Mover = Awaited<ReturnType<typeof api.positions.call>>['rows'][number]

const everyMs = 3_000
const wholeEveryMs = 60_000
// A fix reaches the server after its own time: what was sent in between is asked for again, and merged.
const overlapMs = 120_000

type Merged = { readonly movers: readonly Mover[]; readonly wholeAt: number }

/** Everything that moves, by name; asked for every three seconds while the page can be seen, whole once a minute. */
export function useMovers() {
  const client = useQueryClient()
  const queryKey = [...api.positions.key(), 'merged']
  return useQuery({
    queryKey,
    refetchInterval: everyMs,
    queryFn: async ({ signal }): Promise<Merged> => {
      const known = client.getQueryData<Merged>(queryKey)
      const now = Date.now()
      const isWhole = !known || now - known.wholeAt >= wholeEveryMs
      const newest = known?.movers.reduce((latest, { at }) => Math.max(latest, at), 0) ?? 0
      const since = isWhole ? 0 : Math.max(0, Math.min(newest, now) - overlapMs)
      const { rows } = await api.positions.call({ since }, { signal })
      const movers = isWhole ? rows : [...new Map([...known.movers, ...rows].map((one) => [one.point, one])).values()]
      return {
        movers: movers.toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN')),
        wholeAt: isWhole ? now : known.wholeAt,
      }
    },
  })
}
