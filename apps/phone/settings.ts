import type { Lang } from './i18n.ts'

/** What a driver chose on this phone. */
export type Settings = {
  readonly lang: Lang
  /** Larger text, fewer words. */
  readonly elder: boolean
  /** New loads are read aloud. */
  readonly voice: boolean
}

const storageKey = 'tz.phone'
const listeners = new Set<() => void>()
let current: Settings | null = null

export function getSettings(): Settings {
  current ??= read()
  return current
}

export function setSettings(change: Partial<Settings>): void {
  current = { ...getSettings(), ...change }
  try {
    localStorage.setItem(storageKey, JSON.stringify(current))
  } catch {
    // A full store loses the choice, never the work.
  }
  for (const listener of listeners) listener()
}

export function onSettings(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function read(): Settings {
  const asked = new URLSearchParams(location.search).get('lang')
  const kept = stored()
  const lang = asked ?? kept['lang'] ?? (navigator.language.startsWith('en') ? 'en' : 'zh-CN')
  return { lang: lang === 'en' ? 'en' : 'zh-CN', elder: kept['elder'] === true, voice: kept['voice'] === true }
}

function stored(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
