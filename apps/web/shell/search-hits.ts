import { i18n, type Me } from '@tingzhou/ui'
import { useQueries } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { PaletteGroup } from './palette-entries.ts'
import { sourcesFor } from './visible.ts'

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
  return { groups, searching: results.some((result) => result.isLoading) }
}

function useSettled(value: string, delayMs: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), delayMs)
    return () => window.clearTimeout(timer)
  }, [value, delayMs])
  return settled
}
