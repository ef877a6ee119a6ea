import { getPreferences, setPreferences, switchLanguage, useMe, usePreferences, useText, type Lang } from '@tingzhou/ui'
import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { accessApi } from './api.ts'
import { modules } from '../modules.ts'

/** Changes the language of everything on show; what the server words is asked for again. */
export function useLanguage(): { readonly lang: Lang; readonly change: (lang: Lang) => Promise<void> } {
  const { lang } = usePreferences()
  const client = useQueryClient()
  const me = useMe()
  const change = async (next: Lang) => {
    await switchLanguage(next, modules)
    setPreferences({ lang: next })
    // The account follows for messages sent to it; the screen does not wait for that.
    if (me && me.lang !== next) void accessApi.me.change.call({ lang: next }).catch(() => undefined)
    await client.invalidateQueries()
  }
  return { lang: lang === 'zh-CN' ? 'zh-CN' : 'en', change }
}

export function LanguageSwitch() {
  const t = useText('shell')
  const { lang, change } = useLanguage()
  const other = lang === 'zh-CN' ? 'en' : 'zh-CN'
  return (
    <Button type="text" lang={other} aria-label={t('language.switch')} onClick={() => void change(other)}>
      {t('language.other_short')}
    </Button>
  )
}

/** The account's language, taken when this device has never chosen one. */
export async function adoptLanguage(lang: Lang): Promise<void> {
  if (getPreferences().lang === lang) return
  await switchLanguage(lang, modules)
  setPreferences({ lang })
}
