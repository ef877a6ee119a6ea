import { useSyncExternalStore } from 'react'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { getSettings, onSettings } from './settings.ts'

export type Lang = 'zh-CN' | 'en'
export type TextKey = keyof typeof zhCN
const bundles: Readonly<Record<Lang, Readonly<Record<TextKey, string>>>> = { 'zh-CN': zhCN, en }

export const lang = (): Lang => getSettings().lang

/** The text of a key in the reader's language; `{name}` is filled in. */
export function say(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return bundles[lang()][key].replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ''))
}

/** The texts, drawn anew when the language changes. */
export function useText(): typeof say {
  useSyncExternalStore(onSettings, getSettings)
  return say
}
