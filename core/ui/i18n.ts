import { createInstance } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { LocaleBundle, LocaleLoader } from './screen-module.ts'
import { pseudoBundle } from './pseudo.ts'

export type Lang = 'zh-CN' | 'en'
/** `en-XA` is the pseudo-locale of tests: `?lang=en-XA`. */
export type UiLang = Lang | 'en-XA'

export const i18n = createInstance()

type TextSource = {
  readonly name: string
  readonly locales: { readonly 'zh-CN': LocaleLoader; readonly en: LocaleLoader }
}

const kitTexts: TextSource = {
  name: 'ui',
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}

/** Starts texts in one language; the namespaces of modules are loaded with it, so that menus are complete at the first paint. */
export async function startI18n(lang: UiLang, sources: readonly TextSource[]): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    supportedLngs: ['zh-CN', 'en', 'en-XA'],
    load: 'currentOnly',
    ns: [],
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
  })
  await switchLanguage(lang, sources)
}

/** Loads what the language still lacks, then switches. */
export async function switchLanguage(lang: UiLang, sources: readonly TextSource[]): Promise<void> {
  await Promise.all([kitTexts, ...sources].map((source) => loadTexts(source, lang)))
  await i18n.changeLanguage(lang)
  if (typeof document !== 'undefined') document.documentElement.lang = lang
}

async function loadTexts({ name, locales }: TextSource, lang: UiLang): Promise<void> {
  if (i18n.hasResourceBundle(lang, name)) return
  const { default: bundle } = await locales[lang === 'zh-CN' ? 'zh-CN' : 'en']()
  addTexts(name, lang, lang === 'en-XA' ? pseudoBundle(bundle) : bundle)
}

/** Adds a bundle at once; for tests. */
export function addTexts(name: string, lang: UiLang, bundle: LocaleBundle): void {
  i18n.addResourceBundle(lang, name, bundle, true, true)
}

/** The texts of a namespace. */
export function useText(namespace: string): (key: string, values?: Readonly<Record<string, unknown>>) => string {
  const { t } = useTranslation(namespace, { i18n })
  return (key, values) => (values ? t(key, values) : t(key))
}

/** The language on screen, as the server understands it. */
export function serverLang(): Lang {
  return i18n.language === 'zh-CN' ? 'zh-CN' : 'en'
}
