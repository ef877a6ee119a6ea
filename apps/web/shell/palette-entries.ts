import type { Me } from '@tingzhou/ui'
import { navFor, verbsFor } from './visible.ts'

export type PaletteEntry = {
  readonly key: string
  readonly title: string
  readonly detail?: string | undefined
  readonly path: string
  readonly shortcut?: string | undefined
}
export type PaletteGroup = { readonly title: string; readonly entries: readonly PaletteEntry[] }

const recentKey = 'tz.palette'
const recentMax = 6

/** Places and verbs that match, the recent ones first; without words everything. */
export function groupsFor(text: string, me: Me | null, translate: (key: string) => string): readonly PaletteGroup[] {
  const words = text.trim().toLowerCase()
  const verbs = verbsFor(me).map(({ module, item }): PaletteEntry & { words: string } => ({
    key: `verb.${module}.${item.key}`,
    title: translate(`${module}:${item.labelKey}`),
    path: item.path,
    shortcut: item.shortcut,
    words: item.wordsKey ? translate(`${module}:${item.wordsKey}`) : '',
  }))
  const places = (['console', 'counter'] as const).flatMap((surface) =>
    navFor(me, surface).map(({ module, item }): PaletteEntry & { words: string } => ({
      key: `nav.${module}.${item.key}`,
      title: translate(`${module}:${item.labelKey}`),
      detail: item.groupKey ? translate(`${module}:${item.groupKey}`) : undefined,
      path: item.path,
      words: '',
    })),
  )
  const matches = (entry: PaletteEntry & { words: string }) =>
    `${entry.title} ${entry.words} ${entry.path}`.toLowerCase().includes(words)
  const found = [...verbs, ...places].filter(matches)
  const recent = readRecent().flatMap((key) => found.find((entry) => entry.key === key) ?? [])
  const rest = (entries: readonly PaletteEntry[]) =>
    entries.filter((entry) => !recent.some((other) => other.key === entry.key))
  return [
    { title: translate('shell:search.recent'), entries: recent },
    { title: translate('shell:search.verbs'), entries: rest(verbs.filter(matches)) },
    { title: translate('shell:search.places'), entries: rest(places.filter(matches)) },
  ].filter((group) => group.entries.length > 0)
}

export function remember(entry: PaletteEntry): void {
  if (!entry.key.startsWith('verb.') && !entry.key.startsWith('nav.')) return
  const keys = [entry.key, ...readRecent().filter((key) => key !== entry.key)].slice(0, recentMax)
  try {
    window.localStorage.setItem(recentKey, JSON.stringify(keys))
  } catch {
    // A blocked store only loses the order of the list.
  }
}

function readRecent(): readonly string[] {
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(recentKey) ?? '[]')
    return Array.isArray(value) ? value.filter((key) => typeof key === 'string') : []
  } catch {
    return []
  }
}
