import { usePreferences } from '@tingzhou/ui'

/** Something that is called so in both languages. */
export type Named = { readonly zh: string; readonly en: string }

/** What the reader calls it. */
export function useNamed(): (named: Named) => string {
  const { lang } = usePreferences()
  return ({ zh, en }) => (lang === 'zh-CN' ? zh : en)
}
