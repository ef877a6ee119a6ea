import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from './api.ts'

export type NodeRow = Awaited<ReturnType<typeof api.plantNodes.call>>['rows'][number]

const rowsPerPage = 100

/** Places that stand in one (null: the topmost), or that fit words, page by page. */
export function usePlantNodes({ parentId, q }: { readonly parentId?: string | null; readonly q?: string }) {
  return useInfiniteQuery(
    api.plantNodes.infiniteOptions({
      input: (cursor: string | undefined) => ({
        limit: rowsPerPage,
        ...(parentId ? { parentId } : {}),
        ...(q ? { q } : {}),
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  )
}

/** What the screens ask anew after the plant was changed. */
export const plantKeys = () => [
  api.plantNodes.key(),
  api.plantNode.key(),
  api.plantNodeTrail.key(),
  api.nodePoints.key(),
  api.pointTrail.key(),
  api.profiles.key(),
  api.profile.key(),
  api.profileTrail.key(),
]
