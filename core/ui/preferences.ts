import { useSyncExternalStore } from 'react'
import type { UiLang } from './i18n.ts'

export type Mode = 'light' | 'dark' | 'system'
export type Density = 'compact' | 'normal' | 'easy'

/** What a reader chose on this device. The language is also kept with the account. */
export type Preferences = {
  readonly lang: UiLang
  readonly mode: Mode
  readonly elder: boolean
  readonly density: Density
  readonly siderFolded: boolean
}

const storageKey = 'tz.preferences'
const listeners = new Set<() => void>()
let current: Preferences | null = null

/** The preferences now; the address may name a language or a mode (`?lang=en&mode=dark`). */
export function getPreferences(): Preferences {
  current ??= { ...defaults(), ...readStored(storageKey), ...fromAddress() }
  return current
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...getPreferences(), ...change }
  writeStored(storageKey, current)
  for (const listener of listeners) listener()
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, getPreferences)
}

/** True when a language was chosen on this device or in the address; otherwise the account's may be taken. */
export function hasStoredLanguage(): boolean {
  return 'lang' in readStored(storageKey) || 'lang' in fromAddress()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function defaults(): Preferences {
  const lang = navigator.language.startsWith('en') ? 'en' : 'zh-CN'
  return { lang, mode: 'system', elder: false, density: 'normal', siderFolded: false }
}

function fromAddress(): Partial<Preferences> {
  const query = new URLSearchParams(window.location.search)
  const lang = query.get('lang')
  const mode = query.get('mode')
  return {
    ...(lang === 'zh-CN' || lang === 'en' || lang === 'en-XA' ? { lang } : {}),
    ...(mode === 'light' || mode === 'dark' ? { mode } : {}),
  }
}

/** Reads a stored object; a full, blocked or foreign store counts as empty. */
export function readStored(key: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Writes an object; a full or blocked store loses the convenience, never the work. */
export function writeStored(key: string, value: object): boolean {
  try {
    window.localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

export function removeStored(key: string): void {
  try {
    window.localStorage.removeItem(key)
  } catch {
    // A blocked store has nothing to remove.
  }
}
