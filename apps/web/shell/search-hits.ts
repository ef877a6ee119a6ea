import { i18n, type Me } from '@tingzhou/ui'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { PaletteGroup } from './palette-entries.ts'
import { searchApi } from './api.ts'
import { objectPlaces, sourcesFor } from './visible.ts'

/** Asks every source of the reader's modules in parallel, 150 ms after the last letter; a source that fails shows nothing. */
export function useSearchHits(
  text: string,
  me: Me | null,
): { readonly groups: readonly PaletteGroup[]; readonly searching: boolean } {
  const words = useSettled(text.trim(), 150)
  const sources = sourcesFor(me)
  const results = useQueries({
    queries: sources.map(({ module, item }) => ({
      queryKey: ['search', module, item.key, words],
      queryFn: ({ signal }: { signal: AbortSignal }) => item.find(words, signal),
      enabled: words.length > 0,
      staleTime: 30_000,
      retry: false,
    })),
  })
  const groups = sources.flatMap(({ module, item }, index): PaletteGroup[] => {
    const hits = words === '' ? [] : (results[index]?.data ?? [])
    if (hits.length === 0) return []
    const entries = hits.map((hit) => ({
      key: `hit.${module}.${hit.key}`,
      title: hit.title,
      detail: hit.detail,
      path: hit.path,
    }))
    return [{ title: i18n.t(`${module}:${item.labelKey}`), entries }]
  })
  const objects = useObjectHits(words)
  return {
    groups: [...objects.groups, ...groups],
    searching: objects.searching || results.some((result) => result.isLoading),
  }
}

/** The platform's own search: one question for every kind of object that some module shows. */
function useObjectHits(words: string): { readonly groups: readonly PaletteGroup[]; readonly searching: boolean } {
  const places = objectPlaces()
  const kinds = places.map(({ item }) => item.kind)
  const { data, isLoading } = useQuery({
    ...searchApi.search.queryOptions({ input: { q: words, kinds } }),
    enabled: words.length > 0 && kinds.length > 0,
    staleTime: 30_000,
    retry: false,
  })
  const surface = window.location.pathname.startsWith('/counter') ? 'counter' : 'console'
  const groups = places.flatMap(({ module, item }): PaletteGroup[] => {
    const hits = words === '' ? [] : (data?.rows ?? []).filter((hit) => hit.objectKind === item.kind)
    if (hits.length === 0) return []
    const entries = hits.map((hit) => ({
      key: `hit.${item.kind}.${hit.objectId}`,
      title: hit.number === null ? hit.title : `${hit.number} ${hit.title}`,
      detail: hit.subtitle,
      path: item.path(hit.objectId, surface),
    }))
    return [{ title: i18n.t(`${module}:${item.labelKey}`), entries }]
  })
  return { groups, searching: isLoading }
}

function useSettled(value: string, delayMs: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), delayMs)
    return () => window.clearTimeout(timer)
  }, [value, delayMs])
  return settled
}
